namespace Semblance.Metrics;

/// <summary>
/// Coverage of rare categories: the mean, over levels that fewer than one in fifty real rows have (and five rows or more, for rarer ones are protected on purpose), of their share among synthetic rows over their share among real ones,
/// at most 1. Alaa, van Breugel, Saveliev and van der Schaar (2022) show why what is seldom is lost first.
/// </summary>
internal sealed class RareValues : TableMetric
{
    private const double Rare = 0.02;

    public override string Name => "diversity.rare-values";
    public override string Title => "Rare values";
    public override string What => "How much of the rare values of categories there is: 1 when each occurs as often as in the real data, 0 when none does.";

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        var shortfall = new Shortfall();
        foreach (var feature in data.Features)
        {
            if (feature.Type != FeatureType.Category) continue;
            int[] real = feature.Counts(Side.Real), made = feature.Counts(Side.Synthetic), held = feature.Counts(Side.Holdout);
            for (var level = 0; level < feature.RealLevels; level++)
                if (real[level] >= ColumnBins.LeastRows && real[level] < Rare * data.Rows(Side.Real))
                    shortfall.Add((double)real[level] / data.Rows(Side.Real), (double)made[level] / data.Rows(Side.Synthetic), data.HasHoldout ? (double)held[level] / data.Rows(Side.Holdout) : 0);
        }
        return shortfall.Count == 0 ? Finding.None("no category has values that five rows or more have, and fewer than one in fifty") : new Finding(shortfall.Score(data));
    }
}
