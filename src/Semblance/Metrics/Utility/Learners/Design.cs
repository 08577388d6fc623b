namespace Semblance.Metrics;

/// <summary>
/// Inputs as numbers of like size for learners that add or measure: numbers less their mean over their standard deviation, cut at ±5, gaps 0; categories one-hot for
/// the levels that are frequent among the rows learned from, gaps and other levels together.
/// </summary>
internal sealed class Design
{
    private const int MostWidth = 300; // of one-hot places in all, shared evenly
    private const float Cut = 5;

    private readonly (double Mean, double Scale, int[]? Places)[] inputs; // places: of a code + 1 (0: a level the real data lack); gaps have the last
    private readonly int[] starts;

    public Design(float[][] columns, int[] levels)
    {
        var share = Math.Clamp(MostWidth / Math.Max(1, levels.Count(l => l > 0)), 2, 30);
        inputs = new (double, double, int[]?)[columns.Length];
        starts = new int[columns.Length];
        for (var k = 0; k < columns.Length; k++)
        {
            starts[k] = Width;
            inputs[k] = levels[k] > 0 ? (0, 1, Places(columns[k], levels[k], share)) : Scaled(columns[k]);
            Width += levels[k] > 0 ? Math.Min(levels[k], share) + 1 : 1;
        }
    }

    /// <summary>Numbers a row has.</summary>
    public int Width { get; }

    /// <summary>Rows, one after the other.</summary>
    /// <param name="columns">Inputs, column by column.</param>
    /// <param name="one">What stands in the place of a category's level.</param>
    public float[] Rows(float[][] columns, float one)
    {
        var rows = columns[0].Length;
        var result = new float[rows * Width];
        for (var k = 0; k < columns.Length; k++)
        {
            var (mean, scale, places) = inputs[k];
            var at = starts[k];
            var column = columns[k];
            for (var i = 0; i < rows; i++, at += Width)
            {
                if (places is not null) result[at + places[float.IsNaN(column[i]) ? places.Length - 1 : (int)column[i] + 1]] = one;
                else if (!float.IsNaN(column[i])) result[at] = Math.Clamp((float)((column[i] - mean) / scale), -Cut, Cut);
            }
        }
        return result;
    }

    private static int[] Places(float[] column, int levels, int most)
    {
        var counts = new int[levels];
        foreach (var code in column)
            if (code >= 0) counts[(int)code]++;
        var kept = Math.Min(levels, most);
        var places = new int[levels + 2];
        Array.Fill(places, kept);
        var next = 0;
        foreach (var level in Enumerable.Range(0, levels).OrderByDescending(l => counts[l]).ThenBy(l => l).Take(kept)) places[level + 1] = next++;
        return places;
    }

    private static (double, double, int[]?) Scaled(float[] column)
    {
        double sum = 0, squares = 0;
        var count = 0;
        foreach (var value in column)
            if (!float.IsNaN(value)) (sum, count) = (sum + value, count + 1);
        var mean = count == 0 ? 0 : sum / count;
        foreach (var value in column)
            if (!float.IsNaN(value)) squares += (value - mean) * (value - mean);
        var scale = count == 0 ? 0 : Math.Sqrt(squares / count);
        return (mean, scale > 0 && double.IsFinite(scale) ? scale : 1, null);
    }
}
