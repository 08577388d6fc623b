namespace Semblance.Metrics;

/// <summary>
/// Coverage of tails: the mean, over both ends of every number and date, of the share of synthetic rows beyond the real 1 % and 99 % quantiles over that of real rows, at most 1. Where values repeat so much that fewer than five real rows
/// lie beyond, that end is left out. What a generation loses first when models learn from models (Shumailov et al. 2024).
/// </summary>
internal sealed class Tails : TableMetric
{
    private const double End = 0.01;

    public override string Name => "diversity.tails";
    public override string Title => "Tails of numbers";
    public override string What => "How much of the outermost values of numbers there is: 1 when as many rows lie far out as in the real data, 0 when none does.";

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        var shortfall = new Shortfall();
        foreach (var feature in data.Features)
        {
            if (feature.Type != FeatureType.Number || feature.Kind == ColumnKind.Text) continue;
            var sorted = feature.Sorted(Side.Real);
            if (sorted.Length < 100) continue;
            double low = sorted[(int)(End * (sorted.Length - 1))], high = sorted[(int)Math.Ceiling((1 - End) * (sorted.Length - 1))];
            Add(feature, value => value < low);
            Add(feature, value => value > high);
        }
        return shortfall.Count == 0 ? Finding.None("no number has tails: there are none, or their ends repeat too much") : new Finding(shortfall.Score(data));

        void Add(Feature feature, Predicate<double> beyond)
        {
            var real = Count(Side.Real);
            if (real >= ColumnBins.LeastRows)
                shortfall.Add((double)real / data.Rows(Side.Real), (double)Count(Side.Synthetic) / data.Rows(Side.Synthetic), data.HasHoldout ? (double)Count(Side.Holdout) / data.Rows(Side.Holdout) : 0);

            int Count(Side side)
            {
                var count = 0;
                foreach (var value in feature.Numbers[(int)side])
                    if (beyond(value)) count++;
                return count;
            }
        }
    }
}
