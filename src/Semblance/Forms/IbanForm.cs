using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Forms;

/// <summary>
/// International bank account numbers (ISO 13616): country, two check digits (mod 97), account; the length is the country's. Made ones are German with a bank code that begins with 9;
/// German bank codes begin with 1 to 8 (the clearing areas), so no bank has it.
/// </summary>
public sealed class IbanForm : IForm
{
    private const ulong Accounts = 100_000_000_000_000_000; // 17 digits after the 9

    // Lengths of the SWIFT IBAN registry.
    private static readonly FrozenDictionary<int, int> Lengths = Parse(
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 " +
        "HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 " +
        "QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30");

    /// <inheritdoc/>
    public string Id => "iban";
    /// <inheritdoc/>
    public string Title => "bank account number (IBAN)";
    /// <inheritdoc/>
    public FormProof Proof => FormProof.Checksum;
    /// <inheritdoc/>
    public bool IsPersonal => true;
    /// <inheritdoc/>
    public ImmutableArray<string> Names { get; } = ["iban", "bankaccount", "accountnumber"];
    /// <inheritdoc/>
    public ulong Room => Accounts;

    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> utf8)
    {
        Span<byte> compact = stackalloc byte[34];
        var length = Read(utf8, compact);
        return length > 0 && Remainder(compact[..length]) == 1;
    }

    /// <inheritdoc/>
    public bool Resembles(ReadOnlySpan<byte> utf8)
    {
        Span<byte> compact = stackalloc byte[34];
        return Read(utf8, compact) > 0;
    }

    /// <inheritdoc/>
    public string Make(ulong entropy)
    {
        entropy %= Room;
        Span<byte> text = stackalloc byte[22];
        "DE009"u8.CopyTo(text);
        for (var i = 5; i < 22; i++) text[i] = (byte)('0' + AsciiText.Take(ref entropy, 10));
        var check = 98 - Remainder(text);
        text[2] = (byte)('0' + check / 10);
        text[3] = (byte)('0' + check % 10);
        return System.Text.Encoding.ASCII.GetString(text);
    }

    /// <summary>Length, without blanks, of the account numbers of a country by its two capitals; 0 where it has none.</summary>
    internal static int LengthOf(byte first, byte second) => Lengths.GetValueOrDefault(first << 8 | second);

    private static int Read(ReadOnlySpan<byte> text, Span<byte> compact)
    {
        if (text.Length is < 15 or > 42 || !AsciiText.IsUpper(text[0]) || !AsciiText.IsUpper(text[1])) return -1;
        var count = 0;
        foreach (var b in text)
        {
            if (b == ' ') continue;
            if (count == 34 || !(AsciiText.IsDigit(b) || AsciiText.IsUpper(b))) return -1;
            compact[count++] = b;
        }
        return AsciiText.IsDigit(compact[2]) && AsciiText.IsDigit(compact[3]) && Lengths.TryGetValue(compact[0] << 8 | compact[1], out var length) && length == count ? count : -1;
    }

    // ISO 7064 mod 97-10 of the account, then country and check digits; a letter counts as two digits, A = 10.
    private static int Remainder(ReadOnlySpan<byte> compact)
    {
        var remainder = 0;
        for (var i = 0; i < compact.Length; i++)
        {
            var b = compact[(i + 4) % compact.Length];
            remainder = AsciiText.IsDigit(b) ? (remainder * 10 + b - '0') % 97 : (remainder * 100 + b - 'A' + 10) % 97;
        }
        return remainder;
    }

    private static FrozenDictionary<int, int> Parse(string table) => table.Split(' ')
        .ToFrozenDictionary(entry => entry[0] << 8 | entry[1], entry => int.Parse(entry.AsSpan(2), CultureInfo.InvariantCulture));
}
