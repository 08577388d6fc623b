using System.Collections.Immutable;

namespace Semblance.Metrics;

/// <summary>How good, in one word.</summary>
public enum Grade
{
    /// <summary>Could not be judged: no holdout, no target, too few rows.</summary>
    Unknown,
    /// <summary>Use with care: clearly below what real rows reach.</summary>
    Poor,
    /// <summary>Usable; the reason says where it falls short.</summary>
    Fair,
    /// <summary>As good as fresh real rows for most purposes.</summary>
    Good,
}

/// <summary>The verdict on one question.</summary>
/// <param name="Title">The question's name: Fidelity, Utility, Privacy.</param>
/// <param name="Grade">How good.</param>
/// <param name="Reason">Why, in one or two plain sentences with the deciding numbers.</param>
/// <param name="Scores">Names of the metrics that decided.</param>
public sealed record VerdictSection(string Title, Grade Grade, string Reason, ImmutableArray<string> Scores);

/// <summary>The scorecard in words.</summary>
/// <param name="Headline">One sentence that stands alone.</param>
/// <param name="Fidelity">Does it look like the real data?</param>
/// <param name="Utility">Does it work like the real data?</param>
/// <param name="Privacy">Does it keep clear of the real rows it was made from?</param>
public sealed partial record Verdict(string Headline, VerdictSection Fidelity, VerdictSection Utility, VerdictSection Privacy)
{
    /// <summary>Does it treat groups of people as the real data do? Null where no sensitive column was named.</summary>
    public VerdictSection? Fairness { get; init; }

    /// <summary>The sections, in reading order.</summary>
    public ImmutableArray<VerdictSection> Sections => Fairness is null ? [Fidelity, Utility, Privacy] : [Fidelity, Utility, Privacy, Fairness];
}
