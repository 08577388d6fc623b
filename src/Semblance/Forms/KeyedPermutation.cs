using System.Numerics;
using System.Runtime.CompilerServices;

namespace Semblance.Forms;

/// <summary>
/// A keyed permutation of the numbers 0 to n - 1, computed element by element without a table: row i of a unique column depends on (key, i) only.
/// A balanced Feistel network (Luby and Rackoff 1988) on the next even number of bits, walked until it lands inside (Black and Rogaway 2002). It scatters; it does not encrypt.
/// </summary>
internal static class KeyedPermutation
{
    private const int Rounds = 6;

    /// <summary>Image of an index under the permutation that a key chooses.</summary>
    /// <param name="index">0 to <paramref name="count"/> - 1.</param>
    /// <param name="count">Size of the set, 1 to 2^62.</param>
    /// <param name="key">Any number.</param>
    public static ulong Permute(ulong index, ulong count, ulong key)
    {
        if (count <= 1) return 0;
        var half = (64 - BitOperations.LeadingZeroCount(count - 1) + 1) / 2;
        var mask = (1UL << half) - 1;
        do
        {
            ulong left = index >> half, right = index & mask;
            for (var round = 0; round < Rounds; round++)
                (left, right) = (right, left ^ (Mix(right + key + (ulong)round * 0x9E3779B97F4A7C15) & mask));
            index = left << half | right;
        }
        while (index >= count); // at most 4 rounds on average: the network's domain is under 4 times the set
        return index;
    }

    /// <summary>The index whose image a number is: the inverse of <see cref="Permute"/>.</summary>
    public static ulong Invert(ulong image, ulong count, ulong key)
    {
        if (count <= 1) return 0;
        var half = (64 - BitOperations.LeadingZeroCount(count - 1) + 1) / 2;
        var mask = (1UL << half) - 1;
        do
        {
            ulong left = image >> half, right = image & mask;
            for (var round = Rounds - 1; round >= 0; round--)
                (left, right) = (right ^ (Mix(left + key + (ulong)round * 0x9E3779B97F4A7C15) & mask), left);
            image = left << half | right;
        }
        while (image >= count);
        return image;
    }

    /// <summary>A bijection of 64-bit numbers that scatters every bit (the finaliser of SplitMix64; Steele, Lea, Flood 2014).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
