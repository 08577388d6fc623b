using System.Globalization;
using Semblance.Recipes;
using Semblance.Reports;

namespace Semblance;

/// <summary>Experiments over generations as documents.</summary>
public static class GenerationReport
{
    extension(GenerationTrail trail)
    {
        /// <summary>Writes the experiment; the extension says how: <c>.html</c> a page to be read, <c>.json</c> the same numbers. The file appears whole or not at all.</summary>
        /// <param name="path">Where to. An existing file is replaced.</param>
        /// <param name="context">What is known about the data's origin.</param>
        /// <param name="ct">Cancels before the file appears.</param>
        /// <exception cref="RecipeException">Another extension (SB2091).</exception>
        /// <exception cref="DataException">The file can't be written (SB1091), or the disk is full (SB1092).</exception>
        public Task WriteAsync(string path, ReportContext? context = null, CancellationToken ct = default) =>
            ReportFileWriter.WriteAsync(path, ReportFileWriter.Format(path, markdown: false) == ReportFormat.Html ? trail.ToHtml(context) : trail.ToJson(), ct);

        /// <summary>The experiment as one self-contained page with a plot for each measure.</summary>
        public string ToHtml(ReportContext? context = null) => Render(trail, context ?? ReportContext.None).Markup;

        /// <summary>The numbers as JSON: keys in a fixed order, numbers that read back to the same double, null where there is none.</summary>
        public string ToJson() => Numbers(trail);
    }

    private static Html Render(GenerationTrail trail, ReportContext context) => Page.Frame("Generation after generation", context.Title ?? "Generation after generation",
    [
        ("Model", trail.Model), ("Generations", Figures.Count(trail.Generations.Length)), ("Rows of each", Figures.Count(trail.Rows)), ("Held out", Figures.Count(trail.HoldoutRows)),
        ("Learned from", trail.Keep == KeptRows.Replace ? "the last rows alone" : "real and all made rows"),
    ],
    [
        ("outcome", "Outcome", new HtmlBuilder().Add($"""<div class="verdict {new Html(trail.Lost.IsEmpty ? "good" : "poor")}"><h2>{Words.Sentence(trail.Headline)}</h2></div>""").ToHtml()),
        ("measures", "Measures", Plots(trail)),
        ("numbers", "Numbers", Table(trail)),
        ("provenance", "Provenance", ProvenancePanel.Render(trail.Notes, context)),
    ], "Shares and counts only: this page holds no row of the real data.");

    private static Html Plots(GenerationTrail trail)
    {
        var html = new HtmlBuilder().Add($"""<h2>What is lost on the way</h2><p class="lede">Every generation is measured against the real rows that the first one learned from, and against real rows that none has seen. The line is the generation with its 95 % interval, the dashed line what fresh real rows get.</p><div class="three">""");
        foreach (var measure in GenerationTrail.Measures)
        {
            var plot = LinePlot.Draw($"{measure.Title} by generation", "generation", [.. trail.Generations.Select(g => g.Scores[measure.Name])]);
            if (!plot.IsEmpty) html.Add($"""<figure class="panel"><figcaption><b>{measure.Title}</b><span class="small muted under">{measure.What}</span></figcaption>{plot}</figure>""");
        }
        return html.Add($"</div>").ToHtml();
    }

    private static Html Table(GenerationTrail trail)
    {
        var html = new HtmlBuilder().Add($"""<h2>Numbers</h2><div class="panel"><div class="scroll"><table><thead><tr><th scope="col">Generation</th><th scope="col" class="n">Learned from</th><th scope="col" class="n">of it real</th>""");
        foreach (var measure in GenerationTrail.Measures) html.Add($"""<th scope="col" class="n">{measure.Title}</th>""");
        html.Add($"</tr></thead><tbody>");
        foreach (var generation in trail.Generations)
        {
            html.Add($"""<tr><th scope="row">{generation.Number.ToString(CultureInfo.InvariantCulture)}</th><td class="n">{Figures.Count(generation.FittedRows)}</td><td class="n">{Figures.Percent(generation.RealShare)}</td>""");
            foreach (var measure in GenerationTrail.Measures) html.Add($"""<td class="n">{Figures.Score(generation.Scores[measure.Name].Value)}</td>""");
            html.Add($"</tr>");
        }
        html.Add($"""<tr><th scope="row">fresh real rows</th><td></td><td></td>""");
        foreach (var measure in GenerationTrail.Measures) html.Add($"""<td class="n">{Figures.Score(trail.Generations[0].Scores[measure.Name].Ceiling)}</td>""");
        return html.Add($"</tr></tbody></table></div></div>").ToHtml();
    }

    private static string Numbers(GenerationTrail trail)
    {
        var json = new JsonText();
        json.Object(null, () =>
        {
            json.Text("headline", trail.Headline);
            json.Texts("lost", trail.Lost);
            json.Text("model", trail.Model);
            json.Object("spec", () => { foreach (var (key, value) in trail.Spec) json.Text(key, value); });
            json.Text("keep", trail.Keep == KeptRows.Replace ? "replace" : "accumulate");
            json.Text("seed", trail.Seed.ToString());
            json.Text("target", trail.Target);
            json.Count("rows", trail.Rows);
            json.Count("holdoutRows", trail.HoldoutRows);
            json.Array("generations", trail.Generations, generation => json.Object(null, () =>
            {
                json.Count("generation", generation.Number);
                json.Count("fittedRows", generation.FittedRows);
                json.Number("realShare", generation.RealShare);
                json.Object("scores", () =>
                {
                    foreach (var measure in GenerationTrail.Measures)
                        json.Object(measure.Name, () =>
                        {
                            var score = generation.Scores[measure.Name];
                            json.Number("value", score.Value);
                            json.Number("low", score.Interval?.Low);
                            json.Number("high", score.Interval?.High);
                            json.Number("ceiling", score.Ceiling);
                            json.Text("why", score.Why);
                        });
                });
            }));
            json.Texts("notes", trail.Notes);
        });
        return json.ToString();
    }
}
