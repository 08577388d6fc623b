namespace Semblance.Reports;

/// <summary>
/// One score on its scale: a dot for the value, a band for its 95 % interval, a diamond for what fresh real rows get. The scale names both its ends,
/// since it may start above zero.
/// </summary>
internal static class IntervalScale
{
    private const double Width = 260, Height = 34, Left = 8, Right = 252, Line = 13;

    /// <summary>Draws the scale.</summary>
    /// <param name="label">What it shows, for a screen reader.</param>
    /// <param name="low">Left end.</param>
    /// <param name="high">Right end.</param>
    /// <param name="score">Value, interval and ceiling.</param>
    /// <param name="floor">What a known poor answer gets, where that makes sense.</param>
    public static Html Draw(string label, double low, double high, Score score, double? floor = null)
    {
        var x = new Axis(low, high, Left, Right);
        var html = new HtmlBuilder();
        html.Add($"""<svg class="scale" viewBox="0 0 {Width} {Height}" role="img" aria-label="{label}"><title>{label}</title><path class="track" d="M{Left} {Line}H{Right}"/>""");
        if (score.Value is { } v && score.Ceiling is { } c && double.IsFinite(v) && double.IsFinite(c))
            html.Add($"""<path class="gap" d="M{x.At(v)} {Line}H{x.At(c)}"/>""");
        if (score.Interval is { } interval && double.IsFinite(interval.Low) && double.IsFinite(interval.High))
        {
            var from = x.At(interval.Low);
            html.Add($"""<rect class="band" x="{from}" y="{Line - 6}" width="{Math.Max(1.5, x.At(interval.High) - from)}" height="12" rx="2"/>""");
        }
        if (floor is { } f && double.IsFinite(f)) html.Add($"""<path class="floor" d="M{x.At(f)} {Line - 7}v14"/>""");
        if (score.Ceiling is { } ceiling && double.IsFinite(ceiling))
            html.Add($"""<path class="ceiling" d="M{x.At(ceiling)} {Line - 7}l5 7l-5 7l-5 -7z"/>""");
        if (score.Value is { } value && double.IsFinite(value)) html.Add($"""<circle class="value" cx="{x.At(value)}" cy="{Line}" r="5"/>""");
        html.Add($"""<text x="{Left}" y="{Height - 2}">{Figures.Short(x.Low)}</text><text x="{Right}" y="{Height - 2}" text-anchor="end">{Figures.Short(x.High)}</text></svg>""");
        return html.ToHtml();
    }
}
