namespace Semblance.Numerics;

// Distributions whose quantile is a search; drawn from gammas and normals.
public abstract partial class Distribution
{
    /// <summary>Gamma distribution: waiting times for several events, amounts of rain, claims.</summary>
    /// <param name="shape">Shape, above 0 and at most 1e8.</param>
    /// <param name="scale">Scale, the inverse of the rate; above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution Gamma(double shape, double scale = 1) => new GammaDistribution(Shape(shape), Positive(scale));

    /// <summary>Chi-squared distribution: sum of squares of standard normals.</summary>
    /// <param name="df">Degrees of freedom, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The parameter is out of range.</exception>
    public static Distribution ChiSquared(double df) => new GammaDistribution(Shape(df) / 2, 2);

    /// <summary>Inverse gamma distribution: one over a gamma.</summary>
    /// <param name="shape">Shape, above 0; the tail exponent.</param>
    /// <param name="scale">Scale, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution InverseGamma(double shape, double scale = 1)
    {
        Shape(shape);
        Positive(scale);
        var mean = shape > 1 ? scale / (shape - 1) : Infinite;
        return new SampledDistribution(new(0, Infinite, mean, shape > 2 ? mean * mean / (shape - 2) : Infinite)
        {
            Cumulative = x => SpecialFunctions.IncompleteGamma(shape, scale / x).Q,
            Survival = x => SpecialFunctions.IncompleteGamma(shape, scale / x).P,
            Lower = p => scale / SpecialFunctions.InverseIncompleteGamma(shape, p, upper: true),
            Upper = q => scale / SpecialFunctions.InverseIncompleteGamma(shape, q),
        }, (ref r) => scale / GammaDistribution.Standard(shape, ref r));
    }

    /// <summary>Beta distribution: shares and probabilities.</summary>
    /// <param name="alpha">First shape, above 0.</param>
    /// <param name="beta">Second shape, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution Beta(double alpha, double beta)
    {
        Shape(alpha);
        Shape(beta);
        var sum = alpha + beta;
        return new SampledDistribution(new(0, 1, alpha / sum, alpha / sum * (beta / sum) / (sum + 1))
        {
            Cumulative = x => SpecialFunctions.IncompleteBeta(alpha, beta, x, 1 - x).Lower,
            Survival = x => SpecialFunctions.IncompleteBeta(alpha, beta, x, 1 - x).Upper,
            Lower = p => SpecialFunctions.InverseIncompleteBeta(alpha, beta, p).X,
            Upper = q => SpecialFunctions.InverseIncompleteBeta(alpha, beta, q, upper: true).X,
        }, (ref r) =>
        {
            if (Math.Min(alpha, beta) < 0.5) return FastMath.Sigmoid(GammaDistribution.LogStandard(alpha, ref r) - GammaDistribution.LogStandard(beta, ref r));
            var a = GammaDistribution.Standard(alpha, ref r);
            return a / (a + GammaDistribution.Standard(beta, ref r));
        });
    }

    /// <summary>PERT distribution: a beta from an expert's least, most likely and greatest value.</summary>
    /// <param name="min">Least value.</param>
    /// <param name="mode">Most likely value.</param>
    /// <param name="max">Greatest value.</param>
    /// <param name="lambda">Weight of the mode, above 0; 4 is customary.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution Pert(double min, double mode, double max, double lambda = 4)
    {
        Above(max, Finite(min));
        Within(mode, min, max);
        Positive(lambda);
        var width = max - min;
        return new AffineDistribution(Beta(1 + lambda * (mode - min) / width, 1 + lambda * (max - mode) / width), min, width);
    }

    /// <summary>Student's t distribution, moved and stretched.</summary>
    /// <param name="df">Degrees of freedom, above 0: the tail exponent.</param>
    /// <param name="location">Median.</param>
    /// <param name="scale">Scale, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution StudentT(double df, double location = 0, double scale = 1)
    {
        Shape(df);
        Finite(location);
        Positive(scale);
        var variance = df > 2 ? scale * scale * df / (df - 2) : df > 1 ? Infinite : double.NaN;
        return new SampledDistribution(new(-Infinite, Infinite, df > 1 ? location : double.NaN, variance)
        {
            Cumulative = x => Tail((location - x) / scale),
            Survival = x => Tail((x - location) / scale),
            Lower = p => location - scale * Height(p),
            Upper = q => location + scale * Height(q),
        }, (ref r) =>
        {
            var z = r.NextNormal();
            return location + scale * z / Math.Sqrt(GammaDistribution.Standard(df / 2, ref r) * 2 / df);
        });
        double Tail(double t)
        {
            var square = t * t;
            var far = square > df ? df / square / (1 + df / square) : df / (df + square);
            var half = SpecialFunctions.IncompleteBeta(df / 2, 0.5, far, square > df ? 1 / (1 + df / square) : square / (df + square)).Lower / 2;
            return t > 0 ? half : 1 - half;
        }
        double Height(double p)
        {
            if (p == 0.5) return 0;
            if (p > 0.25 && p < 0.75)
            {
                // Near the median the other side of the beta keeps the digits of what is left of 1/2.
                var (small, rest) = SpecialFunctions.InverseIncompleteBeta(0.5, df / 2, Math.Abs(1 - 2 * p));
                return Math.Sqrt(df * small / rest) * (p < 0.5 ? 1 : -1);
            }
            var (x, y) = SpecialFunctions.InverseIncompleteBeta(df / 2, 0.5, 2 * Math.Min(p, 1 - p));
            return Math.Sqrt(df) * Math.Sqrt(y / x) * (p < 0.5 ? 1 : -1);
        }
    }

    /// <summary>F distribution: ratio of two mean squares.</summary>
    /// <param name="df1">Degrees of freedom above, above 0.</param>
    /// <param name="df2">Degrees of freedom below, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution F(double df1, double df2)
    {
        Shape(df1);
        Shape(df2);
        var mean = df2 > 2 ? df2 / (df2 - 2) : Infinite;
        return new SampledDistribution(new(0, Infinite, mean, df2 > 4 ? 2 * mean * mean * (df1 + df2 - 2) / (df1 * (df2 - 4)) : Infinite)
        {
            Cumulative = x => At(x).Lower,
            Survival = x => At(x).Upper,
            Lower = p => Ratio(SpecialFunctions.InverseIncompleteBeta(df1 / 2, df2 / 2, p)),
            Upper = q => Ratio(SpecialFunctions.InverseIncompleteBeta(df1 / 2, df2 / 2, q, upper: true)),
        }, (ref r) => GammaDistribution.Standard(df1 / 2, ref r) / df1 / (GammaDistribution.Standard(df2 / 2, ref r) / df2));
        (double Lower, double Upper) At(double x) => SpecialFunctions.IncompleteBeta(df1 / 2, df2 / 2, 1 / (1 + df2 / (df1 * x)), 1 / (1 + df1 * x / df2));
        double Ratio((double X, double Y) pair) => df2 / df1 * (pair.X / pair.Y);
    }

    /// <summary>Inverse Gaussian (Wald) distribution: time a drifting random walk needs to a mark.</summary>
    /// <param name="mean">Mean, above 0.</param>
    /// <param name="shape">Shape, above 0; the variance is mean³ / shape.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution InverseGaussian(double mean, double shape)
    {
        Positive(mean);
        Within(shape, 0, 300 * mean, open: true);
        return new SampledDistribution(new(0, Infinite, mean, mean * mean * mean / shape)
        {
            Cumulative = x => Below(x) + Reflected(x),
            Survival = x => FastMath.NormalCdf(-Depth(x)) - Reflected(x),
            Lower = p => FastMath.Exp(Root.Find(p, FastMath.Log(mean) - mean / shape, true, t => (Below(FastMath.Exp(t)) + Reflected(FastMath.Exp(t)), Slope(FastMath.Exp(t))))),
            Upper = q => FastMath.Exp(Root.Find(q, FastMath.Log(mean), false, t => (FastMath.NormalCdf(-Depth(FastMath.Exp(t))) - Reflected(FastMath.Exp(t)), Slope(FastMath.Exp(t))))),
        }, (ref r) =>
        {
            // Michael, Schucany and Haas 1976: the smaller root, or the other with its probability.
            var z = r.NextNormal();
            var y = mean * z * z / (2 * shape);
            var x = mean / (1 + y + Math.Sqrt(y * (2 + y)));
            return r.NextUnit() * (mean + x) <= mean ? x : mean * mean / x;
        });
        double Depth(double x) => Math.Sqrt(shape / x) * (x / mean - 1);
        double Below(double x) => FastMath.NormalCdf(Depth(x));
        double Reflected(double x) => FastMath.Exp(2 * shape / mean) * FastMath.NormalCdf(-Math.Sqrt(shape / x) * (x / mean + 1));
        double Slope(double x) => x > 0 ? Math.Sqrt(shape / x) * FastMath.NormalDensity(Depth(x)) : 0;
    }

    /// <summary>Skew normal distribution (Azzalini 1985).</summary>
    /// <param name="location">Location.</param>
    /// <param name="scale">Scale, above 0.</param>
    /// <param name="shape">Skewness of the shape, -100 to 100; 0 is normal.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution SkewNormal(double location = 0, double scale = 1, double shape = 0)
    {
        Finite(location);
        Positive(scale);
        Within(shape, -100, 100);
        var delta = shape / Math.Sqrt(1 + shape * shape);
        var rest = 1 / Math.Sqrt(1 + shape * shape);
        var mean = delta * 0.7978845608028654;
        var law = Quadrature.Law(-Infinite, Infinite, mean, 1 - mean * mean, 0.5 / Math.Sqrt(1 + shape * shape), z => 2 * FastMath.NormalDensity(z) * FastMath.NormalCdf(shape * z));
        return new AffineDistribution(new SampledDistribution(law, (ref r) =>
        {
            var z = r.NextNormal();
            return delta * Math.Abs(z) + rest * r.NextNormal();
        }), location, scale);
    }

    /// <summary>Von Mises distribution: angles, in radians, written as numbers from half a turn below the mean direction to half a turn above it.</summary>
    /// <param name="mu">Mean direction in radians.</param>
    /// <param name="kappa">Concentration, above 0 and at most 10,000; about one over the variance.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Distribution VonMises(double mu, double kappa)
    {
        Finite(mu);
        Within(kappa, 0, 10_000, open: true);
        var law = Quadrature.Law(-Pi, Pi, 0, double.NaN, Math.Min(0.5, 1 / Math.Sqrt(kappa)), x => FastMath.Exp(kappa * (FastMath.Cos(x) - 1)));
        var t = 1 + Math.Sqrt(1 + 4 * kappa * kappa);
        var rho = (t - Math.Sqrt(2 * t)) / (2 * kappa);
        var s = kappa < 1e-5 ? 1 / kappa + kappa : (1 + rho * rho) / (2 * rho);
        return new AffineDistribution(new SampledDistribution(law, (ref r) =>
        {
            while (true)
            {
                // Best and Fisher 1979: a wrapped Cauchy above it.
                var z = FastMath.Cos(Pi * r.NextUnit());
                var f = (1 + s * z) / (s + z);
                var c = kappa * (s - f);
                var u = Math.Max(r.NextUnit(), 1e-17);
                var side = (r.NextWord() & 1) == 0;
                if (c * (2 - c) <= u && FastMath.Log(c / u) + 1 - c < 0) continue;
                var angle = 2 * SpecialFunctions.Atan(Math.Sqrt(Math.Max(0, (1 - f) / (1 + f))));
                return side ? angle : -angle;
            }
        }), mu, 1);
    }

    private static double Shape(double value, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(value))] string? name = null) => Within(value, 0, 1e8, open: true, name: name);
}
