using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>Which share of some rows lies nearer to training rows than to as many holdout rows, ties half.</summary>
/// <param name="Share">The share.</param>
/// <param name="Interval">Its Wilson interval with the rows that are worth trials of their own: with few reference rows these decide, not the number of rows that follow them.</param>
/// <param name="ToTrain">Distance of each row to the nearest training row.</param>
/// <param name="ToHoldout">Distance of each row to the nearest holdout row.</param>
internal sealed record NearerShare(double Share, Interval Interval, double[] ToTrain, double[] ToHoldout)
{
    private const double Tie = 1e-6;

    /// <summary>Measures. <paramref name="z"/> is the normal quantile of the interval's confidence.</summary>
    public static NearerShare Of(RowSpace space, RowSpace.Points train, RowSpace.Points holdout, RowSpace.Points points, double z, Run run, CancellationToken ct)
    {
        var (nearTrain, toTrain) = space.Nearest(train, points, 1, run, ct);
        var (nearHoldout, toHoldout) = space.Nearest(holdout, points, 1, run, ct);
        double sum = 0;
        var followers = new double[train.Rows + holdout.Rows]; // rows that each reference row decides
        for (var i = 0; i < points.Rows; i++)
        {
            if (Math.Abs(toTrain[i] - toHoldout[i]) < Tie)
            {
                sum += 0.5;
                followers[nearTrain[i]] += 0.5;
                followers[train.Rows + nearHoldout[i]] += 0.5;
            }
            else if (toTrain[i] < toHoldout[i])
            {
                sum += 1;
                followers[nearTrain[i]]++;
            }
            else followers[train.Rows + nearHoldout[i]]++;
        }
        double squares = 0;
        foreach (var count in followers) squares += count * count;
        var effective = Math.Max(1, (long)((double)points.Rows * points.Rows / Math.Max(1, squares)));
        var share = sum / points.Rows;
        return new NearerShare(share, RankStatistics.Wilson(Math.Round(share * effective), effective, z), toTrain, toHoldout);
    }
}
