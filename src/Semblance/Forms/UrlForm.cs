using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Forms;

/// <summary>Web addresses: <c>http(s)://</c> or <c>ftp://</c> or <c>www.</c>, and a host. Made ones lie in domains that RFC 2606 keeps for examples.</summary>
public sealed class UrlForm : IForm
{
    private static readonly string[] Hosts = ["www.example.com", "www.example.org", "www.example.net", "shop.example", "news.example"];
    private static readonly string[] Paths = ["page", "item", "article", "user", "order", "product", "story", "profile"];
    private const uint Numbers = 1_000_000_000;

    /// <inheritdoc/>
    public string Id => "url";
    /// <inheritdoc/>
    public string Title => "web address";
    /// <inheritdoc/>
    public FormProof Proof => FormProof.Syntax;
    /// <inheritdoc/>
    public bool IsPersonal => false;
    /// <inheritdoc/>
    public ImmutableArray<string> Names { get; } = ["url", "uri", "link", "website", "homepage"];
    /// <inheritdoc/>
    public ulong Room => (ulong)Hosts.Length * (ulong)Paths.Length * Numbers;

    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is < 7 or > 4096) return false;
        var rest = utf8;
        if (rest.StartsWith("https://"u8)) rest = rest[8..];
        else if (rest.StartsWith("http://"u8)) rest = rest[7..];
        else if (rest.StartsWith("ftp://"u8)) rest = rest[6..];
        else if (!rest.StartsWith("www."u8)) return false;
        if (utf8.IndexOfAny(" \t\r\n<>\""u8) >= 0) return false;
        var end = rest.IndexOfAny("/?#"u8);
        var host = end < 0 ? rest : rest[..end];
        var port = host.LastIndexOf((byte)':');
        if (port >= 0)
        {
            if (!AsciiText.AllDigits(host[(port + 1)..]) || host.Length - port > 6) return false;
            host = host[..port];
        }
        return HostName.Recognises(host) || host.SequenceEqual("localhost"u8) || Ipv4Form.IsAddress(host);
    }

    /// <inheritdoc/>
    public string Make(ulong entropy)
    {
        entropy %= Room;
        var host = Hosts[AsciiText.Take(ref entropy, (uint)Hosts.Length)];
        var path = Paths[AsciiText.Take(ref entropy, (uint)Paths.Length)];
        return string.Create(CultureInfo.InvariantCulture, $"https://{host}/{path}/{entropy}");
    }
}
