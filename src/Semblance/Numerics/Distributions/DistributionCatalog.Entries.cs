namespace Semblance.Numerics;

// One entry a distribution. The words are the field's.
public static partial class DistributionCatalog
{
    private const double Exact = 4503599627370496; // 2^52: whole numbers up to here keep their distance of 1 under any sum made here

    private static IEnumerable<DistributionEntry> Entries() =>
    [
        One("uniform", "any number of an interval alike", false,
            By(p => Distribution.Uniform(p[0], p[1]), Any("min", "lower end", 0), Any("max", "upper end, above min", 1))),
        One("integer-uniform", "any whole number of a range alike", true,
            By(p => Distribution.IntegerUniform((long)p[0], (long)p[1]), Whole("min", "least value", -Exact, Exact), Whole("max", "greatest value, itself possible", -Exact, Exact))),
        One("normal", "sums of many small effects: measurement errors, body heights", false,
            By(p => Distribution.Normal(p[0], p[1]), Any("mean", "mean", 0), Positive("sd", "standard deviation", 1))),
        One("lognormal", "products of many effects: incomes, prices, durations, sizes", false,
            By(p => Distribution.Lognormal(p[0], p[1]), Any("mu", "mean of the logarithm", 0), Positive("sigma", "standard deviation of the logarithm", 1)),
            By(p => Distribution.Lognormal(FastMath.Log(p[0]), p[1]), Positive("median", "median"), Positive("sigma", "standard deviation of the logarithm", 1)),
            By(p => LognormalOfMean(p[0], p[1]), Positive("mean", "mean"), Positive("sd", "standard deviation"))),
        One("exponential", "time to the next event at a steady rate", false,
            By(p => Distribution.Exponential(p[0]), Positive("mean", "mean", 1)),
            By(p => Distribution.Exponential(1 / p[0]), Positive("rate", "events per unit, 1 / mean"))),
        One("poisson", "number of independent events", true,
            By(p => Distribution.Poisson(p[0]), new DistributionParameter("mean", "mean number", 0, 1e9, true, false, 1))),
        .. Bounded(), .. HeavyTails(), .. Counts(),
    ];

    private static IEnumerable<DistributionEntry> Bounded() =>
    [
        One("beta", "shares and probabilities", false,
            By(p => Distribution.Beta(p[0], p[1]), Shape("alpha", "first shape"), Shape("beta", "second shape")),
            By(p => Distribution.Beta(p[0] * p[1], (1 - p[0]) * p[1]), Share("mean", "mean"), Positive("concentration", "sum of the shapes"))),
        One("kumaraswamy", "shares, cheaper than beta", false, By(p => Distribution.Kumaraswamy(p[0], p[1]), Positive("a", "first shape"), Positive("b", "second shape"))),
        One("triangular", "a guess by least, most likely and greatest value", false, By(p => Distribution.Triangular(p[0], p[1], p[2]), Any("min", "least value"), Any("mode", "most likely value"), Any("max", "greatest value"))),
        One("pert", "the same guess, smoother", false,
            By(p => Distribution.Pert(p[0], p[1], p[2], p[3]), Any("min", "least value"), Any("mode", "most likely value"), Any("max", "greatest value"), Positive("lambda", "weight of the mode", 4))),
        One("von-mises", "angles and times of day, in radians", false,
            By(p => Distribution.VonMises(p[0], p[1]), Any("mu", "mean direction", 0), new DistributionParameter("kappa", "concentration", 0, 10_000, true, false, null))),
        One("half-normal", "amounts of errors", false, By(p => Distribution.HalfNormal(p[0]), Positive("sigma", "standard deviation of the normal", 1))),
        One("skew-normal", "lopsided bells", false,
            By(p => Distribution.SkewNormal(p[0], p[1], p[2]), Any("location", "location", 0), Positive("scale", "scale", 1), new DistributionParameter("shape", "skewness", -100, 100, false, false, 0))),
        One("laplace", "differences with a sharp peak", false, By(p => Distribution.Laplace(p[0], p[1]), Any("mean", "mean", 0), Positive("scale", "mean distance from it", 1))),
        One("logistic", "a bell with longer tails; growth", false, By(p => Distribution.Logistic(p[0], p[1]), Any("mean", "mean", 0), Positive("scale", "scale", 1))),
        One("gumbel", "the greatest of many: floods, records", false, By(p => Distribution.Gumbel(p[0], p[1]), Any("location", "mode", 0), Positive("scale", "scale", 1))),
    ];

    private static IEnumerable<DistributionEntry> HeavyTails() =>
    [
        One("gamma", "amounts and waiting times: rain, claims, service", false,
            By(p => Distribution.Gamma(p[0], p[1]), Shape("shape", "shape"), Positive("scale", "scale", 1)),
            By(p => Distribution.Gamma(p[0], 1 / p[1]), Shape("shape", "shape"), Positive("rate", "1 / scale")),
            By(p => Distribution.Gamma(p[0] / p[1] * (p[0] / p[1]), p[1] / p[0] * p[1]), Positive("mean", "mean"), Positive("sd", "standard deviation"))),
        One("chi-squared", "sums of squared normals", false, By(p => Distribution.ChiSquared(p[0]), Shape("df", "degrees of freedom"))),
        One("weibull", "lifetimes, wind speeds", false, By(p => Distribution.Weibull(p[0], p[1]), Positive("shape", "shape; hazard falls below 1 and rises above"), Positive("scale", "scale: 63.2 % lie below", 1))),
        One("rayleigh", "distances from a target", false, By(p => Distribution.Rayleigh(p[0]), Positive("sigma", "standard deviation of each coordinate", 1))),
        One("inverse-gaussian", "times to reach a mark", false, By(p => Distribution.InverseGaussian(p[0], p[1]), Positive("mean", "mean"), Positive("shape", "shape, at most 300 means; variance is mean^3 / shape"))),
        One("inverse-gamma", "variances", false, By(p => Distribution.InverseGamma(p[0], p[1]), Shape("shape", "shape, the tail exponent"), Positive("scale", "scale", 1))),
        One("f", "ratios of mean squares", false, By(p => Distribution.F(p[0], p[1]), Shape("df1", "degrees of freedom above"), Shape("df2", "degrees of freedom below"))),
        One("student-t", "normal with heavy tails: returns", false, By(p => Distribution.StudentT(p[0], p[1], p[2]), Shape("df", "degrees of freedom, the tail exponent"), Any("location", "median", 0), Positive("scale", "scale", 1))),
        One("cauchy", "tails so heavy that there is no mean", false, By(p => Distribution.Cauchy(p[0], p[1]), Any("location", "median", 0), Positive("scale", "half the distance of the quartiles", 1))),
        One("pareto", "sizes of which few hold most: wealth, cities, files", false, By(p => Distribution.Pareto(p[0], p[1]), Positive("alpha", "tail exponent"), Positive("minimum", "least value", 1))),
        One("generalized-pareto", "what exceeds a high threshold", false,
            By(p => Distribution.GeneralizedPareto(p[0], p[1], p[2]), Any("shape", "tail index"), Positive("scale", "scale", 1), Any("location", "threshold", 0))),
        One("lomax", "a Pareto tail that begins at 0", false, By(p => Distribution.Lomax(p[0], p[1]), Positive("alpha", "tail exponent"), Positive("scale", "scale", 1))),
        One("burr", "incomes (Burr XII, Singh-Maddala)", false, By(p => Distribution.Burr(p[0], p[1], p[2]), Positive("c", "first shape"), Positive("k", "second shape"), Positive("scale", "scale", 1))),
        One("log-logistic", "durations and incomes (Fisk)", false, By(p => Distribution.LogLogistic(p[0], p[1]), Positive("median", "median"), Positive("shape", "tail exponent"))),
        One("frechet", "the greatest of many heavy-tailed values", false, By(p => Distribution.Frechet(p[0], p[1]), Positive("alpha", "tail exponent"), Positive("scale", "scale", 1))),
    ];

    private static IEnumerable<DistributionEntry> Counts() =>
    [
        One("bernoulli", "yes (1) or no (0)", true, By(p => Distribution.Bernoulli(p[0]), new DistributionParameter("p", "probability of 1", 0, 1, false, false, null))),
        One("binomial", "successes in n trials", true, By(p => Distribution.Binomial((long)p[0], p[1]), Whole("n", "trials", 1, 1e9), Share("p", "probability of a success"))),
        One("beta-binomial", "successes in groups that differ", true,
            By(p => Distribution.BetaBinomial((long)p[0], p[1], p[2]), Whole("n", "trials", 1, 1e6), Shape("alpha", "first shape of the probability"), Shape("beta", "second shape of the probability"))),
        One("geometric", "failures before the first success", true, By(p => Distribution.Geometric(p[0]), Share("p", "probability of a success"))),
        One("negative-binomial", "counts that scatter more than Poisson: visits, claims", true,
            By(p => Distribution.NegativeBinomial(p[0], p[1]), Shape("r", "successes to reach"), Share("p", "probability of a success")),
            By(p => Distribution.NegativeBinomial(p[1], p[1] / (p[1] + p[0])), Positive("mean", "mean"), Shape("dispersion", "size r; the variance is mean + mean^2 / r"))),
        One("hypergeometric", "marked ones in a sample without putting back", true,
            By(p => Distribution.Hypergeometric((long)p[0], (long)p[1], (long)p[2]), Whole("population", "all things", 1, 1e9), Whole("successes", "marked ones", 0, 1e9), Whole("draws", "things drawn", 0, 1e9))),
        One("log-series", "individuals of a species", true, By(p => Distribution.LogSeries(p[0]), new DistributionParameter("p", "ratio of the series", 0, 0.9999, true, false, null))),
        One("zipf", "ranks of popularity: products, words, sites", true,
            By(p => Distribution.Zipf(p[0], (long)p[1]), new DistributionParameter("s", "exponent", 0, 10, false, false, 1), Whole("n", "greatest rank", 1, 1e12))),
        One("zero-inflated-poisson", "counts with more zeros than Poisson", true,
            By(p => Distribution.Poisson(p[1]).ZeroInflated(p[0]), new DistributionParameter("zeros", "probability of an extra zero", 0, 1, true, false, null), new DistributionParameter("mean", "mean of the others", 0, 1e9, true, false, null))),
        One("zero-inflated-negative-binomial", "scattered counts with more zeros", true,
            By(p => Distribution.NegativeBinomial(p[2], p[2] / (p[2] + p[1])).ZeroInflated(p[0]), new DistributionParameter("zeros", "probability of an extra zero", 0, 1, true, false, null),
                Positive("mean", "mean of the others"), Shape("dispersion", "size r of the others"))),
    ];

    private static DistributionParameter Shape(string name, string meaning) => new(name, meaning, 0, 1e8, true, false, null);

    private static DistributionParameter Share(string name, string meaning) => new(name, meaning, 0, 1, true, false, null);

    private static Distribution LognormalOfMean(double mean, double sd)
    {
        var variance = FastMath.Log1p(sd / mean * (sd / mean));
        return Distribution.Lognormal(FastMath.Log(mean) - variance / 2, Math.Sqrt(variance));
    }
}
