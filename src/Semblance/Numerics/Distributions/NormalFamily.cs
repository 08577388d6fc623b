namespace Semblance.Numerics;

/// <summary>A distribution whose value is an increasing function of one standard normal.</summary>
internal abstract class NormalFamily : Distribution
{
    internal override bool HasFastQuantile => true;

    public override double Cumulative(double x) => FastMath.NormalCdf(ToNormal(x));

    public override double Survival(double x) => FastMath.NormalCdf(-ToNormal(x));

    public override double Sample(ref RandomSequence random) => OfNormal(random.NextNormal());

    public override void Fill(RandomStream stream, long firstRow, uint draw, Span<double> values)
    {
        stream.FillNormal(firstRow, draw, values);
        OfNormals(values);
    }

    private protected override void FillScattered(RandomStream stream, ReadOnlySpan<long> rows, uint draw, Span<double> values)
    {
        for (var i = 0; i < rows.Length; i++) values[i] = stream.NormalsAt(rows[i], draw).First;
        OfNormals(values);
    }

    private protected override double Lower(double p) => OfNormal(FastMath.NormalQuantile(p));

    private protected override double Upper(double q) => OfNormal(-FastMath.NormalQuantile(q));

    private protected abstract double OfNormal(double z);

    /// <summary>The normal of which x is the function; -infinity below the support.</summary>
    private protected abstract double ToNormal(double x);

    /// <summary>Puts values in the place of normals; the bits of <see cref="OfNormal"/>.</summary>
    private protected abstract void OfNormals(Span<double> values);
}

internal sealed class NormalDistribution(double mean, double sd) : NormalFamily
{
    public override double Mean => mean;
    public override double Variance => sd * sd;
    public override (double Min, double Max) Support => (double.NegativeInfinity, double.PositiveInfinity);

    private protected override double OfNormal(double z) => Math.FusedMultiplyAdd(sd, z, mean);
    private protected override double ToNormal(double x) => (x - mean) / sd;

    private protected override void OfNormals(Span<double> values)
    {
        foreach (ref var value in values) value = Math.FusedMultiplyAdd(sd, value, mean);
    }
}

/// <summary>e to a normal of mean mu and standard deviation sigma.</summary>
internal sealed class LognormalDistribution(double mu, double sigma) : NormalFamily
{
    public override double Mean => FastMath.Exp(mu + sigma * sigma / 2);
    public override double Variance => FastMath.Expm1(sigma * sigma) * FastMath.Exp(2 * mu + sigma * sigma);
    public override (double Min, double Max) Support => (0, double.PositiveInfinity);

    private protected override double OfNormal(double z) => FastMath.Exp(Math.FusedMultiplyAdd(sigma, z, mu));
    private protected override double ToNormal(double x) => x > 0 ? (FastMath.Log(x) - mu) / sigma : double.IsNaN(x) ? x : double.NegativeInfinity;

    private protected override void OfNormals(Span<double> values)
    {
        foreach (ref var value in values) value = Math.FusedMultiplyAdd(sigma, value, mu);
        FastMath.Exp(values, values);
    }
}
