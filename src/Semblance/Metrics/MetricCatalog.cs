using System.Collections.Immutable;
using Semblance.Data;

namespace Semblance.Metrics;

/// <summary>The metrics of tables, in the order of a scorecard. One line each.</summary>
public sealed class MetricCatalog
{
    private MetricCatalog(ImmutableArray<IMetric<Table>> metrics) => Metrics = metrics;

    /// <summary>Every metric that comes with Semblance.</summary>
    public static MetricCatalog Default { get; } = new(
    [
        new Shape(),
        new Trend(),
        new RelatedTrend(),
        new Marginals(1),
        new Marginals(2),
        new Marginals(3),
        new Missingness(),
        new Subgroups(),
        new C2st(Side.Holdout),
        new C2st(Side.Real),
        new LogisticC2st(),
        new TextC2st(),
        new Tstr(),
        new TextUtility(),
        new GlobalUtility(),
        new Augmentation(),
        new ImportanceAgreement(),
        new RankingAgreement(),
        new Representation(),
        new DemographicParity(),
        new DisparateImpact(),
        new EqualOpportunity(),
        new EqualisedOdds(),
        new AlphaPrecision(),
        new BetaRecall(),
        new RareValues(),
        new Tails(),
        new DistinctRows(),
        new DistinctPairs(),
        new ValidTypes(),
        new ValidRanges(),
        new ValidKeys(),
        new ValidDependencies(),
        new ExactCopies(),
        new CopiedRuns(),
        new DcrShare(),
        new DcrShareSubsets(),
        new Nndr(),
        new SinglingOut(),
        new Linkability(),
        new AttributeInference(),
        new Membership(),
        new KMap(),
        new Replay(),
        new Canaries(),
        new ShadowMembership(),
    ]);

    /// <summary>The metrics, in order.</summary>
    public ImmutableArray<IMetric<Table>> Metrics { get; }

    /// <summary>Whether a metric has no value unless it is given a model to fit anew.</summary>
    internal bool NeedsModel(string name) => Metrics.FirstOrDefault(m => m.Name == name) is TableMetric { NeedsModel: true };

    /// <summary>This catalogue with one more metric at its end.</summary>
    public MetricCatalog With(IMetric<Table> metric) => new(Metrics.Add(metric));

    /// <summary>Only the metrics of these names, in catalogue order.</summary>
    /// <exception cref="RecipeException">No such metric (SB2050).</exception>
    public MetricCatalog Only(params ReadOnlySpan<string> names)
    {
        var wanted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names) wanted.Add(Require(name).Name);
        return new([.. Metrics.Where(m => wanted.Contains(m.Name))]);
    }

    /// <summary>A metric by name.</summary>
    /// <exception cref="RecipeException">No such metric (SB2050); the message names the nearest.</exception>
    public IMetric<Table> Require(string name) => Metrics.FirstOrDefault(m => m.Name == name) ?? throw new RecipeException("SB2050",
        $"there is no metric `{name}`" + (Nearest.Of(name, Metrics.Select(m => m.Name)) is { } near ? $"; did you mean `{near}`?" : $"; there are {string.Join(", ", Metrics.Select(m => m.Name))}"));
}
