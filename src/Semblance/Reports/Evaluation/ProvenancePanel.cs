using System.Collections.Immutable;
using Semblance.Metrics;

namespace Semblance.Reports;

/// <summary>What was made from what, and by what: enough to make it again.</summary>
internal static class ProvenancePanel
{
    public static Html Render(Scorecard card, ReportContext context) => Render([.. Facts(context), ("Seed of the evaluation", card.Seed.ToString())], card.Notes, context);

    public static Html Render(ImmutableArray<string> notes, ReportContext context) => Render([.. Facts(context)], notes, context);

    private static Html Render(ImmutableArray<(string Name, string Value)> facts, ImmutableArray<string> own, ReportContext context)
    {
        var html = new HtmlBuilder();
        if (!facts.IsEmpty || !context.Files.IsEmpty)
        {
            html.Add($"""<h2>Where it comes from</h2><p class="lede">What was made from what, and by what.</p><div class="panel long"><dl class="facts">""");
            foreach (var (name, value) in facts) html.Add($"<dt>{name}</dt><dd>{value}</dd>");
            html.Add($"</dl>");
            if (context.About is { Trail.IsEmpty: false } about) TrailPanel.Render(html, about.Trail);
            if (!context.Files.IsEmpty) Files(html, context.Files);
            html.Add($"</div>");
        }
        ImmutableArray<string> notes = [.. own, .. context.About?.Notes ?? [], .. context.Notes];
        if (!notes.IsEmpty)
        {
            html.Add($"""<h3 class="later">To know when reading this</h3><div class="panel long"><ul class="said">""");
            foreach (var note in notes) html.Add($"<li>{Words.Sentence(note)}</li>");
            html.Add($"</ul></div>");
        }
        return html.ToHtml();
    }

    /// <summary>All lines of provenance, in reading order.</summary>
    public static IEnumerable<(string Name, string Value)> Facts(ReportContext context)
    {
        if (context.About is { } about)
        {
            yield return ("Model", about.Model);
            if (!about.Spec.IsEmpty) yield return ("Settings", string.Join(", ", about.Spec.Select(s => $"{s.Key} = {s.Value}")));
            yield return ("Fitted on", Figures.Count(about.FittedRows, "row"));
            yield return ("Seed of the fit", about.Seed.ToString());
            if (about.DataFingerprint.Length > 0) yield return ("Data fingerprint", about.DataFingerprint);
            yield return ("Fitted with", "Semblance " + about.Version);
        }
        foreach (var fact in context.Facts) yield return (Figures.Clip(fact.Name, 80), Figures.Clip(fact.Value, 1000));
    }

    private static void Files(HtmlBuilder html, ImmutableArray<ReportFile> files)
    {
        html.Add($"""<h3 class="later">Files</h3><div class="scroll"><table><thead><tr><th scope="col">File</th><th scope="col">Part</th><th scope="col" class="n">Bytes</th><th scope="col">SHA-256</th></tr></thead><tbody>""");
        foreach (var file in files)
            html.Add($"""<tr><th scope="row">{Figures.Clip(file.Name, 120)}</th><td>{file.What}</td><td class="n">{(file.Bytes is { } bytes ? Figures.Count(bytes) : Figures.None)}</td><td><code>{file.Sha256 ?? Figures.None}</code></td></tr>""");
        html.Add($"</tbody></table></div>");
    }
}
