using System.Runtime.Intrinsics;

namespace Semblance.Numerics;

/// <summary>
/// Turns a round's gradients and hessians into integers. The scales are powers of two, so that whole numbers stay whole, and the largest for which no sum
/// over any rows can overflow: a quantum is at most 2^-29 of the summed magnitude, far below what float scores carry.
/// </summary>
internal readonly record struct GradientScale(double Gradient, double Hessian)
{
    // Rounding may add half a quantum per row; the other half of the range takes that up for any number of rows an array can hold.
    private const double Room = 1 << 30;

    // Adding 1.5 * 2^52 leaves the nearest integer, in two's complement, in the low 32 bits of the double.
    private const double Rounder = 6755399441055744.0;

    /// <summary>Scales for sums of magnitudes.</summary>
    public static GradientScale For(double gradientSum, double hessianSum) => new(PowerBelow(Room / gradientSum), PowerBelow(Room / hessianSum));

    /// <summary>Packs gradients and hessians.</summary>
    public void Quantise(ReadOnlySpan<float> gradients, ReadOnlySpan<float> hessians, Span<long> pairs)
    {
        var i = 0;
        var (scaleG, scaleH) = (Vector512.Create(Gradient), Vector512.Create(Hessian));
        var (rounder, low) = (Vector512.Create(Rounder), Vector512.Create(0xFFFF_FFFFL));
        for (; i <= pairs.Length - 8; i += 8)
        {
            var g = Widen(Vector256.Create(gradients[i..])) * scaleG + rounder;
            var h = Widen(Vector256.Create(hessians[i..])) * scaleH + rounder;
            ((g.AsInt64() << 32) + (h.AsInt64() & low)).CopyTo(pairs[i..]);
        }
        for (; i < pairs.Length; i++)
            pairs[i] = (BitConverter.DoubleToInt64Bits(gradients[i] * Gradient + Rounder) << 32) + (uint)BitConverter.DoubleToInt64Bits(hessians[i] * Hessian + Rounder);
    }

    private static Vector512<double> Widen(Vector256<float> x)
    {
        var (low, high) = Vector256.Widen(x);
        return Vector512.Create(low, high);
    }

    private static double PowerBelow(double scale) => scale < 1e300 ? Math.ScaleB(1, Math.ILogB(scale)) : 1; // else there is nothing to sum
}
