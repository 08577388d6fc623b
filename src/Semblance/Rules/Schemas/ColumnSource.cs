using System.Collections.Immutable;
using Semblance.Numerics;

namespace Semblance.Rules;

/// <summary>What makes the values of a column. Every value is a function of (seed, table, column, row).</summary>
public abstract record ColumnSource
{
    private ColumnSource() { }

    internal RulePlace? At { get; init; }

    /// <summary>A number from a distribution.</summary>
    /// <param name="Distribution">The distribution, with its parameters.</param>
    public sealed record Law(Distribution Distribution) : ColumnSource;

    /// <summary>One of a list, by weight.</summary>
    /// <param name="Values">Values and weights; weights are at least 0, and one is above.</param>
    public sealed record Choice(ImmutableArray<(string Value, double Weight)> Values) : ColumnSource;

    /// <summary>Running numbers: <see cref="Start"/>, <see cref="Start"/> + <see cref="Step"/>, …</summary>
    public sealed record Sequence : ColumnSource
    {
        /// <summary>Number of row 0. Default 1.</summary>
        public long Start { get; init; } = 1;

        /// <summary>Distance of neighbours, not 0. Default 1.</summary>
        public long Step { get; init; } = 1;

        /// <summary>Text before the number.</summary>
        public string Prefix { get; init; } = "";

        /// <summary>Text after the number.</summary>
        public string Suffix { get; init; } = "";

        /// <summary>Digits to pad the number to, 0 to 18. Default 0: none.</summary>
        public int Width { get; init; }

        /// <summary>Whether it begins anew with the children of each parent. Default false.</summary>
        public bool Within { get; init; }
    }

    /// <summary>Texts of a shape: <c>INV-\d{6}</c>. With <see cref="ColumnRule.Unique"/> each row has another one.</summary>
    /// <param name="Text">Characters as they stand, <c>\d</c>, <c>[A-F0-9]</c>, <c>{6}</c> after any of these; <c>\l \u \a \w \W \x \h \H</c> as in profiles.</param>
    public sealed record Shape(string Text) : ColumnSource;

    /// <summary>Texts of a form: an e-mail address, a name.</summary>
    /// <param name="Id">Id of the form.</param>
    public sealed record Form(string Id) : ColumnSource
    {
        /// <summary>Language and country, such as <c>de-DE</c>; null for <c>en-US</c>, or for the form's own mixture where it must be unique.</summary>
        public string? Locale { get; init; }

        /// <summary>Whom or what it belongs to: forms of one table and one word here fit together, the e-mail address to the name, the postcode to the city. Default <c>person</c>.</summary>
        public string As { get; init; } = "person";
    }

    /// <summary>Dates or times between two ends.</summary>
    public sealed record Moment : ColumnSource
    {
        /// <summary>First: a date, or an expression of other columns that gives one.</summary>
        public required string From { get; init; }

        /// <summary>Last, which may occur: a date, or an expression.</summary>
        public required string To { get; init; }

        /// <summary>What values are multiples of. Default: days, or seconds where an end has a time.</summary>
        public MomentStep? Step { get; init; }

        /// <summary>How much falls into each of as many equal parts of the time between fixed ends; empty for all alike.</summary>
        public ImmutableArray<double> Weights { get; init; } = [];

        /// <summary>Business calendar, of whose working days only values are: a country's code, or <c>weekdays</c>; null for all days.</summary>
        public string? Calendar { get; init; }

        /// <summary>When of the day: a time profile; null for all hours alike. Values then have times.</summary>
        public string? Hours { get; init; }
    }

    /// <summary>A value of the expression language over other columns of the row (and of rows it refers to: <c>products.price</c>).</summary>
    /// <param name="Text">The expression.</param>
    public sealed record Formula(string Text) : ColumnSource;

    /// <summary>Another source for each case; the first case that holds counts.</summary>
    /// <param name="All">The cases.</param>
    public sealed record Given(ImmutableArray<GivenCase> All) : ColumnSource
    {
        /// <summary>Column whose value chooses the case; null where each case has a condition.</summary>
        public string? Column { get; init; }

        /// <summary>What holds where no case does; null leaves the cell missing.</summary>
        public ColumnRule? Otherwise { get; init; }
    }

    /// <summary>Texts with holes: <c>Dear {first} {last}</c>; a hole is a column of the row or a list of words.</summary>
    /// <param name="Texts">One or more texts, equally likely.</param>
    public sealed record Template(ImmutableArray<string> Texts) : ColumnSource
    {
        /// <summary>Lists of words by the name of their hole.</summary>
        public ImmutableSortedDictionary<string, ImmutableArray<string>> Words { get; init; } = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty;
    }

    /// <summary>A value of a row of another table, or of the same.</summary>
    /// <param name="Table">The table.</param>
    public sealed record Reference(string Table) : ColumnSource
    {
        /// <summary>Its column; null for its key.</summary>
        public string? Column { get; init; }

        /// <summary>How the row is chosen; null for the parent in a table <c>per</c> that table, a tree in a table that refers to itself, else uniformly.</summary>
        public ReferenceLaw? By { get; init; }

        /// <summary>Exponent of the popularity law: the row of rank r is chosen in proportion to r^-exponent. Default 1.</summary>
        public double Exponent { get; init; } = 1;

        /// <summary>Only rows of that table for which this holds.</summary>
        public string? Where { get; init; }

        /// <summary>Whether the children of one parent get different rows.</summary>
        public bool Distinct { get; init; }

        /// <summary>A column of this table that refers already: the same row is taken. Null for a row of its own.</summary>
        public string? With { get; init; }

        /// <summary>Rows at the top of a tree, which refer to none. Default 1.</summary>
        public long Roots { get; init; } = 1;
    }

    /// <summary>A number over the children of the row.</summary>
    /// <param name="Kind">What is computed.</param>
    /// <param name="Table">Table of the children.</param>
    /// <param name="Column">Their column; null for a count.</param>
    public sealed record Aggregate(AggregateKind Kind, string Table, string? Column = null) : ColumnSource;

    /// <summary>A column of a fitted model; columns of one model in one table come from the same row of it.</summary>
    /// <param name="Rows">The model.</param>
    /// <param name="Column">Its column.</param>
    public sealed record Modelled(IRowModel Rows, string Column) : ColumnSource;
}

/// <summary>A case of <see cref="ColumnSource.Given"/>.</summary>
/// <param name="When">A condition, or the value of the column that chooses.</param>
/// <param name="Then">What makes the value.</param>
public sealed record GivenCase(string When, ColumnRule Then);

/// <summary>What dates are multiples of.</summary>
public enum MomentStep
{
    /// <summary>Whole days.</summary>
    Day,
    /// <summary>Whole hours.</summary>
    Hour,
    /// <summary>Whole minutes.</summary>
    Minute,
    /// <summary>Whole seconds.</summary>
    Second,
}

/// <summary>How a reference chooses its row.</summary>
public enum ReferenceLaw
{
    /// <summary>Each row equally often.</summary>
    Uniform,
    /// <summary>By a power law of popularity (Zipf 1949); which rows are popular the seed decides.</summary>
    Zipf,
    /// <summary>The row whose child this is.</summary>
    Parent,
    /// <summary>An earlier row of the same table: no circle can arise.</summary>
    Tree,
}

/// <summary>What <see cref="ColumnSource.Aggregate"/> computes.</summary>
public enum AggregateKind
{
    /// <summary>How many children.</summary>
    Count,
    /// <summary>Their sum; 0 where there are none.</summary>
    Sum,
    /// <summary>The least; missing where there are none.</summary>
    Min,
    /// <summary>The greatest; missing where there are none.</summary>
    Max,
    /// <summary>The arithmetic mean; missing where there are none.</summary>
    Mean,
}

/// <summary>Rows of something learned, by number: what a fitted model is to rules, which know no models.</summary>
public interface IRowModel
{
    /// <summary>Its columns.</summary>
    Schema Schema { get; }

    /// <summary>Rows of the endless sequence that a run's seed defines.</summary>
    /// <param name="rows">Their numbers, in any order.</param>
    /// <param name="run">The run; one is used for all calls of a generation.</param>
    Data.Table Make(long[] rows, Run run);
}
