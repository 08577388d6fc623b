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
        }
        var start = ends[Count];
        if ((long)start + text.Length > Array.MaxLength)
            throw new DataException("SB1010", "the distinct texts of a column take more than 2 GB; leave the column out or read in blocks");
        if (start + text.Length > bytes.Length) Array.Resize(ref bytes, (int)Math.Min(Array.MaxLength, Math.Max(2L * bytes.Length, start + text.Length)));
        text.CopyTo(bytes.AsSpan(start));
        hashes[Count] = hash;
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
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong HashOf(ReadOnlySpan<byte> text)
    {
        ref var p = ref MemoryMarshal.GetReference(text);
        ulong a, b;
        var n = text.Length;
        if (n >= 8)
        {
            a = Unsafe.ReadUnaligned<ulong>(ref p);
            b = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref p, n - 8));
            for (var i = 8; i < n - 8; i += 8) a = Mix(a, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref p, i)));
        }
        else if (n >= 4)
        {
            a = Unsafe.ReadUnaligned<uint>(ref p);
            b = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref p, n - 4));
        }
        else if (n > 0)
        {
            a = p;
            b = (uint)Unsafe.Add(ref p, n >> 1) << 8 | Unsafe.Add(ref p, n - 1);
        }
        else a = b = 0;
        return Mix(Mix(a, b), (ulong)n);
    }

    // The two halves of a 128-bit product, folded.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong a, ulong b)
    {
        var high = Math.BigMul(a ^ 0x9E3779B97F4A7C15ul, b ^ 0xD1B54A32D192ED03ul, out var low);
        return high ^ low;
    }
}
