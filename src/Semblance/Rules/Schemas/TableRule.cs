using System.Collections.Immutable;

namespace Semblance.Rules;

/// <summary>A table written down: how many rows, which columns, what every row keeps.</summary>
/// <param name="Name">Name, unique among the tables.</param>
public sealed record TableRule(string Name)
{
    /// <summary>Rows when nothing else is asked for; tables with <see cref="Per"/> have none of their own. Default 1,000.</summary>
    public long Rows { get; init; } = 1000;

    /// <summary>Whether <see cref="Rows"/> grow and shrink with the root table when another count is asked for; the root's always do. Default true.</summary>
    public bool Scales { get; init; } = true;

    /// <summary>The table whose rows have these as children, or null for a table that stands by itself.</summary>
    public string? Per { get; init; }

    /// <summary>Children of each parent row: any source of numbers over the parent's columns; rounded, at least 0 and at most 1,000,000. Null means one.</summary>
    public ColumnRule? Count { get; init; }

    /// <summary>Columns whose values together name a row; may be empty.</summary>
    public ImmutableArray<string> Key { get; init; } = [];

    /// <summary>The columns, in the order they are written.</summary>
    public ImmutableArray<ColumnRule> Columns { get; init; } = [];

    /// <summary>What every row keeps, as <see cref="Constraint"/> reads it.</summary>
    public ImmutableArray<string> Constraints { get; init; } = [];

    /// <summary>Damage laid over the rows after they are made, with an answer key beside them. <see cref="RuleSchema"/> yields clean rows; who writes them out lays it over.</summary>
    public ImmutableArray<Fault> Faults { get; init; } = [];

    internal RulePlace? At { get; init; }

    /// <summary>Where each constraint stands; empty for rules made in C#.</summary>
    internal ImmutableArray<RulePlace> ConstraintsAt { get; init; } = [];
}

/// <summary>A column written down: what makes its values, and what bounds or dresses them.</summary>
/// <param name="Name">Name, unique in its table.</param>
/// <param name="Source">What makes the values.</param>
public sealed record ColumnRule(string Name, ColumnSource Source)
{
    /// <summary>Least value of numbers (or ISO date of dates); null for none. A distribution is truncated, other values are moved to the bound.</summary>
    public string? Min { get; init; }

    /// <summary>Greatest value, as <see cref="Min"/>.</summary>
    public string? Max { get; init; }

    /// <summary>Decimals that numbers are rounded to, 0 to 15; null for what the source gives.</summary>
    public int? Decimals { get; init; }

    /// <summary>Share of cells without a value, 0 to 1. Default 0.</summary>
    public double Missing { get; init; }

    /// <summary>Whether no two rows agree. Sequences, patterns, forms, whole numbers of a range and dates of a range can be.</summary>
    public bool Unique { get; init; }

    /// <summary>How dates are written (.NET custom format); null for <c>yyyy-MM-dd</c>, with the time where the source gives one.</summary>
    public string? Format { get; init; }

    /// <summary>Kind of the column; null for what the source gives. A number may be told to be an identifier, a text a category.</summary>
    public ColumnKind? Kind { get; init; }

    internal RulePlace? At { get; init; }
}
