namespace Semblance.Numerics;

/// <summary>Matrix products on the tape.</summary>
public static unsafe class LinearOperations
{
    extension(Tensor x)
    {
        /// <summary>f(x·W + b): a fully connected layer as one operation.</summary>
        /// <param name="weight">inputs × outputs.</param>
        /// <param name="bias">outputs, or null for none.</param>
        /// <param name="activation">Applied to the result.</param>
        /// <returns>Rows of x × outputs.</returns>
        /// <exception cref="ArgumentException">The shapes do not fit.</exception>
        public Tensor Linear(Tensor weight, Tensor? bias = null, Activation activation = Activation.None)
        {
            if (weight.Shape.Rank != 2 || weight.Rows != x.Columns) throw Shapes.Unfit("Linear", x, weight, "the columns of the first must be the rows of the second");
            if (bias is not null && bias.Count != weight.Columns) throw Shapes.Unfit("Linear", bias, weight, "a bias needs one number for each column of the weight");
            var needs = x.NeedsGradient || weight.NeedsGradient || bias is { NeedsGradient: true };
            var tape = x.Tape;
            var y = tape.Make(x.Shape.WithColumns(weight.Columns), needs);
            // Where the slope can't be told from the result, it is worked out along with it and kept in the place of the sum before the activation.
            var slopes = y.NeedsGradient && !ActivationKernels.SlopeFromResult(activation) ? tape.Make(y.Shape, false) : null;
            Gemm.Multiply(tape.Gang, x.Matrix, weight.Matrix, (slopes ?? y).Matrix, bias: bias is null ? null : bias.Data, activation: slopes is null ? activation : Activation.None);
            if (slopes is not null)
            {
                float* sum = slopes.Data, result = y.Data;
                tape.For(y.Count, ActivationKernels.Grain, (from, to) => ActivationKernels.ApplyForSlope(activation, sum + from, result + from, to - from));
            }
            if (y.NeedsGradient) tape.Record(new LinearOperation(y, x, weight, bias, activation, slopes));
            return y;
        }

        /// <summary>x·other, either of them transposed first.</summary>
        /// <exception cref="ArgumentException">The shapes do not fit.</exception>
        public Tensor MatMul(Tensor other, bool transposeThis = false, bool transposeOther = false)
        {
            var (a, b) = (transposeThis ? x.Matrix.Transposed : x.Matrix, transposeOther ? other.Matrix.Transposed : other.Matrix);
            if (a.Columns != b.Rows) throw Shapes.Unfit("MatMul", x, other, $"{a.Rows}×{a.Columns} (as asked) can't be multiplied by {b.Rows}×{b.Columns}");
            var y = x.Tape.Make(new Shape(a.Rows, b.Columns), x.NeedsGradient || other.NeedsGradient);
            Gemm.Multiply(x.Tape.Gang, a, b, y.Matrix);
            if (y.NeedsGradient) x.Tape.Record(new MatMulOperation(y, x, other, transposeThis, transposeOther));
            return y;
        }
    }

    private sealed class LinearOperation(Tensor y, Tensor x, Tensor weight, Tensor? bias, Activation activation, Tensor? slopes) : Operation(y)
    {
        public override void Backward()
        {
            var dy = Output.GradientData;
            var tape = Output.Tape;
            // The gradient of the output is ours alone from here on, so it becomes that of the sum before the activation in place.
            if (slopes is not null)
            {
                var slope = slopes.Data;
                tape.For(Output.Count, ActivationKernels.Grain, (from, to) => Vectors.Product(dy + from, slope + from, dy + from, to - from, false));
            }
            else if (activation != Activation.None)
            {
                var act = activation;
                var result = Output.Data;
                tape.For(Output.Count, ActivationKernels.Grain, (from, to) => ActivationKernels.Pass(act, null, result + from, dy + from, dy + from, to - from, false));
            }
            var dSum = new Matrix(dy, Output.Rows, Output.Columns);
            if (bias?.Norms is { } of) of.AddSums(bias, dSum);
            else if (bias is { NeedsGradient: true })
            {
                var db = bias.TakeGradient(out var add);
                Reductions.SumRows(tape, dSum, db, add);
            }
            if (weight.Norms is { } norms) norms.AddProducts(weight, x.Matrix, dSum);
            else if (weight.NeedsGradient)
            {
                var dw = weight.TakeGradient(out var add);
                Gemm.Multiply(tape.Gang, x.Matrix.Transposed, dSum, new Matrix(dw, weight.Rows, weight.Columns), add);
            }
            if (x.NeedsGradient)
            {
                var dx = x.TakeGradient(out var add);
                Gemm.Multiply(tape.Gang, dSum, weight.Matrix.Transposed, new Matrix(dx, x.Rows, x.Columns), add);
            }
        }
    }

    private sealed class MatMulOperation(Tensor y, Tensor a, Tensor b, bool transposeA, bool transposeB) : Operation(y)
    {
        public override void Backward()
        {
            var (tape, dy) = (Output.Tape, new Matrix(Output.GradientData, Output.Rows, Output.Columns));
            if (a.NeedsGradient)
            {
                var da = new Matrix(a.TakeGradient(out var add), a.Rows, a.Columns);
                var other = transposeB ? b.Matrix : b.Matrix.Transposed;
                if (transposeA) Gemm.Multiply(tape.Gang, other.Transposed, dy.Transposed, da, add);
                else Gemm.Multiply(tape.Gang, dy, other, da, add);
            }
            if (b.NeedsGradient)
            {
                var db = new Matrix(b.TakeGradient(out var add), b.Rows, b.Columns);
                var other = transposeA ? a.Matrix : a.Matrix.Transposed;
                if (transposeB) Gemm.Multiply(tape.Gang, dy.Transposed, other.Transposed, db, add);
                else Gemm.Multiply(tape.Gang, other, dy, db, add);
            }
        }
    }
}
