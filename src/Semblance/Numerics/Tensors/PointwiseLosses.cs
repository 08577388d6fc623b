using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>
/// Losses that are a sum over elements. Errors (<c>MeanSquaredError</c>, <c>Huber</c>) are averaged over all elements; negative log-likelihoods (<c>BinaryCrossEntropy</c>,
/// <c>GaussianNegativeLogLikelihood</c>, <c>GaussianDivergence</c>, <c>SoftmaxCrossEntropy</c>) are summed over columns and averaged over rows, nats a row, so that they can be added up.
/// </summary>
public static unsafe class PointwiseLosses
{
    extension(Tensor x)
    {
        /// <summary>Mean of the squared differences from a target of the same shape; the target takes part in the derivative if it needs one.</summary>
        /// <returns>A single number.</returns>
        /// <exception cref="ArgumentException">The shapes differ.</exception>
        public Tensor MeanSquaredError(Tensor target) => Measure<SquaredError>("MeanSquaredError", x, target, null, 0, 1f / x.Count);

        /// <summary>Mean of ½d² for differences |d| up to <paramref name="delta"/> and of delta (|d| - delta/2) beyond, where squares would let a few values decide (Huber 1964).</summary>
        /// <returns>A single number.</returns>
        /// <exception cref="ArgumentException">The shapes differ, or delta is not positive.</exception>
        public Tensor Huber(Tensor target, float delta = 1)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(delta);
            return Measure<HuberError>("Huber", x, target, null, delta, 1f / x.Count);
        }

        /// <summary>-log of the chance of a target of the same shape, in [0, 1] by element, where x holds the logits: never infinite for finite x. Summed over columns, averaged over rows.</summary>
        /// <returns>A single number.</returns>
        /// <exception cref="ArgumentException">The shapes differ.</exception>
        public Tensor BinaryCrossEntropy(Tensor target) => Measure<LogisticLoss>("BinaryCrossEntropy", x, target, null, 0, 1f / x.Rows);

        /// <summary>-log density of a target under independent normals whose means are x: ½(log 2π + logVariance + (target - x)² / e^logVariance), summed over columns, averaged over rows.</summary>
        /// <returns>A single number.</returns>
        /// <exception cref="ArgumentException">The shapes differ.</exception>
        public Tensor GaussianNegativeLogLikelihood(Tensor logVariance, Tensor target) =>
            Measure<GaussianLoss>("GaussianNegativeLogLikelihood", x, logVariance, target, 0, 1f / x.Rows);

        /// <summary>Kullback-Leibler divergence of normals with means x and given log-variances from the standard normal: ½(e^logVariance + x² - 1 - logVariance), summed over columns, averaged over rows.</summary>
        /// <returns>A single number.</returns>
        /// <exception cref="ArgumentException">The shapes differ.</exception>
        public Tensor GaussianDivergence(Tensor logVariance) => Measure<GaussianDistance>("GaussianDivergence", x, logVariance, null, 0, 1f / x.Rows);
    }

    private static Tensor Measure<L>(string name, Tensor a, Tensor b, Tensor? c, float parameter, float scale) where L : struct, ILoss
    {
        Shapes.RequireSame(name, a, b);
        if (c is not null) Shapes.RequireSame(name, a, c);
        var y = a.Tape.Make(new Shape(1), a.NeedsGradient || b.NeedsGradient || c is { NeedsGradient: true });
        *y.Data = LossKernels.Sum<L>(a.Tape, a.Data, b.Data, (c ?? b).Data, a.Count, parameter) * scale;
        if (y.NeedsGradient) a.Tape.Record(new LossOperation<L>(name, y, a, b, c, parameter, scale));
        return y;
    }

    private sealed class LossOperation<L>(string name, Tensor y, Tensor a, Tensor b, Tensor? c, float parameter, float scale) : Operation(y) where L : struct, ILoss
    {
        public override string Name => name;

        public override void Backward()
        {
            var (factor, at) = (*Output.GradientData * scale, parameter);
            float* x = a.Data, z = b.Data, t = (c ?? b).Data;
            bool addA = false, addB = false, addC = false;
            float* da = a.NeedsGradient ? a.TakeGradient(out addA) : null, db = b.NeedsGradient ? b.TakeGradient(out addB) : null, dc = c is { NeedsGradient: true } ? c.TakeGradient(out addC) : null;
            Output.Tape.For(a.Count, ActivationKernels.Grain, (from, to) =>
            {
                LossKernels.Pass<L, First>(x + from, z + from, t + from, da == null ? null : da + from, to - from, at, factor, addA);
                LossKernels.Pass<L, Second>(x + from, z + from, t + from, db == null ? null : db + from, to - from, at, factor, addB);
                LossKernels.Pass<L, Third>(x + from, z + from, t + from, dc == null ? null : dc + from, to - from, at, factor, addC);
            });
        }
    }

    private readonly struct SquaredError : ILoss
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x, V target, V none, float parameter) where V : struct, ILanes<V, float> => (x - target) * (x - target);
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Slope<V, I>(V x, V target, V none, float parameter) where V : struct, ILanes<V, float> where I : struct, IInput => V.All(I.Number == 0 ? 2 : -2) * (x - target);
    }

    private readonly struct HuberError : ILoss
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x, V target, V none, float delta) where V : struct, ILanes<V, float>
        {
            var d = V.Abs(x - target);
            return V.IfLess(d, V.All(delta), V.All(0.5f) * d * d, V.All(delta) * (d - V.All(delta / 2)));
        }
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Slope<V, I>(V x, V target, V none, float delta) where V : struct, ILanes<V, float> where I : struct, IInput
        {
            var d = I.Number == 0 ? x - target : target - x;
            return V.IfLess(d, V.All(-delta), V.All(-delta), V.IfLess(V.All(delta), d, V.All(delta), d));
        }
    }

    /// <summary>max(x, 0) - x·target + log(1 + e^-|x|).</summary>
    private readonly struct LogisticLoss : ILoss
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x, V target, V none, float parameter) where V : struct, ILanes<V, float> => Softplus.Of(x) - x * target;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Slope<V, I>(V x, V target, V none, float parameter) where V : struct, ILanes<V, float> where I : struct, IInput =>
            I.Number == 0 ? FastMath.FloatSigmoid.Of(x) - target : V.All(0) - x;
    }

    private readonly struct GaussianLoss : ILoss
    {
        private const float LogTwoPi = 1.837877066f;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V mean, V logVariance, V target, float parameter) where V : struct, ILanes<V, float> =>
            V.All(0.5f) * (V.All(LogTwoPi) + logVariance + Square(mean - target) * FastMath.FloatExp.Of(V.All(0) - logVariance));
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Slope<V, I>(V mean, V logVariance, V target, float parameter) where V : struct, ILanes<V, float> where I : struct, IInput
        {
            var precision = FastMath.FloatExp.Of(V.All(0) - logVariance);
            return I.Number == 1 ? V.All(0.5f) * (V.All(1) - Square(mean - target) * precision) : (I.Number == 0 ? mean - target : target - mean) * precision;
        }
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Square<V>(V x) where V : struct, ILanes<V, float> => x * x;
    }

    private readonly struct GaussianDistance : ILoss
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V mean, V logVariance, V none, float parameter) where V : struct, ILanes<V, float> =>
            V.All(0.5f) * (V.Fma(mean, mean, FastMath.FloatExp.Of(logVariance) - V.All(1)) - logVariance);
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Slope<V, I>(V mean, V logVariance, V none, float parameter) where V : struct, ILanes<V, float> where I : struct, IInput =>
            I.Number == 0 ? mean : V.All(0.5f) * (FastMath.FloatExp.Of(logVariance) - V.All(1));
    }
}
