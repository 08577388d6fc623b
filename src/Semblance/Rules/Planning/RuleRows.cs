using System.Collections.Concurrent;
using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Rules;

/// <summary>One table of a generation.</summary>
internal sealed class TableRows(TablePlan plan, RandomStream[] streams)
{
    public TablePlan Plan => plan;

    public RandomStream[] Streams => streams;

    /// <summary>Rows in all.</summary>
    public long Count { get; set; }

    /// <summary>Whose children these are; null for a table that stands by itself.</summary>
    public ChildRows? Children { get; set; }
}

/// <summary>
/// The tables of a plan with a seed and a size: any rows of any table can be asked for, in any order and from several threads; they agree. This is what rule schemas and worlds share:
/// a world gives its own prefix of streams and asks for the attributes of the entities it needs.
/// </summary>
public sealed class RuleRows
{
    private const int MostEligible = 50_000_000;

    private readonly ConcurrentDictionary<object, Lazy<long[]>> eligible = new(ReferenceEqualityComparer.Instance);

    /// <summary>Names the streams and counts all rows.</summary>
    /// <param name="plan">The tables.</param>
    /// <param name="counts">Rows of each table that stands by itself; others are counted.</param>
    /// <param name="prefix">Path of the streams: a value comes from <c>prefix/table/column</c>.</param>
    /// <param name="run">Seed and threads.</param>
    /// <param name="ct">Cancels.</param>
    internal RuleRows(RulePlan plan, ReadOnlySpan<long> counts, string prefix, Run run, CancellationToken ct = default)
    {
        (Plan, Run) = (plan, run);
        Tables = [.. plan.Tables.Select(t => new TableRows(t, Array.ConvertAll(t.Streams, path => run.Stream($"{prefix}/{t.Name}/{path}"))))];
        for (var t = 0; t < Tables.Length; t++)
            if (plan.Tables[t].Parent < 0) Tables[t].Count = counts[t];
        foreach (var t in plan.CountOrder)
        {
            var table = plan.Tables[t];
            var most = table.Bounding.IsEmpty ? long.MaxValue : table.Bounding.Min(b => Tables[b].Count);
            Tables[t].Children = new ChildRows(this, table.Parent, table.Count, most, ct);
            Tables[t].Count = Tables[t].Children!.Total;
        }
        foreach (var table in Tables)
            for (var c = 0; c < table.Plan.Schema.Columns.Length; c++)
                if (table.Plan.Makers[c].Room is { } room && room < (ulong)table.Count)
                    throw new GenerateException("SB4074", $"table `{table.Plan.Name}`, column `{table.Plan.Makers[c].Schema.Name}`: {room} different values for {table.Count} rows; widen its range or shape, or take `unique` away");
    }

    internal RulePlan Plan { get; }

    internal Run Run { get; }

    internal ImmutableArray<TableRows> Tables { get; }

    /// <summary>Rows of a table in all, once the children are counted.</summary>
    /// <param name="table">Place of the table.</param>
    public long CountOf(int table) => Tables[table].Count;

    /// <summary>Rows of a table, in any order; one may be asked for twice.</summary>
    /// <param name="table">Place of the table.</param>
    /// <param name="rows">Numbers of the rows, from 0 to below <see cref="CountOf"/>.</param>
    /// <exception cref="GenerateException">A row that is not there (SB4077), or that can't be made (SB4071 to SB4075).</exception>
    public Table Make(int table, long[] rows)
    {
        foreach (var row in rows)
            if (row < 0 || row >= Tables[table].Count) throw new GenerateException("SB4077", $"table `{Tables[table].Plan.Name}` has {Tables[table].Count} rows, counted from 0; there is no row {row}");
        return Written(new RowScope(this).Frame(table, rows));
    }

    /// <summary>The columns of a frame that are written.</summary>
    internal static Table Written(RowFrame frame)
    {
        var columns = ImmutableArray.CreateBuilder<Column>(frame.Table.Plan.Schema.Columns.Length);
        for (var c = 0; c < columns.Capacity; c++) columns.Add(frame.Column(c));
        return new Table(columns.MoveToImmutable());
    }

    /// <summary>Rows of a table that fulfil a condition, found at first need.</summary>
    internal long[] Eligible(object choice, int table, RowExpression where, string condition) => eligible.GetOrAdd(choice, _ => new(() =>
    {
        var target = Tables[table];
        if (target.Count > MostEligible) throw new GenerateException("SB4075", $"a reference with the condition `{condition}` chooses among {target.Count} rows of `{target.Plan.Name}`; at most {MostEligible} can be looked through");
        var found = new List<long>();
        var truths = new byte[Blocks.Rows];
        for (long first = 0; first < target.Count; first += Blocks.Rows)
        {
            var frame = new RowScope(this).Frame(table, first, (int)Math.Min(Blocks.Rows, target.Count - first));
            where.Truths(frame, truths.AsSpan(0, frame.Count));
            for (var i = 0; i < frame.Count; i++)
                if (truths[i] == Kleene.True) found.Add(first + i);
        }
        return found.Count > 0 ? [.. found] : throw new GenerateException("SB4073", $"no row of `{target.Plan.Name}` fulfils the condition `{condition}` of a reference; make such rows, or change it");
    })).Value;
}
