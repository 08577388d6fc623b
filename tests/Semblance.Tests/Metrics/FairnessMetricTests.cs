using Semblance.Data;
using Semblance.Metrics;
using static Semblance.Tests.Metrics.Population;

namespace Semblance.Tests.Metrics;

public sealed class FairnessMetricTests
{
    private static readonly MetricCatalog Family = MetricCatalog.Default.Only([.. MetricCatalog.Default.Metrics.Select(m => m.Name).Where(n => n.StartsWith("fairness.", StringComparison.Ordinal))]);

    private static Task<Scorecard> Judge(Table real, Table synthetic, Table? holdout, string? target, string? sensitive) =>
        new Evidence<Table>(real, synthetic) { Holdout = holdout, Target = target, Sensitive = sensitive }.EvaluateAsync(Run.With(1), Family);

    /// <summary>Rows of (sex, flag, loan), so many of each.</summary>
    private static Table People(params (string Sex, string Flag, string Loan, int Rows)[] kinds)
    {
        string?[] Column(Func<(string Sex, string Flag, string Loan, int Rows), string> of) => [.. kinds.SelectMany(k => Enumerable.Repeat(of(k), k.Rows))];
        return new Table([Categories("sex", Column(k => k.Sex)), Categories("flag", Column(k => k.Flag)), Categories("loan", Column(k => k.Loan))]);
    }

    // Loan follows the flag, whatever the sex: that is what a learner finds.
    private static readonly Table Taught = People(("f", "+", "yes", 100), ("f", "-", "no", 100), ("m", "+", "yes", 100), ("m", "-", "no", 100));

    // In the holdout it is otherwise, so that the learner's rates are 1/2 and 1/2 for men, 0.4 and 0.1 for women.
    private static readonly Table Tried = People(
        ("m", "+", "yes", 30), ("m", "-", "yes", 30), ("m", "+", "no", 30), ("m", "-", "no", 30),
        ("f", "+", "yes", 40), ("f", "-", "yes", 60), ("f", "+", "no", 10), ("f", "-", "no", 90),
        ("x", "-", "no", 99));

    [Fact]
    public async Task Rates_of_groups_are_as_worked_by_hand()
    {
        // Selected: 60 of 120 men, 50 of 200 women. The 99 of x are too few to count: their rate would be 0.
        var card = await Judge(Taught, Taught, Tried, "loan", "sex");
        Near(0.25, "fairness.parity");
        Near(0.5, "fairness.disparate-impact");
        Near(0.1, "fairness.equal-opportunity");
        Near(0.4, "fairness.equalised-odds"); // false positives: 30 of 60 against 10 of 100
        var women = card.Fairness!.Groups.Single(g => g.Name == "f");
        Assert.Equal(new GroupRates(0.25, 0.4, 0.1), women.Synthetic);
        Assert.Equal("loan = yes", card.Fairness.Outcome);

        void Near(double expected, string name)
        {
            var score = card[name].Score;
            Assert.Equal(expected, score.Value!.Value, 12);
            Assert.Equal(expected, score.Ceiling!.Value, 12); // both models learned the same
            Assert.InRange(expected, score.Interval!.Value.Low, score.Interval.Value.High);
        }
    }

    [Fact]
    public async Task Shares_of_groups_are_as_worked_by_hand()
    {
        // Real: half men, half women. Synthetic: 60 women of 300, so 1 - 0.2 / 0.5. Holdout: 120 men of 419: 1 - (120 / 419) / (1 / 2), times the noise scale.
        var synthetic = People(("f", "+", "yes", 60), ("m", "+", "yes", 240));
        var score = (await Judge(Taught, synthetic, Tried, null, "sex"))["fairness.representation"].Score;
        Assert.Equal(0.6, score.Value!.Value, 12);
        Assert.Equal((1 - 120.0 / 419 * 2) * Math.Sqrt((1.0 / 400 + 1.0 / 300) / (1.0 / 400 + 1.0 / 419)), score.Ceiling!.Value, 12);
        Assert.Equal("f", score.Why);
    }

    [Fact]
    public async Task A_dropped_group_is_found_and_named()
    {
        var real = Sample(900, 1);
        var region = (CategoryColumn)real["region"];
        var without = real.Take([.. Enumerable.Range(0, real.Rows).Where(i => region.Text(i) != "middle")]);
        var card = await Judge(real, without, Sample(900, 2), "owner", "region");
        Assert.Equal(1, card["fairness.representation"].Score.Value);
        Assert.Equal("middle", card["fairness.representation"].Score.Why);
        Assert.Equal(Grade.Poor, card.Verdict.Fairness!.Grade);
        Assert.Contains("middle", card.Verdict.Fairness.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_label_flipped_in_one_group_is_found()
    {
        var real = Sample(900, 1);
        var fresh = Sample(900, 3);
        var (region, owner) = ((CategoryColumn)fresh["region"], (CategoryColumn)fresh["owner"]);
        var flipped = new CategoryColumn(owner.Schema, [.. Enumerable.Range(0, fresh.Rows).Select(i => region.Text(i) == "west" ? 1 - owner.Codes[i] : owner.Codes[i])], [.. owner.Levels]);
        var card = await Judge(real, new Table([.. fresh.Columns.Select(c => c.Name == "owner" ? flipped : c)]), Sample(900, 2), "owner", "region");
        foreach (var name in (string[])["fairness.equalised-odds", "fairness.equal-opportunity"])
            Assert.True(card[name].Score.Interval!.Value.Low > card[name].Score.Ceiling + 0.1, $"{name} {card[name].Score}");
        Assert.Equal(Grade.Poor, card.Verdict.Fairness!.Grade);

        var sound = await Judge(real, fresh, Sample(900, 2), "owner", "region");
        Assert.Equal(Grade.Good, sound.Verdict.Fairness!.Grade);
    }

    [Theory]
    [InlineData("city", "owner", "city = ")] // six classes: each against the rest
    [InlineData("income", "owner", "income above its median")]
    [InlineData("owner", "age", "owner = yes")] // ten groups by age
    public async Task Classes_numbers_and_ages_are_judged_too(string target, string sensitive, string outcome)
    {
        var card = await Judge(Sample(1_500, 1), Sample(1_500, 3), Sample(1_500, 2), target, sensitive);
        Assert.StartsWith(outcome, card.Fairness!.Outcome, StringComparison.Ordinal);
        Assert.All(card.Scores, s => Assert.NotNull(s.Score.Ceiling));
    }

    [Theory]
    [InlineData("owner", null, "no sensitive column")]
    [InlineData("owner", "id", "identifier")]
    [InlineData(null, "region", "no target")]
    public async Task What_cannot_be_judged_is_said(string? target, string? sensitive, string word)
    {
        var card = await Judge(Sample(300, 1), Sample(300, 2), Sample(300, 3), target, sensitive);
        Assert.Null(card["fairness.parity"].Score.Value);
        Assert.Contains(word, card["fairness.parity"].Score.Why, StringComparison.Ordinal);
        Assert.Equal(sensitive is null, card.Verdict.Fairness is null);
        Assert.Equal(sensitive is null ? 3 : 4, card.Verdict.Sections.Length);
    }

    [Theory]
    [InlineData("owner", "SB2102")] // the target itself
    [InlineData("regio", "SB1202")]
    public async Task Wrong_sensitive_columns_are_errors(string sensitive, string code) =>
        Assert.Equal(code, (await Assert.ThrowsAnyAsync<SemblanceException>(() => Judge(Sample(50, 1), Sample(50, 2), null, "owner", sensitive))).Code);
}
