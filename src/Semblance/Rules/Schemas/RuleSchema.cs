using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Rules;

/// <summary>
/// Tables written down rather than learned: each column by one word that makes its values, tables joined by keys. Immutable. The first table is the root, whose rows are counted; all others
/// follow it. Every value is a function of (seed, table, column, row), so any range of root rows can be made alone, with the same bytes; say the size of the whole by <see cref="Request.Total"/>.
/// </summary>
public sealed class RuleSchema : IGenerator<Database>
{
    private const int MostChildrenOfBlock = 1 << 19;

    private readonly RulePlan plan;

    /// <summary>Checks rules and plans how to make their tables.</summary>
    /// <param name="tables">The tables, the root first.</param>
    /// <exception cref="RecipeException">They can't be made as they are (SB2120 to SB2139), or contradict themselves (SB2081).</exception>
    public RuleSchema(ImmutableArray<TableRule> tables)
    {
        if (tables.IsEmpty) throw new RecipeException("SB2132", "rules need a table");
        if (tables[0].Per is not null) throw RulePlace.Fault("SB2132", tables[0].At, $"table `{tables[0].Name}`", "the first table is the root, whose rows are counted: it has `rows`, not `per`; put the parents first");
        foreach (var table in tables)
        {
            if (table.Columns.IsEmpty) throw RulePlace.Fault("SB2132", table.At, $"table `{table.Name}`", "a table needs a column");
            if (table.Name.Contains('.', StringComparison.Ordinal)) throw RulePlace.Fault("SB2131", table.At, $"table `{table.Name}`", "a name of a table has no dot: `table.column` would have two meanings");
            if (table.Columns.GroupBy(c => c.Name).FirstOrDefault(g => g.Count() > 1) is { } twice) throw RulePlace.Fault("SB2131", table.At, $"table `{table.Name}`", $"the column `{twice.Key}` stands twice");
        }
        if (tables.GroupBy(t => t.Name).FirstOrDefault(g => g.Count() > 1) is { } same) throw RulePlace.Fault("SB2131", same.Last().At, $"table `{same.Key}`", "two tables have this name");
        Tables = tables;
        plan = RulePlan.Of(tables);
        Schemas = plan.Schema;
    }

    /// <summary>Reads a rules file.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="path">Where it came from, for errors; a file of one table without a name gives it the file's.</param>
    /// <param name="outside">Models and profiles that it may name; null for none.</param>
    /// <exception cref="RecipeException">It is not a sound rules file (SB2001 to SB2003, SB2060 to SB2084, SB2120 to SB2139); the message names file, line and column.</exception>
    public static RuleSchema Read(string yaml, string path, IRuleSources? outside = null) => new(RuleReader.Read(yaml, path, outside));

    /// <summary>The rules.</summary>
    public ImmutableArray<TableRule> Tables { get; }

    /// <summary>Names, columns, keys and references of the tables.</summary>
    public DatabaseSchema Schemas { get; }

    /// <summary>Columns of the root table.</summary>
    public Schema Schema => Schemas.Tables[0].Schema;

    /// <inheritdoc/>
    public About About => new() { Model = "rules", Notes = [$"{Tables.Length} table{(Tables.Length == 1 ? "" : "s")}, written down and not learned"] };

    /// <summary>Rows of the root table when nothing else is asked for.</summary>
    public long Count => Tables[0].Rows;

    /// <summary>
    /// Yields a block of all tables at a time: some rows of the root table, their children, and as large a part of each table that stands by itself. Blocks one after another, table by
    /// table, are the whole; they are bounded in memory.
    /// </summary>
    /// <exception cref="GenerateException">More rows than different values (SB4074), a condition nothing fulfils (SB4071 to SB4073), or a request that rules can't take (SB4076).</exception>
    public async IAsyncEnumerable<Database> StreamAsync(Request request, Run run, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var total = request.Total ?? request.First + request.Count;
        if (request.Count < 0 || request.First < 0 || total - request.First < request.Count || total >= RowFrame.MostRows)
            throw new GenerateException("SB4077", $"can't make rows {request.First} to {request.First + request.Count} of {total}; all must be 0 or more, and the part within its whole");
        if (request.Where is not null || request.Balance is not null || request.Fair is not null || request.Complete is not null)
            throw new GenerateException("SB4076", "rules make what they say: leave the condition, balance, fairness or rows to complete out, and write what you want into the rules (`constraints`, weights)");
        var rows = await Task.Run(() => Rows(run, total, ct: ct), ct).ConfigureAwait(false);
        var size = BlockOf(rows, total);
        var blocks = (request.Count + size - 1) / size;
        var window = new Queue<Task<Database>>();
        try
        {
            for (long next = 0, done = 0; done < blocks;)
            {
                // one block more than threads: while the consumer writes one, the others are being made
                while (next < blocks && window.Count <= Math.Max(1, run.Threads))
                {
                    var first = request.First + next++ * size;
                    var count = (int)Math.Min(size, request.First + request.Count - first);
                    window.Enqueue(Task.Run(() => Block(rows, first, count, total, ct), ct));
                }
                var block = await window.Dequeue().ConfigureAwait(false);
                done++;
                run.Report(Stage.Generate, "rows", Math.Min(done * size, request.Count), request.Count);
                ct.ThrowIfCancellationRequested();
                yield return block;
            }
        }
        finally
        {
            // whoever stops early must not leave work behind that nobody observes
            foreach (var task in window)
                try { await task.ConfigureAwait(false); }
                catch (Exception e) when (e is OperationCanceledException or SemblanceException) { }
        }
    }

    /// <summary>The tables with a seed and a size: any rows of any table, in any order, from several threads.</summary>
    /// <param name="run">Seed and threads.</param>
    /// <param name="count">Rows of the root table; null for as many as the rules say.</param>
    /// <param name="prefix">Path that random streams begin with. Default <c>rules</c>, as in <see cref="StreamAsync"/>; who makes rules a part of something else gives another.</param>
    /// <param name="ct">Cancels the counting of children.</param>
    /// <exception cref="GenerateException">More rows than different values (SB4074).</exception>
    public RuleRows Rows(Run run, long? count = null, string prefix = "rules", CancellationToken ct = default) => new(plan, RowsOf(count ?? Count), prefix, run, ct);

    /// <inheritdoc/>
    public void Dispose() { }

    /// <summary>Rows of the tables that stand by themselves, in proportion to the root's.</summary>
    private long[] RowsOf(long total)
    {
        var counts = new long[Tables.Length];
        for (var t = 0; t < counts.Length; t++)
            counts[t] = t == 0 ? total : !Tables[t].Scales ? Tables[t].Rows : total == 0 ? 0 : (long)Int128.Max(1, ((Int128)Tables[t].Rows * total + Count / 2) / Count);
        return counts;
    }

    /// <summary>Root rows of a block: fewer where they have many children.</summary>
    private static int BlockOf(RuleRows rows, long total)
    {
        var size = Blocks.Rows;
        var most = rows.Tables.Max(t => t.Count);
        while (size > 1 && (Int128)most * size / Math.Max(1, total) > MostChildrenOfBlock) size /= 2;
        return size;
    }

    private static Database Block(RuleRows rows, long first, int count, long total, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var scope = new RowScope(rows);
        var tables = rows.Tables;
        var (starts, ends) = (new long[tables.Length], new long[tables.Length]);
        for (var t = 0; t < tables.Length; t++)
        {
            if (tables[t].Plan.Parent >= 0) continue;
            starts[t] = (long)((Int128)tables[t].Count * first / Math.Max(1, total));
            ends[t] = (long)((Int128)tables[t].Count * (first + count) / Math.Max(1, total));
        }
        foreach (var t in rows.Plan.CountOrder)
        {
            starts[t] = tables[t].Children!.FirstOf(starts[tables[t].Plan.Parent]);
            ends[t] = tables[t].Children!.FirstOf(ends[tables[t].Plan.Parent]);
        }
        var frames = new RowFrame[tables.Length];
        for (var t = 0; t < frames.Length; t++) frames[t] = scope.Block(t, starts[t], checked((int)(ends[t] - starts[t])));
        var made = ImmutableArray.CreateBuilder<Table>(frames.Length);
        foreach (var frame in frames)
        {
            ct.ThrowIfCancellationRequested();
            made.Add(RuleRows.Written(frame));
        }
        return new Database(rows.Plan.Schema, made.MoveToImmutable());
    }
}
