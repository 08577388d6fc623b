using System.Globalization;
using System.Text;

namespace Semblance.Rules;

internal enum TokenKind { End, Number, Text, Name, QuotedName, Word, Symbol }

/// <summary>One token. <paramref name="Value"/> is unquoted; keywords and symbols are in their one spelling. <paramref name="Run"/> is the whole unbroken word a name was cut from.</summary>
internal readonly record struct Token(TokenKind Kind, int At, int Length, string Value, double Number = 0, string? Run = null);

/// <summary>
/// Cuts an expression into tokens. <c>-</c> and <c>.</c> may stand inside a bare name: with known names, the longest known one that ends at such a
/// sign (or at the end of the unbroken word) is taken; without, the whole word is.
/// </summary>
internal sealed class Scanner(string text, Predicate<string>? known)
{
    private static readonly HashSet<string> Keywords =
        new(["and", "or", "not", "in", "between", "like", "is", "missing", "null", "true", "false"], StringComparer.OrdinalIgnoreCase);

    private int at;

    /// <summary>Whether a name can be written without quotes, whatever other names there are.</summary>
    public static bool IsPlainName(string name)
    {
        if (name.Length == 0 || !IsStart(name[0]) || Keywords.Contains(name)) return false;
        foreach (var letter in name)
            if (!IsPart(letter)) return false;
        return true;
    }

    /// <summary>The next token; <see cref="TokenKind.End"/> at the end, again and again.</summary>
    public Token Next()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        if (at == text.Length) return new(TokenKind.End, at, 0, "");
        var letter = text[at];
        if (char.IsAsciiDigit(letter) || letter == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])) return Number();
        if (IsStart(letter)) return Word();
        return letter switch
        {
            '\'' => Quoted('\'', TokenKind.Text),
            '"' or '`' => Quoted(letter, TokenKind.QuotedName),
            _ => Symbol(letter),
        };
    }

    private static bool IsStart(char letter) => letter == '_' || char.IsLetter(letter) || char.IsSurrogate(letter);

    private static bool IsPart(char letter) =>
        IsStart(letter) || char.IsDigit(letter) || char.GetUnicodeCategory(letter) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private Token Number()
    {
        var start = at;
        Digits();
        if (at + 1 < text.Length && text[at] == '.' && char.IsAsciiDigit(text[at + 1]))
        {
            at++;
            Digits();
        }
        if (at < text.Length && text[at] is 'e' or 'E')
        {
            var sign = at + 1 < text.Length && text[at + 1] is '+' or '-' ? 2 : 1;
            if (at + sign < text.Length && char.IsAsciiDigit(text[at + sign]))
            {
                at += sign;
                Digits();
            }
        }
        if (at < text.Length && IsPart(text[at]))
        {
            while (at < text.Length && IsPart(text[at])) at++;
            throw Fault("SB2062", start, $"`{text[start..at]}` is neither a number nor a name; a column whose name begins with a digit is written in backticks");
        }
        var digits = text.AsSpan(start, at - start);
        if (!double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
            throw Fault("SB2062", start, $"the number {digits} is too large; the largest is about 1.8e308");
        return new(TokenKind.Number, start, at - start, digits.ToString(), number);
    }

    private void Digits()
    {
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
    }

    private Token Word()
    {
        var start = at;
        var end = start + 1; // of the unbroken word, signs included
        while (end < text.Length && (IsPart(text[end]) || text[end] is '-' or '.')) end++;
        var plain = start + 1; // of its first plain part
        while (plain < end && IsPart(text[plain])) plain++;

        if (plain == end && Keywords.Contains(text[start..end]))
        {
            at = end;
            return new(TokenKind.Word, start, end - start, text[start..end].ToLowerInvariant());
        }

        if (known is not null)
            for (var cut = end; cut > start; cut--)
            {
                if (cut < end && IsPart(text[cut]) && IsPart(text[cut - 1])) continue; // not in the middle of a plain part
                if (!known(text[start..cut])) continue;
                at = cut;
                return new(TokenKind.Name, start, cut - start, text[start..cut], Run: text[start..end]);
            }

        // A sign belongs to the name only when a plain part follows: `a-(b)` is a difference.
        var glued = plain;
        while (glued + 1 < end && !IsPart(text[glued]) && IsPart(text[glued + 1]))
        {
            glued++;
            while (glued < end && IsPart(text[glued])) glued++;
        }
        if (OpensBracket(glued) && text.LastIndexOf('-', glued - 1, glued - start) is >= 0 and var minus) glued = minus; // `a-abs(b)`
        at = glued;
        return new(TokenKind.Name, start, glued - start, text[start..glued], Run: text[start..glued]);
    }

    private bool OpensBracket(int index)
    {
        while (index < text.Length && char.IsWhiteSpace(text[index])) index++;
        return index < text.Length && text[index] == '(';
    }

    private Token Quoted(char quote, TokenKind kind)
    {
        var start = at++;
        var value = new StringBuilder();
        while (at < text.Length)
        {
            var letter = text[at++];
            if (letter != quote) value.Append(letter);
            else if (at < text.Length && text[at] == quote)
            {
                value.Append(quote);
                at++;
            }
            else return new(kind, start, at - start, value.ToString(), Run: value.ToString());
        }
        throw ExpressionFault.Make("SB2061", text, start, 1, $"the quote {quote} that opens here is not closed; inside quotes write {quote}{quote} for one {quote}");
    }

    private Token Symbol(char letter)
    {
        var start = at;
        var two = at + 1 < text.Length ? text.AsSpan(at, 2) : default;
        var symbol = two switch
        {
            "==" => "=",
            "<>" or "!=" => "!=",
            "<=" => "<=",
            ">=" => ">=",
            _ => null,
        };
        if (symbol is not null)
        {
            at += 2;
            return new(TokenKind.Symbol, start, 2, symbol);
        }
        at++;
        if (letter is '=' or '<' or '>' or '+' or '-' or '*' or '/' or '%' or '(' or ')' or ',') return new(TokenKind.Symbol, start, 1, letter.ToString());
        throw Fault("SB2060", start, letter switch
        {
            '&' => "write `and` instead of &",
            '|' => "write `or` instead of |",
            '!' => "write `not` instead of !",
            '\u2018' or '\u2019' or '\u201C' or '\u201D' => "this is a typographic quote; write texts in straight quotes: 'text'",
            '\u2212' or '\u2013' => "this is a typographic minus; write -",
            '\u2264' => "write <=",
            '\u2265' => "write >=",
            '\u2260' => "write !=",
            _ when char.IsControl(letter) => $"character U+{(int)letter:X4} has no meaning here",
            _ => $"`{letter}` has no meaning here; a column name with such a sign is written in backticks",
        });
    }

    private RecipeException Fault(string code, int start, string message) => ExpressionFault.Make(code, text, start, at - start, message);
}
