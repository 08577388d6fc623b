using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Semblance.Worlds;

/// <summary>What a world's data were held against, and how they did.</summary>
/// <param name="Pack">Name of the pack.</param>
/// <param name="AboutPack">What it simulates.</param>
/// <param name="Settings">Values of its parameters.</param>
/// <param name="Rows">Rows of each table.</param>
/// <param name="Targets">Targets and what was measured.</param>
public sealed record RealismReport(string Pack, string AboutPack, ImmutableSortedDictionary<string, string> Settings, ImmutableArray<KeyValuePair<string, long>> Rows, ImmutableArray<MeasuredTarget> Targets)
{
    /// <summary>Name of the report's file beside the tables.</summary>
    public const string FileName = "realism.md";

    /// <summary>The report as Markdown.</summary>
    public string ToMarkdown(Seed seed)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Realism of `{Pack}`\n\n{AboutPack}\n\nSimulated, not real: seed {seed}; {string.Join(", ", Settings.Select(s => $"{s.Key} {s.Value}"))}.\n\n");
        text.Append("| table | rows |\n|---|---:|\n");
        foreach (var (table, rows) in Rows) text.Append(CultureInfo.InvariantCulture, $"| {table} | {rows} |\n");
        text.Append("\n## Targets\n\n");
        if (Targets.IsEmpty) text.Append("The pack names none: it is uncalibrated.\n");
        else
        {
            text.Append("| what | measured | from | to | | source |\n|---|---:|---:|---:|---|---|\n");
            foreach (var (target, value) in Targets)
                text.Append(CultureInfo.InvariantCulture, $"| {Cell(target.Measure)} | {(value is { } v ? Figure(v) : "nothing to measure")} | {Figure(target.Min)} | {Figure(target.Max)} | {(value is null ? "not measured" : value >= target.Min && value <= target.Max ? "met" : "**missed**")} | {Cell(target.Source ?? "assumption of the pack")} |\n");
        }
        return text.ToString();
    }

    private static string Figure(double value) => value.ToString(Math.Abs(value) is >= 1000 or 0 ? "0" : Math.Abs(value) < 0.01 ? "0.00000" : "0.###", CultureInfo.InvariantCulture);

    private static string Cell(string text) => text.Replace('|', '/').ReplaceLineEndings(" ");
}
