using Semblance.Metrics;

namespace Semblance.Reports;

/// <summary>Quality over the number of real rows: real rows alone, with synthetic rows added, and synthetic rows alone as a level. Steps are evenly spaced and named.</summary>
internal static class LearningCurve
{
    private const double Width = 460, Height = 220, Left = 48, Right = 440, Top = 10, Bottom = 170;

    /// <summary>Draws the curves.</summary>
    /// <param name="measure">What the quality is: <c>AUC</c>.</param>
    /// <param name="curve">The points.</param>
    public static Html Draw(string measure, AugmentationDetail curve)
    {
        var values = curve.Points.SelectMany(p => (double[])[p.RealOnly, p.Both]).Append(curve.SyntheticOnly).Where(v => double.IsFinite(v) && Math.Abs(v) < 1e6).ToArray();
        if (values.Length == 0 || curve.Points.IsEmpty) return Html.Empty;
        double least = values.Min(), most = values.Max(), room = Math.Max(most - least, 0.005) * 0.1;
        var y = new Axis(least - room, most + room, Bottom, Top);
        var x = new Axis(-0.3, curve.Points.Length - 0.7, Left, Right);
        var label = $"{measure} over the number of real rows, with and without synthetic ones";
        var html = new HtmlBuilder().Add($"""<svg class="plot" viewBox="0 0 {Width} {Height}" role="img" aria-label="{label}"><title>{label}</title>""");
        foreach (var tick in y.Ticks(5))
            html.Add($"""<path class="grid" d="M{Left} {y.At(tick)}H{Right}"/><text x="{Left - 6}" y="{y.At(tick) + 3.5}" text-anchor="end">{Figures.Short(tick)}</text>""");
        for (var i = 0; i < curve.Points.Length; i++)
            html.Add($"""<path class="axis" d="M{x.At(i)} {Bottom}v4"/><text x="{x.At(i)}" y="{Bottom + 15}" text-anchor="middle">{Figures.Count(curve.Points[i].RealRows)}</text><text x="{x.At(i)}" y="{Bottom + 28}" text-anchor="middle">{Figures.Percent(curve.Points[i].Share)}</text>""");
        html.Add($"""<text class="name" x="{(Left + Right) / 2}" y="{Height - 4}" text-anchor="middle">real rows</text>""");
        if (double.IsFinite(curve.SyntheticOnly)) html.Add($"""<path class="hold" d="M{Left} {y.At(curve.SyntheticOnly)}H{Right}"/>""");
        Line(html, "curve-real", [.. curve.Points.Select((p, i) => (x.At(i), p.RealOnly))], y);
        Line(html, "syn", [.. curve.Points.Select((p, i) => (x.At(i), p.Both))], y);
        foreach (var (point, i) in curve.Points.Select((p, i) => (p, i)))
            if (double.IsFinite(point.Both)) html.Add($"""<circle class="value" cx="{x.At(i)}" cy="{y.At(point.Both)}" r="3.5"/>""");
        return html.Add($"</svg>").ToHtml();
    }

    private static void Line(HtmlBuilder html, string kind, IReadOnlyList<(double X, double Value)> points, Axis y)
    {
        var shown = points.Where(p => double.IsFinite(p.Value)).ToArray();
        if (shown.Length == 0) return;
        html.Add($"""<path class="{kind}" d="M{shown[0].X} {y.At(shown[0].Value)}""");
        foreach (var (at, value) in shown[1..]) html.Add($"L{at} {y.At(value)}");
        html.Add($"\"/>");
    }
}
