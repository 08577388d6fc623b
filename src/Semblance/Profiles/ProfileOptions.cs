namespace Semblance.Profiles;

/// <summary>The costlier parts of a profile.</summary>
[Flags]
public enum ProfileParts
{
    /// <summary>Columns only.</summary>
    None = 0,
    /// <summary>Pair dependence.</summary>
    Pairs = 1,
    /// <summary>Keys and functional dependencies.</summary>
    Dependencies = 2,
    /// <summary>Formulas and order relations.</summary>
    Formulas = 4,
    /// <summary>Missing patterns and rules.</summary>
    Missing = 8,
    /// <summary>Likely personal data.</summary>
    Personal = 16,
    /// <summary>Duplicate rows and the clock.</summary>
    Rows = 32,
    /// <summary>Everything.</summary>
    All = Pairs | Dependencies | Formulas | Missing | Personal | Rows,
}

/// <summary>How far a profile goes. The defaults profile a table of 50,000 x 15 in well under a second and bound the work on any other.</summary>
public sealed record ProfileOptions
{
    /// <summary>Which parts to make. Default: all.</summary>
    public ProfileParts Parts { get; init; } = ProfileParts.All;

    /// <summary>A value is shown only when at least this many rows share it. At least 1. Default 5: the usual smallest cell of published statistics.</summary>
    public int MinimumCount { get; init; } = 5;

    /// <summary>Most values shown per column. Default 20.</summary>
    public int TopValues { get; init; } = 20;

    /// <summary>Rows on which pairs, dependencies, formulas and missing rules are measured; a larger table is sampled from the run's seed. Default 50,000: standard errors below 0.005.</summary>
    public int PairRows { get; init; } = 50_000;

    /// <summary>Columns that take part in pairs; beyond it the most varied ones are taken. Default 100: 4,950 pairs.</summary>
    public int PairColumns { get; init; } = 100;

    /// <summary>Cells per column that are tested for personal data. Default 2,000: an e-mail address in 1 % of the cells is missed once in 300,000 columns (fewer than 4 met where 20 are expected).</summary>
    public int PersonalCells { get; init; } = 2_000;
}
