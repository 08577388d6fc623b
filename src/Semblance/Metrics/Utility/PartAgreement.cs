namespace Semblance.Metrics;

/// <summary>
/// Agreement of what was learned from several parts of the synthetic rows with what was learned from as many parts of the real rows, beside the agreement of real
/// parts with each other, which is what fresh real rows would reach.
/// </summary>
internal static class PartAgreement
{
    /// <summary>Parts of a side.</summary>
    public const int Parts = 4;

    private const double T = 2.45; // 95 % of Student's t with 2 (Parts - 1) degrees of freedom

    /// <summary>Value, ceiling, and an interval by the jackknife over the parts: it tells chance of the distance to the ceiling by which rows were learned from.</summary>
    /// <param name="agreement">Agreement of two parts, in [0, 1], by their places: first the synthetic ones, then the real ones.</param>
    public static Score Of(Func<int, int, double> agreement)
    {
        var table = new double[2 * Parts, 2 * Parts];
        for (var a = 0; a < 2 * Parts; a++)
            for (var b = Parts; b < 2 * Parts; b++)
                if (a < b) table[a, b] = agreement(a, b);
        var (value, ceiling) = Means(table, -1);
        double variance = 0;
        foreach (var first in (ReadOnlySpan<int>)[0, Parts]) // synthetic parts, then real ones
        {
            var without = new double[Parts];
            for (var k = 0; k < Parts; k++)
            {
                var (v, c) = Means(table, first + k);
                without[k] = v - c;
            }
            var mean = without.Average();
            foreach (var w in without) variance += (w - mean) * (w - mean) * (Parts - 1) / Parts;
        }
        var half = T * Math.Sqrt(variance);
        return new Score(value, new Interval(Math.Max(Math.Min(value, 0), value - half), Math.Min(Math.Max(value, 1), value + half)), ceiling);
    }

    private static (double Value, double Ceiling) Means(double[,] table, int without)
    {
        double across = 0, within = 0;
        int pairs = 0, realPairs = 0;
        for (var a = 0; a < 2 * Parts; a++)
            for (var b = Math.Max(a + 1, Parts); b < 2 * Parts; b++)
            {
                if (a == without || b == without) continue;
                if (a < Parts) (across, pairs) = (across + table[a, b], pairs + 1);
                else (within, realPairs) = (within + table[a, b], realPairs + 1);
            }
        return (across / pairs, within / realPairs);
    }
}
