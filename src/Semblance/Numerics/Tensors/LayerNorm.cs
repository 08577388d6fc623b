using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>Normalisation of each row by itself, whatever else is in the batch.</summary>
public static unsafe class LayerNormOperations
{
    private const int Grain = 1 << 13; // numbers in one block of rows: some 2 µs of work

    extension(Tensor x)
    {
        /// <summary>Each row shifted to mean 0 and scaled to variance 1, then times <paramref name="scale"/> plus <paramref name="shift"/> (Ba, Kiros and Hinton 2016).</summary>
        /// <param name="scale">One number for each column; null: ones.</param>
        /// <param name="shift">One number for each column; null: zeros.</param>
        /// <param name="epsilon">Added to the variance, so that a constant row is no division by zero.</param>
        /// <returns>The shape of x.</returns>
        /// <exception cref="ArgumentException">The shapes do not fit.</exception>
        public Tensor LayerNorm(Tensor? scale = null, Tensor? shift = null, float epsilon = 1e-5f) => Normalise("LayerNorm", x, scale, shift, epsilon, centred: true);

        /// <summary>Each row divided by the root of its mean square, then times <paramref name="scale"/>: cheaper than <c>LayerNorm</c> and often as good (Zhang and Sennrich 2019).</summary>
        /// <param name="scale">One number for each column; null: ones.</param>
        /// <param name="epsilon">Added to the mean square.</param>
        /// <returns>The shape of x.</returns>
        /// <exception cref="ArgumentException">The shapes do not fit.</exception>
        public Tensor RmsNorm(Tensor? scale = null, float epsilon = 1e-5f) => Normalise("RmsNorm", x, scale, null, epsilon, centred: false);
    }

    private static Tensor Normalise(string name, Tensor x, Tensor? scale, Tensor? shift, float epsilon, bool centred)
    {
        if (scale is not null && scale.Count != x.Columns) throw Shapes.Unfit(name, x, scale, "the scale needs one number for each column");
        if (shift is not null && shift.Count != x.Columns) throw Shapes.Unfit(name, x, shift, "the shift needs one number for each column");
        var tape = x.Tape;
        var y = tape.Make(x.Shape, x.NeedsGradient || scale is { NeedsGradient: true } || shift is { NeedsGradient: true });
        scale ??= Constant(tape, x.Columns, 1);
        var rows = new Rows(x.Data, scale.Data, (shift ?? Constant(tape, x.Columns, 0)).Data, tape.Make(new Shape(x.Rows, 2), false).Data, x.Columns, epsilon, centred);
        var to = y.Data;
        tape.For(x.Rows, Math.Max(1, Grain / Math.Max(1, x.Columns)), (start, end) => rows.Forward(to, start, end));
        if (y.NeedsGradient) tape.Record(new NormOperation(name, y, x, scale, shift, rows));
        return y;
    }

    private static Tensor Constant(Tape tape, int count, float value)
    {
        var tensor = tape.Make(new Shape(count), false);
        tensor.Values.Fill(value);
        return tensor;
    }

    private sealed class NormOperation(string name, Tensor y, Tensor x, Tensor scale, Tensor? shift, Rows rows) : Operation(y)
    {
        public override string Name => name;

        public override void Backward()
        {
            var (tape, columns) = (Output.Tape, x.Columns);
            var learned = scale.NeedsGradient || shift is { NeedsGradient: true };
            // Each block of rows sums the gradients of scale and shift for itself; the blocks' sums are added in their order. Where norms of single examples are asked for, a block is an example.
            var grain = (scale.Norms ?? shift?.Norms) is { } norms ? Math.Max(1, x.Rows / norms.Examples) : Math.Max(1, Grain / Math.Max(1, columns));
            var blocks = (x.Rows + grain - 1) / grain;
            var sums = learned ? tape.Take(2 * blocks * columns) : null;
            var dx = x.NeedsGradient ? x.TakeGradient(out var add) : Skip(out add);
            float* dy = Output.GradientData;
            var (adds, each) = (add, rows);
            tape.Gang.For(blocks, (block, _) => each.Backward(dy, dx, adds, sums == null ? null : sums + 2 * block * columns, block * grain, Math.Min(x.Rows, (block + 1) * grain)));
            if (!learned) return;
            AddUp(tape, sums, blocks, scale);
            if (shift is not null) AddUp(tape, sums + columns, blocks, shift);
            tape.Return(sums, 2 * blocks * columns);
        }

        private static float* Skip(out bool add)
        {
            add = false;
            return null;
        }

        private static void AddUp(Tape tape, float* sums, int blocks, Tensor to)
        {
            if (!to.NeedsGradient) return;
            var each = new Matrix(sums, blocks, to.Count, 2 * to.Count, 1);
            if (to.Norms is { } norms) norms.AddRows(to, each);
            else Reductions.SumRows(tape, each, to.TakeGradient(out var add), add);
        }
    }

    /// <summary>The work on rows: y = n·scale + shift with n = (x - mean)·inverse, where mean and 1/deviation of each row are kept for the way back.</summary>
    private readonly struct Rows(float* x, float* scale, float* shift, float* kept, int columns, float epsilon, bool centred)
    {
        public void Forward(float* y, int from, int to)
        {
            switch (FastMath.Tier)
            {
                case 512: Forward<Float512>(y, from, to); break;
                case 256: Forward<Float256>(y, from, to); break;
                default: Forward<Float1>(y, from, to); break;
            }
        }

        public void Backward(float* dy, float* dx, bool add, float* sums, int from, int to)
        {
            if (sums != null) new Span<float>(sums, 2 * columns).Clear();
            switch (FastMath.Tier)
            {
                case 512: Backward<Float512>(dy, dx, add, sums, from, to); break;
                case 256: Backward<Float256>(dy, dx, add, sums, from, to); break;
                default: Backward<Float1>(dy, dx, add, sums, from, to); break;
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        [SkipLocalsInit]
        private void Forward<V>(float* y, int from, int to) where V : struct, ILanes<V, float>
        {
            var lanes = stackalloc float[16];
            var (n, width) = ((nuint)columns, (nuint)V.Count);
            for (var row = from; row < to; row++)
            {
                float* source = x + (nint)row * columns, target = y + (nint)row * columns;
                var mean = centred ? Sum<V, Value>(lanes, source, null, null, n, 0, 0) / columns : 0;
                var inverse = 1 / MathF.Sqrt(Sum<V, Square>(lanes, source, null, null, n, mean, 0) / columns + epsilon);
                (kept[2 * row], kept[2 * row + 1]) = (mean, inverse);
                nuint i = 0;
                for (; i + width <= n; i += width) PutAt<V>(source, target, i, mean, inverse);
                for (; i < n; i++) PutAt<Float1>(source, target, i, mean, inverse);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void PutAt<V>(float* source, float* target, nuint i, float mean, float inverse) where V : struct, ILanes<V, float> =>
            V.Fma(Normal<V>(source, i, mean, inverse), V.Load(ref *scale, i), V.Load(ref *shift, i)).Store(ref *target, i);

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        [SkipLocalsInit]
        private void Backward<V>(float* dy, float* dx, bool add, float* sums, int from, int to) where V : struct, ILanes<V, float>
        {
            var lanes = stackalloc float[16];
            var (n, width) = ((nuint)columns, (nuint)V.Count);
            for (var row = from; row < to; row++)
            {
                var (mean, inverse) = (kept[2 * row], kept[2 * row + 1]);
                float* source = x + (nint)row * columns, slope = dy + (nint)row * columns;
                nuint i = 0;
                if (dx != null)
                {
                    // With g = dy·scale: dx = inverse · (g - mean of g - n · mean of g·n); rows that are not centred lack the middle term.
                    var target = dx + (nint)row * columns;
                    var first = centred ? Sum<V, Slope>(lanes, source, slope, scale, n, mean, inverse) / columns : 0;
                    var second = Sum<V, SlopeTimesNormal>(lanes, source, slope, scale, n, mean, inverse) / columns;
                    for (; i + width <= n; i += width) PassAt<V>(source, slope, target, i, mean, inverse, first, second, add);
                    for (; i < n; i++) PassAt<Float1>(source, slope, target, i, mean, inverse, first, second, add);
                }
                if (sums == null) continue;
                for (i = 0; i + width <= n; i += width) SumAt<V>(source, slope, sums, i, mean, inverse);
                for (; i < n; i++) SumAt<Float1>(source, slope, sums, i, mean, inverse);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void PassAt<V>(float* source, float* slope, float* target, nuint i, float mean, float inverse, float first, float second, bool add) where V : struct, ILanes<V, float>
        {
            var g = V.Load(ref *slope, i) * V.Load(ref *scale, i) - V.All(first);
            var d = V.All(inverse) * V.Fma(Normal<V>(source, i, mean, inverse), V.All(-second), g);
            (add ? V.Load(ref *target, i) + d : d).Store(ref *target, i);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void SumAt<V>(float* source, float* slope, float* sums, nuint i, float mean, float inverse) where V : struct, ILanes<V, float>
        {
            var d = V.Load(ref *slope, i);
            V.Fma(d, Normal<V>(source, i, mean, inverse), V.Load(ref *sums, i)).Store(ref *sums, i);
            (V.Load(ref *sums, i + (nuint)columns) + d).Store(ref *sums, i + (nuint)columns);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Normal<V>(float* source, nuint i, float mean, float inverse) where V : struct, ILanes<V, float> => (V.Load(ref *source, i) - V.All(mean)) * V.All(inverse);

        /// <summary>A sum over a row in 16 lanes and one merge tree, of whatever <typeparamref name="T"/> makes of each element.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static float Sum<V, T>(float* lanes, float* x, float* dy, float* scale, nuint count, float mean, float inverse) where V : struct, ILanes<V, float> where T : struct, ITerm
        {
            var whole = count & ~(nuint)15;
            for (nuint start = 0; start < 16; start += (nuint)V.Count)
            {
                var sum = V.All(0);
                for (var i = start; i < whole; i += 16) sum += T.Of<V>(x, dy, scale, i, mean, inverse);
                sum.Store(ref *lanes, start);
            }
            for (var i = whole; i < count; i++) (Float1.Load(ref *lanes, i - whole) + T.Of<Float1>(x, dy, scale, i, mean, inverse)).Store(ref *lanes, i - whole);
            return Reductions.Merge(lanes);
        }

        private interface ITerm
        {
            static abstract V Of<V>(float* x, float* dy, float* scale, nuint i, float mean, float inverse) where V : struct, ILanes<V, float>;
        }

        private readonly struct Value : ITerm
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static V Of<V>(float* x, float* dy, float* scale, nuint i, float mean, float inverse) where V : struct, ILanes<V, float> => V.Load(ref *x, i);
        }

        private readonly struct Square : ITerm
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static V Of<V>(float* x, float* dy, float* scale, nuint i, float mean, float inverse) where V : struct, ILanes<V, float>
            {
                var d = V.Load(ref *x, i) - V.All(mean);
                return d * d;
            }
        }

        private readonly struct Slope : ITerm
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static V Of<V>(float* x, float* dy, float* scale, nuint i, float mean, float inverse) where V : struct, ILanes<V, float> => V.Load(ref *dy, i) * V.Load(ref *scale, i);
        }

        private readonly struct SlopeTimesNormal : ITerm
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static V Of<V>(float* x, float* dy, float* scale, nuint i, float mean, float inverse) where V : struct, ILanes<V, float> =>
                V.Load(ref *dy, i) * V.Load(ref *scale, i) * Normal<V>(x, i, mean, inverse);
        }
    }
}
