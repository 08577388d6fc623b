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

    private readonly int[] order; // of the repairs
    private readonly bool[] isCheckedOnly; // another repair makes its columns

    private Keeping(ImmutableArray<Kept> all)
    {
        All = all;
        isCheckedOnly = new bool[all.Length];
        var written = new HashSet<int>();
        var open = new List<int>();
        for (var k = 0; k < all.Length; k++)
        {
            if (all[k].Repair is not { } repair) continue;
            // a pattern also makes a key of its column
            if (repair.Writes.Any(written.Contains)) isCheckedOnly[k] = true;
            else
            {
                written.UnionWith(repair.Writes);
                open.Add(k);
            }
        }
        order = Sort(all, open);
    }

    public ImmutableArray<Kept> All { get; }

    /// <summary>Whether some rows may have to be drawn again.</summary>
    public bool MayFail => All.Where(IsChecked).Any();

    public static Keeping? Of(IEnumerable<Kept> kept) => kept.ToImmutableArray() is { IsEmpty: false } all ? new(all) : null;

    /// <summary>Repairs so that each comes after those whose results it reads.</summary>
    private static int[] Sort(ImmutableArray<Kept> all, List<int> open)
    {
        var sorted = new List<int>();
        while (open.Count > 0)
        {
            var next = open.FindIndex(k => !open.Any(other => other != k && all[other].Repair!.Writes.Any(all[k].Repair!.Reads.Contains)));
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
    public Table Repair(Table drawn, SampleBlock block, ColumnCodec[] codecs, RandomStream[] streams)
    {
        if (order.Length == 0) return drawn;
        var columns = drawn.Columns.ToArray();
        foreach (var k in order) All[k].Repair!.Apply(columns, block.Rows, block.Draw, streams[k]);
        for (var c = 0; c < columns.Length; c++)
        {
            if (ReferenceEquals(columns[c], drawn.Columns[c]) || codecs[c].WritesAnew) continue;
            var cells = new int[block.Rows.Length];
            codecs[c].Encode(columns[c], cells);
            for (var i = 0; i < cells.Length; i++)
                if (cells[i] >= 0) block.Cells[c][i] = cells[i];
        }
        return new Table([.. columns]);
    }

    /// <summary>Removes from a mask the rows that break a constraint.</summary>
    public void Check(Table table, bool[] mask)
    {
        for (var k = 0; k < All.Length; k++)
            if (IsChecked(All[k], k)) Check(k, table, mask);
    }

    private void Check(int k, Table table, bool[] mask)
    {
        if (All[k].Repair is CombinationRepair combination)
        {
            combination.Check(table, mask);
            return;
        }
        var own = new bool[mask.Length];
        All[k].Constraint.Test!.Evaluate(table, own);
        for (var i = 0; i < mask.Length; i++) mask[i] &= own[i];
    }

    /// <summary>Which checks fail in how many rows.</summary>
    public (Kept Constraint, int Failing)[] Failures(Table table) => [.. All.Select((kept, k) => (kept, k)).Where(p => IsChecked(p.kept, p.k)).Select(p =>
    {
        var mask = new bool[table.Rows];
        Array.Fill(mask, true);
        Check(p.k, table, mask);
        return (p.kept, mask.Count(m => !m));
    })];

    /// <summary>
    /// Changes which cells may be drawn: a column that is repaired is free, since what is drawn is not what comes out; instead the leading column of its combination
    /// is held to values that can end in what is asked for.
    /// </summary>
    public void Redirect(bool[]?[] allowed, ColumnCodec[] codecs)
    {
        foreach (var k in order)
            foreach (var column in All[k].Repair!.Writes)
            {
                if (allowed[column] is not { } wanted) continue;
                if (All[k].Repair is CombinationRepair combination)
                {
                    if (combination.Leader == column) continue;
                    var (leader, cells) = combination.LeadersOf(column, wanted, codecs);
                    if (allowed[leader] is { } own)
                        for (var i = 0; i < own.Length; i++) cells[i] &= own[i];
                    if (Array.IndexOf(cells, true) >= 0) allowed[leader] = cells;
                }
                allowed[column] = null;
            }
    }

    /// <summary>Refuses more rows than a key has values.</summary>
    public void RequireRoom(Request request, Schema schema, ColumnCodec[] codecs)
    {
        foreach (var kept in All)
        {
            var room = kept.Repair is KeyRepair key ? key.Room(schema)
                : kept.Constraint is { Kind: ConstraintKind.Pattern, Pattern: { } pattern } ? (long)Math.Min(pattern.Room, long.MaxValue)
                : kept.Constraint.Kind == ConstraintKind.Unique && !kept.Found ? Identifiers(kept.Constraint.Columns, codecs) : long.MaxValue;
            if (request.First > room - request.Count)
                throw new GenerateException("SB4040", $"`{kept.Constraint.Text}` has room for {room} different rows, and row {request.First + request.Count} is asked for; ask for fewer, or give the column a longer form");
        }
    }

    /// <summary>Different rows that the identifiers of a key allow.</summary>
    private static long Identifiers(ImmutableArray<int> columns, ColumnCodec[] codecs) =>
        columns.Select(c => codecs[c]).OfType<PatternCodec>().Select(codec => (long)Math.Min(codec.Room, long.MaxValue)).DefaultIfEmpty(long.MaxValue).Max();

    public void Save(ModelArchive archive)
    {
        archive.Json["constraints"] = new JsonArray([.. All.Select(k => new JsonObject { ["text"] = k.Constraint.Text, ["found"] = k.Found })]);
        for (var k = 0; k < All.Length; k++) All[k].Repair?.Save(archive, $"constraint/{k}");
    }

    public static Keeping? Load(ModelArchive archive, Schema schema, ColumnCodec[] codecs)
    {
        if (archive.Json["constraints"] is not { } node) return null;
        if (node is not JsonArray { Count: > 0 and <= MostConstraints } list) throw archive.Unfit("its constraints are no list");
        return new([.. list.Select((item, k) =>
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
        })]);
    }

    /// <summary>The repair of a constraint that has nothing to learn.</summary>
    public static IRepair? Plain(BoundConstraint constraint) => constraint switch
    {
        { Formula: { } formula } => new FormulaRepair(constraint.Columns[0], formula),
        { Pattern: { } pattern } => new PatternRepair(constraint.Columns[0], pattern),
        _ => null,
    };
}
