using System.Collections.Immutable;

namespace Semblance.Transforms;

/// <summary>What is put in the place of personal data.</summary>
public enum RedactionMode
{
    /// <summary>A safe fake of the same form; the same value becomes the same fake.</summary>
    Fake,
    /// <summary>Stars for letters and digits; everything else stays.</summary>
    Mask,
    /// <summary>The kind and six hexadecimal digits, <c>[email 3f9a2c]</c>; the same value gets the same label.</summary>
    Label,
}

/// <summary>How personal data are found and replaced.</summary>
public sealed record RedactionOptions
{
    /// <summary>What is put in their place. Default: fakes.</summary>
    public RedactionMode Mode { get; init; } = RedactionMode.Fake;

    /// <summary>Keep the domain of e-mail addresses, where a downstream model learns from it. The part before it is made up, but such an address may exist. Default: no.</summary>
    public bool KeepDomain { get; init; }

    /// <summary>Ids of <see cref="Forms.FormSearch.Kinds"/> to look for; empty for all.</summary>
    public ImmutableArray<string> Kinds { get; init; } = [];

    /// <summary>Names of columns that are left as they are.</summary>
    public ImmutableArray<string> Skip { get; init; } = [];
}

/// <summary>Something replaced, in characters (code points) of the cell's text before and after.</summary>
/// <param name="Row">Row from 0.</param>
/// <param name="Column">Name of the column.</param>
/// <param name="Kind">Id of the form.</param>
/// <param name="Start">First character before.</param>
/// <param name="End">One past the last character before.</param>
/// <param name="NewStart">First character after.</param>
/// <param name="NewEnd">One past the last character after.</param>
public readonly record struct RedactedSpan(long Row, string Column, string Kind, int Start, int End, int NewStart, int NewEnd);

/// <summary>How often a kind was replaced in a column.</summary>
/// <param name="Column">Name of the column.</param>
/// <param name="Kind">Id of the form.</param>
/// <param name="Title">Name of the form for a person.</param>
/// <param name="Whole">Whether the column as a whole holds this form, as its name or its cells say; else it stands inside texts.</param>
/// <param name="Count">Stretches replaced.</param>
public sealed record RedactionCount(string Column, string Kind, string Title, bool Whole, long Count);

/// <summary>What was replaced and where. It holds no value that was found.</summary>
/// <param name="Rows">Rows seen.</param>
/// <param name="Counts">By column and kind, in the order of the columns, the commonest kind first.</param>
public sealed record RedactionReport(long Rows, ImmutableArray<RedactionCount> Counts)
{
    /// <summary>Stretches replaced in all.</summary>
    public long Total => Counts.Sum(c => c.Count);

    /// <summary>Remarks for the user.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}
