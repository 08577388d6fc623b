using System.Collections.Immutable;

namespace Semblance.Metrics;

/// <summary>How near synthetic rows lie to real ones. Counts and distances only, never a row.</summary>
public sealed record PrivacyDetail
{
    /// <summary>Synthetic rows equal to a row of the real data in every column but identifiers; null when not looked for.</summary>
    public long? Copies { get; init; }

    /// <summary>Share of synthetic rows that are such copies.</summary>
    public double? CopyShare { get; init; }

    /// <summary>Share of holdout rows that equal a row of the real data: how often that happens by chance. Null without a holdout.</summary>
    public double? HoldoutCopyShare { get; init; }

    /// <summary>Distribution of the distance from a synthetic row to the nearest of a sample of real rows (DCR); null without a holdout.</summary>
    public DistanceHistogram? Distances { get; init; }

    /// <summary>Median distance to the nearest real row, and to the nearest row of an equally large holdout.</summary>
    public double? MedianToReal { get; init; }

    /// <summary>Median distance to the nearest holdout row.</summary>
    public double? MedianToHoldout { get; init; }

    /// <summary>Rows of real data and of holdout that distances were measured to.</summary>
    public int ReferenceRows { get; init; }

    /// <summary>Synthetic rows whose distances were measured.</summary>
    public int MeasuredRows { get; init; }

    /// <summary>What attackers gained, each beside what they gain where nothing leaked. Empty where none could be tried.</summary>
    public ImmutableArray<AttackDetail> Attacks { get; init; } = [];

    /// <summary>Columns by which somebody who knows a person could find the row; empty when there are none.</summary>
    public ImmutableArray<string> QuasiIdentifiers { get; init; } = [];

    /// <summary>Synthetic rows in the smallest group that is alike in them: the k of k-anonymity. 0 when not counted.</summary>
    public int SmallestGroup { get; init; }

    /// <summary>Share of synthetic rows in groups of fewer than five.</summary>
    public double? SmallGroupShare { get; init; }

    /// <summary>Columns of personal data, with how much of each is replayed. Empty when there are none.</summary>
    public ImmutableArray<ReplayedColumn> Replayed { get; init; } = [];
}

/// <summary>How much of a column of personal data is replayed.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Form">What it holds: e-mail address, phone number.</param>
/// <param name="Share">Share of its synthetic cells that hold a value of a training row.</param>
/// <param name="HoldoutShare">The same share of holdout rows; null without a holdout.</param>
public sealed record ReplayedColumn(string Column, string Form, double Share, double? HoldoutShare);

/// <summary>One attack on the people behind the training rows.</summary>
public sealed record AttackDetail
{
    /// <summary>The score it belongs to: <c>privacy.linkability</c>.</summary>
    public required string Metric { get; init; }

    /// <summary>Its name for a person.</summary>
    public required string Title { get; init; }

    /// <summary>What the value is: <c>risk</c> (0 ideal, 1 worst) or <c>AUC</c> (0.5 ideal, 1 worst).</summary>
    public required string Measure { get; init; }

    /// <summary>What it reached.</summary>
    public required double Value { get; init; }

    /// <summary>Interval of the value; where it is the worst of several, their intervals hold together with 95 %.</summary>
    public required Interval Interval { get; init; }

    /// <summary>What it reaches where nothing leaked.</summary>
    public required double Reference { get; init; }

    /// <summary>Share of training rows it recognises while it mistakes 1 % of unseen rows for them; null where that is not asked.</summary>
    public double? TruePositiveRate { get; init; }

    /// <summary>Interval of <see cref="TruePositiveRate"/>.</summary>
    public Interval? TruePositiveInterval { get; init; }

    /// <summary>What was found, in one plain sentence.</summary>
    public required string Said { get; init; }
}

/// <summary>Histograms over common edges. Shares sum to 1; the last bin takes all greater distances.</summary>
/// <param name="Edges">Edges, ascending, one more than there are bins; starts at 0.</param>
/// <param name="ToReal">Share of synthetic rows whose nearest real row is at this distance.</param>
/// <param name="ToHoldout">Share of synthetic rows whose nearest holdout row is at this distance.</param>
public sealed record DistanceHistogram(ImmutableArray<double> Edges, ImmutableArray<double> ToReal, ImmutableArray<double> ToHoldout);
