using System.Globalization;
using System.Text;
using Semblance.Recipes;

namespace Semblance.Cli;

/// <summary>A plan for the terminal.</summary>
internal static class PlanText
{
    public static string Of(RunPlan plan, ulong? seed)
    {
        var text = new StringBuilder("Nothing was written. The recipe is sound; this is what `semblance run` would do:\n\n");
        List<string[]> rows = [["step", "rows", "seconds", ""]];
        rows.AddRange(plan.Steps.Select(s => new[] { s.Name, s.Rows > 0 ? Grid.Count(s.Rows) : "-", Seconds(s.Seconds), s.What }));
        text.Append(Grid.Of(rows)).Append('\n');
        text.Append(Grid.Of(
        [
            ["columns", Grid.Count(plan.Columns)],
            ["model", plan.Recipe.Model + string.Concat(plan.Settings.Select(s => $" {s.Key}={(s.Value.Length > 0 ? s.Value : "(none)")}"))],
            ["gates", plan.Gates.IsEmpty ? "none" : string.Join("; ", plan.Gates.Select(g => g.Text))],
            ["seed", seed?.ToString(CultureInfo.InvariantCulture) ?? "drawn when it runs"],
            ["results", plan.Folder],
        ], numbersRight: false)).Append('\n');
        return text.Append(CultureInfo.InvariantCulture, $"Forecast, on {plan.Threads} free cores: {Seconds(plan.Seconds)} s, {Size(plan.MemoryBytes)} of memory, {Size(plan.OutputBytes)} of results.\n").ToString();
    }

    private static string Seconds(double seconds) => seconds.ToString(seconds < 10 ? "0.0" : "0", CultureInfo.InvariantCulture);

    private static string Size(long bytes) => bytes < 10_000_000 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB") : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N0} MB");
}
