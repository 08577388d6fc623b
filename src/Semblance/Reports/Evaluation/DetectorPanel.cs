using Semblance.Metrics;

namespace Semblance.Reports;

/// <summary>What a program that tries to tell synthetic from real rows goes by.</summary>
internal static class DetectorPanel
{
    public static Html Render(Scorecard card)
    {
        if (card.Detector is not { } detector) return Html.Empty;
        var html = new HtmlBuilder().Add($"""
            <h2>What gives it away</h2><p class="lede">A detector was trained to tell synthetic from real rows and then tried on rows it had not seen. Shown one of each, it picked the synthetic one {Figures.Percent(detector.Auc)} of the time; guessing is right 50 % of the time{Ceiling(detector)}.</p>
            <div class="panel"><div class="two"><figure><figcaption><b>Columns it goes by</b><span class="muted">part of all its decisions</span></figcaption>
            """);
        var features = detector.Features.Where(f => f.Share > 0).Take(12).Select(f => new BarRow(f.Column, f.Share)).ToList();
        html.Add(features.Count > 0 ? PairedBars.Draw("Columns the detector goes by", features) : new Html("<p class=\"muted\">None: it found nothing to go by.</p>"));
        html.Add($"""</figure><div><h3>In words</h3><ul class="said">""");
        if (detector.Findings.IsEmpty) html.Add($"""<li class="good">No single column or value gives the synthetic rows away.</li>""");
        var kind = detector.Auc - Math.Max(0.5, detector.AucCeiling ?? 0.5) < 0.05 ? "" : "warn"; // hardly better than guessing: nothing to warn of
        foreach (var finding in detector.Findings) html.Add($"""<li class="{kind}">{Words.Sentence(Words.Finish(finding))}</li>""");
        return html.Add($"</ul></div></div></div>").ToHtml();
    }

    private static string Ceiling(DetectorDetail detector) => detector.AucCeiling is { } c
        ? $", and between fresh real rows and other real rows it was right {Figures.Percent(c)} of the time" : "";
}
