using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Semblance.Numerics;

/// <summary>
/// A named stream of random numbers. Key = first 64 bits of SHA-256(seed, path); counter = (row, draw). A redraw advances only the draw, so row i never
/// depends on row i - 1, and a new stream shifts no other.
/// </summary>
public readonly partial struct RandomStream
{
    private readonly ulong key;

    /// <summary>The stream of a seed at a path such as <c>generate/income/noise</c>.</summary>
    public RandomStream(Seed seed, string path)
    {
        var bytes = new byte[8 + Encoding.UTF8.GetByteCount(path)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, seed.Value);
        Encoding.UTF8.GetBytes(path, bytes.AsSpan(8));
        key = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(bytes));
    }

    /// <summary>The 64-bit Philox key of this stream.</summary>
    public ulong Key => key;

    /// <summary>Four random words of a row. <paramref name="draw"/> counts calls, not words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (uint A, uint B, uint C, uint D) Words(long row, uint draw = 0) => Philox.Words(key, (uint)row, (uint)((ulong)row >> 32), draw, 0);

    /// <summary>The numbers of one row, one after another, from a draw on.</summary>
    public RandomSequence Sequence(long row = 0, uint draw = 0) => new(this, row, draw);

    /// <summary>A word as a double in [0, 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Unit(uint word) => word * (1.0 / 4294967296.0);

    /// <summary>A word as an integer in [0, n). The bias is below n / 2^32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Below(uint word, int n) => (int)((ulong)word * (uint)n >> 32);
}

/// <summary>The random numbers of one row of a stream in order: shuffles, rejection loops, whatever needs an unknown number of draws.</summary>
public struct RandomSequence
{
    private readonly RandomStream stream;
    private readonly long row;
    private uint draw;
    private int left;
    private (uint A, uint B, uint C, uint D) words;

    internal RandomSequence(RandomStream stream, long row, uint draw) => (this.stream, this.row, this.draw) = (stream, row, draw);

    /// <summary>Next 32 random bits.</summary>
    public uint NextWord()
    {
        if (left == 0) (words, left) = (stream.Words(row, draw++), 4);
        return left-- switch { 4 => words.A, 3 => words.B, 2 => words.C, _ => words.D };
    }

    /// <summary>Next double in [0, 1), 53 bits.</summary>
    public double NextUnit() => (((ulong)NextWord() << 32 | NextWord()) >> 11) * (1.0 / 9007199254740992.0);

    /// <summary>Next standard normal; takes four words.</summary>
    public double NextNormal() =>
        RandomStream.NormalsOf((ulong)NextWord() << 32 | NextWord(), (ulong)NextWord() << 32 | NextWord()).First;

    /// <summary>Next integer in [0, n).</summary>
    public int NextBelow(int n) => RandomStream.Below(NextWord(), n);

    /// <summary>Puts items in random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = NextBelow(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
