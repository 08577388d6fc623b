using Semblance.Profiles;

namespace Semblance.Reports;

/// <summary>Where values are missing, together and when.</summary>
internal static class GapsPanel
{
    private const int MostBars = 15, MostPatterns = 10, MostRules = 15;

    public static Html Render(Profile profile)
    {
        var gaps = profile.Columns.Where(c => c.Missing > 0).OrderByDescending(c => c.MissingShare).ToList();
        if (gaps.Count == 0) return Html.Empty;
        var html = new HtmlBuilder().Add($"""
            <h2>Where values are missing</h2><p class="lede">{Figures.Count(gaps.Count)} of {Figures.Count(profile.Columns.Length, "column")} {(gaps.Count == 1 ? "has" : "have")} gaps.</p>
            <div class="panel long"><div class="two"><figure><figcaption><b>Cells without a value</b></figcaption>
            """);
        html.Add(PairedBars.Draw("Share of cells without a value by column", [.. gaps.Take(MostBars).Select(c => new BarRow(c.Name, c.MissingShare))]));
        html.Add($"</figure><div>");
        if (profile.MissingPatterns.Length > 0 && profile.Rows > 0)
        {
            html.Add($"""<h3>Missing together</h3><table><thead><tr><th scope="col">Missing in the same row</th><th scope="col" class="n">Rows</th></tr></thead><tbody>""");
            foreach (var pattern in profile.MissingPatterns.Take(MostPatterns))
                html.Add($"""<tr><td>{Words.Sentence(pattern.Columns.IsEmpty ? "nothing" : Names(profile, pattern))}</td><td class="n">{Figures.Percent((double)pattern.Rows / profile.Rows)}</td></tr>""");
            html.Add($"</tbody></table>");
        }
        if (profile.MissingRules.Length > 0)
        {
            html.Add($"""<h3 class="later">Missing when</h3><ul class="said">""");
            foreach (var rule in profile.MissingRules.Take(MostRules))
                html.Add($"<li>{Words.Sentence(Rule(profile, rule))}</li>");
            html.Add($"</ul>");
        }
        return html.Add($"</div></div></div>").ToHtml();
    }

    private static string Names(Profile profile, MissingPattern pattern)
    {
        var names = pattern.Columns.Take(6).Select(c => StructurePanel.Name(profile, c)).ToList();
        return pattern.Columns.Length > 6 ? string.Join(", ", names) + $" and {Figures.Count(pattern.Columns.Length - 6)} more" : Words.List(names);
    }

    private static string Rule(Profile profile, MissingRule rule) => rule.Exact
        ? $"{StructurePanel.Name(profile, rule.Column)} is missing exactly when `{Figures.Clip(rule.Condition, 120)}`."
        : $"{StructurePanel.Name(profile, rule.Column)} is missing in {Figures.Percent(rule.Precision)} of the rows where `{Figures.Clip(rule.Condition, 120)}`, which holds {Figures.Percent(rule.Recall)} of its gaps.";
}
