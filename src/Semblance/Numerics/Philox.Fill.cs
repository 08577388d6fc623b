using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Semblance.Numerics;

// Many counters at once. A counter word lies in the low half of a 64-bit lane: the multiplication reads only that half, so what gathers in the high half is never
// cleaned up, and a round costs two products, two shifts and two exclusive ors for 8 (4) counters.
public static partial class Philox
{
    /// <summary>Words of the counters (row, draw, 0) for a.Length rows from <paramref name="row"/> on, by a chosen tier: 512, 256, or 1 for scalar code.</summary>
    internal static void Fill(ulong key, ulong row, uint draw, Span<uint> a, Span<uint> b, Span<uint> c, Span<uint> d, int tier)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Length, a.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(c.Length, a.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(d.Length, a.Length);
        var done = 0;
        if (tier >= 512 && Avx512F.IsSupported) done = Fill512(key, row, draw, a, b, c, d);
        else if (tier >= 256 && Avx2.IsSupported) done = Fill256(key, row, draw, a, b, c, d);
        for (; done < a.Length; done++)
        {
            var counter = row + (ulong)done;
            (a[done], b[done], c[done], d[done]) = Words(key, (uint)counter, (uint)(counter >> 32), draw, 0);
        }
    }

    private static int Fill512(ulong key, ulong row, uint draw, Span<uint> a, Span<uint> b, Span<uint> c, Span<uint> d)
    {
        ref var toA = ref MemoryMarshal.GetReference(a);
        ref var toB = ref MemoryMarshal.GetReference(b);
        ref var toC = ref MemoryMarshal.GetReference(c);
        ref var toD = ref MemoryMarshal.GetReference(d);
        var (m0, m1) = (Vector512.Create((ulong)M0).AsUInt32(), Vector512.Create((ulong)M1).AsUInt32());
        var step = Vector512.Create(0ul, 2, 4, 6, 8, 10, 12, 14); // even rows in one register, odd rows in the other: joining them is one shift
        var lowHalf = Vector512.Create(0xFFFFFFFFul);
        var i = 0;
        for (; i + 16 <= a.Length; i += 16)
        {
            var even0 = Vector512.Create(row + (ulong)i) + step;
            var odd0 = even0 + Vector512<ulong>.One;
            var (even1, odd1) = (even0 >>> 32, odd0 >>> 32);
            var even2 = Vector512.Create((ulong)draw);
            var odd2 = even2;
            var even3 = Vector512<ulong>.Zero;
            var odd3 = even3;
            var (k0, k1) = ((uint)key, (uint)(key >> 32));
            for (var round = 0; round < 10; round++)
            {
                var (first, second) = (Vector512.Create((ulong)k0), Vector512.Create((ulong)k1));
                var p0 = Avx512F.Multiply(even0.AsUInt32(), m0);
                var p1 = Avx512F.Multiply(even2.AsUInt32(), m1);
                even0 = (p1 >>> 32) ^ even1 ^ first;
                even2 = (p0 >>> 32) ^ even3 ^ second;
                (even1, even3) = (p1, p0);
                p0 = Avx512F.Multiply(odd0.AsUInt32(), m0);
                p1 = Avx512F.Multiply(odd2.AsUInt32(), m1);
                odd0 = (p1 >>> 32) ^ odd1 ^ first;
                odd2 = (p0 >>> 32) ^ odd3 ^ second;
                (odd1, odd3) = (p1, p0);
                k0 += W0;
                k1 += W1;
            }
            var at = (nuint)i;
            ((even0 & lowHalf) | odd0 << 32).AsUInt32().StoreUnsafe(ref toA, at);
            ((even1 & lowHalf) | odd1 << 32).AsUInt32().StoreUnsafe(ref toB, at);
            ((even2 & lowHalf) | odd2 << 32).AsUInt32().StoreUnsafe(ref toC, at);
            ((even3 & lowHalf) | odd3 << 32).AsUInt32().StoreUnsafe(ref toD, at);
        }
        return i;
    }

    private static int Fill256(ulong key, ulong row, uint draw, Span<uint> a, Span<uint> b, Span<uint> c, Span<uint> d)
    {
        ref var toA = ref MemoryMarshal.GetReference(a);
        ref var toB = ref MemoryMarshal.GetReference(b);
        ref var toC = ref MemoryMarshal.GetReference(c);
        ref var toD = ref MemoryMarshal.GetReference(d);
        var (m0, m1) = (Vector256.Create((ulong)M0).AsUInt32(), Vector256.Create((ulong)M1).AsUInt32());
        var step = Vector256.Create(0ul, 2, 4, 6);
        var lowHalf = Vector256.Create(0xFFFFFFFFul);
        var i = 0;
        for (; i + 8 <= a.Length; i += 8)
        {
            var even0 = Vector256.Create(row + (ulong)i) + step;
            var odd0 = even0 + Vector256<ulong>.One;
            var (even1, odd1) = (even0 >>> 32, odd0 >>> 32);
            var even2 = Vector256.Create((ulong)draw);
            var odd2 = even2;
            var even3 = Vector256<ulong>.Zero;
            var odd3 = even3;
            var (k0, k1) = ((uint)key, (uint)(key >> 32));
            for (var round = 0; round < 10; round++)
            {
                var (first, second) = (Vector256.Create((ulong)k0), Vector256.Create((ulong)k1));
                var p0 = Avx2.Multiply(even0.AsUInt32(), m0);
                var p1 = Avx2.Multiply(even2.AsUInt32(), m1);
                even0 = (p1 >>> 32) ^ even1 ^ first;
                even2 = (p0 >>> 32) ^ even3 ^ second;
                (even1, even3) = (p1, p0);
                p0 = Avx2.Multiply(odd0.AsUInt32(), m0);
                p1 = Avx2.Multiply(odd2.AsUInt32(), m1);
                odd0 = (p1 >>> 32) ^ odd1 ^ first;
                odd2 = (p0 >>> 32) ^ odd3 ^ second;
                (odd1, odd3) = (p1, p0);
                k0 += W0;
                k1 += W1;
            }
            var at = (nuint)i;
            ((even0 & lowHalf) | odd0 << 32).AsUInt32().StoreUnsafe(ref toA, at);
            ((even1 & lowHalf) | odd1 << 32).AsUInt32().StoreUnsafe(ref toB, at);
            ((even2 & lowHalf) | odd2 << 32).AsUInt32().StoreUnsafe(ref toC, at);
            ((even3 & lowHalf) | odd3 << 32).AsUInt32().StoreUnsafe(ref toD, at);
        }
        return i;
    }
}
