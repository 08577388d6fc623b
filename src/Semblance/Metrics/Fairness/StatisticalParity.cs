using Semblance.Data;
using Semblance.Rules;

namespace Semblance.Metrics;

/// <summary>
/// Statistical (demographic) parity of a column: how far apart the shares of one of its values lie in two sensitive groups, at most; 0 = the same in all. Numbers count by tenths of the real
/// rows, and a gap is a value. Groups of fewer than <see cref="BoundFairness.LeastRows"/> rows are left out, for chance alone would set them apart.
/// </summary>
internal sealed class StatisticalParity
{
    private const int Tenths = 10;

    private readonly BoundFairness fair;
    private readonly double[]?[] edges; // of each column; null for values that count one by one

    /// <summary>Learns where the tenths of numbers and dates begin.</summary>
    public StatisticalParity(Table real, BoundFairness fair)
    {
        this.fair = fair;
        edges = [.. Columns.Select(c => Edges(real.Columns[c]))];
    }

    private IEnumerable<int> Columns => [.. fair.Sensitive, fair.Target];

    /// <summary>The largest difference; null where fewer than two groups are large enough.</summary>
    public double? Difference(Table table)
    {
        var columns = Columns.Select(c => table.Columns[c]).ToArray();
        var groups = new Dictionary<string, Dictionary<string, int>>(StringComparer.Ordinal);
        for (var row = 0; row < table.Rows; row++)
        {
            var group = string.Join('\n', Enumerable.Range(0, columns.Length - 1).Select(i => Part(columns[i], edges[i], row)));
            if (!groups.TryGetValue(group, out var counts)) groups[group] = counts = new(StringComparer.Ordinal);
            var outcome = Part(columns[^1], edges[^1], row);
            counts[outcome] = counts.GetValueOrDefault(outcome) + 1;
        }
        var large = groups.Values.Where(counts => counts.Values.Sum() >= BoundFairness.LeastRows).ToArray();
        if (large.Length < 2) return null;
        return large.SelectMany(counts => counts.Keys).Distinct(StringComparer.Ordinal).Max(outcome =>
        {
            var shares = large.Select(counts => counts.GetValueOrDefault(outcome) / (double)counts.Values.Sum()).ToArray();
            return shares.Max() - shares.Min();
        });
    }

    private static string Part(Column column, double[]? edges, int row)
    {
        if (column.IsMissing(row)) return "";
        if (edges is null) return "=" + column.Text(row);
        var at = Array.BinarySearch(edges, Number(column, row));
        return "#" + (at < 0 ? ~at - 1 : at);
    }

    private static double Number(Column column, int row) => column is NumberColumn number ? number.Values[row] : ((DateTimeColumn)column).Ticks[row];

    private static double[]? Edges(Column column)
    {
        if (column is not (NumberColumn or DateTimeColumn)) return null;
        var sorted = Enumerable.Range(0, column.Count).Where(row => !column.IsMissing(row)).Select(row => Number(column, row)).Order().ToArray();
        if (sorted.Distinct().Take(Tenths + 1).Count() <= Tenths) return null;
        return [.. Enumerable.Range(0, Tenths).Select(i => i == 0 ? double.NegativeInfinity : sorted[(int)((long)sorted.Length * i / Tenths)]).Distinct()];
    }
}
