using System.Text;

namespace Semblance.Tests.Conventions;

/// <summary>C# source without its comments and strings. Code inside the holes of interpolated strings stays.</summary>
internal static class SourceCode
{
    public static string Strip(string source)
    {
        var code = new StringBuilder(source.Length);
        Code(source, 0, source.Length, code);
        return code.ToString();
    }

    private static int Code(string source, int at, int end, StringBuilder code, int closing = 0)
    {
        var depth = 0;
        while (at < end)
        {
            var letter = source[at];
            if (closing > 0)
            {
                if (letter == '{') depth++;
                if (letter == '}' && depth-- == 0) return at + closing;
            }
            if (Follows(source, at, "//"))
                while (at < end && source[at] != '\n') at++;
            else if (Follows(source, at, "/*"))
            {
                var close = source.IndexOf("*/", at + 2, StringComparison.Ordinal);
                at = close < 0 ? end : close + 2;
                code.Append(' ');
            }
            else if (letter == '\'')
            {
                at++;
                while (at < end && source[at] != '\'') at += source[at] == '\\' ? 2 : 1;
                at++;
                code.Append("' '");
            }
            else if (letter is '"' or '$' or '@' && StartsText(source, at)) at = Text(source, at, end, code);
            else
            {
                code.Append(letter);
                at++;
            }
        }
        return at;
    }

    private static bool StartsText(string source, int at)
    {
        while (at < source.Length && source[at] is '$' or '@') at++;
        return at < source.Length && source[at] == '"';
    }

    private static int Text(string source, int at, int end, StringBuilder code)
    {
        var (dollars, verbatim) = (0, false);
        for (; source[at] != '"'; at++)
            if (source[at] == '$') dollars++;
            else verbatim = true;
        var quotes = 0;
        while (at + quotes < end && source[at + quotes] == '"') quotes++;
        code.Append("\"\"");
        if (quotes == 2) return at + 2; // empty
        var raw = quotes >= 3;
        at += raw ? quotes : 1;
        while (at < end)
        {
            var letter = source[at];
            if (letter == '"')
            {
                if (!raw && verbatim && Follows(source, at, "\"\"")) at += 2;
                else if (!raw) return at + 1;
                else
                {
                    var run = 0;
                    while (at + run < end && source[at + run] == '"') run++;
                    at += run;
                    if (run >= quotes) return at;
                }
            }
            else if (letter == '\\' && !raw && !verbatim) at += 2;
            else if (letter == '{' && dollars > 0)
            {
                var run = 0;
                while (at + run < end && source[at + run] == '{') run++;
                at += run;
                // In `$"` two braces are one brace; in `$$"""` fewer than two are braces.
                if (raw ? run < dollars : run % 2 == 0) continue;
                code.Append(' ');
                at = Code(source, at, end, code, raw ? dollars : 1);
                code.Append(' ');
            }
            else at++;
        }
        return at;
    }

    private static bool Follows(string source, int at, string what) => string.CompareOrdinal(source, at, what, 0, what.Length) == 0;
}
