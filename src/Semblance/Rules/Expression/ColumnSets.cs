using System.Collections.Immutable;
using Semblance.Data;

namespace Semblance.Rules;

/// <summary>A condition taken apart: restrictions of single columns, and what is left.</summary>
/// <param name="Restrictions">At most one per column, by position of the column. A row must pass all.</param>
/// <param name="Residual">The part that concerns several columns together, or none; null when nothing is left.</param>
public sealed record ColumnSets(ImmutableArray<ColumnRestriction> Restrictions, BoundCondition? Residual)
{
    /// <summary>The restriction of the column at a position of the schema, or null when the column is free.</summary>
    public ColumnRestriction? this[int column]
    {
        get
        {
            foreach (var restriction in Restrictions)
                if (restriction.Index == column) return restriction;
            return null;
        }
    }
}

/// <summary>What one column must hold.</summary>
public sealed class ColumnRestriction
{
    private readonly BoundCondition condition;

    internal ColumnRestriction(Schema schema, int index, BoundCondition condition)
    {
        (Index, Column, this.condition) = (index, schema.Columns[index], condition);
        Span<bool> mask = [false];
        condition.Evaluate(MissingCell(Column), mask);
        AllowsMissing = mask[0];
        if (Column.IsNumeric || Column.Kind == ColumnKind.DateTime) Numbers = condition.Sets()?.True;
    }

    /// <summary>Position of the column in the schema.</summary>
    public int Index { get; }

    /// <summary>The column.</summary>
    public ColumnSchema Column { get; }

    /// <summary>The restriction as text.</summary>
    public string Text => condition.Text;

    /// <summary>Whether a missing cell passes.</summary>
    public bool AllowsMissing { get; }

    /// <summary>
    /// The values that pass, for a column of numbers or dates (as ticks) when the restriction can be said in intervals; null when it can't
    /// (<c>x % 2 = 0</c>) or the column holds texts. Exact for numbers; ends of dates are rounded to a double, which is 51 µs at most: <see cref="Evaluate"/> is exact.
    /// </summary>
    public NumberSet? Numbers { get; }

    /// <summary>Whether it is known that no cell can pass. False is no promise: whether a text column has a level that passes only its data can tell.</summary>
    public bool IsImpossible => !AllowsMissing && Numbers is { IsEmpty: true };

    /// <summary>Says for every cell of a column like this one (candidates, leaf members, bin centres) whether it passes.</summary>
    /// <param name="candidates">Cells of the same kind.</param>
    /// <param name="mask">One per cell.</param>
    public void Evaluate(Column candidates, Span<bool> mask) => condition.Evaluate(candidates, mask);

    /// <summary>Which levels of a category, boolean or constant column pass.</summary>
    /// <param name="levels">The column's levels.</param>
    /// <returns>One per level.</returns>
    public bool[] Allowed(string[] levels)
    {
        var codes = new int[levels.Length];
        for (var i = 0; i < codes.Length; i++) codes[i] = i;
        var mask = new bool[levels.Length];
        Evaluate(new CategoryColumn(Column, codes, levels), mask);
        return mask;
    }

    private static Column MissingCell(ColumnSchema column) => column.Kind switch
    {
        ColumnKind.Integer or ColumnKind.Decimal => new NumberColumn(column, [double.NaN]),
        ColumnKind.DateTime => new DateTimeColumn(column, [long.MinValue]),
        ColumnKind.Identifier or ColumnKind.Text => new TextColumn(column, [], [0], [1]),
        _ => new CategoryColumn(column, [-1], []),
    };
}
