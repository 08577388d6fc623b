using Semblance.Data;
using Semblance.Numerics;
using Semblance.Rules;

namespace Semblance.Models;

/// <summary>Rows that have certain cells.</summary>
/// <param name="Cells">Cells of each column, null for a column that is free.</param>
/// <param name="What">The same in words.</param>
/// <param name="Size">How many of them there are to be in the whole.</param>
internal sealed record RowGroup(bool[]?[] Cells, string What, long Size);

/// <summary>
/// Rows in groups of given sizes. Sizes are exact to a row over the whole; which group row i belongs to is a function of (seed, i, rows of the whole), so parts
/// made alone agree. Within a group rows are the model's own, given the group (<see cref="ConditionalRows"/>).
/// </summary>
internal sealed class GroupedRows : IRowSource
{
    private readonly Schema schema;
    private readonly ConditionalRows[] groups;
    private readonly long[] ends; // of each group, in permuted row numbers
    private readonly ulong key;

    /// <param name="generator">Makes the rows.</param>
    /// <param name="wanted">The groups; their sizes add up to the whole.</param>
    /// <param name="where">A condition on all of them; null for none.</param>
    /// <param name="example">How shares of these columns are written, for messages.</param>
    /// <param name="streams">Random streams of the generation.</param>
    /// <param name="run">Threads.</param>
    /// <param name="ct">Stops the work.</param>
    public GroupedRows(TabularGenerator generator, IReadOnlyList<RowGroup> wanted, BoundCondition? where, string example, TabularGenerator.Streams streams, Run run, CancellationToken ct)
    {
        (schema, key) = (generator.Schema, streams.Balance.Key);
        var pilot = new PilotRows(generator, streams);
        groups = new ConditionalRows[wanted.Count];
        Blocks.For(groups.Length, run, ct, g =>
        {
            var what = $"the group {wanted[g].What}{(where is null ? "" : $" where `{where.Text}`")}";
            groups[g] = new ConditionalRows(generator, new RowTarget(where, wanted[g].Cells, what) { Example = example }, pilot, streams, ct);
        });
        ends = new long[groups.Length];
        for (var g = 0; g < ends.Length; g++) ends[g] = wanted[g].Size + (g > 0 ? ends[g - 1] : 0);
    }

    /// <summary>What the user should know, told of the groups.</summary>
    public required Func<IReadOnlyList<ConditionalRows>, IEnumerable<string>> Notes { get; init; }

    IEnumerable<string> IRowSource.Notes => Notes(groups);

    public Table Make(long[] rows)
    {
        var places = new List<int>[groups.Length];
        for (var i = 0; i < rows.Length; i++) (places[GroupOf(rows[i])] ??= []).Add(i);
        var parts = new List<Table>();
        var order = new List<int>();
        for (var g = 0; g < groups.Length; g++)
        {
            if (places[g] is null) continue;
            parts.Add(groups[g].Make([.. places[g].Select(i => rows[i])]));
            order.AddRange(places[g]);
        }
        return Table.Concatenate(schema, [.. parts]).AtPlaces(order);
    }

    private int GroupOf(long row)
    {
        var place = RowPermutation.Permute(row, ends[^1], key);
        var group = Array.BinarySearch(ends, place + 1);
        if (group < 0) return ~group;
        while (group > 0 && ends[group - 1] == ends[group]) group--; // groups too small for a single row
        return group;
    }

    /// <summary>Sizes by largest remainders (Hamilton).</summary>
    public static long[] Sizes(long total, double[] shares)
    {
        var sizes = new long[shares.Length];
        var rest = new decimal[shares.Length];
        var sum = 0m;
        foreach (var share in shares) sum += (decimal)share;
        for (var g = 0; g < shares.Length; g++)
        {
            var exact = (decimal)shares[g] / sum * total;
            sizes[g] = (long)Math.Floor(exact);
            rest[g] = exact - sizes[g];
        }
        var left = total - sizes.Sum();
        foreach (var g in Enumerable.Range(0, shares.Length).OrderByDescending(g => rest[g]).ThenBy(g => g).Take((int)Math.Min(left, shares.Length))) sizes[g]++;
        return sizes;
    }
}
