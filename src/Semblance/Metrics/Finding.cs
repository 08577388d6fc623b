using System.Collections.Immutable;

namespace Semblance.Metrics;

/// <summary>What a metric found: its score, and details for the report where it has some.</summary>
/// <param name="Score">The score.</param>
internal sealed record Finding(Score Score)
{
    public int? SampledRows { get; init; }
    public ImmutableArray<ColumnDetail> Columns { get; init; } = [];
    public PairDetail? Pairs { get; init; }
    public DetectorDetail? Detector { get; init; }

    /// <summary>Adds to the privacy panel, which several metrics fill.</summary>
    public Func<PrivacyDetail, PrivacyDetail>? Privacy { get; init; }

    /// <summary>Adds to the fairness panel, which several metrics fill.</summary>
    public Func<FairnessDetail, FairnessDetail>? Fairness { get; init; }

    /// <summary>Adds to the panel on learning from the rows, which several metrics fill.</summary>
    public Func<LearningDetail, LearningDetail>? Learning { get; init; }

    public UtilityDetail? Utility { get; init; }

    public static Finding None(string why) => new(Score.None(why));
}
