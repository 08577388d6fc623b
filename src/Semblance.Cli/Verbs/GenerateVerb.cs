using System.CommandLine;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Models;
using Semblance.Rules;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance generate</c>: rows from a model file.</summary>
internal static class GenerateVerb
{
    private static readonly Argument<string> Input = new("model") { Description = "A model file" };

    public static Verb Command { get; } = new("generate", "Make rows from a model file, in constant memory", RunAsync)
    {
        Arguments = { Input },
        Options = { SharedOptions.Count, SharedOptions.To, SharedOptions.Seed, SharedOptions.Where, TableOutput.Format, SharedOptions.Threads },
        Examples =
        [
            "semblance generate adult.semblance --count 1000000 --seed 1 --to fake.csv",
            "semblance generate adult.semblance --count 500 --where \"income='>50K' and age>=60\" --to fake.jsonl",
            "semblance generate adult.semblance --count 10 --seed 1 | head",
        ],
    };

    private static async Task<int> RunAsync(Call call)
    {
        using var generator = await ModelCatalog.Default.OpenAsync(call.Get(Input), call.Cancel);
        var count = call.Get(SharedOptions.Count) ?? generator.About.FittedRows;
        if (count <= 0) throw new UsageException($"--count {count}: give a number of rows, at least 1");
        var where = call.Get(SharedOptions.Where);
        if (where is not null) Expression.Parse(where).Bind(generator.Schema);
        var to = call.Get(SharedOptions.To) ?? "-";
        var seed = call.SeedOrDrawn();
        await using (var progress = call.Screen.Progress())
        {
            var run = call.Run(seed, progress);
            await using var writer = TableOutput.Writer(to, call);
            var request = new Request(count) { Where = where is null ? null : new Condition(where) };
            await foreach (var block in generator.StreamAsync(request, run, call.Cancel)) await writer.WriteAsync(block, call.Cancel);
            await writer.CommitAsync(call.Cancel);
        }
        if (to == "-") return ExitCode.Done;
        if (call.Screen.Json) JsonOutput.Write(json => { json.WriteString("file", to); json.WriteNumber("rows", count); json.WriteString("seed", seed.ToString(System.Globalization.CultureInfo.InvariantCulture)); });
        else call.Screen.Note($"wrote {Grid.Count(count)} rows to {to}");
        return ExitCode.Done;
    }
}
