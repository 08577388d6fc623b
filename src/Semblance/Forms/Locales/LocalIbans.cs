namespace Semblance.Forms;

/// <summary>
/// Account numbers (ISO 13616) of each country's length with its own inner check digits, at banks whose code is nobody's: German codes begin with 1 to 8, others are never all zeros or nines, no bank's letters are QQQQ.
/// </summary>
internal static class LocalIbans
{
    public static LocalWriter? Writer(string country) => country switch
    {
        "DE" => (e, s) => Write(e, s, "DE"u8, "9#################"u8),
        "GB" => (e, s) => Write(e, s, "GB"u8, "QQQQ##############"u8),
        "NL" => (e, s) => Write(e, s, "NL"u8, "QQQQ##########"u8),
        "FR" => (e, s) => Write(e, s, "FR"u8, "00000################00"u8, French),
        "ES" => (e, s) => Write(e, s, "ES"u8, "9999####00##########"u8, Spanish),
        "IT" => (e, s) => Write(e, s, "IT"u8, "A99999#################"u8, Italian),
        "PL" => (e, s) => Write(e, s, "PL"u8, "999####0################"u8, Polish),
        "SE" => (e, s) => Write(e, s, "SE"u8, "000#################"u8),
        "DK" => (e, s) => Write(e, s, "DK"u8, "0000##########"u8),
        "FI" => (e, s) => Write(e, s, "FI"u8, "0############0"u8, Finnish),
        "CZ" => (e, s) => Write(e, s, "CZ"u8, "0000################"u8),
        "TR" => (e, s) => Write(e, s, "TR"u8, "000000################"u8),
        "BR" => (e, s) => Write(e, s, "BR"u8, "99999999###############P1"u8),
        _ => null,
    };

    private delegate void Inner(Span<byte> account);

    private static int Write(ulong entropy, Span<byte> utf8, ReadOnlySpan<byte> country, ReadOnlySpan<byte> pattern, Inner? inner = null)
    {
        country.CopyTo(utf8);
        "00"u8.CopyTo(utf8[2..]);
        var target = new Utf8Target(utf8[4..]);
        target.Pattern(pattern, Person.Hash(entropy, 31));
        var account = target.Written;
        inner?.Invoke(account);
        Span<byte> turned = stackalloc byte[40];
        account.CopyTo(turned);
        utf8[..4].CopyTo(turned[account.Length..]);
        var check = 98 - CheckDigits.Remainder(turned[..(account.Length + 4)], 97);
        (utf8[2], utf8[3]) = ((byte)('0' + check / 10), (byte)('0' + check % 10));
        return account.Length + 4;
    }

    // RIB key: 97 less the remainder of the whole with 00 in its place.
    private static void French(Span<byte> account)
    {
        var key = 97 - CheckDigits.Remainder(account, 97);
        (account[21], account[22]) = ((byte)('0' + key / 10), (byte)('0' + key % 10));
    }

    // Two digits by 11: of bank and branch, of the account.
    private static void Spanish(Span<byte> account)
    {
        account[8] = Digit(CheckDigits.Weighted(account, [4, 8, 5, 10, 9, 7, 3, 6]));
        account[9] = Digit(CheckDigits.Weighted(account[10..], [1, 2, 4, 8, 5, 10, 9, 7, 3, 6]));

        static byte Digit(int sum) => (11 - sum % 11) switch { 11 => (byte)'0', 10 => (byte)'1', var d => (byte)('0' + d) };
    }

    private static void Italian(Span<byte> account) => account[0] = CheckDigits.Italian(account[1..]);

    private static void Polish(Span<byte> account) => account[7] = (byte)('0' + (10 - CheckDigits.Weighted(account, [3, 9, 7, 1, 3, 9, 7]) % 10) % 10);

    private static void Finnish(Span<byte> account) => account[13] = (byte)('0' + CheckDigits.Luhn(account[..13]));
}
