using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>A function of one number with two derivatives: the second is what a gradient penalty needs.</summary>
internal interface IActivation
{
    /// <summary>Whether <see cref="Slope"/> needs only the result y. Then the argument need not be kept.</summary>
    static abstract bool SlopeFromResult { get; }
    static abstract V Of<V>(V x) where V : struct, ILanes<V, float>;

    /// <summary>First derivative, from argument and result.</summary>
    static abstract V Slope<V>(V x, V y) where V : struct, ILanes<V, float>;

    /// <summary>Second derivative; what is no <see cref="Activation"/> needs none.</summary>
    static virtual V Bend<V>(V x) where V : struct, ILanes<V, float> => throw new NotSupportedException();
}

/// <summary>The activations over spans of memory, one text for every register width.</summary>
internal static unsafe class ActivationKernels
{
    /// <summary>Elements in a range that one thread works on at a time.</summary>
    public const int Grain = 1 << 15;

    public static bool SlopeFromResult(Activation activation) => activation is not (Activation.Silu or Activation.Gelu or Activation.Softplus);

    /// <summary>Whether the second derivative is anything but zero.</summary>
    public static bool Bends(Activation activation) => activation is not (Activation.None or Activation.Relu or Activation.LeakyRelu);

    /// <summary>y = f(x); in place where they are the same.</summary>
    public static void Apply(Activation activation, float* x, float* y, int count) => Choose<Forward>(activation, x, y, null, null, count, false);

    /// <summary>y = f(x), and x = f'(x) in its place: the two share their costly part.</summary>
    public static void ApplyForSlope(Activation activation, float* x, float* y, int count) => Choose<ForwardForSlope>(activation, x, y, null, null, count, false);

    /// <summary>dx (+)= dy · f'(x). One of x and y may be null as <see cref="SlopeFromResult"/> tells; dx may be dy.</summary>
    public static void Pass(Activation activation, float* x, float* y, float* dy, float* dx, int count, bool add) => Choose<Gradient>(activation, x, y, dy, dx, count, add);

    /// <summary>y = f'(x).</summary>
    public static void Slope(Activation activation, float* x, float* y, int count) => Choose<SlopeOnly>(activation, x, y, null, null, count, false);

    /// <summary>dx (+)= dy · f''(x).</summary>
    public static void PassBend(Activation activation, float* x, float* dy, float* dx, int count, bool add) => Choose<BendOnly>(activation, x, x, dy, dx, count, add);

    /// <summary>y = F(x); in place where they are the same.</summary>
    public static void Apply<F>(float* x, float* y, int count) where F : struct, IActivation => Run<Forward, F>(x, y, null, null, count, false);

    /// <summary>dx (+)= dy · F'(x); dx may be dy.</summary>
    public static void Pass<F>(float* x, float* y, float* dy, float* dx, int count, bool add) where F : struct, IActivation => Run<Gradient, F>(x, y, dy, dx, count, add);

    private interface IUse
    {
        static abstract void Run<F, V>(float* x, float* y, float* dy, float* dx, nuint i, bool add) where F : struct, IActivation where V : struct, ILanes<V, float>;
    }

    private static void Choose<U>(Activation activation, float* x, float* y, float* dy, float* dx, int count, bool add) where U : struct, IUse
    {
        switch (activation)
        {
            case Activation.None: Run<U, Identity>(x, y, dy, dx, count, add); break;
            case Activation.Relu: Run<U, Relu>(x, y, dy, dx, count, add); break;
            case Activation.LeakyRelu: Run<U, LeakyRelu>(x, y, dy, dx, count, add); break;
            case Activation.Silu: Run<U, Silu>(x, y, dy, dx, count, add); break;
            case Activation.Gelu: Run<U, Gelu>(x, y, dy, dx, count, add); break;
            case Activation.Tanh: Run<U, Tanh>(x, y, dy, dx, count, add); break;
            case Activation.Sigmoid: Run<U, Sigmoid>(x, y, dy, dx, count, add); break;
            case Activation.Softplus: Run<U, Softplus>(x, y, dy, dx, count, add); break;
            default: throw new ArgumentOutOfRangeException(nameof(activation), activation, null);
        }
    }

    private static void Run<U, F>(float* x, float* y, float* dy, float* dx, int count, bool add) where U : struct, IUse where F : struct, IActivation
    {
        switch (FastMath.Tier)
        {
            case 512: Run<U, F, Float512>(x, y, dy, dx, count, add); break;
            case 256: Run<U, F, Float256>(x, y, dy, dx, count, add); break;
            default: Run<U, F, Float1>(x, y, dy, dx, count, add); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Run<U, F, V>(float* x, float* y, float* dy, float* dx, int count, bool add)
        where U : struct, IUse where F : struct, IActivation where V : struct, ILanes<V, float>
    {
        nuint i = 0, n = (nuint)count, width = (nuint)V.Count;
        for (; i + width <= n; i += width) U.Run<F, V>(x, y, dy, dx, i, add);
        for (; i < n; i++) U.Run<F, Float1>(x, y, dy, dx, i, add);
    }

    private readonly struct Forward : IUse
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<F, V>(float* x, float* y, float* dy, float* dx, nuint i, bool add) where F : struct, IActivation where V : struct, ILanes<V, float> =>
            F.Of(V.Load(ref *x, i)).Store(ref *y, i);
    }

    private readonly struct ForwardForSlope : IUse
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<F, V>(float* x, float* y, float* dy, float* dx, nuint i, bool add) where F : struct, IActivation where V : struct, ILanes<V, float>
        {
            var at = V.Load(ref *x, i);
            var result = F.Of(at);
            result.Store(ref *y, i);
            F.Slope(at, result).Store(ref *x, i);
        }
    }

    private readonly struct Gradient : IUse
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<F, V>(float* x, float* y, float* dy, float* dx, nuint i, bool add) where F : struct, IActivation where V : struct, ILanes<V, float>
        {
            var slope = F.SlopeFromResult ? F.Slope(default, V.Load(ref *y, i)) : F.Slope(V.Load(ref *x, i), V.Load(ref *y, i));
            var d = V.Load(ref *dy, i) * slope;
            (add ? V.Load(ref *dx, i) + d : d).Store(ref *dx, i);
        }
    }

    private readonly struct SlopeOnly : IUse
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<F, V>(float* x, float* y, float* dy, float* dx, nuint i, bool add) where F : struct, IActivation where V : struct, ILanes<V, float>
        {
            var at = V.Load(ref *x, i);
            F.Slope(at, F.Of(at)).Store(ref *y, i);
        }
    }

    private readonly struct BendOnly : IUse
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<F, V>(float* x, float* y, float* dy, float* dx, nuint i, bool add) where F : struct, IActivation where V : struct, ILanes<V, float>
        {
            var d = V.Load(ref *dy, i) * F.Bend(V.Load(ref *x, i));
            (add ? V.Load(ref *dx, i) + d : d).Store(ref *dx, i);
        }
    }
}
