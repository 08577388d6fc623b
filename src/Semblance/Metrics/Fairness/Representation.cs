using System.Globalization;
using Semblance.Numerics;
using Semblance.Rules;

namespace Semblance.Metrics;

/// <summary>How much of its share the most neglected sensitive group loses from the real to the synthetic rows: 1 - synthetic share / real share, at least 0.</summary>
internal sealed class Representation : TableMetric
{
    public override string Name => "fairness.representation";
    public override string Title => "Groups represented";
    public override string What => "How much of its share of the real rows the most neglected sensitive group loses in the synthetic rows: 0 when none loses any, 1 when one is not there at all.";
    public override Direction Direction => Direction.Lower;

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        if (data.Groups(out var why) is not { } groups) return Finding.None(why);
        var counts = Array.ConvertAll<Side, int[]>([Side.Real, Side.Synthetic, Side.Holdout], groups.Counts);
        var large = groups.Large;
        if (large.Length == 0) return Finding.None(string.Create(CultureInfo.InvariantCulture, $"no group of {data.Sensitive} has {BoundFairness.LeastRows} real rows"));
        double n = data.Rows(Side.Real), m = data.Rows(Side.Synthetic);
        var worst = large.MaxBy(g => Shortfall(Side.Synthetic, g));
        var value = Shortfall(Side.Synthetic, worst);
        // Fresh real rows fall short by chance, which shrinks with the root of the rows.
        double? ceiling = data.HasHoldout ? Math.Min(1, large.Max(g => Shortfall(Side.Holdout, g)) * data.NoiseScale) : null;
        return new Finding(new Score(value, Spread(value), ceiling, value > 0 ? groups.Names[worst] : null)) { Fairness = groups.AddTo };

        double Shortfall(Side side, int group) => Math.Max(0, 1 - counts[(int)side][group] / (double)data.Rows(side) / (counts[0][group] / n));

        // The ratio of two shares: normal in its logarithm (Katz and others 1978), half a row added so that a group of none has an end, too.
        Interval Spread(double at)
        {
            double a = counts[1][worst] + 0.5, b = counts[0][worst] + 0.5;
            var deviation = Math.Sqrt(Math.Max(0, 1 / a - 1 / (m + 1) + 1 / b - 1 / (n + 1)));
            var ratio = a / (m + 1) / (b / (n + 1));
            double Loss(double z) => Math.Clamp(1 - ratio * FastMath.Exp(z * deviation), 0, 1);
            return new(Math.Min(at, Loss(1.959963984540054)), Math.Max(at, Loss(-1.959963984540054)));
        }
    }
}
