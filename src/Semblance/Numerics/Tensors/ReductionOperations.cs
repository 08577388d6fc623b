namespace Semblance.Numerics;

/// <summary>Operations that sum: over everything, over each row, or over each column.</summary>
public static unsafe class ReductionOperations
{
    extension(Tensor x)
    {
        /// <summary>The sum of all numbers.</summary>
        /// <returns>A single number.</returns>
        public Tensor Sum() => x.ScaledSum(1);

        /// <summary>The mean of all numbers.</summary>
        /// <returns>A single number.</returns>
        public Tensor Mean() => x.ScaledSum(1f / x.Count);

        /// <summary>The sum of each row.</summary>
        /// <returns>rows × 1.</returns>
        public Tensor RowSums()
        {
            var y = x.Tape.Make(x.Shape.WithColumns(1), x.NeedsGradient);
            float* from = x.Data, to = y.Data;
            var columns = x.Columns;
            x.Tape.For(x.Rows, Math.Max(1, ActivationKernels.Grain / Math.Max(1, columns)), (start, end) =>
            {
                for (var row = start; row < end; row++) to[row] = Reductions.Sum(from + (nint)row * columns, columns);
            });
            if (y.NeedsGradient) x.Tape.Record(new RowSumsOperation(y, x));
            return y;
        }

        /// <summary>The mean of each column.</summary>
        /// <returns>1 × columns.</returns>
        public Tensor ColumnMeans()
        {
            var y = x.Tape.Make(new Shape(1, x.Columns), x.NeedsGradient);
            Reductions.SumRows(x.Tape, x.Matrix, y.Data, false);
            Vectors.Sum(y.Data, null, y.Data, y.Count, 1f / x.Rows, 0, 0);
            if (y.NeedsGradient) x.Tape.Record(new ColumnMeansOperation(y, x));
            return y;
        }

        private Tensor ScaledSum(float scale)
        {
            var y = x.Tape.Make(new Shape(1), x.NeedsGradient);
            *y.Data = Reductions.Sum(x.Tape, x.Data, x.Count) * scale;
            if (y.NeedsGradient) x.Tape.Record(new SumOperation(y, x, scale));
            return y;
        }
    }

    private sealed class SumOperation(Tensor y, Tensor x, float scale) : Operation(y)
    {
        public override bool MixesRows => x.Rows > 1;

        public override void Backward()
        {
            var each = *Output.GradientData * scale;
            var dx = x.TakeGradient(out var add);
            if (add) Vectors.Sum(dx, null, dx, x.Count, 1, 0, each);
            else new Span<float>(dx, x.Count).Fill(each);
        }
    }

    private sealed class ColumnMeansOperation(Tensor y, Tensor x) : Operation(y)
    {
        public override bool MixesRows => x.Rows > 1;

        public override void Backward()
        {
            float* dy = Output.GradientData, dx = x.TakeGradient(out var add);
            var (columns, share, adds) = (x.Columns, 1f / x.Rows, add);
            Output.Tape.For(x.Rows, Math.Max(1, ActivationKernels.Grain / Math.Max(1, columns)), (start, end) =>
            {
                for (var row = start; row < end; row++)
                {
                    var each = dx + (nint)row * columns;
                    Vectors.Sum(dy, adds ? each : null, each, columns, share, 1, 0);
                }
            });
        }
    }

    private sealed class RowSumsOperation(Tensor y, Tensor x) : Operation(y)
    {
        public override void Backward()
        {
            float* dy = Output.GradientData, dx = x.TakeGradient(out var add);
            var (columns, adds) = (x.Columns, add);
            Output.Tape.For(x.Rows, Math.Max(1, ActivationKernels.Grain / Math.Max(1, columns)), (start, end) =>
            {
                for (var row = start; row < end; row++)
                {
                    var each = dx + (nint)row * columns;
                    if (adds) Vectors.Sum(each, null, each, columns, 1, 0, dy[row]);
                    else new Span<float>(each, columns).Fill(dy[row]);
                }
            });
        }
    }
}
