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
        bool number = false, street = false;
        var words = 0;
        while (utf8.Length > 0)
        {
            var end = utf8.IndexOfAny(" ,"u8);
            var word = end < 0 ? utf8 : utf8[..end];
            utf8 = end < 0 ? [] : utf8[(end + 1)..];
            if (word.Length == 0) continue;
            words++;
            if (AsciiText.IsDigit(word[0]) && IsHouseNumber(word)) number = true;
            else if (words > 1 || word.Length > 6) street |= IsStreetWord(word);
        }
        return number && street && words is >= 2 and <= 14;
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

    private static bool IsHouseNumber(ReadOnlySpan<byte> word) =>
        word.Length <= 5 && AsciiText.AllDigits(word[..^1]) && (AsciiText.IsDigit(word[^1]) || AsciiText.IsLetter(word[^1])) || word.Length == 1;

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
