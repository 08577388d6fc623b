using Semblance.Numerics;

namespace Semblance.Tests.Numerics;

public sealed class RankStatisticsTests
{
    [Fact]
    public void Auc_is_the_share_of_pairs_in_order_with_ties_as_halves()
    {
        var numbers = new RandomStream(new Seed(2), "tests/auc").Sequence();
        for (var round = 0; round < 20; round++)
        {
            var scores = Enumerable.Range(0, 60).Select(_ => (double)numbers.NextBelow(20)).ToArray();
            var positive = scores.Select(s => numbers.NextUnit() < s / 20).ToArray();
            double won = 0, pairs = 0;
            for (var i = 0; i < 60; i++)
                for (var j = 0; j < 60; j++)
                    if (positive[i] && !positive[j]) (won, pairs) = (won + (scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0), pairs + 1);
            if (pairs > 0) Assert.Equal(won / pairs, RankStatistics.Auc(scores, positive)!.Value.Value, 1e-12);
        }
        Assert.Null(RankStatistics.Auc([1, 2], [true, true]));
    }

    /// <summary>2,000 samples of 100 rows: a correct standard error lies within 8 % of the spread seen; a right one fails this less than once in 10^5 (the ratio's own deviation is 1.6 %).</summary>
    [Fact]
    public void Auc_standard_error_is_the_spread_over_samples()
    {
        var stream = new RandomStream(new Seed(4), "tests/delong");
        double sum = 0, squares = 0, claimed = 0;
        const int samples = 2000;
        for (var s = 0; s < samples; s++)
        {
            var numbers = stream.Sequence(s);
            var scores = new double[100];
            var positive = new bool[100];
            for (var i = 0; i < 100; i++) scores[i] = numbers.NextUnit() + ((positive[i] = i < 40) ? 0.3 : 0);
            var auc = RankStatistics.Auc(scores, positive)!.Value;
            sum += auc.Value;
            squares += auc.Value * auc.Value;
            claimed += auc.StandardError * auc.StandardError;
        }
        var seen = Math.Sqrt(squares / samples - sum / samples * sum / samples);
        Assert.InRange(Math.Sqrt(claimed / samples) / seen, 0.92, 1.08);
    }

    [Fact]
    public void Mid_ranks_share_ties()
    {
        var ranks = new double[5];
        RankStatistics.MidRanks([3, 1, 3, 2, 3], ranks);
        Assert.Equal([4, 1, 4, 2, 4], ranks);
    }

    [Fact]
    public void KolmogorovSmirnov_is_the_largest_gap()
    {
        Assert.Equal(0, RankStatistics.KolmogorovSmirnov([1, 2, 2, 5], [1, 2, 2, 5]));
        Assert.Equal(1, RankStatistics.KolmogorovSmirnov([1, 2], [3, 4, 5]));
        Assert.Equal(0.5, RankStatistics.KolmogorovSmirnov([0, 0, 1, 1], [1, 1, 1]));
        Assert.Equal(0.25, RankStatistics.KolmogorovSmirnov([1, 2, 3], [1, 2, 3, 4]));
    }

    // Newcombe (1998), table I: 81 of 263.
    [Fact]
    public void Wilson_has_the_published_interval()
    {
        var interval = RankStatistics.Wilson(81, 263);
        Assert.Equal(0.2553, interval.Low, 5e-5);
        Assert.Equal(0.3662, interval.High, 5e-5);
        Assert.Equal(0, RankStatistics.Wilson(0, 10).Low);
        Assert.Equal(1, RankStatistics.Wilson(10, 10).High);
        Assert.Equal(new Interval(0, 1), RankStatistics.Wilson(0, 0));
    }

    [Fact]
    public void Quantiles_interpolate_between_neighbours()
    {
        double[] sorted = [1, 2, 4, 8];
        Assert.Equal([1, 8, 3, 1.75], new[] { 0, 1, 0.5, 0.25 }.Select(q => RankStatistics.Quantile(sorted, q)));
    }
}
