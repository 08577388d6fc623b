namespace Semblance.Rules;

/// <summary>Lists of columns as they are written: <c>sex, race</c>.</summary>
internal static class ColumnNames
{
    /// <summary>Names between commas; a name in backquotes may hold any sign.</summary>
    public static IEnumerable<string> Of(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var start = at;
            for (var quoted = false; at < text.Length && (quoted || text[at] != ','); at++)
                if (text[at] == '`') quoted = !quoted;
            var name = text[start..at++].Trim();
            if (name is ['`', .., '`'] && name.Length > 2) name = name[1..^1].Replace("``", "`", StringComparison.Ordinal);
            yield return name;
        }
    }
}
