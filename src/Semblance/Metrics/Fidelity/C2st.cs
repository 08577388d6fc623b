namespace Semblance.Metrics;

/// <summary>
/// <see cref="Detection"/> by boosted trees of synthetic against real rows. Against the holdout a generator that copies its training rows wins nothing; against
/// train it does.
/// </summary>
internal sealed class C2st(Side against) : TableMetric
{
    public override string Name => against == Side.Holdout ? "fidelity.c2st" : "fidelity.c2st-train";
    public override string Title => against == Side.Holdout ? "Detector against unseen rows" : "Detector against training rows";
    public override string What => against == Side.Holdout
        ? "How hard it is for a trained detector to tell a synthetic row from a real row that the generator never saw: 1 = it can only guess."
        : "How hard it is for a trained detector to tell a synthetic row from a row the generator learned from: 1 = it can only guess.";

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        if (against == Side.Holdout && !data.HasHoldout) return Finding.None("needs a holdout: real rows the generator never saw");
        var rows = Math.Min(Detection.RowLimit(data.Features.Length), Math.Min(data.Rows(against), data.Rows(Side.Synthetic)));
        if (rows < Detection.LeastRows) return Finding.None($"needs at least {Detection.LeastRows} rows a side");
        var features = data.Features;
        var tests = new List<Detection.Samples> { data.Draw(against, Side.Synthetic, rows, run, "evaluate/c2st") };
        if (data.Fresh is null && data.FreshSamples(rows, run, "evaluate/c2st") is { } fresh) tests.Add(fresh);
        var found = Detection.Of(tests, BoostingDetector.Over(features, run, ct), run, "evaluate/c2st", ct);
        if (tests.Count > 1) data.Fresh = found[1];

        var detection = found[0];
        var detail = against == Side.Holdout || !data.HasHoldout ? Detail(data, detection, run, ct) : null;
        return new Finding(new Score(detection.Value, detection.Interval, data.Fresh?.Value)) { SampledRows = rows, Detector = detail };
    }

    private DetectorDetail Detail(Comparison data, Detection detection, Run run, CancellationToken ct) => new()
    {
        Against = against == Side.Holdout ? "holdout" : "train",
        Auc = detection.Auc,
        AucCeiling = data.Fresh?.Auc,
        Features = [.. data.Features.Select((f, i) => new FeatureImportance(f.Name, detection.Importance[i])).OrderByDescending(f => f.Share)],
        Findings = DetectorFindings.Of(data, detection, run, ct),
    };
}
