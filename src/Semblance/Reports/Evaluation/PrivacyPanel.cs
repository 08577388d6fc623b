using Semblance.Metrics;

namespace Semblance.Reports;

/// <summary>Whether synthetic rows lie nearer to the rows they were learned from than to rows nobody learned from.</summary>
internal static class PrivacyPanel
{
    public static Html Render(Scorecard card)
    {
        if (card.Privacy is not { } privacy) return Html.Empty;
        var html = new HtmlBuilder().Add($"""
            <h2>Nearness to real people's rows</h2><p class="lede">If the model had learned rows by heart, synthetic rows would lie nearer to the rows it was fitted on than to real rows it never saw. Then the two curves would part, the solid one above.</p>
            <div class="panel"><div class="two">
            """);
        if (privacy.Distances is { Edges.Length: > 1 } distances)
        {
            html.Add($"<figure><figcaption><b>Distance from a synthetic row to the nearest real row</b></figcaption>");
            html.Add($"""<ul class="key"><li><svg viewBox="0 0 18 14" aria-hidden="true"><path class="syn" d="M0 7H18"/></svg>rows it was fitted on</li><li><svg viewBox="0 0 18 14" aria-hidden="true"><path class="hold" d="M0 7H18"/></svg>rows held out</li></ul>""");
            html.Add(EcdfPlot.Draw("Share of synthetic rows whose nearest real row is within a distance", "distance (0 is an equal row)",
                [("hold", Curve(distances.Edges, distances.ToHoldout)), ("syn", Curve(distances.Edges, distances.ToReal))], distances.Edges[^1]));
            html.Add($"</figure>");
        }
        html.Add($"""<div><h3>In words</h3><ul class="said">""");
        foreach (var (kind, text) in Said(card, privacy)) html.Add($"""<li class="{kind}">{text}</li>""");
        return html.Add($"</ul></div></div></div>").Add(AttackPanel.Render(card)).ToHtml();
    }

    private static IEnumerable<(string Kind, string Text)> Said(Scorecard card, PrivacyDetail privacy)
    {
        if (card.Find("privacy.dcr-share") is { Score.Value: { } share } metric)
        {
            var score = metric.Score;
            var text = $"{Figures.Percent(share)} of synthetic rows lie nearer to a row the model was fitted on than to a held-out row; 50 % means no preference";
            if (score.Interval is { } interval) text += $". The 95 % interval is {Figures.Percent(interval.Low)} to {Figures.Percent(interval.High)}";
            if (score.Ceiling is { } ceiling) text += $", and fresh real rows get {Figures.Percent(ceiling)}";
            var beyond = (score.Interval?.Low ?? share) > 0.5;
            yield return (share > 0.53 && beyond ? "bad" : share > 0.52 && beyond ? "warn" : "good", text + ".");
        }
        if (privacy.Copies is { } copies)
            yield return copies == 0
                ? ("good", "No synthetic row equals a real row it was learned from.")
                : (privacy.HoldoutCopyShare is { } chance && privacy.CopyShare - chance > 0.002 ? "bad" : "warn",
                    $"{Figures.Count(copies)} synthetic {(copies == 1 ? "row equals" : "rows equal")} a real row ({Figures.Percent(privacy.CopyShare)})"
                    + (privacy.HoldoutCopyShare is { } held ? $"; of held-out real rows {Figures.Percent(held)} do so by chance." : "."));
        foreach (var column in privacy.Replayed)
            yield return (column.HoldoutShare is { } usual ? column.Share - usual > 0.02 ? "bad" : "good" : "",
                $"Of the values in {Figures.Clip(column.Column, 60)} ({column.Form}) {Figures.Percent(column.Share)} belong to a real row it was learned from" + (column.HoldoutShare is { } unseen ? $"; of those of held-out rows {Figures.Percent(unseen)} do." : "."));
        if (card.Find("privacy.k-map") is { Score: { Value: { } pointing } map } && !privacy.QuasiIdentifiers.IsEmpty)
            yield return (map.Ceiling is { } others && (map.Interval?.Low ?? pointing) > others + 0.02 ? "bad" : "",
                $"By what others may know of a person ({Figures.Clip(string.Join(", ", privacy.QuasiIdentifiers), 200)}) {Figures.Percent(pointing)} of synthetic rows point at exactly one real row it was learned from"
                + (map.Ceiling is { } fresh ? $"; of held-out real rows {Figures.Percent(fresh)} do" : "") + $". The smallest group of synthetic rows that are alike in these has {Figures.Count(privacy.SmallestGroup, "row")}.");
        if (privacy is { MedianToReal: { } real, MedianToHoldout: { } holdout })
            yield return (real < 0.95 * holdout ? "warn" : "good", $"Half of the synthetic rows lie within {Figures.Short(real)} of a fitted row and within {Figures.Short(holdout)} of a held-out row.");
        if (privacy.MeasuredRows > 0)
            yield return ("", $"Measured from {Figures.Count(privacy.MeasuredRows, "synthetic row")} to {Figures.Count(privacy.ReferenceRows, "row")} of each kind. These tests find copying; they are no proof that nobody can be recognised.");
    }

    private static List<(double, double)> Curve(IReadOnlyList<double> edges, IReadOnlyList<double> shares)
    {
        var points = new List<(double, double)>(shares.Count + 1) { (edges[0], 0) };
        var sum = 0.0;
        for (var i = 0; i < shares.Count && i + 1 < edges.Count; i++) points.Add((edges[i + 1], Math.Min(1, sum += shares[i])));
        return points;
    }
}
