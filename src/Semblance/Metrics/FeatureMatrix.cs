namespace Semblance.Metrics;

/// <summary>
/// Rows of several sides as columns of floats for a tree learner: numbers as they are, dates in days, texts and identifiers by their length, categories by the
/// order of the real data's levels; a level the real data lack is -1, a missing cell NaN.
/// </summary>
internal static class FeatureMatrix
{
    /// <summary>The given rows of the given sides, one part below the other.</summary>
    /// <param name="features">Columns to take.</param>
    /// <param name="parts">Sides and rows.</param>
    public static float[][] Of(IReadOnlyList<Feature> features, params ReadOnlySpan<(Side Side, int[] Rows)> parts)
    {
        var total = 0;
        foreach (var (_, rows) in parts) total += rows.Length;
        var result = new float[features.Count][];
        for (var k = 0; k < result.Length; k++)
        {
            var feature = features[k];
            var column = result[k] = new float[total];
            var at = 0;
            foreach (var (side, rows) in parts)
            {
                if (feature.Type == FeatureType.Category)
                {
                    var codes = feature.Codes[(int)side];
                    foreach (var row in rows) column[at++] = codes[row] < 0 ? float.NaN : codes[row] < feature.RealLevels ? codes[row] : -1;
                }
                else
                {
                    var numbers = feature.Numbers[(int)side];
                    foreach (var row in rows) column[at++] = (float)Math.Clamp(numbers[row], -float.MaxValue, float.MaxValue); // NaN stays NaN
                }
            }
        }
        return result;
    }
}
