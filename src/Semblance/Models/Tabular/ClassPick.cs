using System.Runtime.CompilerServices;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>Draws one of a variable's classes (a column's tokens or levels) for each of up to 16 rows, from the logarithms of their probabilities in a <see cref="RowTile"/>.</summary>
internal static unsafe class ClassPick
{
    /// <summary>Floats of scratch that <see cref="Draw"/> needs.</summary>
    public const int Scratch = 6 * RowTile.Rows;

    /// <summary>Draws a class for each row.</summary>
    /// <param name="tile">Logarithms of probabilities up to a constant, [class][row]; become the probabilities, up to a factor for each row.</param>
    /// <param name="width">Classes in the tile; those from <paramref name="count"/> on are none and have no probability.</param>
    /// <param name="count">Classes that there are.</param>
    /// <param name="rows">Rows in the tile.</param>
    /// <param name="sides">As many floats as <see cref="Scratch"/>.</param>
    /// <param name="words">A random word a row.</param>
    /// <param name="shares">What each class's probability is multiplied by; null: nothing.</param>
    /// <param name="weights">Multiplied by the probability that is left, where there are shares; may be empty.</param>
    /// <param name="result">Receives the classes.</param>
    public static void Draw(float* tile, int width, int count, int rows, float* sides, ReadOnlySpan<uint> words, float[]? shares, Span<double> weights, Span<int> result)
    {
        float* maxima = sides, sums = sides + 16, inverses = sides + 32, thresholds = sides + 48, picks = sides + 64;
        SoftmaxKernels.Exponentials(tile, width, maxima, sums, inverses);
        if (shares is not null)
        {
            var kept = stackalloc float[16];
            for (var lane = 0; lane < 16; lane++) kept[lane] = 0;
            for (var token = 0; token < width; token++)
                for (var lane = 0; lane < 16; lane++) kept[lane] += tile[token * 16 + lane] *= token < shares.Length ? shares[token] : 0;
            for (var row = 0; row < rows; row++)
            {
                if (!weights.IsEmpty) weights[row] *= kept[row] / (double)sums[row];
                sums[row] = kept[row];
            }
        }
        for (var row = 0; row < 16; row++) thresholds[row] = row < rows ? (words[row] >> 8) * (1 / 16777216f) * sums[row] : 0;
        switch (FastMath.Tier)
        {
            case 512: Count<Float512>(tile, width, thresholds, picks); break;
            case 256: Count<Float256>(tile, width, thresholds, picks); break;
            default: Count<Float1>(tile, width, thresholds, picks); break;
        }
        for (var row = 0; row < rows; row++)
        {
            // where rounding leads to a class without probability, the nearest that has some is taken
            var token = Math.Min((int)picks[row], width - 1);
            while (token > 0 && !(tile[token * 16 + row] > 0)) token--;
            while (token < width - 1 && !(tile[token * 16 + row] > 0)) token++;
            // where all that is allowed is too improbable for a float, any will do: the weight is zero. A damaged file may favour classes that are none, or give no numbers at all
            result[row] = token < count && tile[token * 16 + row] > 0 ? token : Math.Max(0, Array.FindIndex(shares ?? [1], s => s > 0));
        }
    }

    /// <summary>How many classes' cumulated probability is at most the threshold: the number of the class that is drawn.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Count<V>(float* tile, int width, float* thresholds, float* picks) where V : struct, ILanes<V, float>
    {
        var end = (nuint)width * 16;
        for (nuint row = 0; row < 16; row += (nuint)V.Count)
        {
            var (threshold, sum, count) = (V.Load(ref *thresholds, row), V.All(0), V.All(0));
            for (var i = row; i < end; i += 16)
            {
                sum += V.Load(ref *tile, i);
                count += V.IfLess(threshold, sum, V.All(0), V.All(1));
            }
            count.Store(ref *picks, row);
        }
    }
}
