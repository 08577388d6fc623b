using Semblance.Profiles;

namespace Semblance.Reports;

/// <summary>What a person should look at, first of all.</summary>
internal static class WarningsPanel
{
    private const int Most = 40;

    public static Html Render(Profile profile)
    {
        var html = new HtmlBuilder().Add($"""<h2>To look at</h2><div class="panel long"><ul class="said">""");
        var shown = 0;
        var left = 0;
        foreach (var (kind, text) in All(profile))
            if (shown++ < Most) html.Add($"""<li class="{kind}">{Words.Sentence(Words.Finish(text))}</li>""");
            else left++;
        if (shown == 0) html.Add($"""<li class="good">Nothing strange was found.</li>""");
        if (left > 0) html.Add($"<li>{Figures.Count(left)} more stand at their columns.</li>");
        return html.Add($"</ul></div>").ToHtml();
    }

    private static IEnumerable<(string Kind, string Text)> All(Profile profile)
    {
        foreach (var warning in profile.Warnings) yield return ("warn", warning.Message);
        // personal data outranks the rest: it decides what may be done with the file at all
        foreach (var column in profile.Columns)
            foreach (var warning in column.Warnings)
                if (warning.Code == "personal-data") yield return ("bad", Named(column, warning));
        foreach (var column in profile.Columns)
            foreach (var warning in column.Warnings)
                if (warning.Code != "personal-data") yield return ("warn", Named(column, warning));
    }

    private static string Named(ColumnProfile column, Warning warning) =>
        warning.Message.Contains("`" + column.Name + "`", StringComparison.Ordinal) ? warning.Message : $"`{Figures.Clip(column.Name, 60)}`: {warning.Message}";
}
