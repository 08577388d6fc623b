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
        var verdict = Verdict.Of([Scored("privacy.exact-copies", new(0)), Scored("privacy.dcr-share", new(share, new(low, high), 0.5))], holdout: true, target: null);
        Assert.Equal(grade, verdict.Privacy.Grade);
        Assert.Contains(said, verdict.Headline);
        Assert.Equal(said == "too few rows", verdict.Privacy.Reason.Contains("too small"));
    }

    private static ScoredMetric Scored(string name, Score score) =>
        new() { Name = name, Title = name, What = name, Direction = Direction.Lower, Bounds = new(0, 1), Score = score };
}
