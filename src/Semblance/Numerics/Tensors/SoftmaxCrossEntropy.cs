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

    /// <summary>Sixteen rows at a time: turned, block by block made into exponentials, from these into slopes, and turned back.</summary>
    private sealed class Pass(ColumnBlocks blocks, float* x, float* slopes, float* losses, int* targets, float* weights, int columns, float share)
    {
        [SkipLocalsInit]
        public void Run(int firstRow, int rows, Workspace workspace)
        {
            const int lanes = RowTile.Rows;
            float* maxima = stackalloc float[lanes], sums = stackalloc float[lanes], factors = stackalloc float[lanes];
            var tile = workspace.Left(RowTile.Size(columns));
            var logits = x + (nint)firstRow * columns;
            RowTile.Load(logits, columns, rows, tile);
            new Span<float>(losses + firstRow, rows).Clear();
            var (number, gap) = (0, 0);
            foreach (var block in blocks.Span)
            {
                var part = tile + (nint)block.Start * lanes;
                SoftmaxKernels.Exponentials(part, block.Width, maxima, sums);
                for (var row = 0; row < lanes; row++) factors[row] = 1 / sums[row];
                FastMath.Log(new ReadOnlySpan<float>(sums, lanes), new Span<float>(sums, lanes));
                for (var row = 0; row < lanes; row++)
                {
                    var cell = (nint)(firstRow + row) * blocks.Count + number;
                    var target = row < rows ? targets[cell] : -1;
                    if (target < 0)
                    {
                        factors[row] = 0;
                        continue;
                    }
                    var weight = weights == null ? 1 : weights[cell];
                    losses[firstRow + row] += weight * (maxima[row] - logits[(nint)row * columns + block.Start + target] + sums[row]);
                    factors[row] *= weight * share;
                    sums[row] = weight * share; // what the slope of the true category is less
                }
                if (slopes != null)
                {
                    SoftmaxKernels.Scale(part, block.Width, factors);
                    for (var row = 0; row < rows; row++)
                        if (targets[(nint)(firstRow + row) * blocks.Count + number] is >= 0 and var target) part[target * lanes + row] -= sums[row];
                    new Span<float>(tile + (nint)gap * lanes, (block.Start - gap) * lanes).Clear();
                }
                (number, gap) = (number + 1, block.End);
            }
            if (slopes == null) return;
            new Span<float>(tile + (nint)gap * lanes, (columns - gap) * lanes).Clear();
            RowTile.Store(tile, lanes, columns, rows, slopes + (nint)firstRow * columns, columns);
        }
    }

    private sealed class SoftmaxCrossEntropyOperation(Tensor y, Tensor x, Tensor slopes) : Operation(y)
    {
        public override void Backward() => slopes.BecomeGradient(x, *Output.GradientData);
    }
}
