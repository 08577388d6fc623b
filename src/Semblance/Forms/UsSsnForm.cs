using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Forms;

/// <summary>
/// United States social security numbers, <c>ddd-dd-dddd</c>; nine bare digits only resemble one. There is no checksum. Made ones have an area of 900 to 999, which is never issued,
/// and a group of 01 to 49, which the taxpayer numbers that do begin with 9 do not use.
/// </summary>
public sealed class UsSsnForm : IForm
{
    private const uint Areas = 100, Groups = 49, Serials = 9999;

    /// <inheritdoc/>
    public string Id => "us-ssn";
    /// <inheritdoc/>
    public string Title => "social security number (US)";
    /// <inheritdoc/>
    public FormProof Proof => FormProof.Syntax;
    /// <inheritdoc/>
    public bool IsPersonal => true;
    /// <inheritdoc/>
    public ImmutableArray<string> Names { get; } = ["ssn", "socialsecurity", "taxid", "itin"];
    /// <inheritdoc/>
    public ulong Room => Areas * Groups * Serials;

    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> utf8) =>
        utf8.Length == 11 && utf8[3] is (byte)'-' or (byte)' ' && utf8[6] == utf8[3] &&
        AsciiText.AllDigits(utf8[..3]) && AsciiText.AllDigits(utf8[4..6]) && AsciiText.AllDigits(utf8[7..]) && Plausible(utf8[..3], utf8[4..6], utf8[7..]);

    /// <inheritdoc/>
    public bool Resembles(ReadOnlySpan<byte> utf8) =>
        Recognises(utf8) || (utf8.Length == 9 && AsciiText.AllDigits(utf8) && Plausible(utf8[..3], utf8[3..5], utf8[5..]));

    /// <inheritdoc/>
    public string Make(ulong entropy)
    {
        entropy %= Room;
        var area = 900 + AsciiText.Take(ref entropy, Areas);
        var group = 1 + AsciiText.Take(ref entropy, Groups);
        return string.Create(CultureInfo.InvariantCulture, $"{area}-{group:00}-{1 + entropy:0000}");
    }

    private static bool Plausible(ReadOnlySpan<byte> area, ReadOnlySpan<byte> group, ReadOnlySpan<byte> serial) =>
        !area.SequenceEqual("000"u8) && !area.SequenceEqual("666"u8) && !group.SequenceEqual("00"u8) && !serial.SequenceEqual("0000"u8);
}
