namespace Semblance.Reports;

/// <summary>One row a name: a dot for synthetic rows and a diamond for real ones on one common scale, with a line between them.</summary>
internal static class TwoDots
{
    private const double Width = 460, RowHeight = 18, NameEnd = 150, Left = 160, Right = 448;

    /// <summary>Draws the rows.</summary>
    /// <param name="label">What they show, for a screen reader.</param>
    /// <param name="rows">Names and both values, in the order to be shown; a faint row does not count.</param>
    /// <param name="low">Left end.</param>
    /// <param name="high">Right end.</param>
    public static Html Draw(string label, IReadOnlyList<(string Name, double Synthetic, double Real, bool Faint)> rows, double low, double high)
    {
        var x = new Axis(low, high, Left, Right);
        var bottom = rows.Count * RowHeight + 4;
        var html = new HtmlBuilder();
        html.Add($"""<svg class="plot" viewBox="0 0 {Width} {bottom + 18}" role="img" aria-label="{label}"><title>{label}</title>""");
        foreach (var tick in x.Ticks(5))
            html.Add($"""<path class="grid" d="M{x.At(tick)} 2V{bottom}"/><text x="{x.At(tick)}" y="{bottom + 13}" text-anchor="middle">{Figures.Short(tick)}</text>""");
        for (var i = 0; i < rows.Count; i++)
        {
            var (name, synthetic, real, faint) = rows[i];
            var y = i * RowHeight + 12;
            html.Add($"""<g{(faint ? new Html(" opacity=\".45\"") : Html.Empty)}><title>{Figures.Clip(name, 120)}: {Figures.Score(synthetic)} after synthetic rows, {Figures.Score(real)} after real rows</title>""");
            html.Add($"""<text class="{(faint ? "gathered" : "level")}" x="{NameEnd}" y="{y + 3.5}" text-anchor="end">{Figures.Clip(name, 24)}</text>""");
            if (double.IsFinite(synthetic) && double.IsFinite(real)) html.Add($"""<path class="gap" d="M{x.At(synthetic)} {y}H{x.At(real)}"/>""");
            if (double.IsFinite(real)) html.Add($"""<path class="ceiling" d="M{x.At(real)} {y - 6}l4.5 6l-4.5 6l-4.5 -6z"/>""");
            if (double.IsFinite(synthetic)) html.Add($"""<circle class="value" cx="{x.At(synthetic)}" cy="{y}" r="4"/>""");
            html.Add($"</g>");
        }
        return html.Add($"</svg>").ToHtml();
    }
}
