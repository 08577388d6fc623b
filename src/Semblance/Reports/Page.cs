using System.Security.Cryptography;
using System.Text;

namespace Semblance.Reports;

/// <summary>
/// The frame of every page: one file without a single request to elsewhere. A content security policy says so to the browser too: only this file's own
/// style, and only the one script whose hash it names, so that nothing a data cell holds could run even if it got into the markup.
/// </summary>
internal static class Page
{
    private static readonly string Style = Resource("report.css");
    private static readonly string Script = Resource("report.js");
    private static readonly string ScriptHash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Script)));

    /// <summary>Frames a page.</summary>
    /// <param name="kind">What page this is: "Evaluation", "Profile".</param>
    /// <param name="title">Title, from the caller or the data.</param>
    /// <param name="facts">Name and value of what stands below the title.</param>
    /// <param name="sections">Id, name in the table of contents, and content of each section, in order; empty ones are left out.</param>
    /// <param name="end">Words at the end.</param>
    public static Html Frame(string kind, string title, IEnumerable<(string Name, string Value)> facts, IReadOnlyList<(string Id, string Name, Html Content)> sections, string end)
    {
        var html = new HtmlBuilder();
        html.Add($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{new Html(ScriptHash)}'; base-uri 'none'; form-action 'none'" />
            <meta name="color-scheme" content="light dark" />
            <meta name="generator" content="Semblance" />
            <title>{Figures.Clip(title, 120)} · {kind}</title>
            <style>{new Html(Style)}</style>
            </head>
            <body>
            <a class="skip" href="#{sections.FirstOrDefault(s => !s.Content.IsEmpty).Id ?? "end"}">Skip to content</a>
            <div class="wrap">
            <header class="top"><p class="brand"><b>Semblance</b>{kind}</p><h1>{Figures.Clip(title, 160)}</h1><ul class="meta">
            """);
        foreach (var (name, value) in facts) html.Add($"<li>{name} <b>{Figures.Clip(value, 120)}</b></li>");
        html.Add($"</ul></header>\n<nav class=\"toc\" aria-label=\"Contents\"><ol>");
        foreach (var (id, name, content) in sections)
            if (!content.IsEmpty) html.Add($"""<li><a href="#{id}">{name}</a></li>""");
        html.Add($"</ol></nav>\n<main>\n");
        foreach (var (id, name, content) in sections)
            if (!content.IsEmpty) html.Add($"""<section id="{id}" aria-label="{name}">{content}</section>""").Add($"\n");
        html.Add($"</main>\n<footer class=\"end\" id=\"end\">{end}</footer>\n</div>\n<script>{new Html(Script)}</script>\n</body>\n</html>\n");
        return html.ToHtml();
    }

    private static string Resource(string name)
    {
        using var stream = typeof(Page).Assembly.GetManifestResourceStream("Semblance.Reports." + name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().Replace("\r\n", "\n", StringComparison.Ordinal);
    }
}
