using System.Collections.Immutable;

namespace Semblance.Profiles;

/// <summary>A set of columns that are missing in the same rows, the others being present.</summary>
/// <param name="Columns">Positions of the missing columns, ascending; empty for complete rows.</param>
/// <param name="Rows">Rows with exactly this pattern.</param>
public sealed record MissingPattern(ImmutableArray<int> Columns, long Rows);

/// <summary>A condition on one column under which another is missing.</summary>
/// <param name="Column">Position of the column with gaps.</param>
/// <param name="Given">Position of the column the condition is on.</param>
/// <param name="Condition">In the expression language: <c>tenure = 0</c>, <c>age &lt;= 18</c>, <c>workclass is missing</c>.</param>
/// <param name="Precision">Share of the rows under the condition in which the column is missing, 0 to 1.</param>
/// <param name="Recall">Share of the gaps that fall under the condition, 0 to 1.</param>
/// <param name="Rows">Rows under the condition.</param>
public sealed record MissingRule(int Column, int Given, string Condition, double Precision, double Recall, long Rows)
{
    /// <summary>The condition and the gap coincide in every row.</summary>
    public bool Exact => Precision == 1 && Recall == 1;
}

/// <summary>
/// How far two columns depend on each other. Measures that do not apply to the kinds, or have no value (a column is constant where both are present), are null.
/// Numbers and dates count as numeric; categories, booleans and constants as categorical.
/// </summary>
/// <param name="First">Position of the first column.</param>
/// <param name="Second">Position of the second column, above the first.</param>
/// <param name="Rows">Rows in which both are present.</param>
public sealed record PairDependence(int First, int Second, long Rows)
{
    /// <summary>Pearson's correlation of two numeric columns, -1 to 1, over rows in which both are present.</summary>
    public double? Pearson { get; init; }

    /// <summary>Cramér's V of two categorical columns, 0 to 1, with Bergsma's bias correction (2013), over rows in which both are present. Beyond 64 levels the rarest count as one.</summary>
    public double? CramersV { get; init; }

    /// <summary>Correlation ratio eta of a numeric on a categorical column, 0 to 1: square root of the share of variance between the categories.</summary>
    public double? CorrelationRatio { get; init; }

    /// <summary>
    /// Mutual information over the geometric mean of the entropies, 0 to 1, on up to 20 bins a column (quantile bins for numbers, most frequent levels otherwise; missing is a bin
    /// of its own), with Miller and Madow's bias correction. It measures any pair of kinds and any shape of dependence.
    /// </summary>
    public required double MutualInformation { get; init; }

    /// <summary>The classic measure for the kinds of the pair, 0 to 1: |Pearson|, Cramér's V or the correlation ratio; 0 when it has no value.</summary>
    public double Strength => Math.Abs(Pearson ?? CramersV ?? CorrelationRatio ?? 0);
}

/// <summary>Columns whose values together are different in every row.</summary>
/// <param name="Columns">Positions, ascending; no smaller subset is unique.</param>
/// <param name="ExpectedDuplicates">Pairs of equal rows that independent columns with these marginals would have: how far from chance the key is. Null for a single column.</param>
public sealed record UniqueKey(ImmutableArray<int> Columns, double? ExpectedDuplicates);

/// <summary>One column that determines another: rows that agree in <paramref name="Determinant"/> agree in <paramref name="Dependent"/>.</summary>
/// <param name="Determinant">Position of the determining column.</param>
/// <param name="Dependent">Position of the determined column.</param>
/// <param name="Share">Share of the rows that keep the dependency (each determinant with its most frequent dependent), above 0.995 to 1. A missing cell is a value of its own.</param>
/// <param name="OneToOne">The reverse dependency holds as well: two spellings of one thing.</param>
public sealed record FunctionalDependency(int Determinant, int Dependent, double Share, bool OneToOne)
{
    /// <summary>Holds in every row.</summary>
    public bool Exact => Share == 1;
}

/// <summary>How a numeric column is computed from others.</summary>
public enum FormulaKind
{
    /// <summary>a * b.</summary>
    Product,
    /// <summary>a / b.</summary>
    Ratio,
    /// <summary>a + b.</summary>
    Sum,
    /// <summary>a - b.</summary>
    Difference,
    /// <summary>First factor times a, plus second factor times b (if there is a b), plus the constant.</summary>
    Linear,
}

/// <summary>A numeric column that is, or nearly is, computed from one or two others.</summary>
/// <param name="Column">Position of the computed column.</param>
/// <param name="Kind">Shape of the formula.</param>
/// <param name="Inputs">Positions of a and b; a alone for a linear formula of one column.</param>
/// <param name="Factors">Factors of a linear formula, one per input; empty otherwise.</param>
/// <param name="Constant">Constant of a linear formula; 0 otherwise.</param>
/// <param name="Explained">Share of the column's variance that the formula explains (R squared), 0 to 1.</param>
/// <param name="ExactShare">Share of the rows that agree to the column's written precision.</param>
/// <param name="NearShare">Share of the rows that agree within 5 %.</param>
/// <param name="Text">For a person: <c>TotalCharges ~ tenure * MonthlyCharges</c>; <c>=</c> in place of <c>~</c> when at least 99.5 % of the rows agree to the written precision.</param>
public sealed record Formula(
    int Column, FormulaKind Kind, ImmutableArray<int> Inputs, ImmutableArray<double> Factors, double Constant,
    double Explained, double ExactShare, double NearShare, string Text);

/// <summary>A column that does not exceed another.</summary>
/// <param name="Lesser">Position of the lesser column.</param>
/// <param name="Greater">Position of the greater column.</param>
/// <param name="Share">Share of the rows, both present, in which it holds: 0.999 to 1.</param>
/// <param name="Strict">The two are never equal.</param>
public sealed record OrderRelation(int Lesser, int Greater, double Share, bool Strict);

/// <summary>The time that runs through the rows.</summary>
/// <param name="Columns">Positions of its columns: one date column, or the parts from year downward.</param>
/// <param name="First">Earliest moment.</param>
/// <param name="Last">Latest moment.</param>
/// <param name="Step">Most frequent distance of neighbouring moments.</param>
/// <param name="Filled">Share of the steps between first and last that have a row, 0 to 1.</param>
/// <param name="Unique">No moment stands twice.</param>
/// <param name="Sorted">The rows are in order of time.</param>
public sealed record Clock(ImmutableArray<int> Columns, DateTime First, DateTime Last, TimeSpan Step, double Filled, bool Unique, bool Sorted);
