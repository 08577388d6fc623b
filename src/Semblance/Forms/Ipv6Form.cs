using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace Semblance.Forms;

/// <summary>IPv6 addresses. Made ones lie in 2001:db8::/32, which RFC 3849 keeps for documentation.</summary>
public sealed class Ipv6Form : IForm
{
    /// <inheritdoc/>
    public string Id => "ipv6";
    /// <inheritdoc/>
    public string Title => "IPv6 address";
    /// <inheritdoc/>
    public FormProof Proof => FormProof.Syntax;
    /// <inheritdoc/>
    public bool IsPersonal => true;
    /// <inheritdoc/>
    public ImmutableArray<string> Names { get; } = ["ip", "ipv6", "ipaddress", "ipaddr"];
    /// <inheritdoc/>
    public ulong Room => ulong.MaxValue;

    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is < 3 or > 45 || utf8.Count((byte)':') < 2) return false;
        Span<char> text = stackalloc char[45];
        for (var i = 0; i < utf8.Length; i++)
        {
            if (!AsciiText.IsHex(utf8[i]) && utf8[i] is not ((byte)':' or (byte)'.')) return false;
            text[i] = (char)utf8[i];
        }
        return IPAddress.TryParse(text[..utf8.Length], out _);
    }

    /// <inheritdoc/>
    public string Make(ulong entropy) => string.Create(CultureInfo.InvariantCulture,
        $"2001:db8:{(entropy >> 48) & 0xffff:x}:{(entropy >> 32) & 0xffff:x}::{(entropy >> 16) & 0xffff:x}:{entropy & 0xffff:x}");
}
