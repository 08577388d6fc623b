using System.Globalization;

namespace Semblance.Reports;

/// <summary>Gains over a level, each with its interval as a bar: what lies above the level with its whole bar is shown to be one, and is filled. Steps are evenly spaced and named.</summary>
internal static class GainPlot
{
    private const double Width = 460, Height = 250, Left = 58, Right = 366, Top = 12, Bottom = 204;

    /// <summary>Draws them; nothing where no gain is a number.</summary>
    /// <param name="label">What it shows, for a screen reader.</param>
    /// <param name="steps">What the steps are.</param>
    /// <param name="level">What stands at 0.</param>
    /// <param name="gains">Name, gain and interval of each step.</param>
    public static Html Draw(string label, string steps, string level, IReadOnlyList<(string Name, double Gain, Interval? Interval)> gains)
    {
        var values = gains.SelectMany(g => (double?[])[g.Gain, g.Interval?.Low, g.Interval?.High]).OfType<double>().Where(double.IsFinite).Append(0).ToArray();
        if (values.Length < 2) return Html.Empty;
        double least = values.Min(), most = values.Max(), room = Math.Max(most - least, 0.002) * 0.08;
        var y = new Axis(least - room, most + room, Bottom, Top);
        var x = new Axis(-0.5, gains.Count - 0.5, Left, Right);
        var html = new HtmlBuilder().Add($"""<svg class="plot" viewBox="0 0 {Width} {Height}" role="img" aria-label="{label}"><title>{label}</title>""");
        foreach (var tick in y.Ticks(5))
            html.Add($"""<path class="grid" d="M{Left} {y.At(tick)}H{Right}"/><text x="{Left - 6}" y="{y.At(tick) + 3.5}" text-anchor="end">{(tick > 0 ? "+" : "") + Figures.Short(tick)}</text>""");
        html.Add($"""<path class="curve-real" d="M{Left} {y.At(0)}H{Right}"/><text x="{Right + 6}" y="{y.At(0) + 3.5}">{level}</text>""");
        for (var i = 0; i < gains.Count; i++)
        {
            var (name, gain, interval) = gains[i];
            var at = x.At(i);
            html.Add($"""<path class="axis" d="M{at} {Bottom}v4"/><text x="{at}" y="{Bottom + 16}" text-anchor="middle">{name}</text>""");
            if (interval is { } bar && double.IsFinite(bar.Low) && double.IsFinite(bar.High))
                html.Add($"""<rect class="band" x="{at - 6}" y="{y.At(bar.High)}" width="12" height="{Math.Max(1.5, y.At(bar.Low) - y.At(bar.High))}" rx="2"/>""");
            if (double.IsFinite(gain))
                html.Add($"""<circle class="{(interval is { Low: > 0 } ? "value" : "open")}" cx="{at}" cy="{y.At(gain)}" r="5"><title>{name}: {gain.ToString("+0.0000;-0.0000;0.0000", CultureInfo.InvariantCulture)}</title></circle>""");
        }
        return html.Add($"""<text class="name" x="{(Left + Right) / 2}" y="{Height - 6}" text-anchor="middle">{steps}</text></svg>""").ToHtml();
    }
}
