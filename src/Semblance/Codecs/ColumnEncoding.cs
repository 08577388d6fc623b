using System.Globalization;

namespace Semblance.Codecs;

/// <summary>How a column of numbers or moments is cut into cells: <c>line</c>, <c>levels</c> or <c>ranges 20</c>.</summary>
public readonly record struct ColumnEncoding
{
    /// <summary>Fewest and most ranges that can be asked for.</summary>
    internal const int FewestRanges = 2, MostRanges = 8_192;

    private ColumnEncoding(bool levels, int ranges) => (IsLevels, Ranges) = (levels, ranges);

    /// <summary>Values on a line: neighbours are alike, frequent values stand alone, the others in as many ranges as there are rows for. What holds unless something else is said.</summary>
    public static ColumnEncoding Line => default;

    /// <summary>
    /// Frequent values as categories, none alike another; what lies between them in a few wide ranges. For numbers that are names (a code, a price point, a default), whose neighbours on the line mean something else.
    /// </summary>
    public static ColumnEncoding Levels { get; } = new(true, 0);

    /// <summary>Values on a line in at most about so many ranges: coarser, and further from single rows.</summary>
    /// <param name="most">2 to 8192.</param>
    /// <exception cref="RecipeException">Out of range (SB2025).</exception>
    public static ColumnEncoding InRanges(int most) => most is >= FewestRanges and <= MostRanges ? new(false, most) : throw Unknown($"ranges {most}");

    /// <summary>Whether frequent values are categories.</summary>
    public bool IsLevels { get; }

    /// <summary>Most ranges on the line; 0 where the rows decide.</summary>
    public int Ranges { get; }

    /// <summary>Reads <c>line</c>, <c>levels</c> or <c>ranges 20</c>.</summary>
    /// <exception cref="RecipeException">It is none of these (SB2025).</exception>
    public static ColumnEncoding Parse(string text) => text switch
    {
        "line" => Line,
        "levels" => Levels,
        _ when text.StartsWith("ranges ", StringComparison.Ordinal) && int.TryParse(text.AsSpan(7), NumberStyles.None, CultureInfo.InvariantCulture, out var most) => InRanges(most),
        _ => throw Unknown(text),
    };

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => IsLevels ? "levels" : Ranges == 0 ? "line" : string.Create(CultureInfo.InvariantCulture, $"ranges {Ranges}");

    private static RecipeException Unknown(string text) => new("SB2025", $"`{text}` is no encoding of a column; give line, levels, or ranges with their number, {FewestRanges} to {MostRanges}: `ranges 20`");
}
