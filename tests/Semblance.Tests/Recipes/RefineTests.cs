using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Models;
using Semblance.Recipes;
using Semblance.Tests.Models;

namespace Semblance.Tests.Recipes;

public sealed class RefineTests
{
    private static Table Real => MadeTable.Of(900, 3);

    private static Refine Search(params ImmutableArray<string> families) => new() { Target = "both", Families = families };

    private static async Task<About> RefinedAsync(Refine refine, string budget = "4s", ulong seed = 4, int threads = 2)
    {
        using var generator = await Real.FitAsync(refine, Run.With(seed) with { Budget = Budget.Parse(budget), Threads = threads });
        return generator.About;
    }

    [Fact]
    public async Task Same_seed_and_budget_take_the_same_way_at_any_thread_count()
    {
        var one = await RefinedAsync(Search("cart", "copula"), threads: 1);
        var two = await RefinedAsync(Search("cart", "copula"), threads: 2);
        Assert.Equal(one.Trail.Select(Line), two.Trail.Select(Line));
        Assert.Equal(one.Spec, two.Spec);

        static string Line(Attempt a) => $"{a.Model} {a.Spec} {a.Chosen} {a.Seconds} {a.Why} {string.Join(" ", a.Scores)}";
    }

    [Theory]
    [InlineData(RefineSearch.Guided)]
    [InlineData(RefineSearch.Random)]
    public async Task The_plan_stays_within_the_budget_and_one_attempt_is_taken(RefineSearch search)
    {
        var about = await RefinedAsync(Search("cart", "copula") with { Search = search }, "5s");
        Assert.True(about.Trail.Length > 2, $"{about.Trail.Length} attempts");
        Assert.InRange(about.Trail.Sum(a => a.Seconds), 1, 5);
        var taken = about.Trail.Single(a => a.Chosen);
        Assert.Equal(taken.Model, about.Model);
        Assert.Contains("attempts on", about.Notes[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_ends_when_every_gate_is_met_on_all_splits()
    {
        var about = await RefinedAsync(Search("cart", "copula") with { Until = Gate.Parse("fidelity.c2st>=0.05 and privacy.dcr-share<=0.9 and privacy.exact-copies<=1") });
        Assert.Equal(2, about.Trail.Length); // the families; nothing had to be mended
        Assert.Contains(": every gate is met", about.Notes[^1], StringComparison.Ordinal);
        Assert.Contains("splits", about.Trail.Single(a => a.Chosen).Why, StringComparison.Ordinal);
    }

    private static RefineTrial Trial(params (double Detection, double Nearness)[] splits)
    {
        var gate = Gate.Parse("fidelity.c2st>=0.9")[0];
        var trial = new RefineTrial(new Copula(), "copula", "", "");
        foreach (var (detection, nearness) in splits)
            trial.Add(new RefineJudgement(ImmutableSortedDictionary<string, double>.Empty.Add("fidelity.c2st", detection), ImmutableSortedDictionary<string, double>.Empty, [nearness - 0.52], [new GateResult(gate, detection >= 0.9, "") { Margin = 0.9 - detection }], null, []), 1);
        return trial;
    }

    [Fact]
    public void The_privacy_bound_comes_first_then_the_gates_then_quality()
    {
        Assert.True(RefineTrial.Best.Compare(Trial((0.3, 0.51)), Trial((0.99, 0.53))) < 0);
        Assert.True(RefineTrial.Best.Compare(Trial((0.3, 0.53)), Trial((0.99, 0.54))) < 0);
        Assert.True(RefineTrial.Best.Compare(Trial((0.8, 0.51)), Trial((0.7, 0.50))) < 0);
        Assert.True(RefineTrial.Best.Compare(Trial((0.96, 0.51)), Trial((0.95, 0.50))) < 0);
    }

    [Fact]
    public void Trials_are_compared_on_the_splits_they_share()
    {
        Assert.True(RefineTrial.Best.Compare(Trial((0.80, 0.5)), Trial((0.79, 0.5), (0.99, 0.5))) < 0);
        Assert.True(RefineTrial.Best.Compare(Trial((0.80, 0.5), (0.80, 0.5)), Trial((0.79, 0.5), (0.99, 0.5))) > 0);
        Assert.True(RefineTrial.IsClear(Trial((0.80, 0.5)), Trial((0.70, 0.5), (0.99, 0.5)), 0.05));
        Assert.False(RefineTrial.IsClear(Trial((0.80, 0.5)), Trial((0.76, 0.5)), 0.05));
        Assert.False(RefineTrial.IsClear(Trial((0.80, 0.53)), Trial((0.70, 0.5)), 0.05));
        var mixed = Trial((0.8, 0.53), (0.8, 0.50));
        Assert.True(mixed.Within); // beyond on one split, within on average
        Assert.Equal(0.1, mixed.Shortfall, 9);
    }

    [Fact]
    public async Task A_missed_privacy_gate_turns_knobs_towards_smooth()
    {
        var about = await RefinedAsync(Search("cart") with { Until = Gate.Parse("privacy.dcr-share<=0.1") }, "4s");
        Assert.StartsWith("it comes too near to training rows: leafRows 10 to 20", about.Trail[1].Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missed_detection_gate_turns_knobs_towards_sharp()
    {
        var about = await RefinedAsync(Search("circuit") with { Until = Gate.Parse("fidelity.c2st>=1.5 and privacy.dcr-share<=1 and privacy.exact-copies<=1") }, "4s");
        Assert.Contains("fidelity.c2st>=1.5 is missed", about.Trail[1].Why, StringComparison.Ordinal);
        Assert.Matches("components 0 to |smoothing 3 to 1.5", about.Trail[1].Why);
    }

    [Fact]
    public async Task The_trail_is_kept_in_the_model_file()
    {
        using var generator = await Real.FitAsync(Search("copula"), Run.With(4) with { Budget = Budget.Parse("3s") });
        using var file = new MemoryStream();
        await generator.SaveAsync(file);
        file.Position = 0;
        using var again = await ModelCatalog.Default.OpenAsync(file);
        Assert.Equal(generator.About.Trail.Select(a => (a.Model, a.Seconds, a.Why)), again.About.Trail.Select(a => (a.Model, a.Seconds, a.Why)));
        Assert.True(again.About.Trail[0].Seconds > 0);
    }

    [Theory]
    [InlineData("privacy.canaries<=1")]
    [InlineData("fairness.representation<=1")]
    public async Task Gates_that_need_the_model_or_sensitive_columns_can_be_met(string gate)
    {
        var about = await RefinedAsync(Search("independent") with { Sensitive = "left", Until = Gate.Parse(gate) }, "2s");
        Assert.Contains(": every gate is met", about.Notes[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_budget_that_pays_for_nothing_is_refused() =>
        Assert.Equal("SB3061", (await Assert.ThrowsAsync<FitException>(() => RefinedAsync(Search("diffusion"), "1s"))).Code);

    [Fact]
    public async Task Too_few_rows_are_refused() =>
        Assert.Equal("SB3060", (await Assert.ThrowsAsync<FitException>(() => MadeTable.Of(150, 3).FitAsync(Search(), Run.With(1)))).Code);

    [Fact]
    public async Task A_gate_on_a_score_that_does_not_exist_is_refused() =>
        Assert.Equal("SB2031", (await Assert.ThrowsAsync<RecipeException>(() => RefinedAsync(Search() with { Until = Gate.Parse("fidelity.c3st>=1") }))).Code);

    [Fact]
    public async Task Can_be_stopped()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Real.FitAsync(Search(), Run.With(1), stop.Token));
    }

    public static TheoryData<string> Families => [.. ModelCatalog.Default.Entries.Select(e => e.Id)];

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_knob_starts_at_the_default_and_takes_only_sound_values(string family)
    {
        var model = ModelCatalog.Default.Create(family);
        foreach (var knob in Knob.Of(family, 10_000))
        {
            Assert.Contains(knob.Now(model), knob.Values);
            foreach (var value in knob.Values) Assert.Equal(value, knob.Now(knob.Set(model, value)));
            Assert.Null(knob.Use == KnobUse.Order ? null : knob.Turn(knob.Set(model, knob.Values[^1]), 1));
            Assert.Null(knob.Use == KnobUse.Order ? null : knob.Turn(knob.Set(model, knob.Values[0]), -1));
            Assert.Equal(knob.Values[1], knob.Now(knob.Turn(knob.Set(model, knob.Values[0]), 1)!));
        }
    }
}
