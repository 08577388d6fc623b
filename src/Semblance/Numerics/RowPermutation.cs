using System.Numerics;

namespace Semblance.Numerics;

/// <summary>
/// A permutation of the row numbers 0 to n - 1 that a key chooses, computed row by row without a table: what row i is to be can be planned exactly over n rows and
/// still told for any row alone. A balanced Feistel network whose rounds are Philox (Luby and Rackoff 1988), walked until it lands inside (Black and Rogaway 2002).
/// </summary>
internal static class RowPermutation
{
    private const int Rounds = 4;

    /// <summary>Image of a row under the permutation.</summary>
    /// <param name="row">0 to <paramref name="count"/> - 1.</param>
    /// <param name="count">Rows in all, 1 to 2^62.</param>
    /// <param name="key">Any number.</param>
    public static long Permute(long row, long count, ulong key)
    {
        if (count <= 1) return 0;
        var half = (64 - BitOperations.LeadingZeroCount((ulong)count - 1) + 1) / 2;
        var mask = (1UL << half) - 1;
        var image = (ulong)row;
        do
        {
            ulong left = image >> half, right = image & mask;
            for (uint round = 0; round < Rounds; round++)
                (left, right) = (right, left ^ (Philox.Words(key, (uint)right, (uint)(right >> 32), round, 0).A & mask));
            image = left << half | right;
        }
        while (image >= (ulong)count); // at most 4 walks on average: the network's domain is under 4 times the set
        return (long)image;
    }
}
