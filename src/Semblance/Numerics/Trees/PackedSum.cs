using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>
/// A gradient (high 32 bits, signed) and a hessian (low 32 bits, not negative) in one 64-bit integer, so that one addition sums both. Sums of integers do not
/// depend on their order: the same trees come out at any thread count and vector width. <see cref="GradientScale"/> keeps both halves within range.
/// </summary>
internal static class PackedSum
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Of(int gradient, int hessian) => ((long)gradient << 32) + hessian;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Gradient(long sum) => (int)(sum >> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Hessian(long sum) => (uint)sum;
}
