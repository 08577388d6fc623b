using Semblance.Profiles;

namespace Semblance.Reports;

/// <summary>One card a column: its distribution, its figures, its warnings.</summary>
internal static class ProfileCards
{
    /// <summary>Most columns that get a card; the rest stand in a table.</summary>
    public const int MostDrawn = 60;

    private const int MostLevels = 7;

    public static Html Render(Profile profile)
    {
        if (profile.Columns.IsEmpty) return Html.Empty;
        var drawn = profile.Columns.Index().OrderByDescending(c => Concern(c.Item)).ThenBy(c => c.Index).Take(MostDrawn).Select(c => c.Index).Order().ToList();
        var html = new HtmlBuilder().Add($"<h2>Columns</h2><p class=\"lede\">In the order of the table. A pin stands for one value that many rows hold.</p>");
        if (drawn.Count > 12) html.Add($"""<p class="filter"><input type="search" placeholder="Find a column" aria-label="Find a column" data-cards="column-cards" /></p>""");
        html.Add($"""<div class="cards" id="column-cards">""");
        foreach (var index in drawn) Card(html, profile.Columns[index]);
        html.Add($"</div>");
        if (drawn.Count < profile.Columns.Length) Rest(html, profile, drawn);
        return html.ToHtml();
    }

    private static int Concern(ColumnProfile column) => (column.Personal.IsEmpty ? 0 : 2) + (column.Warnings.IsEmpty ? 0 : 1);

    private static void Card(HtmlBuilder html, ColumnProfile column)
    {
        html.Add($"""<article class="card" data-name="{Figures.Clip(column.Name, 200)}"><header><h3>{Figures.Clip(column.Name, 60)}</h3></header><p class="kind">{Words.Kind(column.Kind)}</p><div class="grow">""");
        html.Add(Plot(column)).Add($"<dl>");
        foreach (var (name, value) in Lines(column)) html.Add($"<dt>{name}</dt><dd>{value}</dd>");
        html.Add($"</dl></div>");
        foreach (var personal in column.Personal)
            html.Add($"""<p class="note">May be personal data: {personal.Title}, in {Figures.Percent(personal.Share)} of {Figures.Count(personal.Tested, "cell")} looked at.</p>""");
        foreach (var warning in column.Warnings)
            if (warning.Code != "personal-data") html.Add($"""<p class="note">{Words.Sentence(Words.Finish(warning.Message), 400)}</p>""");
        html.Add($"</article>").Add($"\n");
    }

    private static Html Plot(ColumnProfile column)
    {
        var label = $"Distribution of {Figures.Clip(column.Name, 60)}";
        if (column.Numbers is { } numbers) return Numbers(label, column, numbers);
        if (column.Moments is { } moments) return Moments(label, column, moments);
        if (column.Top.IsEmpty || column.Present == 0) return Html.Empty;
        var levels = column.Top.Take(MostLevels).Select(v => new BarRow(v.Value, (double)v.Count / column.Present)).ToList();
        var others = column.Present - column.Top.Take(MostLevels).Sum(v => v.Count);
        if (others > 0) levels.Add(new($"{Figures.Count(Math.Max(1, column.Distinct - levels.Count))} more", (double)others / column.Present, Gathered: true));
        return PairedBars.Draw(label, levels);
    }

    private static Html Numbers(string label, ColumnProfile column, NumberSummary numbers)
    {
        var histogram = numbers.Histogram;
        if (histogram.Edges.Length < 2 || column.Present == 0) return Html.Empty;
        var shares = histogram.Counts.Select(c => (double)c / column.Present).ToArray();
        // where every whole number has a bin of its own, a spike is seen without a pin
        var single = column.Kind == ColumnKind.Integer && histogram.Edges[1] - histogram.Edges[0] <= 1;
        var spikes = column.Spikes.Where(s => s.Share >= (single ? 0.5 : 0.02)).Take(8).ToList();
        foreach (var spike in spikes)
        {
            // its rows would stand in its bin a second time
            var bin = Bin(histogram.Edges, spike.Value);
            if (bin >= 0) shares[bin] = Math.Max(0, shares[bin] - spike.Share);
        }
        var pins = spikes.Select(s => (s.Value, s.Share, (double?)null)).ToArray();
        return StepHistogram.Draw(label, histogram.Edges.AsSpan(), shares, [], pins, Figures.Short);
    }

    private static Html Moments(string label, ColumnProfile column, MomentSummary moments)
    {
        var histogram = moments.Histogram;
        if (histogram.Edges.Length < 2 || column.Present == 0) return Html.Empty;
        var (ticks, format) = TimeTicks.Of((long)Math.Clamp(histogram.Edges[0], 0, 3e18), (long)Math.Clamp(histogram.Edges[^1], 0, 3e18));
        var shares = histogram.Counts.Select(c => (double)c / column.Present).ToArray();
        return StepHistogram.Draw(label, histogram.Edges.AsSpan(), shares, [], [], at => TimeTicks.Text(at, format), [.. ticks.Select(t => (double)t)]);
    }

    private static int Bin(IReadOnlyList<double> edges, double value)
    {
        if (!(value >= edges[0] && value <= edges[^1])) return -1;
        for (var bin = 0; bin + 2 < edges.Count; bin++)
            if (value < edges[bin + 1]) return bin;
        return edges.Count - 2;
    }

    private static IEnumerable<(string Name, string Value)> Lines(ColumnProfile column)
    {
        yield return ("No value", column.Missing == 0 ? "none" : $"{Figures.Percent(column.MissingShare)} ({Figures.Count(column.Missing)})");
        foreach (var marker in column.Markers.Take(4))
            if (column.Markers.Length > 1 || marker.Marker.Length > 0) yield return ($"… written {(marker.Marker.Length == 0 ? "(empty)" : Figures.Clip(marker.Marker, 16))}", Figures.Count(marker.Count));
        yield return ("Different values", Figures.Count(column.Distinct));
        if (column.RareValues > 0) yield return ("Rare values", Figures.Count(column.RareValues));
        if (column.Numbers is { } n)
        {
            yield return ("Least to greatest", $"{Figures.Exact(n.Minimum)} to {Figures.Exact(n.Maximum)}");
            yield return ("Middle half", $"{Figures.Exact(n.Quantiles[3])} to {Figures.Exact(n.Quantiles[5])}");
            yield return ("Median", Figures.Exact(n.Quantiles[4]));
            yield return ("Mean ± deviation", $"{Figures.Short(n.Mean)} ± {Figures.Short(n.StandardDeviation)}");
            if (n.Negatives > 0) yield return ("Below zero", Figures.Count(n.Negatives));
        }
        foreach (var spike in column.Spikes.Take(3)) yield return ($"Held by many: {Figures.Exact(spike.Value)}", Figures.Percent(spike.Share));
        if (column.Moments is { } m)
        {
            var span = m.Maximum.Ticks - m.Minimum.Ticks;
            yield return ("First", Figures.Date(m.Minimum.Ticks, Math.Min(span, TimeSpan.TicksPerDay * 1000)));
            yield return ("Last", Figures.Date(m.Maximum.Ticks, Math.Min(span, TimeSpan.TicksPerDay * 1000)));
        }
        if (column.Texts is { } t)
        {
            yield return ("Length in bytes", t.MinimumLength == t.MaximumLength ? Figures.Count(t.MinimumLength) : $"{Figures.Count(t.MinimumLength)} to {Figures.Count(t.MaximumLength)}");
            if (t.MeanWords >= 1.05) yield return ("Words", Figures.Short(t.MeanWords));
            if (t.Shape is { } shape) yield return ("Shape", Figures.Clip(shape, 60));
        }
    }

    private static void Rest(HtmlBuilder html, Profile profile, List<int> drawn)
    {
        html.Add($"""<details><summary>{Figures.Count(profile.Columns.Length - drawn.Count)} further columns</summary><div class="panel long scroll"><table><thead><tr><th scope="col">Column</th><th scope="col">Kind</th><th scope="col" class="n">No value</th><th scope="col" class="n">Different values</th><th scope="col" class="n">Median</th></tr></thead><tbody>""");
        var next = 0;
        for (var i = 0; i < profile.Columns.Length; i++)
        {
            if (next < drawn.Count && drawn[next] == i)
            {
                next++;
                continue;
            }
            var column = profile.Columns[i];
            html.Add($"""<tr><th scope="row">{Figures.Clip(column.Name, 60)}</th><td>{Words.Kind(column.Kind)}</td><td class="n">{Figures.Percent(column.MissingShare)}</td><td class="n">{Figures.Count(column.Distinct)}</td><td class="n">{(column.Numbers is { } n ? Figures.Exact(n.Quantiles[4]) : Figures.None)}</td></tr>""").Add($"\n");
        }
        html.Add($"</tbody></table></div></details>");
    }
}
