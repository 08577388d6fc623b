using System.Collections.Immutable;

namespace Semblance.Profiles;

/// <summary>
/// What a table looks like: marginals, gaps, dependence, keys, formulas, likely personal data. Immutable and free of rows: it holds statistics and,
/// per column, only values that many rows share (minimum and maximum excepted). Columns are named by their position in <see cref="Columns"/>.
/// </summary>
public sealed record Profile
{
    /// <summary>Rows of the table.</summary>
    public required long Rows { get; init; }

    /// <summary>The columns, in table order.</summary>
    public required ImmutableArray<ColumnProfile> Columns { get; init; }

    /// <summary>Rows equal to an earlier row in every cell.</summary>
    public required long DuplicateRows { get; init; }

    /// <summary>Which columns are missing together, most frequent first; the complete rows are a pattern too. Empty when nothing is missing.</summary>
    public ImmutableArray<MissingPattern> MissingPatterns { get; init; } = [];

    /// <summary>Conditions on other columns under which a column is missing, strongest first: <c>TotalCharges is missing when tenure = 0</c>.</summary>
    public ImmutableArray<MissingRule> MissingRules { get; init; } = [];

    /// <summary>Dependence of every pair looked at, first column below second, in that order. See <see cref="PairRows"/> and <see cref="PairColumns"/> for what was looked at.</summary>
    public ImmutableArray<PairDependence> Pairs { get; init; } = [];

    /// <summary>Columns, or smallest sets of columns, that are different in every row and are so by more than chance.</summary>
    public ImmutableArray<UniqueKey> Keys { get; init; } = [];

    /// <summary>Columns that determine another: <c>education -> education-num</c>. Exact ones first.</summary>
    public ImmutableArray<FunctionalDependency> Dependencies { get; init; } = [];

    /// <summary>Numeric columns that are, or nearly are, computed from others: <c>TotalCharges ~ tenure * MonthlyCharges</c>.</summary>
    public ImmutableArray<Formula> Formulas { get; init; } = [];

    /// <summary>Pairs of numeric or date columns of which one never (or hardly ever) exceeds the other.</summary>
    public ImmutableArray<OrderRelation> Orders { get; init; } = [];

    /// <summary>The rules found here as texts of constraints: those that a fit keeps by itself first, then proposals.</summary>
    public ImmutableArray<ProposedConstraint> Constraints => ConstraintProposals.Of(this);

    /// <summary>The time that runs through the rows, in one column or in parts (year, month, day, hour), or null.</summary>
    public Clock? Clock { get; init; }

    /// <summary>Rows on which pairs, dependencies and formulas were measured: all of them, or a sample drawn from the run's seed.</summary>
    public long PairRows { get; init; }

    /// <summary>Positions of the columns that took part in pairs, ascending.</summary>
    public ImmutableArray<int> PairColumns { get; init; } = [];

    /// <summary>What a reader must know about how this profile was made: samples taken, columns left out.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>Warnings on the table as a whole; those on a column stand in <see cref="ColumnProfile.Warnings"/>.</summary>
    public ImmutableArray<Warning> Warnings { get; init; } = [];

    /// <summary>Profile of a column by name.</summary>
    /// <exception cref="SchemaException">No such column (SB1202).</exception>
    public ColumnProfile this[string name]
    {
        get
        {
            foreach (var column in Columns)
                if (column.Name == name) return column;
            var near = Nearest.Of(name, Columns.Select(c => c.Name));
            throw new SchemaException("SB1202", $"the profile has no column `{name}`" + (near is null ? "; take a name from its Columns" : $"; did you mean `{near}`?"));
        }
    }

    /// <summary>Dependence of two columns, in either order; null when the pair was not looked at.</summary>
    public PairDependence? Pair(int first, int second)
    {
        var (a, b) = first < second ? (first, second) : (second, first);
        int low = 0, high = Pairs.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = Pairs[middle].First != a ? Pairs[middle].First.CompareTo(a) : Pairs[middle].Second.CompareTo(b);
            if (order == 0) return Pairs[middle];
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return null;
    }
}

/// <summary>Something a person should look at.</summary>
/// <param name="Code">Stable word: <c>constant</c>, <c>all-missing</c>, <c>mostly-missing</c>, <c>near-unique</c>, <c>rare-values</c>, <c>sentinel</c>, <c>personal-data</c>, <c>duplicate-rows</c>, <c>few-rows</c>.</param>
/// <param name="Message">What, where, what to do.</param>
public sealed record Warning(string Code, string Message);
