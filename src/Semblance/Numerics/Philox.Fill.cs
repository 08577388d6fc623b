using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Semblance.Numerics;

// Many counters at once. A counter word lies in the low half of a 64-bit lane: the multiplication reads only that half, so what gathers in the high half is never
// cleaned up, and a round costs two products, two shifts and two exclusive ors for 8 (4) counters.
public static partial class Philox
{
    /// <summary>Words of the counters (row, draw, step) for a.Length rows from <paramref name="row"/> on, by a chosen tier: 512, 256, or 1 for scalar code.</summary>
    internal static void Fill(ulong key, ulong row, uint draw, Span<uint> a, Span<uint> b, Span<uint> c, Span<uint> d, int tier, uint step = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Length, a.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(c.Length, a.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(d.Length, a.Length);
        var done = 0;
        if (tier >= 512 && Avx512F.IsSupported) done = Fill512(key, row, draw, step, a, b, c, d);
        else if (tier >= 256 && Avx2.IsSupported) done = Fill256(key, row, draw, step, a, b, c, d);
        if (done < a.Length) FillOneByOne(key, row + (ulong)done, draw, step, a[done..], b[done..], c[done..], d[done..]);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void FillOneByOne(ulong key, ulong row, uint draw, uint step, Span<uint> a, Span<uint> b, Span<uint> c, Span<uint> d)
    {
        for (var i = 0; i < a.Length; i++, row++)
        {
            var words = Words(key, (uint)row, (uint)(row >> 32), draw, step);
            a[i] = words.A;
            b[i] = words.B;
            c[i] = words.C;
            d[i] = words.D;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int Fill512(ulong key, ulong row, uint draw, uint step, Span<uint> a, Span<uint> b, Span<uint> c, Span<uint> d)
    {
        ref var toA = ref MemoryMarshal.GetReference(a);
        ref var toB = ref MemoryMarshal.GetReference(b);
        ref var toC = ref MemoryMarshal.GetReference(c);
        ref var toD = ref MemoryMarshal.GetReference(d);
        ref var schedule = ref MemoryMarshal.GetReference(Schedule(key, stackalloc ulong[20]));
        var lanes = Vector512.Create(0ul, 2, 4, 6, 8, 10, 12, 14); // even rows in one register, odd rows in the other: joining them is one shift
        var lowHalf = Vector512.Create(0xFFFFFFFFul);
        var i = 0;
        for (; i + 16 <= a.Length; i += 16)
        {
            var even0 = Vector512.Create(row + (ulong)i) + lanes;
            var odd0 = even0 + Vector512<ulong>.One;
            var (even1, odd1) = (even0 >>> 32, odd0 >>> 32);
            var even2 = Vector512.Create((ulong)draw);
            var odd2 = even2;
            var even3 = Vector512.Create((ulong)step);
            var odd3 = even3;
            for (nuint round = 0; round < 20; round += 4)
            {
                var (first, second) = (Vector512.Create(Unsafe.Add(ref schedule, round)), Vector512.Create(Unsafe.Add(ref schedule, round + 1)));
                Round512(ref even0, ref even1, ref even2, ref even3, first, second);
                Round512(ref odd0, ref odd1, ref odd2, ref odd3, first, second);
                (first, second) = (Vector512.Create(Unsafe.Add(ref schedule, round + 2)), Vector512.Create(Unsafe.Add(ref schedule, round + 3)));
                Round512(ref even0, ref even1, ref even2, ref even3, first, second);
                Round512(ref odd0, ref odd1, ref odd2, ref odd3, first, second);
            }
            var at = (nuint)i;
            ((even0 & lowHalf) | odd0 << 32).AsUInt32().StoreUnsafe(ref toA, at);
            ((even1 & lowHalf) | odd1 << 32).AsUInt32().StoreUnsafe(ref toB, at);
            ((even2 & lowHalf) | odd2 << 32).AsUInt32().StoreUnsafe(ref toC, at);
            ((even3 & lowHalf) | odd3 << 32).AsUInt32().StoreUnsafe(ref toD, at);
        }
        return i;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int Fill256(ulong key, ulong row, uint draw, uint step, Span<uint> a, Span<uint> b, Span<uint> c, Span<uint> d)
    {
        ref var toA = ref MemoryMarshal.GetReference(a);
        ref var toB = ref MemoryMarshal.GetReference(b);
        ref var toC = ref MemoryMarshal.GetReference(c);
        ref var toD = ref MemoryMarshal.GetReference(d);
        ref var schedule = ref MemoryMarshal.GetReference(Schedule(key, stackalloc ulong[20]));
        var lanes = Vector256.Create(0ul, 2, 4, 6);
        var lowHalf = Vector256.Create(0xFFFFFFFFul);
        var i = 0;
        for (; i + 8 <= a.Length; i += 8)
        {
            var even0 = Vector256.Create(row + (ulong)i) + lanes;
            var odd0 = even0 + Vector256<ulong>.One;
            var (even1, odd1) = (even0 >>> 32, odd0 >>> 32);
            var even2 = Vector256.Create((ulong)draw);
            var odd2 = even2;
            var even3 = Vector256.Create((ulong)step);
            var odd3 = even3;
            for (nuint round = 0; round < 20; round += 4)
            {
                var (first, second) = (Vector256.Create(Unsafe.Add(ref schedule, round)), Vector256.Create(Unsafe.Add(ref schedule, round + 1)));
                Round256(ref even0, ref even1, ref even2, ref even3, first, second);
                Round256(ref odd0, ref odd1, ref odd2, ref odd3, first, second);
                (first, second) = (Vector256.Create(Unsafe.Add(ref schedule, round + 2)), Vector256.Create(Unsafe.Add(ref schedule, round + 3)));
                Round256(ref even0, ref even1, ref even2, ref even3, first, second);
                Round256(ref odd0, ref odd1, ref odd2, ref odd3, first, second);
            }
            var at = (nuint)i;
            ((even0 & lowHalf) | odd0 << 32).AsUInt32().StoreUnsafe(ref toA, at);
            ((even1 & lowHalf) | odd1 << 32).AsUInt32().StoreUnsafe(ref toB, at);
            ((even2 & lowHalf) | odd2 << 32).AsUInt32().StoreUnsafe(ref toC, at);
            ((even3 & lowHalf) | odd3 << 32).AsUInt32().StoreUnsafe(ref toD, at);
        }
        return i;
    }

    /// <summary>The two key words of each round. In memory they cost a round nothing: the exclusive or reads them from there.</summary>
    private static Span<ulong> Schedule(ulong key, Span<ulong> words)
    {
        var (k0, k1) = ((uint)key, (uint)(key >> 32));
        for (var i = 0; i < words.Length; i += 2)
        {
            (words[i], words[i + 1]) = (k0, k1);
            k0 += W0;
            k1 += W1;
        }
        return words;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round512(ref Vector512<ulong> c0, ref Vector512<ulong> c1, ref Vector512<ulong> c2, ref Vector512<ulong> c3, Vector512<ulong> k0, Vector512<ulong> k1)
    {
        var p0 = Avx512F.Multiply(c0.AsUInt32(), Vector512.Create((ulong)M0).AsUInt32());
        var p1 = Avx512F.Multiply(c2.AsUInt32(), Vector512.Create((ulong)M1).AsUInt32());
        c0 = (p1 >>> 32) ^ c1 ^ k0;
        c1 = p1;
        c2 = (p0 >>> 32) ^ c3 ^ k1;
        c3 = p0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round256(ref Vector256<ulong> c0, ref Vector256<ulong> c1, ref Vector256<ulong> c2, ref Vector256<ulong> c3, Vector256<ulong> k0, Vector256<ulong> k1)
    {
        var p0 = Avx2.Multiply(c0.AsUInt32(), Vector256.Create((ulong)M0).AsUInt32());
        var p1 = Avx2.Multiply(c2.AsUInt32(), Vector256.Create((ulong)M1).AsUInt32());
        c0 = (p1 >>> 32) ^ c1 ^ k0;
        c1 = p1;
        c2 = (p0 >>> 32) ^ c3 ^ k1;
        c3 = p0;
    }
}
