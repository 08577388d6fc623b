namespace Semblance.Metrics;

/// <summary>
/// How much of the variety of real rows the synthetic ones have. Fresh real rows reach about 0.5, more where rows repeat; above the ceiling lies not more
/// variety but copying: a copy of the training rows covers every one of them.
/// </summary>
internal sealed class BetaRecall : TableMetric
{
    public override string Name => "diversity.beta-recall";
    public override string Title => "Variety of rows";
    public override string What => "How much of the variety of the real rows the synthetic rows cover: best as high as fresh real rows, higher means copying.";
    public override Direction Direction => Direction.Ceiling;

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        if (data.Coverage(Side.Synthetic, run, ct) is not { } coverage) return Finding.None("needs at least 30 rows a side and a column that is no identifier");
        var value = coverage.BetaRecall();
        var ceiling = data.HasHoldout ? data.Coverage(Side.Holdout, run, ct)?.BetaRecall() : null;
        return new Finding(new Score(value, Coverage.Interval(value, g => coverage.BetaRecall(g)), ceiling)) { SampledRows = coverage.Rows };
    }
}
