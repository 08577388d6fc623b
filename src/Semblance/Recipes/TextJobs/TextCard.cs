using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Semblance.Language;

namespace Semblance.Recipes;

/// <summary>The card of a corpus: what a hub reads at its top, and what a person reads below.</summary>
internal static class TextCard
{
    public static string Of(TextJob job, TextRunResult result, ImmutableArray<(string Name, long Rows)> exported)
    {
        var card = new StringBuilder("---\n");
        card.Append(CultureInfo.InvariantCulture, $"pretty_name: {RecipeWriter.Quote(job.Title)}\n");
        if (job.License is { } license) card.Append(CultureInfo.InvariantCulture, $"license: {RecipeWriter.Quote(license)}\n");
        List("language", job.Languages);
        List("tags", ["synthetic", "semblance"]);
        card.Append(CultureInfo.InvariantCulture, $"size_categories:\n- {Size(result.Accepted)}\n");
        card.Append("configs:\n- config_name: default\n  data_files:\n  - split: train\n    path: data.jsonl\n");
        foreach (var export in job.Exports)
        {
            card.Append(CultureInfo.InvariantCulture, $"- config_name: {export.Name}\n  data_files:\n");
            foreach (var (file, split) in export.Files.Zip(export.Splits.IsEmpty ? ["train"] : export.Splits.Select(s => s.Name)))
                card.Append(CultureInfo.InvariantCulture, $"  - split: {split}\n    path: {file}\n");
        }
        card.Append(CultureInfo.InvariantCulture, $"---\n\n# {job.Title}\n\n");
        card.Append(CultureInfo.InvariantCulture, $"Synthetic texts: {result.Accepted} rows written by language models with Semblance, of {result.Attempted} attempts; none of them is a message of a real person unless a model or a seed repeats one.\n");
        if (result.Shortfall is { } why) card.Append(CultureInfo.InvariantCulture, $"\n**Fewer rows than asked for:** {why}.\n");
        card.Append("\n## Columns\n\n| Column | Made by | Model |\n|---|---|---|\n");
        foreach (var column in job.Columns.Where(c => c.Keep))
            card.Append(CultureInfo.InvariantCulture, $"| `{column.Name}` | {column.Word} | {column.Load.Model?.Model ?? ""} |\n");
        card.Append("\n## How it was made\n\n");
        foreach (var use in JobEngine.Uses(job).DistinctBy(u => u.Name))
            card.Append(CultureInfo.InvariantCulture, $"- `{use.Model}` of a provider of kind {job.Providers.First(p => p.Name == use.Provider).Kind}, temperature {use.Temperature?.ToString(CultureInfo.InvariantCulture) ?? "as the provider has it"}, at most {use.MaxTokens} tokens an answer\n");
        card.Append("- `job.yaml` holds every prompt, schema and check; `lineage.jsonl` names the seed and the requests of every row; `ledger.jsonl` tells of every attempt\n");
        card.Append("\n## Attempts\n\n| Outcome | Attempts |\n|---|---:|\n");
        card.Append(CultureInfo.InvariantCulture, $"| accepted | {result.Accepted} |\n");
        foreach (var r in result.Rejected.OrderByDescending(r => r.Count)) card.Append(CultureInfo.InvariantCulture, $"| rejected by `{r.Column}`: {r.Reason} | {r.Count} |\n");
        card.Append(CultureInfo.InvariantCulture, $"| **all** | {result.Attempted} |\n");
        if (!result.Usage.IsEmpty)
        {
            card.Append("\n## What it took\n\n| Column | Answers | Tokens in | Tokens out | Cost |\n|---|---:|---:|---:|---:|\n");
            foreach (var (column, usage) in result.Usage) card.Append(CultureInfo.InvariantCulture, $"| `{column}` | {usage.Answers} | {usage.InputTokens} | {usage.OutputTokens} | {usage.Cost:0.####} |\n");
            if (result.Accepted > 0) card.Append(CultureInfo.InvariantCulture, $"\nCost per accepted row: {result.Cost / result.Accepted:0.######}\n");
        }
        if (!exported.IsEmpty)
        {
            card.Append("\n## Files for training\n\n| File | Rows |\n|---|---:|\n");
            foreach (var (name, rows) in exported) card.Append(CultureInfo.InvariantCulture, $"| `{name}` | {rows} |\n");
        }
        return card.Append("\n## Limits\n\nModels repeat what they have read, favour what is common, and state falsehoods fluently. The checks of the job bound that; they do not end it. Terms of the models' makers may bound what these texts may train.\n").ToString();

        void List(string key, IEnumerable<string> values)
        {
            var all = values.ToArray();
            if (all.Length > 0) card.Append(key).Append(":\n").AppendJoin("", all.Select(v => $"- {v}\n"));
        }
    }

    private static string Size(long rows) => rows switch { < 1_000 => "n<1K", < 10_000 => "1K<n<10K", < 100_000 => "10K<n<100K", < 1_000_000 => "100K<n<1M", < 10_000_000 => "1M<n<10M", _ => "10M<n<100M" };
}
