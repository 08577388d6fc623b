using Semblance.Data;
using Semblance.Metrics;
using static Semblance.Tests.Metrics.Population;

namespace Semblance.Tests.Metrics;

/// <summary>Small tables whose scores are worked out on paper.</summary>
public sealed class HandWorkedTests
{
    private static Score Measure(string name, Table real, Table synthetic, Table? holdout = null, string? target = null) =>
        MetricCatalog.Default.Require(name).Measure(new Evidence<Table>(real, synthetic) { Holdout = holdout, Target = target }, Run.With(1));

    private static Table Of(params Column[] columns) => new([.. columns]);

    [Fact]
    public void Shape_is_one_minus_KS_for_numbers_and_one_minus_TVD_for_categories()
    {
        // x: distribution functions after 1, 2, 3, 4 are 1/4 2/4 3/4 1 against 0 1/2 1/2 1: greatest difference 1/4.
        // c: shares 3/4 1/4 against 1/3 1/3 and 1/3 of a level that is new: half of (5/12 + 1/12 + 1/3) = 5/12. A gap is left out.
        var real = Of(Numbers("x", 1, 2, 3, 4), Categories("c", "a", "a", "a", "b"));
        var synthetic = Of(Numbers("x", 2, 2, 4, 4), Categories("c", "a", "b", "z", null));
        Assert.Equal((0.75 + 7.0 / 12) / 2, Measure("fidelity.shape", real, synthetic).Value!.Value, 12);
    }

    [Fact]
    public void Shape_is_zero_where_the_synthetic_column_is_empty_and_leaves_out_what_the_real_one_lacks()
    {
        var real = Of(Numbers("x", 1, 2), Numbers("y", null, null));
        Assert.Equal(0, Measure("fidelity.shape", real, Of(Numbers("x", null, null), Numbers("y", 5, 6))).Value);
    }

    [Fact]
    public void Trend_is_the_mean_of_correlation_and_contingency_similarity()
    {
        // (x, y): r = 1 against -1, similarity 0. (x, c): x falls in bins 1 and 10; real cells (1,a) (1,a) (10,b) (10,b) against (1,a) (1,b) (10,a) (10,b): TVD 1/2.
        // (y, c): y in bins 1 and 10; real (1,a)x2 (10,b)x2 against y = 2,2,0,0: (10,a) (10,b) (1,a) (1,b): TVD = half of (1/4+1/4+1/4+1/4) = 1/2.
        var real = Of(Numbers("x", 0, 0, 1, 1), Numbers("y", 0, 0, 2, 2), Categories("c", "a", "a", "b", "b"));
        var synthetic = Of(Numbers("x", 0, 0, 1, 1), Numbers("y", 2, 2, 0, 0), Categories("c", "a", "b", "a", "b"));
        Assert.Equal((0 + 0.5 + 0.5) / 3, Measure("fidelity.trend", real, synthetic).Value!.Value, 12);
        // All three pairs are related in the real data (r = 1, V = 1).
        Assert.Equal(1.0 / 3, Measure("fidelity.trend-related", real, synthetic).Value!.Value, 12);
    }

    [Fact]
    public void Unrelated_pairs_do_not_count_as_related()
    {
        var real = Of(Categories("a", "x", "x", "y", "y"), Categories("b", "u", "v", "u", "v"));
        var score = Measure("fidelity.trend-related", real, real);
        Assert.Null(score.Value);
        Assert.Contains("related", score.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Copies_are_counted_above_chance_and_identifiers_do_not_hide_them()
    {
        // Synthetic: rows 1 and 2 are copies (2 of 4). Holdout: one of two equals a training row. 1/2 - 1/2 = 0; without it 1/2.
        var real = Of(Numbers("x", 1, 2, 3, 0.1 + 0.2), Categories("c", "a", "b", null, "d"), Ids("r1", "r2", "r3", "r4"));
        var synthetic = Of(Numbers("x", 1, 3, 2, 0.3), Categories("c", "a", null, "a", "e"), Ids("s1", "s2", "s3", "s4"));
        var holdout = Of(Numbers("x", 9, 0.3), Categories("c", "a", "d"), Ids("h1", "h2"));
        Assert.Equal(0.5, Measure("privacy.exact-copies", real, synthetic).Value);
        Assert.Equal(0, Measure("privacy.exact-copies", real, synthetic, holdout).Value);
    }

    [Fact]
    public void Dcr_share_counts_rows_nearer_to_train_and_ties_half()
    {
        // 30 training rows at 0, 10, ..., 290 and 30 holdout rows 4 above them. Of the synthetic rows one lies 1 above a training row, one 1 below a holdout row and one
        // in the middle of both: (1 + 0 + 0.5) / 3.
        Table real = Of(Grid(0)), holdout = Of(Grid(4)), synthetic = Of(Numbers("x", 101, 203, 52));
        Assert.Equal(0.5, Measure("privacy.dcr-share", real, synthetic, holdout).Value!.Value, 12);
        Assert.Equal(1, Measure("privacy.dcr-share", real, Of(Numbers("x", 101, 201)), holdout).Value);
        Assert.Equal(0.25, Measure("privacy.dcr-share", real, Of(Numbers("x", 103, 52)), holdout).Value);

        static Column Grid(int from) => Numbers("x", [.. Enumerable.Range(0, 30).Select(i => (double?)(10 * i + from))]);
    }

    [Fact]
    public void Nndr_is_the_mean_ratio_of_the_two_nearest_distances()
    {
        // Training rows at 0, 10, ..., 290. At 101: 1 / 9. At 105: 5 / 5 = 1. On a row: 0.
        var real = Of(Numbers("x", [.. Enumerable.Range(0, 30).Select(i => (double?)(10 * i))]));
        Assert.Equal((1.0 / 9 + 1 + 0) / 3, Measure("privacy.nndr", real, Of(Numbers("x", 101, 105, 200))).Value!.Value, 5);
    }

    [Fact]
    public void A_row_that_several_people_share_singles_nobody_out()
    {
        // Every training row stands twice: both nearest distances of a synthetic row on it are 0, which counts as 1.
        var real = Of(Numbers("x", [.. Enumerable.Range(0, 60).Select(i => (double?)(10 * (i / 2)))]));
        Assert.Equal(1, Measure("privacy.nndr", real, Of(Numbers("x", 100, 200))).Value);
    }

    [Fact]
    public void A_learner_can_tell_a_new_level_from_a_gap()
    {
        var data = Comparison.Of(new Evidence<Table>(Of(Categories("c", "a", "b")), Of(Categories("c", "b", "new", null))), Run.With(1));
        var column = FeatureMatrix.Of(data.Features, (Side.Synthetic, [0, 1, 2]))[0];
        Assert.Equal([1, -1, float.NaN], column);
    }

    [Fact]
    public async Task A_metric_from_outside_takes_part_and_its_NaN_does_not_leave()
    {
        var table = Of(Numbers("x", 1, 2, 3));
        var card = await table.EvaluateAsync(table, null, null, Run.With(1), MetricCatalog.Default.With(new Broken()));
        Assert.Null(card["custom.broken"].Score.Value);
        Assert.Contains("not defined", card["custom.broken"].Score.Why, StringComparison.Ordinal);
    }

    private sealed class Broken : IMetric<Table>
    {
        public string Name => "custom.broken";
        public string Title => "Broken";
        public string What => "Nothing.";
        public Direction Direction => Direction.Higher;
        public Bounds Bounds => Bounds.Share;
        public Score Measure(Evidence<Table> evidence, Run run, CancellationToken ct = default) => new(double.NaN, new Interval(double.NaN, 1), double.PositiveInfinity);
    }

    [Fact]
    public void Marginals_see_what_goes_together()
    {
        // Two balanced binary columns, equal in the real data and opposite in the synthetic: single columns agree, pairs share no cell.
        var real = Of(Categories("a", "x", "y", "x", "y"), Categories("b", "x", "y", "x", "y"));
        var synthetic = Of(Categories("a", "x", "y", "x", "y"), Categories("b", "y", "x", "y", "x"));
        Assert.Equal(1, Measure("fidelity.marginals-1", real, synthetic).Value);
        Assert.Equal(0, Measure("fidelity.marginals-2", real, synthetic).Value);
        Assert.Null(Measure("fidelity.marginals-3", real, synthetic).Value);
    }

    [Fact]
    public void A_spike_is_a_class_of_its_own()
    {
        // 0 holds 80 of 100 rows. Synthetic rows lie at 0.001 in its place: any range that held both would hide it.
        var real = Of(Numbers("x", [.. Enumerable.Range(0, 100).Select(i => (double?)(i < 80 ? 0 : i))]));
        var synthetic = Of(Numbers("x", [.. Enumerable.Range(0, 100).Select(i => (double?)(i < 80 ? 0.001 : i))]));
        Assert.Equal(0.2, Measure("fidelity.marginals-1", real, synthetic).Value!.Value, 12);
    }

    [Fact]
    public void Gaps_in_the_wrong_rows_are_seen()
    {
        // Half of the cells of g are missing: in the real data exactly where c is "a", in the synthetic data exactly where it is "b". Share and pattern agree (1, 1); every
        // condition is reversed (0).
        var real = Of(Numbers("g", null, 1, null, 1), Categories("c", "a", "b", "a", "b"));
        var synthetic = Of(Numbers("g", null, 1, null, 1), Categories("c", "b", "a", "b", "a"));
        Assert.Equal(2.0 / 3, Measure("fidelity.missingness", real, synthetic).Value!.Value, 12);
        Assert.Equal(1, Measure("fidelity.missingness", real, real).Value!.Value, 12);
    }

    [Fact]
    public void Types_and_ranges_are_judged_by_the_real_columns()
    {
        var integer = new ColumnSchema("n", ColumnKind.Integer);
        var price = new ColumnSchema("p", ColumnKind.Decimal) { Number = new NumberForm(0, 2) };
        var real = Of(new NumberColumn(integer, [1, 2, 3, 4]), new NumberColumn(price, [0.25, 1.5, 2, 9.99]), Categories("c", "a", "b", "a", "b"));
        // n: 1.5 is no whole number (3/4 good), 9 is out of range (3/4). p: 1.255 has three decimals (3/4), all in range. c: z is new (3/4 in range, type good).
        var synthetic = Of(new NumberColumn(integer, [1, 1.5, 3, 9]), new NumberColumn(price, [0.3, 1.255, 2, 9.99]), Categories("c", "a", "b", "a", "z"));
        Assert.Equal((0.75 + 0.75 + 1) / 3, Measure("validity.types", real, synthetic).Value!.Value, 12);
        Assert.Equal((0.75 + 1 + 0.75) / 3, Measure("validity.ranges", real, synthetic).Value!.Value, 12);
    }

    [Fact]
    public void Cells_of_another_kind_of_file_are_compared_by_what_they_say()
    {
        // A numeric column whose synthetic file could only be read as text: two cells are numbers, one is not.
        var real = Of(Numbers("x", 1, 2, 3), Categories("yes", "1", "0", "1"), Categories("true", "True", "False", "True"));
        var synthetic = Of(Categories("x", "1", "2.0", "three"), Numbers("yes", 1, 0, 1), Categories("true", "true", "false", "true"));
        Assert.Equal((1 + 1 + 2.0 / 3) / 3, Measure("validity.types", real, synthetic).Value!.Value, 12);
        Assert.Equal((2.0 / 3 + 1 + 1) / 3, Measure("fidelity.shape", real, synthetic).Value!.Value, 12);
    }

    private static TextColumn Ids(params string[] ids)
    {
        var ends = new int[ids.Length];
        for (var i = 0; i < ids.Length; i++) ends[i] = (i == 0 ? 0 : ends[i - 1]) + ids[i].Length;
        return new TextColumn(new ColumnSchema("id", ColumnKind.Identifier), System.Text.Encoding.UTF8.GetBytes(string.Concat(ids)), ends);
    }
}
