using System.Collections.Immutable;
using System.Globalization;
using Semblance.Recipes;
using Semblance.Reports;

namespace Semblance;

/// <summary>The curve of a mix as a document.</summary>
public static class MixReport
{
    /// <summary>What stands across every plot.</summary>
    private const string Across = "synthetic rows for each real row";

    extension(MixResult mix)
    {
        /// <summary>Writes the curve; the extension says how: <c>.html</c> a page to be read, <c>.json</c> the same numbers. The file appears whole or not at all.</summary>
        /// <param name="path">Where to. An existing file is replaced.</param>
        /// <param name="context">What is known about the data's origin.</param>
        /// <param name="ct">Cancels before the file appears.</param>
        /// <exception cref="RecipeException">Another extension (SB2091).</exception>
        /// <exception cref="DataException">The file can't be written (SB1091), or the disk is full (SB1092).</exception>
        public Task WriteAsync(string path, ReportContext? context = null, CancellationToken ct = default) =>
            ReportFileWriter.WriteAsync(path, ReportFileWriter.Format(path, markdown: false) == ReportFormat.Html ? mix.ToHtml(context) : mix.ToJson(), ct);

        /// <summary>The curve as one self-contained page.</summary>
        public string ToHtml(ReportContext? context = null) => Render(mix, context ?? ReportContext.None).Markup;

        /// <summary>The numbers as JSON: keys in a fixed order, numbers that read back to the same double, null where there is none.</summary>
        public string ToJson()
        {
            var json = new JsonText();
            json.Object(null, () => Write(json, mix));
            return json.ToString();
        }

        /// <summary>The curve as a section of a run's report.</summary>
        internal ReportPanel Panel() => new("mix", "Mix", Section(mix), json => Write(json, mix));
    }

    private static Html Section(MixResult mix)
    {
        var html = new HtmlBuilder().Add(Plots(mix, "Do synthetic rows help beside real ones?", "A learner was trained on every mix of the rows that the model learned from and rows that it made.", told: true));
        html.Add($"""<ul class="said small">""");
        foreach (var note in mix.Notes.Add(mix.BestRatio > 0 ? Chosen : NoGain)) html.Add($"<li>{Words.Sentence(note)}</li>");
        return html.Add($"</ul><details><summary>All numbers of the mix</summary>{Table(mix)}</details>").ToHtml();
    }

    private static Html Render(MixResult mix, ReportContext context) => Page.Frame("Real and synthetic rows", context.Title ?? "Real and synthetic rows",
    [
        ("Target", mix.Target), ("Measure", mix.Measure), ("Real rows", Figures.Count(mix.Points.Max(p => p.RealRows))), ("Unseen real rows that judge", Figures.Count(mix.TestRows)),
    ],
    [
        ("outcome", "Outcome", new HtmlBuilder().Add($"""<div class="verdict {new Html(mix.BestRatio > 0 ? "good" : "unknown")}"><h2>{Words.Sentence(mix.Said)}</h2><p class="muted">{(mix.BestRatio > 0 ? Chosen : NoGain)}</p></div>""").ToHtml()),
        ("curve", "Curve", Plots(mix, "What synthetic rows bring", $"A learner is trained on every mix and predicts {mix.Target} of real rows it has not seen.")),
        ("numbers", "Numbers", new HtmlBuilder().Add($"""<h2>Numbers</h2><div class="panel">{Table(mix)}</div>""").ToHtml()),
        ("provenance", "Provenance", ProvenancePanel.Render(mix.Notes, context)),
    ], "Counts and qualities only: this page holds no row of the real data.");

    private const string Chosen = "The ratio was chosen on one half of the rows that judge; its gain is told by the other half, so that the luck of choosing is not counted. The plots show all of them.";

    private const string NoGain = "The most promising ratio on one half of the rows that judge was tried on the other half, and its 95 % interval there reaches 0. Synthetic rows know no more than the real rows they were learned from.";

    private static Html Plots(MixResult mix, string title, string lede, bool told = false)
    {
        var names = mix.Points.Select(p => p.Ratio).Distinct().Order().ToArray();
        var steps = mix.Points.GroupBy(p => p.RealShare).OrderBy(g => g.Key).Select(g => g.ToImmutableArray()).ToArray();
        var all = steps[^1];
        var html = new HtmlBuilder().Add($"""<h2>{title}</h2><p class="lede">{Words.Sentence(lede)}</p>""");
        if (told) html.Add($"""<p><b>{Words.Sentence(mix.Said)}</b></p>""");
        html.Add($"""<div class="two">""");
        html.Add($"""<figure class="panel"><figcaption><b>Gain beside all real rows</b><span class="small muted under">{mix.Measure} less that of the {Figures.Count(all[0].RealRows)} real rows alone, on {Figures.Count(mix.TestRows)} unseen real rows. Bars are 95 % intervals; a filled dot is a gain beyond chance, taken by itself.</span></figcaption>""");
        html.Add(GainPlot.Draw($"Gain in {mix.Measure} by synthetic rows for each real row", Across, "real rows alone", [.. all.Where(p => p.Ratio > 0).Select(p => (Name(p.Ratio), p.Gain, p.Interval))])).Add($"</figure>");
        html.Add($"""<figure class="panel"><figcaption><b>With fewer real rows</b><span class="small muted under">{mix.Measure} on unseen real rows, by how many real rows were learned from. Bands are 95 % intervals of the gain over the real rows alone.</span></figcaption>""");
        html.Add(CurvesPlot.Draw($"{mix.Measure} by synthetic rows for each real row and number of real rows", Across, [.. names.Select(Name)], [.. steps.Select(Curve)])).Add($"</figure></div>");
        return html.ToHtml();

        CurvesPlot.Curve Curve(ImmutableArray<MixPoint> step)
        {
            var alone = step.First(p => p.Ratio == 0).Quality;
            return new(Figures.Count(step[0].RealRows, "row"), [.. names.Select(ratio => step.FirstOrDefault(p => p.Ratio == ratio) is { } p ? (p.Quality, p.Interval is { } i ? new Interval(alone + i.Low, alone + i.High) : (Interval?)null) : ((double, Interval?)?)null)]);
        }
    }

    private static Html Table(MixResult mix)
    {
        var html = new HtmlBuilder().Add($"""<div class="scroll"><table><thead><tr><th scope="col" class="n">Real rows</th><th scope="col" class="n">Their share</th><th scope="col" class="n">Synthetic for each</th><th scope="col" class="n">{mix.Measure}</th><th scope="col" class="n">Gain</th><th scope="col" class="n">95 % interval</th></tr></thead><tbody>""");
        foreach (var point in mix.Points)
            html.Add($"""<tr><td class="n">{Figures.Count(point.RealRows)}</td><td class="n">{Figures.Percent(point.RealShare)}</td><td class="n">{Name(point.Ratio)}</td><td class="n">{Four(point.Quality, "0.0000")}</td><td class="n">{(point.Ratio == 0 ? "" : Four(point.Gain, Signed))}</td><td class="n">{(point.Interval is { } i ? $"{Four(i.Low, Signed)} to {Four(i.High, Signed)}" : "")}</td></tr>""");
        return html.Add($"</tbody></table></div>").ToHtml();
    }

    private static void Write(JsonText json, MixResult mix)
    {
        json.Text("target", mix.Target);
        json.Text("measure", mix.Measure);
        json.Count("testRows", mix.TestRows);
        json.Number("bestRatio", mix.BestRatio);
        json.Number("gain", mix.Gain);
        json.Number("low", mix.Interval?.Low);
        json.Number("high", mix.Interval?.High);
        json.Text("said", mix.Said);
        json.Array("points", mix.Points, point => json.Object(null, () =>
        {
            json.Count("realRows", point.RealRows);
            json.Number("realShare", point.RealShare);
            json.Number("ratio", point.Ratio);
            json.Number("quality", point.Quality);
            json.Number("gain", point.Gain);
            json.Number("low", point.Interval?.Low);
            json.Number("high", point.Interval?.High);
        }));
        json.Texts("notes", mix.Notes);
    }

    private const string Signed = "+0.0000;-0.0000;0.0000";

    private static string Name(double ratio) => ratio == 0 ? "none" : ratio.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Four(double value, string format) => double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : Figures.None;
}
