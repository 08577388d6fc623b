namespace Semblance.Numerics;

/// <summary>
/// Turns a round's gradients and hessians into integers. The scales are powers of two, so that whole numbers stay whole, and the largest for which no sum
/// over any rows can overflow: a quantum is at most 2^-29 of the summed magnitude, far below what float scores carry.
/// </summary>
internal readonly record struct GradientScale(double Gradient, double Hessian)
{
    // Rounding may add half a quantum per row; the other half of the range takes that up for any number of rows an array can hold.
    private const double Room = 1 << 30;

    /// <summary>Scales for sums of magnitudes.</summary>
    public static GradientScale For(double gradientSum, double hessianSum) => new(PowerBelow(Room / gradientSum), PowerBelow(Room / hessianSum));

    public long Quantise(float gradient, float hessian) =>
        PackedSum.Of((int)Math.Round(gradient * Gradient), (int)Math.Round(hessian * Hessian));

    private static double PowerBelow(double scale)
    {
        if (!(scale < 1e300)) return 1; // nothing to sum
        var exponent = Math.ILogB(scale);
        return Math.ScaleB(1, exponent);
    }
}
