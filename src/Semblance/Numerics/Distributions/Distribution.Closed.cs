namespace Semblance.Numerics;

// Distributions whose quantile is a formula.
public abstract partial class Distribution
{
    private const double Pi = 3.141592653589793, Infinite = double.PositiveInfinity;

    /// <summary>Weibull distribution: lifetimes whose hazard falls (shape below 1) or rises.</summary>
    /// <param name="shape">Shape, above 0.</param>
    /// <param name="scale">Scale, above 0: 63.2 % lie below it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution Weibull(double shape, double scale = 1)
    {
        Positive(shape);
        Positive(scale);
        var first = GammaFunction(1 + 1 / shape);
        return new ClosedFormDistribution(new(0, Infinite, scale * first, scale * scale * (GammaFunction(1 + 2 / shape) - first * first))
        {
            Cumulative = x => -FastMath.Expm1(-FastMath.Pow(x / scale, shape)),
            Survival = x => FastMath.Exp(-FastMath.Pow(x / scale, shape)),
            Lower = p => scale * FastMath.Pow(-FastMath.Log1p(-p), 1 / shape),
            Upper = q => scale * FastMath.Pow(-FastMath.Log(q), 1 / shape),
        });
    }

    /// <summary>Rayleigh distribution: length of a vector of two independent normals.</summary>
    /// <param name="sigma">Standard deviation of each, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The parameter is out of range.</exception>
    public static Distribution Rayleigh(double sigma = 1) => Weibull(2, Positive(sigma) * 1.4142135623730951);

    /// <summary>Pareto distribution: sizes of which few hold most.</summary>
    /// <param name="alpha">Tail exponent, above 0.</param>
    /// <param name="minimum">Least value, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution Pareto(double alpha, double minimum = 1)
    {
        Positive(alpha);
        Positive(minimum);
        var mean = alpha > 1 ? alpha * minimum / (alpha - 1) : Infinite;
        return new ClosedFormDistribution(new(minimum, Infinite, mean, alpha > 2 ? mean / (alpha - 1) * minimum / (alpha - 2) : Infinite)
        {
            Cumulative = x => -FastMath.Expm1(-alpha * FastMath.Log(x / minimum)),
            Survival = x => FastMath.Pow(minimum / x, alpha),
            Lower = p => minimum * FastMath.Exp(-FastMath.Log1p(-p) / alpha),
            Upper = q => minimum * FastMath.Pow(q, -1 / alpha),
        });
    }

    /// <summary>Generalised Pareto distribution: what exceeds a high threshold.</summary>
    /// <param name="shape">Tail index; 0 is exponential, below 0 the values are bounded.</param>
    /// <param name="scale">Scale, above 0.</param>
    /// <param name="location">Threshold, the least value.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution GeneralizedPareto(double shape, double scale = 1, double location = 0)
    {
        Finite(shape);
        Positive(scale);
        Finite(location);
        var variance = shape < 0.5 ? scale * scale / ((1 - shape) * (1 - shape) * (1 - 2 * shape)) : Infinite;
        return new ClosedFormDistribution(new(location, shape < 0 ? location - scale / shape : Infinite, shape < 1 ? location + scale / (1 - shape) : Infinite, variance)
        {
            Cumulative = x => -FastMath.Expm1(-Depth(x)),
            Survival = x => FastMath.Exp(-Depth(x)),
            Lower = p => location + Height(-FastMath.Log1p(-p)),
            Upper = q => location + Height(-FastMath.Log(q)),
        });
        double Depth(double x) => shape == 0 ? (x - location) / scale : FastMath.Log1p(Math.Max(-1, shape * (x - location) / scale)) / shape;
        double Height(double depth) => scale * (shape == 0 ? depth : FastMath.Expm1(shape * depth) / shape);
    }

    /// <summary>Lomax (Pareto II) distribution: a Pareto tail that begins at 0.</summary>
    /// <param name="alpha">Tail exponent, above 0.</param>
    /// <param name="scale">Scale, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution Lomax(double alpha, double scale = 1) => GeneralizedPareto(1 / Positive(alpha), Positive(scale) / alpha);

    /// <summary>Burr XII (Singh-Maddala) distribution: incomes.</summary>
    /// <param name="c">First shape, above 0.</param>
    /// <param name="k">Second shape, above 0; the tail exponent is c k.</param>
    /// <param name="scale">Scale, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution Burr(double c, double k, double scale = 1)
    {
        Positive(c);
        Positive(k);
        Positive(scale);
        var first = c * k > 1 ? k * BetaFunction(k - 1 / c, 1 + 1 / c) : Infinite;
        return new ClosedFormDistribution(new(0, Infinite, scale * first, c * k > 2 ? scale * scale * (k * BetaFunction(k - 2 / c, 1 + 2 / c) - first * first) : Infinite)
        {
            Cumulative = x => -FastMath.Expm1(-k * FastMath.Log1p(FastMath.Pow(x / scale, c))),
            Survival = x => FastMath.Exp(-k * FastMath.Log1p(FastMath.Pow(x / scale, c))),
            Lower = p => scale * FastMath.Pow(FastMath.Expm1(-FastMath.Log1p(-p) / k), 1 / c),
            Upper = q => scale * FastMath.Pow(FastMath.Expm1(-FastMath.Log(q) / k), 1 / c),
        });
    }

    /// <summary>Cauchy distribution: no mean, no variance.</summary>
    /// <param name="location">Median.</param>
    /// <param name="scale">Half the distance of the quartiles, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution Cauchy(double location = 0, double scale = 1)
    {
        Finite(location);
        Positive(scale);
        return new ClosedFormDistribution(new(-Infinite, Infinite, double.NaN, double.NaN)
        {
            Cumulative = x => Tail((location - x) / scale),
            Survival = x => Tail((x - location) / scale),
            Lower = p => location - scale * Cotangent(p),
            Upper = q => location + scale * Cotangent(q),
        });
        static double Tail(double z) => z > 1 ? SpecialFunctions.Atan(1 / z) / Pi : 0.5 - SpecialFunctions.Atan(z) / Pi;
        static double Cotangent(double p) => FastMath.Cos(Pi * p) / FastMath.Sin(Pi * p);
    }

    /// <summary>Laplace (double exponential) distribution.</summary>
    /// <param name="mean">Mean.</param>
    /// <param name="scale">Mean distance from it, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution Laplace(double mean = 0, double scale = 1)
    {
        Finite(mean);
        Positive(scale);
        return new ClosedFormDistribution(new(-Infinite, Infinite, mean, 2 * scale * scale)
        {
            Cumulative = x => Tail((mean - x) / scale),
            Survival = x => Tail((x - mean) / scale),
            Lower = p => mean - scale * Height(p),
            Upper = q => mean + scale * Height(q),
        });
        static double Tail(double z) => z > 0 ? FastMath.Exp(-z) / 2 : 1 - FastMath.Exp(z) / 2;
        static double Height(double p) => p <= 0.5 ? -FastMath.Log(2 * p) : FastMath.Log(2 * (1 - p));
    }

    /// <summary>Logistic distribution.</summary>
    /// <param name="mean">Mean.</param>
    /// <param name="scale">Scale, above 0; the standard deviation is 1.814 of it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution Logistic(double mean = 0, double scale = 1)
    {
        Finite(mean);
        Positive(scale);
        return new ClosedFormDistribution(new(-Infinite, Infinite, mean, scale * scale * Pi * Pi / 3)
        {
            Cumulative = x => FastMath.Sigmoid((x - mean) / scale),
            Survival = x => FastMath.Sigmoid((mean - x) / scale),
            Lower = p => mean + scale * (FastMath.Log(p) - FastMath.Log1p(-p)),
            Upper = q => mean - scale * (FastMath.Log(q) - FastMath.Log1p(-q)),
        });
    }

    /// <summary>Log-logistic (Fisk) distribution.</summary>
    /// <param name="median">Median, above 0.</param>
    /// <param name="shape">Shape, above 0: the tail exponent.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution LogLogistic(double median, double shape)
    {
        Positive(median);
        Positive(shape);
        var angle = Pi / shape;
        var first = angle / FastMath.Sin(angle);
        return new ClosedFormDistribution(new(0, Infinite, shape > 1 ? median * first : Infinite, shape > 2 ? median * median * (2 * angle / FastMath.Sin(2 * angle) - first * first) : Infinite)
        {
            Cumulative = x => FastMath.Sigmoid(shape * FastMath.Log(x / median)),
            Survival = x => FastMath.Sigmoid(-shape * FastMath.Log(x / median)),
            Lower = p => median * FastMath.Exp((FastMath.Log(p) - FastMath.Log1p(-p)) / shape),
            Upper = q => median * FastMath.Exp((FastMath.Log1p(-q) - FastMath.Log(q)) / shape),
        });
    }

    /// <summary>Gumbel distribution: the greatest of many values.</summary>
    /// <param name="location">Mode.</param>
    /// <param name="scale">Scale, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution Gumbel(double location = 0, double scale = 1)
    {
        Finite(location);
        Positive(scale);
        return new ClosedFormDistribution(new(-Infinite, Infinite, location + 0.5772156649015329 * scale, Pi * Pi / 6 * scale * scale)
        {
            Cumulative = x => FastMath.Exp(-FastMath.Exp((location - x) / scale)),
            Survival = x => -FastMath.Expm1(-FastMath.Exp((location - x) / scale)),
            Lower = p => location - scale * FastMath.Log(-FastMath.Log(p)),
            Upper = q => location - scale * FastMath.Log(-FastMath.Log1p(-q)),
        });
    }

    /// <summary>Fréchet distribution: the greatest of many heavy-tailed values.</summary>
    /// <param name="alpha">Tail exponent, above 0.</param>
    /// <param name="scale">Scale, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution Frechet(double alpha, double scale = 1)
    {
        Positive(alpha);
        Positive(scale);
        var first = alpha > 1 ? GammaFunction(1 - 1 / alpha) : Infinite;
        return new ClosedFormDistribution(new(0, Infinite, scale * first, alpha > 2 ? scale * scale * (GammaFunction(1 - 2 / alpha) - first * first) : Infinite)
        {
            Cumulative = x => FastMath.Exp(-FastMath.Pow(x / scale, -alpha)),
            Survival = x => -FastMath.Expm1(-FastMath.Pow(x / scale, -alpha)),
            Lower = p => scale * FastMath.Pow(-FastMath.Log(p), -1 / alpha),
            Upper = q => scale * FastMath.Pow(-FastMath.Log1p(-q), -1 / alpha),
        });
    }

    /// <summary>Triangular distribution.</summary>
    /// <param name="min">Least value.</param>
    /// <param name="mode">Most likely value, from <paramref name="min"/> to <paramref name="max"/>.</param>
    /// <param name="max">Greatest value.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution Triangular(double min, double mode, double max)
    {
        Above(max, Finite(min));
        Within(mode, min, max);
        var (width, left, right) = (max - min, mode - min, max - mode);
        return new ClosedFormDistribution(new(min, max, (min + mode + max) / 3, (left * left + left * right + right * right) / 18)
        {
            Cumulative = x => x <= mode ? (x - min) * (x - min) / (width * left) : (left + Past(x - mode, right)) / width,
            Survival = x => x <= mode ? (right + Past(mode - x, left)) / width : (max - x) * (max - x) / (width * right),
            Lower = p => p * width <= left ? min + Math.Sqrt(p * width * left) : mode + Distance(p * width - left, right),
            Upper = q => q * width <= right ? max - Math.Sqrt(q * width * right) : mode - Distance(q * width - right, left),
        }, byUpper: false);
        static double Past(double distance, double side) => distance * (2 - distance / side);
        static double Distance(double past, double side) => past / (1 + Math.Sqrt(Math.Max(0, 1 - past / side)));
    }

    /// <summary>Kumaraswamy distribution: shares, like beta with a quantile in closed form.</summary>
    /// <param name="a">First shape, above 0.</param>
    /// <param name="b">Second shape, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution Kumaraswamy(double a, double b)
    {
        Positive(a);
        Positive(b);
        var first = b * BetaFunction(1 + 1 / a, b);
        return new ClosedFormDistribution(new(0, 1, first, b * BetaFunction(1 + 2 / a, b) - first * first)
        {
            Cumulative = x => -FastMath.Expm1(b * FastMath.Log1p(-FastMath.Pow(x, a))),
            Survival = x => FastMath.Exp(b * FastMath.Log(-FastMath.Expm1(a * FastMath.Log(x)))),
            Lower = p => FastMath.Pow(-FastMath.Expm1(FastMath.Log1p(-p) / b), 1 / a),
            Upper = q => FastMath.Pow(-FastMath.Expm1(FastMath.Log(q) / b), 1 / a),
        }, byUpper: false);
    }

    /// <summary>Half-normal distribution: the amount of a normal of mean 0.</summary>
    /// <param name="sigma">Standard deviation of the normal, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The parameter is out of range.</exception>
    public static Distribution HalfNormal(double sigma = 1)
    {
        Positive(sigma);
        return new ClosedFormDistribution(new(0, Infinite, sigma * 0.7978845608028654, sigma * sigma * (1 - 2 / Pi))
        {
            Cumulative = x => FastMath.Erf(x / sigma * 0.7071067811865476),
            Survival = x => FastMath.Erfc(x / sigma * 0.7071067811865476),
            Lower = p => p < 1e-2 ? sigma * 1.2533141373155003 * p * NearZero(p * p * Pi) : -sigma * FastMath.NormalQuantile((1 - p) / 2),
            Upper = q => -sigma * FastMath.NormalQuantile(q / 2),
        });
        static double NearZero(double s) => 1 + s * (1.0 / 12 + s * (7.0 / 480 + s * (127.0 / 40320 + s * (4369.0 / 5806080)))); // series of the inverse error function
    }

    /// <summary>Values between the stated quantiles lie on straight lines: a distribution as a profile or a statistical office states it.</summary>
    /// <param name="probabilities">Rising, from 0 to 1.</param>
    /// <param name="values">Never falling; as many. The first is the least value, the last the greatest.</param>
    /// <exception cref="ArgumentException">The table is no quantile table.</exception>
    public static Distribution Empirical(ReadOnlySpan<double> probabilities, ReadOnlySpan<double> values) => new EmpiricalDistribution(probabilities, values);

    private static double GammaFunction(double x) => FastMath.Exp(FastMath.LogGamma(x));

    private static double BetaFunction(double a, double b) => FastMath.Exp(SpecialFunctions.LogBeta(a, b));
}
