using System.Text;
using Semblance.Metrics;

namespace Semblance.Reports;

/// <summary>Sensitive groups one by one: are they there, and how do models trained on synthetic and on real rows treat them?</summary>
internal static class FairnessPanel
{
    public static Html Render(Scorecard card)
    {
        if (card.Fairness is not { Groups.IsEmpty: false } fairness) return Html.Empty;
        var html = new HtmlBuilder().Add($"""<h2>Are groups of people treated as in the real data?</h2><p class="lede">Groups of <b>{Figures.Clip(fairness.Sensitive, 80)}</b>. """);
        if (fairness.Outcome is { } outcome)
            html.Add($"""A model trained on synthetic rows and one trained on the real rows say for the same unseen real rows whether <b>{Figures.Clip(outcome, 80)}</b>. First figure: trained on synthetic rows; behind it, in grey: trained on real rows.""");
        html.Add($"""</p><div class="panel long scroll"><table><thead><tr><th scope="col">Group</th><th scope="col" class="n">Share of real rows</th><th scope="col" class="n">of synthetic rows</th>""");
        if (fairness.Outcome is not null)
            html.Add($"""<th scope="col" class="n">Unseen rows</th><th scope="col" class="n">Gets the outcome</th><th scope="col" class="n">of those who have it</th><th scope="col" class="n">of those who do not</th>""");
        html.Add($"</tr></thead><tbody>");
        foreach (var group in fairness.Groups)
        {
            html.Add($"""<tr><th scope="row">{Figures.Clip(group.Name, 60)}</th><td class="n">{Figures.Percent(group.RealShare)}</td><td class="n"><b>{Figures.Percent(group.SyntheticShare)}</b></td>""");
            if (fairness.Outcome is not null)
            {
                html.Add($"""<td class="n">{(group.TestRows > 0 ? Figures.Count(group.TestRows) : "too few")}</td>""");
                html.Add(Cell(group.Synthetic?.Selected, group.Real?.Selected)).Add(Cell(group.Synthetic?.TruePositive, group.Real?.TruePositive)).Add(Cell(group.Synthetic?.FalsePositive, group.Real?.FalsePositive));
            }
            html.Add($"</tr>");
        }
        html.Add($"</tbody></table></div>");
        foreach (var note in fairness.Notes) html.Add($"""<p class="muted small">{Words.Sentence(note)}</p>""");
        return html.ToHtml();
    }

    /// <summary>The groups as a table of Markdown.</summary>
    public static void Append(StringBuilder text, Scorecard card)
    {
        if (card.Fairness is not { Groups.IsEmpty: false } fairness) return;
        text.Append("\n## Groups of ").Append(EvaluationMarkdown.Escape(Figures.Clip(fairness.Sensitive, 80))).Append("\n\n");
        if (fairness.Outcome is { } outcome)
            text.Append("Outcome: ").Append(EvaluationMarkdown.Escape(Figures.Clip(outcome, 80))).Append(". Models trained on synthetic / on real rows, tried on unseen real rows.\n\n");
        text.Append("| Group | Real rows | Synthetic rows | Gets the outcome | of those who have it | of those who do not |\n|---|--:|--:|--:|--:|--:|\n");
        foreach (var group in fairness.Groups)
            text.Append("| ").Append(EvaluationMarkdown.Escape(Figures.Clip(group.Name, 60))).Append(" | ").Append(Figures.Percent(group.RealShare)).Append(" | ").Append(Figures.Percent(group.SyntheticShare))
                .Append(" | ").Append(Both(group.Synthetic?.Selected, group.Real?.Selected)).Append(" | ").Append(Both(group.Synthetic?.TruePositive, group.Real?.TruePositive))
                .Append(" | ").Append(Both(group.Synthetic?.FalsePositive, group.Real?.FalsePositive)).Append(" |\n");
    }

    /// <summary>The groups as JSON.</summary>
    public static void Write(JsonText json, FairnessDetail fairness)
    {
        json.Text("sensitive", fairness.Sensitive);
        json.Text("outcome", fairness.Outcome);
        json.Array("groups", fairness.Groups, group => json.Object(null, () =>
        {
            json.Text("name", group.Name);
            json.Number("realShare", group.RealShare);
            json.Number("syntheticShare", group.SyntheticShare);
            json.Count("testRows", group.TestRows);
            json.Object("trainSynthetic", group.Synthetic, rates => Rates(json, rates));
            json.Object("trainReal", group.Real, rates => Rates(json, rates));
        }));
        json.Texts("notes", fairness.Notes);
    }

    private static void Rates(JsonText json, GroupRates rates)
    {
        json.Number("selected", rates.Selected);
        json.Number("truePositive", rates.TruePositive);
        json.Number("falsePositive", rates.FalsePositive);
    }

    private static Html Cell(double? synthetic, double? real) => synthetic is null && real is null
        ? new("""<td class="n muted">too few</td>""")
        : new HtmlBuilder().Add($"""<td class="n"><b>{Percent(synthetic)}</b> <span class="muted">{Percent(real)}</span></td>""").ToHtml();

    private static string Both(double? synthetic, double? real) => synthetic is null && real is null ? "too few" : $"{Percent(synthetic)} / {Percent(real)}";

    private static string Percent(double? share) => share is { } s ? Figures.Percent(s) : "too few";
}
