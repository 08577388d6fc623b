using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Forms;

/// <summary>
/// Telephone numbers: international with a plus, or North American with separators, or national with a leading 0 and separators. Bare digits only resemble one.
/// Made ones are the numbers 555-0100 to 555-0199, kept for fiction in every area of the North American plan.
/// </summary>
public sealed class PhoneForm : IForm
{
    private const uint Areas = 8 * 89; // 2-9, then 00-89 but 11 (services); 9x is kept for expansion of the plan
    private const uint Lines = 100;

    /// <inheritdoc/>
    public string Id => "phone";
    /// <inheritdoc/>
    public string Title => "telephone number";
    /// <inheritdoc/>
    public FormProof Proof => FormProof.Syntax;
    /// <inheritdoc/>
    public bool IsPersonal => true;
    /// <inheritdoc/>
    public ImmutableArray<string> Names { get; } = ["phone", "telephone", "tel", "mobile", "cell", "fax", "msisdn"];
    /// <inheritdoc/>
    public ulong Room => Areas * Lines;

    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is < 8 or > 24) return false;
        Span<byte> digits = stackalloc byte[15];
        var count = Read(utf8, digits, out var separators);
        if (count < 0) return false;
        if (utf8[0] == '+') return count >= 8 && digits[0] != 0;
        if (separators == 0) return false;
        return count switch
        {
            10 when digits[0] != 0 => IsNorthAmerican(utf8, digits),
            11 when digits[0] == 1 => IsNorthAmerican(utf8[1..], digits[1..]),
            10 or 11 => digits[0] == 0 && separators <= 5,
            _ => false,
        };
    }

    /// <inheritdoc/>
    public bool Resembles(ReadOnlySpan<byte> utf8)
    {
        Span<byte> digits = stackalloc byte[15];
        return utf8.Length is >= 7 and <= 24 && Read(utf8, digits, out _) >= 7;
    }

    /// <inheritdoc/>
    public string Make(ulong entropy)
    {
        entropy %= Room;
        var area = AsciiText.Take(ref entropy, Areas);
        var (first, rest) = (2 + area / 89, area % 89);
        if (rest >= 11) rest++;
        return string.Create(CultureInfo.InvariantCulture, $"+1 {first}{rest:00}-555-01{entropy:00}");
    }

    // Three, three and four digits, area and exchange not beginning with 0 or 1.
    private static bool IsNorthAmerican(ReadOnlySpan<byte> text, ReadOnlySpan<byte> digits)
    {
        if (digits[0] < 2 || digits[3] < 2) return false;
        var run = 0;
        var seen = 0;
        foreach (var b in text)
        {
            if (AsciiText.IsDigit(b))
            {
                run++;
                seen++;
            }
            else
            {
                if (run > 0 && seen is not (3 or 6)) return false;
                run = 0;
            }
        }
        return true;
    }

    private static int Read(ReadOnlySpan<byte> text, Span<byte> digits, out int separators)
    {
        separators = 0;
        var count = 0;
        var open = false;
        for (var i = 0; i < text.Length; i++)
        {
            var b = text[i];
            if (AsciiText.IsDigit(b))
            {
                if (count == digits.Length) return -1;
                digits[count++] = (byte)(b - '0');
                continue;
            }
            if (b == '+' && i == 0) continue;
            if (b == '(' && !open) open = true;
            else if (b == ')' && open) open = false;
            else if (b is not ((byte)' ' or (byte)'-' or (byte)'.')) return -1;
            separators++;
        }
        return open || !AsciiText.IsDigit(text[^1]) ? -1 : count;
    }
}
