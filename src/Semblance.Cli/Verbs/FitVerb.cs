using System.Collections.Immutable;
using System.CommandLine;
using Semblance.Models;
using Semblance.Rules;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance fit</c>: a model file from a table.</summary>
internal static class FitVerb
{
    private static readonly Argument<string> Input = new("input") { Description = "The real table; - reads stdin" };

    public static Verb Command { get; } = new("fit", "Fit a model to a table and keep it in a file", RunAsync)
    {
        Arguments = { Input },
        Options = { SharedOptions.To, SharedOptions.Model, SharedOptions.Set, SharedOptions.Budget, SharedOptions.Prefer, SharedOptions.As, SharedOptions.Target, SharedOptions.Seed, SharedOptions.Column, SharedOptions.Constraint, SharedOptions.Threads },
        Examples =
        [
            "semblance fit train.csv --to adult.semblance",
            "semblance fit train.csv --model cart --target income --seed 1 --to adult.semblance",
            "semblance fit train.csv --target income --budget 60s --to adult.semblance",
            "semblance fit train.csv --constraint \"admitted <= discharged\" --constraint \"unique(visit_id)\" --to clinic.semblance",
            "semblance fit corpus.csv --as text --target label --to corpus.semblance",
            "semblance fit train.csv --column zip=category --column note=text --to adult.semblance",
        ],
    };

    private static async Task<int> RunAsync(Call call)
    {
        var to = call.Get(SharedOptions.To) ?? throw new UsageException("fit: say where the model goes: --to name.semblance");
        var id = call.Model() ?? ModelCatalog.Default.DefaultId;
        var model = ModelCatalog.Default.Create(id, call.Settings(), call.Get(SharedOptions.Target));
        var constraints = (call.Get(SharedOptions.Constraint) ?? []).Select(Constraint.Parse).ToImmutableArray();
        About about;
        await using (var progress = call.Screen.Progress())
        {
            var run = call.Run(call.SeedOrDrawn(), progress) with { Budget = call.Budget() };
            var table = await call.ReadAsync(call.Get(Input), run, call.Kinds());
            if (call.Get(SharedOptions.Target) is { } target) table.Schema.Require(target, "--target");
            if (call.Get(SharedOptions.As) == "text" && !table.Schema.Columns.Any(c => c.Kind == ColumnKind.Text))
                throw new UsageException("--as text: no column of the table looks like free text; say which one is: --column review=text");
            using var generator = await table.FitAsync(new Constrained(model) { Constraints = constraints }, run, call.Cancel);
            await generator.SaveAsync(to, call.Cancel);
            about = generator.About;
        }
        if (call.Screen.Json) JsonOutput.Write(json => { json.WriteString("file", to); json.About(about); });
        else
        {
            call.Screen.Note($"wrote {to}: `{about.Model}`, learned from {Grid.Count(about.FittedRows)} rows");
            foreach (var note in about.Notes) call.Screen.Note(note);
        }
        return ExitCode.Done;
    }
}
