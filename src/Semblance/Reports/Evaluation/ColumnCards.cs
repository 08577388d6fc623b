using System.Globalization;
using Semblance.Metrics;

namespace Semblance.Reports;

/// <summary>Small multiples, one a column, worst first: where the synthetic values fall beside the real ones.</summary>
internal static class ColumnCards
{
    /// <summary>Most columns that are drawn; the rest stand in a table.</summary>
    public const int MostDrawn = 60;

    private const int MostLevels = 8;

    public static Html Render(Scorecard card)
    {
        if (card.Columns.IsEmpty) return Html.Empty;
        var ordered = WorstFirst(card);
        var drawn = ordered.Where(c => !c.Bins.IsEmpty).Take(MostDrawn).ToList();
        var rest = ordered.Except(drawn).ToList();
        var html = new HtmlBuilder().Add($"""
            <h2>Column by column</h2><p class="lede">Worst first: those furthest below what fresh real rows get. The number beside a name says how far the two distributions agree, 1 being the same; after <i>of</i> stands what fresh real rows reach.</p>
            <ul class="key"><li><svg viewBox="0 0 18 14" aria-hidden="true"><rect class="real" x="1" y="2" width="16" height="11"/></svg>real</li><li><svg viewBox="0 0 18 14" aria-hidden="true"><path class="syn" d="M1 12V4H9V8H17"/></svg>synthetic</li><li><svg viewBox="0 0 18 14" aria-hidden="true"><path class="pin-real" d="M6 14V4"/><circle class="pin-real-head" cx="6" cy="4" r="3"/><path class="pin-syn" d="M12 14V5"/><circle class="pin-syn-head" cx="12" cy="5" r="3"/></svg>one value that many rows hold</li></ul>
            """);
        if (drawn.Count > 12)
            html.Add($"""<p class="filter"><input type="search" placeholder="Find a column" aria-label="Find a column" data-cards="column-cards" /></p>""");
        html.Add($"""<div class="cards" id="column-cards">""");
        foreach (var column in drawn) Card(html, column);
        html.Add($"</div>");
        if (rest.Count > 0) Table(html, rest, drawn.Count);
        return html.ToHtml();
    }

    /// <summary>Furthest below the ceiling first; columns without a shape score last; ties in schema order.</summary>
    public static IReadOnlyList<ColumnDetail> WorstFirst(Scorecard card) =>
        [.. card.Columns.OrderByDescending(c => c.Shape is { } s ? (c.ShapeCeiling ?? 1) - s : double.NegativeInfinity)];

    private static void Card(HtmlBuilder html, ColumnDetail column)
    {
        var name = Figures.Clip(column.Name, 60);
        html.Add($"""<article class="card" data-name="{Figures.Clip(column.Name, 200)}"><header><h3>{name}</h3><div class="mark">{Figures.Score(column.Shape)}""");
        if (column.ShapeCeiling is { } ceiling) html.Add($""" <span title="What fresh real rows get">of {Figures.Score(ceiling)}</span>""");
        html.Add($"""</div></header><p class="kind">{Words.Kind(column.Kind)}</p><div class="grow">""").Add(Plot(column, out var aside)).Add($"</div>");
        var gaps = column.MissingReal > 0 || column.MissingSynthetic > 0;
        if (gaps || aside.Length > 0)
        {
            html.Add($"""<p class="foot">""");
            if (gaps) html.Add($"No value: real {Figures.Percent(column.MissingReal)}, synthetic {Figures.Percent(column.MissingSynthetic)}{(aside.Length > 0 ? ". " : "")}");
            html.Add($"{aside}</p>");
        }
        html.Add($"</article>").Add($"\n");
    }

    private static Html Plot(ColumnDetail column, out string aside)
    {
        aside = "";
        var label = $"{Figures.Clip(column.Name, 60)}: real beside synthetic";
        var onLine = column.Kind is ColumnKind.Integer or ColumnKind.Decimal or ColumnKind.DateTime;
        var values = new List<(double Value, ColumnBin Bin)>();
        var other = new List<ColumnBin>();
        var ranges = new List<ColumnBin>();
        foreach (var bin in column.Bins)
            if (bin.IsRange) ranges.Add(bin);
            else if (onLine && Position(bin, column.Kind) is { } at) values.Add((at, bin));
            else other.Add(bin);
        if (!onLine || (ranges.Count == 0 && values.Count < 3)) return Levels(label, column.Bins);

        values.Sort((a, b) => a.Value.CompareTo(b.Value));
        // a pin's height is not on the bins' scale, and paper has no hover: the greatest are said in words
        var whole = column.Kind == ColumnKind.Integer ? AsWhole(ranges, values) : null;
        var said = ranges.Count > 0 && whole is null ? values.Select(v => v.Bin).OrderByDescending(b => Math.Max(b.Real, b.Synthetic)).Take(2).Concat(other) : other;
        aside = string.Join("; ", said.Take(4).Select(b => $"{Figures.Clip(b.Label, 24)}: real {Figures.Percent(b.Real)}, synthetic {Figures.Percent(b.Synthetic)}"));
        if (whole is not null) return Whole(label, whole, Figures.Short, null);
        Func<double, string> tick = Figures.Short;
        IReadOnlyList<double>? ticks = null;
        if (column.Kind == ColumnKind.DateTime) (tick, ticks) = Calendar(values, ranges);
        return ranges.Count == 0 ? Whole(label, [.. values.Select(v => (v.Value, v.Bin.Real, v.Bin.Synthetic))], tick, ticks) : Continuous(label, ranges, values, tick, ticks);
    }

    /// <summary>
    /// Small whole numbers of which some have a bar of their own and the rest stand in ranges, as one row of bars: pins would hide that 3, 4 and 5 are
    /// neighbours. Null when the span is wide or one value towers over the rest.
    /// </summary>
    private static List<(double Value, double Real, double Synthetic)>? AsWhole(List<ColumnBin> ranges, List<(double Value, ColumnBin Bin)> values)
    {
        const int mostBars = 60;
        if (values.Count == 0 || ranges.Count == 0 || values.Any(v => Math.Max(v.Bin.Real, v.Bin.Synthetic) > 0.5)) return null;
        var edges = Edges(ranges);
        double low = Math.Min(Math.Ceiling(edges[0]), values[0].Value), high = Math.Max(Math.Ceiling(edges[^1]) - 1, values[^1].Value);
        if (!(high - low < mostBars) || !(Math.Max(Math.Abs(low), Math.Abs(high)) < 1e15)) return null; // beyond, value + 1 is no longer another value
        var bars = new List<(double, double, double)>();
        for (var value = low; value <= high; value++)
        {
            var own = values.FindIndex(v => v.Value == value);
            var range = -1;
            for (var k = 0; k < ranges.Count && own < 0; k++)
                if (value >= edges[k] && value < edges[k + 1]) range = k;
            var sharing = 0;
            if (range >= 0)
                for (var other = Math.Max(low, Math.Ceiling(edges[range])); other <= high && other < edges[range + 1]; other++)
                    if (values.FindIndex(v => v.Value == other) < 0) sharing++;
            bars.Add(own >= 0 ? (value, values[own].Bin.Real, values[own].Bin.Synthetic)
                : range >= 0 ? (value, ranges[range].Real / sharing, ranges[range].Synthetic / sharing) : (value, 0, 0));
        }
        return bars;
    }

    /// <summary>A number with few values: each has a bar of its own, reaching halfway to its neighbours.</summary>
    private static Html Whole(string label, List<(double Value, double Real, double Synthetic)> values, Func<double, string> tick, IReadOnlyList<double>? ticks)
    {
        var edges = new double[values.Count + 1];
        for (var i = 1; i < values.Count; i++) edges[i] = values[i - 1].Value / 2 + values[i].Value / 2;
        edges[0] = values[0].Value - (edges[1] - values[0].Value);
        edges[^1] = values[^1].Value + (values[^1].Value - edges[^2]);
        if (ticks is null && values.Count <= 16 && values.All(v => tick(v.Value).Length <= 3)) ticks = [.. values.Select(v => v.Value)];
        return StepHistogram.Draw(label, edges, values.Select(v => v.Real).ToArray(), values.Select(v => v.Synthetic).ToArray(), [], tick, ticks);
    }

    private static Html Continuous(string label, List<ColumnBin> ranges, List<(double Value, ColumnBin Bin)> values, Func<double, string> tick, IReadOnlyList<double>? ticks)
    {
        var edges = Edges(ranges);
        var real = new double[ranges.Count];
        var synthetic = new double[ranges.Count];
        var widths = new double[ranges.Count];
        for (var i = 0; i < ranges.Count; i++) widths[i] = edges[i + 1] - edges[i];
        var usual = widths.Order().ElementAt(widths.Length / 2);
        for (var i = 0; i < ranges.Count; i++)
        {
            // area stands for rows: a bin of double width is drawn at half its share
            var scale = widths[i] > 0 && usual > 0 ? usual / widths[i] : 1;
            (real[i], synthetic[i]) = (ranges[i].Real * scale, ranges[i].Synthetic * scale);
        }
        var spikes = values.OrderByDescending(v => Math.Max(v.Bin.Real, v.Bin.Synthetic)).Take(12).Select(v => (v.Value, v.Bin.Real, (double?)v.Bin.Synthetic)).ToArray();
        foreach (var (value, _, _) in spikes)
        {
            if (value < edges[0]) edges[0] = value;
            if (value > edges[^1]) edges[^1] = value;
        }
        return StepHistogram.Draw(label, edges, real, synthetic, spikes, tick, ticks);
    }

    /// <summary>Edges of neighbouring ranges; an open end is given its neighbour's width.</summary>
    private static double[] Edges(List<ColumnBin> ranges)
    {
        var edges = new double[ranges.Count + 1];
        for (var i = 0; i < ranges.Count; i++)
        {
            if (ranges[i].Low is { } low) edges[i] = low;
            if (ranges[i].High is { } high) edges[i + 1] = high;
        }
        if (ranges[0].Low is null) edges[0] = ranges.Count > 1 ? edges[1] - (edges[2] - edges[1]) : edges[1] - 1;
        if (ranges[^1].High is null) edges[^1] = ranges.Count > 1 ? edges[^2] + (edges[^2] - edges[^3]) : edges[^2] + 1;
        return edges;
    }

    private static Html Levels(string label, IReadOnlyList<ColumnBin> bins)
    {
        var named = bins.Where(b => !IsGathering(b)).OrderByDescending(b => Math.Max(b.Real, b.Synthetic)).ToList();
        var gathered = bins.Where(b => IsGathering(b) && (b.Real > 0 || b.Synthetic > 0)).ToList();
        var room = MostLevels - gathered.Count;
        var shown = named.Take(named.Count > room ? room - 1 : room).Select(b => new BarRow(b.Label, b.Real, b.Synthetic)).ToList();
        if (shown.Count < named.Count)
        {
            var rest = named.Skip(shown.Count).ToList();
            shown.Add(new($"{Figures.Count(rest.Count)} more", rest.Sum(b => b.Real), rest.Sum(b => b.Synthetic), Gathered: true));
        }
        shown.AddRange(gathered.Select(b => new BarRow(b.Label, b.Real, b.Synthetic, Gathered: true)));
        return PairedBars.Draw(label, shown);
    }

    /// <summary>A bar that stands for many values: it comes last, whatever its length.</summary>
    private static bool IsGathering(ColumnBin bin) => bin.Label is "(rare)" or "(other)" or "(new)";

    private static double? Position(ColumnBin bin, ColumnKind kind)
    {
        if (bin.Low is { } low) return low;
        if (kind == ColumnKind.DateTime)
            return DateTime.TryParse(bin.Label, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? (double)(date.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerDay : null;
        return double.TryParse(bin.Label, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
    }

    /// <summary>Ticks of a column whose positions are days since 1970.</summary>
    private static (Func<double, string> Text, IReadOnlyList<double> Ticks) Calendar(List<(double Value, ColumnBin Bin)> values, List<ColumnBin> ranges)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (var (value, _) in values) (low, high) = (Math.Min(low, value), Math.Max(high, value));
        foreach (var bin in ranges)
            foreach (var edge in (ReadOnlySpan<double?>)[bin.Low, bin.High])
                if (edge is { } e) (low, high) = (Math.Min(low, e), Math.Max(high, e));
        var (ticks, format) = low <= high ? TimeTicks.Of(Moment(low), Moment(high)) : ([], "yyyy-MM-dd");
        return (day => TimeTicks.Text(Moment(day), format), [.. ticks.Select(t => (double)(t - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerDay)]);
    }

    private static long Moment(double day) => DateTime.UnixEpoch.Ticks + (long)Math.Round(Math.Clamp(day, -719_162, 2_932_896) * TimeSpan.TicksPerDay / TimeSpan.TicksPerSecond) * TimeSpan.TicksPerSecond;

    private static void Table(HtmlBuilder html, List<ColumnDetail> rest, int drawn)
    {
        html.Add($"""<details{new Html(drawn == 0 ? " open=\"open\"" : "")}><summary>{Figures.Count(rest.Count)} further {(rest.Count == 1 ? "column" : "columns")} not drawn</summary><div class="panel long scroll"><table><thead><tr><th scope="col">Column</th><th scope="col">Kind</th><th scope="col" class="n">Shape</th><th scope="col" class="n">Fresh real rows</th><th scope="col" class="n">No value, real</th><th scope="col" class="n">No value, synthetic</th></tr></thead><tbody>""");
        foreach (var column in rest)
            html.Add($"""<tr><th scope="row">{Figures.Clip(column.Name, 60)}</th><td>{Words.Kind(column.Kind)}</td><td class="n">{Figures.Score(column.Shape)}</td><td class="n">{Figures.Score(column.ShapeCeiling)}</td><td class="n">{Figures.Percent(column.MissingReal)}</td><td class="n">{Figures.Percent(column.MissingSynthetic)}</td></tr>""").Add($"\n");
        html.Add($"</tbody></table></div></details>");
    }
}
