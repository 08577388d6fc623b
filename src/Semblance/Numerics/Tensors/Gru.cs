using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>The gated recurrent unit.</summary>
public static class GruOperations
{
    extension(Tensor x)
    {
        /// <summary>
        /// A gated recurrent unit (Cho et al. 2014) in the form of PyTorch's <c>GRU</c>: with the columns of weights and biases in the order r, z, n,
        /// <code>
        /// r  = σ(x·Wᵣ + bᵣ + h·Uᵣ + cᵣ)
        /// z  = σ(x·W_z + b_z + h·U_z + c_z)
        /// n  = tanh(x·Wₙ + bₙ + r ∘ (h·Uₙ + cₙ))
        /// h' = (1 - z) ∘ n + z ∘ h
        /// </code>
        /// Steps taken one by one, each from the state the last one gave, have the bits of a whole sequence.
        /// </summary>
        /// <param name="inputWeight">W: inputs × 3·size.</param>
        /// <param name="stateWeight">U: size × 3·size.</param>
        /// <param name="inputBias">b: 3·size, or null.</param>
        /// <param name="stateBias">c: 3·size, or null.</param>
        /// <param name="state">batch × size: h before the first step; null: zeros.</param>
        /// <returns>States after each step: (batch, length, size) of sequences (batch, length, inputs), (batch, size) of single steps (batch, inputs).</returns>
        /// <exception cref="ArgumentException">The shapes do not fit.</exception>
        public Tensor Gru(Tensor inputWeight, Tensor stateWeight, Tensor? inputBias = null, Tensor? stateBias = null, Tensor? state = null) =>
            Recurrence<GruCell>.Run(x, inputWeight, stateWeight, inputBias, stateBias, state, null, returnsKept: false).States;
    }

    /// <summary>Kept: the state's share in n, which r multiplies.</summary>
    private readonly unsafe struct GruCell : IRecurrentCell
    {
        public static string Name => "Gru";
        public static int Gates => 3;
        public static bool Sums => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Forward<V>(float* gates, float* share, float* before, float* keptBefore, float* kept, float* state, nuint i, nuint size) where V : struct, ILanes<V, float>
        {
            var r = FastMath.FloatSigmoid.Of(V.Load(ref *gates, i) + V.Load(ref *share, i));
            var z = FastMath.FloatSigmoid.Of(V.Load(ref *gates, i + size) + V.Load(ref *share, i + size));
            var inner = V.Load(ref *share, i + 2 * size);
            var n = FastMath.FloatTanh.Of(V.Fma(r, inner, V.Load(ref *gates, i + 2 * size)));
            r.Store(ref *gates, i);
            z.Store(ref *gates, i + size);
            n.Store(ref *gates, i + 2 * size);
            inner.Store(ref *kept, i);
            V.Fma(z, V.Load(ref *before, i) - n, n).Store(ref *state, i);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Backward<V>(float* gates, float* slopes, float* share, float* before, float* keptBefore, float* kept, float* dy, float* carry, float* keptCarry, nuint i, nuint size) where V : struct, ILanes<V, float>
        {
            var (r, z, n) = (V.Load(ref *gates, i), V.Load(ref *gates, i + size), V.Load(ref *gates, i + 2 * size));
            var dh = V.Load(ref *dy, i) + V.Load(ref *carry, i);
            (dh * z).Store(ref *carry, i);
            var dn = dh * (V.All(1) - z) * (V.All(1) - n * n);
            var dr = dn * V.Load(ref *kept, i) * r * (V.All(1) - r);
            var dz = dh * (V.Load(ref *before, i) - n) * z * (V.All(1) - z);
            dr.Store(ref *slopes, i);
            dz.Store(ref *slopes, i + size);
            dn.Store(ref *slopes, i + 2 * size);
            dr.Store(ref *share, i);
            dz.Store(ref *share, i + size);
            (dn * r).Store(ref *share, i + 2 * size);
        }
    }
}
