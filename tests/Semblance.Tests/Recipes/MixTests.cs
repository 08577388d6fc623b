using Semblance.Data;
using Semblance.Models;
using Semblance.Recipes;
using Semblance.Tests.Metrics;

namespace Semblance.Tests.Recipes;

public sealed class MixTests
{
    private static readonly Mix Owner = new() { Target = "owner", Ratios = [1, 4] };

    /// <summary>Rows whose target has nothing to do with the rest.</summary>
    private static Table Shuffled(Table table)
    {
        var rows = new int[table.Rows];
        for (var i = 0; i < rows.Length; i++) rows[i] = i;
        Run.With(9).Stream("shuffle").Sequence().Shuffle<int>(rows);
        var at = table.Schema.IndexOf("owner");
        return new Table(table.Columns.SetItem(at, table.Columns[at].Take(rows)));
    }

    [Fact]
    public async Task More_rows_of_the_population_are_a_gain()
    {
        // a gain that is there is missed about once in 40 seeds; this one is fixed
        var result = await Population.Sample(250, 1).MixAsync(Population.Sample(2_000, 2), Owner, Population.Sample(3_000, 3), Run.With(1));
        Assert.True(result.BestRatio > 0, result.Said);
        Assert.True(result.Interval!.Value.Low > 0);
        Assert.StartsWith("Best: ", result.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_with_a_shuffled_target_are_none_and_that_is_said()
    {
        // false alarms: the gain of useless rows lies above its 95 % interval once in 40 seeds; this one is fixed
        var result = await Population.Sample(600, 1).MixAsync(Shuffled(Population.Sample(2_400, 2)), Owner, Population.Sample(3_000, 3), Run.With(1));
        Assert.Equal(0, result.BestRatio);
        Assert.StartsWith("No gain", result.Said, StringComparison.Ordinal);
        var worst = result.Points[^1];
        Assert.True(worst is { Ratio: 4, Interval.High: < 0 }, $"{worst}");
    }

    [Fact]
    public async Task Same_seed_gives_the_same_curve_at_any_thread_count()
    {
        Table real = Population.Sample(300, 1), made = Population.Sample(700, 2);
        var one = await real.MixAsync(made, Owner with { Ratios = [1, 2] }, null, Run.With(1) with { Threads = 1 });
        var two = await real.MixAsync(made, Owner with { Ratios = [1, 2] }, null, Run.With(1) with { Threads = 2 });
        Assert.Equal(one.Points.AsEnumerable(), two.Points);
        Assert.Equal((one.BestRatio, one.Gain, one.Interval), (two.BestRatio, two.Gain, two.Interval));
    }

    [Fact]
    public async Task Ratios_that_need_more_rows_than_there_are_are_left_out()
    {
        var result = await Population.Sample(300, 1).MixAsync(Population.Sample(300, 2), Owner, Population.Sample(500, 3), Run.With(1));
        Assert.Equal([0, 1], result.Points.Where(p => p.RealShare == 1).Select(p => p.Ratio));
        Assert.Equal("SB2112", (await Assert.ThrowsAsync<RecipeException>(() => Population.Sample(300, 1).MixAsync(Population.Sample(100, 2), Owner, Population.Sample(500, 3), Run.With(1)))).Code);
    }

    [Fact]
    public async Task A_model_is_fitted_to_the_rows_of_each_point()
    {
        var model = new Counted();
        var result = await Population.Sample(400, 1).MixAsync(model, Owner, Population.Sample(500, 3), Run.With(1));
        Assert.Equal(result.Points.Select(p => p.RealRows).Distinct().Order(), model.Rows.Distinct().Order());
        Assert.Contains("fitted anew", result.Notes[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused()
    {
        Table real = Population.Sample(300, 1), made = Population.Sample(300, 2);
        Assert.Equal("SB2110", (await Assert.ThrowsAsync<RecipeException>(() => real.MixAsync(made, Owner with { Ratios = [0] }, null, Run.With(1)))).Code);
        Assert.Equal("SB2111", (await Assert.ThrowsAsync<RecipeException>(() => real.Take([1, 2, 3]).MixAsync(made, Owner, real, Run.With(1)))).Code);
        Assert.Equal("SB1202", (await Assert.ThrowsAsync<SchemaException>(() => real.MixAsync(made, Owner with { Target = "ownr" }, null, Run.With(1)))).Code);
    }

    [Fact]
    public void Rows_are_marked_with_their_origin()
    {
        var real = Population.Sample(5, 1);
        var marked = Table.Concatenate(MarkedRows.Of(real, real.Schema, false).Schema, [MarkedRows.Of(real, real.Schema, false), MarkedRows.Of(Population.Sample(3, 2), real.Schema, true)]);
        Assert.Equal(["real", "real", "real", "real", "real", "synthetic", "synthetic", "synthetic"], Enumerable.Range(0, 8).Select(marked[MarkedRows.Column].Text));
        Assert.Equal("SB2113", Assert.Throws<SchemaException>(() => MarkedRows.Of(marked, marked.Schema, true)).Code);
    }

    [Fact]
    public void Columns_with_lists_of_their_own_are_joined_by_what_they_say()
    {
        var schema = new ColumnSchema("c", ColumnKind.Category) { MissingMarkers = ["?"] };
        Table One(int[] codes, params string[] levels) => new([new CategoryColumn(schema, codes, levels)]);
        var joined = Table.Concatenate(new Schema([schema]), [One([0, 1, -1], "a", "b"), One([0, 1, 0], "b", "c")]);
        Assert.Equal(["a", "b", "?", "b", "c", "b"], Enumerable.Range(0, 6).Select(joined.Columns[0].Text));
    }

    /// <summary>Notes how many rows it is fitted to.</summary>
    private sealed record Counted : IModel<Table>
    {
        public string Id => "counted";

        public List<int> Rows { get; } = [];

        public Task<IGenerator<Table>> FitAsync(Table real, Run run, CancellationToken ct = default)
        {
            Rows.Add(real.Rows);
            return new Independent().FitAsync(real, run, ct);
        }
    }
}
