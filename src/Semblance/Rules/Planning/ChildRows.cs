using System.Collections.Concurrent;
using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Rules;

/// <summary>
/// Which rows of a table are whose children: they are numbered by prefix sums of the counts. Kept are 8 bytes a block of parents, and the counts of some blocks looked at last.
/// </summary>
internal sealed class ChildRows
{
    /// <summary>Most children of one parent.</summary>
    public const int MostChildren = 1_000_000;

    private const int MostKept = 2048; // blocks of parents, 16 KB each

    private readonly RuleRows rows;
    private readonly int parent, count;
    private readonly long most;
    private readonly long[] starts; // first child of each block of parents, and the end
    private readonly ConcurrentDictionary<int, int[]> kept = new();

    /// <summary>Counts the children of all parents.</summary>
    /// <param name="rows">All tables.</param>
    /// <param name="parent">The parents' table.</param>
    /// <param name="count">Place of the parents' hidden column of counts.</param>
    /// <param name="most">What no count exceeds.</param>
    /// <param name="ct">Cancels.</param>
    public ChildRows(RuleRows rows, int parent, int count, long most, CancellationToken ct)
    {
        (this.rows, this.parent, this.count, this.most) = (rows, parent, count, most);
        starts = new long[Blocks.Count(rows.Tables[parent].Count) + 1];
        Blocks.For(starts.Length - 1, rows.Run, ct, block =>
        {
            var ends = Counted(block);
            starts[block + 1] = ends.Length == 0 ? 0 : ends[^1];
        });
        for (var block = 1; block < starts.Length; block++) starts[block] += starts[block - 1];
        if (Total >= RowFrame.MostRows) throw new GenerateException("SB4070", $"table `{rows.Tables[parent].Plan.Name}` would have {Total} children; ask for fewer rows");
    }

    /// <summary>Children of all parents.</summary>
    public long Total => starts[^1];

    /// <summary>First child of a parent row, or the end.</summary>
    public long FirstOf(long parentRow)
    {
        if (parentRow >= rows.Tables[parent].Count) return Total;
        var block = (int)(parentRow / Blocks.Rows);
        var within = (int)(parentRow % Blocks.Rows);
        return starts[block] + (within == 0 ? 0 : Ends(block)[within - 1]);
    }

    /// <summary>First child and number of children of parent rows.</summary>
    public (long[] Firsts, int[] Counts) Of(long[] parents)
    {
        var (firsts, counts) = (new long[parents.Length], new int[parents.Length]);
        var (last, ends) = (-1, Array.Empty<int>());
        for (var i = 0; i < parents.Length; i++)
        {
            var block = (int)(parents[i] / Blocks.Rows);
            if (block != last) (last, ends) = (block, Ends(block));
            var within = (int)(parents[i] % Blocks.Rows);
            var before = within == 0 ? 0 : ends[within - 1];
            firsts[i] = starts[block] + before;
            counts[i] = ends[within] - before;
        }
        return (firsts, counts);
    }

    /// <summary>Parent of each child row, and the child's number among its siblings.</summary>
    public (long[] Parents, int[] Ordinals) Locate(long[] children)
    {
        var (parents, ordinals) = (new long[children.Length], new int[children.Length]);
        var (block, ends, within) = (-1, Array.Empty<int>(), 0);
        for (var i = 0; i < children.Length; i++)
        {
            var row = children[i];
            if (block < 0 || row < starts[block] || row >= starts[block + 1])
            {
                block = Array.BinarySearch(starts, row);
                if (block < 0) block = ~block - 1;
                while (starts[block + 1] <= row) block++; // blocks without children begin where the next does
                (ends, within) = (Ends(block), 0);
            }
            var place = (int)(row - starts[block]);
            // mostly the same parent or the next; else searched for
            if (place < (within == 0 ? 0 : ends[within - 1]) || place >= ends[within])
            {
                if (within + 1 < ends.Length && place >= ends[within] && place < ends[within + 1]) within++;
                else
                {
                    within = Array.BinarySearch(ends, place);
                    within = within < 0 ? ~within : within + 1;
                    while (ends[within] <= place) within++;
                    while (within > 0 && ends[within - 1] > place) within--;
                }
            }
            parents[i] = (long)block * Blocks.Rows + within;
            ordinals[i] = place - (within == 0 ? 0 : ends[within - 1]);
        }
        return (parents, ordinals);
    }

    private int[] Ends(int block)
    {
        if (kept.TryGetValue(block, out var ends)) return ends;
        ends = Counted(block);
        if (kept.Count >= MostKept) kept.Clear();
        kept[block] = ends;
        return ends;
    }

    /// <summary>Children of a block of parents, summed up from its first.</summary>
    private int[] Counted(int block)
    {
        var first = (long)block * Blocks.Rows;
        var frame = new RowScope(rows).Frame(parent, first, (int)Math.Min(Blocks.Rows, rows.Tables[parent].Count - first));
        var counts = ((NumberColumn)frame.Column(count)).Values;
        var ends = new int[counts.Length];
        var sum = 0;
        for (var i = 0; i < ends.Length; i++)
        {
            var children = double.IsNaN(counts[i]) ? 0 : Math.Clamp(Math.Round(counts[i], MidpointRounding.AwayFromZero), 0, MostChildren);
            ends[i] = sum = checked(sum + (int)Math.Min(most, children));
        }
        return ends;
    }
}
