using System.Runtime.InteropServices;
using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// Mean over columns of 1 - KS statistic (numbers, dates, lengths of texts) or 1 - total variation distance (categories), cells without a value left out.
/// Identifiers are left out. The KSComplement and TVComplement of SDMetrics.
/// </summary>
internal sealed class Shape : TableMetric
{
    public override string Name => "fidelity.shape";
    public override string Title => "Column shapes";
    public override string What => "How closely each column on its own has the same spread of values as in the real data.";

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        var columns = new ColumnDetail[data.Features.Length];
        Blocks.For(columns.Length, run, ct, i => columns[i] = Detail(data, data.Features[i]));

        double sum = 0, ceiling = 0;
        var scored = 0;
        foreach (var column in columns)
        {
            if (column.Shape is not { } shape) continue;
            sum += shape;
            ceiling += column.ShapeCeiling ?? 0;
            scored++;
        }
        var score = scored == 0 ? Score.None("no column has values that can be compared")
            : new Score(sum / scored, Ceiling: data.HasHoldout ? ceiling / scored : null);
        return new Finding(score) { Columns = ImmutableCollectionsMarshal.AsImmutableArray(columns) };
    }

    private static ColumnDetail Detail(Comparison data, Feature feature)
    {
        var shape = feature.IsComparable ? Of(feature, Side.Synthetic) : null;
        var holdout = data.HasHoldout && feature.IsComparable ? Of(feature, Side.Holdout) : null;
        return new ColumnDetail(feature.Name, feature.Kind)
        {
            Shape = shape,
            ShapeCeiling = holdout is { } h ? data.CeilingOf(h) : null,
            Bins = feature.IsComparable ? ColumnBins.Of(feature, data.HasHoldout) : [],
            MissingReal = feature.MissingShare(Side.Real),
            MissingSynthetic = feature.MissingShare(Side.Synthetic),
            MissingHoldout = data.HasHoldout ? feature.MissingShare(Side.Holdout) : null,
        };
    }

    /// <summary>Similarity of a side to the real column; null when the real one has no values, 0 when only the other has none.</summary>
    internal static double? Of(Feature feature, Side side)
    {
        if (feature.IsNumber)
        {
            double[] real = feature.Sorted(Side.Real), other = feature.Sorted(side);
            return real.Length == 0 ? null : other.Length == 0 ? 0 : 1 - RankStatistics.KolmogorovSmirnov(real, other);
        }
        int[] a = feature.Counts(Side.Real), b = feature.Counts(side);
        long na = 0, nb = 0;
        for (var k = 0; k < a.Length; k++) (na, nb) = (na + a[k], nb + b[k]);
        return na == 0 ? null : nb == 0 ? 0 : 1 - Distance.TotalVariation(a, b);
    }
}
