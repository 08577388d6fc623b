using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Semblance.Models;

/// <summary>Turns one output of a booster into a byte bin: near-equal rows a bin, found through a table instead of a search.</summary>
internal sealed class FeatureScale(float low, float perStep, byte[] table)
{
    /// <summary>Steps of the table; a bin is at least one step wide.</summary>
    public const int Steps = 4_096;

    public float Low => low;

    public float PerStep => perStep;

    public byte[] Table => table;

    public byte Bin(float x) => table[(int)Math.Clamp((x - low) * perStep, 0f, Steps - 1)];

    public static FeatureScale Of(float[] values)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        float low = sorted[0], high = sorted[^1];
        var perStep = high > low ? Steps / (high - low) : 0;
        var counts = new int[Steps];
        foreach (var value in sorted) counts[(int)Math.Clamp((value - low) * perStep, 0f, Steps - 1)]++;
        var table = new byte[Steps];
        double left = sorted.Length, inBin = 0;
        var bin = 0;
        for (var step = 0; step < Steps; step++)
        {
            if (inBin > 0 && inBin + counts[step] / 2.0 > left / (256 - bin) && bin < 255)
            {
                left -= inBin;
                bin++;
                inBin = 0;
            }
            table[step] = (byte)bin;
            inBin += counts[step];
        }
        return new FeatureScale(low, perStep, table);
    }
}

/// <summary>The scales of all outputs of a booster, applied together.</summary>
internal sealed unsafe class FeatureScales
{
    private readonly float[] lows = new float[8], perSteps = new float[8];
    private readonly byte[] tables;

    /// <param name="scales">At most seven; they belong to lanes 1 and on.</param>
    public FeatureScales(FeatureScale[] scales)
    {
        Count = scales.Length;
        tables = new byte[8 * FeatureScale.Steps];
        for (var k = 0; k < scales.Length; k++)
        {
            (lows[k + 1], perSteps[k + 1]) = (scales[k].Low, scales[k].PerStep);
            scales[k].Table.CopyTo(tables, (k + 1) * FeatureScale.Steps);
        }
    }

    public int Count { get; }

    /// <summary>Bins of every row's outputs, put side by side.</summary>
    /// <param name="sums">Outputs, [row][8].</param>
    /// <param name="bins">Receives the bins; those of a row lie together.</param>
    /// <param name="first">Place of the first row's first bin.</param>
    /// <param name="width">From one row to the next.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Apply(float[] sums, byte[] bins, int first, int width)
    {
        var (low, perStep, most) = (Vector256.Create(lows), Vector256.Create(perSteps), Vector256.Create(FeatureScale.Steps - 1f));
        var (offset, count) = (Vector256<int>.Indices * FeatureScale.Steps, Count);
        var steps = stackalloc int[8];
        fixed (float* sum = sums)
        fixed (byte* bin = bins, table = tables)
            for (var row = 0; row < sums.Length / 8; row++)
            {
                var step = Vector256.MinNative(Vector256.MaxNative((Vector256.Load(sum + row * 8) - low) * perStep, Vector256<float>.Zero), most);
                (Vector256.ConvertToInt32(step) + offset).Store(steps);
                var to = bin + (first + (nint)row * width);
                for (var k = 0; k < count; k++) to[k] = table[steps[k + 1]];
            }
    }
}
