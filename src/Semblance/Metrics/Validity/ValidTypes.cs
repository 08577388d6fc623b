using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// Mean over columns of the share of cells that have the real column's type: they can be read as its kind, whole numbers where it has whole numbers, and no more
/// decimals than it has. Gaps are not judged here.
/// </summary>
internal sealed class ValidTypes : TableMetric
{
    private const int MostDecimals = 9; // beyond, a double does not hold decimals exactly enough to count them

    public override string Name => "validity.types";
    public override string Title => "Types kept";
    public override string What => "Whether cells are written as in the real data: whole numbers stay whole, dates stay dates, no extra decimals.";

    public override Finding Examine(Comparison data, Run run, CancellationToken ct) =>
        new(new Score(Of(data, Side.Synthetic, run, ct), null, data.HasHoldout ? Of(data, Side.Holdout, run, ct) : null));

    private static double Of(Comparison data, Side side, Run run, CancellationToken ct)
    {
        var shares = new double[data.Features.Length];
        Blocks.For(shares.Length, run, ct, i => shares[i] = Share(data, i, side));
        return shares.Average();
    }

    private static double Share(Comparison data, int column, Side side)
    {
        var feature = data.Features[column];
        if (!feature.IsNumber || feature.Kind == ColumnKind.Text) return 1;
        var schema = data.Full(Side.Real)!.Columns[column].Schema;
        var factor = 1.0;
        for (var d = 0; d < schema.Number.MaxDecimals; d++) factor *= 10;
        // A decimal column that states no decimals tells nothing about them.
        var judged = feature.Kind == ColumnKind.Integer || feature.Kind == ColumnKind.Decimal && schema.Number.MaxDecimals is > 0 and <= MostDecimals;
        long good = 0, bad = feature.Unreadable[(int)side];
        foreach (var value in feature.Numbers[(int)side])
        {
            if (double.IsNaN(value)) continue;
            var scaled = value * factor;
            if (!judged || Math.Abs(scaled - Math.Round(scaled)) <= 1e-6 * Math.Max(1, Math.Abs(scaled) * 1e-6)) good++;
            else bad++;
        }
        return good + bad == 0 ? 1 : (double)good / (good + bad);
    }
}
