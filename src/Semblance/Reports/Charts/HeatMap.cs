namespace Semblance.Reports;

/// <summary>
/// A square of values between -1 and 1. Colour is one of two hues (blue above zero, orange below: told apart with every kind of colour vision),
/// and its opacity the size, so that the same markup reads on light and on dark ground.
/// </summary>
internal static class HeatMap
{
    /// <summary>Draws the square.</summary>
    /// <param name="label">What it shows, for a screen reader.</param>
    /// <param name="names">Names of rows and columns.</param>
    /// <param name="value">Value of a pair, null where there is none.</param>
    /// <param name="scale">Size that gets full colour.</param>
    /// <param name="title">Text shown over a pair; null for none (large squares would double the page).</param>
    public static Html Draw(string label, IReadOnlyList<string> names, Func<int, int, double?> value, double scale, Func<int, int, string>? title)
    {
        const double side = 340, name = 84;
        var n = Math.Max(1, names.Count);
        var cell = (side - name) / n;
        var html = new HtmlBuilder();
        html.Add($"""<svg class="heat" viewBox="0 0 {side} {side}" role="img" aria-label="{label}"><title>{label}</title>""");
        html.Add($"""<rect class="heat-ground" x="{name}" y="0" width="{side - name}" height="{side - name}"/>""");
        var size = Math.Clamp(cell * 0.72, 4.5, 10.5);
        for (var i = 0; i < names.Count; i++)
        {
            var shown = Figures.Clip(names[i], (int)Math.Max(8, 150 / size));
            var at = name + (i + 0.5) * cell;
            html.Add($"""<text x="{name - 4}" y="{at - name + size * 0.35}" text-anchor="end" style="font-size:{size}px">{shown}</text>""");
            html.Add($"""<text transform="translate({at + size * 0.35} {side - name + 4})rotate(-90)" text-anchor="end" style="font-size:{size}px">{shown}</text>""");
        }
        for (var row = 0; row < names.Count; row++)
            for (var column = 0; column < names.Count; column++)
            {
                var x = name + column * cell;
                var y = row * cell;
                if (row == column) html.Add($"""<rect class="heat-self" x="{x}" y="{y}" width="{cell}" height="{cell}"/>""");
                else if (value(row, column) is { } v && double.IsFinite(v))
                {
                    var strength = Math.Clamp(Math.Abs(v) / scale, 0, 1);
                    if (strength < 0.01 && title is null) continue;
                    html.Add($"""<rect class="{(v < 0 ? "lo" : "hi")}" x="{x}" y="{y}" width="{cell}" height="{cell}" opacity="{new Html(Opacity(strength))}">""");
                    if (title is not null) html.Add($"<title>{title(row, column)}</title>");
                    html.Add($"</rect>");
                }
                else html.Add($"""<path class="heat-none" d="M{x} {y + cell}l{cell} {-cell}"/>""");
            }
        return html.Add($"</svg>").ToHtml();
    }

    /// <summary>The legend below a heat map: the colours from -scale to scale, or from 0 when nothing is below.</summary>
    public static Html Legend(string low, string middle, string high, bool diverging)
    {
        var html = new HtmlBuilder().Add($"""<svg class="legend" viewBox="0 0 340 26" role="img" aria-label="colour scale from {low} to {high}">""");
        for (var i = 0; i < 21; i++)
        {
            var at = diverging ? (i - 10) / 10.0 : i / 20.0;
            html.Add($"""<rect class="{(at < 0 ? "lo" : "hi")}" x="{84 + i * 256 / 21.0}" y="2" width="{256 / 21.0 + 0.3}" height="8" opacity="{new Html(Opacity(Math.Abs(at)))}"/>""");
        }
        html.Add($"""<text x="84" y="22">{low}</text><text x="212" y="22" text-anchor="middle">{middle}</text><text x="340" y="22" text-anchor="end">{high}</text></svg>""");
        return html.ToHtml();
    }

    private static string Opacity(double strength) => strength.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture);
}
