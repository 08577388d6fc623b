using System.Collections.Immutable;

namespace Semblance.Forms;

/// <summary>
/// Patient numbers of the National Health Service (England, Wales): ten digits, bare or 3-3-4, the last a weighted check digit mod 11. Made ones begin with 999, kept for tests.
/// </summary>
public sealed class UkNhsForm : IForm
{
    // The check digit can't be made for one in eleven bodies: those are skipped, so room is counted over what is left.
    private static readonly int[] Bodies = [.. Enumerable.Range(0, 1_000_000).Where(n => Check(n) < 10)];

    /// <inheritdoc/>
    public string Id => "uk-nhs";
    /// <inheritdoc/>
    public string Title => "NHS patient number (UK)";
    /// <inheritdoc/>
    public FormProof Proof => FormProof.Checksum;
    /// <inheritdoc/>
    public bool IsPersonal => true;
    /// <inheritdoc/>
    public ImmutableArray<string> Names { get; } = ["nhs", "nhsnumber", "nhsno"];
    /// <inheritdoc/>
    public ulong Room => (ulong)Bodies.Length;

    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> utf8)
    {
        Span<byte> digits = stackalloc byte[10];
        if (!Read(utf8, digits)) return false;
        var sum = 0;
        for (var i = 0; i < 9; i++) sum += digits[i] * (10 - i);
        return (11 - sum % 11) % 11 == digits[9];
    }

    /// <inheritdoc/>
    public bool Resembles(ReadOnlySpan<byte> utf8)
    {
        Span<byte> digits = stackalloc byte[10];
        return Read(utf8, digits);
    }

    /// <inheritdoc/>
    public string Make(ulong entropy)
    {
        var body = Bodies[entropy % Room];
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"999 {body / 1000:000} {body % 1000:000}{Check(body)}");
    }

    // Check digit of 999 and six digits; 10 where none exists.
    private static int Check(int body)
    {
        var sum = 9 * (10 + 9 + 8);
        for (var weight = 2; weight <= 7; weight++, body /= 10) sum += body % 10 * weight;
        return (11 - sum % 11) % 11;
    }

    private static bool Read(ReadOnlySpan<byte> text, Span<byte> digits) =>
        text.Length is 10 or 12 && AsciiText.Digits(text, " -"u8, digits) == 10 && (text.Length == 10 || (!AsciiText.IsDigit(text[3]) && !AsciiText.IsDigit(text[7]) && text[3] == text[7]));
}
