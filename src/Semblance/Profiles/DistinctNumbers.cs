using Semblance.Data;

namespace Semblance.Profiles;

/// <summary>The different values of a numeric or date column in ascending order, with their counts: all its marginal statistics follow from these. Dates are ticks as doubles.</summary>
internal sealed class DistinctNumbers
{
    private DistinctNumbers(double[] values, int[] counts, long total) => (Values, Counts, Total) = (values, counts, total);

    /// <summary>Different finite values, ascending.</summary>
    public double[] Values { get; }

    /// <summary>Cells with each value.</summary>
    public int[] Counts { get; }

    /// <summary>Cells with a finite value.</summary>
    public long Total { get; }

    public static DistinctNumbers Of(Column column) => column switch
    {
        NumberColumn number => Of(number.Values),
        DateTimeColumn date => Of(Ticks(date)),
        _ => throw new ArgumentException($"`{column.Name}` has no numbers"),
    };

    /// <summary>Counts the finite values of an array, which is left as it is.</summary>
    public static DistinctNumbers Of(ReadOnlySpan<double> values)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        var finite = 0;
        var whole = true;
        foreach (var value in values)
        {
            if (!double.IsFinite(value)) continue;
            finite++;
            low = Math.Min(low, value);
            high = Math.Max(high, value);
            whole &= value == Math.Floor(value);
        }
        if (finite == 0) return new DistinctNumbers([], [], 0);
        return whole && high - low < Math.Max(65_536, 4.0 * finite) ? Tabulated(values, low, (int)(high - low) + 1, finite) : Sorted(values, finite);
    }

    // Whole numbers of a short range, the usual case: a count for each.
    private static DistinctNumbers Tabulated(ReadOnlySpan<double> values, double low, int range, int finite)
    {
        var table = new int[range];
        foreach (var value in values)
            if (double.IsFinite(value)) table[(int)(value - low)]++;
        var distinct = 0;
        foreach (var count in table)
            if (count > 0) distinct++;
        var (unique, counts, at) = (new double[distinct], new int[distinct], 0);
        for (var i = 0; i < range; i++)
            if (table[i] > 0) (unique[at], counts[at++]) = (low + i, table[i]);
        return new DistinctNumbers(unique, counts, finite);
    }

    private static DistinctNumbers Sorted(ReadOnlySpan<double> values, int finite)
    {
        var sorted = new double[finite];
        var at = 0;
        foreach (var value in values)
            if (double.IsFinite(value)) sorted[at++] = value == 0 ? 0 : value; // one zero
        Array.Sort(sorted);
        var distinct = 1;
        for (var i = 1; i < finite; i++)
            if (sorted[i] != sorted[i - 1]) distinct++;
        var (unique, counts) = (new double[distinct], new int[distinct]);
        at = -1;
        for (var i = 0; i < finite; i++)
        {
            if (i == 0 || sorted[i] != sorted[i - 1]) unique[++at] = sorted[i];
            counts[at]++;
        }
        return new DistinctNumbers(unique, counts, finite);
    }

    private static double[] Ticks(DateTimeColumn column)
    {
        var values = new double[column.Count];
        for (var row = 0; row < values.Length; row++) values[row] = column.Ticks[row] < 0 ? double.NaN : column.Ticks[row];
        return values;
    }

    /// <summary>Arithmetic mean; 0 without values. Numbers whose sum overflows are added up as shares.</summary>
    public double Mean()
    {
        if (Total == 0) return 0;
        var sum = 0.0;
        for (var i = 0; i < Values.Length; i++) sum += Values[i] * Counts[i];
        if (double.IsFinite(sum)) return sum / Total;
        sum = 0;
        for (var i = 0; i < Values.Length; i++) sum += Values[i] * (Counts[i] / (double)Total);
        return sum;
    }

    /// <summary>Value at a 0-based rank in ascending order.</summary>
    public double AtRank(long rank)
    {
        long before = 0;
        for (var i = 0; i < Counts.Length; i++)
        {
            before += Counts[i];
            if (rank < before) return Values[i];
        }
        return Values[^1];
    }

    /// <summary>Quantiles at ascending levels, linear between order statistics (type 7).</summary>
    public double[] Quantiles(ReadOnlySpan<double> levels)
    {
        var quantiles = new double[levels.Length];
        long before = 0;
        var at = 0;
        for (var q = 0; q < levels.Length; q++)
        {
            var position = levels[q] * (Total - 1);
            var rank = (long)position;
            while (before + Counts[at] <= rank) before += Counts[at++];
            var below = Values[at];
            var above = rank + 1 < before + Counts[at] || at + 1 == Values.Length ? below : Values[at + 1];
            quantiles[q] = below + (position - rank) * (above - below);
        }
        return quantiles;
    }
}
