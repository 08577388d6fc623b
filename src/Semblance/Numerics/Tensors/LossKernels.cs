using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>Which input a loss is derived by.</summary>
internal interface IInput
{
    static abstract int Number { get; }
}

internal readonly struct First : IInput
{
    public static int Number => 0;
}

internal readonly struct Second : IInput
{
    public static int Number => 1;
}

internal readonly struct Third : IInput
{
    public static int Number => 2;
}

/// <summary>What one element adds to a loss, as a function of up to three inputs.</summary>
internal interface ILoss
{
    static abstract V Of<V>(V a, V b, V c, float parameter) where V : struct, ILanes<V, float>;

    /// <summary>Its derivative by one of them.</summary>
    static abstract V Slope<V, I>(V a, V b, V c, float parameter) where V : struct, ILanes<V, float> where I : struct, IInput;
}

/// <summary>Sums of losses without temporaries, and their derivatives: one text for every register width.</summary>
internal static unsafe class LossKernels
{
    /// <summary>The sum over all elements: in 16 lanes merged by one tree; ranges of 32,768 apart and added in order.</summary>
    public static float Sum<L>(Tape tape, float* a, float* b, float* c, int count, float parameter) where L : struct, ILoss
    {
        const int grain = ActivationKernels.Grain;
        if (count <= grain) return Sum<L>(a, b, c, count, parameter);
        var blocks = (count + grain - 1) / grain;
        var parts = tape.Take(blocks);
        tape.Gang.For(blocks, (block, _) =>
        {
            var at = (nint)block * grain;
            parts[block] = Sum<L>(a + at, b + at, c + at, Math.Min(grain, count - block * grain), parameter);
        });
        var sum = 0f;
        for (var block = 0; block < blocks; block++) sum += parts[block];
        tape.Return(parts, blocks);
        return sum;
    }

    /// <summary>d (+)= scale · the derivative by input I; nothing where d is null.</summary>
    public static void Pass<L, I>(float* a, float* b, float* c, float* d, int count, float parameter, float scale, bool add) where L : struct, ILoss where I : struct, IInput
    {
        if (d == null) return;
        switch (FastMath.Tier)
        {
            case 512: Pass<L, I, Float512>(a, b, c, d, count, parameter, scale, add); break;
            case 256: Pass<L, I, Float256>(a, b, c, d, count, parameter, scale, add); break;
            default: Pass<L, I, Float1>(a, b, c, d, count, parameter, scale, add); break;
        }
    }

    private static float Sum<L>(float* a, float* b, float* c, int count, float parameter) where L : struct, ILoss => FastMath.Tier switch
    {
        512 => Sum<L, Float512>(a, b, c, count, parameter),
        256 => Sum<L, Float256>(a, b, c, count, parameter),
        _ => Sum<L, Float1>(a, b, c, count, parameter),
    };

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static float Sum<L, V>(float* a, float* b, float* c, int count, float parameter) where L : struct, ILoss where V : struct, ILanes<V, float>
    {
        var lanes = stackalloc float[16];
        nuint whole = (nuint)(count & ~15), n = (nuint)count;
        for (nuint start = 0; start < 16; start += (nuint)V.Count)
        {
            var sum = V.All(0);
            for (var i = start; i < whole; i += 16) sum += L.Of(V.Load(ref *a, i), V.Load(ref *b, i), V.Load(ref *c, i), parameter);
            sum.Store(ref *lanes, start);
        }
        for (var i = whole; i < n; i++)
        {
            var one = 0f;
            L.Of(Float1.Load(ref *a, i), Float1.Load(ref *b, i), Float1.Load(ref *c, i), parameter).Store(ref one, 0);
            lanes[i - whole] += one;
        }
        for (var half = 8; half > 0; half /= 2)
            for (var i = 0; i < half; i++) lanes[i] += lanes[i + half];
        return lanes[0];
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Pass<L, I, V>(float* a, float* b, float* c, float* d, int count, float parameter, float scale, bool add)
        where L : struct, ILoss where I : struct, IInput where V : struct, ILanes<V, float>
    {
        nuint i = 0, n = (nuint)count, width = (nuint)V.Count;
        for (; i + width <= n; i += width) PassAt<L, I, V>(a, b, c, d, parameter, scale, add, i);
        for (; i < n; i++) PassAt<L, I, Float1>(a, b, c, d, parameter, scale, add, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PassAt<L, I, V>(float* a, float* b, float* c, float* d, float parameter, float scale, bool add, nuint i)
        where L : struct, ILoss where I : struct, IInput where V : struct, ILanes<V, float>
    {
        var slope = L.Slope<V, I>(V.Load(ref *a, i), V.Load(ref *b, i), V.Load(ref *c, i), parameter) * V.All(scale);
        (add ? V.Load(ref *d, i) + slope : slope).Store(ref *d, i);
    }
}
