using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Semblance.Numerics;

/// <summary>Sums of gradients and hessians per feature and bin.</summary>
internal static unsafe class Histogram
{
    /// <summary>
    /// Slots per feature: 256 bins and 8 idle ones. Without those, features with few bins would all fall on the same sets of the first cache.
    /// </summary>
    public const int Stride = 264;

    /// <summary>Features summed in one pass over the rows; more would push the histogram out of the second cache.</summary>
    public const int FeaturesPerPass = 64;

    /// <summary>Adds rows to a histogram.</summary>
    /// <param name="bins">Row-major codes.</param>
    /// <param name="width">Codes per row.</param>
    /// <param name="from">First feature to sum.</param>
    /// <param name="to">One past the last feature to sum.</param>
    /// <param name="rows">Row numbers.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="gradients">Packed sums by row number.</param>
    /// <param name="histogram"><see cref="Stride"/> slots per feature.</param>
    public static void Add(byte* bins, int width, int from, int to, int* rows, int count, long* gradients, long* histogram)
    {
        for (var first = from; first < to; first += FeaturesPerPass)
        {
            var last = Math.Min(to, first + FeaturesPerPass);
            for (var i = 0; i < count; i++)
            {
                var row = rows[i];
                var pair = gradients[row];
                var codes = bins + (nint)row * width + first;
                var slots = histogram + (nint)first * Stride;
                var left = last - first;
                for (; left >= 8; left -= 8, codes += 8, slots += 8 * Stride)
                {
                    var word = *(ulong*)codes;
                    slots[(byte)word] += pair;
                    slots[Stride + (byte)(word >> 8)] += pair;
                    slots[2 * Stride + (byte)(word >> 16)] += pair;
                    slots[3 * Stride + (byte)(word >> 24)] += pair;
                    slots[4 * Stride + (byte)(word >> 32)] += pair;
                    slots[5 * Stride + (byte)(word >> 40)] += pair;
                    slots[6 * Stride + (byte)(word >> 48)] += pair;
                    slots[7 * Stride + (int)(word >> 56)] += pair;
                }
                for (; left > 0; left--, codes++, slots += Stride) slots[*codes] += pair;
            }
        }
    }

    /// <summary>Takes one histogram from another: a parent less one child is the other child, at a fraction of the cost of summing it.</summary>
    public static void Subtract(long* parent, long* child, int length)
    {
        var i = 0;
        for (; i <= length - Vector512<long>.Count; i += Vector512<long>.Count)
            (Vector512.Load(parent + i) - Vector512.Load(child + i)).Store(parent + i);
        for (; i < length; i++) parent[i] -= child[i];
    }
}
