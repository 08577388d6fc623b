namespace Semblance.Reports;

/// <summary>Several curves over the same steps, each named at its end and with a band around it. Steps are evenly spaced and named.</summary>
internal static class CurvesPlot
{
    private const double Width = 460, Height = 250, Left = 48, Right = 378, Top = 12, Bottom = 204, LineOfText = 12;

    /// <summary>A curve: its name, and for each step a value with its interval, or null where there is none.</summary>
    public sealed record Curve(string Name, IReadOnlyList<(double Value, Interval? Interval)?> Points)
    {
        /// <summary>The value it ends at.</summary>
        public double End => Points.Last(p => p is not null)!.Value.Value;
    }

    /// <summary>Draws them, the last one as the main one; nothing where there is no value.</summary>
    /// <param name="label">What it shows, for a screen reader.</param>
    /// <param name="across">What the steps are.</param>
    /// <param name="steps">Names of the steps.</param>
    /// <param name="curves">The curves.</param>
    public static Html Draw(string label, string across, IReadOnlyList<string> steps, IReadOnlyList<Curve> curves)
    {
        var shown = curves.Where(c => c.Points.Any(p => p is not null)).ToArray();
        var values = shown.SelectMany(c => c.Points).OfType<(double Value, Interval? Interval)>().SelectMany(p => (double[])[p.Value, p.Interval?.Low ?? p.Value, p.Interval?.High ?? p.Value]).Where(v => double.IsFinite(v) && Math.Abs(v) < 1e6).ToArray();
        if (values.Length == 0) return Html.Empty;
        double least = values.Min(), most = values.Max(), room = Math.Max(most - least, 0.005) * 0.08;
        var y = new Axis(least - room, most + room, Bottom, Top);
        var x = new Axis(-0.3, steps.Count - 0.7, Left, Right);
        var html = new HtmlBuilder().Add($"""<svg class="plot" viewBox="0 0 {Width} {Height}" role="img" aria-label="{label}"><title>{label}</title>""");
        foreach (var tick in y.Ticks(5))
            html.Add($"""<path class="grid" d="M{Left} {y.At(tick)}H{Right}"/><text x="{Left - 6}" y="{y.At(tick) + 3.5}" text-anchor="end">{Figures.Short(tick)}</text>""");
        for (var i = 0; i < steps.Count; i++)
            html.Add($"""<path class="axis" d="M{x.At(i)} {Bottom}v4"/><text x="{x.At(i)}" y="{Bottom + 16}" text-anchor="middle">{steps[i]}</text>""");
        foreach (var curve in shown) Line(html, curve, ReferenceEquals(curve, shown[^1]) ? "syn" : "curve-real", x, y);
        // names keep a line's distance, from below upwards, so that near ends can be told apart
        var above = double.PositiveInfinity;
        foreach (var curve in shown.OrderBy(c => c.End))
        {
            above = Math.Min(y.At(curve.End) + 3.5, above - LineOfText);
            html.Add($"""<text x="{Right + 6}" y="{above}">{curve.Name}</text>""");
        }
        return html.Add($"""<text class="name" x="{(Left + Right) / 2}" y="{Height - 6}" text-anchor="middle">{across}</text></svg>""").ToHtml();
    }

    private static void Line(HtmlBuilder html, Curve curve, string kind, Axis x, Axis y)
    {
        var points = curve.Points.Select((p, i) => (X: x.At(i), Point: p)).Where(p => p.Point is { } v && double.IsFinite(v.Value)).Select(p => (p.X, p.Point!.Value.Value, p.Point.Value.Interval)).ToArray();
        if (points.Length == 0) return;
        html.Add($"""<path class="{(kind == "syn" ? "band" : "band pale")}" d="M{points[0].X} {y.At(points[0].Interval?.High ?? points[0].Value)}""");
        foreach (var (at, value, interval) in points[1..]) html.Add($"L{at} {y.At(interval?.High ?? value)}");
        for (var i = points.Length - 1; i >= 0; i--) html.Add($"L{points[i].X} {y.At(points[i].Interval?.Low ?? points[i].Value)}");
        html.Add($"""Z"/><path class="{kind}" d="M{points[0].X} {y.At(points[0].Value)}""");
        foreach (var (at, value, _) in points[1..]) html.Add($"L{at} {y.At(value)}");
        html.Add($"\"/>");
        foreach (var (at, value, _) in points) html.Add($"""<circle class="{(kind == "syn" ? "value" : "tried")}" cx="{at}" cy="{y.At(value)}" r="3.5"/>""");
    }
}
