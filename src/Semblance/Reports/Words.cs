namespace Semblance.Reports;

/// <summary>Sentences that metrics and profiles hand over, as markup.</summary>
internal static class Words
{
    /// <summary>A sentence in which `names in backticks` are set as code. All else is text.</summary>
    public static Html Sentence(string text, int most = 1000)
    {
        var html = new HtmlBuilder();
        var rest = Figures.Clip(text, most).AsSpan();
        while (true)
        {
            var open = rest.IndexOf('`');
            var length = open < 0 ? -1 : rest[(open + 1)..].IndexOf('`');
            if (length < 0) return html.Add($"{rest}").ToHtml();
            html.Add($"{rest[..open]}<code>{rest.Slice(open + 1, length)}</code>");
            rest = rest[(open + length + 2)..];
        }
    }

    /// <summary>A kind in a reader's words.</summary>
    public static string Kind(ColumnKind kind) => kind switch
    {
        ColumnKind.Integer => "whole number",
        ColumnKind.Decimal => "number",
        ColumnKind.Boolean => "yes or no",
        ColumnKind.Category => "category",
        ColumnKind.DateTime => "date or time",
        ColumnKind.Identifier => "identifier",
        ColumnKind.Text => "free text",
        _ => "constant",
    };

    /// <summary>First letter large, full stop at the end.</summary>
    public static string Finish(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Length == 0) return trimmed;
        trimmed = char.ToUpperInvariant(trimmed[0]) + trimmed[1..];
        return trimmed[^1] is '.' or '!' or '?' ? trimmed : trimmed + ".";
    }

    /// <summary>First letter large.</summary>
    public static string Capital(string word) => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..];

    /// <summary>"a, b and c".</summary>
    public static string List(IReadOnlyList<string> items) => items.Count switch
    {
        0 => "",
        1 => items[0],
        _ => string.Join(", ", items.Take(items.Count - 1)) + " and " + items[^1],
    };
}
