namespace Semblance.Numerics;

/// <summary>What every continuous distribution states about itself. The functions are asked inside the support only.</summary>
internal sealed record Law(double Min, double Max, double Mean, double Variance)
{
    public required Func<double, double> Cumulative { get; init; }
    public required Func<double, double> Survival { get; init; }

    /// <summary>Quantile of p in (0, 1).</summary>
    public required Func<double, double> Lower { get; init; }

    /// <summary>Upper quantile of q in (0, 1).</summary>
    public required Func<double, double> Upper { get; init; }

    public double CumulativeAt(double x) => x <= Min ? 0 : x >= Max ? 1 : double.IsNaN(x) ? x : Cumulative(x);

    public double SurvivalAt(double x) => x <= Min ? 1 : x >= Max ? 0 : double.IsNaN(x) ? x : Survival(x);
}

/// <summary>A distribution whose quantile is a formula: drawn by it. With <paramref name="byUpper"/> the uniform number is the upper tail, for those with the longer tail above.</summary>
internal sealed class ClosedFormDistribution(Law law, bool byUpper = true) : UnitDistribution
{
    public override double Mean => law.Mean;
    public override double Variance => law.Variance;
    public override (double Min, double Max) Support => (law.Min, law.Max);

    public override double Cumulative(double x) => law.CumulativeAt(x);
    public override double Survival(double x) => law.SurvivalAt(x);

    private protected override double Lower(double p) => Math.Clamp(law.Lower(p), law.Min, law.Max);
    private protected override double Upper(double q) => Math.Clamp(law.Upper(q), law.Min, law.Max);
    private protected override double OfUnit(double u) => byUpper ? Upper(u) : Lower(u);
}

/// <summary>Draws a value from a sequence.</summary>
internal delegate double Draw(ref RandomSequence random);

/// <summary>A distribution whose quantile costs a search: drawn by a way of its own.</summary>
internal sealed class SampledDistribution(Law law, Draw draw) : Distribution
{
    public override double Mean => law.Mean;
    public override double Variance => law.Variance;
    public override (double Min, double Max) Support => (law.Min, law.Max);

    public override double Cumulative(double x) => law.CumulativeAt(x);
    public override double Survival(double x) => law.SurvivalAt(x);
    public override double Sample(ref RandomSequence random) => Math.Clamp(draw(ref random), law.Min, law.Max);

    public override void Fill(RandomStream stream, long firstRow, uint draw, Span<double> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var random = stream.Sequence(firstRow + i, draw);
            values[i] = Sample(ref random);
        }
    }

    private protected override double Lower(double p) => Math.Clamp(law.Lower(p), law.Min, law.Max);
    private protected override double Upper(double q) => Math.Clamp(law.Upper(q), law.Min, law.Max);
}
