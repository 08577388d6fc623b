namespace Semblance.Numerics;

// Distributions made of distributions.
public abstract partial class Distribution
{
    /// <summary>This distribution, given that the value lies from <paramref name="min"/> to <paramref name="max"/>; exact in the far tails too.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No value lies there.</exception>
    public Distribution Truncated(double min = double.NegativeInfinity, double max = double.PositiveInfinity)
    {
        var inner = new TruncatedDistribution(this, Math.Max(min, Support.Min), Math.Min(max, Support.Max));
        if (!(min <= max) || !(inner.Mass > 0))
            throw new ArgumentOutOfRangeException(nameof(min), min, FormattableString.Invariant($"must leave values: the distribution has none from {min} to {max}"));
        return min <= Support.Min && max >= Support.Max ? this : HasFastQuantile || inner.Mass < 0.5 ? inner : new RejectedDistribution(this, inner);
    }

    /// <summary>One of several distributions, each with its weight.</summary>
    /// <param name="weights">Above 0; need not add up to 1.</param>
    /// <param name="components">As many.</param>
    /// <exception cref="ArgumentException">No components, or weights that are none.</exception>
    public static Distribution Mixture(ReadOnlySpan<double> weights, ReadOnlySpan<Distribution> components) => new MixtureDistribution(weights, components);

    /// <summary>0 with a probability, else a value of this distribution, which has none below 0.</summary>
    /// <param name="zeros">Probability of the extra zeros, 0 to below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The parameter is out of range.</exception>
    /// <exception cref="InvalidOperationException">The distribution has values below 0.</exception>
    public Distribution ZeroInflated(double zeros)
    {
        if (!(zeros >= 0 && zeros < 1)) throw new ArgumentOutOfRangeException(nameof(zeros), zeros, "must be at least 0 and below 1");
        if (Support.Min < 0) throw new InvalidOperationException("only a distribution without values below 0 can be given more zeros");
        return new ZeroInflatedDistribution(this, zeros);
    }
}
