namespace Semblance.Numerics;

internal sealed class UniformDistribution(double min, double max) : UnitDistribution
{
    public override double Mean => min + (max - min) / 2;
    public override double Variance => (max - min) * (max - min) / 12;
    public override (double Min, double Max) Support => (min, max);

    public override double Cumulative(double x) => x >= max ? 1 : x <= min ? 0 : (x - min) / (max - min);
    public override double Survival(double x) => x >= max ? 0 : x <= min ? 1 : (max - x) / (max - min);

    private protected override double Lower(double p) => Math.Min(Math.FusedMultiplyAdd(p, max - min, min), max);
    private protected override double Upper(double q) => Math.Max(Math.FusedMultiplyAdd(q, min - max, max), min);

    private protected override void OfUnits(Span<double> values)
    {
        foreach (ref var value in values) value = Math.Min(Math.FusedMultiplyAdd(value, max - min, min), max);
    }
}

/// <summary>Every whole number from min to max alike.</summary>
internal sealed class IntegerUniformDistribution(double min, double max) : UnitDistribution
{
    private readonly double count = max - min + 1;

    public override double Mean => min + (max - min) / 2;
    public override double Variance => (count - 1) * (count + 1) / 12;
    public override (double Min, double Max) Support => (min, max);
    public override bool IsDiscrete => true;

    public override double Cumulative(double x) => x >= max ? 1 : x < min ? 0 : (Math.Floor(x) - min + 1) / count;
    public override double Survival(double x) => x >= max ? 0 : x < min ? 1 : (max - Math.Floor(x)) / count;

    private protected override double Lower(double p) => Math.Clamp(min + Math.Ceiling(p * count) - 1, min, max);
    private protected override double Upper(double q) => Math.Clamp(max - Math.Floor(q * count), min, max);
    private protected override double OfUnit(double u) => min + Math.Floor(u * count);

    private protected override void OfUnits(Span<double> values)
    {
        foreach (ref var value in values) value = min + Math.Floor(value * count);
    }
}

internal sealed class ExponentialDistribution(double mean) : UnitDistribution
{
    public override double Mean => mean;
    public override double Variance => mean * mean;
    public override (double Min, double Max) Support => (0, double.PositiveInfinity);

    public override double Cumulative(double x) => x > 0 ? -FastMath.Expm1(-x / mean) : double.IsNaN(x) ? x : 0;
    public override double Survival(double x) => x > 0 ? FastMath.Exp(-x / mean) : double.IsNaN(x) ? x : 1;

    private protected override double Lower(double p) => -mean * FastMath.Log1p(-p);
    private protected override double Upper(double q) => -mean * FastMath.Log(q);
    private protected override double OfUnit(double u) => -mean * FastMath.Log(u); // u as the upper tail: its small values have all their digits

    private protected override void OfUnits(Span<double> values)
    {
        FastMath.Log(values, values);
        foreach (ref var value in values) value *= -mean;
    }
}
