using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>Long short-term memory.</summary>
public static class LstmOperations
{
    extension(Tensor x)
    {
        /// <summary>
        /// Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000) in the form of PyTorch's <c>LSTM</c>, whose two biases are one here: with the columns
        /// of weights and bias in the order i, f, g, o,
        /// <code>
        /// i, f, o = σ(x·W + h·U + b)     g = tanh(x·W + h·U + b)
        /// c' = f ∘ c + i ∘ g             h' = o ∘ tanh(c')
        /// </code>
        /// Steps taken one by one, each from the state and cell the last one gave, have the bits of a whole sequence.
        /// </summary>
        /// <param name="inputWeight">W: inputs × 4·size.</param>
        /// <param name="stateWeight">U: size × 4·size.</param>
        /// <param name="bias">b: 4·size, or null.</param>
        /// <param name="state">batch × size: h before the first step; null: zeros.</param>
        /// <param name="cell">batch × size: c before the first step; null: zeros.</param>
        /// <returns>States after each step: (batch, length, size) of sequences (batch, length, inputs), (batch, size) of single steps (batch, inputs); and c after the last step, batch × size.</returns>
        /// <exception cref="ArgumentException">The shapes do not fit.</exception>
        public (Tensor States, Tensor Cell) Lstm(Tensor inputWeight, Tensor stateWeight, Tensor? bias = null, Tensor? state = null, Tensor? cell = null)
        {
            var (states, last) = Recurrence<LstmCell>.Run(x, inputWeight, stateWeight, bias, null, state, cell, returnsKept: true);
            return (states, last!);
        }
    }

    /// <summary>Kept: c.</summary>
    private readonly unsafe struct LstmCell : IRecurrentCell
    {
        public static string Name => "Lstm";
        public static int Gates => 4;
        public static bool Sums => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Forward<V>(float* gates, float* share, float* before, float* keptBefore, float* kept, float* state, nuint i, nuint size) where V : struct, ILanes<V, float>
        {
            var input = FastMath.FloatSigmoid.Of(V.Load(ref *gates, i) + V.Load(ref *share, i));
            var forget = FastMath.FloatSigmoid.Of(V.Load(ref *gates, i + size) + V.Load(ref *share, i + size));
            var g = FastMath.FloatTanh.Of(V.Load(ref *gates, i + 2 * size) + V.Load(ref *share, i + 2 * size));
            var o = FastMath.FloatSigmoid.Of(V.Load(ref *gates, i + 3 * size) + V.Load(ref *share, i + 3 * size));
            var c = V.Fma(forget, V.Load(ref *keptBefore, i), input * g);
            input.Store(ref *gates, i);
            forget.Store(ref *gates, i + size);
            g.Store(ref *gates, i + 2 * size);
            o.Store(ref *gates, i + 3 * size);
            c.Store(ref *kept, i);
            (o * FastMath.FloatTanh.Of(c)).Store(ref *state, i);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Backward<V>(float* gates, float* slopes, float* share, float* before, float* keptBefore, float* kept, float* dy, float* carry, float* keptCarry, nuint i, nuint size) where V : struct, ILanes<V, float>
        {
            var (input, forget) = (V.Load(ref *gates, i), V.Load(ref *gates, i + size));
            var (g, o) = (V.Load(ref *gates, i + 2 * size), V.Load(ref *gates, i + 3 * size));
            var tanh = FastMath.FloatTanh.Of(V.Load(ref *kept, i));
            var dh = V.Load(ref *dy, i) + V.Load(ref *carry, i);
            V.All(0).Store(ref *carry, i);
            var dc = V.Fma(dh * o, V.All(1) - tanh * tanh, V.Load(ref *keptCarry, i));
            (dc * forget).Store(ref *keptCarry, i);
            (dc * g * input * (V.All(1) - input)).Store(ref *slopes, i);
            (dc * V.Load(ref *keptBefore, i) * forget * (V.All(1) - forget)).Store(ref *slopes, i + size);
            (dc * input * (V.All(1) - g * g)).Store(ref *slopes, i + 2 * size);
            (dh * tanh * o * (V.All(1) - o)).Store(ref *slopes, i + 3 * size);
        }
    }
}
