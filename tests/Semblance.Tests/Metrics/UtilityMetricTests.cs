using Semblance.Data;
using Semblance.Metrics;
using static Semblance.Tests.Metrics.Population;

namespace Semblance.Tests.Metrics;

public sealed class UtilityMetricTests
{
    private static async Task<(Score Score, LearningDetail? Learning)> Judge(string name, Table real, Table synthetic, Table holdout, string? target)
    {
        var card = await new Evidence<Table>(real, synthetic) { Holdout = holdout, Target = target }.EvaluateAsync(Run.With(1), MetricCatalog.Default.Only(name));
        return (card[name].Score, card.Learning);
    }

    private static Table Pairs(bool turned, int rows = 80) => new(
    [
        Categories("a", [.. Enumerable.Range(0, rows).Select(i => i % 2 == 0 ? "x" : "y")]),
        Categories("b", [.. Enumerable.Range(0, rows).Select(i => i % 2 == 0 ^ turned ? "u" : "v")]),
    ]);

    /// <summary>The column alone shuffled.</summary>
    private static Table Without(Table table, string column) => new([.. table.Columns.Select(c => c.Name == column ? Shuffled(table)[column] : c)]);

    [Fact]
    public async Task Columns_that_tell_each_other_are_predicted_perfectly_or_not_at_all()
    {
        // Each column follows from the other, so real skills are 1. Turned about, every prediction is wrong: the skill is below 0, which counts as 0.
        Assert.Equal(1, (await Judge("utility.global", Pairs(false), Pairs(false), Pairs(false), null)).Score.Value!.Value, 12);
        Assert.Equal(0, (await Judge("utility.global", Pairs(false), Pairs(true), Pairs(false), null)).Score.Value!.Value, 12);
    }

    [Fact]
    public async Task A_column_that_came_loose_is_named_and_columns_nobody_predicts_do_not_count()
    {
        var (real, holdout) = (Sample(900, 1), Sample(900, 2));
        var (score, learning) = await Judge("utility.global", real, Without(Sample(900, 3), "spent"), holdout, null);
        var skill = learning!.Columns.ToDictionary(c => c.Column);
        Assert.True(score.Interval!.Value.High < 0.95, $"{score}");
        Assert.InRange(skill["spent"].Synthetic, -0.3, 0.2);
        Assert.InRange(skill["spent"].Real, 0.8, 1);
        Assert.InRange(skill["region"].Synthetic, 0.8, 1);
        Assert.DoesNotContain(skill.Values, c => c.Counts && c.Real < 0.05);
        Assert.DoesNotContain("note", skill.Keys); // free text
    }

    [Fact]
    public void A_learning_curve_is_carried_on_as_worked_by_hand()
    {
        // Short of its limit by b / sqrt(n): 0.1 = b (1/10 - 1/20), so b = 2; from 400 to 1,600 rows 2 (1/20 - 1/40) = 0.05.
        Assert.Equal(0.05, Augmentation.Ceiling([new(100, 0.5, 0.7, 0), new(400, 1, 0.8, 0)], 1_200)!.Value, 12);
        Assert.Equal(0, Augmentation.Ceiling([new(100, 0.5, 0.8, 0), new(400, 1, 0.7, 0)], 1_200)); // fresh rows do no harm
        // Two parts of 100 rows, gains 0.02 and 0.04 (variance 0.0002); of 400 rows a quarter of it.
        (int, int[])[] parts = [(0, new int[100]), (0, new int[100]), (1, new int[400])];
        Assert.Equal(0.00005, Augmentation.Variance(parts, 400, part => part switch { 0 => 0.02, 1 => 0.04, _ => 9 }), 12);
    }

    [Theory]
    [InlineData("fresh", 70, "a gain")] // 70 real rows, 1,500 fresh ones beside them
    [InlineData("flipped", 600, "do harm")]
    [InlineData("shuffled", 300, "do harm")]
    [InlineData("copied", 1_500, "no gain")]
    public async Task What_synthetic_rows_add_is_said_plainly(string kind, int rows, string said)
    {
        var real = Sample(rows, 1);
        var fresh = Sample(1_500, 3);
        var owner = (CategoryColumn)fresh["owner"];
        var flipped = new CategoryColumn(owner.Schema, [.. owner.Codes.Select(c => 1 - c)], [.. owner.Levels]);
        var synthetic = kind switch { "copied" => real, "shuffled" => Shuffled(fresh), "flipped" => new Table([.. fresh.Columns.Select(c => c.Name == "owner" ? flipped : c)]), _ => fresh };
        var (score, learning) = await Judge("utility.augmentation", real, synthetic, Sample(1_500, 2), "owner");
        Assert.Contains(said, score.Why, StringComparison.Ordinal);
        Assert.Equal(learning!.Augmentation!.Points[^1].Both - learning.Augmentation.Points[^1].RealOnly, score.Value!.Value, 12);
        Assert.InRange(score.Ceiling!.Value, 0, 0.2);
    }

    [Fact]
    public async Task A_leaked_target_draws_all_importance_to_itself()
    {
        // In the synthetic rows the region tells the target; in real ones it hardly does.
        var (real, holdout, fresh) = (Sample(1_500, 1), Sample(1_500, 2), Sample(1_500, 3));
        var leak = new CategoryColumn(fresh["region"].Schema, [.. ((CategoryColumn)fresh["owner"]).Codes], [.. ((CategoryColumn)fresh["region"]).Levels]);
        var leaked = new Table([.. fresh.Columns.Select(c => c.Name == "region" ? leak : c)]);
        var (score, learning) = await Judge("utility.importance", real, leaked, holdout, "owner");
        Assert.True(score.Interval!.Value.High < score.Ceiling - 0.05, $"{score}");
        Assert.True(learning!.Features.Single(f => f.Column == "region") is { } region && region.Synthetic > 0.03 && region.Real < 0.01);
        var ranking = (await Judge("utility.ranking", real, leaked, holdout, "owner")).Score;
        Assert.True(ranking.Value < ranking.Ceiling - 0.1, $"{ranking}");
    }

    [Fact]
    public void Agreements_are_as_worked_by_hand()
    {
        Assert.Equal((0.1 + 0.1 + 0) / (0.2 + 0.1 + 0.1), ImportanceAgreement.Overlap([0.2, 0.1, 0], [0.1, 0.1, 0.1]), 12);
        Assert.Equal((1 + 0.5 + 0) / 3, RankingAgreement.Agreement([1, 0, -1], [1, 1, 1]), 12);

        // One synthetic part of four agrees by 0.2 with each real part, the others by 0.6; real parts by 0.8. Left out in turn: 0.6 and three times 7/15, mean 0.5;
        // 3/4 (0.01 + 3 / 900) = 0.01, a standard error of 0.1, times 2.45.
        var score = PartAgreement.Of((a, b) => a >= 4 ? 0.8 : a == 0 ? 0.2 : 0.6);
        Assert.Equal(0.5, score.Value!.Value, 12);
        Assert.Equal(0.8, score.Ceiling!.Value, 12);
        Assert.Equal(0.255, score.Interval!.Value.Low, 12);
        Assert.Equal(0.745, score.Interval.Value.High, 12);
    }

    [Theory]
    [InlineData("owner")]
    [InlineData("city")] // six classes
    [InlineData("spent")] // a number
    public async Task Learners_that_know_more_than_nothing_beat_the_constant(string target)
    {
        var (_, learning) = await Judge("utility.ranking", Sample(1_200, 1), Sample(1_200, 3), Sample(600, 2), target);
        Assert.Equal("constant", learning!.Learners[^1].Learner);
        Assert.Equal(target == "spent" ? 6 : 7, learning.Learners.Length); // naive Bayes knows classes only
        Assert.All(learning.Learners[..^1], l => Assert.True(l.Real > learning.Learners[^1].Real + 0.1, $"{l}"));
    }
}
