using System.Globalization;

namespace Semblance.Reports;

/// <summary>One value for each step, with its interval as a band, beside the level that fresh real rows reach.</summary>
internal static class LinePlot
{
    private const double Width = 320, Height = 170, Left = 40, Right = 308, Top = 10, Bottom = 134;

    /// <summary>Draws the line.</summary>
    /// <param name="label">What it shows, for a screen reader.</param>
    /// <param name="steps">What the steps are: <c>generation</c>. They count from 1.</param>
    /// <param name="scores">A score for each step.</param>
    public static Html Draw(string label, string steps, IReadOnlyList<Score> scores)
    {
        var values = scores.SelectMany(s => (double?[])[s.Value, s.Interval?.Low, s.Interval?.High, s.Ceiling]).OfType<double>().Where(double.IsFinite).ToArray();
        if (values.Length == 0) return Html.Empty;
        double least = Math.Min(0, values.Min()), most = Math.Max(1, values.Max());
        var y = new Axis(least, most, Bottom, Top);
        var x = new Axis(0.7, scores.Count + 0.3, Left, Right);
        var html = new HtmlBuilder().Add($"""<svg class="plot" viewBox="0 0 {Width} {Height}" role="img" aria-label="{label}"><title>{label}</title>""");
        foreach (var tick in y.Ticks(4))
            html.Add($"""<path class="grid" d="M{Left} {y.At(tick)}H{Right}"/><text x="{Left - 6}" y="{y.At(tick) + 3.5}" text-anchor="end">{Figures.Short(tick)}</text>""");
        var every = (scores.Count + 9) / 10;
        for (var i = 0; i < scores.Count; i += every)
            html.Add($"""<path class="axis" d="M{x.At(i + 1)} {Bottom}v4"/><text x="{x.At(i + 1)}" y="{Bottom + 15}" text-anchor="middle">{(i + 1).ToString(CultureInfo.InvariantCulture)}</text>""");
        html.Add($"""<text class="name" x="{(Left + Right) / 2}" y="{Height - 4}" text-anchor="middle">{steps}</text>""");
        Band(html, [.. scores.Select((s, i) => (x.At(i + 1), s.Interval)).Where(p => p.Interval is not null).Select(p => (p.Item1, p.Interval!.Value))], y);
        Line(html, "hold", [.. scores.Select((s, i) => (x.At(i + 1), s.Ceiling)).Where(p => p.Ceiling is not null).Select(p => (p.Item1, y.At(p.Ceiling!.Value)))]);
        (double X, double Y)[] points = [.. scores.Select((s, i) => (x.At(i + 1), s.Value)).Where(p => p.Value is not null).Select(p => (p.Item1, y.At(p.Value!.Value)))];
        Line(html, "syn", points);
        foreach (var (at, height) in points) html.Add($"""<circle class="value" cx="{at}" cy="{height}" r="3.5"/>""");
        return html.Add($"</svg>").ToHtml();
    }

    private static void Band(HtmlBuilder html, (double X, Interval Interval)[] points, Axis y)
    {
        if (points.Length < 2) return;
        html.Add($"""<path class="band" d="M{points[0].X} {y.At(points[0].Interval.High)}""");
        foreach (var (at, interval) in points[1..]) html.Add($"L{at} {y.At(interval.High)}");
        for (var i = points.Length - 1; i >= 0; i--) html.Add($"L{points[i].X} {y.At(points[i].Interval.Low)}");
        html.Add($"Z\"/>");
    }

    private static void Line(HtmlBuilder html, string kind, (double X, double Y)[] points)
    {
        if (points.Length < 2) return;
        html.Add($"""<path class="{kind}" d="M{points[0].X} {points[0].Y}""");
        foreach (var (at, height) in points[1..]) html.Add($"L{at} {height}");
        html.Add($"\"/>");
    }
}
