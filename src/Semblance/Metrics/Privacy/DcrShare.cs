using System.Collections.Immutable;

namespace Semblance.Metrics;

/// <summary>
/// Share of synthetic rows that lie nearer to a training row than to a holdout row, train cut to the holdout's size, ties half. A generator that learned the
/// population and not its rows has no preference: 0.5. Platzer and Reutterer (2021). Distances are those of <see cref="RowSpace"/>, where a differing category
/// counts as the whole range of a number.
/// </summary>
/// <remarks>
/// The interval counts how many synthetic rows share one nearest reference row: with few reference rows these decide, not the number of synthetic rows. The ceiling
/// is what training rows outside the cut get, which are as fresh to the cut as to the holdout; 0.5 when there are too few.
/// </remarks>
internal sealed class DcrShare : TableMetric
{
    private const int RowLimit = 10_000;
    private const int LeastRows = 30;
    private const int LeastFresh = 200;
    private const int Bins = 40;

    public override string Name => "privacy.dcr-share";
    public override string Title => "Nearness to training rows";
    public override string What => "Share of synthetic rows that lie nearer to a row the generator learned from than to one it never saw: half is ideal, more means it remembers rows.";
    public override Direction Direction => Direction.NotAbove;

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        if (!data.HasHoldout) return Finding.None("needs a holdout: real rows the generator never saw");
        var space = new RowSpace(data, categoryWeight: 0.5);
        if (space.IsEmpty) return Finding.None("the table has identifiers only");
        var limit = space.RowLimit(RowLimit);
        var size = Math.Min(limit, Math.Min(data.Rows(Side.Holdout), data.Rows(Side.Real)));
        if (size < LeastRows) return Finding.None($"needs at least {LeastRows} rows of train and holdout");

        var shuffled = data.Sample(Side.Real, data.Rows(Side.Real), run, "evaluate/dcr");
        var train = space.Of(Side.Real, shuffled[..size]);
        var holdout = space.Of(Side.Holdout, data.Sample(Side.Holdout, size, run, "evaluate/dcr"));
        var synthetic = Compare(Side.Synthetic, data.Sample(Side.Synthetic, limit, run, "evaluate/dcr"));
        var rest = shuffled[size..Math.Min(shuffled.Length, size + limit)];
        var ceiling = rest.Length < LeastFresh ? 0.5 : Compare(Side.Real, rest).Share;
        return new Finding(new Score(synthetic.Share, synthetic.Interval, ceiling))
        {
            SampledRows = size,
            Privacy = panel => panel with
            {
                Distances = Histogram(synthetic.ToTrain, synthetic.ToHoldout), MedianToReal = Median(synthetic.ToTrain), MedianToHoldout = Median(synthetic.ToHoldout),
                ReferenceRows = size, MeasuredRows = synthetic.ToTrain.Length,
            },
        };

        NearerShare Compare(Side side, int[] rows) => NearerShare.Of(space, train, holdout, space.Of(side, rows), 1.959963984540054, run, ct);
    }

    private static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        return sorted[(sorted.Length - 1) / 2] / 2 + sorted[sorted.Length / 2] / 2;
    }

    private static DistanceHistogram Histogram(double[] toTrain, double[] toHoldout)
    {
        var all = toTrain.Concat(toHoldout).Order().ToArray();
        var top = all[(int)(0.99 * (all.Length - 1))];
        if (!(top > 0)) top = Math.Max(all[^1], 1e-6);
        var edges = Enumerable.Range(0, Bins + 1).Select(k => top * k / Bins).ToImmutableArray();
        return new DistanceHistogram(edges, Shares(toTrain), Shares(toHoldout));

        ImmutableArray<double> Shares(double[] distances)
        {
            var shares = new double[Bins];
            foreach (var distance in distances) shares[Math.Min(Bins - 1, (int)(distance / top * Bins))] += 1.0 / distances.Length;
            return [.. shares];
        }
    }
}
