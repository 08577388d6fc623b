using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// Rows for a linear learner: numbers with gaps at the mean, less their median and over their interquartile range (as they are where that is 0); categories one-hot
/// with a last place for missing and unlisted levels.
/// </summary>
/// <param name="Columns">Columns of the matrix.</param>
/// <param name="Values">Row by row.</param>
internal sealed record OneHotMatrix(int Columns, float[] Values)
{
    private const int MostLevels = 100; // per column; the rest share the last place

    /// <summary>Columns that these features need.</summary>
    public static int Width(IReadOnlyList<Feature> features) =>
        features.Sum(f => f.Type == FeatureType.Category ? Math.Min(f.RealLevels, MostLevels) + 1 : 1);

    /// <summary>The rows of two sides, one below the other.</summary>
    public static OneHotMatrix Of(IReadOnlyList<Feature> features, (Side Side, int[] Rows) first, (Side Side, int[] Rows) second)
    {
        var width = Width(features);
        var values = new float[(first.Rows.Length + second.Rows.Length) * width];
        var at = 0;
        foreach (var feature in features)
        {
            if (feature.Type == FeatureType.Category)
            {
                var levels = Math.Min(feature.RealLevels, MostLevels);
                var place = Places(feature, levels);
                var row = 0;
                foreach (var (side, rows) in (ReadOnlySpan<(Side, int[])>)[first, second])
                    foreach (var r in rows)
                    {
                        var code = feature.Codes[(int)side][r];
                        values[row++ * width + at + (code < 0 ? levels : place[code])] = 1;
                    }
                at += levels + 1;
            }
            else
            {
                var column = Scaled([.. first.Rows.Select(r => feature.Numbers[(int)first.Side][r]), .. second.Rows.Select(r => feature.Numbers[(int)second.Side][r])]);
                for (var row = 0; row < column.Length; row++) values[row * width + at] = column[row];
                at++;
            }
        }
        return new OneHotMatrix(width, values);
    }

    /// <summary>The given rows alone.</summary>
    public float[] Take(int[] rows)
    {
        var result = new float[rows.Length * Columns];
        for (var i = 0; i < rows.Length; i++) Values.AsSpan(rows[i] * Columns, Columns).CopyTo(result.AsSpan(i * Columns));
        return result;
    }

    private static int[] Places(Feature feature, int levels)
    {
        var counts = feature.Counts(Side.Real);
        var place = new int[feature.Levels.Length];
        Array.Fill(place, levels);
        var next = 0;
        foreach (var level in Enumerable.Range(0, feature.RealLevels).OrderByDescending(k => counts[k]).ThenBy(k => k).Take(levels)) place[level] = next++;
        return place;
    }

    private static float[] Scaled(double[] values)
    {
        var sorted = Array.FindAll(values, v => !double.IsNaN(v));
        if (sorted.Length == 0) return new float[values.Length];
        double sum = 0;
        foreach (var value in sorted) sum += value / sorted.Length;
        Array.Sort(sorted);
        var range = RankStatistics.Quantile(sorted, 0.75) - RankStatistics.Quantile(sorted, 0.25);
        var median = RankStatistics.Quantile(sorted, 0.5);
        if (!(range > 0)) range = 1;
        return Array.ConvertAll(values, v => (float)Math.Clamp(((double.IsNaN(v) ? sum : v) - median) / range, -1e15, 1e15));
    }
}
