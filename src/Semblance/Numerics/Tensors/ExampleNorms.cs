namespace Semblance.Numerics;

/// <summary>
/// How long the gradient of each example of a batch would be by itself, without making it. One walk back through the tape gives all norms, since the gradient of a layer is a sum of
/// products of what went in and what came back, and the norm of such a sum needs only their inner products (Goodfellow 2015; Li et al. 2022).
/// </summary>
/// <remarks>
/// Known for the parameters of <c>Linear</c>, <c>Embedding</c>, <c>LayerNorm</c>, <c>Gru</c> and <c>Lstm</c>; any other operation with parameters is refused. Each parameter must be used by one operation only. Row i of every tensor of n·r rows must
/// depend on example i / r alone. Batch normalisation and sums over rows are refused; other ways to mix examples, such as a product that sums over them, can't be seen from here and make the norms wrong.
/// </remarks>
public static unsafe class ExampleNormOperations
{
    extension(Tensor losses)
    {
        /// <summary>The Euclidean norm of the derivative of each loss by all parameters together. Parameters get no gradients by it.</summary>
        /// <returns>One norm for each example.</returns>
        /// <exception cref="ArgumentException">The losses are not examples × 1.</exception>
        /// <exception cref="InvalidOperationException">A parameter is used by an operation for which norms are not known, or more than once.</exception>
        public float[] ExampleNorms()
        {
            if (losses.Columns != 1) throw Shapes.Unfit("ExampleNorms", losses, "there must be one loss for each example: examples × 1");
            if (!losses.NeedsGradient) throw new InvalidOperationException("nothing that these losses were computed from needs a gradient");
            var tape = losses.Tape;
            var norms = new ExampleNorms(tape, losses.Rows);
            tape.Norms = norms;
            try
            {
                new Span<float>(losses.TakeGradient(out _), losses.Count).Fill(1);
                tape.PassGradients();
            }
            finally
            {
                tape.Norms = null;
                tape.DropGradients();
            }
            return norms.Roots();
        }
    }
}

/// <summary>Adds up the squared norms of each example's gradient while a tape walks back, in the place of the gradients of parameters.</summary>
internal sealed unsafe class ExampleNorms(Tape tape, int examples)
{
    private const int Grain = 1 << 15; // multiply-adds in one block
    private readonly double[] squares = new double[examples];
    private readonly HashSet<Parameter> seen = [];

    /// <summary>Examples in the batch.</summary>
    public int Examples => examples;

    /// <summary>Of a weight whose gradient is xᵀ·dy: with r rows for each example, ‖Σ xₛ⊗dyₛ‖² = Σ (xₛ·xₜ)(dyₛ·dyₜ) over s and t.</summary>
    public void AddProducts(Tensor weight, Matrix x, Matrix dy)
    {
        var rows = RowsOf(weight, dy.Rows);
        var (inner, outer) = ((long)(rows + 1) * rows / 2 * (x.Columns + dy.Columns), (long)rows * x.Columns * dy.Columns);
        if (inner > outer && rows > 1) AddOuter(x, dy, rows);
        else AddInner(x, dy, rows, inner);
    }

    /// <summary>Of a bias whose gradient is the sum of the rows of dy.</summary>
    public void AddSums(Tensor bias, Matrix dy)
    {
        var rows = RowsOf(bias, dy.Rows);
        var sums = tape.Take(dy.Columns);
        for (var example = 0; example < examples; example++)
        {
            float* each = dy.Data + (nint)example * rows * dy.Columns, sum = rows == 1 ? each : sums;
            if (rows > 1) Reductions.SumRows(tape, new Matrix(each, rows, dy.Columns), sums, false);
            squares[example] += InnerProducts.Dot(sum, sum, dy.Columns);
        }
        tape.Return(sums, dy.Columns);
    }

    /// <summary>Of a parameter whose gradient each example has a row of here.</summary>
    public void AddRows(Tensor parameter, Matrix gradients)
    {
        RowsOf(parameter, gradients.Rows);
        for (var example = 0; example < examples; example++)
        {
            var row = gradients.Data + example * gradients.RowStride;
            squares[example] += InnerProducts.Dot(row, row, gradients.Columns);
        }
    }

    /// <summary>Of a table whose row places[i] was read to make row i / fold of dy: places of one example that read the same row share its gradient.</summary>
    public void AddPlaces(Tensor table, int* places, int count, int fold, float* dy, int columns)
    {
        var each = RowsOf(table, count);
        tape.For(examples, Math.Max(1, Grain / Math.Max(1, each * (each + columns))), (from, to) =>
        {
            for (var example = from; example < to; example++)
            {
                var sum = 0.0;
                for (var i = example * each; i < (example + 1) * each; i++)
                    for (var j = example * each; j <= i; j++)
                        if (places[i] == places[j]) sum += (i == j ? 1 : 2) * (double)InnerProducts.Dot(dy + (nint)(i / fold) * columns, dy + (nint)(j / fold) * columns, columns);
                squares[example] += sum;
            }
        });
    }

    /// <summary>For parameters that no operation has told of.</summary>
    public static InvalidOperationException Unknown(Parameter parameter) =>
        new($"the gradients of single examples by `{parameter.Name}` are not known: only Linear, Embedding, LayerNorm, RmsNorm, Gru and Lstm tell them");

    /// <summary>For operations beyond which there are no examples.</summary>
    public static InvalidOperationException Mixed(Operation operation) =>
        new($"{operation.Name} with a result of shape {operation.Output.Shape} mixes the rows of different examples, so that single examples have no gradients of their own");

    public float[] Roots()
    {
        var roots = new float[examples];
        for (var i = 0; i < examples; i++) roots[i] = (float)Math.Sqrt(Math.Max(0, squares[i])); // rounding may leave less than nothing where all cancels
        return roots;
    }

    private int RowsOf(Tensor tensor, int rows)
    {
        var parameter = tensor.Parameter!;
        if (!seen.Add(parameter)) throw new InvalidOperationException($"`{parameter.Name}` is used by more than one operation, and the gradients of single examples are known for one only: apply the layer once, to all rows of an example one after another");
        return examples > 0 && rows % examples == 0 ? rows / examples : throw new InvalidOperationException($"`{parameter.Name}` is applied to {rows} rows, which are not as many for each of {examples} examples");
    }

    private void AddInner(Matrix x, Matrix dy, int rows, long work)
    {
        tape.For(examples, (int)Math.Max(1, Grain / Math.Max(1, work)), (from, to) =>
        {
            for (var example = from; example < to; example++)
            {
                var sum = 0.0;
                for (var s = example * rows; s < (example + 1) * rows; s++)
                    for (var t = example * rows; t <= s; t++)
                    {
                        var left = InnerProducts.Dot(x.Data + s * x.RowStride, x.Data + t * x.RowStride, x.Columns);
                        var right = InnerProducts.Dot(dy.Data + s * dy.RowStride, dy.Data + t * dy.RowStride, dy.Columns);
                        sum += (s == t ? 1 : 2) * (double)left * right;
                    }
                squares[example] += sum;
            }
        });
    }

    /// <summary>Where an example has so many rows that its gradient itself is less work, it is made, one example after another in the same place.</summary>
    private void AddOuter(Matrix x, Matrix dy, int rows)
    {
        var count = checked(x.Columns * dy.Columns);
        var gradient = tape.Take(count);
        for (var example = 0; example < examples; example++)
        {
            var inputs = new Matrix(x.Data + example * rows * x.RowStride, rows, x.Columns, x.RowStride, x.ColumnStride);
            var slopes = new Matrix(dy.Data + example * rows * dy.RowStride, rows, dy.Columns, dy.RowStride, dy.ColumnStride);
            Gemm.Multiply(tape.Gang, inputs.Transposed, slopes, new Matrix(gradient, x.Columns, dy.Columns));
            squares[example] += InnerProducts.SumOfSquares(tape, gradient, count);
        }
        tape.Return(gradient, count);
    }
}
