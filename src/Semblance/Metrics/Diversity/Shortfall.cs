namespace Semblance.Metrics;

/// <summary>How much of what is seldom in the real rows is there at all: the mean, over seldom things, of how often each occurs as a share of how often it should, at most 1.</summary>
internal sealed class Shortfall
{
    private readonly List<(double Real, double Made, double Holdout)> shares = [];

    public int Count => shares.Count;

    /// <summary>Adds one thing by the share of rows that have it.</summary>
    public void Add(double real, double made, double holdout) => shares.Add((real, made, holdout));

    /// <summary>The score, its interval by the noise of counts, and what fresh real rows get.</summary>
    public Score Score(Comparison data)
    {
        double n = data.Rows(Side.Real), m = data.Rows(Side.Synthetic);
        double sum = 0, variance = 0, fresh = 0;
        foreach (var (real, made, holdout) in shares)
        {
            sum += Math.Min(1, made / real);
            fresh += Math.Min(1, holdout / real);
            // of a ratio of two counts (delta method); a count of none is as unsure as a count of one
            variance += (1 / (n * real) + 1 / Math.Max(1, m * made)) * Math.Min(1, Math.Max(made, 1 / m) / real) * Math.Min(1, Math.Max(made, 1 / m) / real);
        }
        var value = sum / shares.Count;
        var half = 1.96 * Math.Sqrt(variance) / shares.Count;
        return new Score(value, new Interval(Math.Max(0, value - half), Math.Min(1, value + half)), data.HasHoldout ? data.CeilingOf(fresh / shares.Count) : null);
    }
}
