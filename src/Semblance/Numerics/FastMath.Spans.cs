using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Semblance.Numerics;

// Whole spans at once, by the widest registers of the machine. One text serves all tiers (see ILanes), so the bits are the same on each; the double versions
// also equal the scalar functions above bit for bit.
public static partial class FastMath
{
    /// <summary>e^x for each element, within 2 ulp; below -87.3 (where floats become subnormal) zero, above 88.72 infinity. Source and result may be the same.</summary>
    public static void Exp(ReadOnlySpan<float> x, Span<float> result) => Apply<FloatExp>(x, result, Tier);

    /// <summary>Natural logarithm of each element, within 2 ulp; 0 gives -infinity, negative numbers NaN.</summary>
    public static void Log(ReadOnlySpan<float> x, Span<float> result) => Apply<FloatLog>(x, result, Tier);

    /// <summary>1 / (1 + e^-x) for each element, within 3 ulp (below -87.3 zero).</summary>
    public static void Sigmoid(ReadOnlySpan<float> x, Span<float> result) => Apply<FloatSigmoid>(x, result, Tier);

    /// <summary>Hyperbolic tangent of each element, within 3 ulp.</summary>
    public static void Tanh(ReadOnlySpan<float> x, Span<float> result) => Apply<FloatTanh>(x, result, Tier);

    /// <summary>Sine of each element in radians, within 2 ulp for |x| &lt; 65,536; NaN beyond, where neighbouring floats lie a hundredth of a radian apart.</summary>
    public static void Sin(ReadOnlySpan<float> x, Span<float> result) => Apply<FloatSin>(x, result, Tier);

    /// <summary>Cosine of each element in radians, within 2 ulp for |x| &lt; 65,536; NaN beyond.</summary>
    public static void Cos(ReadOnlySpan<float> x, Span<float> result) => Apply<FloatCos>(x, result, Tier);

    /// <summary>e^x for each element: the bits of <see cref="Exp(double)"/>.</summary>
    public static void Exp(ReadOnlySpan<double> x, Span<double> result) => Apply<DoubleExp>(x, result, Tier);

    /// <summary>Natural logarithm of each element: the bits of <see cref="Log(double)"/>.</summary>
    public static void Log(ReadOnlySpan<double> x, Span<double> result) => Apply<DoubleLog>(x, result, Tier);

    /// <summary>1 / (1 + e^-x) for each element: the bits of <see cref="Sigmoid(double)"/>.</summary>
    public static void Sigmoid(ReadOnlySpan<double> x, Span<double> result) => Apply<DoubleSigmoid>(x, result, Tier);

    /// <summary>Bits of the registers in use: 512, 256, or 1 for scalar code.</summary>
    internal static int Tier => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 1;

    /// <summary>A function of one number, written once for registers of any width.</summary>
    internal interface IMap<T> where T : unmanaged
    {
        static abstract V Of<V>(V x) where V : struct, ILanes<V, T>;
    }

    /// <summary>Applies a function by a chosen tier.</summary>
    internal static void Apply<F>(ReadOnlySpan<float> x, Span<float> result, int tier) where F : struct, IMap<float>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(result.Length, x.Length);
        switch (tier)
        {
            case 512: Apply<F, Float512, Float1, float>(x, result); break;
            case 256: Apply<F, Float256, Float1, float>(x, result); break;
            default: Apply<F, Float1, Float1, float>(x, result); break;
        }
    }

    /// <summary>Applies a function by a chosen tier.</summary>
    internal static void Apply<F>(ReadOnlySpan<double> x, Span<double> result, int tier) where F : struct, IMap<double>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(result.Length, x.Length);
        switch (tier)
        {
            case 512: Apply<F, Double512, Double1, double>(x, result); break;
            case 256: Apply<F, Double256, Double1, double>(x, result); break;
            default: Apply<F, Double1, Double1, double>(x, result); break;
        }
    }

    /// <summary>Compiled alone and at once in full: inlined with its callers it would exceed what the compiler is willing to inline, and every lane operation become a call.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Apply<F, V, S, T>(ReadOnlySpan<T> x, Span<T> result)
        where F : struct, IMap<T> where V : struct, ILanes<V, T> where S : struct, ILanes<S, T> where T : unmanaged
    {
        ref var source = ref MemoryMarshal.GetReference(x);
        ref var target = ref MemoryMarshal.GetReference(result);
        nuint i = 0, n = (nuint)x.Length, width = (nuint)V.Count;
        for (; i + width <= n; i += width) F.Of(V.Load(ref source, i)).Store(ref target, i);
        for (; i < n; i++) F.Of(S.Load(ref source, i)).Store(ref target, i);
    }
}
