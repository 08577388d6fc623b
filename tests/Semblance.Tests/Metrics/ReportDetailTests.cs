using Semblance.Data;
using Semblance.Metrics;

namespace Semblance.Tests.Metrics;

/// <summary>What a scorecard tells beside its scores.</summary>
public sealed class ReportDetailTests(Scorecards cards) : IClassFixture<Scorecards>
{
    [Fact]
    public void Bins_cover_every_present_cell_once()
    {
        foreach (var column in cards.Fresh.Columns.Where(c => c.Kind != ColumnKind.Identifier))
        {
            Assert.Equal(1, column.Bins.Sum(b => b.Real), 9);
            Assert.Equal(1, column.Bins.Sum(b => b.Synthetic), 9);
            Assert.Equal(1, column.Bins.Sum(b => b.Holdout!.Value), 9);
        }
    }

    [Fact]
    public void A_spike_has_a_bar_of_its_own_and_extremes_are_not_shown()
    {
        var income = cards.Fresh.Columns.First(c => c.Name == "income");
        var spike = income.Bins.First(b => !b.IsRange);
        Assert.Equal("0", spike.Label);
        Assert.InRange(spike.Real, 0.25, 0.35); // 0.3 expected; four standard deviations
        var ranges = income.Bins.Where(b => b.IsRange).ToArray();
        Assert.Null(ranges[0].Low);
        Assert.Null(ranges[^1].High);
        var greatest = ((NumberColumn)cards.Train["income"]).Values.Max();
        Assert.True(ranges[^1].Low < greatest);
    }

    [Fact]
    public void Rare_levels_are_not_named()
    {
        var real = new Table([Population.Categories("name", [.. Enumerable.Range(0, 100).Select(i => i < 97 ? "common" : $"secret {i}")])]);
        var detail = new Shape().Examine(Comparison.Of(new Evidence<Table>(real, real), Run.With(1)), Run.With(1), default).Columns[0];
        Assert.Equal(["common", "(rare)"], detail.Bins.Select(b => b.Label));
    }

    [Fact]
    public void The_detector_names_what_gives_the_data_away()
    {
        // The functional dependency city -> region is broken by shuffling, and so is owner's dependence on income.
        var detector = cards.Shuffled.Detector!;
        Assert.InRange(detector.Auc, 0.75, 1);
        Assert.InRange(detector.AucCeiling!.Value, 0.44, 0.56);
        Assert.Contains(detector.Findings, f => f.Contains("`city`", StringComparison.Ordinal) && f.Contains("`region`", StringComparison.Ordinal));
        Assert.Equal(1, detector.Features.Sum(f => f.Share), 6);
        Assert.InRange(detector.Findings.Length, 3, 8);
    }

    [Fact]
    public async Task Values_the_real_data_never_have_are_told()
    {
        var rounded = (NumberColumn)cards.Train["income"];
        var off = new NumberColumn(rounded.Schema, Array.ConvertAll(rounded.Values, v => v == 0 ? 0.01 : v));
        var synthetic = new Table([.. cards.Train.Columns.Select(c => c.Name == "income" ? off : c)]);
        var card = await synthetic.EvaluateAsync(cards.Train, cards.Holdout, null, Run.With(1));
        Assert.Contains(card.Detector!.Findings, f => f.Contains("`income` = 0 in 0.0% of the synthetic rows", StringComparison.Ordinal));
    }

    [Fact]
    public void Fresh_rows_get_a_good_verdict_and_shuffled_ones_do_not()
    {
        Assert.Equal(Grade.Good, cards.Fresh.Verdict.Utility.Grade);
        Assert.Equal(Grade.Good, cards.Fresh.Verdict.Privacy.Grade);
        Assert.NotEqual(Grade.Poor, cards.Fresh.Verdict.Fidelity.Grade);
        Assert.Equal(Grade.Poor, cards.Shuffled.Verdict.Fidelity.Grade);
        Assert.Equal(Grade.Poor, cards.Shuffled.Verdict.Utility.Grade);
        Assert.Contains("do not share", cards.Copied.Verdict.Headline, StringComparison.Ordinal);
    }

    [Fact]
    public void Matrices_are_symmetric_and_cover_the_comparable_columns()
    {
        var pairs = cards.Fresh.Pairs!;
        Assert.DoesNotContain("id", pairs.Columns);
        Assert.Equal(pairs.Columns.Length, pairs.Real.Size);
        for (var i = 0; i < pairs.Real.Size; i++)
        {
            Assert.Equal(1, pairs.Real[i, i]);
            for (var j = 0; j < i; j++) Assert.Equal(pairs.Synthetic[i, j], pairs.Synthetic[j, i]);
        }
        int city = pairs.Columns.IndexOf("city"), region = pairs.Columns.IndexOf("region");
        Assert.Equal(1, pairs.Real[city, region], 9); // region follows from city
    }

    [Fact]
    public void Privacy_and_utility_panels_are_filled()
    {
        var privacy = cards.Copied.Privacy!;
        Assert.Equal(cards.Train.Rows, privacy.Copies);
        Assert.Equal(1, privacy.Distances!.ToReal.Sum(), 9);
        Assert.Equal(0, privacy.MedianToReal);
        Assert.True(privacy.MedianToHoldout > 0);
        var utility = cards.Fresh.Utility!;
        Assert.Equal(PredictionTask.Binary, utility.Task);
        Assert.Equal("AUC", utility.Measures[0].Name);
        Assert.InRange(utility.Measures[0].TrainReal, 0.7, 1);
    }

    [Fact]
    public void A_metric_is_found_by_name_and_a_wrong_name_says_which_is_near()
    {
        Assert.Equal("fidelity.shape", cards.Fresh["fidelity.shape"].Name);
        Assert.Equal("fidelity", cards.Fresh["fidelity.shape"].Family);
        var error = Assert.Throws<RecipeException>(() => cards.Fresh["fidelity.shap"]);
        Assert.Contains("`fidelity.shape`", error.Message, StringComparison.Ordinal);
        Assert.Equal("SB2050", error.Code);
    }

    [Theory]
    [InlineData("city", PredictionTask.Multiclass)]
    [InlineData("age", PredictionTask.Regression)]
    public async Task Every_kind_of_target_can_be_predicted(string target, PredictionTask task)
    {
        var catalog = MetricCatalog.Default.Only("utility.tstr");
        var card = await Population.Sample(1_000, 5).EvaluateAsync(cards.Train, cards.Holdout, target, Run.With(1), catalog);
        Assert.Equal(task, card.Utility!.Task);
        Assert.InRange(card["utility.tstr"].Score.Value!.Value, 0.9, 1.1);
        Assert.Single(card.Scores);
    }

    [Fact]
    public async Task A_target_whose_synthetic_rows_have_one_class_is_guessed()
    {
        var owner = (CategoryColumn)cards.Train["owner"];
        var one = new Table([.. cards.Train.Columns.Select(c => c.Name == "owner" ? owner.WithCodes(new int[owner.Count]) : c)]);
        var card = await one.EvaluateAsync(cards.Train, cards.Holdout, "owner", Run.With(1), MetricCatalog.Default.Only("utility.tstr"));
        Assert.Equal(0.5, card.Utility!.Measures[0].TrainSynthetic);
    }
}
