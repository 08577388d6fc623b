using System.Text;
using Semblance.Metrics;

namespace Semblance.Reports;

/// <summary>What attackers gained from the synthetic rows, each beside what they gain where nothing leaked.</summary>
internal static class AttackPanel
{
    public static Html Render(Scorecard card)
    {
        if (card.Privacy is not { Attacks.IsEmpty: false } privacy) return Html.Empty;
        var html = new HtmlBuilder().Add($"""
            <h2>What an attacker gains</h2><p class="lede">Each attack is tried on people the model learned from and on people it never saw: only what works better on the first can have leaked. The dot is what it gained, its band the 95 % interval, the diamond what it gains where nothing leaked.</p>
            <div class="panel"><table class="scores"><thead><tr><th scope="col">Attack</th><th scope="col">On its scale</th><th scope="col" class="n">Gained</th><th scope="col" class="n">Nothing leaked</th></tr></thead>
            """);
        foreach (var measure in privacy.Attacks.Select(a => a.Measure).Distinct())
        {
            var attacks = privacy.Attacks.Where(a => a.Measure == measure).ToList();
            var (low, high) = Range(attacks);
            html.Add($"""<tbody class="family"><tr><th class="head" scope="colgroup" colspan="4">{Heading(measure)}</th></tr>""");
            foreach (var attack in attacks)
            {
                html.Add($"""<tr><th scope="row">{Figures.Clip(attack.Title, 60)}<span>{Words.Sentence(attack.Said)} <code>{attack.Metric}</code></span></th><td class="plotted">""");
                html.Add(IntervalScale.Draw($"{Figures.Clip(attack.Title, 60)}: {attack.Measure} {Figures.Score(attack.Value)}, 95 % interval {Figures.Score(attack.Interval.Low)} to {Figures.Score(attack.Interval.High)}; {Figures.Score(attack.Reference)} where nothing leaked",
                    low, high, new Score(attack.Value, attack.Interval, attack.Reference)));
                html.Add($"""</td><td class="n"><b>{Figures.Score(attack.Value)}</b><span>{Figures.Score(attack.Interval.Low)} to {Figures.Score(attack.Interval.High)}</span></td><td class="n fresh">{Figures.Score(attack.Reference)}</td></tr>""").Add($"\n");
            }
            html.Add($"</tbody>");
        }
        return html.Add($"</table></div>").ToHtml();
    }

    /// <summary>The same in Markdown.</summary>
    public static void Append(StringBuilder text, Scorecard card)
    {
        if (card.Privacy is not { Attacks.IsEmpty: false } privacy) return;
        text.Append("\n## What an attacker gains\n\n| Attack | Value | 95 % interval | Nothing leaked |\n|---|--:|---|--:|\n");
        foreach (var attack in privacy.Attacks)
            text.Append("| **").Append(EvaluationMarkdown.Escape(Figures.Clip(attack.Title, 60))).Append("** (").Append(attack.Measure).Append("). ")
                .Append(EvaluationMarkdown.Escape(Figures.Clip(attack.Said, 1000))).Append(" | ").Append(Figures.Score(attack.Value)).Append(" | ")
                .Append(Figures.Score(attack.Interval.Low)).Append(" to ").Append(Figures.Score(attack.Interval.High)).Append(" | ").Append(Figures.Score(attack.Reference)).Append(" |\n");
    }

    /// <summary>What a measure is, for the head of its rows.</summary>
    private static string Heading(string measure) => measure == "AUC" ? "Picking a training row against an unseen one: 0.5 is guessing, 1 never wrong"
        : "Risk: share of failures that the synthetic rows turn into successes";

    /// <summary>One scale for all attacks of a measure, so that they can be compared.</summary>
    private static (double Low, double High) Range(List<AttackDetail> attacks) => ScoreTable.Range(
        new Score(attacks.Max(a => a.Value), new Interval(attacks.Min(a => a.Interval.Low), attacks.Max(a => a.Interval.High)), attacks[0].Reference), Direction.Lower, new Bounds(-1, 1));
}
