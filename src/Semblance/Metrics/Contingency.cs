namespace Semblance.Metrics;

/// <summary>Counts of the combinations of two coded columns: a dense table while that is small, else its occupied cells in order.</summary>
internal readonly struct Contingency
{
    private readonly int[]? dense;
    private readonly long[] keys;   // occupied cells, ascending, when not dense
    private readonly int[] counts;  // their counts
    private readonly int columns;
    private readonly int rows;

    private Contingency(int[]? dense, long[] keys, int[] counts, int columns, int rows) =>
        (this.dense, this.keys, this.counts, this.columns, this.rows) = (dense, keys, counts, columns, rows);

    /// <summary>Counts the cells of two columns with codes below <paramref name="sizeA"/> and <paramref name="sizeB"/>.</summary>
    public static Contingency Of(int[] a, int[] b, int sizeA, int sizeB)
    {
        // Whether the table is dense depends on its size only, so that the three sides of a comparison agree.
        if ((long)sizeA * sizeB <= 1 << 18)
        {
            var cells = new int[sizeA * sizeB];
            for (var i = 0; i < a.Length; i++) cells[a[i] * sizeB + b[i]]++;
            return new(cells, [], [], sizeB, a.Length);
        }
        var all = new long[a.Length];
        for (var i = 0; i < all.Length; i++) all[i] = (long)a[i] * sizeB + b[i];
        Array.Sort(all);
        var keys = new List<long>();
        var counts = new List<int>();
        foreach (var key in all)
        {
            if (keys.Count > 0 && keys[^1] == key) counts[^1]++;
            else
            {
                keys.Add(key);
                counts.Add(1);
            }
        }
        return new(null, [.. keys], [.. counts], sizeB, a.Length);
    }

    /// <summary>Half the sum of absolute differences of shares.</summary>
    public double TotalVariation(Contingency other)
    {
        if (dense is not null) return Distance.TotalVariation(dense, other.dense);
        if (rows == 0 || other.rows == 0) return rows == other.rows ? 0 : 1;
        double sum = 0;
        int i = 0, j = 0;
        while (i < keys.Length || j < other.keys.Length)
        {
            var key = Math.Min(i < keys.Length ? keys[i] : long.MaxValue, j < other.keys.Length ? other.keys[j] : long.MaxValue);
            var mine = i < keys.Length && keys[i] == key ? (double)counts[i++] / rows : 0;
            var theirs = j < other.keys.Length && other.keys[j] == key ? (double)other.counts[j++] / other.rows : 0;
            sum += Math.Abs(mine - theirs);
        }
        return sum / 2;
    }

    /// <summary>Cramér's V, 0 to 1: 0 when either column has one value.</summary>
    public double CramerV()
    {
        var byRow = new Dictionary<int, long>();
        var byColumn = new Dictionary<int, long>();
        foreach (var (row, column, count) in Cells())
        {
            byRow[row] = byRow.GetValueOrDefault(row) + count;
            byColumn[column] = byColumn.GetValueOrDefault(column) + count;
        }
        var least = Math.Min(byRow.Count, byColumn.Count);
        if (least < 2) return 0;
        double sum = 0; // chi squared over n, plus 1
        foreach (var (row, column, count) in Cells()) sum += (double)count * count / ((double)byRow[row] * byColumn[column]);
        return Math.Sqrt(Math.Clamp((sum - 1) / (least - 1), 0, 1));
    }

    private IEnumerable<(int Row, int Column, int Count)> Cells()
    {
        if (dense is not null)
        {
            for (var cell = 0; cell < dense.Length; cell++)
                if (dense[cell] > 0) yield return (cell / columns, cell % columns, dense[cell]);
        }
        else
        {
            for (var k = 0; k < keys.Length; k++) yield return ((int)(keys[k] / columns), (int)(keys[k] % columns), counts[k]);
        }
    }
}
