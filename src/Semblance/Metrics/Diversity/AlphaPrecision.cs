namespace Semblance.Metrics;

/// <summary>How far synthetic rows lie where real rows lie, from the centre of the data outwards: 1 - mean |alpha - share of synthetic rows in the real ball alpha|.</summary>
internal sealed class AlphaPrecision : TableMetric
{
    public override string Name => "diversity.alpha-precision";
    public override string Title => "Realism of rows";
    public override string What => "Whether synthetic rows lie where real rows lie: as many in the dense middle and as many at the edges.";

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        if (data.Coverage(Side.Synthetic, run, ct) is not { } coverage) return Finding.None("needs at least 30 rows a side and a column that is no identifier");
        var value = coverage.AlphaPrecision();
        // Its gaps shrink with the square root of the rows, and the holdout has fewer.
        double? ceiling = data.HasHoldout && data.Coverage(Side.Holdout, run, ct) is { } fresh
            ? 1 - Math.Min(1, (1 - fresh.AlphaPrecision()) * Math.Sqrt((double)fresh.Rows / coverage.Rows)) : null;
        return new Finding(new Score(value, Coverage.Interval(value, g => coverage.AlphaPrecision(g)), ceiling)) { SampledRows = coverage.Rows };
    }
}
