using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Semblance.Formats;

/// <summary>Distinct texts in order of first sight, found by their bytes: UTF-8 in, code out, no string a cell.</summary>
internal sealed class LevelTable
{
    private int[] slots = new int[64]; // 1 + code, 0 is free; at most half full
    private ulong[] hashes = new ulong[32];
    private int[] ends = new int[33]; // ends[code + 1]
    private (ulong Low, ulong High)[] shortTexts = new (ulong, ulong)[32]; // up to 16 bytes, zeros behind; (0, length) for longer ones, which no short text is
    private byte[] bytes = new byte[512];

    /// <summary>Number of texts.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of all texts.</summary>
    public int TotalBytes => ends[Count];

    /// <summary>UTF-8 of a text.</summary>
    public ReadOnlySpan<byte> this[int code] => bytes.AsSpan(ends[code], ends[code + 1] - ends[code]);

    /// <summary>Hash of a text.</summary>
    public ulong Hash(int code) => hashes[code];

    /// <summary>Code of a text, or -1.</summary>
    public int Find(ReadOnlySpan<byte> text)
    {
        var hash = HashOf(text);
        for (var slot = (int)hash & slots.Length - 1; ; slot = slot + 1 & slots.Length - 1)
        {
            var code = slots[slot] - 1;
            if (code < 0 || hashes[code] == hash && this[code].SequenceEqual(text)) return code;
        }
    }

    /// <summary>Code of a text, added if new.</summary>
    public int Add(ReadOnlySpan<byte> text)
    {
        var hash = HashOf(text);
        for (var slot = (int)hash & slots.Length - 1; ; slot = slot + 1 & slots.Length - 1)
        {
            var code = slots[slot] - 1;
            if (code < 0) return AddNew(text, hash, slot);
            if (hashes[code] == hash && this[code].SequenceEqual(text)) return code;
        }
    }

    /// <summary>As <see cref="Add(ReadOnlySpan{byte})"/>, for a text without NULs that 16 readable bytes follow: up to that length it is compared in two registers.</summary>
    public int AddPadded(ReadOnlySpan<byte> text)
    {
        var n = text.Length;
        if (n > 16) return Add(text);
        ref var p = ref MemoryMarshal.GetReference(text);
        var low = FirstBytes(Unsafe.ReadUnaligned<ulong>(ref p), Math.Min(n, 8));
        var high = FirstBytes(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref p, 8)), Math.Max(n - 8, 0));
        var hash = Mix(Mix(low, high), (ulong)n);
        for (var slot = (int)hash & slots.Length - 1; ; slot = slot + 1 & slots.Length - 1)
        {
            var code = slots[slot] - 1;
            if (code < 0) return AddNew(text, hash, slot);
            if (shortTexts[code] == (low, high)) return code;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong FirstBytes(ulong bytes, int count) =>
        System.Runtime.Intrinsics.X86.Bmi2.X64.IsSupported ? System.Runtime.Intrinsics.X86.Bmi2.X64.ZeroHighBits(bytes, (ulong)count * 8) : count == 8 ? bytes : bytes & (1ul << 8 * count) - 1;

    /// <summary>All texts as strings.</summary>
    public string[] ToStrings()
    {
        var texts = new string[Count];
        for (var i = 0; i < Count; i++) texts[i] = Encoding.UTF8.GetString(this[i]);
        return texts;
    }

    private int AddNew(ReadOnlySpan<byte> text, ulong hash, int slot)
    {
        if (Count == hashes.Length)
        {
            Array.Resize(ref hashes, 2 * Count);
            Array.Resize(ref ends, 2 * Count + 1);
            Array.Resize(ref shortTexts, 2 * Count);
        }
        var start = ends[Count];
        if ((long)start + text.Length > Array.MaxLength)
            throw new DataException("SB1010", "the distinct texts of a column take more than 2 GB; leave the column out or read in blocks");
        if (start + text.Length > bytes.Length) Array.Resize(ref bytes, (int)Math.Min(Array.MaxLength, Math.Max(2L * bytes.Length, start + text.Length)));
        text.CopyTo(bytes.AsSpan(start));
        hashes[Count] = hash;
        shortTexts[Count] = text.Length <= 16 ? Short(text) : (0, (ulong)text.Length);
        ends[Count + 1] = start + text.Length;
        slots[slot] = ++Count;
        if (2 * Count > slots.Length) Grow();
        return Count - 1;
    }

    private void Grow()
    {
        slots = new int[slots.Length * 2];
        for (var code = 0; code < Count; code++)
        {
            var slot = (int)hashes[code] & slots.Length - 1;
            while (slots[slot] != 0) slot = slot + 1 & slots.Length - 1;
            slots[slot] = code + 1;
        }
    }

    /// <summary>A 64-bit hash of bytes: two multiplications for up to 16 bytes, one more for every 8.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> text)
    {
        var n = text.Length;
        if (n <= 16)
        {
            var (low, high) = Short(text);
            return Mix(Mix(low, high), (ulong)n);
        }
        ref var p = ref MemoryMarshal.GetReference(text);
        var a = Unsafe.ReadUnaligned<ulong>(ref p);
        for (var i = 8; i < n - 8; i += 8) a = Mix(a, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref p, i)));
        return Mix(Mix(a, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref p, n - 8))), (ulong)n);
    }

    private static (ulong Low, ulong High) Short(ReadOnlySpan<byte> text)
    {
        Span<ulong> words = [0, 0];
        text.CopyTo(MemoryMarshal.AsBytes(words));
        return (words[0], words[1]);
    }

    // The two halves of a 128-bit product, folded.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong a, ulong b)
    {
        var high = Math.BigMul(a ^ 0x9E3779B97F4A7C15ul, b ^ 0xD1B54A32D192ED03ul, out var low);
        return high ^ low;
    }
}
