using System.Collections.Immutable;

namespace Semblance.Metrics;

/// <summary>
/// What an evaluation found: every score beside what fresh real rows get, a verdict in words, and the details a report draws.
/// It holds shares, distances and counts, never a row of the real data.
/// </summary>
public sealed record Scorecard
{
    /// <summary>One entry for each metric of the catalogue, in its order.</summary>
    public required ImmutableArray<ScoredMetric> Scores { get; init; }

    /// <summary>Fidelity, utility and privacy in words.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Rows of the real data the generator was fitted on.</summary>
    public required long RealRows { get; init; }

    /// <summary>Rows of the judged data.</summary>
    public required long SyntheticRows { get; init; }

    /// <summary>Rows of the real data held out, or null when there were none.</summary>
    public long? HoldoutRows { get; init; }

    /// <summary>Column that a user would predict, or null.</summary>
    public string? Target { get; init; }

    /// <summary>Seed of all sampling in the evaluation.</summary>
    public required Seed Seed { get; init; }

    /// <summary>Per column: its distribution, real beside synthetic. In schema order.</summary>
    public ImmutableArray<ColumnDetail> Columns { get; init; } = [];

    /// <summary>How columns depend on each other; null with fewer than two usable columns.</summary>
    public PairDetail? Pairs { get; init; }

    /// <summary>What gives the synthetic data away; null when no detector could be trained.</summary>
    public DetectorDetail? Detector { get; init; }

    /// <summary>Distances to real rows; null when they could not be measured.</summary>
    public PrivacyDetail? Privacy { get; init; }

    /// <summary>Predictions learned from synthetic rows; null without a target.</summary>
    public UtilityDetail? Utility { get; init; }

    /// <summary>What else can be learned from synthetic rows: every column, more than real rows alone teach, the same lessons; null when nothing was tried.</summary>
    public LearningDetail? Learning { get; init; }

    /// <summary>How groups of the sensitive columns fare; null where none were named.</summary>
    public FairnessDetail? Fairness { get; init; }

    /// <summary>What a reader should know: samples taken, columns left out, cells that could not be read.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>A metric by name.</summary>
    /// <exception cref="RecipeException">No such metric (SB2050); the message names the nearest.</exception>
    public ScoredMetric this[string name] => Find(name) ?? throw new RecipeException("SB2050",
        $"the scorecard has no metric `{name}`" + (Nearest.Of(name, Scores.Select(s => s.Name)) is { } near ? $"; did you mean `{near}`?" : $"; it has {string.Join(", ", Scores.Select(s => s.Name))}"));

    /// <summary>A metric by name, or null.</summary>
    public ScoredMetric? Find(string name) => Scores.FirstOrDefault(s => s.Name == name);
}
