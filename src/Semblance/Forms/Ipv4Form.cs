using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Forms;

/// <summary>IPv4 addresses in dotted decimals. Made ones lie in the three blocks that RFC 5737 keeps for documentation, so there are only 762.</summary>
public sealed class Ipv4Form : IForm
{
    private static readonly string[] Blocks = ["192.0.2.", "198.51.100.", "203.0.113."];
    private const uint Hosts = 254;

    /// <inheritdoc/>
    public string Id => "ipv4";
    /// <inheritdoc/>
    public string Title => "IPv4 address";
    /// <inheritdoc/>
    public FormProof Proof => FormProof.Syntax;
    /// <inheritdoc/>
    public bool IsPersonal => true;
    /// <inheritdoc/>
    public ImmutableArray<string> Names { get; } = ["ip", "ipv4", "ipaddress", "ipaddr"];
    /// <inheritdoc/>
    public ulong Room => (ulong)Blocks.Length * Hosts;

    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> utf8) => IsAddress(utf8);

    /// <inheritdoc/>
    public string Make(ulong entropy)
    {
        entropy %= Room;
        var block = Blocks[AsciiText.Take(ref entropy, (uint)Blocks.Length)];
        return block + (1 + entropy).ToString(CultureInfo.InvariantCulture);
    }

    internal static bool IsAddress(ReadOnlySpan<byte> text)
    {
        if (text.Length is < 7 or > 15) return false;
        int octets = 0, value = 0, digits = 0;
        foreach (var b in text)
        {
            if (b == '.')
            {
                if (digits == 0) return false;
                (octets, value, digits) = (octets + 1, 0, 0);
            }
            else if (AsciiText.IsDigit(b) && !(digits > 0 && value == 0)) // no leading zeros
            {
                value = value * 10 + b - '0';
                if (value > 255) return false;
                digits++;
            }
            else return false;
        }
        return octets == 3 && digits > 0;
    }
}
