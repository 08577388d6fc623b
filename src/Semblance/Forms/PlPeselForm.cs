using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Forms;

/// <summary>
/// Polish personal numbers (PESEL): birth date with the century in the month, serial, weighted check digit mod 10; eleven digits. Made ones belong to people born in 2200 to 2299.
/// </summary>
public sealed class PlPeselForm : IForm
{
    private const uint Years = 100, Months = 12, Days = 28, Serials = 10_000;

    /// <inheritdoc/>
    public string Id => "pl-pesel";
    /// <inheritdoc/>
    public string Title => "personal number (PESEL, Poland)";
    /// <inheritdoc/>
    public FormProof Proof => FormProof.Checksum;
    /// <inheritdoc/>
    public bool IsPersonal => true;
    /// <inheritdoc/>
    public ImmutableArray<string> Names { get; } = ["pesel"];
    /// <inheritdoc/>
    public ulong Room => Years * Months * Days * Serials;

    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> utf8) => Resembles(utf8) && Check(utf8) == utf8[10] - '0';

    /// <inheritdoc/>
    public bool Resembles(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length != 11 || !AsciiText.AllDigits(utf8)) return false;
        int year = Two(utf8, 0), month = Two(utf8, 2), day = Two(utf8, 4);
        var century = (month / 20) switch { 0 => 1900, 1 => 2000, 2 => 2100, 3 => 2200, _ => 1800 };
        month %= 20;
        return month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(century + year, month);
    }

    /// <inheritdoc/>
    public string Make(ulong entropy)
    {
        entropy %= Room;
        var day = 1 + AsciiText.Take(ref entropy, Days);
        var month = 61 + AsciiText.Take(ref entropy, Months);
        var year = AsciiText.Take(ref entropy, Years);
        Span<byte> text = stackalloc byte[11];
        System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{year:00}{month:00}{day:00}{entropy:0000}0"), text);
        text[10] = (byte)('0' + Check(text));
        return System.Text.Encoding.ASCII.GetString(text);
    }

    private static int Two(ReadOnlySpan<byte> text, int at) => (text[at] - '0') * 10 + text[at + 1] - '0';

    private static int Check(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> weights = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3];
        var sum = 0;
        for (var i = 0; i < 10; i++) sum += (text[i] - '0') * weights[i];
        return (10 - sum % 10) % 10;
    }
}
