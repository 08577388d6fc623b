using Semblance.Data;
using Semblance.Profiles;

namespace Semblance.Tests.Profiles;

public sealed class ColumnProfileTests
{
    private static readonly double[] Ten = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3];

    [Fact]
    public void Statistics_are_those_worked_by_hand()
    {
        var column = Made.Profile(Made.Integers("x", 10, i => Ten[i]))["x"];
        Assert.Equal((10, 0, 7), (column.Present, column.Missing, column.Distinct));
        var numbers = column.Numbers!;
        Assert.Equal((1, 9, 3.9), (numbers.Minimum, numbers.Maximum, numbers.Mean));
        Assert.Equal(2.469817807, numbers.StandardDeviation, 9);                 // squares 207, 207 - 10 * 3.9^2 = 54.9, / 9
        Assert.Equal(2.25, numbers.Quantiles[3], 12);                            // type 7: 1 1 2 3 3 4 5 5 6 9
        Assert.Equal(3.5, numbers.Quantiles[4], 12);
        Assert.Equal(5.0, numbers.Quantiles[5], 12);
        Assert.Equal(10, numbers.Histogram.Counts.Sum() + numbers.Histogram.Below + numbers.Histogram.Above);
    }

    [Fact]
    public void Missing_cells_are_counted_by_marker()
    {
        var schema = new ColumnSchema("x", ColumnKind.Decimal) { MissingMarkers = ["NA", "", "?"], Number = new NumberForm(0, 1) };
        var column = Made.Profile(new NumberColumn(schema, [1, double.NaN, 2.5, double.NaN, double.NaN, 3], [0, 2, 0, 0, 2, 0]))["x"];
        Assert.Equal<MarkerCount>([new MarkerCount("NA", 1), new MarkerCount("?", 2)], column.Markers);
        Assert.Equal((3, 3, 0.5), (column.Present, column.Missing, column.MissingShare));
        Assert.Equal(6.5 / 3, column.Numbers!.Mean, 12);
    }

    [Fact]
    public void Values_of_few_rows_are_not_shown()
    {
        var column = Made.Profile(Made.Categories("x", 100, i => i < 60 ? "many" : i < 95 ? "some" : i < 99 ? "four" : "one"))["x"];
        Assert.Equal<ValueCount>([new ValueCount("many", 60), new ValueCount("some", 35)], column.Top);
        Assert.Equal((2, 4), (column.RareValues, column.Distinct));
    }

    [Fact]
    public void Top_values_are_written_as_in_the_data()
    {
        var schema = new ColumnSchema("x", ColumnKind.Decimal) { Number = new NumberForm(2, 2) };
        Assert.Equal("1.50", Made.Profile(new NumberColumn(schema, [.. Enumerable.Repeat(1.5, 8), 2]))["x"].Top[0].Value);
        Assert.Equal("2020-03-01 12:00", Made.Profile(Made.Dates("d", 8, _ => new DateTime(2020, 3, 1, 12, 0, 0)))["d"].Top[0].Value);
    }

    [Fact]
    public void Histograms_have_round_edges_and_hold_every_value()
    {
        foreach (var (low, high, whole) in new (double, double, bool)[] { (0, 1, false), (-3.7e-5, 2.2e-5, false), (1e9, 1e9 + 3, true), (-50, 12345, true), (0, 1e300, false) })
        {
            var values = Enumerable.Range(0, 1000).Select(i => low + (high - low) * Made.Unit(i, 1)).Select(v => whole ? Math.Floor(v) : v).ToArray();
            var histogram = Histograms.Of(DistinctNumbers.Of(values), whole);
            Assert.Equal(histogram.Counts.Length + 1, histogram.Edges.Length);
            Assert.InRange(histogram.Counts.Length, 1, 41);
            Assert.Equal(1000, histogram.Counts.Sum() + histogram.Below + histogram.Above);
            for (var bin = 0; bin < histogram.Counts.Length; bin++)
            {
                var last = bin == histogram.Counts.Length - 1;
                Assert.Equal(values.Count(v => v >= histogram.Edges[bin] && (v < histogram.Edges[bin + 1] || (last && v == histogram.Edges[bin + 1]))), histogram.Counts[bin]);
            }
        }
    }

    [Fact]
    public void A_few_extremes_do_not_flatten_the_histogram()
    {
        var histogram = Made.Profile(Made.Decimals("x", 2000, i => i < 5 ? 1e6 * (i + 1) : Made.Unit(i, 2)))["x"].Numbers!.Histogram;
        Assert.Equal(5, histogram.Above);
        Assert.True(histogram.Counts.Length >= 8 && histogram.Edges[^1] <= 1.2);
    }

    [Fact]
    public void Numbers_of_any_size_give_finite_figures()
    {
        double[] hostile = [double.MaxValue, double.MinValue, double.MaxValue, 1e308, double.Epsilon, -double.Epsilon, 0, -0.0, double.PositiveInfinity, double.NaN, 1, 1e-300];
        NumberColumn Hostile(string name, int step) => new(new ColumnSchema(name, ColumnKind.Decimal) { Number = new NumberForm(0, 15) }, [.. Enumerable.Range(0, 60).Select(i => hostile[i * step % hostile.Length])]);
        var profile = Made.Profile(Hostile("x", 1), Hostile("y", 7), Made.Integers("z", 60, i => i));
        Assert.Contains("\"Mean\"", Made.Everything(profile), StringComparison.Ordinal); // serialising throws on NaN and infinity
        Assert.Equal(8, profile["x"].Distinct); // 0 and -0 are one; infinity is no number
    }

    [Fact]
    public void Dates_come_back_to_the_millisecond()
    {
        var first = new DateTime(2024, 2, 29, 23, 59, 59).AddMilliseconds(7);
        var moments = Made.Profile(Made.Dates("d", 50, i => first.AddHours(i)))["d"].Moments!;
        Assert.Equal((first, first.AddHours(49)), (moments.Minimum, moments.Maximum));
        Assert.Equal(first.AddHours(24), moments.Quantiles[4]);
    }

    [Fact]
    public void Texts_show_lengths_and_no_values()
    {
        var column = Made.Profile(Made.Texts("note", 50, i => i == 0 ? "three little words" : "same"))["note"];
        Assert.Equal((4, 18, 2), (column.Texts!.MinimumLength, column.Texts.MaximumLength, column.Distinct));
        Assert.Equal((49 * 1 + 3) / 50.0, column.Texts.MeanWords, 12);
        Assert.Empty(column.Top);
        Assert.Equal(@"K-\N{5}", Made.Profile(Made.Texts("id", 50, i => Made.Text($"K-{i:00000}"), ColumnKind.Identifier))["id"].Texts!.Shape);
    }

    [Fact]
    public void Distinct_texts_are_counted_through_collisions_of_the_table() // grown several times
    {
        var column = Made.Profile(Made.Texts("t", 20_000, i => Made.Text($"{i % 7001}")))["t"];
        Assert.Equal(7001, column.Distinct);
        Assert.Equal(7001, column.RareValues);
    }

    [Fact]
    public void Warnings_name_what_is_wrong()
    {
        var profile = Made.Profile(
            Made.Integers("gone", 200, _ => double.NaN), Made.Integers("one", 200, _ => 7), Made.Integers("serial", 200, i => i * 3), Made.Decimals("rare", 200, i => i < 120 ? double.NaN : i),
            Made.Integers("income", 200, i => i % 10 == 0 ? 9999 : 100 + i % 50), Made.Integers("percent", 200, i => i % 100));
        Assert.Equal(["all-missing"], profile["gone"].Warnings.Select(w => w.Code));
        Assert.Equal(["constant"], profile["one"].Warnings.Select(w => w.Code));
        Assert.Equal(["near-unique"], profile["serial"].Warnings.Select(w => w.Code));
        Assert.Equal(["mostly-missing"], profile["rare"].Warnings.Select(w => w.Code));
        Assert.Equal(["sentinel"], profile["income"].Warnings.Select(w => w.Code));
        Assert.Empty(profile["percent"].Warnings); // 99 stands beside 98
    }

    [Fact]
    public void A_spike_holds_far_more_than_its_neighbours()
    {
        var profile = Made.Profile(
            Made.Integers("gain", 5000, i => i % 10 < 9 ? 0 : 100 + Made.Hash(i, 1) % 4000),
            Made.Integers("hours", 5000, i => i % 2 == 0 ? 40 : 20 + Made.Hash(i, 2) % 50),
            Made.Integers("even", 5000, i => Made.Hash(i, 3) % 60),
            Made.Integers("few", 5000, i => Made.Hash(i, 4) % 20 == 0 ? 1 : 0));
        Assert.Equal([(0, 0.9)], profile["gain"].Spikes.Select(s => (s.Value, s.Share)));
        Assert.Equal([40], profile["hours"].Spikes.Select(s => s.Value));
        Assert.Empty(profile["even"].Spikes);  // uniform counts of 83: five times the median has a probability far below 1e-100
        Assert.Empty(profile["few"].Spikes);   // two values are levels
    }
}
