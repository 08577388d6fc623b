using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>The loss of classifiers: the negative log-likelihood of categories whose unnormalised log-probabilities lie in blocks of columns.</summary>
public static unsafe class SoftmaxCrossEntropyOperations
{
    extension(Tensor x)
    {
        /// <summary>
        /// Σ over blocks of weight · -log softmax(x in the block)[target], averaged over rows: nats a row. Loss and gradient are made together in one pass.
        /// </summary>
        /// <param name="blocks">The columns of each categorical variable.</param>
        /// <param name="targets">rows × blocks, row by row: the place of the true category within its block, or -1 where it is missing and counts for nothing.</param>
        /// <param name="weights">rows × blocks: what each counts; none: all 1.</param>
        /// <param name="rowLosses">Receives the loss of each row, where given.</param>
        /// <returns>A single number.</returns>
        /// <exception cref="ArgumentException">Blocks, targets, weights or losses do not fit x, or a target lies outside its block.</exception>
        public Tensor SoftmaxCrossEntropy(ColumnBlocks blocks, ReadOnlySpan<int> targets, ReadOnlySpan<float> weights = default, Span<float> rowLosses = default)
        {
            const string name = "SoftmaxCrossEntropy";
            var (tape, rows, columns) = (x.Tape, x.Rows, x.Columns);
            blocks.RequireWithin(name, x);
            var cells = rows * blocks.Count;
            if (targets.Length != cells) throw Shapes.Unfit(name, x, $"{blocks.Count} blocks need {cells} targets, not {targets.Length}");
            if (!weights.IsEmpty && weights.Length != cells) throw Shapes.Unfit(name, x, $"{blocks.Count} blocks need {cells} weights, not {weights.Length}");
            if (!rowLosses.IsEmpty && rowLosses.Length != rows) throw Shapes.Unfit(name, x, $"it has {rows} rows, where there is room for {rowLosses.Length} losses");
            RequireWithin(blocks, targets);

            var y = tape.Make(new Shape(1), x.NeedsGradient);
            var slopes = y.NeedsGradient ? tape.Make(x.Shape, false) : null;
            var losses = tape.Take(rows);
            fixed (int* targetsHere = targets)
            fixed (float* weightsHere = weights)
            {
                var pass = new Pass(blocks, x.Data, slopes is null ? null : slopes.Data, losses, targetsHere, weightsHere, columns, 1f / rows);
                RowTile.For(tape, rows, columns, (row, count, workspace) => pass.Run(row, count, workspace));
            }
            *y.Data = Reductions.Sum(tape, losses, rows) / rows;
            if (!rowLosses.IsEmpty) new Span<float>(losses, rows).CopyTo(rowLosses);
            tape.Return(losses, rows);
            if (slopes is not null) tape.Record(new SoftmaxCrossEntropyOperation(y, x, slopes));
            return y;
        }
    }

    private static void RequireWithin(ColumnBlocks blocks, ReadOnlySpan<int> targets)
    {
        for (var i = 0; i < targets.Length;)
            foreach (var block in blocks.Span)
            {
                if (targets[i] < -1 || targets[i] >= block.Width)
                    throw new ArgumentOutOfRangeException(nameof(targets), targets[i], $"SoftmaxCrossEntropy: row {i / blocks.Count} has a target outside its block of {block.Width} columns from column {block.Start} on");
                i++;
            }
    }

    /// <summary>Sixteen rows at a time: turned, made into exponentials block by block, from these into slopes, and turned back.</summary>
    private sealed class Pass(ColumnBlocks blocks, float* x, float* slopes, float* losses, int* targets, float* weights, int columns, float share)
    {
        private const int Lanes = RowTile.Rows;

        public void Run(int firstRow, int rows, Workspace workspace)
        {
            var sides = blocks.Count * Lanes; // one number for each block and row
            float* tile = workspace.Left(RowTile.Size(columns)), maxima = workspace.Right(4 * (nint)sides), sums = maxima + sides, factors = sums + sides, logs = factors + sides;
            RowTile.Load(x + (nint)firstRow * columns, columns, rows, tile);
            for (var i = 0; i < blocks.Count; i++) SoftmaxKernels.Exponentials(tile + (nint)blocks[i].Start * Lanes, blocks[i].Width, maxima + i * Lanes, sums + i * Lanes, factors + i * Lanes);
            FastMath.Log(new ReadOnlySpan<float>(sums, sides), new Span<float>(logs, sides));
            new Span<float>(losses + firstRow, rows).Clear();
            for (var i = 0; i < blocks.Count; i++) Take(i, firstRow, rows, tile + (nint)blocks[i].Start * Lanes, maxima + i * Lanes, sums + i * Lanes, factors + i * Lanes, logs + i * Lanes);
            if (slopes == null) return;
            var gap = 0;
            for (var i = 0; i < blocks.Count; gap = blocks[i++].End)
            {
                Clear(tile, gap, blocks[i].Start);
                SoftmaxKernels.Scale(tile + (nint)blocks[i].Start * Lanes, blocks[i].Width, factors + i * Lanes);
            }
            Clear(tile, gap, columns);
            RowTile.Store(tile, Lanes, columns, rows, slopes + (nint)firstRow * columns, columns);
        }

        /// <summary>Adds what a block gives to the losses of the rows, and prepares its slopes, which are factor · (exponential, less the sum where the category is the true one).</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Take(int block, int firstRow, int rows, float* tile, float* maxima, float* sums, float* factors, float* logs)
        {
            nint step = blocks.Count, pitch = columns;
            float* logits = x + firstRow * pitch + blocks[block].Start, weight = weights == null ? null : weights + firstRow * step + block, loss = losses + firstRow;
            var each = share;
            var target = targets + firstRow * step + block;
            for (nint row = 0; row < rows; row++, target += step, logits += pitch)
            {
                nint at = *target;
                if (at < 0) factors[row] = 0;
                else
                {
                    var counts = weight == null ? 1 : weight[row * step];
                    loss[row] += counts * (maxima[row] - logits[at] + logs[row]);
                    tile[at * Lanes + row] -= sums[row];
                    factors[row] *= counts * each;
                }
            }
        }

        private static void Clear(float* tile, int from, int to)
        {
            if (from < to) new Span<float>(tile + (nint)from * Lanes, (to - from) * Lanes).Clear();
        }
    }

    private sealed class SoftmaxCrossEntropyOperation(Tensor y, Tensor x, Tensor slopes) : Operation(y)
    {
        public override bool RunsOnce => true;

        public override void Backward() => slopes.BecomeGradient(x, *Output.GradientData);
    }
}
