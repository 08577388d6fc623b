using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>Functions of each number that are no activations of a layer.</summary>
public static unsafe class FunctionOperations
{
    extension(Tensor x)
    {
        /// <summary>e^x by element, within 2 ulp.</summary>
        public Tensor Exp() => Map<Exponential>(x);

        /// <summary>Natural logarithm by element, within 2 ulp; NaN below 0.</summary>
        public Tensor Log() => Map<Logarithm>(x);

        /// <summary>x² by element.</summary>
        public Tensor Square() => Map<Squared>(x);

        /// <summary>Square root by element; NaN below 0. Its derivative is infinite at 0: add a little before where that can be.</summary>
        public Tensor SquareRoot() => Map<Root>(x);

        /// <summary>1/x by element.</summary>
        public Tensor Reciprocal() => Map<Inverse>(x);

        /// <summary>|x| by element; its derivative at 0 counts as 0.</summary>
        public Tensor Absolute() => Map<Magnitude>(x);
    }

    private static Tensor Map<F>(Tensor x) where F : struct, IActivation
    {
        var y = x.Tape.Make(x.Shape, x.NeedsGradient);
        float* from = x.Data, to = y.Data;
        x.Tape.For(x.Count, ActivationKernels.Grain, (start, end) => ActivationKernels.Apply<F>(from + start, to + start, end - start));
        if (y.NeedsGradient) x.Tape.Record(new FunctionOperation<F>(y, x));
        return y;
    }

    private sealed class FunctionOperation<F>(Tensor y, Tensor x) : Operation(y) where F : struct, IActivation
    {
        public override string Name => typeof(F).Name;

        public override void Backward()
        {
            float* from = x.Data, result = Output.Data, dy = Output.GradientData;
            Output.Tape.For(x.Count, ActivationKernels.Grain, (i, end) => ActivationKernels.Pass<F>(from + i, result + i, dy + i, dy + i, end - i, false));
            Output.PassGradient(x);
        }
    }

    private readonly struct Exponential : IActivation
    {
        public static bool SlopeFromResult => true;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x) where V : struct, ILanes<V, float> => FastMath.FloatExp.Of(x);
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Slope<V>(V x, V y) where V : struct, ILanes<V, float> => y;
    }

    private readonly struct Logarithm : IActivation
    {
        public static bool SlopeFromResult => false;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x) where V : struct, ILanes<V, float> => FastMath.FloatLog.Of(x);
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Slope<V>(V x, V y) where V : struct, ILanes<V, float> => V.All(1) / x;
    }

    private readonly struct Squared : IActivation
    {
        public static bool SlopeFromResult => false;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x) where V : struct, ILanes<V, float> => x * x;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Slope<V>(V x, V y) where V : struct, ILanes<V, float> => x + x;
    }

    private readonly struct Root : IActivation
    {
        public static bool SlopeFromResult => true;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x) where V : struct, ILanes<V, float> => V.Sqrt(x);
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Slope<V>(V x, V y) where V : struct, ILanes<V, float> => V.All(0.5f) / y;
    }

    private readonly struct Inverse : IActivation
    {
        public static bool SlopeFromResult => true;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x) where V : struct, ILanes<V, float> => V.All(1) / x;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Slope<V>(V x, V y) where V : struct, ILanes<V, float> => V.All(0) - y * y;
    }

    private readonly struct Magnitude : IActivation
    {
        public static bool SlopeFromResult => false;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x) where V : struct, ILanes<V, float> => V.Abs(x);
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Slope<V>(V x, V y) where V : struct, ILanes<V, float> => V.IfLess(x, V.All(0), V.All(-1), V.IfLess(V.All(0), x, V.All(1), V.All(0)));
    }
}
