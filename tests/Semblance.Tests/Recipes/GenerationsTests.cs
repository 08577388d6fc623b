using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Metrics;
using Semblance.Models;
using Semblance.Numerics;
using Semblance.Recipes;
using Semblance.Tests.Models;

namespace Semblance.Tests.Recipes;

public sealed class GenerationsTests
{
    private static Task<GenerationTrail> TrailAsync(IModel<Table> model, KeptRows keep, int generations, int rows = 400, ulong seed = 5, int threads = 2, string? target = null) =>
        MadeTable.Of(rows, 3).GenerationsAsync(model, MadeTable.Of(300, 4), generations, keep, Run.With(seed) with { Threads = threads }, target);

    /// <summary>
    /// The seed is fixed. Over 20 others for each model, replacing lost a measure in all 40 experiments (tails were gone in all), and accumulating lost fewer in all 40: detection in two of them, nothing in 38. By the 95 %
    /// bound the test fails at under 8 % of seeds.
    /// </summary>
    [Theory]
    [InlineData("copula")]
    [InlineData("independent")]
    public async Task Rows_that_replace_wear_the_data_out_and_rows_that_accumulate_do_so_less(string id)
    {
        var model = ModelCatalog.Default.Create(id);
        var replaced = await TrailAsync(model, KeptRows.Replace, 12);
        var accumulated = await TrailAsync(model, KeptRows.Accumulate, 12);
        Assert.Equal(replaced.Generations[0].Scores, accumulated.Generations[0].Scores); // the first has seen the same
        Assert.NotEmpty(replaced.Lost);
        Assert.True(accumulated.Lost.Length < replaced.Lost.Length, $"{accumulated.Headline} {replaced.Headline}");
    }

    [Fact]
    public async Task Each_generation_learns_from_what_it_is_said_to()
    {
        var replaced = await TrailAsync(new Independent(), KeptRows.Replace, 3);
        Assert.Equal([(1, 400, 1.0), (2, 400, 0), (3, 400, 0)], replaced.Generations.Select(g => (g.Number, g.FittedRows, g.RealShare)));
        var accumulated = await TrailAsync(new Independent(), KeptRows.Accumulate, 3);
        Assert.Equal([(1, 400, 1.0), (2, 800, 1 / 2.0), (3, 1200, 1 / 3.0)], accumulated.Generations.Select(g => (g.Number, g.FittedRows, g.RealShare)));
    }

    [Fact]
    public async Task Same_seed_gives_the_same_numbers_at_any_thread_count()
    {
        var one = await TrailAsync(new Cart(), KeptRows.Accumulate, 2, threads: 1, target: "both");
        Assert.Equal(one.ToJson(), (await TrailAsync(new Cart(), KeptRows.Accumulate, 2, threads: 2, target: "both")).ToJson());
        Assert.NotEqual(one.ToJson(), (await TrailAsync(new Cart(), KeptRows.Accumulate, 2, seed: 6, target: "both")).ToJson());
        Assert.NotNull(one.Generations[0].Scores["utility.tstr"].Value);
    }

    [Fact]
    public async Task The_page_draws_every_measure_that_has_a_value_and_names_the_outcome()
    {
        var trail = await TrailAsync(new Independent(), KeptRows.Replace, 2);
        var page = trail.ToHtml();
        Assert.Equal(6, page.Split("class=\"plot\"").Length - 1); // no target, no learning
        Assert.Contains("no measure is lower", page, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
        Assert.Contains("\"why\": \"no target", trail.ToJson(), StringComparison.Ordinal);
    }

    private static NumberColumn Numbers(string name, params double[] values) => new(new ColumnSchema(name, ColumnKind.Decimal) { Number = new(1, 1) }, values);

    private static ImmutableSortedDictionary<string, Score> Measured(Table real, Table made) =>
        GenerationMeasures.Of(Comparison.Of(new Evidence<Table>(real, made) { Holdout = real }, Run.With(1)), Run.With(1), default);

    /// <summary>By hand: 100 numbers of which 1 and 100 lie beyond the quantiles 1.99 and 99.01; halved about their middle they have a quarter of the variance and no tails. Of 4 values 20 rows each and one of 20, two are made.</summary>
    [Fact]
    public void Spread_tails_and_kept_values_agree_with_what_is_counted_by_hand()
    {
        var numbers = Enumerable.Range(1, 100).Select(i => (double)i).ToArray();
        int[] codes = [.. numbers.Select(n => ((int)n - 1) / 20)];
        string[] levels = ["a", "b", "c", "d", "e"];
        CategoryColumn Category(string name, int[] of) => new(new(name, ColumnKind.Category), of, levels);
        var real = new Table([Numbers("n", numbers), Category("x", codes), Category("y", codes)]);
        int[] few = [.. codes.Select(c => c % 2)];
        var made = new Table([Numbers("n", [.. numbers.Select(n => 50.5 + (n - 50.5) / 2)]), Category("x", few), Category("y", [.. few.Select(c => 1 - c)])]);
        var scores = Measured(real, made);
        Assert.Equal(0.25, scores["variance"].Value!.Value, 9);
        Assert.Equal(0, scores["tails"].Value);
        Assert.Equal(0.4, scores["levels"].Value);
        Assert.Equal(0, scores["pairs"].Value); // (a, a) to (e, e) are real, (a, b) and (b, a) were made
        var digits = new Table([Numbers("n", [.. Enumerable.Range(0, 400).Select(i => i % 10.0)])]);
        Assert.Null(Measured(digits, digits)["tails"].Value); // the quantiles are 0 and 9, and nothing lies beyond
        var same = Measured(real, real);
        Assert.Equal([1, 1, 1, 1], new[] { "variance", "tails", "levels", "pairs" }.Select(name => Math.Round(same[name].Value!.Value, 9)));
    }

    [Fact]
    public async Task An_experiment_ends_where_nothing_can_be_learned_any_more()
    {
        var model = new Fading();
        var trail = await TrailAsync(model, KeptRows.Replace, 4);
        Assert.Equal(2, trail.Generations.Length);
        Assert.Contains("ended before generation 3", trail.Notes[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(99, 300)]
    [InlineData(400, 29)]
    public async Task Too_few_rows_are_refused(int rows, int holdout) =>
        Assert.Equal("SB3062", (await Assert.ThrowsAsync<FitException>(() => MadeTable.Of(rows, 1).GenerationsAsync(new Independent(), MadeTable.Of(holdout, 2), 2, KeptRows.Replace, Run.With(1)))).Code);

    [Fact]
    public async Task Can_be_stopped()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => MadeTable.Of(400, 1).GenerationsAsync(new Independent(), MadeTable.Of(99, 2), 2, KeptRows.Replace, Run.With(1), ct: stop.Token));
    }

    /// <summary>Learns twice, and then no more.</summary>
    private sealed record Fading : IModel<Table>
    {
        private readonly int[] fits = [0];

        public string Id => "copula";

        public Task<IGenerator<Table>> FitAsync(Table real, Run run, CancellationToken ct = default) =>
            fits[0]++ < 2 ? new Independent().FitAsync(real, run, ct) : throw new FitException("SB3001", "too few rows");
    }
}
