using Semblance.Metrics;

namespace Semblance.Tests.Metrics;

public sealed class VerdictTests
{
    [Theory]
    [InlineData(0.50, 0.48, 0.52, Grade.Good, "no closer")]
    [InlineData(0.05, 0.01, 0.33, Grade.Good, "no closer")]           // wide, and far below a half at both ends
    [InlineData(0.53, 0.40, 0.66, Grade.Fair, "too few rows")]
    [InlineData(0.55, 0.53, 0.57, Grade.Fair, "somewhat close to the rows they were made from.")]
    [InlineData(0.90, 0.85, 0.95, Grade.Poor, "do not share")]
    public void Nearness_is_judged_by_its_interval_and_said_as_it_is(double share, double low, double high, Grade grade, string said)
    {
        var verdict = Verdict.Of([Scored("privacy.exact-copies", new(0)), Scored("privacy.dcr-share", new(share, new(low, high), 0.5))], holdout: true, target: null, rows: 1_000);
        Assert.Equal(grade, verdict.Privacy.Grade);
        Assert.Contains(said, verdict.Headline);
        Assert.Equal(said == "too few rows", verdict.Privacy.Reason.Contains("too small"));
    }

    [Theory]
    [InlineData(0.4, 0.1, 0.8, 5, "5 rows are too few to judge: this is a preview.", Grade.Unknown)]
    [InlineData(0.9, 0.1, 0.99, 1, "1 row is too few to judge: this is a preview.", Grade.Unknown)] // chance alone may be so near
    [InlineData(1.0, 0.85, 1.0, 29, "do not share them", Grade.Poor)]
    [InlineData(0.5, 0.49, 0.51, 30, "no closer", Grade.Good)]
    public void A_handful_of_rows_is_not_called_good_and_copies_are_told(double share, double low, double high, long rows, string said, Grade privacy)
    {
        var verdict = Verdict.Of([Scored("fidelity.shape", new(1)), Scored("privacy.exact-copies", new(0)), Scored("privacy.dcr-share", new(share, new(low, high), 0.5))], holdout: true, target: null, rows);
        Assert.Contains(said, verdict.Headline, StringComparison.Ordinal);
        Assert.Equal(rows < 30 ? Grade.Unknown : Grade.Good, verdict.Fidelity.Grade);
        Assert.Equal(privacy, verdict.Privacy.Grade);
    }

    [Theory]
    [InlineData("privacy.membership", 0.55, 0.53, 0.5, Grade.Fair)]
    [InlineData("privacy.membership", 0.90, 0.88, 0.5, Grade.Poor)]
    [InlineData("privacy.membership", 0.55, 0.49, 0.5, Grade.Good)]   // may be chance
    [InlineData("privacy.membership", 0.51, 0.505, 0.5, Grade.Good)]  // beyond chance and within the margin
    [InlineData("privacy.inference", 0.09, 0.05, 0, Grade.Fair)]
    [InlineData("privacy.singling-out", 0.4, 0.3, 0, Grade.Poor)]
    [InlineData("privacy.linkability", 0.4, 0.01, 0, Grade.Good)]
    public void An_attack_that_gains_for_certain_is_held_against_the_data(string name, double value, double low, double reference, Grade grade)
    {
        var verdict = Verdict.Of([Scored("privacy.exact-copies", new(0)), Scored("privacy.dcr-share", new(0.5, new(0.48, 0.52), 0.5)), Scored(name, new(value, new(low, 1), reference))], holdout: true, target: null, rows: 1_000);
        Assert.Equal(grade, verdict.Privacy.Grade);
        Assert.Contains(name, verdict.Privacy.Scores);
        Assert.Equal(grade != Grade.Good, verdict.Privacy.Reason.Contains("Attacks gain"));
    }

    [Theory]
    [InlineData(0.99, 0.95, 0.98, Grade.Good)]
    [InlineData(0.99, 0.88, 0.91, Grade.Good)] // chance is not blamed
    [InlineData(0.99, 0.70, 0.75, Grade.Fair)] // the target alone is well predicted
    [InlineData(0.99, 0.10, 0.15, Grade.Poor)]
    [InlineData(0.85, 0.99, 1.02, Grade.Poor)]
    [InlineData(null, 0.95, 0.98, Grade.Good)] // no target was named
    public void Utility_asks_for_the_target_and_for_every_column(double? target, double global, double high, Grade grade)
    {
        var verdict = Verdict.Of([Scored("utility.tstr", target is null ? Score.None("no target column was named") : new(target)), Scored("utility.global", new(global, new(0, high), 1))], true, target is null ? null : "income", 1_000);
        Assert.Equal(grade, verdict.Utility.Grade);
    }

    private static ScoredMetric Scored(string name, Score score) =>
        new() { Name = name, Title = name, What = name, Direction = Direction.Lower, Bounds = new(0, 1), Score = score };
}
