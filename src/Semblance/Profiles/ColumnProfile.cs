using System.Collections.Immutable;

namespace Semblance.Profiles;

/// <summary>What one column looks like. Computed on every row.</summary>
public sealed record ColumnProfile
{
    /// <summary>Column name.</summary>
    public required string Name { get; init; }

    /// <summary>Column kind.</summary>
    public required ColumnKind Kind { get; init; }

    /// <summary>Cells with a value.</summary>
    public required long Present { get; init; }

    /// <summary>Cells without a value.</summary>
    public required long Missing { get; init; }

    /// <summary>How often each missing marker stands, in the order of the schema.</summary>
    public ImmutableArray<MarkerCount> Markers { get; init; } = [];

    /// <summary>Number of different values, missing not counted.</summary>
    public required long Distinct { get; init; }

    /// <summary>
    /// Most frequent values, most frequent first, ties by text. Only values that at least <see cref="ProfileOptions.MinimumCount"/> rows share;
    /// none for identifiers, free text and columns that look like personal data.
    /// </summary>
    public ImmutableArray<ValueCount> Top { get; init; } = [];

    /// <summary>Values that fewer than <see cref="ProfileOptions.MinimumCount"/> rows share: how many there are.</summary>
    public long RareValues { get; init; }

    /// <summary>Statistics of an integer or decimal column that has a value; null otherwise.</summary>
    public NumberSummary? Numbers { get; init; }

    /// <summary>Statistics of a date column that has a value; null otherwise.</summary>
    public MomentSummary? Moments { get; init; }

    /// <summary>Statistics of an identifier or text column that has a value; null otherwise.</summary>
    public TextSummary? Texts { get; init; }

    /// <summary>Numbers that hold far more rows than the numbers around them: <c>capital-gain</c> at 0. Largest share first.</summary>
    public ImmutableArray<Spike> Spikes { get; init; } = [];

    /// <summary>Forms of personal data this column may hold, most likely first.</summary>
    public ImmutableArray<PersonalData> Personal { get; init; } = [];

    /// <summary>What a person should look at in this column.</summary>
    public ImmutableArray<Warning> Warnings { get; init; } = [];

    /// <summary>Share of cells without a value, 0 to 1; 0 in a table without rows.</summary>
    public double MissingShare => Present + Missing == 0 ? 0 : Missing / (double)(Present + Missing);
}

/// <summary>Occurrences of one missing marker.</summary>
/// <param name="Marker">Text that stands for "no value"; empty for an empty cell.</param>
/// <param name="Count">Cells.</param>
public sealed record MarkerCount(string Marker, long Count);

/// <summary>Occurrences of one value.</summary>
/// <param name="Value">The value as it is written in the data.</param>
/// <param name="Count">Rows.</param>
public sealed record ValueCount(string Value, long Count);

/// <summary>Statistics of a numeric column over its finite values.</summary>
public sealed record NumberSummary
{
    /// <summary>Least value. One row's value: a person who may not see the data should not see it.</summary>
    public required double Minimum { get; init; }

    /// <summary>Greatest value. One row's value: a person who may not see the data should not see it.</summary>
    public required double Maximum { get; init; }

    /// <summary>Arithmetic mean.</summary>
    public required double Mean { get; init; }

    /// <summary>Sample standard deviation (n - 1); 0 with one value.</summary>
    public required double StandardDeviation { get; init; }

    /// <summary>Cells equal to 0.</summary>
    public required long Zeros { get; init; }

    /// <summary>Cells below 0.</summary>
    public required long Negatives { get; init; }

    /// <summary>Quantiles at <see cref="QuantileLevels"/>, linear between order statistics (type 7 of Hyndman and Fan 1996).</summary>
    public required ImmutableArray<double> Quantiles { get; init; }

    /// <summary>Counts by value.</summary>
    public required Histogram Histogram { get; init; }

    /// <summary>Levels of <see cref="Quantiles"/>. The outermost are 1 % and 99 %, which are not one row's value in a table of some size.</summary>
    public static ImmutableArray<double> QuantileLevels { get; } = [0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99];
}

/// <summary>
/// Counts in bins of equal width. The range covers the bulk of the values (its ends are the 0.5 % and 99.5 % quantiles rounded outward);
/// the values beyond are counted in <see cref="Below"/> and <see cref="Above"/>, so a few extremes do not flatten the picture.
/// </summary>
/// <param name="Edges">Ascending, one more than counts. Bin i holds [edge i, edge i + 1); the last bin holds its upper edge too.</param>
/// <param name="Counts">Values in each bin.</param>
/// <param name="Below">Values under the first edge.</param>
/// <param name="Above">Values over the last edge.</param>
public sealed record Histogram(ImmutableArray<double> Edges, ImmutableArray<long> Counts, long Below, long Above);

/// <summary>Statistics of a date column.</summary>
public sealed record MomentSummary
{
    /// <summary>Earliest. One row's value.</summary>
    public required DateTime Minimum { get; init; }

    /// <summary>Latest. One row's value.</summary>
    public required DateTime Maximum { get; init; }

    /// <summary>Quantiles at <see cref="NumberSummary.QuantileLevels"/> (lower order statistic).</summary>
    public required ImmutableArray<DateTime> Quantiles { get; init; }

    /// <summary>Counts by time; the edges are ticks (100 ns since year 1) as doubles: <c>new DateTime((long)edge)</c>.</summary>
    public required Histogram Histogram { get; init; }
}

/// <summary>Statistics of an identifier or text column.</summary>
public sealed record TextSummary
{
    /// <summary>Shortest length in bytes of UTF-8.</summary>
    public required int MinimumLength { get; init; }

    /// <summary>Longest length in bytes of UTF-8.</summary>
    public required int MaximumLength { get; init; }

    /// <summary>Mean length in bytes of UTF-8.</summary>
    public required double MeanLength { get; init; }

    /// <summary>Mean number of words (runs without white space).</summary>
    public required double MeanWords { get; init; }

    /// <summary>The shape of the values when they have one, such as <c>ID-\d{6}</c>; null for free text.</summary>
    public string? Shape { get; init; }
}

/// <summary>A number that holds far more rows than the numbers around it.</summary>
/// <param name="Value">The number.</param>
/// <param name="Count">Rows that have it.</param>
/// <param name="Share">Of the rows with a value, 0 to 1.</param>
/// <param name="Ratio">Count over the median count of the nearest other values, up to four on either side.</param>
public sealed record Spike(double Value, long Count, double Share, double Ratio);

/// <summary>A form of personal data that a column may hold.</summary>
/// <param name="Form">Id of the form in <c>FormCatalog</c>: <c>email</c>.</param>
/// <param name="Title">Name of the form, for a person.</param>
/// <param name="Share">Share of the cells looked at that have this form, 0 to 1.</param>
/// <param name="Tested">Cells looked at.</param>
/// <param name="Evidence">Why it is believed.</param>
/// <param name="Inside">True when the form stands inside longer texts rather than being the whole cell.</param>
public sealed record PersonalData(string Form, string Title, double Share, long Tested, PersonalEvidence Evidence, bool Inside = false);

/// <summary>Why a column is believed to hold personal data.</summary>
[Flags]
public enum PersonalEvidence
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>The texts have the form's syntax, which other texts hardly ever have.</summary>
    Syntax = 1,
    /// <summary>Check digits hold far more often than by chance.</summary>
    Checksum = 2,
    /// <summary>The column's name says so.</summary>
    Name = 4,
    /// <summary>The values are on a list of known words (given names, surnames).</summary>
    Words = 8,
}
