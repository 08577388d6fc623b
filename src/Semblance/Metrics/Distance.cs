namespace Semblance.Metrics;

/// <summary>Distances between distributions.</summary>
internal static class Distance
{
    /// <summary>Half the sum of absolute differences of shares, 0 to 1, of two arrays of counts over the same cells. 1 when only one of them is empty.</summary>
    public static double TotalVariation(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        long na = 0, nb = 0;
        foreach (var count in a) na += count;
        foreach (var count in b) nb += count;
        if (na == 0 || nb == 0) return na == nb ? 0 : 1;
        double sum = 0;
        for (var k = 0; k < a.Length; k++) sum += Math.Abs((double)a[k] / na - (double)b[k] / nb);
        return sum / 2;
    }
}
