using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Semblance.Numerics;

/// <summary>Sums in a fixed order: the same bits on every register width and thread count.</summary>
internal static unsafe class Reductions
{
    private const int Strip = 64; // columns that one thread sums at a time

    /// <summary>out (+)= the sum over rows, each column added up from the first row to the last.</summary>
    public static void SumRows(Tape tape, Matrix x, float* sums, bool add)
    {
        var grain = (long)x.Rows * x.Columns < ActivationKernels.Grain ? x.Columns : Strip;
        tape.For(x.Columns, Math.Max(1, grain), (from, to) => SumColumns(x, sums, from, to, add));
    }

    /// <summary>The sum of all numbers, in 16 lanes merged by one tree; ranges of 32,768 are summed apart and added in order.</summary>
    public static float Sum(Tape tape, float* x, int count)
    {
        const int grain = ActivationKernels.Grain;
        if (count <= grain) return Sum(x, count);
        var blocks = (count + grain - 1) / grain;
        var parts = tape.Take(blocks);
        tape.Gang.For(blocks, (block, _) => parts[block] = Sum(x + (nint)block * grain, Math.Min(grain, count - block * grain)));
        var sum = 0f;
        for (var block = 0; block < blocks; block++) sum += parts[block];
        tape.Return(parts, blocks);
        return sum;
    }

    /// <summary>The sum of a short span, in 16 lanes merged by one tree.</summary>
    public static float Sum(float* x, int count) => FastMath.Tier switch
    {
        512 => Sum<Float512>(x, count),
        256 => Sum<Float256>(x, count),
        _ => Sum<Float1>(x, count),
    };

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static float Sum<V>(float* x, int count) where V : struct, ILanes<V, float>
    {
        var lanes = stackalloc float[16];
        new Span<float>(lanes, 16).Clear();
        var whole = count & ~15;
        for (var start = 0; start < 16; start += V.Count) // a register at a time, so that narrow ones hold all their lanes too
        {
            var sum = V.All(0);
            for (var i = start; i < whole; i += 16) sum += V.Load(ref x[i], 0);
            sum.Store(ref lanes[start], 0);
        }
        for (var i = whole; i < count; i++) lanes[i - whole] += x[i];
        return Merge(lanes);
    }

    /// <summary>The merge tree: the upper half of 16 lanes is added to the lower, and so on down to one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Merge(float* lanes)
    {
        var eight = Vector256.Load(lanes) + Vector256.Load(lanes + 8);
        var four = eight.GetLower() + eight.GetUpper();
        var two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
        return two[0] + two[1];
    }

    private static void SumColumns(Matrix x, float* sums, int from, int to, bool add)
    {
        switch (FastMath.Tier)
        {
            case 512: SumColumns<Float512>(x, sums, from, to, add); break;
            case 256: SumColumns<Float256>(x, sums, from, to, add); break;
            default: SumColumns<Float1>(x, sums, from, to, add); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void SumColumns<V>(Matrix x, float* sums, int from, int to, bool add) where V : struct, ILanes<V, float>
    {
        var j = from;
        for (; j + 4 * V.Count <= to; j += 4 * V.Count) // four chains hide the latency of addition
        {
            V a = V.All(0), b = V.All(0), c = V.All(0), d = V.All(0);
            var p = x.Data + j;
            for (var i = 0; i < x.Rows; i++, p += x.RowStride)
            {
                a += V.Load(ref *p, 0);
                b += V.Load(ref *p, (nuint)V.Count);
                c += V.Load(ref *p, 2 * (nuint)V.Count);
                d += V.Load(ref *p, 3 * (nuint)V.Count);
            }
            Put(a, sums + j, add);
            Put(b, sums + j + V.Count, add);
            Put(c, sums + j + 2 * V.Count, add);
            Put(d, sums + j + 3 * V.Count, add);
        }
        for (; j + V.Count <= to; j += V.Count)
        {
            var a = V.All(0);
            for (var i = 0; i < x.Rows; i++) a += V.Load(ref x.Data[i * x.RowStride + j], 0);
            Put(a, sums + j, add);
        }
        for (; j < to; j++)
        {
            var a = 0f;
            for (var i = 0; i < x.Rows; i++) a += x.Data[i * x.RowStride + j];
            sums[j] = add ? sums[j] + a : a;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<V>(V sum, float* to, bool add) where V : struct, ILanes<V, float> => (add ? V.Load(ref *to, 0) + sum : sum).Store(ref *to, 0);
}
