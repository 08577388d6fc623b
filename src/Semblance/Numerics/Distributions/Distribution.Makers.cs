using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

// One maker a distribution. Ranges are checked here; the catalogue checks the same ranges first to name the parameter in the words of a rules file.
public abstract partial class Distribution
{
    /// <summary>Normal distribution.</summary>
    /// <param name="mean">Mean.</param>
    /// <param name="sd">Standard deviation, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution Normal(double mean = 0, double sd = 1) => new NormalDistribution(Finite(mean), Positive(sd));

    /// <summary>Lognormal distribution: the logarithm is normal.</summary>
    /// <param name="mu">Mean of the logarithm; the median is e^mu.</param>
    /// <param name="sigma">Standard deviation of the logarithm, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution Lognormal(double mu = 0, double sigma = 1) => new LognormalDistribution(Finite(mu), Positive(sigma));

    /// <summary>Uniform distribution over an interval.</summary>
    /// <param name="min">Lower end.</param>
    /// <param name="max">Upper end, above <paramref name="min"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution Uniform(double min = 0, double max = 1) => new UniformDistribution(Finite(min), Above(max, min));

    /// <summary>Every whole number from <paramref name="min"/> to <paramref name="max"/> alike.</summary>
    /// <param name="min">Least value.</param>
    /// <param name="max">Greatest value, itself possible.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution IntegerUniform(long min, long max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, min);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Max(Math.Abs((double)min), Math.Abs((double)max)), 4503599627370496, nameof(max));
        return new IntegerUniformDistribution(min, max);
    }

    /// <summary>Exponential distribution: waiting times of events that come at a steady rate.</summary>
    /// <param name="mean">Mean, the inverse of the rate; above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution Exponential(double mean = 1) => new ExponentialDistribution(Positive(mean));

    /// <summary>Poisson distribution: the number of independent events.</summary>
    /// <param name="mean">Mean, above 0 and at most 1e9.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution Poisson(double mean = 1) => new PoissonDistribution(Within(mean, 0, 1e9, open: true));

    private static double Finite(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, "must be a finite number");

    private static double Positive(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value > 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, "must be above 0 and finite");

    private static double Above(double value, double bound, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value > bound && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"must be above {bound} and finite"));

    /// <summary>A number in [low, high]; with <paramref name="open"/> the lower end itself is excluded.</summary>
    private static double Within(double value, double low, double high, bool open = false, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        (open ? value > low : value >= low) && value <= high ? value
            : throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"must be {(open ? "above" : "at least")} {low} and at most {high}"));
}
