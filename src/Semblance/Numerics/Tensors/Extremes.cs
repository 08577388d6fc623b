using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>The smaller, the larger, and what lies between bounds.</summary>
public static unsafe class ExtremeOperations
{
    extension(Tensor x)
    {
        /// <summary>The larger of two numbers, element by element, which also has the gradient; where they are equal, x has it.</summary>
        /// <exception cref="ArgumentException">The shapes differ.</exception>
        public Tensor Maximum(Tensor other) => Choose("Maximum", x, other, 1);

        /// <summary>The smaller of two numbers, element by element, which also has the gradient; where they are equal, x has it.</summary>
        /// <exception cref="ArgumentException">The shapes differ.</exception>
        public Tensor Minimum(Tensor other) => Choose("Minimum", x, other, -1);

        /// <summary>x, but at least <paramref name="low"/> and at most <paramref name="high"/>; what is cut off has no gradient.</summary>
        /// <exception cref="ArgumentException">The bounds are not in order.</exception>
        public Tensor Clip(float low, float high)
        {
            if (!(low <= high)) throw new ArgumentException($"Clip: the bounds {low} and {high} are not in order");
            var y = x.Tape.Make(x.Shape, x.NeedsGradient);
            float* from = x.Data, to = y.Data;
            x.Tape.For(x.Count, ActivationKernels.Grain, (start, end) => Run<Cut>(from + start, null, to + start, end - start, low, high));
            if (y.NeedsGradient) x.Tape.Record(new ClipOperation(y, x, low, high));
            return y;
        }
    }

    private static Tensor Choose(string name, Tensor a, Tensor b, float sign)
    {
        Shapes.RequireSame(name, a, b);
        var y = a.Tape.Make(a.Shape, a.NeedsGradient || b.NeedsGradient);
        float* first = a.Data, second = b.Data, to = y.Data;
        a.Tape.For(a.Count, ActivationKernels.Grain, (start, end) => Run<Extreme>(first + start, second + start, to + start, end - start, sign, 0));
        if (y.NeedsGradient) a.Tape.Record(new ChoiceOperation(name, y, a, b, sign));
        return y;
    }

    private sealed class ChoiceOperation(string name, Tensor y, Tensor a, Tensor b, float sign) : Operation(y)
    {
        public override string Name => name;

        public override void Backward()
        {
            Pass<ToFirst>(a);
            Pass<ToSecond>(b);
        }

        private void Pass<U>(Tensor to) where U : struct, IUse
        {
            if (!to.NeedsGradient) return;
            var tape = Output.Tape;
            float* first = a.Data, second = b.Data, dy = Output.GradientData, d = to.TakeGradient(out var add);
            var (way, adds) = (sign, add);
            tape.For(to.Count, ActivationKernels.Grain, (start, end) => Run<U>(first + start, second + start, d + start, end - start, way, 0, dy + start, adds));
        }
    }

    private sealed class ClipOperation(Tensor y, Tensor x, float low, float high) : Operation(y)
    {
        public override void Backward()
        {
            float* from = x.Data, dy = Output.GradientData;
            var (least, most) = (low, high);
            Output.Tape.For(x.Count, ActivationKernels.Grain, (start, end) => Run<Inside>(from + start, null, dy + start, end - start, least, most, dy + start));
            Output.PassGradient(x);
        }
    }

    private interface IUse
    {
        static abstract V Of<V>(V a, V b, V dy, float p, float q) where V : struct, ILanes<V, float>;
    }

    private readonly struct Extreme : IUse
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V a, V b, V dy, float p, float q) where V : struct, ILanes<V, float> => V.IfLess(a * V.All(p), b * V.All(p), b, a);
    }

    private readonly struct ToFirst : IUse
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V a, V b, V dy, float p, float q) where V : struct, ILanes<V, float> => V.IfLess(a * V.All(p), b * V.All(p), V.All(0), dy);
    }

    private readonly struct ToSecond : IUse
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V a, V b, V dy, float p, float q) where V : struct, ILanes<V, float> => V.IfLess(a * V.All(p), b * V.All(p), dy, V.All(0));
    }

    private readonly struct Cut : IUse
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V a, V b, V dy, float p, float q) where V : struct, ILanes<V, float> => V.IfLess(a, V.All(p), V.All(p), V.IfLess(V.All(q), a, V.All(q), a));
    }

    private readonly struct Inside : IUse
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V a, V b, V dy, float p, float q) where V : struct, ILanes<V, float> => V.IfLess(a, V.All(p), V.All(0), V.IfLess(V.All(q), a, V.All(0), dy));
    }

    private static void Run<U>(float* a, float* b, float* y, int count, float p, float q, float* dy = null, bool add = false) where U : struct, IUse
    {
        switch (FastMath.Tier)
        {
            case 512: Run<U, Float512>(a, b, y, count, p, q, dy, add); break;
            case 256: Run<U, Float256>(a, b, y, count, p, q, dy, add); break;
            default: Run<U, Float1>(a, b, y, count, p, q, dy, add); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Run<U, V>(float* a, float* b, float* y, int count, float p, float q, float* dy, bool add) where U : struct, IUse where V : struct, ILanes<V, float>
    {
        nuint i = 0, n = (nuint)count, width = (nuint)V.Count;
        b = b == null ? a : b;
        dy = dy == null ? a : dy;
        for (; i + width <= n; i += width) At<U, V>(a, b, y, p, q, dy, add, i);
        for (; i < n; i++) At<U, Float1>(a, b, y, p, q, dy, add, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void At<U, V>(float* a, float* b, float* y, float p, float q, float* dy, bool add, nuint i) where U : struct, IUse where V : struct, ILanes<V, float>
    {
        var value = U.Of(V.Load(ref *a, i), V.Load(ref *b, i), V.Load(ref *dy, i), p, q);
        (add ? V.Load(ref *y, i) + value : value).Store(ref *y, i);
    }
}
