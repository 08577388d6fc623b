using Semblance.Data;
using Semblance.Profiles;

namespace Semblance.Tests.Profiles;

public sealed class PairMeasuresTests
{
    [Fact]
    public void Pearson_is_that_worked_by_hand()
    {
        double[] x = [1, 2, 3, 4, 5], y = [2, 1, 4, 3, 5];
        var pair = Made.Profile(Made.Integers("x", 5, i => x[i]), Made.Integers("y", 5, i => y[i])).Pairs[0];
        Assert.Equal(0.8, pair.Pearson!.Value, 12); // 8 / sqrt(10 * 10)
        Assert.Null(pair.CramersV);
        Assert.Null(pair.CorrelationRatio);
    }

    [Fact]
    public void Pearson_keeps_its_digits_far_from_zero_and_skips_gaps()
    {
        double[] x = [1, 2, 3, 4, 5, double.NaN, 9], y = [2, 1, 4, 3, 5, 7, double.NaN];
        var pair = Made.Profile(Made.Decimals("x", 7, i => 1e9 + x[i]), Made.Decimals("y", 7, i => y[i])).Pairs[0];
        Assert.Equal(0.8, pair.Pearson!.Value, 9);
        Assert.Equal(5, pair.Rows);
    }

    [Fact]
    public void The_correlation_ratio_is_that_worked_by_hand()
    {
        // Algebra 45 70 29 15 21, geometry 40 20 30 42, statistics 65 95 80 70 85 73: between 6780, total 9640 (the textbook example).
        double[] marks = [45, 70, 29, 15, 21, 40, 20, 30, 42, 65, 95, 80, 70, 85, 73];
        var pair = Made.Profile(Made.Integers("mark", 15, i => marks[i]), Made.Categories("topic", 15, i => i < 5 ? "algebra" : i < 9 ? "geometry" : "statistics")).Pairs[0];
        Assert.Equal(Math.Sqrt(6780.0 / 9640.0), pair.CorrelationRatio!.Value, 9);
        Assert.Equal(pair.CorrelationRatio, pair.Strength);
    }

    [Fact]
    public void Cramers_V_is_that_worked_by_hand()
    {
        // 2 x 2: 30 10 / 10 30. chi2 = 80 * 0.25 = 20; phi2 = 0.25 - 1/79; k~ = 2 - 1/79; V = sqrt(phi2 / (k~ - 1)).
        var pair = Made.Profile(Made.Categories("a", 80, i => i < 40 ? "x" : "y"), Made.Categories("b", 80, i => i < 30 || i >= 70 ? "u" : "v")).Pairs[0];
        Assert.Equal(Math.Sqrt((0.25 - 1 / 79.0) / (1 - 1 / 79.0)), pair.CramersV!.Value, 12);
    }

    [Fact]
    public void Mutual_information_sees_what_correlation_does_not()
    {
        var profile = Made.Profile(
            Made.Decimals("x", 4000, i => Made.Unit(i, 1) * 2 - 1), Made.Decimals("square", 4000, i => (Made.Unit(i, 1) * 2 - 1) * (Made.Unit(i, 1) * 2 - 1)),
            Made.Decimals("noise", 4000, i => Made.Unit(i, 2)), Made.Categories("copy", 4000, i => Made.Unit(i, 1) < 0.5 ? "low" : "high"));
        var square = profile.Pair(0, 1)!;
        Assert.InRange(Math.Abs(square.Pearson!.Value), 0, 0.08);  // 5 standard errors: false alarm 6e-7
        Assert.InRange(square.MutualInformation, 0.7, 1);
        Assert.InRange(profile.Pair(2, 0)!.MutualInformation, 0, 0.01);
        Assert.InRange(profile.Pair(0, 3)!.MutualInformation, 0.4, 0.6); // one bit of 4.3: 1 / sqrt(1 * 4.32) = 0.48
    }

    [Fact]
    public void Independent_columns_of_few_rows_do_not_look_dependent()
    {
        // Without the bias correction the mean would be about 0.035; with it 0.01, a standard error of 0.002: false alarm below 1e-5.
        var mean = Enumerable.Range(0, 40).Average(salt => Made.Profile(Made.Decimals("x", 200, i => Made.Unit(i, 2 * salt)), Made.Decimals("y", 200, i => Made.Unit(i, 2 * salt + 1))).Pairs[0].MutualInformation);
        Assert.InRange(mean, 0, 0.02);
    }

    [Fact]
    public void A_column_equals_itself()
    {
        var profile = Made.Profile(Made.Categories("a", 300, i => Made.Text($"v{i % 7}")), Made.Categories("b", 300, i => Made.Text($"w{i % 7}")));
        Assert.Equal(1, profile.Pairs[0].CramersV!.Value, 9);
        Assert.InRange(profile.Pairs[0].MutualInformation, 0.99, 1);
    }

    [Fact]
    public void Measures_without_a_value_are_null()
    {
        var profile = Made.Profile(Made.Integers("x", 40, i => i % 3 == 0 ? double.NaN : 5), Made.Integers("y", 40, i => i), Made.Categories("c", 40, i => i % 2 == 0 ? "a" : "b"), Made.Integers("z", 40, i => i < 20 ? 1 : double.NaN));
        Assert.All(profile.Pairs, p => Assert.True(p.Pearson is null or >= -1 and <= 1));
        Made.Everything(profile);
    }

    [Fact]
    public void Pairs_are_found_in_either_order()
    {
        var profile = Made.Profile([.. Enumerable.Range(0, 7).Select(c => (Column)Made.Decimals(Made.Text($"c{c}"), 100, i => Made.Unit(i, c)))]);
        Assert.Equal(21, profile.Pairs.Length);
        for (var a = 0; a < 7; a++)
            for (var b = 0; b < 7; b++)
                if (a == b) Assert.Null(profile.Pair(a, b));
                else Assert.Equal((Math.Min(a, b), Math.Max(a, b)), (profile.Pair(a, b)!.First, profile.Pair(a, b)!.Second));
    }
}
