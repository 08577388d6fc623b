namespace Semblance.Numerics;

/// <summary>A law known by its density alone: both tails by Gauss and Legendre's rule over short pieces from x outward, where no difference can lose digits.</summary>
internal static class Quadrature
{
    // Ten points: nodes and weights on [-1, 1], the positive half.
    private static ReadOnlySpan<double> Nodes => [0.14887433898163122, 0.4333953941292472, 0.6794095682990244, 0.8650633666889845, 0.9739065285171717];
    private static ReadOnlySpan<double> Weights => [0.29552422471475287, 0.26926671930999635, 0.21908636251598204, 0.1494513491505806, 0.06667134430868814];

    /// <summary>The law of a density, which need not integrate to 1; a variance of NaN is computed. The support is symmetric or unbounded, the bulk lies near 0.</summary>
    /// <param name="min">Least value.</param>
    /// <param name="max">Greatest value.</param>
    /// <param name="mean">Mean.</param>
    /// <param name="variance">Variance, or NaN to compute it.</param>
    /// <param name="piece">Length over which the density changes by no more than a few factors of e.</param>
    /// <param name="density">The density up to a factor.</param>
    public static Law Law(double min, double max, double mean, double variance, double piece, Func<double, double> density)
    {
        var whole = Outward(0, min, piece, density) + Outward(0, max, piece, density);
        if (double.IsNaN(variance)) variance = (Outward(0, min, piece, x => x * x * density(x)) + Outward(0, max, piece, x => x * x * density(x))) / whole;
        return new(min, max, mean, variance)
        {
            Cumulative = Below,
            Survival = Above,
            Lower = p => Root.Find(p, Start(p), true, x => (Below(x), density(x) / whole), min, max),
            Upper = q => Root.Find(q, -Start(q), false, x => (Above(x), density(x) / whole), min, max),
        };
        double Below(double x) => Math.Min(1, Outward(x, min, piece, density) / whole);
        double Above(double x) => Math.Min(1, Outward(x, max, piece, density) / whole);
        double Start(double p) => Math.Max(min, Math.Sqrt(variance) * FastMath.NormalQuantile(p));
    }

    /// <summary>Integral from x to an end of the support, in amount.</summary>
    private static double Outward(double x, double end, double piece, Func<double, double> density)
    {
        if (x == end) return 0;
        var sign = end > x ? 1.0 : -1.0;
        var sum = 0.0;
        var least = Math.Abs(x) + piece; // until the other side of the bulk is behind us, small parts do not end it
        for (var at = x; (end - at) * sign > 0;)
        {
            var next = at + sign * piece;
            if ((end - next) * sign < 0) next = end;
            var (middle, half) = (at + (next - at) / 2, (next - at) / 2);
            var part = 0.0;
            for (var i = 0; i < Nodes.Length; i++) part += Weights[i] * (density(middle - half * Nodes[i]) + density(middle + half * Nodes[i]));
            part *= Math.Abs(half);
            sum += part;
            if (part <= 1e-18 * sum && Math.Abs(next - x) > least) break;
            at = next;
        }
        return sum;
    }
}
