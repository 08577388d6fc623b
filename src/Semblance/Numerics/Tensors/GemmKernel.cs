using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>How many rows of C a micro-kernel holds: a type, so that the compiler makes a kernel of each size from one text.</summary>
internal interface ITileRows
{
    static abstract int Count { get; }
}

/// <summary>How many registers of columns a micro-kernel holds: one or two.</summary>
internal interface ITileColumns
{
    static abstract bool Two { get; }
}

internal readonly struct OneRegister : ITileColumns { public static bool Two => false; }
internal readonly struct TwoRegisters : ITileColumns { public static bool Two => true; }
internal readonly struct Rows1 : ITileRows { public static int Count => 1; }
internal readonly struct Rows2 : ITileRows { public static int Count => 2; }
internal readonly struct Rows4 : ITileRows { public static int Count => 4; }
internal readonly struct Rows6 : ITileRows { public static int Count => 6; }
internal readonly struct Rows8 : ITileRows { public static int Count => 8; }
internal readonly struct Rows10 : ITileRows { public static int Count => 10; }
internal readonly struct Rows12 : ITileRows { public static int Count => 12; }
internal readonly struct Rows14 : ITileRows { public static int Count => 14; }

/// <summary>How a micro-kernel walks through its operands, all in floats: <see cref="Runs"/> runs of <see cref="Length"/> steps. Matrices are one run; a patch of an image is a run for each of its rows.</summary>
internal readonly struct Walk(int runs, int length, nint row, nint step, nint jump, nint stepB, nint jumpB = 0)
{
    public readonly int Runs = runs, Length = length;

    /// <summary>From a row of A to the next; from a step to the next; what a new run adds to that.</summary>
    public readonly nint Row = row, Step = step, Jump = jump;

    /// <summary>From a row of B to the next; what a new run adds to that.</summary>
    public readonly nint StepB = stepB, JumpB = jumpB;
}

/// <summary>
/// The innermost loop of matrix multiplication: a tile of C lives in registers while k runs. 14 rows of two 512-bit registers are 28 sums, which leaves two registers
/// for B and one for the broadcast element of A; 256 bits have 16 registers, hence 6 rows. Each element of C is one chain of fused multiply-adds in the order of k,
/// so every width, tile and thread count gives the same bits.
/// </summary>
internal static unsafe class GemmKernel
{
    /// <summary>Floats of the largest tile: where one would reach over the edge of C it is made in a corner of this size and copied.</summary>
    public const int CornerSize = 14 * CornerStep;

    private const int CornerStep = 32;

    /// <summary>The kernel for a number of rows: even heights suffice, one row being a case of its own.</summary>
    public static int RowsFor(int height) => height == 1 ? 1 : (height + 1) & ~1;

    /// <summary>C = from + A·B for one tile of any height up to 14 and any width up to two registers. A is read up to <see cref="RowsFor"/>, B to the end of the register; C only where it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Tile<V>(int height, int width, in Walk walk, float* a, float* b, float* c, nint cStep, float* from, nint fromStep, float* corner) where V : struct, ILanes<V, float>
    {
        var (rows, one) = (RowsFor(height), width <= V.Count);
        if (rows == height && width == (one ? V.Count : 2 * V.Count))
        {
            Multiply<V>(rows, one, walk, a, b, c, cStep, from, fromStep);
            return;
        }
        if (from != null)
            for (var y = 0; y < height; y++) new Span<float>(from + y * fromStep, width).CopyTo(new Span<float>(corner + y * CornerStep, width));
        Multiply<V>(rows, one, walk, a, b, corner, CornerStep, from == null ? null : corner, CornerStep);
        for (var y = 0; y < height; y++) new Span<float>(corner + y * CornerStep, width).CopyTo(new Span<float>(c + y * cStep, width));
    }

    /// <summary>The same for whole tiles: an even number of rows, or one, and one or two registers of columns; every step a pitch in floats. <paramref name="from"/>: where each chain begins (C itself to go on, a bias with a step of 0), or null for zero.</summary>
    public static void Multiply<V>(int rows, bool one, in Walk walk, float* a, float* b, float* c, nint cStep, float* from, nint fromStep) where V : struct, ILanes<V, float>
    {
        if (one) Multiply<V, OneRegister>(rows, walk, a, b, c, cStep, from, fromStep);
        else Multiply<V, TwoRegisters>(rows, walk, a, b, c, cStep, from, fromStep);
    }

    private static void Multiply<V, W>(int rows, in Walk walk, float* a, float* b, float* c, nint cStep, float* from, nint fromStep)
        where V : struct, ILanes<V, float> where W : struct, ITileColumns
    {
        switch (rows)
        {
            case 14: Multiply<V, Rows14, W>(walk, a, b, c, cStep, from, fromStep); break;
            case 12: Multiply<V, Rows12, W>(walk, a, b, c, cStep, from, fromStep); break;
            case 10: Multiply<V, Rows10, W>(walk, a, b, c, cStep, from, fromStep); break;
            case 8: Multiply<V, Rows8, W>(walk, a, b, c, cStep, from, fromStep); break;
            case 6: Multiply<V, Rows6, W>(walk, a, b, c, cStep, from, fromStep); break;
            case 4: Multiply<V, Rows4, W>(walk, a, b, c, cStep, from, fromStep); break;
            case 2: Multiply<V, Rows2, W>(walk, a, b, c, cStep, from, fromStep); break;
            default: Multiply<V, Rows1, W>(walk, a, b, c, cStep, from, fromStep); break;
        }
    }

    /// <summary>Rows of A are reached from every third by one or two pitches, which an address can hold: five pointers move instead of fourteen.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<V, R, W>(in Walk walk, float* a, float* b, float* c, nint cStep, float* from, nint fromStep)
        where V : struct, ILanes<V, float> where R : struct, ITileRows where W : struct, ITileColumns
    {
        V c00 = default, c01 = default;
        V c10 = default, c11 = default;
        V c20 = default, c21 = default;
        V c30 = default, c31 = default;
        V c40 = default, c41 = default;
        V c50 = default, c51 = default;
        V c60 = default, c61 = default;
        V c70 = default, c71 = default;
        V c80 = default, c81 = default;
        V c90 = default, c91 = default;
        V ca0 = default, ca1 = default;
        V cb0 = default, cb1 = default;
        V cc0 = default, cc1 = default;
        V cd0 = default, cd1 = default;
        var next = (nuint)V.Count;
        if (from != null)
        {
            var p = from;
            if (R.Count > 0) { c00 = V.Load(ref *p, 0); if (W.Two) c01 = V.Load(ref *p, next); p += fromStep; }
            if (R.Count > 1) { c10 = V.Load(ref *p, 0); if (W.Two) c11 = V.Load(ref *p, next); p += fromStep; }
            if (R.Count > 2) { c20 = V.Load(ref *p, 0); if (W.Two) c21 = V.Load(ref *p, next); p += fromStep; }
            if (R.Count > 3) { c30 = V.Load(ref *p, 0); if (W.Two) c31 = V.Load(ref *p, next); p += fromStep; }
            if (R.Count > 4) { c40 = V.Load(ref *p, 0); if (W.Two) c41 = V.Load(ref *p, next); p += fromStep; }
            if (R.Count > 5) { c50 = V.Load(ref *p, 0); if (W.Two) c51 = V.Load(ref *p, next); p += fromStep; }
            if (R.Count > 6) { c60 = V.Load(ref *p, 0); if (W.Two) c61 = V.Load(ref *p, next); p += fromStep; }
            if (R.Count > 7) { c70 = V.Load(ref *p, 0); if (W.Two) c71 = V.Load(ref *p, next); p += fromStep; }
            if (R.Count > 8) { c80 = V.Load(ref *p, 0); if (W.Two) c81 = V.Load(ref *p, next); p += fromStep; }
            if (R.Count > 9) { c90 = V.Load(ref *p, 0); if (W.Two) c91 = V.Load(ref *p, next); p += fromStep; }
            if (R.Count > 10) { ca0 = V.Load(ref *p, 0); if (W.Two) ca1 = V.Load(ref *p, next); p += fromStep; }
            if (R.Count > 11) { cb0 = V.Load(ref *p, 0); if (W.Two) cb1 = V.Load(ref *p, next); p += fromStep; }
            if (R.Count > 12) { cc0 = V.Load(ref *p, 0); if (W.Two) cc1 = V.Load(ref *p, next); p += fromStep; }
            if (R.Count > 13) { cd0 = V.Load(ref *p, 0); if (W.Two) cd1 = V.Load(ref *p, next); p += fromStep; }
        }
        nint row = walk.Row, twice = 2 * row, step = walk.Step, stepB = walk.StepB;
        float* a3 = a + 3 * row, a6 = a + 6 * row, a9 = a + 9 * row, ac = a + 12 * row;
        for (var run = walk.Runs; run > 0; run--)
        {
            for (var k = walk.Length; k > 0; k--)
            {
                var b0 = V.Load(ref *b, 0);
                var b1 = W.Two ? V.Load(ref *b, next) : default;
                if (R.Count > 0) { var s = V.All(*a); c00 = V.Fma(s, b0, c00); if (W.Two) c01 = V.Fma(s, b1, c01); }
                if (R.Count > 1) { var s = V.All(a[row]); c10 = V.Fma(s, b0, c10); if (W.Two) c11 = V.Fma(s, b1, c11); }
                if (R.Count > 2) { var s = V.All(a[twice]); c20 = V.Fma(s, b0, c20); if (W.Two) c21 = V.Fma(s, b1, c21); }
                if (R.Count > 3) { var s = V.All(*a3); c30 = V.Fma(s, b0, c30); if (W.Two) c31 = V.Fma(s, b1, c31); }
                if (R.Count > 4) { var s = V.All(a3[row]); c40 = V.Fma(s, b0, c40); if (W.Two) c41 = V.Fma(s, b1, c41); }
                if (R.Count > 5) { var s = V.All(a3[twice]); c50 = V.Fma(s, b0, c50); if (W.Two) c51 = V.Fma(s, b1, c51); }
                if (R.Count > 6) { var s = V.All(*a6); c60 = V.Fma(s, b0, c60); if (W.Two) c61 = V.Fma(s, b1, c61); }
                if (R.Count > 7) { var s = V.All(a6[row]); c70 = V.Fma(s, b0, c70); if (W.Two) c71 = V.Fma(s, b1, c71); }
                if (R.Count > 8) { var s = V.All(a6[twice]); c80 = V.Fma(s, b0, c80); if (W.Two) c81 = V.Fma(s, b1, c81); }
                if (R.Count > 9) { var s = V.All(*a9); c90 = V.Fma(s, b0, c90); if (W.Two) c91 = V.Fma(s, b1, c91); }
                if (R.Count > 10) { var s = V.All(a9[row]); ca0 = V.Fma(s, b0, ca0); if (W.Two) ca1 = V.Fma(s, b1, ca1); }
                if (R.Count > 11) { var s = V.All(a9[twice]); cb0 = V.Fma(s, b0, cb0); if (W.Two) cb1 = V.Fma(s, b1, cb1); }
                if (R.Count > 12) { var s = V.All(*ac); cc0 = V.Fma(s, b0, cc0); if (W.Two) cc1 = V.Fma(s, b1, cc1); }
                if (R.Count > 13) { var s = V.All(ac[row]); cd0 = V.Fma(s, b0, cd0); if (W.Two) cd1 = V.Fma(s, b1, cd1); }
                a += step;
                if (R.Count > 3) a3 += step;
                if (R.Count > 6) a6 += step;
                if (R.Count > 9) a9 += step;
                if (R.Count > 12) ac += step;
                b += stepB;
            }
            a += walk.Jump;
            if (R.Count > 3) a3 += walk.Jump;
            if (R.Count > 6) a6 += walk.Jump;
            if (R.Count > 9) a9 += walk.Jump;
            if (R.Count > 12) ac += walk.Jump;
            b += walk.JumpB;
        }
        if (R.Count > 0) { c00.Store(ref *c, 0); if (W.Two) c01.Store(ref *c, next); c += cStep; }
        if (R.Count > 1) { c10.Store(ref *c, 0); if (W.Two) c11.Store(ref *c, next); c += cStep; }
        if (R.Count > 2) { c20.Store(ref *c, 0); if (W.Two) c21.Store(ref *c, next); c += cStep; }
        if (R.Count > 3) { c30.Store(ref *c, 0); if (W.Two) c31.Store(ref *c, next); c += cStep; }
        if (R.Count > 4) { c40.Store(ref *c, 0); if (W.Two) c41.Store(ref *c, next); c += cStep; }
        if (R.Count > 5) { c50.Store(ref *c, 0); if (W.Two) c51.Store(ref *c, next); c += cStep; }
        if (R.Count > 6) { c60.Store(ref *c, 0); if (W.Two) c61.Store(ref *c, next); c += cStep; }
        if (R.Count > 7) { c70.Store(ref *c, 0); if (W.Two) c71.Store(ref *c, next); c += cStep; }
        if (R.Count > 8) { c80.Store(ref *c, 0); if (W.Two) c81.Store(ref *c, next); c += cStep; }
        if (R.Count > 9) { c90.Store(ref *c, 0); if (W.Two) c91.Store(ref *c, next); c += cStep; }
        if (R.Count > 10) { ca0.Store(ref *c, 0); if (W.Two) ca1.Store(ref *c, next); c += cStep; }
        if (R.Count > 11) { cb0.Store(ref *c, 0); if (W.Two) cb1.Store(ref *c, next); c += cStep; }
        if (R.Count > 12) { cc0.Store(ref *c, 0); if (W.Two) cc1.Store(ref *c, next); c += cStep; }
        if (R.Count > 13) { cd0.Store(ref *c, 0); if (W.Two) cd1.Store(ref *c, next); c += cStep; }
    }
}
