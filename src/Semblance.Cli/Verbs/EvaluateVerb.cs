using System.Collections.Immutable;
using System.CommandLine;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Language;
using Semblance.Metrics;
using Semblance.Models;
using Semblance.Recipes;
using Semblance.Reports;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance evaluate</c>: judges synthetic data, whoever made them.</summary>
internal static class EvaluateVerb
{
    private static readonly Argument<string> Input = new("synthetic") { Description = "The synthetic table" };
    private static readonly Option<string> Against = new("--against") { Description = "The real table it was made from", HelpName = "file" };
    private static readonly Option<string?> Holdout = new("--holdout") { Description = "Real rows the generator never saw; without them several scores have no value", HelpName = "file" };

    private static readonly Option<string?> Fair = new("--fair") { Description = "Judge how groups of these sensitive columns fare: sex, or \"sex, race\"", HelpName = "columns" };

    private static readonly Option<string?> Model = new("--model") { Description = "Also attack this model: it is fitted anew with planted rows, and 16 times to halves of some rows (privacy.canaries, privacy.membership-shadow)", HelpName = "id" };

    public static Verb Command { get; } = new("evaluate", "Judge a synthetic table against the real one", RunAsync)
    {
        Arguments = { Input },
        Options = { Against, Holdout, SharedOptions.Target, Fair, SharedOptions.Quasi, Model, SharedOptions.Set, SharedOptions.Require, SharedOptions.To, SharedOptions.Column, SharedOptions.Seed, SharedOptions.Threads },
        Examples =
        [
            "semblance evaluate fake.csv --against train.csv --holdout test.csv --target income --to report.html",
            "semblance evaluate fake.csv --against train.csv --holdout test.csv --require \"privacy.dcr-share<=0.52 and fidelity.c2st>=0.9\"",
            "semblance evaluate fake.csv --against train.csv --holdout test.csv --target income --fair \"sex, race\"",
            "semblance evaluate fake.csv --against train.csv --holdout test.csv --quasi \"age, zip, sex\"",
            "semblance evaluate fake.csv --against train.csv --holdout test.csv --model cart --set trees=10",
            "semblance evaluate fake.csv --against train.csv --json",
            "semblance evaluate chat.train.jsonl               a file for training: roles in order, no empty turns, no broken pairs",
        ],
    };

    private static async Task<int> RunAsync(Call call)
    {
        if (call.Get(Against) is null)
            return await CorpusLint.IsCorpusAsync(call.Get(Input), call.Cancel) ? await LintAsync(call) : throw new UsageException("--against is missing: The real table it was made from (without it, only files for training can be checked: chats, pairs, prompts)");
        var gates = (call.Get(SharedOptions.Require) ?? []).SelectMany(text => Gate.Parse(text)).ToImmutableArray();
        foreach (var gate in gates) gate.RequireNames([.. MetricCatalog.Default.Metrics.Select(m => m.Name)]);
        if (call.Get(Model) is null && call.Get(SharedOptions.Set) is { Length: > 0 }) throw new UsageException("evaluate: --set is a setting of a model; name it with --model");
        var model = call.Get(Model) is { } id ? new Constrained(ModelCatalog.Default.Create(id, call.Settings(), call.Get(SharedOptions.Target))) : null;
        Scorecard card;
        await using (var progress = call.Screen.Progress())
        {
            var run = call.Run(call.Get(SharedOptions.Seed) ?? 0, progress); // one fixed seed: two evaluations of the same files agree
            var real = await call.ReadAsync(call.Get(Against)!, run, call.Kinds());
            if (call.Get(SharedOptions.Target) is { } target) real.Schema.Require(target, "--target");
            var synthetic = await ReadLikeAsync(call.Get(Input), real.Schema, run, call);
            var holdout = call.Get(Holdout) is { } file ? await ReadLikeAsync(file, real.Schema, run, call) : null;
            var evidence = new Evidence<Table>(real, synthetic) { Holdout = holdout, Target = call.Get(SharedOptions.Target), Sensitive = call.Get(Fair), Quasi = call.Get(SharedOptions.Quasi), Model = model };
            card = await evidence.EvaluateAsync(run, ct: call.Cancel);
        }
        var results = gates.Select(g => g.Check(card)).ToImmutableArray();
        if (call.Get(SharedOptions.To) is { } to)
        {
            await card.WriteAsync(to, new ReportContext { Title = Path.GetFileNameWithoutExtension(call.Get(Input)), Facts = [new ReportFact("Command", call.Typed)] }, call.Cancel);
            call.Screen.Note($"wrote {to}");
        }
        if (call.Screen.Json) JsonOutput.Write(json => { json.Gates(results); json.Scores(card); });
        else call.Screen.Out.Write(Grid.Of(card));
        call.Screen.Tell(results);
        return results.All(g => g.Met) ? ExitCode.Done : ExitCode.GateNotMet;
    }

    /// <summary>A file for training is linted: the order of roles, empty turns, broken pairs.</summary>
    private static async Task<int> LintAsync(Call call)
    {
        var findings = await CorpusLint.CheckAsync(call.Get(Input), call.Cancel);
        if (call.Screen.Json) JsonOutput.Write(json =>
        {
            json.WriteStartArray("findings");
            foreach (var finding in findings)
            {
                json.WriteStartObject();
                json.WriteNumber("line", finding.Line);
                json.WriteString("what", finding.What);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
        else
        {
            foreach (var finding in findings) call.Screen.Out.WriteLine($"line {finding.Line}: {finding.What}");
            call.Screen.Out.WriteLine(findings.IsEmpty ? "Nothing is wrong: roles are in order, no turn is empty, no pair is broken." : $"{findings.Length} lines can't be trained on as they are.");
        }
        return findings.IsEmpty ? ExitCode.Done : ExitCode.GateNotMet;
    }

    /// <summary>Reads a table under the real one's kinds, as far as it has those columns: a judge compares like with like.</summary>
    private static async Task<Table> ReadLikeAsync(string path, Schema real, Run run, Call call)
    {
        var names = (await Table.InferSchemaAsync(path, new TableOptions(), run, call.Cancel)).Columns.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        var shared = new Schema([.. real.Columns.Where(c => names.Contains(c.Name))]);
        return await Table.ReadAsync(path, new TableOptions { Schema = shared }, run, call.Cancel);
    }
}
