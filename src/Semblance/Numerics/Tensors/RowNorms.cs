namespace Semblance.Numerics;

/// <summary>The Euclidean length of each row.</summary>
public static unsafe class RowNormOperations
{
    extension(Tensor x)
    {
        /// <summary>The length of each row, √(Σ x² + <paramref name="epsilon"/>). Where that is zero and has no derivative, zero is passed back.</summary>
        /// <returns>rows × 1.</returns>
        public Tensor RowNorms(float epsilon = 0)
        {
            var y = x.Tape.Make(x.Shape.WithColumns(1), x.NeedsGradient);
            float* from = x.Data, to = y.Data;
            var columns = x.Columns;
            x.Tape.For(x.Rows, Grain(columns), (start, end) =>
            {
                for (var row = start; row < end; row++)
                {
                    var at = from + (nint)row * columns;
                    to[row] = MathF.Sqrt(InnerProducts.Dot(at, at, columns) + epsilon);
                }
            });
            if (y.NeedsGradient) x.Tape.Record(new RowNormsOperation(y, x));
            return y;
        }
    }

    private static int Grain(int columns) => Math.Max(1, ActivationKernels.Grain / Math.Max(1, columns));

    private sealed class RowNormsOperation(Tensor y, Tensor x) : Operation(y)
    {
        public override void Backward()
        {
            float* from = x.Data, lengths = Output.Data, dy = Output.GradientData, dx = x.TakeGradient(out var add);
            var (columns, adds) = (x.Columns, add);
            Output.Tape.For(x.Rows, Grain(columns), (start, end) =>
            {
                for (var row = start; row < end; row++)
                {
                    var at = (nint)row * columns;
                    var scale = lengths[row] == 0 ? 0 : dy[row] / lengths[row];
                    Vectors.Sum(from + at, adds ? dx + at : null, dx + at, columns, scale, 1, 0);
                }
            });
        }
    }
}
