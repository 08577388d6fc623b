namespace Semblance.Metrics;

/// <summary>
/// <see cref="Trend"/> over the pairs that are related in the real data only: |r| above 0.5, or Cramér's V above 0.3. The mean over all pairs is diluted by
/// unrelated ones, which independent columns get right as well; this one is not.
/// </summary>
internal sealed class RelatedTrend : TableMetric
{
    public override string Name => "fidelity.trend-related";
    public override string Title => "Related pairs of columns";
    public override string What => "How closely those columns that clearly belong together in the real data still do.";

    public override Finding Examine(Comparison data, Run run, CancellationToken ct) => new(data.Pairs(run, ct).Mean(data, related: true));
}
