using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>Density of rows about a point by a normal kernel on the distances to the nearest of them; farther rows add next to nothing and are left out.</summary>
internal static class KernelDensity
{
    private const double Parts = 2; // of the usual nearest distance: a row there weighs a seventh of one on the spot

    /// <summary>Width of the kernel for points that usually have a row at these distances, ascending or not; zeros (copies) are left out.</summary>
    public static double Bandwidth(IEnumerable<double> nearest)
    {
        var sorted = nearest.Where(d => d > 0 && double.IsFinite(d)).Order().ToArray();
        return sorted.Length > 0 ? sorted[sorted.Length / 2] / Parts : 1;
    }

    /// <summary>Logarithm of the density, up to a constant. Distances ascend; the first is finite.</summary>
    public static double Log(ReadOnlySpan<double> distances, double bandwidth)
    {
        double Exponent(double distance) => -distance * distance / (2 * bandwidth * bandwidth);
        double top = Exponent(distances[0]), sum = 0;
        foreach (var distance in distances)
            if (double.IsFinite(distance)) sum += FastMath.Exp(Exponent(distance) - top);
        return top + FastMath.Log(sum);
    }
}
