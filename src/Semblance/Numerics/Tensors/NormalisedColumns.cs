using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>
/// The work of a batch normalisation, whose cost is its trips to memory: one to measure, one to normalise, two on the way back. Rows are cut into blocks that a cache holds; each block is
/// summed for itself and blocks are merged in their order, so that sums depend on no thread and lose few digits however many rows there are.
/// </summary>
/// <param name="input">What is normalised: n = (x - mean) · inverse.</param>
/// <param name="statistics">Room for mean and inverse deviation of each column.</param>
internal readonly unsafe struct NormalisedColumns(Tensor input, float* statistics)
{
    private const int Block = 1 << 14; // numbers: 64 KiB, read twice where they are measured
    private readonly float* x = input.Data, mean = statistics, inverse = statistics + input.Columns;
    private readonly int rows = input.Rows, columns = input.Columns;

    private int RowsPerBlock => Math.Max(1, Block / columns);

    private int Blocks => (rows + RowsPerBlock - 1) / RowsPerBlock;

    /// <summary>Mean and deviation of the batch; the running statistics, where there are any, take their share of them.</summary>
    public void Measure(Tape tape, float epsilon, BatchStatistics? running)
    {
        // Means and sums of squared differences from them, block by block; two sets are merged after Chan, Golub and LeVeque (1983), which cancels no digits.
        var (self, parts) = (this, (nint)tape.Take(2 * Blocks * columns));
        Each(tape, (block, from, to) => self.MeasureBlock((float*)parts + 2 * (nint)block * self.columns, from, to));
        var squares = inverse;
        for (var block = 0; block < Blocks; block++)
        {
            float* means = (float*)parts + 2 * (nint)block * columns, differences = means + columns;
            int before = block * RowsPerBlock, count = Math.Min(RowsPerBlock, rows - before);
            float share = (float)count / (before + count), weight = (float)before * share;
            for (var j = 0; j < columns; j++)
            {
                var apart = before == 0 ? 0 : means[j] - mean[j];
                mean[j] = before == 0 ? means[j] : mean[j] + apart * share;
                squares[j] = before == 0 ? differences[j] : squares[j] + differences[j] + apart * apart * weight;
            }
        }
        tape.Return((float*)parts, 2 * Blocks * columns);
        for (var j = 0; j < columns; j++)
        {
            if (running is not null)
            {
                ref var runningMean = ref running.Mean.Values[j];
                ref var runningVariance = ref running.Variance.Values[j];
                runningMean += running.Momentum * (mean[j] - runningMean);
                runningVariance += running.Momentum * (squares[j] / Math.Max(1, rows - 1) - runningVariance);
            }
            inverse[j] = 1 / MathF.Sqrt(squares[j] / rows + epsilon);
        }
    }

    /// <summary>Running statistics in the place of the batch's own.</summary>
    public void Take(BatchStatistics running, float epsilon)
    {
        for (var j = 0; j < columns; j++) (mean[j], inverse[j]) = (running.Mean.Values[j], 1 / MathF.Sqrt(running.Variance.Values[j] + epsilon));
    }

    /// <summary>y = f(n · scale + shift).</summary>
    public void Forward(Tape tape, float* scale, float* shift, float* y, Activation activation)
    {
        var self = this;
        Each(tape, (_, from, to) =>
        {
            self.Choose<ForwardUse>(y, null, scale, shift, null, null, from, to);
            if (activation == Activation.None) return;
            var start = y + (nint)from * self.columns;
            ActivationKernels.Apply(activation, start, start, (to - from) * self.columns);
        });
    }

    /// <summary>Makes dy the slope before the activation, in place, and sums it over each column (the gradient of the shift) and times n (that of the scale).</summary>
    public void SumSlopes(Tape tape, float* y, float* dy, Activation activation, float* sums)
    {
        var (self, parts) = (this, (nint)tape.Take(2 * Blocks * columns));
        Each(tape, (block, from, to) =>
        {
            var start = (nint)from * self.columns;
            if (activation != Activation.None) ActivationKernels.Pass(activation, null, y + start, dy + start, dy + start, (to - from) * self.columns, false);
            self.SumBlock(dy, (float*)parts + 2 * (nint)block * self.columns, from, to);
        });
        Reductions.SumRows(tape, new Matrix((float*)parts, Blocks, 2 * columns), sums, false);
        tape.Return((float*)parts, 2 * Blocks * columns);
    }

    /// <summary>dy = inverse · scale · (dy - mean of dy - n · mean of dy·n), from the sums of <see cref="SumSlopes"/>: the gradient of the input, in the place of that of the result.</summary>
    public void Backward(Tape tape, float* scale, float* dy, float* sums)
    {
        var self = this;
        Vectors.Sum(sums, null, sums, 2 * columns, 1f / rows, 0, 0);
        Each(tape, (_, from, to) => self.Choose<BackwardUse>(dy, dy, scale, null, sums, sums + self.columns, from, to));
    }

    private void Each(Tape tape, Action<int, int, int> body)
    {
        var (all, each) = (rows, RowsPerBlock);
        tape.Gang.For(Blocks, (block, _) => body(block, block * each, Math.Min(all, (block + 1) * each)));
    }

    private void MeasureBlock(float* part, int from, int to)
    {
        switch (FastMath.Tier)
        {
            case 512: MeasureBlock<Float512>(part, from, to); break;
            case 256: MeasureBlock<Float256>(part, from, to); break;
            default: MeasureBlock<Float1>(part, from, to); break;
        }
    }

    private void SumBlock(float* dy, float* part, int from, int to)
    {
        switch (FastMath.Tier)
        {
            case 512: SumBlock<Float512>(dy, part, from, to); break;
            case 256: SumBlock<Float256>(dy, part, from, to); break;
            default: SumBlock<Float1>(dy, part, from, to); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void MeasureBlock<V>(float* part, int from, int to) where V : struct, ILanes<V, float>
    {
        var j = 0;
        for (; j + V.Count <= columns; j += V.Count) MeasureAt<V>(part, from, to, j);
        if (V.Count > Float256.Count && j + Float256.Count <= columns) { MeasureAt<Float256>(part, from, to, j); j += Float256.Count; } // eight channels are common
        for (; j < columns; j++) MeasureAt<Float1>(part, from, to, j);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void MeasureAt<V>(float* part, int from, int to, int column) where V : struct, ILanes<V, float>
    {
        V sum = V.All(0), squares = V.All(0);
        var first = x + (nint)from * columns + column;
        var pivot = V.Load(ref *first, 0); // differences from any one row are of the size of the deviation, so that their sum keeps digits
        var p = first;
        for (var row = from; row < to; row++, p += columns) sum += V.Load(ref *p, 0) - pivot;
        var middle = pivot + sum / V.All(to - from);
        p = first;
        for (var row = from; row < to; row++, p += columns)
        {
            var d = V.Load(ref *p, 0) - middle;
            squares = V.Fma(d, d, squares);
        }
        middle.Store(ref part[column], 0);
        squares.Store(ref part[columns + column], 0);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void SumBlock<V>(float* dy, float* part, int from, int to) where V : struct, ILanes<V, float>
    {
        var j = 0;
        for (; j + V.Count <= columns; j += V.Count) SumAt<V>(dy, part, from, to, j);
        if (V.Count > Float256.Count && j + Float256.Count <= columns) { SumAt<Float256>(dy, part, from, to, j); j += Float256.Count; }
        for (; j < columns; j++) SumAt<Float1>(dy, part, from, to, j);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SumAt<V>(float* dy, float* part, int from, int to, int column) where V : struct, ILanes<V, float>
    {
        V sum = V.All(0), products = V.All(0), middle = V.Load(ref mean[column], 0), factor = V.Load(ref inverse[column], 0);
        float* p = x + (nint)from * columns + column, q = dy + (nint)from * columns + column;
        for (var row = from; row < to; row++, p += columns, q += columns)
        {
            var slope = V.Load(ref *q, 0);
            sum += slope;
            products = V.Fma(slope, (V.Load(ref *p, 0) - middle) * factor, products);
        }
        sum.Store(ref part[column], 0);
        products.Store(ref part[columns + column], 0);
    }

    /// <summary>What becomes of each number, given what belongs to it (dy) and to its column (the rest).</summary>
    private interface IUse
    {
        static abstract V Of<V>(V normal, V inverse, ref float dy, ref float scale, ref float shift, ref float first, ref float second) where V : struct, ILanes<V, float>;
    }

    private void Choose<U>(float* to, float* dy, float* scale, float* shift, float* first, float* second, int from, int end) where U : struct, IUse
    {
        switch (FastMath.Tier)
        {
            case 512: Rows<U, Float512>(to, dy, scale, shift, first, second, from, end); break;
            case 256: Rows<U, Float256>(to, dy, scale, shift, first, second, from, end); break;
            default: Rows<U, Float1>(to, dy, scale, shift, first, second, from, end); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Rows<U, V>(float* to, float* dy, float* scale, float* shift, float* first, float* second, int from, int end) where U : struct, IUse where V : struct, ILanes<V, float>
    {
        for (nint row = from; row < end; row++)
        {
            var j = 0;
            for (; j + V.Count <= columns; j += V.Count) At<U, V>(to, dy, scale, shift, first, second, row * columns, j);
            if (V.Count > Float256.Count && j + Float256.Count <= columns) { At<U, Float256>(to, dy, scale, shift, first, second, row * columns, j); j += Float256.Count; }
            for (; j < columns; j++) At<U, Float1>(to, dy, scale, shift, first, second, row * columns, j);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void At<U, V>(float* to, float* dy, float* scale, float* shift, float* first, float* second, nint row, int j) where U : struct, IUse where V : struct, ILanes<V, float>
    {
        var factor = V.Load(ref inverse[j], 0);
        U.Of((V.Load(ref x[row + j], 0) - V.Load(ref mean[j], 0)) * factor, factor, ref dy[row + j], ref scale[j], ref shift[j], ref first[j], ref second[j]).Store(ref to[row + j], 0);
    }

    private readonly struct ForwardUse : IUse
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V normal, V inverse, ref float dy, ref float scale, ref float shift, ref float first, ref float second) where V : struct, ILanes<V, float> =>
            V.Fma(normal, V.Load(ref scale, 0), V.Load(ref shift, 0));
    }

    private readonly struct BackwardUse : IUse
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V normal, V inverse, ref float dy, ref float scale, ref float shift, ref float first, ref float second) where V : struct, ILanes<V, float> =>
            inverse * V.Load(ref scale, 0) * (V.Load(ref dy, 0) - V.Fma(normal, V.Load(ref second, 0), V.Load(ref first, 0)));
    }
}
