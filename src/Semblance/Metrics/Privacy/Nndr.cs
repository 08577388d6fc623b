using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// Nearest neighbour distance ratio: the distance of a synthetic row to its nearest training row over that to its second nearest, averaged. A row made from one
/// real row lies much nearer to it than to any other: ratios near 0. Both distances 0 count as 1 (several people share that row). The ceiling is what holdout
/// rows get against the same training rows. Zhao, Kunar, Birke and Chen: CTAB-GAN (2021).
/// </summary>
internal sealed class Nndr : TableMetric
{
    private const int QueryLimit = 5_000, ReferenceLimit = 10_000, LeastRows = 30;

    public override string Name => "privacy.nndr";
    public override string Title => "Singled-out training rows";
    public override string What => "How far synthetic rows stay between real rows rather than on top of a single one: well below what fresh real rows get means rows are remembered.";
    public override Direction Direction => Direction.NotBelow;

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        var space = new RowSpace(data, categoryWeight: 0.5);
        if (space.IsEmpty) return Finding.None("the table has identifiers only");
        if (data.Rows(Side.Real) < LeastRows) return Finding.None($"needs at least {LeastRows} rows of train");
        var references = space.Of(Side.Real, data.Sample(Side.Real, space.RowLimit(ReferenceLimit), run, "evaluate/nndr"));
        var (mean, half, rows) = Mean(Side.Synthetic);
        double? ceiling = data.HasHoldout ? Mean(Side.Holdout).Mean : null;
        return new Finding(new Score(mean, new Interval(Math.Max(0, mean - half), Math.Min(1, mean + half)), ceiling)) { SampledRows = rows };

        (double Mean, double Half, int Rows) Mean(Side side)
        {
            var points = space.Of(side, data.Sample(side, space.RowLimit(QueryLimit), run, "evaluate/nndr"));
            var (_, distance) = space.Nearest(references, points, 2, run, ct);
            double sum = 0, squares = 0;
            for (var i = 0; i < points.Rows; i++)
            {
                double first = distance[2 * i], second = distance[2 * i + 1];
                var ratio = second > 0 ? first / second : 1;
                sum += ratio;
                squares += ratio * ratio;
            }
            var average = sum / points.Rows;
            return (average, 1.96 * Math.Sqrt(Math.Max(0, squares / points.Rows - average * average) / points.Rows), points.Rows);
        }
    }
}
