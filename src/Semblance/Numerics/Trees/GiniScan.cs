namespace Semblance.Numerics;

/// <summary>Best cut by Gini impurity for more than two classes. Rows are put in the order of their bins, then moved one by one from right to left, so the cost does not grow with the classes.</summary>
internal sealed class GiniScan(int classes)
{
    private readonly int[] left = new int[classes], right = new int[classes], all = new int[classes];
    private readonly int[] ends = new int[257];
    private int[] sorted = [];

    /// <summary>Sum of squared class counts over rows.</summary>
    public double Whole(ReadOnlySpan<int> rows, int[] classOf)
    {
        Array.Clear(all);
        foreach (var row in rows) all[classOf[row]]++;
        var squares = 0L;
        foreach (var n in all) squares += (long)n * n;
        return (double)squares / rows.Length;
    }

    /// <summary>Improves <paramref name="best"/> by the cuts of one feature; <see cref="Whole"/> must have seen the same rows.</summary>
    public void Try(byte[] column, ReadOnlySpan<int> rows, int[] classOf, int bins, int feature, int minLeaf, ref Split best)
    {
        if (sorted.Length < rows.Length) sorted = new int[rows.Length];
        Array.Clear(ends);
        foreach (var row in rows) ends[column[row] + 1]++;
        var missing = ends[1];
        for (var b = 1; b <= bins; b++) ends[b] += ends[b - 1];
        foreach (var row in rows) sorted[ends[column[row]]++] = classOf[row]; // afterwards ends[b] is the end of bin b

        Scan(rows.Length, missing, bins, feature, minLeaf, 1, ref best);
        if (missing > 0) Scan(rows.Length, missing, bins, feature, minLeaf, 0, ref best);
    }

    private void Scan(int count, int missing, int bins, int feature, int minLeaf, byte shift, ref Split best)
    {
        Array.Clear(left);
        all.CopyTo(right, 0);
        long leftSquares = 0, rightSquares = 0;
        foreach (var n in right) rightSquares += (long)n * n;
        var moved = 0;
        for (int b = shift, from = shift == 0 ? 0 : missing; b < bins - 1 + (missing > 0 && shift == 1 ? 1 : 0); b++)
        {
            var end = ends[b];
            if (end == from) continue;
            for (; from < end; from++, moved++)
            {
                var k = sorted[from];
                leftSquares += 2 * left[k]++ + 1;
                rightSquares -= 2 * right[k]-- - 1;
            }
            if (moved < minLeaf || count - moved < minLeaf) continue;
            var score = (double)leftSquares / moved + (double)rightSquares / (count - moved);
            if (!(score > best.Score)) continue;
            // No missing row here to learn from: those met later go with the larger side.
            var toLeft = shift == 0 || (missing == 0 && 2 * moved > count);
            best = new Split { Feature = feature, Score = score, Shift = (byte)(toLeft ? 0 : 1), Threshold = (byte)(toLeft ? b : b - 1) };
        }
    }
}
