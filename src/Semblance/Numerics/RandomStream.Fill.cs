using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Semblance.Numerics;

// Many rows at once: element i of a span belongs to row firstRow + i and equals what that row gets alone.
public readonly partial struct RandomStream
{
    private const int Chunk = 512; // rows whose words fit the first-level cache with room to spare

    /// <summary>The four words of each row; all spans of one length.</summary>
    public void FillWords(long firstRow, uint draw, Span<uint> a, Span<uint> b, Span<uint> c, Span<uint> d) =>
        Philox.Fill(key, (ulong)firstRow, draw, a, b, c, d, FastMath.Tier);

    /// <summary>One number in [0, 1) of 53 bits per row; see <see cref="UnitAt"/>.</summary>
    [SkipLocalsInit]
    public void FillUnit(long firstRow, uint draw, Span<double> values)
    {
        var words = new Words4(stackalloc uint[4 * Chunk]);
        for (var start = 0; start < values.Length; start += Chunk)
        {
            var part = values.Slice(start, Math.Min(Chunk, values.Length - start));
            words.Fill(key, firstRow + start, draw, part.Length, FastMath.Tier);
            for (var i = 0; i < part.Length; i++) part[i] = (((ulong)words.A[i] << 32 | words.B[i]) >> 11) * (1.0 / 9007199254740992.0);
        }
    }

    /// <summary>One number in [0, 1) of 24 bits per row, from word A.</summary>
    [SkipLocalsInit]
    public void FillUnit(long firstRow, uint draw, Span<float> values)
    {
        var words = new Words4(stackalloc uint[4 * Chunk]);
        for (var start = 0; start < values.Length; start += Chunk)
        {
            var part = values.Slice(start, Math.Min(Chunk, values.Length - start));
            words.Fill(key, firstRow + start, draw, part.Length, FastMath.Tier);
            for (var i = 0; i < part.Length; i++) part[i] = (words.A[i] >> 8) * (1 / 16777216f);
        }
    }

    /// <summary>One standard normal per row; see <see cref="NormalsAt"/>.</summary>
    public void FillNormal(long firstRow, uint draw, Span<double> values) => FillNormal(firstRow, draw, values, [], FastMath.Tier);

    /// <summary>Two independent standard normals per row, for two columns; see <see cref="NormalsAt"/>.</summary>
    public void FillNormal(long firstRow, uint draw, Span<double> first, Span<double> second)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(second.Length, first.Length);
        FillNormal(firstRow, draw, first, second, FastMath.Tier);
    }

    /// <summary>Four independent standard normals in float per row, for four columns; all spans of one length. Within 1e-6 of Box and Muller's formula.</summary>
    public void FillNormal(long firstRow, uint draw, Span<float> a, Span<float> b, Span<float> c, Span<float> d) => FillNormal(firstRow, draw, a, b, c, d, FastMath.Tier);

    /// <summary>A number in [0, 1) of 53 bits, from words A and B of a row.</summary>
    public double UnitAt(long row, uint draw = 0)
    {
        var (a, b, _, _) = Words(row, draw);
        return (((ulong)a << 32 | b) >> 11) * (1.0 / 9007199254740992.0);
    }

    /// <summary>Two independent standard normals of a row (|value| below 8.6).</summary>
    public (double First, double Second) NormalsAt(long row, uint draw = 0)
    {
        var (a, b, c, d) = Words(row, draw);
        return NormalsOf((ulong)a << 32 | b, (ulong)c << 32 | d);
    }

    internal static (double First, double Second) NormalsOf(ulong radius, ulong angle)
    {
        var (first, second) = BoxMuller.FromLongWords(new Double1(BitConverter.UInt64BitsToDouble(radius)), new Double1(BitConverter.UInt64BitsToDouble(angle)));
        double x = 0, y = 0;
        first.Store(ref x, 0);
        second.Store(ref y, 0);
        return (x, y);
    }

    /// <summary>Normals by a chosen tier. An empty <paramref name="second"/> is left out.</summary>
    [SkipLocalsInit]
    internal void FillNormal(long firstRow, uint draw, Span<double> first, Span<double> second, int tier)
    {
        var words = new Words4(stackalloc uint[4 * Chunk]);
        Span<ulong> radius = stackalloc ulong[Chunk], angle = stackalloc ulong[Chunk];
        for (var start = 0; start < first.Length; start += Chunk)
        {
            var count = Math.Min(Chunk, first.Length - start);
            words.Fill(key, firstRow + start, draw, count, tier);
            for (var i = 0; i < count; i++)
            {
                radius[i] = (ulong)words.A[i] << 32 | words.B[i];
                angle[i] = (ulong)words.C[i] << 32 | words.D[i];
            }
            var x = first.Slice(start, count);
            var y = second.IsEmpty ? second : second.Slice(start, count);
            switch (tier)
            {
                case 512: Normals<Double512>(radius, angle, x, y); break;
                case 256: Normals<Double256>(radius, angle, x, y); break;
                default: Normals<Double1>(radius, angle, x, y); break;
            }
        }
    }

    /// <summary>Float normals by a chosen tier.</summary>
    [SkipLocalsInit]
    internal void FillNormal(long firstRow, uint draw, Span<float> a, Span<float> b, Span<float> c, Span<float> d, int tier)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Length, a.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(c.Length, a.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(d.Length, a.Length);
        var words = new Words4(stackalloc uint[4 * Chunk]);
        for (var start = 0; start < a.Length; start += Chunk)
        {
            var count = Math.Min(Chunk, a.Length - start);
            words.Fill(key, firstRow + start, draw, count, tier);
            Normals(words.A, words.B, a.Slice(start, count), b.Slice(start, count), tier);
            Normals(words.C, words.D, c.Slice(start, count), d.Slice(start, count), tier);
        }
    }

    private static void Normals(ReadOnlySpan<uint> radius, ReadOnlySpan<uint> angle, Span<float> first, Span<float> second, int tier)
    {
        switch (tier)
        {
            case 512: Normals<Float512>(radius, angle, first, second); break;
            case 256: Normals<Float256>(radius, angle, first, second); break;
            default: Normals<Float1>(radius, angle, first, second); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Normals<V>(ReadOnlySpan<uint> radius, ReadOnlySpan<uint> angle, Span<float> first, Span<float> second) where V : struct, ILanes<V, float>
    {
        ref var r = ref Unsafe.As<uint, float>(ref MemoryMarshal.GetReference(radius));
        ref var t = ref Unsafe.As<uint, float>(ref MemoryMarshal.GetReference(angle));
        ref var x = ref MemoryMarshal.GetReference(first);
        ref var y = ref MemoryMarshal.GetReference(second);
        nuint i = 0, n = (nuint)first.Length;
        for (; i + (nuint)V.Count <= n; i += (nuint)V.Count)
        {
            var (a, b) = BoxMuller.FromWords(V.Load(ref r, i), V.Load(ref t, i));
            a.Store(ref x, i);
            b.Store(ref y, i);
        }
        for (; i < n; i++)
        {
            var (a, b) = BoxMuller.FromWords(Float1.Load(ref r, i), Float1.Load(ref t, i));
            a.Store(ref x, i);
            b.Store(ref y, i);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Normals<V>(ReadOnlySpan<ulong> radius, ReadOnlySpan<ulong> angle, Span<double> first, Span<double> second) where V : struct, ILanes<V, double>
    {
        ref var r = ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(radius));
        ref var t = ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(angle));
        ref var x = ref MemoryMarshal.GetReference(first);
        ref var y = ref MemoryMarshal.GetReference(second);
        var both = !second.IsEmpty;
        nuint i = 0, n = (nuint)first.Length;
        for (; i + (nuint)V.Count <= n; i += (nuint)V.Count)
        {
            var (a, b) = BoxMuller.FromLongWords(V.Load(ref r, i), V.Load(ref t, i));
            a.Store(ref x, i);
            if (both) b.Store(ref y, i);
        }
        for (; i < n; i++)
        {
            var (a, b) = BoxMuller.FromLongWords(Double1.Load(ref r, i), Double1.Load(ref t, i));
            a.Store(ref x, i);
            if (both) b.Store(ref y, i);
        }
    }

    /// <summary>Words of one chunk of rows.</summary>
    private readonly ref struct Words4(Span<uint> buffer)
    {
        public readonly Span<uint> A = buffer[..Chunk], B = buffer.Slice(Chunk, Chunk), C = buffer.Slice(2 * Chunk, Chunk), D = buffer.Slice(3 * Chunk, Chunk);

        public void Fill(ulong key, long row, uint draw, int count, int tier) => Philox.Fill(key, (ulong)row, draw, A[..count], B[..count], C[..count], D[..count], tier);
    }
}
