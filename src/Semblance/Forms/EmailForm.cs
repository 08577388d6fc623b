using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Forms;

/// <summary>E-mail addresses, as people write them (the dot-atom form of RFC 5322). Made ones lie in the domains that RFC 2606 keeps for examples.</summary>
public sealed class EmailForm : IForm
{
    private const uint Numbers = 10_000;
    private static readonly string[] Domains = ["example.com", "example.org", "example.net"];

    /// <inheritdoc/>
    public string Id => "email";
    /// <inheritdoc/>
    public string Title => "e-mail address";
    /// <inheritdoc/>
    public FormProof Proof => FormProof.Syntax;
    /// <inheritdoc/>
    public bool IsPersonal => true;
    /// <inheritdoc/>
    public ImmutableArray<string> Names { get; } = ["email", "mail"];
    /// <inheritdoc/>
    public ulong Room => (ulong)NameWords.Given.Length * (ulong)NameWords.Family.Length * Numbers * (ulong)Domains.Length;

    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> utf8)
    {
        var at = utf8.IndexOf((byte)'@');
        return utf8.Length <= 254 && at is > 0 and <= 64 && IsLocal(utf8[..at]) && HostName.Recognises(utf8[(at + 1)..]);
    }

    /// <inheritdoc/>
    public string Make(ulong entropy)
    {
        entropy %= Room;
        var given = NameWords.Given[AsciiText.Take(ref entropy, (uint)NameWords.Given.Length)].ToLowerInvariant();
        var family = NameWords.Family[AsciiText.Take(ref entropy, (uint)NameWords.Family.Length)].ToLowerInvariant();
        var domain = Domains[AsciiText.Take(ref entropy, (uint)Domains.Length)];
        return entropy == 0 ? $"{given}.{family}@{domain}" : string.Create(CultureInfo.InvariantCulture, $"{given}.{family}{entropy}@{domain}");
    }

    private static bool IsLocal(ReadOnlySpan<byte> local)
    {
        var dot = true;
        foreach (var b in local)
        {
            if (b == '.')
            {
                if (dot) return false;
                dot = true;
            }
            else if (AsciiText.IsLetter(b) || AsciiText.IsDigit(b) || b >= 0x80 || "!#$%&'*+/=?^_`{|}~-"u8.IndexOf(b) >= 0) dot = false;
            else return false;
        }
        return !dot;
    }
}
