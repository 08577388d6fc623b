namespace Semblance.Numerics;

/// <summary>An estimate with the standard deviation of its sampling error.</summary>
public readonly record struct Estimate(double Value, double StandardError)
{
    /// <summary>Value ± 1.96 standard errors, cut to [low, high].</summary>
    public Interval Interval(double low = double.NegativeInfinity, double high = double.PositiveInfinity) =>
        new(Math.Max(low, Value - 1.959963984540054 * StandardError), Math.Min(high, Value + 1.959963984540054 * StandardError));
}

/// <summary>Statistics of ranks, shares and distribution functions. Inputs hold no NaN.</summary>
public static class RankStatistics
{
    /// <summary>
    /// Area under the ROC curve: the chance that a positive row scores above a negative one, ties counting half. Standard error by DeLong, DeLong and Clarke-Pearson
    /// (1988), from mid-ranks in n log n (Sun and Xu 2014).
    /// </summary>
    /// <returns>Null when one of the classes is absent.</returns>
    public static Estimate? Auc(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positive)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(positive.Length, scores.Length);
        var ones = positive.Count(true);
        var zeros = positive.Length - ones;
        if (ones == 0 || zeros == 0) return null;

        var all = new double[scores.Length];
        MidRanks(scores, all);
        var high = new double[ones];
        var low = new double[zeros];
        var (i1, i0) = (0, 0);
        for (var i = 0; i < scores.Length; i++)
            if (positive[i]) high[i1++] = scores[i];
            else low[i0++] = scores[i];
        var within1 = new double[ones];
        var within0 = new double[zeros];
        MidRanks(high, within1);
        MidRanks(low, within0);

        // Share of the other class that each row beats: its rank among all less its rank among its own kind.
        (i1, i0) = (0, 0);
        double sum1 = 0, sum0 = 0;
        for (var i = 0; i < scores.Length; i++)
            if (positive[i]) sum1 += within1[i1] = (all[i] - within1[i1++]) / zeros;
            else sum0 += within0[i0] = 1 - (all[i] - within0[i0++]) / ones;
        var auc = sum1 / ones;
        return new(auc, Math.Sqrt(Spread(within1, auc) / ones + Spread(within0, sum0 / zeros) / zeros));
    }

    /// <summary>Ranks from 1, equal values sharing the mean of their ranks.</summary>
    public static void MidRanks(ReadOnlySpan<double> values, Span<double> ranks)
    {
        var sorted = values.ToArray();
        var order = new int[sorted.Length];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(sorted, order);
        for (var start = 0; start < sorted.Length;)
        {
            var end = start + 1;
            while (end < sorted.Length && sorted[end] == sorted[start]) end++;
            for (var i = start; i < end; i++) ranks[order[i]] = (start + end + 1) * 0.5;
            start = end;
        }
    }

    /// <summary>Two-sample Kolmogorov-Smirnov statistic: the largest difference of the two distribution functions, in [0, 1]. Both samples ascending, not empty.</summary>
    public static double KolmogorovSmirnov(ReadOnlySpan<double> sortedA, ReadOnlySpan<double> sortedB)
    {
        if (sortedA.IsEmpty || sortedB.IsEmpty) throw new ArgumentException("both samples must hold a value");
        int i = 0, j = 0;
        long largest = 0;
        while (i < sortedA.Length && j < sortedB.Length)
        {
            var value = Math.Min(sortedA[i], sortedB[j]);
            while (i < sortedA.Length && sortedA[i] <= value) i++;
            while (j < sortedB.Length && sortedB[j] <= value) j++;
            largest = Math.Max(largest, Math.Abs((long)i * sortedB.Length - (long)j * sortedA.Length)); // whole numbers: no rounding, ties are ties
        }
        return (double)largest / ((double)sortedA.Length * sortedB.Length);
    }

    /// <summary>95 % interval of a share after <paramref name="hits"/> of <paramref name="total"/>: Wilson (1927). With no trial it is [0, 1].</summary>
    public static Interval Wilson(long hits, long total) => Wilson(hits, total, 1.959963984540054);

    /// <summary>Interval of a share at another confidence: Wilson (1927). Trials that depend on each other may be given as the smaller, broken number that they are worth.</summary>
    /// <param name="hits">Successes.</param>
    /// <param name="total">Trials.</param>
    /// <param name="z">Standard normal quantile of the confidence: 1.96 for 95 %.</param>
    public static Interval Wilson(double hits, double total, double z)
    {
        if (total == 0) return new(0, 1);
        double n = total, p = hits / n;
        var centre = p + z * z / (2 * n);
        var half = z * Math.Sqrt(p * (1 - p) / n + z * z / (4 * n * n));
        var scale = 1 + z * z / n;
        return new(hits == 0 ? 0 : (centre - half) / scale, hits == total ? 1 : (centre + half) / scale);
    }

    /// <summary>Quantile of an ascending sample by linear interpolation between neighbours (type 7 of Hyndman and Fan, numpy's default).</summary>
    public static double Quantile(ReadOnlySpan<double> sorted, double share)
    {
        if (sorted.IsEmpty) throw new ArgumentException("a quantile needs at least one value");
        var position = Math.Clamp(share, 0, 1) * (sorted.Length - 1);
        var below = (int)position;
        var rest = position - below;
        return rest == 0 ? sorted[below] : sorted[below] + rest * (sorted[below + 1] - sorted[below]);
    }

    private static double Spread(double[] values, double mean)
    {
        if (values.Length < 2) return 0;
        var sum = 0.0;
        foreach (var value in values) sum += (value - mean) * (value - mean);
        return sum / (values.Length - 1);
    }
}
