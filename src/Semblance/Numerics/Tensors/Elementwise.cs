using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>Operations that treat each number alone: activations, sums, differences and products of tensors of one shape.</summary>
public static unsafe class ElementwiseOperations
{
    extension(Tensor x)
    {
        /// <summary>f(x), element by element.</summary>
        public Tensor Apply(Activation activation)
        {
            var y = x.Tape.Make(x.Shape, x.NeedsGradient);
            var (from, to) = ((nint)x.Data, (nint)y.Data);
            x.Tape.For(x.Count, ActivationKernels.Grain, (start, end) => ActivationKernels.Apply(activation, (float*)from + start, (float*)to + start, end - start));
            if (y.NeedsGradient) x.Tape.Record(new ActivationOperation(y, x, activation));
            return y;
        }

        /// <summary>f'(x), element by element, itself to be derived: what the input gradient of a layer is made of.</summary>
        public Tensor Slope(Activation activation)
        {
            var y = x.Tape.Make(x.Shape, x.NeedsGradient);
            float* from = x.Data, to = y.Data;
            x.Tape.For(x.Count, ActivationKernels.Grain, (i, end) => ActivationKernels.Slope(activation, from + i, to + i, end - i));
            if (y.NeedsGradient) x.Tape.Record(new SlopeOperation(y, x, activation));
            return y;
        }

        /// <summary>a·x + b for two numbers.</summary>
        public Tensor Affine(float scale, float shift = 0) => Combine("Affine", x, null, Kind.Sum, scale, 0, shift);

        /// <summary>a·x + b·other for two numbers, of equal shapes.</summary>
        /// <exception cref="ArgumentException">The shapes differ.</exception>
        public Tensor Plus(Tensor other, float scale = 1, float otherScale = 1) => Combine("Plus", x, other, Kind.Sum, scale, otherScale, 0);

        /// <summary>The product, element by element, of equal shapes.</summary>
        /// <exception cref="ArgumentException">The shapes differ.</exception>
        public Tensor Times(Tensor other) => Combine("Times", x, other, Kind.Product, 1, 1, 0);

        /// <summary>Sum of tensors of equal shape.</summary>
        public static Tensor operator +(Tensor left, Tensor right) => left.Plus(right);

        /// <summary>Difference of tensors of equal shape.</summary>
        public static Tensor operator -(Tensor left, Tensor right) => left.Plus(right, 1, -1);

        /// <summary>Product, element by element, of tensors of equal shape.</summary>
        public static Tensor operator *(Tensor left, Tensor right) => left.Times(right);
    }

    private enum Kind { Sum, Product }

    private static Tensor Combine(string name, Tensor a, Tensor? b, Kind kind, float p, float q, float shift)
    {
        if (b is not null) Shapes.RequireSame(name, a, b);
        var y = a.Tape.Make(a.Shape, a.NeedsGradient || b is { NeedsGradient: true });
        if (kind == Kind.Product) Vectors.Product(a.Tape, a.Data, b!.Data, y.Data, a.Count, false);
        else Vectors.Sum(a.Tape, a.Data, b is null ? null : b.Data, y.Data, a.Count, p, q, shift);
        if (y.NeedsGradient) a.Tape.Record(kind == Kind.Product ? new ProductOperation(y, a, b!) : new SumOperation(y, a, b, p, q));
        return y;
    }

    private sealed class ActivationOperation(Tensor y, Tensor x, Activation activation) : Operation(y)
    {
        public override void Backward()
        {
            var (act, adopts, add) = (activation, x.AdoptsGradient, false);
            float* from = x.Data, result = Output.Data, dy = Output.GradientData, dx = adopts ? dy : x.TakeGradient(out add);
            Output.Tape.For(x.Count, ActivationKernels.Grain, (i, end) => ActivationKernels.Pass(act, from + i, result + i, dy + i, dx + i, end - i, add));
            if (adopts) Output.PassGradient(x);
        }
    }

    private sealed class SlopeOperation(Tensor y, Tensor x, Activation activation) : Operation(y)
    {
        public override void Backward()
        {
            float* from = x.Data, dy = Output.GradientData, dx = x.TakeGradient(out var add);
            var (act, adds) = (activation, add);
            Output.Tape.For(x.Count, ActivationKernels.Grain, (i, end) => ActivationKernels.PassBend(act, from + i, dy + i, dx + i, end - i, adds));
        }
    }

    private sealed class SumOperation(Tensor y, Tensor a, Tensor? b, float p, float q) : Operation(y)
    {
        public override void Backward()
        {
            if (b is { NeedsGradient: true } && a.NeedsGradient)
            {
                var db = b.TakeGradient(out var add);
                Vectors.Sum(Output.Tape, Output.GradientData, add ? db : null, db, b.Count, q, 1);
            }
            if (a.NeedsGradient) Output.PassGradient(a, p);
            else Output.PassGradient(b!, q);
        }
    }

    private sealed class ProductOperation(Tensor y, Tensor a, Tensor b) : Operation(y)
    {
        public override void Backward()
        {
            Pass(a, b, last: !b.NeedsGradient);
            Pass(b, a, last: true);
        }

        private void Pass(Tensor to, Tensor other, bool last)
        {
            if (!to.NeedsGradient) return;
            var (adopts, add) = (last && to.AdoptsGradient, false);
            float* dy = Output.GradientData, d = adopts ? dy : to.TakeGradient(out add);
            Vectors.Product(Output.Tape, dy, other.Data, d, to.Count, add);
            if (adopts) Output.PassGradient(to);
        }
    }
}

/// <summary>Sums and products of arrays, one text for every register width.</summary>
internal static unsafe class Vectors
{
    /// <summary>y = p·a + q·b + shift on all threads; b may be null, y may be a or b.</summary>
    public static void Sum(Tape tape, float* a, float* b, float* y, int count, float p, float q, float shift = 0)
    {
        if (count <= ActivationKernels.Grain) Sum(a, b, y, count, p, q, shift);
        else SharedSum(tape, a, b, y, count, p, q, shift);
    }

    /// <summary>y (+)= a·b on all threads; y may be a or b.</summary>
    public static void Product(Tape tape, float* a, float* b, float* y, int count, bool add)
    {
        if (count <= ActivationKernels.Grain) Product(a, b, y, count, add);
        else SharedProduct(tape, a, b, y, count, add);
    }

    // Apart from the above, so that small work makes no closure.
    private static void SharedSum(Tape tape, float* a, float* b, float* y, int count, float p, float q, float shift) =>
        tape.For(count, ActivationKernels.Grain, (i, end) => Sum(a + i, b == null ? null : b + i, y + i, end - i, p, q, shift));

    private static void SharedProduct(Tape tape, float* a, float* b, float* y, int count, bool add) =>
        tape.For(count, ActivationKernels.Grain, (i, end) => Product(a + i, b + i, y + i, end - i, add));

    /// <summary>y = p·a + q·b + shift; b may be null, y may be a or b.</summary>
    public static void Sum(float* a, float* b, float* y, int count, float p, float q, float shift)
    {
        switch (FastMath.Tier)
        {
            case 512: Sum<Float512>(a, b, y, count, p, q, shift); break;
            case 256: Sum<Float256>(a, b, y, count, p, q, shift); break;
            default: Sum<Float1>(a, b, y, count, p, q, shift); break;
        }
    }

    /// <summary>y (+)= a·b.</summary>
    public static void Product(float* a, float* b, float* y, int count, bool add)
    {
        switch (FastMath.Tier)
        {
            case 512: Product<Float512>(a, b, y, count, add); break;
            case 256: Product<Float256>(a, b, y, count, add); break;
            default: Product<Float1>(a, b, y, count, add); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Sum<V>(float* a, float* b, float* y, int count, float p, float q, float shift) where V : struct, ILanes<V, float>
    {
        nuint i = 0, n = (nuint)count, width = (nuint)V.Count;
        for (; i + width <= n; i += width) SumAt<V>(a, b, y, p, q, shift, i);
        for (; i < n; i++) SumAt<Float1>(a, b, y, p, q, shift, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SumAt<V>(float* a, float* b, float* y, float p, float q, float shift, nuint i) where V : struct, ILanes<V, float>
    {
        var sum = V.Fma(V.Load(ref *a, i), V.All(p), V.All(shift));
        if (b != null) sum = V.Fma(V.Load(ref *b, i), V.All(q), sum);
        sum.Store(ref *y, i);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Product<V>(float* a, float* b, float* y, int count, bool add) where V : struct, ILanes<V, float>
    {
        nuint i = 0, n = (nuint)count, width = (nuint)V.Count;
        for (; i + width <= n; i += width) ProductAt<V>(a, b, y, add, i);
        for (; i < n; i++) ProductAt<Float1>(a, b, y, add, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ProductAt<V>(float* a, float* b, float* y, bool add, nuint i) where V : struct, ILanes<V, float>
    {
        var product = V.Load(ref *a, i) * V.Load(ref *b, i);
        (add ? V.Load(ref *y, i) + product : product).Store(ref *y, i);
    }
}
