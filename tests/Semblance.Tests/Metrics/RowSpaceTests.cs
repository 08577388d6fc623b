using FsCheck;
using FsCheck.Fluent;
using Semblance.Data;
using Semblance.Metrics;
using Semblance.Numerics;

namespace Semblance.Tests.Metrics;

public sealed class RowSpaceTests
{
    [Theory]
    [InlineData(1, 40, 1)]
    [InlineData(7, 33, 2)]
    [InlineData(5, 1_100, 3)] // more than one panel, and a ragged end
    public void Finds_the_neighbours_that_writing_out_the_one_hot_rows_finds(int queries, int references, int k)
    {
        var train = Population.Sample(references, 1);
        var synthetic = Population.Sample(queries, 2);
        var data = Comparison.Of(new Evidence<Table>(train, synthetic), Run.With(1));
        var space = new RowSpace(data, categoryWeight: 0.5);
        var all = Enumerable.Range(0, references).ToArray();
        var widths = data.Features.Select(f => f.IsNumber ? f.Numbers[0].Max() - f.Numbers[0].Min() : 0).ToArray();
        var (index, distance) = space.Nearest(space.Of(Side.Real, all), space.Of(Side.Synthetic, [.. Enumerable.Range(0, queries)]), k, Run.With(1), default);

        for (var q = 0; q < queries; q++)
        {
            var expected = all.Select(r => (Row: r, Distance: OneHot(data, widths, q, r))).OrderBy(p => p.Distance).Take(k).ToArray();
            for (var j = 0; j < k; j++)
            {
                Assert.Equal(expected[j].Distance, distance[q * k + j], 5);
                Assert.Equal(OneHot(data, widths, q, index[q * k + j]), distance[q * k + j], 5);
            }
        }
    }

    /// <summary>The distance as the scorer defines it: numbers over the real range, categories one-hot times the root of one half.</summary>
    private static double OneHot(Comparison data, double[] widths, int query, int reference)
    {
        double sum = 0;
        foreach (var (feature, width) in data.Features.Zip(widths))
        {
            if (feature.IsNumber)
            {
                var difference = (feature.Numbers[1][query] - feature.Numbers[0][reference]) / (width > 0 ? width : 1);
                sum += difference * difference;
            }
            else if (feature.Type == FeatureType.Category)
            {
                var places = feature.RealLevels + 1;
                double[] a = new double[places], b = new double[places];
                a[Place(feature.Codes[1][query])] = b[Place(feature.Codes[0][reference])] = Math.Sqrt(0.5);
                for (var p = 0; p < places; p++) sum += (a[p] - b[p]) * (a[p] - b[p]);
                int Place(int code) => code < 0 || code >= feature.RealLevels ? feature.RealLevels : code;
            }
        }
        return Math.Sqrt(sum);
    }

    [Fact]
    public void Distance_from_the_centre_is_that_of_the_one_hot_rows()
    {
        // x scaled: 0, 1, 0.5; mean 0.5. c: a a b, shares 2/3 1/3. Row 1: 0.25 + (1/3)^2 + (1/3)^2. Row 3: 0 + (2/3)^2 + (2/3)^2.
        var table = new Table([Population.Numbers("x", 10, 20, 15), Population.Categories("c", "a", "a", "b")]);
        var space = new RowSpace(Comparison.Of(new Evidence<Table>(table, table), Run.With(1)), categoryWeight: 1);
        var points = space.Of(Side.Real, [0, 1, 2]);
        var distance = space.FromCentre(points, points);
        Assert.Equal(Math.Sqrt(0.25 + 2.0 / 9), distance[0], 6);
        Assert.Equal(Math.Sqrt(8.0 / 9), distance[2], 6);
    }

    [Fact]
    public void A_sample_of_rows_has_no_row_twice() => Prop.ForAll(ArbMap.Default.ArbFor<PositiveInt>(), ArbMap.Default.ArbFor<PositiveInt>(), (n, count) =>
    {
        var rows = RowSample.Of(n.Get, count.Get, new RandomStream(new Seed(3), "sample"));
        return rows.Length == Math.Min(n.Get, count.Get) && rows.Distinct().Count() == rows.Length && rows.All(r => r >= 0 && r < n.Get);
    }).QuickCheckThrowOnFailure();
}
