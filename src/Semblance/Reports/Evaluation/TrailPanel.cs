using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Reports;

/// <summary>How a search came to its model: every attempt, what it got, why it was made and what became of it.</summary>
internal static class TrailPanel
{
    private const int MostScores = 8;

    public static void Render(HtmlBuilder html, ImmutableArray<Attempt> trail)
    {
        var names = trail.SelectMany(a => a.Scores.Keys).Distinct().Order(StringComparer.Ordinal).Take(MostScores).ToList();
        var cost = trail.Any(a => a.Seconds > 0);
        html.Add($"""<h3 class="later">How the model was chosen</h3>""").Add(TrailPlot.Draw(trail));
        html.Add($"""<div class="scroll"><table><thead><tr><th scope="col" class="n">#</th><th scope="col">Attempt</th>""");
        foreach (var name in names) html.Add($"""<th scope="col" class="n">{name}</th>""");
        if (cost) html.Add($"""<th scope="col" class="n">planned s</th>""");
        html.Add($"""<th scope="col">Why</th></tr></thead><tbody>""");
        for (var i = 0; i < trail.Length; i++)
        {
            var attempt = trail[i];
            html.Add($"""<tr><td class="n">{i + 1}</td><th scope="row">{attempt.Model} {(attempt.Chosen ? VerdictPanel.Chosen : Html.Empty)}<span class="small muted under">{(attempt.Spec.Length > 0 ? Figures.Clip(attempt.Spec, 200) : "")}</span></th>""");
            foreach (var name in names) html.Add($"""<td class="n">{Figures.Score(attempt.Scores.TryGetValue(name, out var score) ? score : null)}</td>""");
            if (cost) html.Add($"""<td class="n">{attempt.Seconds.ToString("0.0", CultureInfo.InvariantCulture)}</td>""");
            html.Add($"<td>{Words.Sentence(Figures.Clip(attempt.Why, 300))}</td></tr>");
        }
        html.Add($"</tbody></table></div>");
    }
}
