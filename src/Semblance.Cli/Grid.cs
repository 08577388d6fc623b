using System.Globalization;
using System.Text;
using Semblance.Metrics;

namespace Semblance.Cli;

/// <summary>Plain text in columns: reads the same on a terminal, in a pipe and in a log.</summary>
internal static class Grid
{
    /// <summary>Rows of cells, aligned; numbers (cells that begin with a digit or a minus and a digit) to the right.</summary>
    public static string Of(IEnumerable<string[]> rows, string indent = "  ", bool numbersRight = true)
    {
        var all = rows.ToList();
        if (all.Count == 0) return "";
        var widths = new int[all.Max(r => r.Length)];
        foreach (var row in all)
            for (var i = 0; i < row.Length; i++) widths[i] = Math.Max(widths[i], row[i].Length);
        var text = new StringBuilder();
        foreach (var row in all)
        {
            var line = new StringBuilder(indent);
            for (var i = 0; i < row.Length; i++) line.Append(numbersRight && IsNumber(row[i]) ? row[i].PadLeft(widths[i]) : row[i].PadRight(widths[i])).Append("  ");
            text.AppendLine(line.ToString().TrimEnd());
        }
        return text.ToString();
    }

    /// <summary>A scorecard for the terminal: the verdict in words, then every score beside what fresh real rows get.</summary>
    public static string Of(Scorecard card)
    {
        var text = new StringBuilder().AppendLine(card.Verdict.Headline).AppendLine();
        text.Append(Of(card.Verdict.Sections.Select(s => new[] { s.Title, s.Grade.ToString().ToLowerInvariant(), s.Reason }))).AppendLine();
        var rows = new List<string[]> { new[] { "score", "value", "fresh real rows", "" } };
        foreach (var scored in card.Scores)
        {
            var remark = scored.Score.Value is null ? scored.Score.Why ?? "" : scored.Score.Interval is { } i ? $"95 %: {Number(i.Low)} to {Number(i.High)}" : "";
            rows.Add([scored.Name, scored.Score.Value is { } v ? Number(v) : "-", scored.Score.Ceiling is { } c ? Number(c) : "-", remark]);
        }
        return text.Append(Of(rows)).ToString();
    }

    /// <summary>A count with thousands marked.</summary>
    public static string Count(long n) => n.ToString("N0", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static bool IsNumber(string text) => text == "-" || text.Length > 0 && (char.IsAsciiDigit(text[0]) || text.Length > 1 && text[0] == '-' && char.IsAsciiDigit(text[1])) && text.All(c => char.IsAsciiDigit(c) || c is '.' or ',' or '-' or '%' or ' ');
}
