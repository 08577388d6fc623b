using System.Collections.Immutable;
using System.Text;

namespace Semblance.Formats;

/// <summary>Which texts of a column stand for "no value", and which of them were seen, in order of first sight.</summary>
internal sealed class MissingMarkers
{
    private const int Most = 200; // marker codes are bytes in memory
    private readonly LevelTable known = new();
    private readonly LevelTable seen = new();
    private readonly int longest;

    /// <summary>Markers of a column.</summary>
    /// <param name="known">Texts that mark a missing value; the empty text always does.</param>
    /// <param name="fixedCodes">Whether these are also the codes, in this order (a schema says so).</param>
    public MissingMarkers(ImmutableArray<string> known, bool fixedCodes)
    {
        foreach (var text in known)
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            longest = Math.Max(longest, utf8.Length);
            HaveNumbers |= NumberText.Parse(Trim(utf8), out _) != NumberText.NotANumber;
            this.known.Add(utf8);
            if (fixedCodes) seen.Add(utf8);
        }
        this.known.Add([]);
    }

    /// <summary>Whether a number may be a marker (-99), so that parsing does not tell.</summary>
    public bool HaveNumbers { get; }

    /// <summary>The texts seen, by code.</summary>
    public ImmutableArray<string> Seen => [.. seen.ToStrings()];

    /// <summary>UTF-8 of a marker.</summary>
    public ReadOnlySpan<byte> this[int code] => seen[code];

    /// <summary>Code of a marker, or -1 for a value. Spaces around a marker do not make it a value.</summary>
    public int Code(ReadOnlySpan<byte> text)
    {
        var word = Trim(text);
        if (word.Length > longest || known.Find(word) < 0 && (word.Length == text.Length || known.Find(text) < 0)) return -1;
        var code = seen.Find(text);
        if (code >= 0) return code;
        return seen.Count < Most ? seen.Add(text) : -1;
    }

    /// <summary>A text without the spaces and tabs around it.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) =>
        text.Length > 0 && (text[0] is (byte)' ' or (byte)'\t' || text[^1] is (byte)' ' or (byte)'\t') ? text.Trim(" \t"u8) : text;
}
