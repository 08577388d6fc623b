using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

internal readonly struct Identity : IActivation
{
    public static bool SlopeFromResult => true;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x) where V : struct, ILanes<V, float> => x;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope<V>(V x, V y) where V : struct, ILanes<V, float> => V.All(1);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Bend<V>(V x) where V : struct, ILanes<V, float> => V.All(0);
}

internal readonly struct Relu : IActivation
{
    public static bool SlopeFromResult => true;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x) where V : struct, ILanes<V, float> => V.IfLess(x, V.All(0), V.All(0), x); // NaN stays NaN, so that a loss can tell of it
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope<V>(V x, V y) where V : struct, ILanes<V, float> => V.IfLess(V.All(0), y, V.All(1), V.All(0));
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Bend<V>(V x) where V : struct, ILanes<V, float> => V.All(0);
}

internal readonly struct LeakyRelu : IActivation
{
    public const float Leak = 0.2f;
    public static bool SlopeFromResult => true;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x) where V : struct, ILanes<V, float> => V.IfLess(x, V.All(0), x * V.All(Leak), x);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope<V>(V x, V y) where V : struct, ILanes<V, float> => V.IfLess(V.All(0), y, V.All(1), V.All(Leak));
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Bend<V>(V x) where V : struct, ILanes<V, float> => V.All(0);
}

internal readonly struct Tanh : IActivation
{
    public static bool SlopeFromResult => true;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x) where V : struct, ILanes<V, float> => FastMath.FloatTanh.Of(x);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope<V>(V x, V y) where V : struct, ILanes<V, float> => V.All(1) - y * y;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Bend<V>(V x) where V : struct, ILanes<V, float>
    {
        var y = Of(x);
        return V.All(-2) * y * (V.All(1) - y * y);
    }
}

internal readonly struct Sigmoid : IActivation
{
    public static bool SlopeFromResult => true;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x) where V : struct, ILanes<V, float> => FastMath.FloatSigmoid.Of(x);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope<V>(V x, V y) where V : struct, ILanes<V, float> => y * (V.All(1) - y);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Bend<V>(V x) where V : struct, ILanes<V, float>
    {
        var y = Of(x);
        return y * (V.All(1) - y) * (V.All(1) - y - y);
    }
}

internal readonly struct Silu : IActivation
{
    public static bool SlopeFromResult => false;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x) where V : struct, ILanes<V, float> => x * FastMath.FloatSigmoid.Of(x);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope<V>(V x, V y) where V : struct, ILanes<V, float>
    {
        var s = FastMath.FloatSigmoid.Of(x);
        return s + s * x * (V.All(1) - s);
    }
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Bend<V>(V x) where V : struct, ILanes<V, float>
    {
        var s = FastMath.FloatSigmoid.Of(x);
        return s * (V.All(1) - s) * (V.All(2) + x * (V.All(1) - s - s));
    }
}

/// <summary>x/2 · (1 + tanh u) with u = sqrt(2/π) (x + 0.044715 x³).</summary>
internal readonly struct Gelu : IActivation
{
    private const float Root = 0.7978845608f, Cubic = 0.044715f;
    public static bool SlopeFromResult => false;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x) where V : struct, ILanes<V, float> => V.All(0.5f) * x * (V.All(1) + FastMath.FloatTanh.Of(Inner(x)));
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope<V>(V x, V y) where V : struct, ILanes<V, float>
    {
        var t = FastMath.FloatTanh.Of(Inner(x));
        return V.All(0.5f) * (V.All(1) + t + x * (V.All(1) - t * t) * InnerSlope(x));
    }
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Bend<V>(V x) where V : struct, ILanes<V, float>
    {
        var t = FastMath.FloatTanh.Of(Inner(x));
        var (first, second) = (InnerSlope(x), V.All(Root * Cubic * 6) * x);
        return (V.All(1) - t * t) * (first + V.All(0.5f) * x * (second - V.All(2) * t * first * first));
    }
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Inner<V>(V x) where V : struct, ILanes<V, float> => V.All(Root) * x * V.Fma(x * x, V.All(Cubic), V.All(1));
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V InnerSlope<V>(V x) where V : struct, ILanes<V, float> => V.All(Root) * V.Fma(x * x, V.All(3 * Cubic), V.All(1));
}

/// <summary>max(x, 0) + log(1 + e^-|x|), which overflows nowhere.</summary>
internal readonly struct Softplus : IActivation
{
    public static bool SlopeFromResult => false;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x) where V : struct, ILanes<V, float> =>
        V.IfLess(x, V.All(0), V.All(0), x) + FastMath.FloatLog.OfNormal(V.All(1) + FastMath.FloatExp.Of(V.All(0) - V.Abs(x)));
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Slope<V>(V x, V y) where V : struct, ILanes<V, float> => FastMath.FloatSigmoid.Of(x);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Bend<V>(V x) where V : struct, ILanes<V, float>
    {
        var s = FastMath.FloatSigmoid.Of(x);
        return s * (V.All(1) - s);
    }
}
