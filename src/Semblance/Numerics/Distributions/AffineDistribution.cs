namespace Semblance.Numerics;

/// <summary>offset + factor · X, the factor above 0.</summary>
internal sealed class AffineDistribution(Distribution inner, double offset, double factor) : Distribution
{
    public override double Mean => offset + factor * inner.Mean;
    public override double Variance => factor * factor * inner.Variance;
    public override (double Min, double Max) Support => (offset + factor * inner.Support.Min, offset + factor * inner.Support.Max);
    public override bool IsDiscrete => inner.IsDiscrete;
    internal override bool HasFastQuantile => inner.HasFastQuantile;

    public override double Cumulative(double x) => inner.Cumulative((x - offset) / factor);
    public override double Survival(double x) => inner.Survival((x - offset) / factor);
    public override double Sample(ref RandomSequence random) => Math.FusedMultiplyAdd(factor, inner.Sample(ref random), offset);

    public override void Fill(RandomStream stream, long firstRow, uint draw, Span<double> values)
    {
        inner.Fill(stream, firstRow, draw, values);
        foreach (ref var value in values) value = Math.FusedMultiplyAdd(factor, value, offset);
    }

    private protected override double Lower(double p) => Math.FusedMultiplyAdd(factor, inner.Quantile(p), offset);
    private protected override double Upper(double q) => Math.FusedMultiplyAdd(factor, inner.UpperQuantile(q), offset);
}

/// <summary>Straight lines between stated quantiles.</summary>
internal sealed class EmpiricalDistribution : UnitDistribution
{
    private readonly double[] probabilities, values;

    public EmpiricalDistribution(ReadOnlySpan<double> probabilities, ReadOnlySpan<double> values)
    {
        (this.probabilities, this.values) = (probabilities.ToArray(), values.ToArray());
        if (values.Length < 2 || values.Length != probabilities.Length || probabilities[0] != 0 || probabilities[^1] != 1)
            throw new ArgumentException("a quantile table has as many values as probabilities, at least two; the probabilities begin with 0 and end with 1", nameof(probabilities));
        double first = 0, second = 0;
        for (var i = 1; i < values.Length; i++)
        {
            if (!(probabilities[i] > probabilities[i - 1]) || !(values[i] >= values[i - 1]) || !double.IsFinite(values[i] - values[i - 1]))
                throw new ArgumentException(FormattableString.Invariant($"probabilities must rise and values must not fall: entry {i} does not follow entry {i - 1}"), nameof(values));
            var (share, a, b) = (probabilities[i] - probabilities[i - 1], values[i - 1], values[i]);
            first += share * (a + b) / 2;
        }
        for (var i = 1; i < values.Length; i++)
        {
            var (share, a, b) = (probabilities[i] - probabilities[i - 1], values[i - 1] - first, values[i] - first);
            second += share * (a * a + a * b + b * b) / 3;
        }
        (Mean, Variance) = (first, second);
    }

    public override double Mean { get; }
    public override double Variance { get; }
    public override (double Min, double Max) Support => (values[0], values[^1]);

    public override double Cumulative(double x)
    {
        if (!(x >= values[0])) return double.IsNaN(x) ? x : 0;
        if (x >= values[^1]) return 1;
        int low = 0, high = values.Length - 1; // values[low] <= x < values[high]
        while (high - low > 1)
        {
            var middle = (low + high) >> 1;
            if (values[middle] <= x) low = middle;
            else high = middle;
        }
        return probabilities[low] + (probabilities[high] - probabilities[low]) * ((x - values[low]) / (values[high] - values[low]));
    }

    private protected override double Lower(double p)
    {
        int low = 0, high = probabilities.Length - 1; // probabilities[low] < p <= probabilities[high]
        while (high - low > 1)
        {
            var middle = (low + high) >> 1;
            if (probabilities[middle] < p) low = middle;
            else high = middle;
        }
        return values[low] + (values[high] - values[low]) * ((p - probabilities[low]) / (probabilities[high] - probabilities[low]));
    }
}
