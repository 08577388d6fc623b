namespace Semblance.Forms;

/// <summary>Host names with a top-level domain, as they stand in addresses.</summary>
internal static class HostName
{
    /// <summary>Two or more labels of letters, digits and inner hyphens (RFC 1123), the last of at least two letters.</summary>
    public static bool Recognises(ReadOnlySpan<byte> host)
    {
        if (host.Length is < 4 or > 253) return false;
        var labels = 0;
        while (true)
        {
            var end = host.IndexOf((byte)'.');
            var label = end < 0 ? host : host[..end];
            if (!IsLabel(label)) return false;
            labels++;
            if (end < 0) return labels >= 2 && IsTopLevel(label);
            host = host[(end + 1)..];
        }
    }

    private static bool IsLabel(ReadOnlySpan<byte> label)
    {
        if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-') return false;
        foreach (var b in label)
            if (!AsciiText.IsLetter(b) && !AsciiText.IsDigit(b) && b != '-' && b < 0x80) return false;
        return true;
    }

    private static bool IsTopLevel(ReadOnlySpan<byte> label)
    {
        if (label.Length < 2) return false;
        if (label.StartsWith("xn--"u8)) return true;
        foreach (var b in label)
            if (!AsciiText.IsLetter(b) && b < 0x80) return false;
        return true;
    }
}
