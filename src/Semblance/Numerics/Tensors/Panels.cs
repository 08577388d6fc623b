using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Semblance.Numerics;

/// <summary>
/// Copies part of an operand into a panel: for each k, the lanes (rows of A, columns of B) that one kernel reads side by side. Panels are read in order from the first-level
/// cache on, whatever the strides of the matrix were.
/// </summary>
internal static unsafe class Panels
{
    /// <summary>Floats a buffer needs beyond its panels, since a transposed copy writes four at a time.</summary>
    public const int Slack = 16;

    /// <summary>Writes element (k, lane) to <c>target[k·step + lane]</c>, at most three floats past the end where lanes are no multiple of four; lanes from <paramref name="lanes"/> to <paramref name="step"/> become zero.</summary>
    public static void Pack(float* source, nint laneStride, nint depthStride, int lanes, int depth, float* target, int step)
    {
        if (laneStride == 1) Copy(source, depthStride, lanes, depth, target, step);
        else if (depthStride == 1 && step >= 4) Transpose(source, laneStride, lanes, depth, target, step);
        else
            for (var k = 0; k < depth; k++)
                for (var lane = 0; lane < lanes; lane++)
                    target[k * step + lane] = source[lane * laneStride + k * depthStride];
        if (lanes < step) Clear(target, lanes, step, depth);
    }

    /// <summary>Makes the lanes past the last one zero, so that a kernel wider than what is left multiplies nothing.</summary>
    private static void Clear(float* target, int lanes, int step, int depth)
    {
        for (var k = 0; k < depth; k++) new Span<float>(target + (nint)k * step + lanes, step - lanes).Clear();
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Copy(float* source, nint depthStride, int lanes, int depth, float* target, int step)
    {
        for (var k = 0; k < depth; k++, source += depthStride, target += step)
        {
            var lane = 0;
            for (; lane + 8 <= lanes; lane += 8) Vector256.Store(Vector256.Load(source + lane), target + lane);
            if (lane + 4 <= lanes) { Vector128.Store(Vector128.Load(source + lane), target + lane); lane += 4; }
            for (; lane < lanes; lane++) target[lane] = source[lane];
        }
    }

    /// <summary>
    /// Four lanes by four steps at a time, turned in 128-bit registers: half a shuffle an element, on every kind of processor. The last lanes come first: where fewer than four are
    /// left, what their stores spill into the next step is written over by the lanes that belong there.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(float* source, nint laneStride, int lanes, int depth, float* target, int step)
    {
        var whole = depth & ~3;
        for (var lane = (lanes - 1) & ~3; lane >= 0; lane -= 4)
        {
            var left = lanes - lane;
            var p = source + lane * laneStride;
            var q = left > 1 ? p + laneStride : p;
            var r = left > 2 ? q + laneStride : p;
            var s = left > 3 ? r + laneStride : p;
            var to = target + lane;
            var k = 0;
            for (; k < whole; k += 4, to += 4 * step)
            {
                var (a, b, c, d) = Turn(Vector128.Load(p + k), Vector128.Load(q + k), Vector128.Load(r + k), Vector128.Load(s + k));
                a.Store(to);
                b.Store(to + step);
                c.Store(to + 2 * step);
                d.Store(to + 3 * step);
            }
            for (; k < depth; k++, to += step) Vector128.Create(p[k], q[k], r[k], s[k]).Store(to);
        }
    }

    /// <summary>Rows become columns. The portable form is correct everywhere; x64 has an instruction for each step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (Vector128<float> A, Vector128<float> B, Vector128<float> C, Vector128<float> D) Turn(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d)
    {
        if (!Sse.IsSupported)
            return (Vector128.Create(a[0], b[0], c[0], d[0]), Vector128.Create(a[1], b[1], c[1], d[1]), Vector128.Create(a[2], b[2], c[2], d[2]), Vector128.Create(a[3], b[3], c[3], d[3]));
        var ab0 = Sse.UnpackLow(a, b); // a0 b0 a1 b1
        var ab2 = Sse.UnpackHigh(a, b);
        var cd0 = Sse.UnpackLow(c, d);
        var cd2 = Sse.UnpackHigh(c, d);
        return (Sse.MoveLowToHigh(ab0, cd0), Sse.MoveHighToLow(cd0, ab0), Sse.MoveLowToHigh(ab2, cd2), Sse.MoveHighToLow(cd2, ab2));
    }
}
