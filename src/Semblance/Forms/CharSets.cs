using System.Globalization;
using System.Text;

namespace Semblance.Forms;

/// <summary>Sets of ASCII characters and how a sequence of them is written: <c>ID-\d{6}</c>, <c>[1-9]\d{3}-\u{5}</c>.</summary>
internal static class CharSets
{
    public static readonly byte[] Digits = "0123456789"u8.ToArray();
    public static readonly byte[] LowerHex = "0123456789abcdef"u8.ToArray();
    public static readonly byte[] UpperHex = "0123456789ABCDEF"u8.ToArray();
    private static readonly byte[] Lower = "abcdefghijklmnopqrstuvwxyz"u8.ToArray();
    private static readonly byte[] Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"u8.ToArray();
    public static readonly byte[] AnyAlphanumeric = [.. Digits, .. Upper, .. Lower];

    // From narrow to wide; hexadecimal is chosen by the whole run of characters, never by one position.
    private static readonly (char Name, byte[] Set)[] Classes =
        [('d', Digits), ('l', Lower), ('u', Upper), ('w', [.. Digits, .. Lower]), ('W', [.. Digits, .. Upper]), ('a', [.. Upper, .. Lower]), ('x', AnyAlphanumeric), ('h', LowerHex), ('H', UpperHex)];

    /// <summary>The narrowest class that holds all the characters; bytes beyond ASCII count as lower-case letters.</summary>
    public static byte[] Covering(IEnumerable<byte> characters)
    {
        bool digit = false, lower = false, upper = false;
        foreach (var b in characters)
        {
            digit |= AsciiText.IsDigit(b);
            upper |= AsciiText.IsUpper(b);
            lower |= AsciiText.IsLower(b) || b >= 0x80;
        }
        return (digit, lower, upper) switch
        {
            (_, false, false) => Digits,
            (false, true, false) => Lower,
            (false, false, true) => Upper,
            (true, true, false) => Classes[3].Set,
            (true, false, true) => Classes[4].Set,
            (false, true, true) => Classes[5].Set,
            _ => AnyAlphanumeric,
        };
    }

    /// <summary>The sets one after another, equal neighbours counted.</summary>
    public static string Describe(byte[][] sets)
    {
        var text = new StringBuilder();
        for (var i = 0; i < sets.Length;)
        {
            var run = 1;
            while (i + run < sets.Length && sets[i].Length > 1 && sets[i + run].AsSpan().SequenceEqual(sets[i])) run++;
            text.Append(One(sets[i]));
            if (run > 1) text.Append(CultureInfo.InvariantCulture, $"{{{run}}}");
            i += run;
        }
        return text.ToString();
    }

    /// <summary>Fixed text, with a backslash before whatever has a meaning here. Blanks are written <c>\s</c>, so that a blank ends a shape.</summary>
    public static string Literal(ReadOnlySpan<byte> utf8)
    {
        var text = new StringBuilder();
        foreach (var b in utf8)
        {
            if (b == ' ') text.Append(@"\s");
            else if (b is < 0x20 or >= 0x7f) text.Append(CultureInfo.InvariantCulture, $@"\#{b:x2}");
            else
            {
                if (@"\[]{}".Contains((char)b, StringComparison.Ordinal)) text.Append('\\');
                text.Append((char)b);
            }
        }
        return text.ToString();
    }

    /// <summary>A shape with blanks and characters beyond ASCII as they look. It can't be parsed again.</summary>
    public static string ForReading(string shape)
    {
        var bytes = new List<byte>(shape.Length);
        for (var i = 0; i < shape.Length; i++)
        {
            if (shape.AsSpan(i).StartsWith(@"\s")) (bytes, i) = ([.. bytes, (byte)' '], i + 1);
            else if (shape.AsSpan(i).StartsWith(@"\#")) (bytes, i) = ([.. bytes, byte.Parse(shape.AsSpan(i + 2, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)], i + 3);
            else if (shape[i] == '\\' && i + 1 < shape.Length) (bytes, i) = ([.. bytes, (byte)'\\', (byte)shape[i + 1]], i + 1);
            else bytes.Add((byte)shape[i]);
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>The class with a name, or null.</summary>
    public static byte[]? Named(char name)
    {
        foreach (var (known, set) in Classes)
            if (known == name) return set;
        return null;
    }

    private static string One(byte[] set)
    {
        if (set.Length == 1) return Literal(set);
        foreach (var (name, known) in Classes)
            if (known.AsSpan().SequenceEqual(set)) return @"\" + name;
        var text = new StringBuilder("[");
        for (var i = 0; i < set.Length;)
        {
            var end = i;
            while (end + 1 < set.Length && set[end + 1] == set[end] + 1) end++;
            text.Append((char)set[i]);
            if (end > i + 1) text.Append('-').Append((char)set[end]);
            else if (end == i + 1) text.Append((char)set[end]);
            i = end + 1;
        }
        return text.Append(']').ToString();
    }
}
