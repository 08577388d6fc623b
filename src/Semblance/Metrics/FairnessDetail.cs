using System.Collections.Immutable;

namespace Semblance.Metrics;

/// <summary>How groups of the sensitive columns are represented, and how models trained on synthetic and on real rows treat them.</summary>
public sealed record FairnessDetail
{
    /// <summary>Names of the sensitive columns.</summary>
    public required string Sensitive { get; init; }

    /// <summary>What the rates of the groups are about: <c>income = >50K</c>; null when no model could be trained.</summary>
    public string? Outcome { get; init; }

    /// <summary>Groups large enough to be compared, in the order of their values.</summary>
    public ImmutableArray<GroupDetail> Groups { get; init; } = [];

    /// <summary>What was left out, and why.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}

/// <summary>One group.</summary>
/// <param name="Name">Its values: <c>Female</c>.</param>
/// <param name="RealShare">Its share of the real rows.</param>
/// <param name="SyntheticShare">Its share of the synthetic rows.</param>
/// <param name="TestRows">Its rows in the holdout; 0 where no model was tried.</param>
/// <param name="Synthetic">How a model trained on synthetic rows treats it; null where the group is too small to say.</param>
/// <param name="Real">How a model trained on real rows treats it.</param>
public sealed record GroupDetail(string Name, double RealShare, double SyntheticShare, int TestRows = 0, GroupRates? Synthetic = null, GroupRates? Real = null);

/// <summary>How a model treats a group.</summary>
/// <param name="Selected">Share of its rows to which the model gives the outcome.</param>
/// <param name="TruePositive">The same among rows that have the outcome; null where these are too few.</param>
/// <param name="FalsePositive">The same among rows that do not have it; null where these are too few.</param>
public sealed record GroupRates(double Selected, double? TruePositive, double? FalsePositive);
