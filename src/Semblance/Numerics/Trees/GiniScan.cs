using System.Numerics;

namespace Semblance.Numerics;

/// <summary>
/// Best cut by Gini impurity for more than two classes: rows move bin by bin from the right child to the left, so the cost does not grow with the classes.
/// Only classes a node holds are counted, under numbers of its own.
/// </summary>
internal sealed class GiniScan(int classes)
{
    private readonly int[] numbers = new int[classes]; // a class's number within the node + 1
    private readonly int[] left = new int[classes], right = new int[classes], all = new int[classes], seen = new int[classes];
    private readonly int[] ends = new int[257];
    private readonly ulong[] occupied = new ulong[4];
    private int[] labels = [], sorted = [];
    private int present;
    private long allSquares;

    /// <summary>Takes up the rows of a node and gives the sum of their squared class counts, over the rows: the score of no cut.</summary>
    public double Take(ReadOnlySpan<int> rows, int[] classOf)
    {
        if (sorted.Length < rows.Length) (labels, sorted) = (new int[rows.Length], new int[rows.Length]);
        present = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            ref var number = ref numbers[classOf[rows[i]]];
            if (number == 0)
            {
                seen[present] = classOf[rows[i]];
                all[present] = 0;
                number = ++present;
            }
            all[labels[i] = number - 1]++;
        }
        allSquares = 0;
        for (var k = 0; k < present; k++)
        {
            allSquares += (long)all[k] * all[k];
            numbers[seen[k]] = 0;
        }
        return (double)allSquares / rows.Length;
    }

    /// <summary>Improves <paramref name="best"/> by the cuts of one feature, for the rows taken last.</summary>
    public void Try(byte[] column, ReadOnlySpan<int> rows, int bins, int feature, int minLeaf, ref Split best)
    {
        ends.AsSpan(0, bins + 1).Clear();
        Array.Clear(occupied);
        foreach (var row in rows)
        {
            var code = column[row];
            ends[code + 1]++;
            occupied[code >> 6] |= 1UL << code;
        }
        var missing = ends[1];
        for (var b = 1; b <= bins; b++) ends[b] += ends[b - 1];
        for (var i = 0; i < rows.Length; i++) sorted[ends[column[rows[i]]]++] = labels[i]; // afterwards ends[b] is the end of bin b

        Scan(rows.Length, missing, feature, minLeaf, 1, ref best);
        if (missing > 0) Scan(rows.Length, missing, feature, minLeaf, 0, ref best);
    }

    private void Scan(int count, int missing, int feature, int minLeaf, byte shift, ref Split best)
    {
        left.AsSpan(0, present).Clear();
        all.AsSpan(0, present).CopyTo(right);
        long leftSquares = 0, rightSquares = allSquares;
        int moved = 0, from = shift == 0 ? 0 : missing;
        for (var word = 0; word < occupied.Length; word++)
        {
            var bits = occupied[word];
            if (word == 0 && shift == 1) bits &= ~1UL;
            for (; bits != 0; bits &= bits - 1)
            {
                var bin = word * 64 + BitOperations.TrailingZeroCount(bits);
                for (var end = ends[bin]; from < end; from++, moved++)
                {
                    var k = sorted[from];
                    leftSquares += 2 * left[k]++ + 1;
                    rightSquares -= 2 * right[k]-- - 1;
                }
                if (count - moved < minLeaf) return;
                if (moved < minLeaf) continue;
                var score = (double)leftSquares / moved + (double)rightSquares / (count - moved);
                if (!(score > best.Score)) continue;
                // No missing row here to learn from: those met later go with the larger side.
                var toLeft = shift == 0 || (missing == 0 && 2 * moved > count);
                best = new Split { Feature = feature, Score = score, Shift = (byte)(toLeft ? 0 : 1), Threshold = (byte)(toLeft ? bin : bin - 1) };
            }
        }
    }
}
