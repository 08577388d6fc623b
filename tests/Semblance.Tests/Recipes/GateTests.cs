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
    [InlineData("privacy.dcr-share")]
    [InlineData("privacy.dcr-share<=")]
    [InlineData("1<2")]
    public void What_is_no_gate_is_refused(string text)
    {
        // Some are refused when read, some when measured.
        Assert.Throws<RecipeException>(() => { foreach (var gate in Gate.Parse(text)) gate.Check(Card(("privacy.dcr-share", 0.5))); });
    }
}
