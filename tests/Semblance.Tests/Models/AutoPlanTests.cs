using Semblance.Models;

namespace Semblance.Tests.Models;

public sealed class AutoPlanTests
{
    private static readonly Auto WithTarget = new() { Target = "y" };

    private static string[] Ids(AutoPlan plan) => [.. plan.Candidates.Select(c => c.Id)];

    private static AutoPlan Plan(int rows, int columns, double? seconds) => AutoPlan.Of(WithTarget, rows, columns, seconds is { } s ? TimeSpan.FromSeconds(s) : null);

    [Fact]
    public void More_time_tries_more_models_on_more_rows()
    {
        var (little, much) = (Plan(40_000, 15, 15), Plan(40_000, 15, 120));
        Assert.Equal(["cart", "cart", "circuit", "argn", "tvae"], Ids(much));
        Assert.True(little.Candidates.Length < much.Candidates.Length);
        Assert.True(little.TrialRows < much.TrialRows);
    }

    [Fact]
    public void Slow_generators_are_tried_only_where_quality_is_preferred()
    {
        Assert.DoesNotContain("diffusion", Ids(AutoPlan.Of(WithTarget, 5_000, 10, TimeSpan.FromHours(1))));
        Assert.Contains("diffusion", Ids(AutoPlan.Of(WithTarget with { Prefer = AutoPreference.Quality }, 5_000, 10, null)));
        Assert.DoesNotContain("diffusion", Ids(AutoPlan.Of(WithTarget with { Prefer = AutoPreference.Quality }, 5_000, 10, TimeSpan.FromSeconds(10))));
    }

    [Theory]
    [InlineData(300, 5, 1), InlineData(40_000, 15, 12), InlineData(40_000, 15, 60), InlineData(1_000_000, 30, 60), InlineData(100_000, 80, 600), InlineData(10_000_000, 100, 30)]
    public void Keeps_within_the_budget_or_fits_one_untried(int rows, int columns, double seconds)
    {
        var plan = Plan(rows, columns, seconds);
        Assert.NotEmpty(plan.Candidates);
        if (plan.Candidates.Length > 1) Assert.InRange(plan.Seconds, 0, seconds);
    }

    [Fact]
    public void Without_a_budget_the_quick_class_stays_whatever_the_size()
    {
        Assert.Equal(["cart", "cart"], Ids(Plan(5_000_000, 40, null)));
        Assert.Equal(5_000, Plan(5_000_000, 40, null).TrialRows);
        Assert.Contains("argn", Ids(Plan(1_000, 7, null)));
    }

    [Fact]
    public void A_budget_for_no_trial_takes_the_best_that_can_be_fitted() => Assert.Equal(["independent"], Ids(Plan(50_000_000, 100, 5)));

    [Theory]
    [InlineData("90s", 90), InlineData("10m", 600), InlineData("1.5h", 5_400)]
    public void Budgets_are_read(string text, double seconds) => Assert.Equal(seconds, Budget.Parse(text).Time.TotalSeconds);

    [Theory]
    [InlineData(""), InlineData("s"), InlineData("60"), InlineData("-5s"), InlineData("0s"), InlineData("1e300h"), InlineData("NaNs"), InlineData("721h"), InlineData("60 s")]
    public void What_is_no_time_is_refused(string text) => Assert.Equal("SB2023", Assert.Throws<RecipeException>(() => Budget.Parse(text)).Code);

    [Fact]
    public async Task A_budget_for_a_model_that_does_not_plan_is_refused()
    {
        var run = Run.With(1) with { Budget = Budget.Parse("60s") };
        Assert.Equal("SB2024", (await Assert.ThrowsAsync<RecipeException>(() => MadeTable.Of(60, 3).FitAsync(new Cart(), run))).Code);
    }
}
