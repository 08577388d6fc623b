namespace Semblance.Metrics;

/// <summary>One line of a scorecard: a metric and what it found.</summary>
public sealed record ScoredMetric
{
    /// <summary><c>family.metric</c>: <c>fidelity.shape</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Short name for a person: <c>Column shapes</c>.</summary>
    public required string Title { get; init; }

    /// <summary>What it tells, in one plain sentence.</summary>
    public required string What { get; init; }

    /// <summary>Which way is better.</summary>
    public required Direction Direction { get; init; }

    /// <summary>Values it can take.</summary>
    public required Bounds Bounds { get; init; }

    /// <summary>Value, interval, ceiling (what fresh real rows get), or why there is none.</summary>
    public required Score Score { get; init; }

    /// <summary>Rows a side it looked at when it works on a sample; null when it read every row.</summary>
    public int? SampledRows { get; init; }

    /// <summary>Wall time it took, in seconds. The only part of a scorecard that differs between two runs.</summary>
    public double Seconds { get; init; }

    /// <summary>The part of the name before the dot: <c>fidelity</c>, <c>utility</c>, <c>privacy</c>, <c>diversity</c>, <c>validity</c>.</summary>
    public string Family => Name[..Math.Max(0, Name.IndexOf('.'))];
}
