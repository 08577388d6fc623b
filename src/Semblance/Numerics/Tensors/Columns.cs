namespace Semblance.Numerics;

/// <summary>Operations that move numbers: other shapes, columns side by side, some of the columns, some of the rows.</summary>
public static unsafe class ColumnOperations
{
    extension(Tensor x)
    {
        /// <summary>The same numbers, row by row, in another shape and in the same memory: nothing is copied.</summary>
        /// <exception cref="ArgumentException">The shape holds another number of numbers.</exception>
        public Tensor Reshape(Shape shape)
        {
            if (shape.Count != x.Count) throw Shapes.Unfit("Reshape", x, $"it can't become {shape}, which holds {shape.Count} numbers instead of {x.Count}");
            var y = x.Tape.Share(x, shape);
            if (y.NeedsGradient) x.Tape.Record(new ReshapeOperation(y, x));
            return y;
        }

        /// <summary>Some of the columns.</summary>
        /// <returns>The shape of x with <paramref name="width"/> columns.</returns>
        /// <exception cref="ArgumentOutOfRangeException">x has no such columns.</exception>
        public Tensor Slice(int start, int width)
        {
            if (start < 0 || width < 0 || start > x.Columns - width) throw new ArgumentOutOfRangeException(nameof(start), start, $"Slice: the shape {x.Shape} has no {width} columns from column {start} on");
            var y = x.Tape.Make(x.Shape.WithColumns(width), x.NeedsGradient);
            Copy(x.Data + start, x.Columns, y.Data, width, x.Rows, width);
            if (y.NeedsGradient) x.Tape.Record(new SliceOperation(y, x, start));
            return y;
        }

        /// <summary>Rows by their numbers, counted from 0, in any order and as often as wanted.</summary>
        /// <returns>One row for each number × columns.</returns>
        /// <exception cref="ArgumentOutOfRangeException">x has no such row.</exception>
        public Tensor Gather(ReadOnlySpan<int> rows)
        {
            foreach (var row in rows)
                if ((uint)row >= (uint)x.Rows) throw new ArgumentOutOfRangeException(nameof(rows), row, $"Gather: the shape {x.Shape} has {x.Rows} rows");
            var y = x.Tape.Make(new Shape(rows.Length, x.Columns), x.NeedsGradient);
            float* from = x.Data, to = y.Data;
            var columns = x.Columns;
            for (var i = 0; i < rows.Length; i++) new Span<float>(from + (nint)rows[i] * columns, columns).CopyTo(new Span<float>(to + (nint)i * columns, columns));
            if (!y.NeedsGradient) return y;
            var kept = x.Tape.Make(new Shape(rows.Length), false); // whole numbers in the tape's memory, which ends with the step
            rows.CopyTo(new Span<int>(kept.Data, rows.Length));
            x.Tape.Record(new GatherOperation(y, x, kept));
            return y;
        }

        /// <summary>Tensors side by side: the columns of the first, then those of the second, and so on.</summary>
        /// <returns>rows × all columns.</returns>
        /// <exception cref="ArgumentException">There are none, or they differ in their rows.</exception>
        public static Tensor Concat(params ReadOnlySpan<Tensor> parts)
        {
            if (parts.IsEmpty) throw new ArgumentException("Concat: there is nothing to put side by side", nameof(parts));
            var (columns, needs) = (0, false);
            foreach (var part in parts)
            {
                if (part.Rows != parts[0].Rows) throw Shapes.Unfit("Concat", parts[0], part, "they must have as many rows");
                (columns, needs) = (columns + part.Columns, needs | part.NeedsGradient);
            }
            var y = parts[0].Tape.Make(parts[0].Shape.WithColumns(columns), needs);
            var start = 0;
            foreach (var part in parts)
            {
                Copy(part.Data, part.Columns, y.Data + start, columns, part.Rows, part.Columns);
                start += part.Columns;
            }
            if (y.NeedsGradient) y.Tape.Record(new ConcatOperation(y, parts.ToArray()));
            return y;
        }
    }

    private static void Copy(float* from, int fromStride, float* to, int toStride, int rows, int width)
    {
        for (var row = 0; row < rows; row++) new Span<float>(from + (nint)row * fromStride, width).CopyTo(new Span<float>(to + (nint)row * toStride, width));
    }

    private static void Add(float* from, int fromStride, float* to, int toStride, int rows, int width)
    {
        for (var row = 0; row < rows; row++)
        {
            var target = to + (nint)row * toStride;
            Vectors.Sum(from + (nint)row * fromStride, target, target, width, 1, 1, 0);
        }
    }

    private sealed class ReshapeOperation(Tensor y, Tensor x) : Operation(y)
    {
        public override void Backward() => Output.PassGradient(x);
    }

    private sealed class SliceOperation(Tensor y, Tensor x, int start) : Operation(y)
    {
        public override void Backward()
        {
            var dx = x.TakeGradient(out var add);
            if (!add) new Span<float>(dx, x.Count).Clear();
            Add(Output.GradientData, Output.Columns, dx + start, x.Columns, x.Rows, Output.Columns);
        }
    }

    private sealed class ConcatOperation(Tensor y, Tensor[] parts) : Operation(y)
    {
        public override void Backward()
        {
            var dy = Output.GradientData;
            foreach (var part in parts)
            {
                if (part.NeedsGradient)
                {
                    var d = part.TakeGradient(out var add);
                    if (add) Add(dy, Output.Columns, d, part.Columns, part.Rows, part.Columns);
                    else Copy(dy, Output.Columns, d, part.Columns, part.Rows, part.Columns);
                }
                dy += part.Columns;
            }
        }
    }

    private sealed class GatherOperation(Tensor y, Tensor x, Tensor rows) : Operation(y)
    {
        private const int Strip = 64; // columns that one thread adds up at a time: each sum runs over the rows in their order

        public override void Backward()
        {
            float* dx = x.TakeGradient(out var add), dy = Output.GradientData;
            if (!add) new Span<float>(dx, x.Count).Clear();
            var numbers = (int*)rows.Data;
            var (count, columns) = (Output.Rows, x.Columns);
            Output.Tape.For(columns, Output.Count < ActivationKernels.Grain ? Math.Max(1, columns) : Strip, (from, to) =>
            {
                for (var i = 0; i < count; i++)
                {
                    var target = dx + (nint)numbers[i] * columns + from;
                    Vectors.Sum(dy + (nint)i * columns + from, target, target, to - from, 1, 1, 0);
                }
            });
        }
    }
}
