namespace Semblance.Metrics;

/// <summary>Area under the ROC curve with its variance.</summary>
/// <param name="Auc">Chance that a positive scores above a negative, ties half.</param>
/// <param name="Variance">DeLong, DeLong and Clarke-Pearson (1988).</param>
internal readonly record struct Roc(double Auc, double Variance)
{
    /// <summary>From the scores of both classes, neither empty. Both arrays are sorted in place.</summary>
    public static Roc Of(float[] positives, float[] negatives)
    {
        Array.Sort(positives);
        Array.Sort(negatives);
        var above = Placements(positives, negatives); // per positive: share of negatives below it
        var below = Placements(negatives, positives); // per negative: share of positives below it
        var auc = Mean(above);
        return new Roc(auc, Spread(above, auc) / above.Length + Spread(below, 1 - auc) / below.Length);
    }

    private static double[] Placements(float[] of, float[] among)
    {
        var result = new double[of.Length];
        int less = 0, notMore = 0;
        for (var i = 0; i < of.Length; i++)
        {
            while (less < among.Length && among[less] < of[i]) less++;
            while (notMore < among.Length && among[notMore] <= of[i]) notMore++;
            result[i] = (less + notMore) / (2.0 * among.Length);
        }
        return result;
    }

    private static double Mean(double[] values)
    {
        double sum = 0;
        foreach (var value in values) sum += value;
        return sum / values.Length;
    }

    private static double Spread(double[] values, double mean)
    {
        double sum = 0;
        foreach (var value in values) sum += (value - mean) * (value - mean);
        return values.Length > 1 ? sum / (values.Length - 1) : 0.25;
    }
}
