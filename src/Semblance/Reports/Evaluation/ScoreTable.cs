using System.Collections.Immutable;
using Semblance.Metrics;

namespace Semblance.Reports;

/// <summary>Every score with its interval on a scale, beside what fresh real rows get.</summary>
internal static class ScoreTable
{
    public static Html Render(Scorecard card, ReportContext context)
    {
        if (card.Scores.IsEmpty) return Html.Empty;
        var floors = Floors(context);
        var html = new HtmlBuilder().Add($"""
            <h2>Scores</h2><p class="lede">The dot is this table, its band the range that holds the true value with 95 % confidence. The diamond is what fresh real rows get: as near to it as possible is the aim. A dot beyond the diamond is no merit: such a table is nearer to these very rows than other real rows are.</p>
            <ul class="key"><li><svg viewBox="0 0 18 14" aria-hidden="true"><circle class="value" cx="9" cy="7" r="5"/></svg>this table</li><li><svg viewBox="0 0 18 14" aria-hidden="true"><rect class="band" x="0" y="1" width="18" height="12" rx="2"/></svg>95 % interval</li><li><svg viewBox="0 0 18 14" aria-hidden="true"><path class="ceiling" d="M9 1l5 6l-5 6l-5 -6z"/></svg>fresh real rows</li>{FloorKey(floors)}</ul>
            <div class="panel"><table class="scores"><thead><tr><th scope="col">Score</th><th scope="col">On its scale</th><th scope="col" class="n">Value</th><th scope="col" class="n">Fresh real rows</th></tr></thead>
            """);
        foreach (var family in Families(card))
        {
            html.Add($"""<tbody class="family"><tr><th class="head" scope="colgroup" colspan="4">{(family.Length == 0 ? "Other" : Words.Capital(family))}</th></tr>""");
            foreach (var metric in card.Scores)
                if (metric.Family == family) Row(html, metric, floors.TryGetValue(metric.Name, out var floor) ? floor : null);
            html.Add($"</tbody>");
        }
        return html.Add($"</table></div>").ToHtml();
    }

    /// <summary>A scale for a score: round ends, as narrow as leaves the score, its interval and its ceiling room to be told apart.</summary>
    public static (double Low, double High) Range(ScoredMetric metric) => Range(metric.Score, metric.Direction, metric.Bounds);

    /// <inheritdoc cref="Range(ScoredMetric)"/>
    public static (double Low, double High) Range(Score score, Direction direction, Bounds bounds)
    {
        double least = double.PositiveInfinity, most = double.NegativeInfinity;
        foreach (var value in (ReadOnlySpan<double?>)[score.Value, score.Ceiling, score.Interval?.Low, score.Interval?.High])
            if (value is { } v && double.IsFinite(v)) (least, most) = (Math.Min(least, v), Math.Max(most, v));
        if (!(least <= most)) return (bounds.Low ?? 0, bounds.High ?? 1);

        if (direction is Direction.Ceiling or Direction.NotAbove or Direction.NotBelow && bounds is { Low: 0, High: 1 })
            foreach (var half in (ReadOnlySpan<double>)[0.05, 0.1, 0.25]) // a share whose best is a half: keep the half in the middle
                if (least > 0.5 - 0.9 * half && most < 0.5 + 0.9 * half) return (0.5 - half, 0.5 + half);
        if (bounds.High is { } top && direction == Direction.Higher && top > (bounds.Low ?? 0))
        {
            // near its upper end a score has less to lose: show that end
            var bottom = bounds.Low ?? Math.Min(0, least);
            foreach (var part in (ReadOnlySpan<double>)[0.01, 0.05, 0.1, 0.2, 0.5])
                if (least >= top - (top - bottom) * part * 0.85) return (Math.Round(top - (top - bottom) * part, 6), top);
            return (bottom, top);
        }
        return Window(least, most, bounds);
    }

    /// <summary>Round ends about a span, at least a tenth of it away on each side, within bounds; a lower bound of 0 is kept in sight when it is near.</summary>
    private static (double Low, double High) Window(double least, double most, Bounds bounds)
    {
        var span = Math.Max(most - least, Math.Max(Math.Abs(most) * 0.05, 1e-4));
        var step = 1e-4;
        while (step < span / 2 && step < 1e300)
            step = step switch { _ when step * 2 >= span / 2 => step * 2, _ when step * 5 >= span / 2 => step * 5, _ => step * 10 };
        var low = Math.Floor((least - span * 0.1) / step) * step;
        var high = Math.Ceiling((most + span * 0.1) / step) * step;
        if (bounds.Low is { } floor && (low < floor || low - floor <= 2 * step)) low = floor;
        else if (least >= 0 && low <= step) low = 0;
        if (bounds.High is { } roof) high = Math.Min(high, roof);
        return high > low ? (Math.Round(low, 6), Math.Round(high, 6)) : (low, low + step);
    }

    private static void Row(HtmlBuilder html, ScoredMetric metric, double? floor)
    {
        var (low, high) = Range(metric);
        var score = metric.Score;
        html.Add($"""<tr><th scope="row">{metric.Title}<span>{metric.What}{Sample(metric)} {Remark(score)} <code>{metric.Name}</code></span></th><td class="plotted">""");
        if (score.Value is not null) html.Add(IntervalScale.Draw(Said(metric), low, high, score, floor > low && floor < high ? floor : null));
        html.Add($"""</td><td class="n"><b>{Figures.Score(score.Value)}</b>""");
        if (score is { Value: not null, Interval: { } interval }) html.Add($"<span>{Figures.Score(interval.Low)} to {Figures.Score(interval.High)}</span>");
        html.Add($"""</td><td class="n fresh">{Figures.Score(score.Ceiling)}""");
        if (floor is not null) html.Add($"<span>floor {Figures.Score(floor)}</span>");
        html.Add($"</td></tr>").Add($"\n");
    }

    /// <summary>What columns made independently of each other got, where auto tried them: nobody should be proud of less.</summary>
    private static IReadOnlyDictionary<string, double> Floors(ReportContext context) =>
        context.About?.Trail.FirstOrDefault(a => a.Model == "independent")?.Scores ?? ImmutableSortedDictionary<string, double>.Empty;

    private static Html FloorKey(IReadOnlyDictionary<string, double> floors) => floors.Count == 0 ? Html.Empty
        : new("""<li><svg viewBox="0 0 18 14" aria-hidden="true"><path class="floor" d="M9 0v14"/></svg>floor: each column made on its own</li>""");

    private static string Said(ScoredMetric metric)
    {
        var text = $"{metric.Title}: {Figures.Score(metric.Score.Value)}";
        if (metric.Score.Interval is { } interval) text += $", 95 % interval {Figures.Score(interval.Low)} to {Figures.Score(interval.High)}";
        if (metric.Score.Ceiling is { } ceiling) text += $"; fresh real rows get {Figures.Score(ceiling)}";
        return text + metric.Direction switch { Direction.Higher => ". More is better.", Direction.Lower => ". Less is better.", Direction.NotAbove => ". More than fresh real rows get is worse.", Direction.NotBelow => ". Less than fresh real rows get is worse.", _ => ". Best where fresh real rows are." };
    }

    private static string Sample(ScoredMetric metric) => metric.SampledRows is { } rows ? $" Measured on {Figures.Count(rows)} rows a side." : "";

    private static Html Remark(Score score) => score.Why is { Length: > 0 } why ? Words.Sentence(Words.Finish(why)) : Html.Empty;

    /// <summary>Families in the order of the verdict's questions, then what only details them.</summary>
    private static IEnumerable<string> Families(Scorecard card) =>
        card.Scores.Select(s => s.Family).Distinct().OrderBy(f => f switch { "fidelity" => 0, "utility" => 1, "privacy" => 2, "fairness" => 3, "diversity" => 4, "validity" => 5, _ => 6 });
}
