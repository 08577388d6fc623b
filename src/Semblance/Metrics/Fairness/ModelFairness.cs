namespace Semblance.Metrics;

/// <summary>
/// A measure of how unlike a model trained on synthetic rows treats groups of people, beside that of the same model trained on real rows. Both are tried on the
/// holdout. Groups below 100 rows are left out. Definitions of fairlearn (Bird and others, 2020) and AIF360 (Bellamy and others, 2018).
/// </summary>
internal abstract class ModelFairness : TableMetric
{
    public override Direction Direction => Direction.Lower;

    /// <summary>Rates that must be alike.</summary>
    protected abstract Rate[] Rates { get; }

    /// <summary>The figure of a high and a low rate; NaN where it is not defined.</summary>
    protected virtual double Figure(double high, double low) => high - low;

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        if (data.Treatment(run, ct, out var why) is not { } treatment) return Finding.None(why);
        // A ratio is worst where it is least.
        double Size(double high, double low) => Direction == Direction.Higher ? -Figure(high, low) : Figure(high, low);
        if (treatment.Worst(0, Rates, Size) is not { } gap || treatment.Worst(1, Rates, Size) is not { } reference)
            return Finding.None($"fewer than two groups have {GroupTreatment.LeastCases} rows of the holdout with and without the outcome, or no group is ever given it");
        var (value, ceiling) = (Of(0, gap, null), Of(1, reference, null));
        // The two groups that differ most stay the same in every sample: else chance, which always finds some largest gap, would add to it.
        var sampled = treatment.Task.Bootstrap((drawn, _) => Of(0, gap, drawn), $"evaluate/{Name}/bootstrap", run, ct);
        Interval? interval = sampled is { } ends ? new(Math.Min(value, Math.Clamp(ends.Low, 0, 1)), Math.Max(value, Math.Clamp(ends.High, 0, 1))) : null;
        var said = $"{treatment.Outcomes[gap.Outcome]}: {treatment.Names[gap.High]} against {treatment.Names[gap.Low]}";
        return new Finding(new Score(value, interval, ceiling, said));

        double Of(int model, GroupTreatment.Gap of, int[]? drawn) =>
            Figure(treatment.Share(model, of.Outcome, of.Rate, of.High, drawn)!.Value, treatment.Share(model, of.Outcome, of.Rate, of.Low, drawn)!.Value);
    }
}

/// <summary>Demographic parity difference: the largest difference between two groups in how often the outcome is given to them.</summary>
internal sealed class DemographicParity : ModelFairness
{
    public override string Name => "fairness.parity";
    public override string Title => "Alike outcomes";
    public override string What => "How far apart the shares of two groups to which a model trained on synthetic rows gives the outcome lie at most: 0 when all groups get it alike.";
    protected override Rate[] Rates => [Rate.Selected];

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        var finding = base.Examine(data, run, ct);
        return data.Treatment(run, ct, out _) is { } treatment ? finding with { Fairness = treatment.AddTo } : finding;
    }
}

/// <summary>Disparate impact: the least ratio of two groups' shares.</summary>
internal sealed class DisparateImpact : ModelFairness
{
    public override string Name => "fairness.disparate-impact";
    public override string Title => "Ratio of outcomes";
    public override string What => "How often a model trained on synthetic rows gives the outcome to the group that gets it least, as a share of the group that gets it most; 0.8 is a common least.";
    public override Direction Direction => Direction.Higher;
    protected override Rate[] Rates => [Rate.Selected];
    protected override double Figure(double high, double low) => low / high;
}

/// <summary>Equal opportunity difference (Hardt, Price and Srebro 2016): the largest difference in true positive rates.</summary>
internal sealed class EqualOpportunity : ModelFairness
{
    public override string Name => "fairness.equal-opportunity";
    public override string Title => "Equal opportunity";
    public override string What => "How far apart two groups lie at most in how often a model trained on synthetic rows gives the outcome to those who have it.";
    protected override Rate[] Rates => [Rate.TruePositive];
}

/// <summary>Equalised odds difference (Hardt, Price and Srebro 2016): the larger of the differences in true and in false positive rates.</summary>
internal sealed class EqualisedOdds : ModelFairness
{
    public override string Name => "fairness.equalised-odds";
    public override string Title => "Equalised odds";
    public override string What => "How far apart two groups lie at most in how often a model trained on synthetic rows is right about those who have the outcome, or wrong about those who do not.";
    protected override Rate[] Rates => [Rate.TruePositive, Rate.FalsePositive];
}
