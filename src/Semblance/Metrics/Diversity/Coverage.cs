using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// The distances behind alpha-precision and beta-recall (Alaa, van Breugel, Saveliev and van der Schaar 2022), in the plain form that synthcity and TabSyn use:
/// scaled one-hot rows, balls about the mean, 30 radii. Made once for both.
/// </summary>
internal sealed class Coverage
{
    private const int RowLimit = 5_000;
    private const int Radii = 30;
    private const int Groups = 20;

    private readonly double[] realFromCentre;      // real rows from the real centre
    private readonly double[] otherFromCentre;     // other rows from the real centre
    private readonly double[] realSpacing;         // real rows to their nearest other real row
    private readonly double[] toOther;             // real rows to their nearest other row
    private readonly double[] nearestFromCentre;   // that other row from the centre of the others

    private Coverage(double[] realFromCentre, double[] otherFromCentre, double[] realSpacing, double[] toOther, double[] nearestFromCentre) =>
        (this.realFromCentre, this.otherFromCentre, this.realSpacing, this.toOther, this.nearestFromCentre) = (realFromCentre, otherFromCentre, realSpacing, toOther, nearestFromCentre);

    /// <summary>Rows a side.</summary>
    public int Rows => realFromCentre.Length;

    /// <summary>Measures a side against as many real rows; null with fewer than 30.</summary>
    public static Coverage? Of(Comparison data, Side side, Run run, CancellationToken ct)
    {
        var space = new RowSpace(data, categoryWeight: 1);
        var size = Math.Min(space.RowLimit(RowLimit), Math.Min(data.Rows(Side.Real), data.Rows(side)));
        if (size < 30 || space.IsEmpty) return null;
        var real = space.Of(Side.Real, data.Sample(Side.Real, size, run, "evaluate/coverage"));
        var other = space.Of(side, data.Sample(side, size, run, "evaluate/coverage"));
        var (_, spacing) = space.Nearest(real, real, 2, run, ct); // the nearest is the row itself
        var (nearest, toOther) = space.Nearest(other, real, 1, run, ct);
        var fromOwn = space.FromCentre(other, other);
        return new Coverage(space.FromCentre(real, real), space.FromCentre(other, real), [.. Enumerable.Range(0, size).Select(i => spacing[2 * i + 1])],
            toOther, Array.ConvertAll(nearest, i => fromOwn[i]));
    }

    /// <summary>1 - the mean gap between alpha and the share of the other rows inside the ball that holds a share alpha of the real rows.</summary>
    public double AlphaPrecision(int without = -1)
    {
        var real = Keep(realFromCentre, without);
        var other = Keep(otherFromCentre, without);
        Array.Sort(real);
        Array.Sort(other);
        double gap = 0, total = 0;
        for (var k = 0; k < Radii; k++)
        {
            var alpha = (double)k / (Radii - 1);
            gap += Math.Abs(alpha - ColumnBins.Rank(other, RankStatistics.Quantile(real, alpha), after: true) / (double)other.Length);
            total += alpha;
        }
        return 1 - gap / total;
    }

    /// <summary>1 - the mean gap between beta and the share of real rows that have, within the distance of their nearest real neighbour, a row of the inner share beta of the others.</summary>
    public double BetaRecall(int without = -1)
    {
        var centre = Keep(nearestFromCentre, without);
        var sorted = centre.Order().ToArray();
        double[] spacing = Keep(realSpacing, without), distance = Keep(toOther, without);
        double gap = 0, total = 0;
        for (var k = 0; k < Radii; k++)
        {
            var beta = (double)k / (Radii - 1);
            var radius = RankStatistics.Quantile(sorted, beta);
            var covered = 0;
            for (var i = 0; i < centre.Length; i++)
                if (distance[i] <= spacing[i] && centre[i] <= radius) covered++;
            gap += Math.Abs(beta - (double)covered / centre.Length);
            total += beta;
        }
        return 1 - gap / total;
    }

    /// <summary>95 % interval by the delete-a-group jackknife: 20 groups of rows, each left out once.</summary>
    public static Interval Interval(double value, Func<int, double> without)
    {
        var values = Enumerable.Range(0, Groups).Select(without).ToArray();
        var mean = values.Average();
        var variance = values.Sum(v => (v - mean) * (v - mean)) * (Groups - 1) / Groups;
        var half = 1.96 * Math.Sqrt(variance);
        return new(Math.Max(0, value - half), Math.Min(1, value + half));
    }

    private static double[] Keep(double[] values, int without) =>
        without < 0 ? [.. values] : [.. values.Where((_, i) => i % Groups != without)];
}
