namespace Semblance.Numerics;

// Whole numbers.
public abstract partial class Distribution
{
    /// <summary>1 with a probability, else 0.</summary>
    /// <param name="p">Probability of 1, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The parameter is out of range.</exception>
    public static Distribution Bernoulli(double p) => new BernoulliDistribution(Within(p, 0, 1));

    /// <summary>Number of successes in independent trials.</summary>
    /// <param name="n">Trials, 1 to 1e9.</param>
    /// <param name="p">Probability of a success, between 0 and 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution Binomial(long n, double p)
    {
        Within(n, 1, 1e9);
        Open(p);
        var odds = p / (1 - p);
        return new TabledDistribution(0, n, n * p, n * p * (1 - p), Math.Min(n, Math.Floor((n + 1.0) * p)), k => (n - k) / (k + 1) * odds);
    }

    /// <summary>Number of failures before the r-th success; equally a Poisson whose mean is a gamma.</summary>
    /// <param name="r">Successes, above 0; need not be whole.</param>
    /// <param name="p">Probability of a success, between 0 and 1; not so small that the standard deviation exceeds 200,000.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution NegativeBinomial(double r, double p)
    {
        Shape(r);
        Open(p);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Sqrt(r * (1 - p)) / p + 1 / p, 200_000, nameof(p));
        return new TabledDistribution(0, Infinite, r * (1 - p) / p, r * (1 - p) / (p * p), Math.Max(0, Math.Floor((r - 1) * (1 - p) / p)), k => (k + r) / (k + 1) * (1 - p));
    }

    /// <summary>Number of failures before the first success.</summary>
    /// <param name="p">Probability of a success, between 0 and 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The parameter is out of range.</exception>
    public static Distribution Geometric(double p) => new GeometricDistribution(Open(p));

    /// <summary>Number of marked ones among things drawn without putting back.</summary>
    /// <param name="population">All things, 1 to 1e9.</param>
    /// <param name="successes">Marked ones among them.</param>
    /// <param name="draws">Things drawn.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution Hypergeometric(long population, long successes, long draws)
    {
        Within(population, 1, 1e9);
        Within(successes, 0, population);
        Within(draws, 0, population);
        var (n, m, k) = ((double)population, (double)successes, (double)draws);
        var variance = population == 1 ? 0 : k * (m / n) * ((n - m) / n) * ((n - k) / (n - 1));
        return new TabledDistribution(Math.Max(0, k + m - n), Math.Min(k, m), k * m / n, variance, Math.Clamp(Math.Floor((k + 1) * (m + 1) / (n + 2)), Math.Max(0, k + m - n), Math.Min(k, m)),
            x => (m - x) * (k - x) / ((x + 1) * (n - m - k + x + 1)));
    }

    /// <summary>Binomial whose probability is a beta: successes in groups that differ.</summary>
    /// <param name="n">Trials, 1 to 1e6.</param>
    /// <param name="alpha">First shape of the beta, above 0.</param>
    /// <param name="beta">Second shape of the beta, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution BetaBinomial(long n, double alpha, double beta)
    {
        Within(n, 1, 1e6);
        Shape(alpha);
        Shape(beta);
        var sum = alpha + beta;
        var mode = alpha > 1 && beta > 1 ? Math.Floor(n * (alpha - 1) / (sum - 2)) : alpha < beta ? 0 : n;
        return new TabledDistribution(0, n, n * alpha / sum, n * (alpha / sum) * (beta / sum) * (sum + n) / (sum + 1), mode, k => (n - k) * (alpha + k) / ((k + 1) * (beta + n - k - 1)));
    }

    /// <summary>Logarithmic series distribution: species by the number of individuals found.</summary>
    /// <param name="p">Between 0 and 0.9999.</param>
    /// <exception cref="ArgumentOutOfRangeException">The parameter is out of range.</exception>
    public static Distribution LogSeries(double p)
    {
        Within(p, 0, 0.9999, open: true);
        var log = FastMath.Log1p(-p);
        return new TabledDistribution(1, Infinite, -p / (log * (1 - p)), -p * (p + log) / ((1 - p) * (1 - p) * log * log), 1, k => p * k / (k + 1));
    }

    /// <summary>Zipf's law over ranks 1 to n: rank k with a probability like k^-s.</summary>
    /// <param name="s">Exponent, 0 to 10.</param>
    /// <param name="n">Greatest rank, 1 to 1e12.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution Zipf(double s, long n) => new ZipfDistribution(Within(s, 0, 10), (long)Within(n, 1, 1e12));

    private static double Open(double p, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(p))] string? name = null) =>
        p > 0 && p < 1 ? p : throw new ArgumentOutOfRangeException(name, p, "must be between 0 and 1");
}
