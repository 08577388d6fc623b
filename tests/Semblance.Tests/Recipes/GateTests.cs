using Semblance.Metrics;
using Semblance.Recipes;

namespace Semblance.Tests.Recipes;

public sealed class GateTests
{
    private static Scorecard Card(params (string Name, double? Value)[] scores) => new()
    {
        Scores = [.. scores.Select(s => new ScoredMetric
        {
            Name = s.Name, Title = s.Name, What = "", Direction = Direction.Higher, Bounds = new Bounds(0, 1), Score = s.Value is { } v ? new Score(v) : Score.None("no holdout"),
        })],
        Verdict = new Verdict("", Section, Section, Section), RealRows = 1, SyntheticRows = 1, Seed = new Seed(1),
    };

    private static VerdictSection Section => new("", Grade.Unknown, "", []);

    [Theory]
    [InlineData("privacy.dcr-share<=0.52", true)]
    [InlineData("privacy.dcr-share < 0.51", false)]
    [InlineData("privacy.dcr-share<=0.52 and fidelity.c2st>=0.9", false)]
    [InlineData("fidelity.c2st>=0.8 or privacy.dcr-share>1", true)]
    public void A_gate_compares_scores_with_bounds(string text, bool met)
    {
        var card = Card(("privacy.dcr-share", 0.51), ("fidelity.c2st", 0.85));
        Assert.Equal(met, Gate.Parse(text).All(g => g.Check(card).Met));
    }

    [Fact]
    public void Parts_joined_by_and_answer_for_themselves()
    {
        var gates = Gate.Parse("privacy.dcr-share<=0.52 and fidelity.c2st>=0.9");
        Assert.Equal(["privacy.dcr-share<=0.52", "fidelity.c2st>=0.9"], gates.Select(g => g.Text));
        Assert.Equal([true, false], gates.Select(g => g.IsPrivacy));
    }

    [Fact]
    public void What_has_no_value_is_not_met()
    {
        var result = Gate.Parse("privacy.dcr-share<=0.52")[0].Check(Card(("privacy.dcr-share", null)));
        Assert.False(result.Met);
        Assert.Contains("no holdout", result.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("privacy.dcr-shar<=0.5", "`privacy.dcr-share`")]
    [InlineData("speed<=0.5", "the scores are")]
    public void Unknown_scores_are_refused_with_the_nearest(string text, string words) =>
        Assert.Contains(words, Assert.Throws<RecipeException>(() => Gate.Parse(text)[0].RequireNames(["privacy.dcr-share", "fidelity.c2st"])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("privacy.dcr-share<=")]
    [InlineData("privacy.dcr-share + 1")]
    [InlineData("1<2")]
    public void What_is_no_gate_is_refused(string text)
    {
        // Some are refused when read, some when measured.
        Assert.Throws<RecipeException>(() => { foreach (var gate in Gate.Parse(text)) gate.Check(Card(("privacy.dcr-share", 0.5))); });
    }

    private static GateResult Reference(Direction direction, double value, Interval? interval, double? fresh, Bounds? bounds = null)
    {
        var card = Card(("privacy.some", value));
        card = card with { Scores = [card.Scores[0] with { Direction = direction, Bounds = bounds ?? Bounds.Share, Score = new Score(value, interval, fresh) }] };
        return Gate.Parse("privacy.some")[0].Check(card);
    }

    [Theory]
    [InlineData(Direction.Higher, 0.90, 0.88, 0.92, 0.95, false)]
    [InlineData(Direction.Higher, 0.90, 0.84, 0.96, 0.95, true)]
    [InlineData(Direction.Higher, 0.99, 0.98, 1.00, 0.95, true)]
    [InlineData(Direction.Lower, 0.10, 0.08, 0.12, 0.05, false)]
    [InlineData(Direction.Lower, 0.10, 0.04, 0.16, 0.05, true)]
    [InlineData(Direction.NotAbove, 0.53, 0.52, 0.54, 0.50, false)]
    [InlineData(Direction.NotAbove, 0.47, 0.46, 0.48, 0.50, true)]
    [InlineData(Direction.NotBelow, 0.53, 0.52, 0.54, 0.50, true)]
    [InlineData(Direction.NotBelow, 0.47, 0.46, 0.48, 0.50, false)]
    [InlineData(Direction.Ceiling, 0.47, 0.46, 0.48, 0.50, false)]
    [InlineData(Direction.Ceiling, 0.53, 0.52, 0.54, 0.50, false)]
    [InlineData(Direction.Ceiling, 0.51, 0.49, 0.53, 0.50, true)]
    public void A_name_alone_asks_for_no_worse_than_fresh_real_rows(Direction direction, double value, double low, double high, double fresh, bool met) =>
        Assert.Equal(met, Reference(direction, value, new Interval(low, high), fresh).Met);

    [Theory]
    [InlineData(Direction.Higher, 0.985, 0.99, true)]
    [InlineData(Direction.Higher, 0.975, 0.99, false)]
    [InlineData(Direction.Lower, 0.015, 0.01, true)]
    [InlineData(Direction.Lower, 0.025, 0.01, false)]
    public void Without_an_interval_a_score_may_be_off_by_as_much_again_as_chance(Direction direction, double value, double fresh, bool met) =>
        Assert.Equal(met, Reference(direction, value, null, fresh).Met);

    [Fact]
    public void Without_a_reference_a_name_alone_is_not_met_and_asks_for_a_number()
    {
        var result = Reference(Direction.Higher, 0.9, new Interval(0.8, 1), null);
        Assert.False(result.Met);
        Assert.Contains("`privacy.some>=0.9`", result.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("privacy.some<=0.52", true, true)]
    [InlineData("0.50<=privacy.some", true, true)]
    [InlineData("privacy.some<=0.6", true, false)]
    [InlineData("privacy.some<=0.505", false, true)]
    public void A_bound_inside_the_interval_is_told(string text, bool met, bool warned)
    {
        var card = Card(("privacy.some", 0.51));
        card = card with { Scores = [card.Scores[0] with { Score = new Score(0.51, new Interval(0.49, 0.53)) }] };
        var result = Gate.Parse(text)[0].Check(card);
        Assert.Equal((met, warned), (result.Met, result.Warning is not null));
    }

    [Fact]
    public void A_family_alone_is_refused_with_its_scores()
    {
        var error = Assert.Throws<RecipeException>(() => Gate.Parse("privacy>=0.5")[0].RequireNames(["privacy.dcr-share", "privacy.nndr", "fidelity.c2st"]));
        Assert.Contains("`privacy` has privacy.dcr-share, privacy.nndr", error.Message, StringComparison.Ordinal);
    }
}
