using Semblance.Metrics;

namespace Semblance.Reports;

/// <summary>
/// A scorecard as a page, in the order a reader's questions come: can it stand in, by how much does it miss, where, who could tell, is anybody
/// exposed, does it work, how was it made.
/// </summary>
internal static class EvaluationPage
{
    public static Html Render(Scorecard card, ReportContext context) => Page.Frame("Evaluation of synthetic data", context.Title ?? "Synthetic data", Facts(card, context),
    [
        ("verdict", "Verdict", VerdictPanel.Render(card)),
        ("scores", "Scores", ScoreTable.Render(card, context)),
        ("columns", "Columns", ColumnCards.Render(card)),
        ("dependence", "Dependence", DependencePanel.Render(card)),
        ("detector", "Detector", DetectorPanel.Render(card)),
        ("privacy", "Privacy", PrivacyPanel.Render(card)),
        ("utility", "Utility", new HtmlBuilder().Add(UtilityPanel.Render(card)).Add(LearningPanel.Render(card)).ToHtml()),
        ("fairness", "Fairness", FairnessPanel.Render(card)),
        .. context.Panels.Select(p => (p.Id, p.Name, p.Content)),
        ("provenance", "Provenance", ProvenancePanel.Render(card, context)),
    ], "Shares, distances and counts only: this page holds no row of the real data. Values held by few real rows are gathered before they are drawn.");

    private static IEnumerable<(string, string)> Facts(Scorecard card, ReportContext context)
    {
        yield return ("Synthetic rows", Figures.Count(card.SyntheticRows));
        yield return ("Real rows", Figures.Count(card.RealRows));
        yield return ("Held out", card.HoldoutRows is { } held ? Figures.Count(held) : "none");
        if (card.Columns.Length > 0) yield return ("Columns", Figures.Count(card.Columns.Length));
        if (card.Target is { } target) yield return ("Target", target);
        if (context.About is { } about) yield return ("Model", about.Model);
    }
}
