using System.Runtime.InteropServices;
using Semblance.Data;

namespace Semblance.Profiles;

/// <summary>Numbers the different texts of a column in order of first sight, by a hash table over its bytes.</summary>
internal sealed class TextCodes
{
    private readonly TextColumn column;
    private int[] slots;                           // 1 + code, 0 when free
    private readonly List<int> firstRows = [];    // row in which a code was first seen
    private readonly List<ulong> hashes = [];
    private readonly List<int> counts = [];

    public TextCodes(TextColumn column) => (this.column, slots) = (column, new int[1024]);

    /// <summary>Different texts so far.</summary>
    public int Distinct => firstRows.Count;

    /// <summary>Cells with each code.</summary>
    public ReadOnlySpan<int> Counts => CollectionsMarshal.AsSpan(counts);

    /// <summary>Code of the text in a row.</summary>
    public int Add(int row)
    {
        var text = column.Utf8(row);
        var hash = RowHash.OfText(text);
        var mask = slots.Length - 1;
        for (var slot = (int)hash & mask; ; slot = (slot + 1) & mask)
        {
            var code = slots[slot] - 1;
            if (code < 0)
            {
                slots[slot] = firstRows.Count + 1;
                firstRows.Add(row);
                hashes.Add(hash);
                counts.Add(1);
                if (firstRows.Count * 2 > slots.Length) Grow();
                return firstRows.Count - 1;
            }
            if (hashes[code] == hash && column.Utf8(firstRows[code]).SequenceEqual(text))
            {
                counts[code]++;
                return code;
            }
        }
    }

    private void Grow()
    {
        slots = new int[slots.Length * 4];
        var mask = slots.Length - 1;
        for (var code = 0; code < firstRows.Count; code++)
        {
            var slot = (int)hashes[code] & mask;
            while (slots[slot] != 0) slot = (slot + 1) & mask;
            slots[slot] = code + 1;
        }
    }
}
