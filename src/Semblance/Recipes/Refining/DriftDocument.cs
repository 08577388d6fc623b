using Semblance.Recipes;
using Semblance.Reports;

namespace Semblance;

/// <summary>Drift as documents.</summary>
public static class DriftDocument
{
    extension(DriftReport drift)
    {
        /// <summary>Writes the report; the extension says how: <c>.html</c> a page to be read, <c>.json</c> the same numbers. The file appears whole or not at all.</summary>
        /// <param name="path">Where to. An existing file is replaced.</param>
        /// <param name="context">What is known about the data's origin.</param>
        /// <param name="ct">Cancels before the file appears.</param>
        /// <exception cref="RecipeException">Another extension (SB2091).</exception>
        /// <exception cref="DataException">The file can't be written (SB1091), or the disk is full (SB1092).</exception>
        public Task WriteAsync(string path, ReportContext? context = null, CancellationToken ct = default) =>
            ReportFileWriter.WriteAsync(path, ReportFileWriter.Format(path, markdown: false) == ReportFormat.Html ? drift.ToHtml(context) : drift.ToJson(), ct);

        /// <summary>The report as one self-contained page.</summary>
        public string ToHtml(ReportContext? context = null) => Render(drift, context ?? ReportContext.None).Markup;

        /// <summary>The numbers as JSON: keys in a fixed order, numbers that read back to the same double, null where there is none.</summary>
        public string ToJson() => Numbers(drift);
    }

    private static Html Render(DriftReport drift, ReportContext context) => Page.Frame("Drift", context.Title ?? "Drift",
        [("Verdict", drift.Refit ? "refit" : "keep"), ("New rows", Figures.Count(drift.Rows)), ("Model", drift.About.Model), ("Learned from", Figures.Count(drift.About.FittedRows, "row"))],
        [
            ("verdict", "Verdict", Verdict(drift)),
            ("columns", "Columns", Columns(drift)),
            ("provenance", "Provenance", ProvenancePanel.Render(drift.Notes, context with { About = drift.About })),
        ], "Shares and names of frequent categories only: this page holds no row of the real data.");

    private static Html Verdict(DriftReport drift)
    {
        var html = new HtmlBuilder().Add($"""<div class="verdict {new Html(drift.Refit ? "poor" : "good")}"><h2>{Words.Sentence(drift.Headline)}</h2>""");
        if (drift.Refit)
        {
            html.Add($"""<ul class="said">""");
            foreach (var reason in drift.Reasons) html.Add($"""<li class="bad">{Words.Sentence(reason)}</li>""");
            html.Add($"</ul>");
        }
        html.Add($"""<table><thead><tr><th scope="col">Whole rows</th><th scope="col" class="n">The model</th><th scope="col" class="n">Fitted to new rows</th><th scope="col" class="n">New rows themselves</th></tr></thead><tbody>""");
        Row(html, "Detection", drift.Detection, drift.TrialDetection);
        if (drift.Target is { } target) Row(html, $"Learning {target}", drift.Learning, drift.TrialLearning);
        return html.Add($"</tbody></table></div>").ToHtml();
    }

    private static void Row(HtmlBuilder html, string name, Score model, Score trial) =>
        html.Add($"""<tr><th scope="row">{Figures.Clip(name, 80)}</th><td class="n">{Figures.Score(model.Value)}</td><td class="n">{Figures.Score(trial.Value)}</td><td class="n">{Figures.Score(model.Ceiling)}</td></tr>""");

    private static Html Columns(DriftReport drift)
    {
        var html = new HtmlBuilder().Add($"""<h2>Column by column</h2><p class="lede">How far new rows lie from the model's rows, from rows of the same model fitted to new ones, and from each other; drifted columns first.</p><div class="panel"><div class="scroll"><table><thead><tr><th scope="col">Column</th><th scope="col" class="n">The model</th><th scope="col" class="n">Fitted to new rows</th><th scope="col" class="n">New rows themselves</th><th scope="col" class="n">No value, new</th><th scope="col" class="n">No value, model</th><th scope="col">Drift</th></tr></thead><tbody>""");
        foreach (var column in drift.Columns.OrderByDescending(c => c.Reasons.Length > 0).ThenByDescending(c => (c.Distance ?? 0) - (c.TrialDistance ?? 0)))
        {
            html.Add($"""<tr><th scope="row">{Figures.Clip(column.Column, 80)}<span class="small muted under">{Words.Kind(column.Kind)}</span></th><td class="n">{Figures.Score(column.Distance)}</td><td class="n">{Figures.Score(column.TrialDistance)}</td><td class="n">{Figures.Score(column.Noise)}</td><td class="n">{Figures.Percent(column.MissingShare)}</td><td class="n">{Figures.Percent(column.ModelMissingShare)}</td><td>""");
            foreach (var reason in column.Reasons) html.Add($"<p>{Words.Sentence(reason)}</p>");
            html.Add($"</td></tr>");
        }
        return html.Add($"</tbody></table></div></div>").ToHtml();
    }

    private static string Numbers(DriftReport drift)
    {
        var json = new JsonText();
        json.Object(null, () =>
        {
            json.Text("verdict", drift.Refit ? "refit" : "keep");
            json.Text("headline", drift.Headline);
            json.Texts("reasons", drift.Reasons);
            json.Text("model", drift.About.Model);
            json.Count("fittedRows", drift.About.FittedRows);
            json.Count("rows", drift.Rows);
            json.Text("seed", drift.Seed.ToString());
            json.Text("target", drift.Target);
            foreach (var (name, score) in new[] { ("detection", drift.Detection), ("trialDetection", drift.TrialDetection), ("learning", drift.Learning), ("trialLearning", drift.TrialLearning) })
                json.Object(name, () =>
                {
                    json.Number("value", score.Value);
                    json.Number("low", score.Interval?.Low);
                    json.Number("high", score.Interval?.High);
                    json.Number("ceiling", score.Ceiling);
                    json.Text("why", score.Why);
                });
            json.Array("columns", drift.Columns, column => json.Object(null, () =>
            {
                json.Text("column", column.Column);
                json.Number("distance", column.Distance);
                json.Number("trialDistance", column.TrialDistance);
                json.Number("noise", column.Noise);
                json.Number("margin", column.Margin);
                json.Number("missing", column.MissingShare);
                json.Number("modelMissing", column.ModelMissingShare);
                json.Number("newValues", column.NewShare);
                json.Number("beyond", column.BeyondShare);
                json.Texts("reasons", column.Reasons);
            }));
            json.Texts("notes", drift.Notes);
        });
        return json.ToString();
    }
}
