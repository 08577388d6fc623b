using System.Collections.Immutable;

namespace Semblance.Metrics;

/// <summary>One column, real beside synthetic, as a report draws it.</summary>
/// <param name="Name">Column name.</param>
/// <param name="Kind">Kind of the real column.</param>
public sealed record ColumnDetail(string Name, ColumnKind Kind)
{
    /// <summary>1 - KS statistic for numbers and dates, 1 - total variation distance for categories; null when the column has no comparable values.</summary>
    public double? Shape { get; init; }

    /// <summary>The same for the holdout, brought to the synthetic data's size.</summary>
    public double? ShapeCeiling { get; init; }

    /// <summary>
    /// The distribution. Bins are disjoint and cover every present cell, so each share sums to 1: first values (a category, a spike of a number), then ranges in
    /// ascending order. Values held by fewer than 5 real rows are gathered, and the outermost ranges are open, so that no extreme of the real data is shown.
    /// Empty for identifiers.
    /// </summary>
    public ImmutableArray<ColumnBin> Bins { get; init; } = [];

    /// <summary>Share of cells without a value, real.</summary>
    public double MissingReal { get; init; }

    /// <summary>Share of cells without a value, synthetic.</summary>
    public double MissingSynthetic { get; init; }

    /// <summary>Share of cells without a value, holdout.</summary>
    public double? MissingHoldout { get; init; }
}

/// <summary>One bar of a column's distribution. Shares are of the cells that have a value.</summary>
/// <param name="Label">For a person: <c>Private</c>, <c>0</c>, <c>17 to 21</c>, <c>99 and more</c>, <c>(rare)</c>, <c>(new)</c>.</param>
/// <param name="Low">Lower edge of a range, inclusive (days since 1970-01-01 for dates); null for a value and for an end that is open.</param>
/// <param name="High">Upper edge of a range, exclusive; null for a value and for an end that is open.</param>
/// <param name="Real">Share in the real data.</param>
/// <param name="Synthetic">Share in the synthetic data.</param>
/// <param name="Holdout">Share in the holdout, null without one.</param>
/// <param name="IsRange">True for a range of numbers, false for a single value or a gathering of values.</param>
public sealed record ColumnBin(string Label, double? Low, double? High, double Real, double Synthetic, double? Holdout, bool IsRange);
