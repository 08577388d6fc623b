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
    ];

    private static Distribution LognormalOfMean(double mean, double sd)
    {
        var variance = FastMath.Log1p(sd / mean * (sd / mean));
        return Distribution.Lognormal(FastMath.Log(mean) - variance / 2, Math.Sqrt(variance));
    }
}
