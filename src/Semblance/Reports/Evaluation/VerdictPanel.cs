using Semblance.Metrics;

namespace Semblance.Reports;

/// <summary>The answer first: one sentence, then the three questions with a word and a reason each.</summary>
internal static class VerdictPanel
{
    public static Html Render(Scorecard card)
    {
        var verdict = card.Verdict;
        var html = new HtmlBuilder().Add($"""<div class="verdict {Class(Overall(verdict))}"><h2>{Words.Sentence(verdict.Headline)}</h2>""");
        html.Add($"""<p class="muted">Every figure is read beside what fresh real rows get in its place. A perfect stand-in scores like them, no better.</p><div class="{(verdict.Sections.Length > 3 ? "three four" : "three")}">""");
        foreach (var section in verdict.Sections)
        {
            html.Add($"""<article class="pillar"><header><h3>{section.Title}</h3>{Badge(section.Grade)}</header><p>{Words.Sentence(section.Reason)}</p>""");
            Deciding(html, card, section);
            html.Add($"</article>");
        }
        return html.Add($"</div></div>").ToHtml();
    }

    /// <summary>A grade as a word with a shape of its own, so that colour is never the only sign.</summary>
    public static Html Badge(Grade grade)
    {
        var shape = grade switch
        {
            Grade.Good => """<circle cx="5" cy="5" r="5"/>""",
            Grade.Fair => """<path d="M5 0l5 9.5h-10z"/>""",
            Grade.Poor => """<path d="M0 0h10v10h-10z"/>""",
            _ => """<path d="M0 4h10v2h-10z"/>""",
        };
        return new HtmlBuilder().Add($"""<span class="badge {Class(grade)}"><svg viewBox="0 0 10 10" aria-hidden="true">{new Html(shape)}</svg>{Word(grade)}</span>""").ToHtml();
    }

    /// <summary>The mark of the candidate that was taken.</summary>
    public static Html Chosen => new("""<span class="badge good"><svg viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="5"/></svg>taken</span>""");

    public static string Word(Grade grade) => grade switch { Grade.Good => "Good", Grade.Fair => "Fair", Grade.Poor => "Poor", _ => "Not judged" };

    /// <summary>The weakest of the grades that were given.</summary>
    private static Grade Overall(Verdict verdict)
    {
        var least = Grade.Unknown;
        foreach (var section in verdict.Sections)
            if (section.Grade != Grade.Unknown && (least == Grade.Unknown || section.Grade < least)) least = section.Grade;
        return least;
    }

    private static string Class(Grade grade) => grade switch { Grade.Good => "good", Grade.Fair => "fair", Grade.Poor => "poor", _ => "unknown" };

    private static void Deciding(HtmlBuilder html, Scorecard card, VerdictSection section)
    {
        var metrics = section.Scores.Select(card.Find).Where(m => m?.Score.Value is not null).ToList();
        if (metrics.Count == 0) return;
        html.Add($"""<table class="mini"><thead><tr><th scope="col"><span class="skip">Score</span></th><th scope="col" class="n">here</th><th scope="col" class="n">fresh real rows</th></tr></thead><tbody>""");
        foreach (var metric in metrics)
            html.Add($"""<tr><th scope="row">{metric!.Title}</th><td class="n"><b>{Figures.Score(metric.Score.Value)}</b></td><td class="n">{Figures.Score(metric.Score.Ceiling)}</td></tr>""");
        html.Add($"</tbody></table>");
    }
}
