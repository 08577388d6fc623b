using System.Collections.Immutable;

namespace Semblance.Profiles;

/// <summary>Histograms with round edges over the bulk of the values.</summary>
internal static class Histograms
{
    private const int FewestBins = 8, MostBins = 40;
    private const double Tail = 0.005;

    /// <param name="numbers">Counted values, at least one.</param>
    /// <param name="whole">Whether values are whole, so that no bin is narrower than 1.</param>
    public static Histogram Of(DistinctNumbers numbers, bool whole)
    {
        var (low, high) = (numbers.Values[0], numbers.Values[^1]);
        if (low == high || !double.IsFinite(high - low)) return One(numbers, low, high);

        var quantiles = numbers.Quantiles([Tail, 0.25, 0.75, 1 - Tail]);
        var (from, to) = quantiles[0] < quantiles[3] ? (quantiles[0], quantiles[3]) : (low, high);
        var step = Step(from, to, quantiles[2] - quantiles[1], numbers.Total, whole);
        // Where the whole range takes hardly more bins than the bulk, show all of it.
        if ((high - low) / step <= MostBins) (from, to) = (low, high);
        var first = Math.Floor(from / step);
        var last = Math.Floor(to / step) + 1;
        // Distances beyond 2^53 steps from 0 leave no room between neighbouring edges.
        if (!(Math.Abs(first) < 1e15 && Math.Abs(last) < 1e15) || last - first > 2 * MostBins) return One(numbers, low, high);
        if (!whole && to == (last - 1) * step && last - 1 > first) last--; // the last bin holds its upper edge

        var edges = new double[(int)(last - first) + 1];
        for (var i = 0; i < edges.Length; i++) edges[i] = Times(first + i, step);
        return Fill(numbers, edges);
    }

    private static Histogram Fill(DistinctNumbers numbers, double[] edges)
    {
        var counts = new long[edges.Length - 1];
        long below = 0, above = 0;
        var bin = 0;
        for (var i = 0; i < numbers.Values.Length; i++)
        {
            var value = numbers.Values[i];
            if (value < edges[0]) below += numbers.Counts[i];
            else if (value > edges[^1]) above += numbers.Counts[i];
            else
            {
                while (bin < counts.Length - 1 && value >= edges[bin + 1]) bin++;
                counts[bin] += numbers.Counts[i];
            }
        }
        return new Histogram(ImmutableArray.Create(edges), ImmutableArray.Create(counts), below, above);
    }

    private static Histogram One(DistinctNumbers numbers, double low, double high) =>
        new(low == high ? [Math.Max(double.MinValue, low - 0.5), Math.Min(double.MaxValue, low + 0.5)] : [low, high], [numbers.Total], 0, 0) { };

    // Freedman and Diaconis (1981), rounded up to 1, 2 or 5 times a power of ten.
    private static double Step(double from, double to, double middleHalf, long total, bool whole)
    {
        var width = middleHalf > 0 ? 2 * middleHalf / Math.Cbrt(total) : 0;
        var range = to - from;
        width = Math.Clamp(width, range / MostBins, range / FewestBins);
        double power = 1;
        while (power > width) power /= 10;
        while (power * 10 <= width) power *= 10;
        var step = width <= power ? power : width <= 2 * power ? 2 * power : width <= 5 * power ? 5 * power : 10 * power;
        return whole ? Math.Max(1, step) : step;
    }

    // 3 * 0.1 is not 0.3: steps below 1 divide by their inverse, which is whole.
    private static double Times(double count, double step) => step >= 1 ? count * step : count / Math.Round(1 / step);
}
