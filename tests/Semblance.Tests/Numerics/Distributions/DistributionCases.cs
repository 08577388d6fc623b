using Semblance.Numerics;

namespace Semblance.Tests.Numerics;

/// <summary>Distributions with the parameters they are tested at: every entry of the catalogue at least once.</summary>
internal static class DistributionCases
{
    public static readonly SortedDictionary<string, Distribution> All = new(StringComparer.Ordinal);

    static DistributionCases()
    {
        Add("uniform min=-3 max=5", "uniform min=1e9 max=1000000001", "integer-uniform min=-3 max=12", "integer-uniform min=0 max=1000000000000");
        Add("normal mean=42 sd=15", "lognormal mu=1 sigma=0.5", "lognormal median=30000 sigma=0.7", "lognormal mean=10 sd=20");
        Add("exponential mean=3", "exponential rate=4", "poisson mean=0.3", "poisson mean=7", "poisson mean=123456");
        Add("beta alpha=2 beta=5", "beta alpha=0.4 beta=0.6", "beta mean=0.1 concentration=300", "kumaraswamy a=2 b=3", "kumaraswamy a=0.5 b=0.7", "triangular min=1 mode=2 max=6", "triangular min=0 mode=0 max=1");
        Add("pert min=1 mode=2 max=9", "von-mises mu=1 kappa=4", "von-mises mu=0 kappa=0.01", "von-mises mu=0 kappa=500", "half-normal sigma=2", "skew-normal location=1 scale=2 shape=4", "skew-normal shape=-0.5");
        Add("laplace mean=1 scale=2", "logistic mean=1 scale=2", "gumbel location=1 scale=2", "gamma shape=2.5 scale=3", "gamma shape=0.4 rate=2", "gamma mean=500 sd=20", "gamma shape=1");
        Add("chi-squared df=7", "weibull shape=0.7 scale=2", "weibull shape=3", "rayleigh sigma=2", "inverse-gaussian mean=2 shape=3", "inverse-gaussian mean=1 shape=50", "inverse-gamma shape=3.5 scale=2");
        Add("f df1=5 df2=12", "student-t df=4.5 location=1 scale=2", "student-t df=1", "student-t df=200", "cauchy location=1 scale=2", "pareto alpha=3.5 minimum=2", "pareto alpha=0.9");
        Add("generalized-pareto shape=0.2 scale=2 location=1", "generalized-pareto shape=-0.5 scale=2", "generalized-pareto shape=0", "lomax alpha=3.2 scale=2", "burr c=3 k=2 scale=4", "log-logistic median=2 shape=5", "frechet alpha=4 scale=2");
        Add("bernoulli p=0.3", "binomial n=20 p=0.3", "binomial n=1000000 p=0.01", "beta-binomial n=30 alpha=2 beta=3", "beta-binomial n=30 alpha=0.4 beta=0.5", "geometric p=0.2", "geometric p=0.001", "negative-binomial r=3.5 p=0.2");
        Add("negative-binomial mean=10 dispersion=0.5", "hypergeometric population=100 successes=30 draws=20", "hypergeometric population=20 successes=15 draws=12", "log-series p=0.7", "log-series p=0.999");
        Add("zipf s=1.2 n=1000", "zipf s=1 n=1000000", "zipf s=0.5 n=100000", "zipf s=3 n=1000000000", "zero-inflated-poisson zeros=0.3 mean=2", "zero-inflated-negative-binomial zeros=0.2 mean=5 dispersion=2");
        All.Add("*normal to [-1, 2]", Distribution.Normal().Truncated(-1, 2));
        All.Add("*normal far out", Distribution.Normal().Truncated(8));
        All.Add("*normal far below", Distribution.Normal(10, 2).Truncated(max: -6));
        All.Add("*gamma to [1, 9]", Distribution.Gamma(2.5, 3).Truncated(1, 9));
        All.Add("*gamma tail", Distribution.Gamma(2.5, 3).Truncated(40));
        All.Add("*poisson to [2, 9]", Distribution.Poisson(4).Truncated(1.5, 9));
        All.Add("*poisson tail", Distribution.Poisson(4).Truncated(30));
        All.Add("*mixture", Distribution.Mixture([0.3, 0.5, 1.2], [Distribution.Normal(), Distribution.Normal(5, 0.5), Distribution.Gamma(3)]));
        All.Add("*mixture of counts", Distribution.Mixture([1, 3], [Distribution.Poisson(2), Distribution.Binomial(40, 0.5)]));
        All.Add("*empirical", Distribution.Empirical([0, 0.1, 0.5, 0.9, 1], [-5, 0, 1, 10, 100]));
    }

    public static Distribution Make(string text)
    {
        var words = text.Split(' ');
        return DistributionCatalog.Make(words[0], words.Skip(1).Select(w => w.Split('=')).ToDictionary(w => w[0], w => double.Parse(w[1])));
    }

    private static void Add(params string[] cases)
    {
        foreach (var text in cases) All.Add(text, Make(text));
    }
}
