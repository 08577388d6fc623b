using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>Sums and products of a matrix with one number for each column (a row) or one for each row (a column).</summary>
public static unsafe class BroadcastOperations
{
    extension(Tensor x)
    {
        /// <summary>x + row in every row; <paramref name="row"/> has one number for each column.</summary>
        /// <exception cref="ArgumentException">The row has not as many numbers as x has columns.</exception>
        public Tensor PlusRow(Tensor row) => Combine<Sum, PerColumn>("PlusRow", x, row);

        /// <summary>x · row in every row, element by element; <paramref name="row"/> has one number for each column.</summary>
        /// <exception cref="ArgumentException">The row has not as many numbers as x has columns.</exception>
        public Tensor TimesRow(Tensor row) => Combine<Product, PerColumn>("TimesRow", x, row);

        /// <summary>x + column in every column; <paramref name="column"/> has one number for each row.</summary>
        /// <exception cref="ArgumentException">The column has not as many numbers as x has rows.</exception>
        public Tensor PlusColumn(Tensor column) => Combine<Sum, PerRow>("PlusColumn", x, column);

        /// <summary>x · column in every column, element by element; <paramref name="column"/> has one number for each row.</summary>
        /// <exception cref="ArgumentException">The column has not as many numbers as x has rows.</exception>
        public Tensor TimesColumn(Tensor column) => Combine<Product, PerRow>("TimesColumn", x, column);
    }

    private static Tensor Combine<O, D>(string name, Tensor x, Tensor other) where O : struct, ICombination where D : struct, IDirection
    {
        var expected = D.IsRow ? x.Columns : x.Rows;
        if (other.Count != expected) throw Shapes.Unfit(name, x, other, $"the second must hold {expected} numbers, one for each {(D.IsRow ? "column" : "row")} of the first");
        var y = x.Tape.Make(x.Shape, x.NeedsGradient || other.NeedsGradient);
        Run<O, D>(x.Tape, x.Data, other.Data, y.Data, x.Rows, x.Columns);
        if (y.NeedsGradient) x.Tape.Record(new BroadcastOperation<O, D>(name, y, x, other));
        return y;
    }

    private sealed class BroadcastOperation<O, D>(string name, Tensor y, Tensor x, Tensor other) : Operation(y) where O : struct, ICombination where D : struct, IDirection
    {
        public override string Name => name;

        public override void Backward()
        {
            var (tape, rows, columns) = (Output.Tape, x.Rows, x.Columns);
            float* dy = Output.GradientData;
            if (other.NeedsGradient)
            {
                var slopes = dy;
                if (O.IsProduct)
                {
                    slopes = tape.Take(x.Count);
                    Vectors.Product(tape, x.Data, dy, slopes, x.Count, false);
                }
                var d = other.TakeGradient(out var add);
                if (D.IsRow) Reductions.SumRows(tape, new Matrix(slopes, rows, columns), d, add);
                else SumEachRow(tape, slopes, d, rows, columns, add);
                if (O.IsProduct) tape.Return(slopes, x.Count);
            }
            if (!x.NeedsGradient) return;
            if (O.IsProduct) Run<O, D>(tape, dy, other.Data, dy, rows, columns);
            Output.PassGradient(x);
        }
    }

    private static void SumEachRow(Tape tape, float* x, float* sums, int rows, int columns, bool add) =>
        tape.For(rows, Math.Max(1, ActivationKernels.Grain / Math.Max(1, columns)), (from, to) =>
        {
            for (var row = from; row < to; row++)
            {
                var sum = Reductions.Sum(x + (nint)row * columns, columns);
                sums[row] = add ? sums[row] + sum : sum;
            }
        });

    private interface ICombination
    {
        static abstract bool IsProduct { get; }
    }

    private readonly struct Sum : ICombination
    {
        public static bool IsProduct => false;
    }

    private readonly struct Product : ICombination
    {
        public static bool IsProduct => true;
    }

    private interface IDirection
    {
        static abstract bool IsRow { get; }
    }

    private readonly struct PerColumn : IDirection
    {
        public static bool IsRow => true;
    }

    private readonly struct PerRow : IDirection
    {
        public static bool IsRow => false;
    }

    private static void Run<O, D>(Tape tape, float* x, float* other, float* y, int rows, int columns) where O : struct, ICombination where D : struct, IDirection =>
        tape.For(rows, Math.Max(1, ActivationKernels.Grain / Math.Max(1, columns)), (from, to) =>
        {
            switch (FastMath.Tier)
            {
                case 512: Run<O, D, Float512>(x, other, y, from, to, columns); break;
                case 256: Run<O, D, Float256>(x, other, y, from, to, columns); break;
                default: Run<O, D, Float1>(x, other, y, from, to, columns); break;
            }
        });

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Run<O, D, V>(float* x, float* other, float* y, int from, int to, int columns) where O : struct, ICombination where D : struct, IDirection where V : struct, ILanes<V, float>
    {
        nuint n = (nuint)columns, width = (nuint)V.Count;
        for (var row = from; row < to; row++)
        {
            var at = (nint)row * columns;
            nuint i = 0;
            for (; i + width <= n; i += width) At<O, D, V>(x + at, other, y + at, row, i);
            for (; i < n; i++) At<O, D, Float1>(x + at, other, y + at, row, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void At<O, D, V>(float* x, float* other, float* y, int row, nuint i) where O : struct, ICombination where D : struct, IDirection where V : struct, ILanes<V, float>
    {
        var (a, b) = (V.Load(ref *x, i), D.IsRow ? V.Load(ref *other, i) : V.All(other[row]));
        (O.IsProduct ? a * b : a + b).Store(ref *y, i);
    }
}
