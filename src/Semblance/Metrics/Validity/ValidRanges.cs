namespace Semblance.Metrics;

/// <summary>
/// Mean over columns of the share of present cells that hold a value the real data allow: a number or date between their least and greatest, a category they have.
/// Texts and identifiers are left out.
/// </summary>
internal sealed class ValidRanges : TableMetric
{
    public override string Name => "validity.ranges";
    public override string Title => "Ranges kept";
    public override string What => "Whether numbers stay inside the range of the real data and categories are ones that occur there.";

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        var columns = data.Features.Where(f => f.IsComparable && f.Kind != ColumnKind.Text && f.MissingShare(Side.Real) < 1).ToArray();
        if (columns.Length == 0) return Finding.None("no column has a range");
        return new Finding(new Score(columns.Average(f => Share(f, Side.Synthetic)), null, data.HasHoldout ? columns.Average(f => Share(f, Side.Holdout)) : null));
    }

    private static double Share(Feature feature, Side side)
    {
        long good = 0, all = 0;
        if (feature.IsNumber)
        {
            double low = double.PositiveInfinity, high = double.NegativeInfinity;
            foreach (var value in feature.Numbers[0])
                if (!double.IsNaN(value)) (low, high) = (Math.Min(low, value), Math.Max(high, value));
            foreach (var value in feature.Numbers[(int)side])
            {
                if (double.IsNaN(value)) continue;
                all++;
                if (value >= low && value <= high) good++;
            }
        }
        else
        {
            foreach (var code in feature.Codes[(int)side])
            {
                if (code < 0) continue;
                all++;
                if (code < feature.RealLevels) good++;
            }
        }
        return all == 0 ? 1 : (double)good / all;
    }
}
