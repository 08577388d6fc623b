using Semblance.Profiles;

namespace Semblance.Reports;

/// <summary>Which columns tell about each other.</summary>
internal static class ProfileDependence
{
    private const int MostColumns = 40, MostWithTitles = 20, MostPairs = 15;

    public static Html Render(Profile profile)
    {
        if (profile.Pairs.IsEmpty) return Html.Empty;
        var columns = Strongest(profile);
        var names = columns.Select(c => profile.Columns[c].Name).ToList();
        var html = new HtmlBuilder().Add($"""
            <h2>Which columns go together</h2><p class="lede">The deeper the colour, the more one column tells about the other. Left the usual measure for the kinds at hand (correlation, Cramér's V, correlation ratio; orange where one falls as the other rises), right mutual information, which sees any form of dependence.</p>
            <div class="panel long"><div class="two">
            """);
        Map(html, profile, columns, names, "Strength of dependence", "-1", "1", p => p.Pearson ?? p.Strength);
        Map(html, profile, columns, names, "Mutual information", "0", "1", p => p.MutualInformation);
        html.Add($"</div>");
        if (profile.PairRows < profile.Rows || columns.Count < profile.Columns.Length)
            html.Add($"""<p class="small muted">Measured on {Figures.Count(profile.PairRows, "row")}; drawn for {Figures.Count(columns.Count, "column")} of {Figures.Count(profile.Columns.Length)}.</p>""");
        Top(html, profile);
        return html.Add($"</div>").ToHtml();
    }

    /// <summary>The columns of the picture in table order: all, or those with the strongest ties.</summary>
    private static List<int> Strongest(Profile profile)
    {
        var strength = new double[profile.Columns.Length];
        var seen = new bool[strength.Length];
        foreach (var pair in profile.Pairs)
            foreach (var column in (ReadOnlySpan<int>)[pair.First, pair.Second])
            {
                seen[column] = true;
                strength[column] = Math.Max(strength[column], Math.Max(pair.Strength, pair.MutualInformation));
            }
        return [.. Enumerable.Range(0, strength.Length).Where(c => seen[c]).OrderByDescending(c => strength[c]).ThenBy(c => c).Take(MostColumns).Order()];
    }

    private static void Map(HtmlBuilder html, Profile profile, List<int> columns, List<string> names, string title, string low, string high, Func<PairDependence, double> measure)
    {
        double? Value(int row, int column) => profile.Pair(columns[row], columns[column]) is { } pair && double.IsFinite(measure(pair)) ? measure(pair) : null;
        Func<int, int, string>? said = columns.Count > MostWithTitles ? null
            : (r, c) => $"{Figures.Clip(names[r], 40)} and {Figures.Clip(names[c], 40)}: {Figures.Score(Value(r, c))}";
        html.Add($"<figure><figcaption><b>{title}</b></figcaption>").Add(HeatMap.Draw(title, names, Value, 1, said));
        html.Add(HeatMap.Legend(low, low == "0" ? "" : "0", high, diverging: low != "0")).Add($"</figure>");
    }

    private static void Top(HtmlBuilder html, Profile profile)
    {
        var top = profile.Pairs.Where(p => p.Strength > 0.3 || p.MutualInformation > 0.2).OrderByDescending(p => Math.Max(p.Strength, p.MutualInformation)).Take(MostPairs).ToList();
        if (top.Count == 0) return;
        html.Add($"""<details open="open"><summary>Strongest pairs</summary><div class="scroll"><table><thead><tr><th scope="col">Pair</th><th scope="col" class="wide">Measure</th><th scope="col" class="n">Value</th><th scope="col" class="n">Mutual information</th><th scope="col" class="n wide">Rows</th></tr></thead><tbody>""");
        foreach (var pair in top)
        {
            var (measure, value) = pair.Pearson is { } r ? ("correlation", r) : pair.CramersV is { } v ? ("Cramér's V", v) : ("correlation ratio", pair.CorrelationRatio);
            html.Add($"""<tr><th scope="row">{Figures.Clip(profile.Columns[pair.First].Name, 40)} × {Figures.Clip(profile.Columns[pair.Second].Name, 40)}</th><td class="wide">{(value is null ? Figures.None : measure)}</td><td class="n">{Figures.Score(value)}</td><td class="n">{Figures.Score(pair.MutualInformation)}</td><td class="n wide">{Figures.Count(pair.Rows)}</td></tr>""").Add($"\n");
        }
        html.Add($"</tbody></table></div></details>");
    }
}
