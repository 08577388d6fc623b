using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>
/// Philox4x32-10, a counter-based generator: 128 random bits are a pure function of a 64-bit key and a 128-bit counter, so any cell can be made
/// alone and in any order. Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC 2011).
/// </summary>
public static partial class Philox
{
    private const uint M0 = 0xD2511F53, M1 = 0xCD9E8D57; // multipliers of the paper
    private const uint W0 = 0x9E3779B9, W1 = 0xBB67AE85; // key increments: golden ratio, sqrt(3) - 1

    /// <summary>Four random 32-bit words for a key and a counter of four words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (uint A, uint B, uint C, uint D) Words(ulong key, uint c0, uint c1, uint c2, uint c3)
    {
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        for (var round = 0; round < 10; round += 2) // two at a time: no word has to change its register
        {
            Round(ref c0, ref c1, ref c2, ref c3, k0, k1);
            Round(ref c0, ref c1, ref c2, ref c3, k0 + W0, k1 + W1);
            k0 += unchecked(2 * W0);
            k1 += unchecked(2 * W1);
        }
        return (c0, c1, c2, c3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(ref uint c0, ref uint c1, ref uint c2, ref uint c3, uint k0, uint k1)
    {
        var p0 = (ulong)M0 * c0;
        var p1 = (ulong)M1 * c2;
        c0 = (uint)(p1 >> 32) ^ c1 ^ k0;
        c1 = (uint)p1;
        c2 = (uint)(p0 >> 32) ^ c3 ^ k1;
        c3 = (uint)p0;
    }
}
