using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Semblance.Formats;
using Semblance.Provenance;
using Semblance.Models;
using Semblance.Recipes;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance run</c>: the whole loop.</summary>
internal static class RunVerb
{
    private static readonly Argument<string> Input = new("input") { Description = "A table (.csv, .tsv, .jsonl, each also .gz) or a recipe (.yaml)" };
    internal static readonly Option<string?> Holdout = new("--holdout") { Description = "Share of the rows kept from the model to judge it, or a file of real rows. Default: 0.2", HelpName = "share|file" };

    internal static readonly Option<bool> DryRun = new("--dry-run") { Description = "Check everything, say what would be done and forecast time, memory and size; write nothing" };

    internal static readonly Option<bool> Again = new("--again") { Description = "Do the work again even where the folder already holds what would come out" };
    private static readonly Option<bool> Match = new("--match") { Description = "Choose, from five times as many rows, those whose counts of one, two and three columns come nearest to the real ones; in memory" };

    private static readonly Option<bool> Mix = new("--mix") { Description = "Also write the real rows learned from and synthetic ones together, in the ratio that predicts the target best: mixed.csv, which holds real rows" };

    public static Verb Command { get; } = new("run", "Do the whole job: read, fit, generate, judge, report", RunAsync)
    {
        Arguments = { Input },
        Options =
        {
            SharedOptions.To, SharedOptions.As, SharedOptions.Target, SharedOptions.Model, SharedOptions.Set, SharedOptions.Budget, SharedOptions.Prefer, SharedOptions.Seed, SharedOptions.Count, Holdout, SharedOptions.Column, SharedOptions.Constraint, SharedOptions.Where, SharedOptions.Balance, SharedOptions.Fair, SharedOptions.Quasi, Match, Mix, SharedOptions.Require, DryRun, Again, SharedOptions.Threads,
        },
        Examples =
        [
            "semblance run adult.csv --target income --to out/",
            "semblance run adult.csv --target income --to out/ --seed 1 --require \"privacy.dcr-share<=0.52\"",
            "semblance run adult.csv --target income --fair sex --to out/",
            "semblance run adult.recipe.yaml",
            "semblance run adult.recipe.yaml --dry-run         checks, plans and forecasts; writes nothing",
            "semblance run adult.recipe.yaml                   again: goes on where it was interrupted",
            "semblance run out/recipe.yaml --to again/         the same bytes again",
            "semblance run job.yaml --count 5 --to out/        a text job: a preview; without --count the whole, nothing paid twice",
        ],
    };

    private static async Task<int> RunAsync(Call call)
    {
        var input = call.Get(Input);
        if (input == "-") throw new UsageException("run needs a file, not stdin: its recipe and its proof name the data they came from");
        if (await TextRun.FindAsync(input, call.Cancel) is { } job)
            return await TextRun.DoAsync(job, Command!.Options.Except([SharedOptions.To, SharedOptions.Seed, SharedOptions.Count, SharedOptions.Threads, DryRun]), call);
        var recipe = RecipeReader.IsRecipe(input) ? await RecipeReader.ReadAsync(input, call.Cancel) : new Recipe { Data = input };
        return await DoAsync(Overridden(recipe, call), "run", call);
    }

    /// <summary>Plans a recipe, or runs it and says what came out; the exit code tells whether the gates hold.</summary>
    internal static async Task<int> DoAsync(Recipe recipe, string verb, Call call)
    {
        if (recipe.To is null) throw new UsageException($"{verb}: say where the results go: --to out/");
        if (call.Get(DryRun)) return await PlanAsync(recipe, call);
        if (!call.Get(Again) && await recipe.FinishedAsync(call.Cancel) is { } finished) return Unchanged(finished, recipe.To, call.Screen);
        recipe = recipe with { Seed = recipe.Seed ?? await InterruptedSeedAsync(recipe, call) ?? call.SeedOrDrawn() };

        RunResult result;
        try
        {
            await using var progress = call.Screen.Progress();
            result = await recipe.RunAsync(call.Run(recipe.Seed.Value, progress), call.Typed, call.Cancel);
        }
        catch (OperationCanceledException) when (call.Cancel.IsCancellationRequested && StagedFolder.KeyIn(recipe.To) is { Length: > 0 })
        {
            call.Screen.Note($"cancelled; what is done is kept in {Path.Combine(recipe.To, StagedFolder.Hidden)}, and the same command goes on from it");
            return ExitCode.Cancelled;
        }
        if (call.Screen.Json) WriteJson(result);
        else WriteText(result, recipe.To, call.Screen);
        call.Screen.Tell(result.Gates);
        if (result.Withheld) Console.Error.WriteLine("semblance: a privacy gate was not met: neither the data nor the model were given out");
        return result.Passed ? ExitCode.Done : ExitCode.GateNotMet;
    }

    /// <summary>A drawn seed would be another one in the run: none is drawn here, and the plan is the same for all but the rows that are held out.</summary>
    private static async Task<int> PlanAsync(Recipe recipe, Call call)
    {
        RunPlan plan;
        await using (var progress = call.Screen.Progress())
            plan = await recipe.PlanAsync(call.Run(recipe.Seed ?? 0, progress), call.Cancel);
        if (call.Screen.Json) JsonOutput.Write(json => json.Plan(plan, recipe.Seed));
        else call.Screen.Out.Write(PlanText.Of(plan, recipe.Seed));
        return ExitCode.Done;
    }

    /// <summary>What is typed wins over what the recipe says.</summary>
    internal static Recipe Overridden(Recipe recipe, Call call)
    {
        if (call.Get(SharedOptions.Count) is <= 0 and { } count) throw new UsageException($"--count {count}: give a number of rows, at least 1");
        recipe = recipe with
        {
            To = call.Get(SharedOptions.To) ?? recipe.To,
            Target = call.Get(SharedOptions.Target) ?? recipe.Target,
            Model = call.Model() ?? recipe.Model,
            Set = recipe.Set.SetItems(call.Settings()),
            Budget = call.Budget() is null ? recipe.Budget : call.Get(SharedOptions.Budget),
            Count = call.Get(SharedOptions.Count) ?? recipe.Count,
            Seed = call.Get(SharedOptions.Seed) ?? recipe.Seed,
            Columns = recipe.Columns.SetItems(call.Kinds()),
            Constraints = recipe.Constraints.AddRange(call.Get(SharedOptions.Constraint) ?? []),
            Where = call.Get(SharedOptions.Where) ?? recipe.Where,
            Balance = call.Get(SharedOptions.Balance) ?? recipe.Balance,
            Fair = call.Get(SharedOptions.Fair) ?? recipe.Fair,
            Quasi = call.Get(SharedOptions.Quasi) ?? recipe.Quasi,
            Match = call.Get(Match) || recipe.Match,
            Mix = recipe.Mix ?? (call.Get(Mix) ? new MixWish() : null),
            Require = recipe.Require.AddRange(call.Get(SharedOptions.Require) ?? []),
            Threads = call.Get(SharedOptions.Threads) ?? recipe.Threads,
        };
        if (call.Get(Holdout) is not { } holdout) return recipe;
        if (!double.TryParse(holdout, NumberStyles.Float, CultureInfo.InvariantCulture, out var share)) return recipe with { HoldoutFile = holdout };
        return share is > 0 and < 1 ? recipe with { HoldoutShare = share, HoldoutFile = null } : throw new UsageException($"--holdout {holdout}: give a share between 0 and 1, or a file of real rows");
    }

    private static async Task<ulong?> InterruptedSeedAsync(Recipe recipe, Call call)
    {
        var seed = await recipe.InterruptedSeedAsync(call.Cancel);
        if (seed is not null) call.Screen.Note($"seed {seed} (that of the interrupted run; give --seed for another)");
        return seed;
    }

    /// <summary>Nothing to do: what would come out lies there already.</summary>
    private static int Unchanged(Manifest manifest, string to, Screen screen)
    {
        var passed = manifest.Gates.All(g => g.Met);
        if (screen.Json) JsonOutput.Write(json =>
        {
            json.WriteBoolean("unchanged", true);
            json.WriteString("folder", Path.GetFullPath(to));
            json.WriteString("seed", manifest.Seed);
            json.WriteString("model", manifest.Model!.Id);
            json.WriteNumber("fittedRows", manifest.Model.FittedRows);
            json.WriteNumber("rows", manifest.Request!.Produced);
            json.WriteBoolean("passed", passed);
            json.WriteBoolean("withheld", !manifest.Withheld.IsEmpty);
            json.WriteStartArray("gates");
            foreach (var gate in manifest.Gates)
            {
                json.WriteStartObject();
                json.WriteString("gate", gate.Text);
                json.WriteBoolean("met", gate.Met);
                json.WriteString("why", gate.Why);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.Texts("files", manifest.Outputs.Select(o => o.Name).Append(Manifest.FileName));
        });
        else screen.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Nothing has changed since {manifest.Created:yyyy-MM-dd HH:mm} UTC: {to} holds what this recipe gives, every file as it was made. --again does the work again."));
        foreach (var gate in manifest.Gates.Where(g => !g.Met)) Console.Error.WriteLine($"semblance: not met: {gate.Text} ({gate.Why})");
        return passed ? ExitCode.Done : ExitCode.GateNotMet;
    }

    private static void WriteText(RunResult result, string to, Screen screen)
    {
        var manifest = result.Manifest;
        screen.Out.WriteLine();
        screen.Out.Write(Grid.Of(result.Card));
        screen.Out.WriteLine();
        screen.Out.WriteLine($"{Grid.Count(manifest.Model!.FittedRows)} rows learned from by `{manifest.Model.Id}`, {Grid.Count(manifest.Request!.Produced)} made, seed {manifest.Seed}.");
        if (result.Recipe.Refine is not null) screen.Out.WriteLine($"refine found `model: {manifest.Model.Id}`{Found(manifest.Model)}; the report shows every attempt.");
        if (result.Fairness is { } fairness) screen.Out.WriteLine(fairness.ToString());
        if (result.Mix is { } mix) screen.Out.WriteLine("mix: " + mix.Said);
        foreach (var output in manifest.Outputs.Select(o => o.Name).Append(Manifest.FileName))
            screen.Out.WriteLine("  " + Path.Combine(to, output) + (output switch { RunResult.ReportFile => "   (read this first)", RunResult.MixFile => "   (holds real rows)", _ => "" }));
    }

    private static string Found(Provenance.ManifestModel model)
    {
        var defaults = ModelSettings.Of(ModelCatalog.Default.Create(model.Id));
        var differ = model.Spec.Where(s => s.Key != "target" && defaults[s.Key] != s.Value).Select(s => $"{s.Key}: {(s.Value.Contains(':') ? $"\"{s.Value}\"" : s.Value)}").ToArray();
        return differ.Length == 0 ? ", as it is" : $" with `set: {{ {string.Join(", ", differ)} }}`";
    }

    private static void WriteJson(RunResult result) => JsonOutput.Write(json =>
    {
        json.WriteString("folder", result.Folder);
        json.WriteString("seed", result.Manifest.Seed);
        json.WriteString("model", result.Manifest.Model!.Id);
        json.WriteNumber("fittedRows", result.Manifest.Model.FittedRows);
        json.WriteNumber("rows", result.Manifest.Request!.Produced);
        json.WriteBoolean("passed", result.Passed);
        json.WriteBoolean("withheld", result.Withheld);
        if (result.Fairness is { } fairness) json.Fairness(fairness);
        if (result.Mix is { } mix)
        {
            json.WriteStartObject("mix");
            json.WriteNumber("ratio", mix.Ratio);
            json.WriteNumber("realRows", mix.RealRows);
            json.WriteNumber("syntheticRows", mix.SyntheticRows);
            json.WriteString("said", mix.Said);
            json.WriteEndObject();
        }
        json.Gates(result.Gates);
        json.Scores(result.Card);
        json.Texts("files", result.Manifest.Outputs.Select(o => o.Name).Append(Manifest.FileName));
    });
}
