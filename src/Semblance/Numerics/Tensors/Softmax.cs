namespace Semblance.Numerics;

/// <summary>Probabilities of categories over blocks of columns.</summary>
public static unsafe class SoftmaxOperations
{
    extension(Tensor x)
    {
        /// <summary>Softmax over each block of each row: positive numbers that sum to 1. Columns in no block pass unchanged.</summary>
        /// <returns>The shape of x.</returns>
        /// <exception cref="ArgumentException">The blocks need more columns.</exception>
        public Tensor Softmax(ColumnBlocks blocks)
        {
            blocks.RequireWithin("Softmax", x);
            var y = x.Tape.Make(x.Shape, x.NeedsGradient);
            Run(x.Tape, x.Data, y.Data, x.Rows, x.Columns, (tile, _, _) => Normalise(blocks, tile));
            if (y.NeedsGradient) x.Tape.Record(new SoftmaxOperation(y, x, y, blocks, 1));
            return y;
        }

        /// <summary>The logarithm of <see cref="Softmax"/>, good also where probabilities are too small for a float.</summary>
        /// <returns>The shape of x.</returns>
        /// <exception cref="ArgumentException">The blocks need more columns.</exception>
        public Tensor LogSoftmax(ColumnBlocks blocks)
        {
            blocks.RequireWithin("LogSoftmax", x);
            var y = x.Tape.Make(x.Shape, x.NeedsGradient);
            Run(x.Tape, x.Data, y.Data, x.Rows, x.Columns, (tile, scratch, _) => LogNormalise(blocks, tile, scratch));
            if (y.NeedsGradient) x.Tape.Record(new LogSoftmaxOperation(y, x, blocks));
            return y;
        }

        /// <summary>
        /// A draw from the categories of each block that can be derived: softmax((x + g) / temperature) with noise g of Gumbel's distribution (Jang, Gu and Poole 2017; Maddison, Mnih and
        /// Teh 2017). Row i takes the noise of row <paramref name="firstRow"/> + i of the stream whatever else is in the batch. Columns in no block pass unchanged.
        /// </summary>
        /// <param name="blocks">The columns of each categorical variable.</param>
        /// <param name="temperature">Near 0 draws are almost whole, and slopes steep; CTGAN takes 0.2. The category drawn does not depend on it: to sharpen probabilities, scale x first.</param>
        /// <param name="stream">Where the noise comes from; each use of a step needs a stream of its own.</param>
        /// <param name="step">Which step of training, below 2^32: each has noise of its own.</param>
        /// <param name="hard">The result is 1 for the category drawn and 0 for all others, while the gradient is still that of the soft draw ("straight through").</param>
        /// <param name="firstRow">Row of the stream for the first row.</param>
        /// <returns>The shape of x.</returns>
        /// <exception cref="ArgumentException">The blocks need more columns, or the temperature is not positive.</exception>
        public Tensor GumbelSoftmax(ColumnBlocks blocks, float temperature, RandomStream stream, long step, bool hard = false, long firstRow = 0)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
            blocks.RequireWithin("GumbelSoftmax", x);
            var (scale, columns) = (1 / temperature, x.Columns);
            var soft = x.Tape.Make(x.Shape, x.NeedsGradient);
            Run(x.Tape, x.Data, soft.Data, x.Rows, columns, (tile, noise, row) =>
            {
                NoiseKernels.Words(stream, step, firstRow + row, columns, noise);
                foreach (var block in blocks.Span) SoftmaxKernels.AddGumbel(tile + (nint)block.Start * RowTile.Rows, noise + (nint)block.Start * RowTile.Rows, block.Width, scale);
                Normalise(blocks, tile);
            });
            var y = soft;
            if (hard)
            {
                y = x.Tape.Make(x.Shape, x.NeedsGradient);
                Run(x.Tape, soft.Data, y.Data, x.Rows, columns, (tile, _, _) =>
                {
                    foreach (var block in blocks.Span) SoftmaxKernels.Harden(tile + (nint)block.Start * RowTile.Rows, block.Width);
                });
            }
            if (y.NeedsGradient) x.Tape.Record(new SoftmaxOperation(y, x, soft, blocks, scale));
            return y;
        }
    }

    /// <summary>Works on a tile whose first row is given; the second pointer is scratch of the same size.</summary>
    private delegate void TileBody(float* tile, float* scratch, int row);

    private static void Run(Tape tape, float* x, float* y, int rows, int columns, TileBody body) => RowTile.For(tape, rows, columns, (row, count, workspace) =>
    {
        var tile = workspace.Left(RowTile.Size(columns));
        RowTile.Load(x + (nint)row * columns, columns, count, tile);
        body(tile, workspace.Right(RowTile.Size(columns + 3)), row);
        RowTile.Store(tile, RowTile.Rows, columns, count, y + (nint)row * columns, columns);
    });

    private static void Normalise(ColumnBlocks blocks, float* tile)
    {
        float* maxima = stackalloc float[RowTile.Rows], sums = stackalloc float[RowTile.Rows], inverses = stackalloc float[RowTile.Rows];
        foreach (var block in blocks.Span)
        {
            var part = tile + (nint)block.Start * RowTile.Rows;
            SoftmaxKernels.Exponentials(part, block.Width, maxima, sums, inverses);
            SoftmaxKernels.Scale(part, block.Width, inverses);
        }
    }

    private static void LogNormalise(ColumnBlocks blocks, float* tile, float* scratch)
    {
        float* maxima = stackalloc float[RowTile.Rows], sums = stackalloc float[RowTile.Rows], inverses = stackalloc float[RowTile.Rows];
        foreach (var block in blocks.Span)
        {
            var part = tile + (nint)block.Start * RowTile.Rows;
            new Span<float>(part, block.Width * RowTile.Rows).CopyTo(new Span<float>(scratch, block.Width * RowTile.Rows));
            SoftmaxKernels.Exponentials(scratch, block.Width, maxima, sums, inverses);
            FastMath.Log(new ReadOnlySpan<float>(inverses, RowTile.Rows), new Span<float>(inverses, RowTile.Rows));
            SoftmaxKernels.Shift(part, block.Width, maxima, inverses);
        }
    }

    /// <summary>Works on the gradient in place, tile by tile, and passes it on.</summary>
    private static void Turn(Tensor y, float* result, ColumnBlocks blocks, Action<nint, nint, int> slope)
    {
        float* dy = y.GradientData;
        var columns = y.Columns;
        RowTile.For(y.Tape, y.Rows, columns, (row, count, workspace) =>
        {
            float* values = workspace.Left(RowTile.Size(columns)), slopes = workspace.Right(RowTile.Size(columns));
            RowTile.Load(result + (nint)row * columns, columns, count, values);
            RowTile.Load(dy + (nint)row * columns, columns, count, slopes);
            foreach (var block in blocks.Span) slope((nint)(values + (nint)block.Start * RowTile.Rows), (nint)(slopes + (nint)block.Start * RowTile.Rows), block.Width);
            RowTile.Store(slopes, RowTile.Rows, columns, count, dy + (nint)row * columns, columns);
        });
    }

    private sealed class SoftmaxOperation(Tensor y, Tensor x, Tensor soft, ColumnBlocks blocks, float scale) : Operation(y)
    {
        public override void Backward()
        {
            var factor = scale;
            Turn(Output, soft.Data, blocks, (values, slopes, width) => SoftmaxKernels.Slope((float*)values, (float*)slopes, width, factor));
            Output.PassGradient(x);
        }
    }

    private sealed class LogSoftmaxOperation(Tensor y, Tensor x, ColumnBlocks blocks) : Operation(y)
    {
        public override void Backward()
        {
            Turn(Output, Output.Data, blocks, (values, slopes, width) => SoftmaxKernels.LogSlope((float*)values, (float*)slopes, width));
            Output.PassGradient(x);
        }
    }
}
