using System.Text;
using Semblance.Metrics;

namespace Semblance.Reports;

/// <summary>A scorecard in a page of Markdown: for a pull request, a ticket, a model's card.</summary>
internal static class EvaluationMarkdown
{
    private const int MostColumns = 10;

    public static string Render(Scorecard card, ReportContext context)
    {
        var text = new StringBuilder();
        text.Append("# ").Append(Escape(context.Title ?? "Synthetic data")).Append("\n\n**").Append(Escape(card.Verdict.Headline)).Append("**\n\n");
        foreach (var section in card.Verdict.Sections)
            text.Append("- **").Append(Escape(section.Title)).Append(": ").Append(VerdictPanel.Word(section.Grade).ToLowerInvariant()).Append(".** ").Append(Escape(section.Reason)).Append('\n');
        text.Append("\n| Score | Value | 95 % interval | Fresh real rows |\n|---|--:|---|--:|\n");
        foreach (var metric in card.Scores)
        {
            var score = metric.Score;
            text.Append("| ").Append(Escape(metric.Title)).Append(" `").Append(metric.Name).Append("` | ").Append(Figures.Score(score.Value)).Append(" | ");
            if (score.Interval is { } interval) text.Append(Figures.Score(interval.Low)).Append(" to ").Append(Figures.Score(interval.High));
            else if (score.Value is null && score.Why is { } why) text.Append(Escape(why));
            text.Append(" | ").Append(Figures.Score(score.Ceiling)).Append(" |\n");
        }
        var columns = ColumnCards.WorstFirst(card).Where(c => c.Shape is not null).Take(MostColumns).ToList();
        if (columns.Count > 0)
        {
            text.Append("\n## Columns furthest from the real ones\n\n| Column | Kind | Shape | Fresh real rows |\n|---|---|--:|--:|\n");
            foreach (var column in columns)
                text.Append("| ").Append(Escape(Figures.Clip(column.Name, 60))).Append(" | ").Append(Words.Kind(column.Kind)).Append(" | ")
                    .Append(Figures.Score(column.Shape)).Append(" | ").Append(Figures.Score(column.ShapeCeiling)).Append(" |\n");
        }
        if (card.Detector is { Findings.IsEmpty: false } detector)
        {
            text.Append("\n## What gives it away\n\n");
            foreach (var finding in detector.Findings) text.Append("- ").Append(Escape(finding)).Append('\n');
        }
        AttackPanel.Append(text, card);
        LearningPanel.Append(text, card);
        FairnessPanel.Append(text, card);
        text.Append("\n## Where it comes from\n\n");
        text.Append("- ").Append(Figures.Count(card.SyntheticRows)).Append(" synthetic rows beside ").Append(Figures.Count(card.RealRows)).Append(" real ones");
        if (card.HoldoutRows is { } held) text.Append(" and ").Append(Figures.Count(held)).Append(" held out");
        text.Append('\n');
        foreach (var (name, value) in ProvenancePanel.Facts(context)) text.Append("- ").Append(Escape(name)).Append(": ").Append(Escape(value)).Append('\n');
        foreach (var note in card.Notes) text.Append("- ").Append(Escape(note)).Append('\n');
        return text.ToString();
    }

    /// <summary>Text as Markdown text: whatever could become markup, a table's bar or HTML is escaped.</summary>
    internal static string Escape(string data)
    {
        var text = new StringBuilder(data.Length + 8);
        foreach (var c in data)
            switch (c)
            {
                case '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '#' or '~': text.Append('\\').Append(c); break;
                case '<': text.Append("&lt;"); break;
                case '>': text.Append("&gt;"); break;
                case '&': text.Append("&amp;"); break;
                case < ' ': text.Append(' '); break;
                default: text.Append(c); break;
            }
        return text.ToString();
    }
}
