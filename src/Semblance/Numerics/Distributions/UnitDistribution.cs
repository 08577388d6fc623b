namespace Semblance.Numerics;

/// <summary>A distribution whose value is a function of one uniform number, as a rule its quantile.</summary>
internal abstract class UnitDistribution : Distribution
{
    /// <summary>A zero, drawn once in 2^53 times, becomes half the next number: quantiles of 0 may be infinite.</summary>
    private const double Smallest = 1.0 / 18014398509481984;

    internal override bool HasFastQuantile => true;

    public sealed override double Sample(ref RandomSequence random) => OfUnit(Math.Max(random.NextUnit(), Smallest));

    public sealed override void Fill(RandomStream stream, long firstRow, uint draw, Span<double> values)
    {
        stream.FillUnit(firstRow, draw, values);
        Map(values);
    }

    private protected sealed override void FillScattered(RandomStream stream, ReadOnlySpan<long> rows, uint draw, Span<double> values)
    {
        for (var i = 0; i < rows.Length; i++) values[i] = stream.UnitAt(rows[i], draw);
        Map(values);
    }

    /// <summary>The value of a uniform number in (0, 1).</summary>
    private protected virtual double OfUnit(double u) => Lower(u);

    /// <summary>Puts values in the place of uniform numbers; the bits of <see cref="OfUnit"/>.</summary>
    private protected virtual void OfUnits(Span<double> values)
    {
        foreach (ref var value in values) value = OfUnit(value);
    }

    private void Map(Span<double> values)
    {
        foreach (ref var value in values) value = Math.Max(value, Smallest);
        OfUnits(values);
    }
}
