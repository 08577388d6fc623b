using System.Collections.Immutable;

namespace Semblance.Forms;

/// <summary>
/// Payment card numbers (ISO/IEC 7812): 13 to 19 digits, bare or in groups, with Luhn's check digit. Made ones begin with 9999: 9 is national assignment and 999 no country's code, so nobody issues them.
/// </summary>
public sealed class CardForm : IForm
{
    private const ulong Accounts = 100_000_000_000; // 11 digits between prefix and check digit

    /// <inheritdoc/>
    public string Id => "card";
    /// <inheritdoc/>
    public string Title => "payment card number";
    /// <inheritdoc/>
    public FormProof Proof => FormProof.Checksum;
    /// <inheritdoc/>
    public bool IsPersonal => true;
    /// <inheritdoc/>
    public ImmutableArray<string> Names { get; } = ["cardnumber", "cardno", "creditcard", "ccnumber", "ccnum", "debitcard", "pan"];
    /// <inheritdoc/>
    public ulong Room => Accounts;

    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> utf8)
    {
        Span<byte> digits = stackalloc byte[19];
        var count = Read(utf8, digits);
        return count > 0 && LuhnHolds(digits[..count]);
    }

    /// <inheritdoc/>
    public bool Resembles(ReadOnlySpan<byte> utf8)
    {
        Span<byte> digits = stackalloc byte[19];
        return Read(utf8, digits) > 0;
    }

    /// <inheritdoc/>
    public string Make(ulong entropy)
    {
        entropy %= Room;
        Span<byte> digits = stackalloc byte[16];
        digits[..4].Fill(9);
        for (var i = 4; i < 15; i++) digits[i] = (byte)AsciiText.Take(ref entropy, 10);
        digits[15] = 0;
        digits[15] = (byte)((10 - LuhnSum(digits) % 10) % 10);
        return string.Create(16, digits.ToArray(), (text, d) =>
        {
            for (var i = 0; i < text.Length; i++) text[i] = (char)('0' + d[i]);
        });
    }

    private static int Read(ReadOnlySpan<byte> text, Span<byte> digits)
    {
        if (text.Length is < 13 or > 23) return -1;
        var count = AsciiText.Digits(text, " -"u8, digits);
        if (count < 13) return -1;
        var separators = text.Length - count;
        if (separators > 4 || (separators > 0 && !IsGrouped(text))) return -1;
        return digits[0] is >= 2 and <= 6 || (digits[0] == 9 && digits[1] == 9 && digits[2] == 9 && digits[3] == 9) ? count : -1;
    }

    // Fours, or American Express's 4-6-5.
    private static bool IsGrouped(ReadOnlySpan<byte> text)
    {
        if (text.Length == 17 && !AsciiText.IsDigit(text[4]) && !AsciiText.IsDigit(text[11]) && text[4] == text[11]) return true;
        for (var i = 0; i < text.Length; i++)
            if (AsciiText.IsDigit(text[i]) == (i % 5 == 4) || (i % 5 == 4 && text[i] != text[4])) return false;
        return true;
    }

    internal static bool LuhnHolds(ReadOnlySpan<byte> digits) => LuhnSum(digits) % 10 == 0;

    private static int LuhnSum(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            var d = (int)digits[i];
            if ((digits.Length - 1 - i & 1) == 1) d = d * 2 > 9 ? d * 2 - 9 : d * 2;
            sum += d;
        }
        return sum;
    }
}
