using System.Collections.Immutable;

namespace Semblance.Rules;

/// <summary>Kinds of damage, as the answer key names them.</summary>
public enum FaultKind
{
    /// <summary>The value is gone.</summary>
    Missing,
    /// <summary>The number is far off.</summary>
    Outlier,
    /// <summary>The number moved slowly away with the rows.</summary>
    Drift,
    /// <summary>Another label.</summary>
    Label,
    /// <summary>A slip of the keyboard or of a scanner.</summary>
    Typo,
    /// <summary>The same value written otherwise.</summary>
    Format,
    /// <summary>Two columns of the row exchanged.</summary>
    Swap,
    /// <summary>The row is a copy, equal in every cell.</summary>
    Duplicate,
    /// <summary>The row is a copy with changes.</summary>
    NearDuplicate,
}

/// <summary>One fault to lay over clean rows. Rates are probabilities per cell (per row, for copies), each cell by itself.</summary>
public abstract record Fault
{
    private Fault() { }

    /// <summary>Values go missing: completely at random without a condition (MCAR), at random with a condition on other columns (MAR), not at random with one on the column itself (MNAR; Rubin 1976).</summary>
    /// <param name="Column">The column.</param>
    /// <param name="Rate">Probability where the condition holds, or anywhere without one.</param>
    public sealed record Missing(string Column, double Rate) : Fault
    {
        /// <summary>A condition of the expression language on the clean row.</summary>
        public Condition? When { get; init; }

        /// <summary>Probability where the condition does not hold. Default 0.</summary>
        public double Otherwise { get; init; }
    }

    /// <summary>Numbers far off: times <see cref="Factor"/>, and plus or minus <see cref="Distance"/>.</summary>
    /// <param name="Column">A column of numbers.</param>
    /// <param name="Rate">Probability.</param>
    public sealed record Outlier(string Column, double Rate) : Fault
    {
        /// <summary>Multiplies. Default 10, a slipped decimal point.</summary>
        public double Factor { get; init; } = 10;

        /// <summary>Added or taken away, by a coin. Default 0.</summary>
        public double Distance { get; init; }
    }

    /// <summary>A sensor that wanders: from row <see cref="From"/> on the amount grows evenly until row <see cref="To"/>, and stays.</summary>
    /// <param name="Column">A column of numbers.</param>
    /// <param name="Amount">Added in the end.</param>
    public sealed record Drift(string Column, double Amount) : Fault
    {
        /// <summary>Row at which it begins. Default 0.</summary>
        public long From { get; init; }

        /// <summary>Row at which it is complete, after <see cref="From"/>.</summary>
        public required long To { get; init; }
    }

    /// <summary>Wrong labels: any other label alike, or by <see cref="Confusions"/> depending on the true one.</summary>
    /// <param name="Column">A column of categories.</param>
    /// <param name="Rate">Probability; with confusions their own rates count.</param>
    public sealed record Label(string Column, double Rate) : Fault
    {
        /// <summary>True label, wrong label, probability; those of one true label add up to at most 1. Empty for symmetric noise.</summary>
        public ImmutableArray<(string From, string To, double Rate)> Confusions { get; init; } = [];
    }

    /// <summary>Slips: a neighbouring key, letters a scanner takes for one another, two characters exchanged, one dropped, one doubled.</summary>
    /// <param name="Column">Any column; it becomes text.</param>
    /// <param name="Rate">Probability.</param>
    public sealed record Typo(string Column, double Rate) : Fault
    {
        /// <summary>Which slips may happen. Default all.</summary>
        public TypoKinds Kinds { get; init; } = TypoKinds.All;
    }

    /// <summary>The same value written otherwise: capitals, small letters, without punctuation, with spaces around, a date in another order.</summary>
    /// <param name="Column">Any column; it becomes text.</param>
    /// <param name="Rate">Probability.</param>
    public sealed record Format(string Column, double Rate) : Fault;

    /// <summary>Two columns of a row exchanged: first and last name.</summary>
    /// <param name="Column">One column; both become text.</param>
    /// <param name="Other">The other.</param>
    /// <param name="Rate">Probability per row.</param>
    public sealed record Swap(string Column, string Other, double Rate) : Fault;

    /// <summary>Copies of rows, behind the rows of their block in random order; the answer key says of which row each is.</summary>
    /// <param name="Rate">Probability that a row has a copy.</param>
    public sealed record Duplicates(double Rate) : Fault
    {
        /// <summary>Probability that a cell of a copy is changed (typo, format, missing); a near-copy has at least one change. Default 0: exact copies.</summary>
        public double Changes { get; init; }

        /// <summary>Columns that may change in copies; they become text. Empty for all columns of text and categories.</summary>
        public ImmutableArray<string> Columns { get; init; } = [];
    }
}

/// <summary>Kinds of slips.</summary>
[Flags]
public enum TypoKinds
{
    /// <summary>A key beside the right one.</summary>
    Keyboard = 1,
    /// <summary>Shapes that scanners confuse: 0 and O, rn and m.</summary>
    Scanner = 2,
    /// <summary>Two neighbouring characters exchanged.</summary>
    Transpose = 4,
    /// <summary>A character left out.</summary>
    Drop = 8,
    /// <summary>A character typed twice.</summary>
    Double = 16,
    /// <summary>All of these.</summary>
    All = 31,
}
