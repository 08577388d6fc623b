namespace Semblance.Rules;

/// <summary>What constraints do to a column: they narrow it, bound it by others, or make it otherwise.</summary>
internal sealed class ColumnOrders
{
    /// <summary>Least value; dates in ticks.</summary>
    public double Low { get; set; } = double.NegativeInfinity;

    /// <summary>Greatest value; dates in ticks.</summary>
    public double High { get; set; } = double.PositiveInfinity;

    /// <summary>Columns it may not go below or above, row by row.</summary>
    public List<(string Other, bool IsLow, bool Strict)> Bounds { get; } = [];

    /// <summary>Whether a bound may leave no value, which a condition then finds.</summary>
    public bool Tried { get; set; }

    /// <summary>What it is computed by, and the source of that.</summary>
    public (Term Term, string Text)? Formula { get; set; }

    /// <summary>Shape of its texts.</summary>
    public string? Shape { get; set; }

    /// <summary>Whether no two rows agree.</summary>
    public bool Unique { get; set; }

    /// <summary>Of the values of its list, those that pass.</summary>
    public List<ColumnRestriction> Restrictions { get; } = [];

    /// <summary>The columns of which exactly one is 1, and the weights by which it is chosen.</summary>
    public (string[] Columns, double[] Weights)? OneHot { get; set; }
}

/// <summary>What constraints do to a table: to its columns, and the conditions that are left to trial.</summary>
internal sealed class TableOrders
{
    public Dictionary<string, ColumnOrders> Columns { get; } = new(StringComparer.Ordinal);

    public List<(Term Term, string Text)> Conditions { get; } = [];

    public ColumnOrders Of(string column) => Columns.TryGetValue(column, out var orders) ? orders : Columns[column] = new();
}
