namespace Semblance.Metrics;

/// <summary>
/// Mean over all pairs of columns: 1 - |r - r'| / 2 of Pearson correlations for two numbers, 1 - total variation distance of the contingency tables when one is a
/// category (numbers cut in 10 equal-width bins of the real data, missing cells a bin of their own). CorrelationSimilarity and ContingencySimilarity of SDMetrics.
/// </summary>
internal sealed class Trend : TableMetric
{
    public override string Name => "fidelity.trend";
    public override string Title => "Pairs of columns";
    public override string What => "How closely any two columns go together as they do in the real data.";

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        var pairs = data.Pairs(run, ct);
        return new Finding(pairs.Mean(data, related: false)) { Pairs = pairs.Detail(data, run, ct) };
    }
}
