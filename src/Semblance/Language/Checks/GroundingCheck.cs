using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Semblance.Language;

/// <summary>
/// What a text states must stand in its row or document: every number, every date and every name. A number counts however it is written (<c>1,200</c> is <c>1200</c>); a name is a capitalised word that does not begin a sentence.
/// </summary>
internal sealed class GroundingCheck(ImmutableArray<CellPath> sources) : TextCheck
{
    public override IEnumerable<CellPath> Against => sources;

    protected override string? Fault(JsonNode? value, RowCells cells)
    {
        var source = string.Join('\n', sources.Select(s => JsonValues.TextOf(PromptTemplate.DocumentText(s, cells))));
        return Missing(JsonValues.TextOf(value), source) is { Count: > 0 } missing ? $"it states what its source does not: {string.Join(", ", missing.Take(5))}" : null;
    }

    /// <summary>What a text states and its source does not.</summary>
    internal static List<string> Missing(string text, string source)
    {
        var numbers = Numbers(source).Select(n => n.Value).ToHashSet();
        var words = Words(source).Select(w => w.Word.ToUpperInvariant()).ToHashSet(StringComparer.Ordinal);
        var missing = new List<string>();
        foreach (var (written, value) in Numbers(text))
            if (!numbers.Contains(value)) missing.Add(written);
        foreach (var (word, begins) in Words(text))
            if (!begins && char.IsUpper(word[0]) && word.Length > 1 && !words.Contains(word.ToUpperInvariant()) && !words.Contains(Singular(word).ToUpperInvariant())) missing.Add(word);
        return [.. missing.Distinct(StringComparer.Ordinal)];
    }

    private static string Singular(string word) => word.EndsWith("'s", StringComparison.Ordinal) ? word[..^2] : word[^1] == 's' ? word[..^1] : word;

    private static IEnumerable<(string Written, decimal Value)> Numbers(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiDigit(text[i]) || i > 0 && (char.IsLetter(text[i - 1]) || text[i - 1] == '_')) continue;
            var from = i;
            while (i < text.Length && (char.IsAsciiDigit(text[i]) || text[i] is '.' or ',' && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]))) i++;
            var written = text[from..i];
            if (Value(written) is { } value) yield return (written, value);
            // 2024-12-31 and 31.12.2024 are their parts, in any order
        }
    }

    private static decimal? Value(string written)
    {
        var plain = new StringBuilder();
        var parts = written.Split(',', '.');
        var last = written.AsSpan().LastIndexOfAny(',', '.');
        // a comma before three digits groups, as does a point where another sign follows; anything else is the decimal sign
        for (var i = 0; i < parts.Length; i++)
        {
            var isLast = i == parts.Length - 1;
            if (i > 0 && isLast && !(written[last] == ',' && parts[i].Length == 3) && (parts.Length == 2 || written[last] != written[parts[0].Length])) plain.Append('.');
            plain.Append(parts[i]);
        }
        return decimal.TryParse(plain.ToString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    private static IEnumerable<(string Word, bool Begins)> Words(string text)
    {
        var begins = true;
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsLetter(text[i]))
            {
                if (text[i] is '.' or '!' or '?' or '\n' or ':' or '"' or '“' or '(' or '*' or '-') begins = true;
                continue;
            }
            var from = i;
            while (i < text.Length && (char.IsLetterOrDigit(text[i]) || text[i] is '\'' or '’' && i + 1 < text.Length && char.IsLetter(text[i + 1]))) i++;
            var word = text[from..i].Replace('’', '\'');
            i--;
            yield return (word, begins || word is "I" || word.StartsWith("I'", StringComparison.Ordinal));
            begins = false;
        }
    }
}
