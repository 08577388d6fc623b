using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>What the softmax family does with a block of columns of a <see cref="RowTile"/>: a lane holds a row, sums run over columns in order. One text for every register width.</summary>
internal static unsafe class SoftmaxKernels
{
    private const int Rows = RowTile.Rows;

    /// <summary>x becomes exp(x - maximum of the row's block); the maximum, the sum and one over it come back for each row.</summary>
    public static void Exponentials(float* x, int width, float* maxima, float* sums, float* inverses)
    {
        switch (FastMath.Tier)
        {
            case 512: Exponentials<Float512>(x, width, maxima, sums, inverses); break;
            case 256: Exponentials<Float256>(x, width, maxima, sums, inverses); break;
            default: Exponentials<Float1>(x, width, maxima, sums, inverses); break;
        }
    }

    /// <summary>x ·= factor of the row.</summary>
    public static void Scale(float* x, int width, float* factors)
    {
        switch (FastMath.Tier)
        {
            case 512: Scale<Float512>(x, width, factors); break;
            case 256: Scale<Float256>(x, width, factors); break;
            default: Scale<Float1>(x, width, factors); break;
        }
    }

    /// <summary>x becomes (x - maximum) + shift of the row, in this order: next to a large maximum a small shift would be lost.</summary>
    public static void Shift(float* x, int width, float* maxima, float* shifts)
    {
        switch (FastMath.Tier)
        {
            case 512: Shift<Float512>(x, width, maxima, shifts); break;
            case 256: Shift<Float256>(x, width, maxima, shifts); break;
            default: Shift<Float1>(x, width, maxima, shifts); break;
        }
    }

    /// <summary>dy becomes scale · y (dy - Σ y dy): the derivative of softmax by its argument, y being its result.</summary>
    public static void Slope(float* y, float* dy, int width, float scale)
    {
        switch (FastMath.Tier)
        {
            case 512: Slope<Float512>(y, dy, width, scale); break;
            case 256: Slope<Float256>(y, dy, width, scale); break;
            default: Slope<Float1>(y, dy, width, scale); break;
        }
    }

    /// <summary>dy becomes dy - exp(y) Σ dy: the derivative of the logarithm of softmax, y being its result.</summary>
    public static void LogSlope(float* y, float* dy, int width)
    {
        switch (FastMath.Tier)
        {
            case 512: LogSlope<Float512>(y, dy, width); break;
            case 256: LogSlope<Float256>(y, dy, width); break;
            default: LogSlope<Float1>(y, dy, width); break;
        }
    }

    /// <summary>x becomes (x + g)·scale with g = -log(-log u), u uniform from the words in <paramref name="noise"/> (Gumbel's distribution).</summary>
    public static void AddGumbel(float* x, float* noise, int width, float scale)
    {
        switch (FastMath.Tier)
        {
            case 512: AddGumbel<Float512>(x, noise, width, scale); break;
            case 256: AddGumbel<Float256>(x, noise, width, scale); break;
            default: AddGumbel<Float1>(x, noise, width, scale); break;
        }
    }

    /// <summary>x becomes 1 in the first of the largest columns of each row and 0 in the others.</summary>
    public static void Harden(float* x, int width)
    {
        switch (FastMath.Tier)
        {
            case 512: Harden<Float512>(x, width); break;
            case 256: Harden<Float256>(x, width); break;
            default: Harden<Float1>(x, width); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Exponentials<V>(float* x, int width, float* maxima, float* sums, float* inverses) where V : struct, ILanes<V, float>
    {
        var end = (nuint)width * Rows;
        for (nuint row = 0; row < Rows; row += (nuint)V.Count)
        {
            var top = V.Load(ref *x, row);
            for (var i = row + Rows; i < end; i += Rows) top = Larger(V.Load(ref *x, i), top);
            var sum = V.All(0);
            for (var i = row; i < end; i += Rows)
            {
                var e = FastMath.FloatExp.Of(V.Load(ref *x, i) - top);
                e.Store(ref *x, i);
                sum += e;
            }
            top.Store(ref *maxima, row);
            sum.Store(ref *sums, row);
            (V.All(1) / sum).Store(ref *inverses, row);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Scale<V>(float* x, int width, float* factors) where V : struct, ILanes<V, float>
    {
        var end = (nuint)width * Rows;
        for (nuint row = 0; row < Rows; row += (nuint)V.Count)
        {
            var factor = V.Load(ref *factors, row);
            for (var i = row; i < end; i += Rows) (V.Load(ref *x, i) * factor).Store(ref *x, i);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Shift<V>(float* x, int width, float* maxima, float* shifts) where V : struct, ILanes<V, float>
    {
        var end = (nuint)width * Rows;
        for (nuint row = 0; row < Rows; row += (nuint)V.Count)
        {
            var (top, shift) = (V.Load(ref *maxima, row), V.Load(ref *shifts, row));
            for (var i = row; i < end; i += Rows) (V.Load(ref *x, i) - top + shift).Store(ref *x, i);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Slope<V>(float* y, float* dy, int width, float scale) where V : struct, ILanes<V, float>
    {
        var end = (nuint)width * Rows;
        for (nuint row = 0; row < Rows; row += (nuint)V.Count)
        {
            var dot = V.All(0);
            for (var i = row; i < end; i += Rows) dot = V.Fma(V.Load(ref *y, i), V.Load(ref *dy, i), dot);
            for (var i = row; i < end; i += Rows) (V.Load(ref *y, i) * V.All(scale) * (V.Load(ref *dy, i) - dot)).Store(ref *dy, i);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void LogSlope<V>(float* y, float* dy, int width) where V : struct, ILanes<V, float>
    {
        var end = (nuint)width * Rows;
        for (nuint row = 0; row < Rows; row += (nuint)V.Count)
        {
            var sum = V.All(0);
            for (var i = row; i < end; i += Rows) sum += V.Load(ref *dy, i);
            for (var i = row; i < end; i += Rows) (V.Load(ref *dy, i) - FastMath.FloatExp.Of(V.Load(ref *y, i)) * sum).Store(ref *dy, i);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void AddGumbel<V>(float* x, float* noise, int width, float scale) where V : struct, ILanes<V, float>
    {
        var end = (nuint)width * Rows;
        for (nuint i = 0; i < end; i += (nuint)V.Count)
        {
            // 23 bits plus a half: u keeps 2^-24 away from 0 and from 1, so that both logarithms are finite.
            var u = V.Fma(V.FromInteger(V.ShiftRightUnsigned(V.Load(ref *noise, i), 9)), V.All(1 / 8388608f), V.All(0.5f / 8388608f));
            var gumbel = FastMath.FloatLog.OfNormal(V.All(0) - FastMath.FloatLog.OfNormal(u));
            ((V.Load(ref *x, i) - gumbel) * V.All(scale)).Store(ref *x, i);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Harden<V>(float* x, int width) where V : struct, ILanes<V, float>
    {
        var end = (nuint)width * Rows;
        for (nuint row = 0; row < Rows; row += (nuint)V.Count)
        {
            var (top, place) = (V.Load(ref *x, row), V.All(0));
            for (var column = 1; column < width; column++)
            {
                var value = V.Load(ref *x, row + (nuint)column * Rows);
                place = V.IfLess(top, value, V.All(column), place);
                top = Larger(value, top);
            }
            for (var column = 0; column < width; column++)
                V.IfLess(V.Abs(place - V.All(column)), V.All(0.5f), V.All(1), V.All(0)).Store(ref *x, row + (nuint)column * Rows);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Larger<V>(V a, V b) where V : struct, ILanes<V, float> => V.IfLess(b, a, a, b);
}
