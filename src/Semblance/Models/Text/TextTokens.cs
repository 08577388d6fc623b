using System.Globalization;

namespace Semblance.Models;

/// <summary>
/// Cuts a text into words and signs, each with the single space before it; end to end they are the text. Letters and digits run together, with apostrophes between them; characters of scripts that
/// write no spaces stand alone; other white space is a token of its own.
/// </summary>
internal static class TextTokens
{
    /// <summary>End of the token that begins at a place of a text.</summary>
    public static int End(ReadOnlySpan<char> text, int start)
    {
        var i = start;
        if (char.IsWhiteSpace(text[i]))
        {
            var alone = text[i] == ' ' && i + 1 < text.Length && !char.IsWhiteSpace(text[i + 1]);
            if (!alone)
            {
                while (i < text.Length && char.IsWhiteSpace(text[i]) && !(i > start && text[i] == ' ' && i + 1 < text.Length && !char.IsWhiteSpace(text[i + 1]))) i++;
                return i;
            }
            i++;
        }
        if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) return i + 2;
        if (!IsWord(text[i])) return i + 1;
        i++;
        while (i < text.Length && (IsWord(text[i]) || text[i] is '\'' or '’' && i + 1 < text.Length && IsWord(text[i + 1]))) i++;
        return i;
    }

    /// <summary>Whether a character goes on with the word before it.</summary>
    private static bool IsWord(char c) => c < 0x2E80 && (char.IsLetterOrDigit(c) || c == '_' || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark);

    /// <summary>Whether two of such characters side by side would be read as one word.</summary>
    public static bool Joins(char c) => c < 0x2E80 && char.IsLetterOrDigit(c);

    /// <summary>Tokens of a text.</summary>
    public static List<string> Of(string text)
    {
        var tokens = new List<string>();
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = End(text, start);
            tokens.Add(text[start..end]);
        }
        return tokens;
    }
}
