using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>Sums of products in a fixed order: the same bits on every register width and thread count.</summary>
internal static unsafe class InnerProducts
{
    /// <summary>The sum of squares, in 16 lanes merged by one tree; ranges of 32,768 are summed apart and added in order.</summary>
    /// <param name="tape">Whose threads share the ranges, or null for the caller's alone.</param>
    /// <param name="x">The numbers.</param>
    /// <param name="count">How many.</param>
    public static double SumOfSquares(Tape? tape, float* x, int count)
    {
        const int grain = ActivationKernels.Grain;
        var blocks = (count + grain - 1) / grain;
        var sum = 0.0;
        if (tape is null || blocks < 2)
        {
            for (var from = 0; from < count; from += grain) sum += Dot(x + from, x + from, Math.Min(grain, count - from));
            return sum;
        }
        var parts = tape.Take(blocks);
        tape.Gang.For(blocks, (block, _) =>
        {
            var from = x + (nint)block * grain;
            parts[block] = Dot(from, from, Math.Min(grain, count - block * grain));
        });
        for (var block = 0; block < blocks; block++) sum += parts[block];
        tape.Return(parts, blocks);
        return sum;
    }

    /// <summary>The sum of a·b, in 16 lanes merged by one tree.</summary>
    public static float Dot(float* a, float* b, int count) => FastMath.Tier switch
    {
        512 => Dot<Float512>(a, b, count),
        256 => Dot<Float256>(a, b, count),
        _ => Dot<Float1>(a, b, count),
    };

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static float Dot<V>(float* a, float* b, int count) where V : struct, ILanes<V, float>
    {
        var lanes = stackalloc float[16];
        var whole = count & ~15;
        for (var start = 0; start < 16; start += V.Count) // a register at a time, so that narrow ones hold all their lanes too
        {
            var sum = V.All(0);
            for (var i = start; i < whole; i += 16) sum = V.Fma(V.Load(ref a[i], 0), V.Load(ref b[i], 0), sum);
            sum.Store(ref lanes[start], 0);
        }
        for (var i = whole; i < count; i++) lanes[i - whole] = MathF.FusedMultiplyAdd(a[i], b[i], lanes[i - whole]);
        return Reductions.Merge(lanes);
    }
}
