namespace Semblance.Reports;

/// <summary>
/// Two histograms over the same bins: the real one as a filled shape, the synthetic one as a line over it. The difference is one of form and of
/// lightness, so it survives colour blindness and a black-and-white printer. Values that many rows share stand as pins (spikes) above the rest.
/// </summary>
internal static class StepHistogram
{
    private const double Width = 340, Height = 138, Left = 2, Right = 338, Top = 8, Bottom = 118;

    /// <summary>Draws the overlay.</summary>
    /// <param name="label">What it shows, for a screen reader.</param>
    /// <param name="edges">Bin edges, one more than bins.</param>
    /// <param name="real">Share of real rows in each bin, spikes left out.</param>
    /// <param name="synthetic">Share of synthetic rows in each bin, or empty when there is only one table.</param>
    /// <param name="spikes">Single values held by many rows: value, real share, synthetic share.</param>
    /// <param name="tick">Text of a value on the axis.</param>
    /// <param name="ticks">Positions on the axis; null takes round numbers.</param>
    public static Html Draw(string label, ReadOnlySpan<double> edges, ReadOnlySpan<double> real, ReadOnlySpan<double> synthetic,
        ReadOnlySpan<(double Value, double Real, double? Synthetic)> spikes, Func<double, string> tick, IReadOnlyList<double>? ticks = null)
    {
        var html = new HtmlBuilder();
        html.Add($"""<svg class="plot" viewBox="0 0 {Width} {Height}" role="img" aria-label="{label}"><title>{label}</title>""");
        var x = new Axis(edges.IsEmpty ? 0 : edges[0], edges.IsEmpty ? 1 : edges[^1], Left, Right);

        // The bins share one scale; pins have their own (a spike of 92 % would press everything else flat), so each pin says its share.
        var tallest = 1e-12;
        foreach (var share in real) tallest = Math.Max(tallest, share);
        foreach (var share in synthetic) tallest = Math.Max(tallest, share);
        var pin = 0.0;
        foreach (var spike in spikes) pin = Math.Max(pin, Math.Max(spike.Real, spike.Synthetic ?? 0));
        var y = new Axis(0, tallest, Bottom, spikes.IsEmpty ? Top : Top + 22);
        var pins = new Axis(0, Math.Max(pin, 1e-12), Bottom, Top + 12);

        html.Add($"""<path class="real" d="{Outline(x, y, edges, real)}Z"/>""");
        if (!synthetic.IsEmpty) html.Add($"""<path class="syn" d="{Outline(x, y, edges, synthetic)}"/>""");
        foreach (var spike in spikes) Pin(html, x.At(spike.Value), pins, spike, tick);

        html.Add($"""<path class="axis" d="M{Left} {Bottom}H{Right}"/>""");
        var last = double.NegativeInfinity;
        foreach (var value in ticks ?? x.Ticks(5))
        {
            var text = tick(value);
            var at = x.At(value);
            var half = text.Length * 3.2;
            var middle = Math.Clamp(at, half, Width - half);
            if (middle - half < last + 6) continue;
            last = middle + half;
            html.Add($"""<path class="axis" d="M{at} {Bottom}v4"/><text x="{middle}" y="{Bottom + 15}" text-anchor="middle">{text}</text>""");
        }
        return html.Add($"</svg>").ToHtml();
    }

    private static Html Outline(Axis x, Axis y, ReadOnlySpan<double> edges, ReadOnlySpan<double> shares)
    {
        var path = new HtmlBuilder();
        if (edges.IsEmpty) return Html.Empty;
        path.Add($"M{x.At(edges[0])} {Bottom}");
        for (var bin = 0; bin < shares.Length && bin + 1 < edges.Length; bin++) path.Add($"V{y.At(shares[bin])}H{x.At(edges[bin + 1])}");
        return path.Add($"V{Bottom}").ToHtml();
    }

    private static void Pin(HtmlBuilder html, double at, Axis height, (double Value, double Real, double? Synthetic) spike, Func<double, string> tick)
    {
        var said = spike.Synthetic is { } s ? $"{tick(spike.Value)}: real {Figures.Percent(spike.Real)}, synthetic {Figures.Percent(s)}" : $"{tick(spike.Value)}: {Figures.Percent(spike.Real)}";
        at = Math.Clamp(at, 5, Width - 5);
        html.Add($"""<g><title>{said}</title><path class="pin-real" d="M{at - 2} {Bottom}V{height.At(spike.Real)}"/><circle class="pin-real-head" cx="{at - 2}" cy="{height.At(spike.Real)}" r="3"/>""");
        if (spike.Synthetic is { } share) html.Add($"""<path class="pin-syn" d="M{at + 2} {Bottom}V{height.At(share)}"/><circle class="pin-syn-head" cx="{at + 2}" cy="{height.At(share)}" r="3"/>""");
        html.Add($"</g>");
    }
}
