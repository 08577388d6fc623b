using System.Runtime.InteropServices;

namespace Semblance.Numerics;

/// <summary>Sorts floats without the missing ones, by radix: three passes of 11 bits over keys whose unsigned order is the order of the numbers. Keeps its buffers.</summary>
internal sealed class FloatSorter
{
    private const int Bits = 11, Buckets = 1 << Bits;
    private uint[] keys = [], other = [];
    private readonly int[] counts = new int[3 * Buckets];

    /// <summary>The values that are not NaN in ascending order; -0 counts as 0. Valid until the next call.</summary>
    public ReadOnlySpan<float> Sort(ReadOnlySpan<float> values)
    {
        if (keys.Length < values.Length) (keys, other) = (new uint[values.Length], new uint[values.Length]);
        var n = 0;
        Array.Clear(counts);
        foreach (var value in values)
        {
            if (float.IsNaN(value)) continue;
            var bits = BitConverter.SingleToUInt32Bits(value + 0f);
            var key = bits ^ ((uint)((int)bits >> 31) | 0x80000000u);
            keys[n++] = key;
            counts[key & (Buckets - 1)]++;
            counts[Buckets + (key >> Bits & (Buckets - 1))]++;
            counts[2 * Buckets + (key >> 2 * Bits)]++;
        }
        var (from, to) = (keys, other);
        for (var pass = 0; pass < 3 && n > 1; pass++)
        {
            var starts = counts.AsSpan(pass * Buckets, Buckets);
            var shift = pass * Bits;
            if (starts[(int)(from[0] >> shift & (Buckets - 1))] == n) continue; // all alike in this digit
            var sum = 0;
            foreach (ref var start in starts) (start, sum) = (sum, sum + start);
            for (var i = 0; i < n; i++) to[starts[(int)(from[i] >> shift & (Buckets - 1))]++] = from[i];
            (from, to) = (to, from);
        }
        for (var i = 0; i < n; i++) to[i] = from[i] ^ (from[i] >> 31 == 0 ? 0xFFFFFFFFu : 0x80000000u);
        return MemoryMarshal.Cast<uint, float>(to.AsSpan(0, n));
    }
}
