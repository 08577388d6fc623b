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
