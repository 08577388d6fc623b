using Semblance.Data;
using Semblance.Metrics;
using Semblance.Models;
using Semblance.Recipes;

namespace Semblance.Tests.Metrics;

/// <summary>Attacks that fit a model anew.</summary>
public sealed class ModelAttackTests
{
    private static readonly Table Train = Population.Sample(800, 1), Holdout = Population.Sample(800, 2);

    private static Score Measure(string name, IModel<Table>? model, int rows = 800, int threads = 2) =>
        MetricCatalog.Default.Require(name).Measure(
            new Evidence<Table>(rows == 800 ? Train : Population.Sample(rows, 1), Population.Sample(50, 3)) { Holdout = Holdout, Model = model }, Run.With(5) with { Threads = threads });

    public static TheoryData<string> Names => ["privacy.canaries", "privacy.membership-shadow"];

    [Theory, MemberData(nameof(Names))]
    public void Without_a_model_they_are_not_run(string name)
    {
        Assert.Equal(Score.None("not run: no model"), Measure(name, null));
        Assert.True(MetricCatalog.Default.NeedsModel(name));
    }

    [Theory, MemberData(nameof(Names))]
    public void Too_few_rows_are_told(string name) => Assert.Contains("needs at least", Measure(name, KnownModels.Copying, rows: 120).Why, StringComparison.Ordinal);

    [Theory]
    [InlineData("privacy.canaries", 0.99)]
    [InlineData("privacy.membership-shadow", 0.8)]
    public void A_model_that_copies_is_found(string name, double atLeast) => Assert.True(Measure(name, KnownModels.Copying).Interval!.Value.Low > atLeast);

    [Theory]
    [InlineData("privacy.canaries", 0.7)]
    [InlineData("privacy.membership-shadow", 0.7)]
    public void A_model_that_copies_with_small_changes_is_found(string name, double atLeast) => Assert.True(Measure(name, KnownModels.Blurring(0.02)).Interval!.Value.Low > atLeast);

    [Theory, MemberData(nameof(Names))]
    public void A_model_that_forgets_and_one_that_shuffles_are_not_blamed(string name)
    {
        // An interval of a harmless model begins above 0.5 with a chance of 2.5 % at most; none of 40 (canaries) and 20 (shadow models) other seeds did.
        foreach (var model in (IModel<Table>[])[KnownModels.Forgetful, KnownModels.Shuffling])
            Assert.True(Measure(name, model) is { Value: not null, Interval: { } interval } && interval.Low <= 0.5);
    }

    [Theory, MemberData(nameof(Names))]
    public void Threads_change_nothing(string name)
    {
        var model = new Constrained(new Cart { Trees = 1 });
        Assert.Equal(Measure(name, model, threads: 1), Measure(name, model, threads: 2));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_model_that_cannot_be_fitted_is_a_reason_not_a_crash(string name)
    {
        var score = Measure(name, new Refusing());
        Assert.Null(score.Value);
        Assert.Contains("these rows, never", score.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Copied_canaries_are_counted_beside_those_that_chance_makes()
    {
        // 800 rows: 53 canaries are planted, and a copier gives them all back. The others can't come out.
        Assert.Equal("53 of 53 planted rows came out again, 0 of as many that were not planted", Measure("privacy.canaries", KnownModels.Copying).Why);
    }

    [Theory]
    [InlineData("privacy.membership-shadow<=0.6", "fidelity", true)]
    [InlineData("privacy.membership<=0.6", "privacy.canaries", true)]
    [InlineData("privacy.membership<=0.6", "privacy", false)]
    public void A_run_attacks_its_model_where_a_gate_or_a_named_score_asks_for_it(string gate, string evaluate, bool attacked)
    {
        var recipe = new Recipe { Data = "people.csv", To = "out", Require = [gate], Evaluate = [evaluate] };
        var attack = CheckedRecipe.Of(recipe, Run.With(1)).Attacked(new About { Model = "cart", Spec = ModelSettings.Of(new Cart { Trees = 3 }) });
        Assert.Equal(attacked ? new Cart { Trees = 3 } : null, (attack as Constrained)?.Model); // the one that was chosen, not the search that chose it
    }

    private sealed record Refusing : IModel<Table>
    {
        public string Id => "refusing";

        public Task<IGenerator<Table>> FitAsync(Table real, Run run, CancellationToken ct = default) => throw new FitException("SB3000", "these rows, never");
    }
}
