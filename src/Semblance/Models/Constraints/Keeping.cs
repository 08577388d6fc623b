using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Semblance.Codecs;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Numerics;
using Semblance.Rules;

namespace Semblance.Models;

/// <summary>A constraint and what it takes to keep it.</summary>
/// <param name="Constraint">The constraint.</param>
/// <param name="Found">Whether the profile found it, rather than that somebody asked for it.</param>
/// <param name="Repair">Changes rows so that they keep it; null when they are only checked.</param>
internal sealed record Kept(BoundConstraint Constraint, bool Found, IRepair? Repair);

/// <summary>
/// The constraints of a generator. Drawn rows are first repaired, constraint by constraint, so that what one computes another can use; what cannot be repaired is checked, and
/// rows that fail are drawn again.
/// </summary>
internal sealed class Keeping
{
    private const int MostConstraints = 10_000;

    private readonly (IRepair Repair, int Stream)[] repairs; // in the order they run
    private readonly bool[] isCheckedOnly; // another repair makes its columns

    private Keeping(ImmutableArray<Kept> all, ColumnCodec[] codecs)
    {
        All = all;
        isCheckedOnly = new bool[all.Length];
        var written = new HashSet<int>();
        var open = new List<(IRepair, int)>();
        for (var k = 0; k < all.Length; k++)
        {
            if (all[k].Repair is not { } repair) continue;
            // a pattern also makes a key of its column
            if (repair.Writes.Any(written.Contains)) isCheckedOnly[k] = true;
            else
            {
                written.UnionWith(repair.Writes);
                open.Add((repair, k));
            }
        }
        var orders = all.Select(k => k.Constraint.Order).OfType<ValueOrder>().Where(o => !written.Contains(o.Lesser) && !written.Contains(o.Greater)).ToImmutableArray();
        if (!orders.IsEmpty) open.Add((new OrderRepair(orders, codecs), 0));
        repairs = Sort(open);
    }

    public ImmutableArray<Kept> All { get; }

    /// <summary>Whether some rows may have to be drawn again.</summary>
    public bool MayFail => All.Where(IsChecked).Any();

    public static Keeping? Of(IEnumerable<Kept> kept, ColumnCodec[] codecs) => kept.ToImmutableArray() is { IsEmpty: false } all ? new(all, codecs) : null;

    /// <summary>Repairs so that each comes after those whose results it reads.</summary>
    private static (IRepair, int)[] Sort(List<(IRepair Repair, int)> open)
    {
        var sorted = new List<(IRepair, int)>();
        while (open.Count > 0)
        {
            var next = open.FindIndex(k => !open.Any(other => other.Repair != k.Repair && other.Repair.Writes.Any(k.Repair.Reads.Contains)));
            sorted.Add(open[Math.Max(0, next)]); // on a circle any may be first: the checks have the last word
            open.RemoveAt(Math.Max(0, next));
        }
        return [.. sorted];
    }

    private bool IsChecked(Kept kept, int index) => kept.Constraint.Kind switch
    {
        ConstraintKind.Combination => isCheckedOnly[index],
        ConstraintKind.Unique or ConstraintKind.Pattern => false,
        _ => true,
    };

    /// <summary>Mends rows, and the cells they came from.</summary>
    public Table Repair(Table drawn, SampleBlock block, uint draw, ColumnCodec[] codecs, RandomStream[] streams)
    {
        if (repairs.Length == 0) return drawn;
        var mended = Repair(drawn, new DrawnRows(block.Rows, draw), streams);
        for (var c = 0; c < codecs.Length; c++)
        {
            if (ReferenceEquals(mended.Columns[c], drawn.Columns[c]) || codecs[c].WritesAnew) continue;
            var cells = new int[block.Rows.Length];
            codecs[c].Encode(mended.Columns[c], cells);
            for (var i = 0; i < cells.Length; i++)
                if (cells[i] >= 0) block.Cells[c][i] = cells[i];
        }
        return mended;
    }

    /// <summary>Mends rows.</summary>
    public Table Repair(Table drawn, DrawnRows rows, RandomStream[] streams)
    {
        var columns = drawn.Columns.ToArray();
        foreach (var (repair, stream) in repairs) repair.Apply(columns, rows, streams[stream]);
        return new Table([.. columns]);
    }

    /// <summary>Whether each row keeps the constraints that repairs do not keep by themselves.</summary>
    public bool[] Check(Table table)
    {
        var mask = Every(table.Rows);
        for (var k = 0; k < All.Length; k++)
            if (IsChecked(All[k], k)) Check(k, table, mask);
        return mask;
    }

    private void Check(int k, Table table, bool[] mask)
    {
        if (All[k].Repair is CombinationRepair combination)
        {
            combination.Check(table, mask);
            return;
        }
        if (All[k].Constraint.Test is not { } test) return;
        var own = new bool[mask.Length];
        test.Evaluate(table, own);
        for (var i = 0; i < mask.Length; i++) mask[i] &= own[i];
    }

    /// <summary>Which checks fail in how many rows.</summary>
    public (Kept Constraint, int Failing)[] Failures(Table table) =>
        [.. Enumerable.Range(0, All.Length).Where(k => IsChecked(All[k], k)).Select(k => (All[k], Keeps(k, table).Count(m => !m)))];

    /// <summary>Whether each row keeps one constraint, as far as a row can tell.</summary>
    public bool[] Keeps(int k, Table table)
    {
        var mask = Every(table.Rows);
        Check(k, table, mask);
        return mask;
    }

    private static bool[] Every(int rows)
    {
        var mask = new bool[rows];
        Array.Fill(mask, true);
        return mask;
    }

    /// <summary>
    /// Changes which cells may be drawn: a column that is repaired is free, since what is drawn is not what comes out; instead the leading column of its combination
    /// is held to values that can end in what is asked for. Values that are exchanged stay restricted: few are.
    /// </summary>
    public void Redirect(bool[]?[] allowed, ColumnCodec[] codecs, string what)
    {
        foreach (var (repair, stream) in repairs)
            foreach (var column in repair is OrderRepair ? [] : repair.Writes)
            {
                if (allowed[column] is not { } wanted) continue;
                if (repair is CombinationRepair combination)
                {
                    if (combination.Leader == column) continue;
                    var cells = combination.LeadersOf(column, wanted, codecs);
                    if (allowed[combination.Leader] is { } own)
                        for (var i = 0; i < own.Length; i++) cells[i] &= own[i];
                    if (Array.IndexOf(cells, true) < 0)
                        throw new GenerateException("SB4010", $"no row can satisfy {what} and keep `{All[stream].Constraint.Text}`: no combination of the real data has these values, or too few rows have it; leave one of them out");
                    allowed[combination.Leader] = cells;
                }
                allowed[column] = null;
            }
    }

    /// <summary>Refuses a condition that no row can satisfy and keep the constraints, or that asks for a value which the number of the row decides.</summary>
    public void Refuse(BoundCondition condition)
    {
        var sets = condition.AsColumnSets();
        foreach (var (repair, stream) in repairs)
            if (repair is KeyRepair && condition.Columns.Contains(repair.Writes[0]) && !(sets.Residual?.Columns.Contains(repair.Writes[0]) != true && AsksForGaps(sets[repair.Writes[0]]!)))
                throw new GenerateException("SB4010", $"no row can be made to satisfy `{condition.Text}`: `{All[stream].Constraint.Text}` gives `{condition.Schema.Columns[repair.Writes[0]].Name}` a value for the number of its row, whatever else the row holds; leave it out of the condition");
        foreach (var restriction in sets.Restrictions.Where(r => !r.AllowsMissing)) // a constraint lets gaps pass, a condition mostly does not
        {
            BoundConstraint[] together = [.. All.Select(k => k.Constraint), .. Constraint.Parse(restriction.Text).Bind(condition.Schema)];
            try { Contradictions.RefuseValues(condition.Schema, together); }
            catch (RecipeException e) { throw new GenerateException("SB4010", $"no row can satisfy `{condition.Text}` and keep what this model keeps: {e.Message}", e); }
        }
    }

    private static bool AsksForGaps(ColumnRestriction restriction) => restriction.Numbers is { IsEmpty: true } or { Intervals: [{ Low: double.NegativeInfinity, High: double.PositiveInfinity }] };

    /// <summary>Refuses more rows than a key has values; of a key that was found, and not asked for, it tells that identifiers may repeat.</summary>
    public void RequireRoom(Request request, ColumnCodec[] codecs, Run run)
    {
        foreach (var kept in All)
        {
            var room = kept.Repair is KeyRepair key ? key.Room
                : kept.Constraint is { Kind: ConstraintKind.Pattern, Pattern: { } pattern } ? (long)Math.Min(pattern.Room, long.MaxValue)
                : kept is { Constraint.Kind: ConstraintKind.Unique, Repair: null } ? Identifiers(kept.Constraint.Columns, codecs) : long.MaxValue;
            if (request.First <= room - request.Count) continue;
            var what = $"`{kept.Constraint.Text}` has room for {room} different rows, and row {request.First + request.Count} is asked for";
            if (!kept.Found) throw new GenerateException("SB4040", $"{what}; ask for fewer, or give the column a longer form");
            run.Note(Stage.Generate, $"{what}: beyond that identifiers may repeat");
        }
    }

    /// <summary>Different rows that the identifiers of a key allow; those that a pattern makes are looked at with it.</summary>
    private long Identifiers(ImmutableArray<int> columns, ColumnCodec[] codecs) =>
        columns.Any(c => repairs.Any(r => r.Repair is PatternRepair && r.Repair.Writes[0] == c)) ? long.MaxValue : columns.Select(c => codecs[c]).OfType<PatternCodec>().Select(codec => (long)Math.Min(codec.Room, long.MaxValue)).DefaultIfEmpty(long.MaxValue).Max();

    public void Save(ModelArchive archive)
    {
        archive.Json["constraints"] = new JsonArray([.. All.Select(k => new JsonObject { ["text"] = k.Constraint.Text, ["found"] = k.Found })]);
        for (var k = 0; k < All.Length; k++) All[k].Repair?.Save(archive, $"constraint/{k}");
    }

    public static Keeping? Load(ModelArchive archive, Schema schema, ColumnCodec[] codecs)
    {
        if (archive.Json["constraints"] is not { } node) return null;
        if (node is not JsonArray { Count: > 0 and <= MostConstraints } list) throw archive.Unfit("its constraints are no list");
        return new(
        [.. list.Select((item, k) =>
        {
            if (item is not JsonObject o || o["text"]?.ToString() is not { } text) throw archive.Unfit($"constraint {k} has no text");
            try
            {
                var bound = Constraint.Parse(text).Bind(schema);
                if (bound.Length != 1) throw archive.Unfit($"constraint {k} is several");
                return new Kept(bound[0], o["found"]?.ToString() == "true", bound[0].Kind switch
                {
                    ConstraintKind.Combination => CombinationRepair.Load(archive, $"constraint/{k}", bound[0].Columns, codecs),
                    ConstraintKind.OneHot => OneHotRepair.Load(archive, $"constraint/{k}", bound[0].Columns, codecs),
                    ConstraintKind.Unique => KeyRepair.Load(archive, $"constraint/{k}", bound[0], schema),
                    _ => Plain(bound[0]),
                });
            }
            catch (RecipeException e) { throw archive.Unfit($"constraint {k} does not fit its columns ({e.Message})"); }
        })], codecs);
    }

    /// <summary>The repair of a constraint that has nothing to learn.</summary>
    public static IRepair? Plain(BoundConstraint constraint) => constraint switch
    {
        { Formula: { } formula } => new FormulaRepair(constraint, formula),
        { Pattern: { } pattern } => new PatternRepair(constraint.Columns[0], pattern),
        _ => null,
    };
}
