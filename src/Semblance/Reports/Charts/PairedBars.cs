namespace Semblance.Reports;

/// <summary>A row of <see cref="PairedBars"/>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Real">Real share.</param>
/// <param name="Synthetic">Synthetic share, null when there is only one table.</param>
/// <param name="Gathered">Stands for many values: it does not set the scale.</param>
internal readonly record struct BarRow(string Name, double Real, double? Synthetic = null, bool Gathered = false);

/// <summary>One row a level: its name, the real share as a grey bar, the synthetic share as a thin coloured bar over it.</summary>
internal static class PairedBars
{
    // Eight rows are as high as a histogram: cards in a row then end together.
    private const double Width = 340, RowHeight = 17, NameEnd = 112, BarStart = 118, BarEnd = 292;

    /// <summary>Draws the bars.</summary>
    /// <param name="label">What they show, for a screen reader.</param>
    /// <param name="rows">The levels in the order to be shown.</param>
    public static Html Draw(string label, IReadOnlyList<BarRow> rows)
    {
        var html = new HtmlBuilder();
        var height = Math.Max(1, rows.Count) * RowHeight + 2;
        html.Add($"""<svg class="plot bars" viewBox="0 0 {Width} {height}" role="img" aria-label="{label}"><title>{label}</title>""");
        double most = 0, gathered = 0;
        foreach (var row in rows)
            if (row.Gathered) gathered = Math.Max(gathered, Math.Max(row.Real, row.Synthetic ?? 0));
            else most = Math.Max(most, Math.Max(row.Real, row.Synthetic ?? 0));
        if (most == 0) most = gathered;
        var x = new Axis(0, Math.Max(most, 1e-12), 0, BarEnd - BarStart);
        for (var i = 0; i < rows.Count; i++) Row(html, rows[i], i * RowHeight + 2, x, most);
        return html.Add($"</svg>").ToHtml();
    }

    private static void Row(HtmlBuilder html, BarRow row, double top, Axis x, double most)
    {
        var said = row.Synthetic is { } s ? $"{Figures.Clip(row.Name, 120)}: real {Figures.Percent(row.Real)}, synthetic {Figures.Percent(s)}" : $"{Figures.Clip(row.Name, 120)}: {Figures.Percent(row.Real)}";
        html.Add($"""<g><title>{said}</title><text class="{(row.Gathered ? "gathered" : "level")}" x="{NameEnd}" y="{top + 10.5}" text-anchor="end">{Figures.Clip(row.Name, 18)}</text>""");
        if (row.Real <= most && !(row.Synthetic > most))
        {
            html.Add($"""<rect class="bar-real" x="{BarStart}" y="{top}" width="{x.At(row.Real)}" height="{RowHeight - 4}"/>""");
            if (row.Synthetic is { } share)
                html.Add($"""<rect class="bar-syn" x="{BarStart}" y="{top + 4.5}" width="{x.At(share)}" height="4"/><path class="tip-syn" d="M{BarStart + x.At(share)} {top}v{RowHeight - 4}"/>""");
            html.Add($"""<text class="figure" x="{Width}" y="{top + 10.5}" text-anchor="end">{Figures.Percent(row.Synthetic ?? row.Real)}</text>""");
        }
        // longer than the scale, which the named levels set: said in words
        else html.Add($"""<text class="figure" x="{Width}" y="{top + 10.5}" text-anchor="end">{(row.Synthetic is { } both ? $"real {Figures.Percent(row.Real)}, synthetic {Figures.Percent(both)}" : Figures.Percent(row.Real))}</text>""");
        html.Add($"</g>");
    }
}
