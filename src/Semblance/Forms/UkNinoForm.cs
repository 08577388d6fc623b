using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Forms;

/// <summary>British national insurance numbers: two letters, six digits, a suffix A to D, bare or in pairs. Made ones have the prefix QQ, which is never issued.</summary>
public sealed class UkNinoForm : IForm
{
    private const uint Numbers = 1_000_000;

    /// <inheritdoc/>
    public string Id => "uk-nino";
    /// <inheritdoc/>
    public string Title => "national insurance number (UK)";
    /// <inheritdoc/>
    public FormProof Proof => FormProof.Syntax;
    /// <inheritdoc/>
    public bool IsPersonal => true;
    /// <inheritdoc/>
    public ImmutableArray<string> Names { get; } = ["nino", "nationalinsurance"];
    /// <inheritdoc/>
    public ulong Room => Numbers * 4;

    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> utf8)
    {
        Span<byte> text = stackalloc byte[9];
        var count = 0;
        for (var i = 0; i < utf8.Length; i++)
        {
            if (utf8[i] == ' ' && utf8.Length == 13 && i % 3 == 2) continue; // AA 99 99 99 A
            if (count == 9) return false;
            text[count++] = utf8[i];
        }
        if (count != 9 || !AsciiText.AllDigits(text[2..8]) || text[8] is < (byte)'A' or > (byte)'D') return false;
        // D, F, I, U, V stand at neither place, O not second; QQ (made here, and in the authority's own examples) is let through.
        if (text[0] == 'Q' && text[1] == 'Q') return true;
        return AsciiText.IsUpper(text[0]) && AsciiText.IsUpper(text[1]) && "DFIQUV"u8.IndexOf(text[0]) < 0 && "DFIOQUV"u8.IndexOf(text[1]) < 0;
    }

    /// <inheritdoc/>
    public string Make(ulong entropy)
    {
        entropy %= Room;
        var suffix = (char)('A' + AsciiText.Take(ref entropy, 4));
        return string.Create(CultureInfo.InvariantCulture, $"QQ{entropy:000000}{suffix}");
    }
}
