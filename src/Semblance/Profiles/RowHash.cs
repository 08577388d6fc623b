using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Profiles;

/// <summary>64-bit hashes of cells, rows and texts, the same on every machine. Two different rows agree by chance once in 10^19 pairs.</summary>
internal static class RowHash
{
    /// <summary>Mixes a number into a hash (the finaliser of SplitMix64).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong hash, ulong value)
    {
        var x = hash ^ (value + 0x9E3779B97F4A7C15);
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    public static ulong OfText(ReadOnlySpan<byte> text)
    {
        var hash = (ulong)text.Length;
        for (; text.Length >= 8; text = text[8..]) hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(text));
        ulong rest = 0;
        for (var i = 0; i < text.Length; i++) rest |= (ulong)text[i] << (8 * i);
        return Mix(hash, rest);
    }

    /// <summary>A hash of every row over all columns; missing cells differ from values and by marker.</summary>
    public static ulong[] Of(Table table, Run run, CancellationToken ct)
    {
        var hashes = new ulong[table.Rows];
        Blocks.ForRange(table.Rows, 8 * Blocks.Rows, run, ct, (start, end) =>
        {
            foreach (var column in table.Columns) Add(column, hashes, start, end);
        });
        return hashes;
    }

    private static void Add(Column column, ulong[] hashes, int start, int end)
    {
        switch (column)
        {
            case CategoryColumn category:
                for (var row = start; row < end; row++) hashes[row] = Mix(hashes[row], (ulong)category.Codes[row]);
                break;
            case DateTimeColumn date:
                for (var row = start; row < end; row++) hashes[row] = Mix(hashes[row], (ulong)date.Ticks[row]);
                break;
            case NumberColumn number:
                for (var row = start; row < end; row++)
                {
                    var value = number.Values[row];
                    hashes[row] = Mix(hashes[row], double.IsNaN(value) ? 0x7FF8_0000_0000_0000UL + (ulong)number.MissingCode(row) : BitConverter.DoubleToUInt64Bits(value == 0 ? 0 : value));
                }
                break;
            case TextColumn text:
                for (var row = start; row < end; row++)
                    hashes[row] = Mix(hashes[row], text.MissingCode(row) is >= 0 and var code ? (ulong)code : OfText(text.Utf8(row)));
                break;
        }
    }

    /// <summary>How many hashes equal an earlier one.</summary>
    public static long Repeats(ulong[] hashes)
    {
        var sorted = (ulong[])hashes.Clone();
        Array.Sort(sorted);
        long repeats = 0;
        for (var i = 1; i < sorted.Length; i++)
            if (sorted[i] == sorted[i - 1]) repeats++;
        return repeats;
    }
}
