namespace Semblance.Transforms;

/// <summary>An earlier text that a text repeats.</summary>
/// <param name="Of">Number of the earlier text: the count of texts added before it.</param>
/// <param name="Similarity">Jaccard similarity of their shingles, exact; 1 for the same letters and digits.</param>
public readonly record struct DuplicateMatch(long Of, double Similarity);

/// <summary>
/// Finds near copies among texts as they come: exact ones by a hash of letters and digits, near ones by MinHash signatures of 128 permutations in 21 bands of 6 (locality-sensitive hashing; Indyk
/// and Motwani 1998), each candidate then compared by its true similarity. A pair of similarity .8 is met with a probability of .998, one of .9 nearly always, and nothing below the threshold is
/// ever called a copy. Memory: the letters and digits of every different text, and some 700 bytes.
/// </summary>
public sealed class DuplicateIndex
{
    private const int Bands = 21, RowsPerBand = 6;
    private const int MostAlike = 8; // texts kept under one key of a band: where thousands share a phrase, some of them stand for all

    private readonly double threshold;
    private readonly TextShingles shingles = new();
    private readonly TextShingles other = new();
    private readonly uint[] signature = new uint[MinHash.Permutations];
    private readonly Dictionary<UInt128, int> exact = [];
    private readonly List<(int Chunk, int Start, int Length, long Number)> kept = [];
    private readonly List<byte[]> chunks = [];
    private int chunkUsed;
    private readonly uint[] keys = new uint[Bands];
    private readonly ulong[] firsts = new ulong[Bands];
    private ulong[] slots = new ulong[1 << 12]; // open addressing: key, then 1 + text
    private int used;
    private readonly HashSet<int> seen = [];
    private long added;

    /// <summary>An empty index.</summary>
    /// <param name="threshold">Least Jaccard similarity of shingles of five bytes that makes a copy, 0.5 to 1. Default: 0.8, the usual one.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is out of range: below 0.5 the bands would miss too many.</exception>
    public DuplicateIndex(double threshold = 0.8)
    {
        if (!(threshold is >= 0.5 and <= 1)) throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "give 0.5 to 1");
        this.threshold = threshold;
    }

    /// <summary>Different texts kept.</summary>
    public int Kept => kept.Count;

    /// <summary>The earlier text that this one repeats; null for a new one, which is kept. A text without letters and digits is never a copy.</summary>
    /// <param name="utf8">The text.</param>
    public DuplicateMatch? Add(ReadOnlySpan<byte> utf8)
    {
        var number = added++;
        if (Look(utf8) is { } match) return match;
        if (shingles.Length > 0) Keep(number);
        return null;
    }

    /// <summary>The text among those added that this one repeats, or null. Nothing is kept.</summary>
    /// <param name="utf8">The text.</param>
    public DuplicateMatch? Find(ReadOnlySpan<byte> utf8) => Look(utf8);

    private DuplicateMatch? Look(ReadOnlySpan<byte> utf8)
    {
        shingles.Read(utf8);
        if (shingles.Length == 0) return null;
        if (exact.TryGetValue(Hash(shingles.Text), out var same)) return new(kept[same].Number, 1);
        if (threshold >= 1) return null;
        MinHash.Sign(shingles.Hashes, signature);
        seen.Clear();
        uint[]? own = null;
        DuplicateMatch? best = null;
        // All bands' first slots at once: the memory answers side by side.
        var mask = slots.Length - 1;
        for (var band = 0; band < Bands; band++)
        {
            keys[band] = Key(band);
            firsts[band] = slots[Place(keys[band], mask)];
        }
        for (var band = 0; band < Bands; band++)
        {
            var at = Place(keys[band], mask);
            for (var slot = firsts[band]; slot != 0; slot = slots[at = at + 1 & mask])
            {
                var text = (int)(uint)slot - 1;
                if ((uint)(slot >> 32) != keys[band] || !seen.Add(text)) continue;
                var (chunk, start, length, number) = kept[text];
                other.ReadFolded(chunks[chunk].AsSpan(start, length));
                own ??= shingles.Distinct();
                var similarity = TextShingles.Jaccard(own, other.Distinct());
                if (similarity >= threshold && !(best?.Similarity >= similarity)) best = new(number, similarity);
            }
            if (best is not null) return best;
        }
        return best;
    }

    private void Keep(long number)
    {
        var text = shingles.Text;
        if (chunks.Count == 0 || chunks[^1].Length - chunkUsed < text.Length)
        {
            chunks.Add(new byte[Math.Max(1 << 20, text.Length)]);
            chunkUsed = 0;
        }
        text.CopyTo(chunks[^1].AsSpan(chunkUsed));
        kept.Add((chunks.Count - 1, chunkUsed, text.Length, number));
        chunkUsed += text.Length;
        exact[Hash(text)] = kept.Count - 1;
        if (threshold >= 1) return;
        if ((used + Bands) * 5L > slots.Length * 3L) Grow();
        for (var band = 0; band < Bands; band++) Insert(slots, keys[band], kept.Count);
    }

    private void Insert(ulong[] into, uint key, int oneMore)
    {
        var mask = into.Length - 1;
        var alike = 0;
        var at = Place(key, mask);
        for (; into[at] != 0; at = at + 1 & mask)
            if ((uint)(into[at] >> 32) == key && ++alike == MostAlike) return;
        into[at] = (ulong)key << 32 | (uint)oneMore;
        used++;
    }

    private void Grow()
    {
        var larger = new ulong[checked(slots.Length * 4)];
        used = 0;
        foreach (var slot in slots)
            if (slot != 0) Insert(larger, (uint)(slot >> 32), (int)(uint)slot);
        slots = larger;
    }

    private static int Place(uint key, int mask) => (int)(key * 0x9E3779B97F4A7C15 >> 24) & mask;

    // Six places of the signature and the band's number, mixed.
    private uint Key(int band)
    {
        var key = (ulong)band + 1;
        foreach (var value in signature.AsSpan(band * RowsPerBand, RowsPerBand)) key = (key ^ value) * 0xBF58476D1CE4E5B9 ^ key >> 29;
        return (uint)(key ^ key >> 32);
    }

    private static UInt128 Hash(ReadOnlySpan<byte> text)
    {
        ulong a = 0xCBF29CE484222325, b = (ulong)text.Length;
        while (text.Length >= 8)
        {
            var word = System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(text);
            a = (a ^ word) * 0xBF58476D1CE4E5B9;
            a ^= a >> 32;
            b = (b + word) * 0x94D049BB133111EB;
            b ^= b >> 29;
            text = text[8..];
        }
        foreach (var c in text)
        {
            a = (a ^ c) * 0x100000001B3;
            b = (b + c) * 0x94D049BB133111EB;
            b ^= b >> 29;
        }
        return new(a ^ a >> 31, b);
    }
}
