using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>Scaled dot-product attention with several heads.</summary>
public static unsafe class AttentionOperations
{
    extension(Tensor x)
    {
        /// <summary>
        /// Every step of a sequence takes a mean of the values of all steps, weighted by softmax(q·k/√d) over them (Vaswani et al. 2017); each head does so with columns of its own.
        /// </summary>
        /// <param name="keys">(batch, keys, heads·d), as x, the queries, is (batch, length, heads·d).</param>
        /// <param name="values">(batch, keys, heads·e).</param>
        /// <param name="heads">Divides the columns.</param>
        /// <param name="causal">A step sees no later one. Where there are more keys than queries, the last query stands at the last key, as in generation with keys kept from earlier steps.</param>
        /// <param name="lengths">For each sequence how many of its keys count; empty: all.</param>
        /// <param name="mask">length × keys: which key each query sees, in all sequences; empty: all. A query that sees none gets zeros.</param>
        /// <returns>(batch, length, heads·e).</returns>
        /// <exception cref="ArgumentException">The shapes do not fit.</exception>
        public Tensor Attention(Tensor keys, Tensor values, int heads, bool causal = false, ReadOnlySpan<int> lengths = default, ReadOnlySpan<bool> mask = default)
        {
            if (x.Shape.Rank != 3 || keys.Shape.Rank != 3 || x.Shape[0] != keys.Shape[0] || x.Columns != keys.Columns) throw Shapes.Unfit("Attention", x, keys, "queries and keys are (batch, length, columns) with as many sequences and columns");
            if (values.Shape.Rank != 3 || values.Shape[0] != keys.Shape[0] || values.Shape[1] != keys.Shape[1]) throw Shapes.Unfit("Attention", keys, values, "each key needs a value");
            if (heads < 1 || x.Columns % heads != 0 || values.Columns % heads != 0) throw Shapes.Unfit("Attention", x, values, $"columns must be a multiple of the {heads} heads");
            return Attend([x, keys, values], x.Shape[1], keys.Shape[1], x.Columns, values.Columns, heads, causal, lengths, mask);
        }

        /// <summary>Attention of sequences to themselves, with queries, keys and values side by side as one product makes them.</summary>
        /// <param name="heads">Divides a third of the columns.</param>
        /// <param name="causal">A step sees no later one.</param>
        /// <param name="lengths">For each sequence how many of its steps count as keys; empty: all.</param>
        /// <param name="mask">length × length: which step each step sees, in all sequences; empty: all. A step that sees none gets zeros.</param>
        /// <returns>(batch, length, d) for x of (batch, length, 3·d).</returns>
        /// <exception cref="ArgumentException">The shapes do not fit.</exception>
        public Tensor SelfAttention(int heads, bool causal = false, ReadOnlySpan<int> lengths = default, ReadOnlySpan<bool> mask = default)
        {
            var d = x.Columns / 3;
            if (x.Shape.Rank != 3 || heads < 1 || d * 3 != x.Columns || d % heads != 0) throw Shapes.Unfit("SelfAttention", x, $"it takes (batch, length, 3·d) with d a multiple of the {heads} heads");
            return Attend([x], x.Shape[1], x.Shape[1], d, d, heads, causal, lengths, mask);
        }
    }

    private static Tensor Attend(Tensor[] inputs, int length, int keys, int columns, int valueColumns, int heads, bool causal, ReadOnlySpan<int> lengths, ReadOnlySpan<bool> mask)
    {
        var (x, batch) = (inputs[0], inputs[0].Shape[0]);
        if (!lengths.IsEmpty && lengths.Length != batch) throw Shapes.Unfit("Attention", x, $"{lengths.Length} lengths were given for {batch} sequences");
        if (lengths.ContainsAnyExceptInRange(0, keys)) throw Shapes.Unfit("Attention", x, $"lengths must be in [0, {keys}]");
        if (!mask.IsEmpty && mask.Length != length * keys) throw Shapes.Unfit("Attention", x, $"a mask of {length} queries by {keys} keys has {length * keys} elements, not {mask.Length}");
        var tape = x.Tape;
        var y = tape.Make(new Shape(batch, length, valueColumns), Array.Exists(inputs, input => input.NeedsGradient));
        var operation = new AttentionOperation(y, inputs, keys, columns, heads, causal, lengths, mask);
        operation.Forward();
        if (y.NeedsGradient) tape.Record(operation);
        return y;
    }

    /// <summary>
    /// Each head of each sequence is worked on alone. Its scores stand with keys as rows and queries in the lanes: softmax is then a few plain operations on registers, without sums
    /// across them, and kernels read the weights in place, as they are or turned.
    /// </summary>
    [SkipLocalsInit]
    private sealed class AttentionOperation : Operation
    {
        private const int Grain = 1 << 12; // scores in one block of heads
        private readonly Tensor[] inputs; // queries, keys and values, or all three in one
        private readonly Tensor weights; // batch × heads × keys × lanes, after softmax
        private readonly float* hidden; // keys × lanes: 0, or -infinity where a query does not see a key; null where all are seen
        private readonly int* lengths;
        private readonly int heads, queries, keys, lanes, d, e; // d columns of a head in queries and keys, e in values
        private readonly float scale;

        public AttentionOperation(Tensor y, Tensor[] inputs, int keys, int columns, int heads, bool causal, ReadOnlySpan<int> lengths, ReadOnlySpan<bool> mask) : base(y)
        {
            var tape = y.Tape;
            (this.inputs, this.heads, this.keys, queries) = (inputs, heads, keys, y.Shape[1]);
            (lanes, d, e) = (queries + 15 & ~15, columns / heads, y.Columns / heads);
            scale = 1 / MathF.Sqrt(d);
            weights = tape.Make(new Shape(y.Shape[0] * heads, keys, lanes), false);
            if (!lengths.IsEmpty) lengths.CopyTo(new Span<int>(this.lengths = (int*)tape.Make(new Shape(lengths.Length), false).Data, lengths.Length));
            if (!causal && mask.IsEmpty) return;
            var hide = tape.Make(new Shape(keys, lanes), false);
            hide.Values.Clear();
            hidden = hide.Data;
            for (var key = 0; key < keys; key++)
                for (var query = 0; query < queries; query++)
                    if (causal && key > query + keys - queries || !mask.IsEmpty && !mask[query * keys + key]) hidden[key * lanes + query] = float.NegativeInfinity;
        }

        public override string Name => inputs.Length == 1 ? "SelfAttention" : "Attention";

        public void Forward()
        {
            var from = Operands.Of(inputs, input => (nint)input.Data);
            var to = Output.Data;
            Each((head, workspace) =>
            {
                var (q, k, v, p) = (Queries(from, head), Keys(from, head), Values(from, head), Weights(head));
                var turned = new Matrix(workspace.Right((nint)lanes * d + Panels.Slack), d, lanes);
                Panels.Transpose(q.Data, q.RowStride, queries, d, turned.Data, lanes);
                SmallProduct.Multiply(k, turned, p);
                Softmax(p);
                SmallProduct.Multiply(Seen(p).Transposed, v, Result(to, head));
            });
        }

        public override void Backward()
        {
            // A tensor that is more than one operand has its gradient written for the first and added to for the others, which is the order of the products below.
            var adds = new bool[3];
            var taken = 0;
            nint Take(Tensor input) => taken++ is var i && input.NeedsGradient ? (nint)input.TakeGradient(out adds[i]) : 0;
            var to = Operands.Of(inputs, Take);
            if (inputs.Length == 1) adds[2] = adds[1] = adds[0];
            var from = Operands.Of(inputs, input => (nint)input.Data);
            var dy = Output.GradientData;
            Each((head, workspace) =>
            {
                var (q, k, v, p, slope) = (Queries(from, head), Keys(from, head), Values(from, head), Weights(head), Result(dy, head));
                var turned = new Matrix(workspace.Right((nint)lanes * (e + keys) + Panels.Slack), e, lanes);
                var dP = new Matrix(turned.Data + (nint)lanes * e, p.Rows, lanes);
                Panels.Transpose(slope.Data, slope.RowStride, queries, e, turned.Data, lanes);
                SmallProduct.Multiply(v, turned, dP);
                SoftmaxSlope(p, dP); // makes it the slopes of the scores
                if (to.Queries != null) SmallProduct.Multiply(Seen(dP).Transposed, k, Queries(to, head), adds[0]);
                if (to.Keys != null) PassToKeys(Seen(dP), q, Keys(to, head), adds[1]);
                if (to.Values != null) PassToKeys(Seen(p), slope, Values(to, head), adds[2]);
            });
        }

        private void PassToKeys(Matrix a, Matrix b, Matrix gradient, bool add)
        {
            SmallProduct.Multiply(a, b, gradient, add);
            for (var key = a.Rows; key < keys && !add; key++) new Span<float>(gradient.Data + key * gradient.RowStride, gradient.Columns).Clear(); // keys past the length
        }

        private void Each(Action<int, Workspace> body)
        {
            var (count, grain) = (Output.Shape[0] * heads, Math.Max(1, Grain / Math.Max(1, keys * lanes)));
            Output.Tape.Gang.For((count + grain - 1) / grain, (block, workspace) =>
            {
                for (var head = block * grain; head < Math.Min(count, (block + 1) * grain); head++) body(head, workspace);
            });
        }

        // Where the numbers of one head of one sequence lie.

        private int Count(int head) => lengths == null ? keys : lengths[head / heads];

        private Matrix Queries(in Operands of, int head) => new(of.Queries + head / heads * queries * of.Stride + head % heads * d, queries, d, of.Stride, 1);

        private Matrix Keys(in Operands of, int head) => new(of.Keys + head / heads * keys * of.Stride + head % heads * d, Count(head), d, of.Stride, 1);

        private Matrix Values(in Operands of, int head) => new(of.Values + head / heads * keys * of.ValueStride + head % heads * e, Count(head), e, of.ValueStride, 1);

        private Matrix Result(float* y, int head) => new(y + ((nint)(head / heads) * queries * heads + head % heads) * e, queries, e, heads * e, 1);

        private Matrix Weights(int head) => new(weights.Data + (nint)head * keys * lanes, Count(head), lanes);

        private Matrix Seen(Matrix scores) => new(scores.Data, scores.Rows, queries, lanes, 1);

        private void Softmax(Matrix p)
        {
            switch (FastMath.Tier)
            {
                case 512: Softmax<Float512>(p); break;
                case 256: Softmax<Float256>(p); break;
                default: Softmax<Float1>(p); break;
            }
        }

        private void SoftmaxSlope(Matrix p, Matrix dP)
        {
            switch (FastMath.Tier)
            {
                case 512: SoftmaxSlope<Float512>(p, dP); break;
                case 256: SoftmaxSlope<Float256>(p, dP); break;
                default: SoftmaxSlope<Float1>(p, dP); break;
            }
        }

        /// <summary>Scores become weights, each lane a query.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private void Softmax<V>(Matrix p) where V : struct, ILanes<V, float>
        {
            var end = p.Data + (nint)p.Rows * lanes;
            for (nuint i = 0; i < (nuint)lanes; i += (nuint)V.Count)
            {
                var most = V.All(float.MinValue); // finite, so that a query that sees nothing gets e^-infinity = 0 everywhere
                var hide = hidden;
                for (var row = p.Data; row < end; row += lanes)
                {
                    var score = V.Load(ref *row, i) * V.All(scale);
                    if (hide != null)
                    {
                        score += V.Load(ref *hide, i);
                        hide += lanes;
                    }
                    score.Store(ref *row, i);
                    most = V.IfLess(most, score, score, most);
                }
                var sum = V.All(0);
                for (var row = p.Data; row < end; row += lanes)
                {
                    var weight = FastMath.FloatExp.Of(V.Load(ref *row, i) - most);
                    weight.Store(ref *row, i);
                    sum += weight;
                }
                var share = V.IfLess(sum, V.All(0.5f), V.All(0), V.All(1) / sum);
                for (var row = p.Data; row < end; row += lanes) (V.Load(ref *row, i) * share).Store(ref *row, i);
            }
        }

        /// <summary>Slopes of weights become slopes of scores: with w the weights, dw = w · (dw - sum of w·dw), scaled as the scores were.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private void SoftmaxSlope<V>(Matrix p, Matrix dP) where V : struct, ILanes<V, float>
        {
            nint count = (nint)p.Rows * lanes;
            for (nuint i = 0; i < (nuint)lanes; i += (nuint)V.Count)
            {
                var sum = V.All(0);
                for (nint row = 0; row < count; row += lanes) sum = V.Fma(V.Load(ref p.Data[row], i), V.Load(ref dP.Data[row], i), sum);
                for (nint row = 0; row < count; row += lanes) (V.Load(ref p.Data[row], i) * V.All(scale) * (V.Load(ref dP.Data[row], i) - sum)).Store(ref dP.Data[row], i);
            }
        }
    }

    /// <summary>Three operands, or their gradients, wherever they lie; null where one is not wanted.</summary>
    private readonly struct Operands(float* queries, float* keys, float* values, nint stride, nint valueStride)
    {
        public readonly float* Queries = queries, Keys = keys, Values = values;

        /// <summary>From step to step, in queries and keys, and in values.</summary>
        public readonly nint Stride = stride, ValueStride = valueStride;

        public static Operands Of(Tensor[] inputs, Func<Tensor, nint> place)
        {
            var first = (float*)place(inputs[0]);
            var columns = inputs[0].Columns;
            if (inputs.Length == 3) return new Operands(first, (float*)place(inputs[1]), (float*)place(inputs[2]), columns, inputs[2].Columns);
            return first == null ? default : new Operands(first, first + columns / 3, first + columns / 3 * 2, columns, columns);
        }
    }
}
