using System.Collections.Immutable;

namespace Semblance.Profiles;

/// <summary>Statistics and spikes of a numeric column, from its counted values.</summary>
internal static class NumberDescription
{
    private const int Neighbours = 4;      // on either side
    private const double LeastRatio = 5;   // over the neighbours' median
    private const double LeastShare = 0.002;
    private const int LeastCount = 20, MostSpikes = 20;
    private const int FewestShared = 5;    // rows that make a value no one's own
    private const int FewValues = 10;      // a column of so few values is a list of levels, where every value holds much

    public static NumberSummary? Summary(DistinctNumbers numbers, bool whole)
    {
        if (numbers.Total == 0) return null;
        double squares = 0;
        long zeros = 0, negatives = 0;
        for (var i = 0; i < numbers.Values.Length; i++)
        {
            if (numbers.Values[i] == 0) zeros = numbers.Counts[i];
            if (numbers.Values[i] < 0) negatives += numbers.Counts[i];
        }
        var mean = numbers.Mean();
        for (var i = 0; i < numbers.Values.Length; i++) squares += (numbers.Values[i] - mean) * (numbers.Values[i] - mean) * numbers.Counts[i];
        var deviation = numbers.Total > 1 ? Math.Sqrt(squares / (numbers.Total - 1)) : 0;
        return new NumberSummary
        {
            Minimum = numbers.Values[0],
            Maximum = numbers.Values[^1],
            Mean = mean,
            StandardDeviation = double.IsFinite(deviation) ? deviation : double.MaxValue,
            Zeros = zeros,
            Negatives = negatives,
            Quantiles = [.. numbers.Quantiles(NumberSummary.QuantileLevels.AsSpan())],
            Histogram = Histograms.Of(numbers, whole),
        };
    }

    /// <summary>Values that hold far more cells than those around them, largest first.</summary>
    public static ImmutableArray<Spike> Spikes(DistinctNumbers numbers)
    {
        if (numbers.Values.Length <= FewValues) return [];
        var spikes = new List<Spike>();
        Span<int> around = stackalloc int[2 * Neighbours];
        var least = Math.Max(LeastCount, LeastShare * numbers.Total);
        for (var i = 0; i < numbers.Counts.Length; i++)
        {
            if (numbers.Counts[i] < least) continue;
            var n = 0;
            for (var j = Math.Max(0, i - Neighbours); j <= Math.Min(numbers.Counts.Length - 1, i + Neighbours); j++)
                if (j != i) around[n++] = numbers.Counts[j];
            around[..n].Sort();
            var median = n % 2 == 1 ? around[n / 2] : (around[n / 2 - 1] + around[n / 2]) / 2.0;
            if (numbers.Counts[i] >= LeastRatio * median)
                spikes.Add(new Spike(numbers.Values[i], numbers.Counts[i], numbers.Counts[i] / (double)numbers.Total, numbers.Counts[i] / median));
        }
        return [.. spikes.OrderByDescending(s => s.Count).ThenBy(s => s.Value).Take(MostSpikes)];
    }

    /// <summary>
    /// A least or greatest value of nines (-999, 99999) that some rows share, farther from its neighbour than a quarter of the range of all others; or -1 as the only
    /// negative value, a spike. Null when there is none.
    /// </summary>
    public static double? Sentinel(DistinctNumbers numbers)
    {
        var values = numbers.Values;
        if (values.Length < 3) return null;
        foreach (var (end, next, other) in (ReadOnlySpan<(int, int, int)>)[(0, 1, values.Length - 1), (values.Length - 1, values.Length - 2, 0)])
        {
            if (numbers.Counts[end] < FewestShared) continue;
            if (Math.Abs(values[end]) is 99 or 999 or 9999 or 99999 or 999999 or 9999999 or 99999999 or 999999999 && Math.Abs(values[end] - values[next]) > 0.25 * Math.Abs(values[next] - values[other])) return values[end];
            if (values[end] == -1 && values[next] >= 0 && Spikes(numbers).Any(s => s.Value == -1)) return -1;
        }
        return null;
    }
}
