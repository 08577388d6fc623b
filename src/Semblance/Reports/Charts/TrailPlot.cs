using System.Collections.Immutable;

namespace Semblance.Reports;

/// <summary>Attempts of a search as points: how near to training rows across, detection upwards. The better ones stand to the upper left.</summary>
internal static class TrailPlot
{
    private const string Distance = "privacy.dcr-share", Detection = "fidelity.c2st";
    private const double Width = 460, Height = 250, Left = 40, Right = 452, Top = 10, Bottom = 212;

    /// <summary>Draws them; nothing when fewer than three attempts have both scores.</summary>
    public static Html Draw(ImmutableArray<Attempt> trail)
    {
        var points = trail.Select((a, i) => (Attempt: a, Number: i + 1)).Where(p => p.Attempt.Scores.ContainsKey(Distance) && p.Attempt.Scores.ContainsKey(Detection)).ToArray();
        if (points.Length < 3) return Html.Empty;
        double[] across = [.. points.Select(p => p.Attempt.Scores[Distance])], up = [.. points.Select(p => p.Attempt.Scores[Detection])];
        var x = new Axis(Math.Floor(20 * Math.Min(0.5, across.Min()) - 0.2) / 20, Math.Ceiling(20 * Math.Max(0.5, across.Max()) + 0.2) / 20, Left, Right);
        var y = new Axis(Math.Max(0, Math.Floor(10 * up.Min()) / 10), 1, Bottom, Top);
        const string label = "Each attempt: detection against nearness to training rows";
        var html = new HtmlBuilder();
        html.Add($"""<svg class="plot trail" viewBox="0 0 {Width} {Height}" role="img" aria-label="{label}"><title>{label}</title>""");
        foreach (var value in y.Ticks(5))
            html.Add($"""<path class="grid" d="M{Left} {y.At(value)}H{Right}"/><text x="{Left - 6}" y="{y.At(value) + 3.5}" text-anchor="end">{Figures.Short(value)}</text>""");
        foreach (var value in x.Ticks(6))
            html.Add($"""<path class="axis" d="M{x.At(value)} {Bottom}v4"/><text x="{x.At(value)}" y="{Bottom + 15}" text-anchor="middle">{Figures.Short(value)}</text>""");
        html.Add($"""<path class="gap" d="M{x.At(0.5)} {Top}V{Bottom}"/><text class="name" x="{(Left + Right) / 2}" y="{Height - 6}" text-anchor="middle">{Distance} (half is ideal)</text>""");
        html.Add($"""<text class="name" x="{Left + 6}" y="{Top + 15}">{Detection}</text>""");
        // the one that was taken is drawn last, above the others
        foreach (var (attempt, number) in points.OrderBy(p => p.Attempt.Chosen))
        {
            var said = $"{number}: {attempt.Model} {Figures.Clip(attempt.Spec, 80)}".TrimEnd();
            html.Add($"""<circle class="{(attempt.Chosen ? "taken" : "tried")}" cx="{x.At(attempt.Scores[Distance])}" cy="{y.At(attempt.Scores[Detection])}" r="{(attempt.Chosen ? 6 : 4)}"><title>{said}</title></circle>""");
        }
        return html.Add($"</svg>").ToHtml();
    }
}
