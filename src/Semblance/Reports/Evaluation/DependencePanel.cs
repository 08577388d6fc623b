using Semblance.Metrics;

namespace Semblance.Reports;

/// <summary>How columns go together: real, synthetic and the difference, and the pairs that were kept worst.</summary>
internal static class DependencePanel
{
    private const int MostWithTitles = 18;

    public static Html Render(Scorecard card)
    {
        if (card.Pairs is not { Columns.Length: > 1 } pairs) return Html.Empty;
        var html = new HtmlBuilder().Add($"""
            <h2>How columns go together</h2><p class="lede">Each square is a pair of columns: the deeper its colour, the more one tells about the other (blue: together, orange: against each other). The third picture is what was lost or invented; it should be pale.</p>
            <div class="panel long"><div class="three">
            """);
        var worst = 0.0;
        for (var row = 0; row < pairs.Columns.Length; row++)
            for (var column = 0; column < row; column++)
                if (Difference(pairs, row, column) is { } d) worst = Math.Max(worst, Math.Abs(d));
        // A difference of .25 gets full colour, a larger one stretches the scale: noise must not look like failure.
        var scale = Math.Max(0.25, Math.Ceiling(worst * 20) / 20);
        Map(html, "Real", "", "Dependence in the real data", pairs, (r, c) => Finite(pairs.Real[r, c]), 1);
        Map(html, "Synthetic", "", "Dependence in the synthetic data", pairs, (r, c) => Finite(pairs.Synthetic[r, c]), 1);
        Map(html, "Difference", "blue: above real, orange: below", "Synthetic minus real dependence", pairs, (r, c) => Difference(pairs, r, c), scale);
        html.Add($"</div>");
        Worst(html, pairs);
        return html.Add($"</div>").ToHtml();
    }

    private static void Map(HtmlBuilder html, string title, string aside, string label, PairDetail pairs, Func<int, int, double?> value, double scale)
    {
        Func<int, int, string>? said = pairs.Columns.Length > MostWithTitles ? null
            : (r, c) => $"{Figures.Clip(pairs.Columns[r], 40)} and {Figures.Clip(pairs.Columns[c], 40)}: {Figures.Score(value(r, c))}";
        html.Add($"<figure><figcaption><b>{title}</b> <span class=\"muted small\">{aside}</span></figcaption>").Add(HeatMap.Draw(label, pairs.Columns, value, scale, said));
        html.Add(HeatMap.Legend(Figures.Short(-scale), "0", Figures.Short(scale), diverging: true)).Add($"</figure>");
    }

    private static void Worst(HtmlBuilder html, PairDetail pairs)
    {
        html.Add($"""<p class="small muted">{Figures.Count(pairs.Pairs, "pair")} compared, {Figures.Count(pairs.RelatedPairs)} of them clearly related in the real data. Two numbers are compared by correlation (-1 to 1), other pairs by Cramér's V (0 to 1).</p>""");
        if (pairs.Worst.IsEmpty) return;
        html.Add($"""<details open="open"><summary>Pairs furthest below fresh real rows</summary><div class="scroll"><table><thead><tr><th scope="col">Pair</th><th scope="col" class="wide">Measure</th><th scope="col" class="n">Real</th><th scope="col" class="n">Synthetic</th><th scope="col" class="n">Score</th><th scope="col" class="n">Fresh real rows</th></tr></thead><tbody>""");
        foreach (var pair in pairs.Worst.Take(10))
            html.Add($"""<tr><th scope="row">{Figures.Clip(pair.First, 40)} × {Figures.Clip(pair.Second, 40)}</th><td class="wide">{pair.Measure}</td><td class="n">{Figures.Score(pair.Real)}</td><td class="n">{Figures.Score(pair.Synthetic)}</td><td class="n">{Figures.Score(pair.Score)}</td><td class="n">{Figures.Score(pair.Ceiling)}</td></tr>""").Add($"\n");
        html.Add($"</tbody></table></div></details>");
    }

    private static double? Difference(PairDetail pairs, int row, int column) => Finite(pairs.Synthetic[row, column] - pairs.Real[row, column]);

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
