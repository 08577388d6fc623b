namespace Semblance.Reports;

/// <summary>Cumulative curves of two samples: for every distance, the share of rows at least so near. Curves that lie on each other mean the samples are alike.</summary>
internal static class EcdfPlot
{
    private const double Width = 460, Height = 210, Left = 40, Right = 452, Top = 8, Bottom = 176;

    /// <summary>Draws the curves.</summary>
    /// <param name="label">What they show, for a screen reader.</param>
    /// <param name="horizontal">Words under the axis.</param>
    /// <param name="curves">CSS class and sorted points (value, share at or below) of each curve.</param>
    /// <param name="high">Right end of the axis; the left end is 0.</param>
    public static Html Draw(string label, string horizontal, IReadOnlyList<(string Class, IReadOnlyList<(double Value, double Share)> Points)> curves, double high)
    {
        var x = new Axis(0, high, Left, Right);
        var y = new Axis(0, 1, Bottom, Top);
        var html = new HtmlBuilder();
        html.Add($"""<svg class="plot" viewBox="0 0 {Width} {Height}" role="img" aria-label="{label}"><title>{label}</title>""");
        foreach (var share in (ReadOnlySpan<double>)[0, 0.25, 0.5, 0.75, 1])
            html.Add($"""<path class="grid" d="M{Left} {y.At(share)}H{Right}"/><text x="{Left - 6}" y="{y.At(share) + 3.5}" text-anchor="end">{Figures.Short(100 * share)} %</text>""");
        foreach (var value in x.Ticks(6))
            html.Add($"""<path class="axis" d="M{x.At(value)} {Bottom}v4"/><text x="{x.At(value)}" y="{Bottom + 15}" text-anchor="middle">{Figures.Short(value)}</text>""");
        html.Add($"""<text class="name" x="{(Left + Right) / 2}" y="{Height - 4}" text-anchor="middle">{horizontal}</text>""");
        foreach (var (kind, points) in curves)
        {
            html.Add($"""<path class="{kind}" d="M{Left} {Bottom}""");
            foreach (var (value, share) in points)
                if (double.IsFinite(value)) html.Add($"L{x.At(value)} {y.At(share)}");
            html.Add($"\"/>");
        }
        return html.Add($"</svg>").ToHtml();
    }
}
