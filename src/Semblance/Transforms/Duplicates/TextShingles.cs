namespace Semblance.Transforms;

/// <summary>
/// A text as it is compared: letters and digits, ASCII in lower case, all else between two of them one blank; its shingles of five bytes as 32-bit hashes, and the runs of its words.
/// </summary>
internal sealed class TextShingles
{
    public const int Width = 5;
    private const ulong WordSeed = 0x9E3779B97F4A7C15;

    private static readonly byte[] Folded = Fold();
    private byte[] text = new byte[1024];
    private uint[] hashes = new uint[1024];
    private uint[] sorted = new uint[1024];

    /// <summary>Bytes of the text as it is compared.</summary>
    public int Length { get; private set; }

    /// <summary>The text as it is compared.</summary>
    public ReadOnlySpan<byte> Text => text.AsSpan(0, Length);

    /// <summary>Hashes of the shingles in order; a text of less than five bytes has one.</summary>
    public ReadOnlySpan<uint> Hashes => hashes.AsSpan(0, Length == 0 ? 0 : Math.Max(1, Length - Width + 1));

    /// <summary>Takes a text as it came.</summary>
    public void Read(ReadOnlySpan<byte> utf8)
    {
        if (text.Length < utf8.Length + 8) text = new byte[2 * (utf8.Length + 8)];
        var at = 0;
        var blank = true;
        foreach (var b in utf8)
        {
            var folded = Folded[b];
            if (folded == ' ')
            {
                if (blank) continue;
                blank = true;
            }
            else blank = false;
            text[at++] = folded;
        }
        if (at > 0 && text[at - 1] == ' ') at--;
        Finish(at);
    }

    /// <summary>Takes a text as it is compared.</summary>
    public void ReadFolded(ReadOnlySpan<byte> folded)
    {
        if (text.Length < folded.Length + 8) text = new byte[2 * (folded.Length + 8)];
        folded.CopyTo(text);
        Finish(folded.Length);
    }

    private void Finish(int length)
    {
        Length = length;
        text.AsSpan(length, 8).Clear();
        var count = length == 0 ? 0 : Math.Max(1, length - Width + 1);
        if (hashes.Length < count) hashes = new uint[2 * count];
        for (var i = 0; i < count; i++)
        {
            // five bytes as a number, scattered; the high half is the hash
            var five = System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(text.AsSpan(i, 8)) & 0xFF_FFFF_FFFF;
            five = (five ^ five >> 23) * 0xBF58476D1CE4E5B9;
            hashes[i] = (uint)((five ^ five >> 31) * 0x94D049BB133111EB >> 32);
        }
    }

    /// <summary>The different hashes in rising order, copied.</summary>
    public uint[] Distinct()
    {
        var all = Hashes;
        if (sorted.Length < all.Length) sorted = new uint[2 * all.Length];
        all.CopyTo(sorted);
        Array.Sort(sorted, 0, all.Length);
        var count = 0;
        for (var i = 0; i < all.Length; i++)
            if (i == 0 || sorted[i] != sorted[count - 1]) sorted[count++] = sorted[i];
        return sorted[..count];
    }

    /// <summary>Size of the common part of two sets over that of both, of hashes in rising order.</summary>
    public static double Jaccard(ReadOnlySpan<uint> a, ReadOnlySpan<uint> b)
    {
        int i = 0, j = 0, common = 0;
        while (i < a.Length && j < b.Length)
        {
            if (a[i] == b[j])
            {
                common++;
                i++;
                j++;
            }
            else if (a[i] < b[j]) i++;
            else j++;
        }
        return a.Length + b.Length == 0 ? 1 : (double)common / (a.Length + b.Length - common);
    }

    /// <summary>Hashes of all runs of so many words.</summary>
    public void WordRuns(int words, ICollection<ulong> runs)
    {
        var starts = new List<int>();
        var folded = Text;
        for (var i = 0; i < folded.Length; i++)
            if (i == 0 || folded[i - 1] == ' ') starts.Add(i);
        for (var w = 0; w + words <= starts.Count; w++)
        {
            var end = w + words < starts.Count ? starts[w + words] - 1 : folded.Length;
            var hash = WordSeed;
            foreach (var b in folded[starts[w]..end]) hash = (hash ^ b) * 0x100000001B3;
            runs.Add(hash ^ hash >> 29);
        }
    }

    private static byte[] Fold()
    {
        var table = new byte[256];
        for (var b = 0; b < 256; b++)
            table[b] = b is >= 'A' and <= 'Z' ? (byte)(b | 0x20) : b is >= 'a' and <= 'z' or >= '0' and <= '9' or >= 0x80 ? (byte)b : (byte)' ';
        return table;
    }
}
