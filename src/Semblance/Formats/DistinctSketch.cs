namespace Semblance.Formats;

/// <summary>
/// Counts distinct values in bounded memory by adaptive sampling (Flajolet 1990): keeps the hashes that end in L zero bits, and when they get too
/// many raises L. Exact up to 8,192 values, then within about 1 %.
/// </summary>
internal sealed class DistinctSketch
{
    private const int Capacity = 1 << 13;
    private ulong[] slots = new ulong[64]; // at most half full
    private int count;
    private int level;

    /// <summary>How many distinct values were added.</summary>
    public long Estimate => (long)count << level;

    /// <summary>Adds a value by its hash.</summary>
    public void Add(ulong hash)
    {
        // The slot comes from the high bits, so that the low ones can sample.
        if ((hash & (1ul << level) - 1) != 0) return;
        hash |= 1ul << 63; // 0 marks a free slot
        if (!Insert(hash) || 2 * ++count <= slots.Length) return;
        if (slots.Length < 2 * Capacity)
        {
            Refill(2 * slots.Length);
            return;
        }
        while (count > Capacity)
        {
            level++;
            Refill(slots.Length);
        }
    }

    private void Refill(int size)
    {
        var kept = slots.Where(h => h != 0 && (h & (1ul << level) - 1) == 0).ToArray();
        slots = new ulong[size];
        foreach (var h in kept) Insert(h);
        count = kept.Length;
    }

    private bool Insert(ulong hash)
    {
        for (var slot = (int)(hash >> 40) & slots.Length - 1; ; slot = slot + 1 & slots.Length - 1)
        {
            if (slots[slot] == hash) return false;
            if (slots[slot] != 0) continue;
            slots[slot] = hash;
            return true;
        }
    }
}
