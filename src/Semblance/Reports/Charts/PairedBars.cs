namespace Semblance.Reports;

/// <summary>One row a level: its name, the real share as a grey bar, the synthetic share as a thin coloured bar over it.</summary>
internal static class PairedBars
{
    private const double Width = 340, RowHeight = 19, NameEnd = 112, BarStart = 118, BarEnd = 292;

    /// <summary>Draws the bars.</summary>
    /// <param name="label">What they show, for a screen reader.</param>
    /// <param name="levels">Name, real share, synthetic share (null when there is only one table), in the order to be shown.</param>
    public static Html Draw(string label, IReadOnlyList<(string Name, double Real, double? Synthetic)> levels)
    {
        var html = new HtmlBuilder();
        var height = Math.Max(1, levels.Count) * RowHeight + 2;
        html.Add($"""<svg class="plot" viewBox="0 0 {Width} {height}" role="img" aria-label="{label}"><title>{label}</title>""");
        var most = 1e-12;
        foreach (var level in levels) most = Math.Max(most, Math.Max(level.Real, level.Synthetic ?? 0));
        var x = new Axis(0, most, 0, BarEnd - BarStart);
        for (var i = 0; i < levels.Count; i++)
        {
            var (name, real, synthetic) = levels[i];
            var top = i * RowHeight + 2;
            var said = synthetic is { } s ? $"{Figures.Clip(name, 120)}: real {Figures.Percent(real)}, synthetic {Figures.Percent(s)}" : $"{Figures.Clip(name, 120)}: {Figures.Percent(real)}";
            html.Add($"""<g><title>{said}</title><text x="{NameEnd}" y="{top + 11.5}" text-anchor="end">{Figures.Clip(name, 18)}</text>""");
            html.Add($"""<rect class="bar-real" x="{BarStart}" y="{top + 1}" width="{x.At(real)}" height="{RowHeight - 5}"/>""");
            if (synthetic is { } share)
            {
                html.Add($"""<rect class="bar-syn" x="{BarStart}" y="{top + 5}" width="{x.At(share)}" height="{RowHeight - 13}"/>""");
                html.Add($"""<path class="tip-syn" d="M{BarStart + x.At(share)} {top + 1}v{RowHeight - 5}"/>""");
            }
            html.Add($"""<text class="figure" x="{Width}" y="{top + 11.5}" text-anchor="end">{Figures.Percent(synthetic ?? real)}</text></g>""");
        }
        return html.Add($"</svg>").ToHtml();
    }
}
