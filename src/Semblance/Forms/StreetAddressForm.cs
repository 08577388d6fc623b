using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Forms;

/// <summary>
/// The street line of a postal address: a number and a name with a word for a street (<c>12 Alder Road</c>, <c>Lindenstrasse 4</c>), perhaps followed by flat and place.
/// Made ones are a house number in a street named after a tree, without a town: they point to nobody in particular.
/// </summary>
public sealed class StreetAddressForm : IForm
{
    private static readonly string[] Trees =
        ["Alder", "Ash", "Aspen", "Beech", "Birch", "Cedar", "Cherry", "Chestnut", "Cypress", "Elm", "Fir", "Hawthorn", "Hazel", "Holly", "Juniper", "Larch", "Laurel", "Linden", "Magnolia", "Maple", "Oak", "Pine", "Poplar", "Rowan", "Spruce", "Sycamore", "Walnut", "Willow", "Yew"];
    private static readonly string[] Streets = ["Street", "Road", "Avenue", "Lane", "Drive", "Court", "Way", "Place"];
    private const uint Numbers = 9_999;

    /// <inheritdoc/>
    public string Id => "street-address";
    /// <inheritdoc/>
    public string Title => "street address";
    /// <inheritdoc/>
    public FormProof Proof => FormProof.Syntax;
    /// <inheritdoc/>
    public bool IsPersonal => true;
    /// <inheritdoc/>
    public ImmutableArray<string> Names { get; } = ["address", "street", "addr", "strasse"];
    /// <inheritdoc/>
    public ulong Room => (ulong)Trees.Length * (ulong)Streets.Length * Numbers;

    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is < 6 or > 160) return false;
        var comma = utf8.IndexOf((byte)',');
        var line = comma < 0 ? utf8 : utf8[..comma];
        int words = 0, number = -1, street = -1;
        var capital = false;
        while (line.Length > 0)
        {
            var end = line.IndexOf((byte)' ');
            var word = end < 0 ? line : line[..end];
            line = end < 0 ? [] : line[(end + 1)..];
            if (word.Length == 0) continue;
            if (IsHouseNumber(word)) number = number < 0 ? words : number;
            else
            {
                capital |= AsciiText.IsUpper(word[0]) || word[0] >= 0x80;
                if (street < 0 && (words > 0 || word.Length > 6 || IsLeadingStreetWord(word)) && IsStreetWord(word)) street = words;
            }
            words++;
        }
        // The number first and the street soon after it, or the number at the end: "2 large boxes on the way" is neither.
        return capital && number >= 0 && street >= 0 && words <= 8 && (number == 0 ? street <= 4 : number == words - 1 && street < number);
    }

    /// <inheritdoc/>
    public bool Resembles(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is < 4 or > 160 || utf8.IndexOf((byte)' ') < 0) return false;
        bool digit = false, letter = false;
        foreach (var b in utf8)
        {
            digit |= AsciiText.IsDigit(b);
            letter |= AsciiText.IsLetter(b);
        }
        return digit && letter;
    }

    /// <inheritdoc/>
    public string Make(ulong entropy)
    {
        entropy %= Room;
        var tree = Trees[AsciiText.Take(ref entropy, (uint)Trees.Length)];
        var street = Streets[AsciiText.Take(ref entropy, (uint)Streets.Length)];
        return string.Create(CultureInfo.InvariantCulture, $"{1 + entropy} {tree} {street}");
    }

    // 4, 12b, 10245; 12-14.
    private static bool IsHouseNumber(ReadOnlySpan<byte> word)
    {
        if (!AsciiText.IsDigit(word[0]) || word.Length > 9) return false;
        var digits = word;
        if (AsciiText.IsLetter(digits[^1])) digits = digits[..^1];
        var dash = digits.IndexOf((byte)'-');
        return dash < 0 ? digits.Length <= 5 && AsciiText.AllDigits(digits) : AsciiText.AllDigits(digits[..dash]) && AsciiText.AllDigits(digits[(dash + 1)..]);
    }

    // Romance languages put the word first; a leading "St" is a saint.
    private static bool IsLeadingStreetWord(ReadOnlySpan<byte> word) => word.SequenceEqual("Via"u8) || word.SequenceEqual("Rue"u8) || word.SequenceEqual("Calle"u8);

    private static bool IsStreetWord(ReadOnlySpan<byte> word)
    {
        if (word[^1] == '.') word = word[..^1];
        Span<byte> lower = stackalloc byte[24];
        if (word.Length is < 2 or > 24) return false;
        for (var i = 0; i < word.Length; i++) lower[i] = AsciiText.IsUpper(word[i]) ? (byte)(word[i] | 0x20) : word[i];
        ReadOnlySpan<byte> w = lower[..word.Length];
        return w.SequenceEqual("street"u8) || w.SequenceEqual("st"u8) || w.SequenceEqual("road"u8) || w.SequenceEqual("rd"u8) || w.SequenceEqual("avenue"u8) || w.SequenceEqual("ave"u8)
            || w.SequenceEqual("lane"u8) || w.SequenceEqual("ln"u8) || w.SequenceEqual("drive"u8) || w.SequenceEqual("dr"u8) || w.SequenceEqual("court"u8) || w.SequenceEqual("way"u8)
            || w.SequenceEqual("place"u8) || w.SequenceEqual("boulevard"u8) || w.SequenceEqual("blvd"u8) || w.SequenceEqual("square"u8) || w.SequenceEqual("rue"u8) || w.SequenceEqual("calle"u8)
            || w.SequenceEqual("via"u8) || w.EndsWith("strasse"u8) || w.EndsWith("straße"u8) || w.EndsWith("str"u8) && w.Length > 5 || w.EndsWith("weg"u8) && w.Length > 4
            || w.EndsWith("straat"u8) || w.EndsWith("gatan"u8) || w.EndsWith("gade"u8) && w.Length > 5;
    }
}
