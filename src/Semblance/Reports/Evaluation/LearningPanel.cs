using System.Text;
using Semblance.Metrics;

namespace Semblance.Reports;

/// <summary>What else synthetic rows teach: every column, more than real rows alone, by the same columns, with the same learners ahead.</summary>
internal static class LearningPanel
{
    private const int MostRows = 25;

    public static Html Render(Scorecard card)
    {
        if (card.Learning is not { } learning) return Html.Empty;
        var html = new HtmlBuilder();
        if (card.Utility is null) html.Add($"<h2>Does it teach what the real data teach?</h2>");
        html.Add($"""<div class="two">""");
        if (!learning.Columns.IsEmpty)
        {
            Open(html, "Every column, predicted from all others", "Share of a column's spread that the prediction takes away on unseen real rows: 0 is knowing nothing, 1 perfect. Pale columns do not count: real rows teach too little about them.", dots: true);
            var shown = learning.Columns.Take(MostRows).ToArray();
            html.Add(TwoDots.Draw("Skill by column, after learning from synthetic and from real rows", [.. shown.Select(c => (c.Column, c.Synthetic, c.Real, !c.Counts))], Low(shown.Select(c => Math.Min(c.Synthetic, c.Real))), 1));
            Close(html, learning.Columns.Length - shown.Length, "column");
        }
        if (learning is { Augmentation: { } curve, Measure: { } measure })
        {
            Open(html, "Adding synthetic rows to real ones", $"{measure} on unseen real rows, by how many real rows there are. {Words.Capital(card.Find("utility.augmentation")?.Score.Why ?? "")}", dots: false);
            html.Add($"""<ul class="key"><li>{Key("curve-real")}real rows</li><li>{Key("syn")}with {Figures.Count(curve.SyntheticRows)} synthetic rows</li><li>{Key("hold")}synthetic rows alone</li></ul>""");
            html.Add(LearningCurve.Draw(measure, curve));
            Close(html, 0, "");
        }
        if (!learning.Features.IsEmpty)
        {
            var shown = learning.Features.Take(MostRows).ToArray();
            Open(html, "What predictions hang on", $"{learning.Measure} that is lost when a column of the unseen rows is shuffled.", dots: true);
            html.Add(TwoDots.Draw("Importance of columns, after learning from synthetic and from real rows", [.. shown.Select(f => (f.Column, f.Synthetic, f.Real, false))], 0, High(shown.Select(f => Math.Max(f.Synthetic, f.Real)))));
            Close(html, learning.Features.Length - shown.Length, "column");
        }
        if (!learning.Learners.IsEmpty)
        {
            var values = learning.Learners.SelectMany(l => (double[])[l.Synthetic, l.Real]).Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
            Open(html, "Which learner wins", $"{learning.Measure} on unseen real rows.", dots: true);
            html.Add(TwoDots.Draw("Quality by learner, after learning from synthetic and from real rows", [.. learning.Learners.Select(l => (l.Learner, l.Synthetic, l.Real, false))], values.Min(), values.Max()));
            Close(html, 0, "");
        }
        return html.Add($"</div>").ToHtml();
    }

    /// <summary>The curve and the columns as tables of Markdown.</summary>
    public static void Append(StringBuilder text, Scorecard card)
    {
        if (card.Learning is not { } learning) return;
        if (learning is { Augmentation: { } curve, Measure: { } measure })
        {
            text.Append("\n## Adding synthetic rows to real ones\n\n| Real rows | ").Append(measure).Append(" from them alone | with ").Append(Figures.Count(curve.SyntheticRows)).Append(" synthetic rows |\n|--:|--:|--:|\n");
            foreach (var point in curve.Points)
                text.Append("| ").Append(Figures.Count(point.RealRows)).Append(" | ").Append(Figures.Score(point.RealOnly)).Append(" | ").Append(Figures.Score(point.Both)).Append(" |\n");
            text.Append("\nSynthetic rows alone: ").Append(Figures.Score(curve.SyntheticOnly)).Append(".\n");
        }
        var lost = learning.Columns.Where(c => c.Counts).OrderBy(c => c.Synthetic - c.Real).Take(5).ToList();
        if (lost.Count == 0) return;
        text.Append("\n## Columns that synthetic rows teach least about, beside real rows\n\n| Column | Skill from synthetic rows | from real rows |\n|---|--:|--:|\n");
        foreach (var column in lost)
            text.Append("| ").Append(EvaluationMarkdown.Escape(Figures.Clip(column.Column, 60))).Append(" | ").Append(Figures.Score(column.Synthetic)).Append(" | ").Append(Figures.Score(column.Real)).Append(" |\n");
    }

    /// <summary>All of it as JSON.</summary>
    public static void Write(JsonText json, LearningDetail learning)
    {
        json.Text("measure", learning.Measure);
        json.Array("columns", learning.Columns, column => json.Object(null, () =>
        {
            json.Text("column", column.Column);
            json.Number("synthetic", column.Synthetic);
            json.Number("real", column.Real);
            json.Flag("counts", column.Counts);
        }));
        json.Object("augmentation", learning.Augmentation, curve =>
        {
            json.Count("syntheticRows", curve.SyntheticRows);
            json.Number("syntheticOnly", curve.SyntheticOnly);
            json.Array("points", curve.Points, point => json.Object(null, () =>
            {
                json.Count("realRows", point.RealRows);
                json.Number("share", point.Share);
                json.Number("realOnly", point.RealOnly);
                json.Number("both", point.Both);
            }));
        });
        json.Array("features", learning.Features, feature => json.Object(null, () =>
        {
            json.Text("column", feature.Column);
            json.Number("synthetic", feature.Synthetic);
            json.Number("real", feature.Real);
        }));
        json.Array("learners", learning.Learners, learner => json.Object(null, () =>
        {
            json.Text("learner", learner.Learner);
            json.Number("synthetic", learner.Synthetic);
            json.Number("real", learner.Real);
        }));
    }

    private static void Open(HtmlBuilder html, string title, string text, bool dots)
    {
        html.Add($"""<figure class="panel"><figcaption><b>{title}</b><span class="muted under small">{Words.Finish(text)}</span></figcaption>""");
        if (dots)
            html.Add($"""<ul class="key"><li><svg viewBox="0 0 18 14" aria-hidden="true"><circle class="value" cx="9" cy="7" r="5"/></svg>learned from synthetic rows</li><li><svg viewBox="0 0 18 14" aria-hidden="true"><path class="ceiling" d="M9 1l5 6l-5 6l-5 -6z"/></svg>from as many real rows</li></ul>""");
    }

    private static void Close(HtmlBuilder html, int more, string noun)
    {
        if (more > 0) html.Add($"""<p class="muted small">{Figures.Count(more, "further " + noun)} in report.json.</p>""");
        html.Add($"</figure>");
    }

    private static Html Key(string kind) => new HtmlBuilder().Add($"""<svg viewBox="0 0 18 14" aria-hidden="true"><path class="{kind}" d="M0 7H18"/></svg>""").ToHtml();

    private static double Low(IEnumerable<double> values) => Math.Max(-0.5, Math.Min(0, values.Where(double.IsFinite).DefaultIfEmpty(0).Min()));

    private static double High(IEnumerable<double> values) => values.Where(double.IsFinite).DefaultIfEmpty(0).Max();
}
