using System.Globalization;

namespace Semblance.Metrics;

/// <summary>The target of a prediction as numbers: a value, or a class in the order of the real data's levels.</summary>
internal sealed class PredictionTarget
{
    /// <summary>A numeric target with at most this many different real values is a class.</summary>
    public const int MostNumericClasses = 10;

    /// <summary>Most classes; beyond, the rarest are gathered into one.</summary>
    public const int MostClasses = 30;

    private PredictionTarget(PredictionTask task, string[] labels, float[][] values, double centre, double scale) =>
        (Task, Labels, Values, Centre, Scale) = (task, labels, values, centre, scale);

    public PredictionTask Task { get; }

    /// <summary>Number of classes; 1 for regression.</summary>
    public int Classes => Math.Max(1, Labels.Length);

    /// <summary>What the classes are; empty for regression.</summary>
    public string[] Labels { get; }

    /// <summary>Per side and row: the class, or (value - <see cref="Centre"/>) / <see cref="Scale"/>; NaN where there is none.</summary>
    public float[][] Values { get; }

    /// <summary>Mean of the real target.</summary>
    public double Centre { get; }

    /// <summary>Standard deviation of the real target. A learner in floats does better near 1.</summary>
    public double Scale { get; }

    /// <summary>Rows of a side that have a target.</summary>
    public int[] Rows(Side side) => [.. Enumerable.Range(0, Values[(int)side].Length).Where(i => !float.IsNaN(Values[(int)side][i]))];

    /// <summary>The target of a column; null and why, when it cannot be predicted.</summary>
    public static PredictionTarget? Of(Feature feature, out string why)
    {
        why = "";
        if (feature.Type == FeatureType.Identifier || feature.Kind == ColumnKind.Text)
        {
            why = $"the target `{feature.Name}` is {(feature.Kind == ColumnKind.Text ? "free text" : "an identifier")}, which cannot be predicted";
            return null;
        }
        if (!feature.IsNumber)
            return OfClasses(feature, Array.ConvertAll(feature.Codes, side => Array.ConvertAll(side, c => c < feature.RealLevels ? c : -1)), feature.Levels[..feature.RealLevels], ref why);

        var distinct = feature.Sorted(Side.Real).Distinct().Take(MostNumericClasses + 1).ToList();
        if (distinct.Count <= MostNumericClasses)
            return OfClasses(feature, Array.ConvertAll(feature.Numbers, side => Array.ConvertAll(side, distinct.IndexOf)),
                [.. distinct.Select(v => v.ToString("0.######", CultureInfo.InvariantCulture))], ref why);

        double sum = 0, squares = 0;
        var count = 0;
        foreach (var value in feature.Numbers[0])
        {
            if (double.IsNaN(value)) continue;
            sum += value;
            count++;
        }
        var mean = sum / count;
        foreach (var value in feature.Numbers[0])
            if (!double.IsNaN(value)) squares += (value - mean) * (value - mean);
        var scale = Math.Sqrt(squares / count);
        if (!(scale > 0) || !double.IsFinite(scale))
        {
            why = $"the target `{feature.Name}` has no spread";
            return null;
        }
        return new PredictionTarget(PredictionTask.Regression, [], Array.ConvertAll(feature.Numbers, side => Array.ConvertAll(side, v => (float)((v - mean) / scale))), mean, scale);
    }

    /// <summary>
    /// The target of a column where a number counts by its rank among the given real rows, from 0 to 1, so that no extreme decides; null when it cannot be predicted.
    /// Values of a number are known for the given rows alone.
    /// </summary>
    public static PredictionTarget? OfRanks(Feature feature, (Side Side, int[] Rows)[] sets)
    {
        var why = "";
        if (!feature.IsNumber || feature.Sorted(Side.Real).Distinct().Take(MostNumericClasses + 1).Count() <= MostNumericClasses) return Of(feature, out why);
        var sorted = sets.Where(s => s.Side == Side.Real).SelectMany(s => s.Rows).Select(r => feature.Numbers[(int)Side.Real][r]).Where(v => !double.IsNaN(v)).Order().ToArray();
        if (sorted.Length == 0) return null;
        var values = Array.ConvertAll(feature.Numbers, side =>
        {
            var none = new float[side.Length];
            Array.Fill(none, float.NaN);
            return none;
        });
        foreach (var (side, rows) in sets)
            foreach (var row in rows)
                if (feature.Numbers[(int)side][row] is var value && !double.IsNaN(value)) values[(int)side][row] = (float)((Below(value, false) + Below(value, true)) / 2.0 / sorted.Length);
        return new PredictionTarget(PredictionTask.Regression, [], values, 0, 1);

        // How many lie below a value, or at it, too.
        int Below(double value, bool at)
        {
            int low = 0, high = sorted.Length;
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (sorted[middle] < value || (at && sorted[middle] == value)) low = middle + 1;
                else high = middle;
            }
            return low;
        }
    }

    private static PredictionTarget? OfClasses(Feature feature, int[][] codes, string[] labels, ref string why)
    {
        var classes = labels.Length;
        if (classes < 2)
        {
            why = classes == 0 ? $"the target `{feature.Name}` has no values" : $"the target `{feature.Name}` has one class only";
            return null;
        }
        if (classes > MostClasses)
        {
            var counts = new int[classes];
            foreach (var code in codes[0])
                if (code >= 0) counts[code]++;
            var kept = Enumerable.Range(0, classes).OrderByDescending(k => counts[k]).ThenBy(k => k).Take(MostClasses - 1).Order().ToArray();
            codes = Array.ConvertAll(codes, side => Array.ConvertAll(side, c => c < 0 ? -1 : Array.BinarySearch(kept, c) is >= 0 and var place ? place : MostClasses - 1));
            labels = [.. kept.Select(k => labels[k]), "(other)"];
        }
        var values = Array.ConvertAll(codes, side => Array.ConvertAll(side, c => c < 0 ? float.NaN : c));
        return new PredictionTarget(classes == 2 ? PredictionTask.Binary : PredictionTask.Multiclass, labels, values, 0, 1);
    }
}
