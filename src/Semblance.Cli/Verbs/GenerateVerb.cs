using System.CommandLine;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Models;
using Semblance.Recipes;
using Semblance.Rules;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance generate</c>: rows from a model file.</summary>
internal static class GenerateVerb
{
    private static readonly Argument<string> Input = new("model") { Description = "A model file, a rules file (.yaml), or a pack: its name or file" };

    private static readonly Option<string?> Complete = new("--complete") { Description = "Fill the missing cells of this table instead of making new rows; present cells stay as they are", HelpName = "file" };

    private static readonly Option<string?> Match = new("--match") { Description = "Choose, from five times as many rows, those whose counts of one, two and three columns come nearest to this real table; in memory", HelpName = "file" };

    /// <summary>Options that rules have no use for.</summary>
    private static readonly Option[] Refused = [SharedOptions.Where, SharedOptions.Balance, SharedOptions.Fair, SharedOptions.Target, Complete, Match];

    public static Verb Command { get; } = new("generate", "Make rows from a model file, a rules file or a pack, in constant memory", RunAsync)
    {
        Arguments = { Input },
        Options = { SharedOptions.Count, SharedOptions.To, SharedOptions.Seed, SharedOptions.Where, SharedOptions.Balance, SharedOptions.Fair, SharedOptions.Target, Complete, Match, SharedOptions.Set, TableOutput.Format, SharedOptions.Threads },
        Examples =
        [
            "semblance generate adult.semblance --count 1000000 --seed 1 --to fake.csv",
            "semblance generate adult.semblance --count 500 --where \"income='>50K' and age>=60\" --to fake.jsonl",
            "semblance generate adult.semblance --count 10000 --balance \"sex, income\" --to even.csv",
            "semblance generate adult.semblance --fair sex --target income --to fair.csv",
            "semblance generate adult.semblance --complete holes.csv --to whole.csv",
            "semblance generate adult.semblance --match train.csv --to near.csv",
            "semblance generate adult.semblance --count 10 --seed 1 | head",
            "semblance generate shop.rules.yaml --seed 1 --to shop/",
            "semblance generate shop.rules.yaml --count 100000 --seed 1 --to shop.sqlite",
            "semblance generate network --set hosts=200 --set hours=2 --seed 1 --to out/",
            "semblance generate payments --set customers=20000 --set days=60 --seed 1 --to bank/",
        ],
    };

    private static async Task<int> RunAsync(Call call)
    {
        if (NetworkOutput.Pack(call.Get(Input)) is { } network) return await NetworkOutput.RunAsync(network, Refused, call);
        using var opened = await Opening.OpenAsync(call.Get(Input), call.Cancel);
        if (opened.Rules is { } rules)
        {
            if (Refused.FirstOrDefault(o => call.Parsed.GetResult(o) is not null) is { } option) throw new UsageException($"{option.Name} is for models: rules say themselves what is made; write it into {call.Get(Input)}");
            return await RulesOutput.RunAsync(rules, call);
        }
        if (opened.Pack is { } pack)
        {
            if (Refused.FirstOrDefault(o => call.Parsed.GetResult(o) is not null) is { } option) throw new UsageException($"{option.Name} is for models: what a world is like is said by --set; `semblance show {call.Get(Input)}` names its parameters");
            return await WorldOutput.RunAsync(pack, call);
        }
        if (call.Parsed.GetResult(SharedOptions.Set) is not null) throw new UsageException("--set is for packs: the settings of a model are chosen when it is fitted");
        var generator = opened.Model!;
        var holes = call.Get(Complete);
        if (holes is not null && (call.Get(SharedOptions.Count) is not null || call.Get(SharedOptions.Where) is not null || call.Get(SharedOptions.Balance) is not null || call.Get(SharedOptions.Fair) is not null))
            throw new UsageException("--complete fills the rows there are: leave --count, --where, --balance and --fair out");
        var fair = FairnessOf(call, generator.About);
        var match = call.Get(Match);
        if (match is not null && (holes is not null || call.Get(SharedOptions.Where) is not null || call.Get(SharedOptions.Balance) is not null || fair is not null))
            throw new UsageException("--match makes rows as frequent as the real ones: leave --complete, --where, --balance and --fair out");
        if (holes is "-") throw new UsageException("--complete needs a file, not stdin: it is read more than once");
        var count = call.Get(SharedOptions.Count) ?? generator.About.FittedRows;
        if (count <= 0) throw new UsageException($"--count {count}: give a number of rows, at least 1");
        var request = new Request(count) { Where = call.Get(SharedOptions.Where) is { } where ? new Condition(where) : null, Balance = call.Get(SharedOptions.Balance) is { } balance ? new Balance(balance) : null, Fair = fair };
        request.Where?.Bind(generator.Schema);
        request.Balance?.Bind(generator.Schema);
        fair?.Bind(generator.Schema);
        var to = call.Get(SharedOptions.To) ?? "-";
        var seed = call.SeedOrDrawn();
        IReadOnlyList<string> notes = [];
        await using (var progress = call.Screen.Progress())
        {
            var run = call.Run(seed, progress);
            await using var writer = TableOutput.Writer(to, call);
            if (match is not null)
            {
                var real = await Table.ReadAsync(match, new TableOptions { Schema = generator.Schema }, run, call.Cancel);
                await writer.WriteAsync(await generator.MatchedAsync(real, count, new Matching(), run, call.Cancel), call.Cancel);
            }
            var blocks = match is not null ? AsyncEnumerable.Empty<Table>() : holes is null ? generator.StreamAsync(request, run, call.Cancel) : generator.CompleteAsync(generator.ReadHolesAsync(holes, run, call.Cancel), run, call.Cancel);
            await foreach (var block in blocks) await writer.WriteAsync(block, call.Cancel);
            await writer.CommitAsync(call.Cancel);
            count = writer.Rows;
            if (progress is not null) notes = progress.Notes;
        }
        if (to == "-") return ExitCode.Done;
        if (call.Screen.Json) JsonOutput.Write(json => { json.WriteString("file", to); json.WriteNumber("rows", count); json.WriteString("seed", seed.ToString(System.Globalization.CultureInfo.InvariantCulture)); json.Texts("notes", notes); });
        else call.Screen.Note($"wrote {Grid.Count(count)} rows to {to}");
        return ExitCode.Done;
    }

    /// <summary>The target is the one given, or the one the model was fitted with.</summary>
    private static Fairness? FairnessOf(Call call, About about)
    {
        var target = call.Get(SharedOptions.Target);
        if (call.Get(SharedOptions.Fair) is not { } sensitive) return target is null ? null : throw new UsageException("--target says what is to be made independent of the columns of --fair; give that, too, or leave it out");
        if (call.Get(SharedOptions.Balance) is not null) throw new UsageException("--fair and --balance both set how often each group occurs; give one of them");
        return new(target ?? (about.Spec.TryGetValue("target", out var own) && own.Length > 0 ? own : throw new UsageException("--fair: say which column is to be independent: --target income")), sensitive);
    }
}
