using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Profiles;

/// <summary>Finds numeric (or date) columns that do not exceed another, where the two ranges overlap so far that chance would have it otherwise.</summary>
internal static class OrderSearch
{
    private const double LeastShare = 0.999;
    private const double LeastChance = 0.05;   // share of the pairs that would be the other way round if the columns were independent
    private const double LeastExpected = 30;   // such rows
    private const int Screen = 512, Sample = 2_000, Most = 100;

    public static ImmutableArray<OrderRelation> Find(IReadOnlyList<CodedColumn> columns, Run run, CancellationToken ct)
    {
        var numeric = columns.Where(c => c.IsNumeric && c.Levels > 1).ToArray();
        var samples = Array.ConvertAll(numeric, SortedSample);
        var found = new List<OrderRelation>[numeric.Length];
        Blocks.For(numeric.Length, run, ct, a =>
        {
            found[a] = [];
            for (var b = 0; b < numeric.Length; b++)
                if (a != b && numeric[a].Source is DateTimeColumn == numeric[b].Source is DateTimeColumn && Test(numeric[a], numeric[b], samples[a], samples[b]) is { } relation)
                    found[a].Add(relation);
        });
        var all = found.SelectMany(list => list).ToList();
        // What follows from two others is not said again.
        var exact = all.Where(r => r.Share == 1).Select(r => (r.Lesser, r.Greater)).ToHashSet();
        all.RemoveAll(r => exact.Any(first => first.Lesser == r.Lesser && first.Greater != r.Greater && exact.Contains((first.Greater, r.Greater)) && !exact.Contains((first.Greater, r.Lesser))));
        return [.. all.OrderByDescending(r => r.Share).ThenBy(r => r.Lesser).ThenBy(r => r.Greater).Take(Most)];
    }

    /// <summary>The same relations with their shares over all rows; those that do not hold there are dropped.</summary>
    public static ImmutableArray<OrderRelation> OnAllRows(ImmutableArray<OrderRelation> found, Table table)
    {
        var counted = new List<OrderRelation>();
        foreach (var relation in found)
        {
            var (share, strict) = Count(Values(table.Columns[relation.Lesser]), Values(table.Columns[relation.Greater]));
            if (share >= LeastShare) counted.Add(relation with { Share = share, Strict = strict });
        }
        return [.. counted.OrderByDescending(r => r.Share).ThenBy(r => r.Lesser).ThenBy(r => r.Greater)];
    }

    private static double[] Values(Column column) => column is NumberColumn number ? number.Values : Array.ConvertAll(((DateTimeColumn)column).Ticks, t => t < 0 ? double.NaN : (double)t);

    private static (double Share, bool Strict) Count(double[] x, double[] y)
    {
        long rows = 0, above = 0, equal = 0;
        for (var i = 0; i < x.Length; i++)
        {
            if (double.IsNaN(x[i]) || double.IsNaN(y[i])) continue;
            rows++;
            if (x[i] > y[i]) above++;
            else if (x[i] == y[i]) equal++;
        }
        return rows == 0 || equal == rows ? (0, false) : (1 - above / (double)rows, equal == 0 && above == 0);
    }

    private static OrderRelation? Test(CodedColumn lesser, CodedColumn greater, double[] lesserSample, double[] greaterSample)
    {
        double[] x = lesser.Numbers!, y = greater.Numbers!;
        var stride = Math.Max(1, x.Length / Screen);
        int seen = 0, wrong = 0;
        for (var i = 0; i < x.Length; i += stride)
        {
            if (!(x[i] > y[i]) && !(x[i] <= y[i])) continue;
            seen++;
            if (x[i] > y[i] && ++wrong > 2) return null;
        }
        if (seen == 0) return null;
        var chance = Above(lesserSample, greaterSample);
        if (chance < LeastChance) return null;

        if (chance * lesser.Present * greater.Present / x.Length < LeastExpected) return null;
        var (share, strict) = Count(x, y);
        return share >= LeastShare ? new OrderRelation(lesser.Index, greater.Index, share, strict) : null;
    }

    // Share of all pairs (one value of each) in which the first is above the second.
    private static double Above(double[] x, double[] y)
    {
        long above = 0;
        var below = 0;
        foreach (var value in x)
        {
            while (below < y.Length && y[below] < value) below++;
            above += below;
        }
        return x.Length == 0 || y.Length == 0 ? 0 : above / ((double)x.Length * y.Length);
    }

    private static double[] SortedSample(CodedColumn column)
    {
        var stride = Math.Max(1, column.Codes.Length / Sample);
        var values = new List<double>(Sample + 1);
        for (var i = 0; i < column.Codes.Length; i += stride)
            if (!double.IsNaN(column.Numbers![i])) values.Add(column.Numbers[i]);
        values.Sort();
        return [.. values];
    }
}
