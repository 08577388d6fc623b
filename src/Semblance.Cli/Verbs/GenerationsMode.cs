using System.CommandLine;
using System.Globalization;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Models;
using Semblance.Recipes;
using Semblance.Reports;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance refine --generations</c>: models that learn from models, and what is lost on the way.</summary>
internal static class GenerationsMode
{
    private const string Page = "generations.html", Numbers = "generations.json";

    public static readonly Option<int?> Generations = new("--generations") { Description = "Instead of searching: let this many models learn one after another, each from the rows of those before, and show what is lost", HelpName = "n" };
    public static readonly Option<string?> Keep = new("--keep") { Description = "What the next model learns from: replace (the last made rows alone; with --refresh the new rows alone) or accumulate (made rows too, beside all real ones there are). Default: replace", HelpName = "replace|accumulate" };

    /// <summary>Options that go with it.</summary>
    public static readonly Option[] Options = [Generations, Keep, SharedOptions.To, SharedOptions.Target, RefineVerb.Families, SharedOptions.Seed, SharedOptions.Count, RunVerb.Holdout, SharedOptions.Column, SharedOptions.Threads];

    public static async Task<int> RunAsync(string input, Call call)
    {
        var to = call.Get(SharedOptions.To) ?? throw new UsageException("refine --generations: say where the report goes: --to out/");
        var number = call.Get(Generations)!.Value;
        if (number is < 1 or > Semblance.Generations.MostGenerations) throw new UsageException($"--generations {number}: give 1 to {Semblance.Generations.MostGenerations}");
        var rows = call.Get(SharedOptions.Count) ?? Semblance.Generations.MostRows;
        if (rows is < 1 or > int.MaxValue) throw new UsageException($"--count {rows}: give a number of rows for each generation, at least 1");
        var keep = Kept(call) ?? KeptRows.Replace;
        var families = call.Get(RefineVerb.Families) ?? [];
        if (families.Length > 1) throw new UsageException("refine --generations: every generation is of one model; give --model once");
        var target = call.Get(SharedOptions.Target);
        var model = ModelCatalog.Default.Create(families.Length == 1 ? families[0] : "cart", target: target);
        var (share, file) = HoldoutOf(call);
        using var folder = StagedFolder.Create(to);
        var seed = call.SeedOrDrawn();
        GenerationTrail trail;
        await using (var progress = call.Screen.Progress())
        {
            var run = call.Run(seed, progress);
            var real = await call.ReadAsync(input, run, call.Kinds());
            if (target is not null) real.Schema.Require(target, "--target");
            var (train, holdout) = file is null ? real.Split(1 - share, run) : (real, await Table.ReadAsync(file, new TableOptions { Schema = real.Schema }, run, call.Cancel));
            trail = await train.GenerationsAsync(model, holdout, number, keep, run, target, (int)rows, call.Cancel);
        }
        await trail.WriteAsync(folder.PathOf(Page), new ReportContext { Title = Path.GetFileNameWithoutExtension(input), Facts = [new("Command", call.Typed), new("Seed", seed.ToString(CultureInfo.InvariantCulture))] }, call.Cancel);
        await trail.WriteAsync(folder.PathOf(Numbers), null, call.Cancel);
        folder.Commit(Page, Numbers);
        if (call.Screen.Json) call.Screen.Out.Write(trail.ToJson());
        else Tell(trail, to, call.Screen);
        return ExitCode.Done;
    }

    /// <summary>What --keep says, or null.</summary>
    public static KeptRows? Kept(Call call) => call.Get(Keep) switch
    {
        null => null,
        "replace" => KeptRows.Replace,
        "accumulate" => KeptRows.Accumulate,
        var word => throw new UsageException($"--keep {word}: give replace or accumulate"),
    };

    private static (double Share, string? File) HoldoutOf(Call call)
    {
        if (call.Get(RunVerb.Holdout) is not { } text) return (0.2, null);
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var share)) return (0, text);
        return share is > 0 and < 1 ? (share, null) : throw new UsageException($"--holdout {text}: give a share between 0 and 1, or a file of real rows");
    }

    private static void Tell(GenerationTrail trail, string to, Screen screen)
    {
        var measures = GenerationTrail.Measures.Where(m => trail.Generations[0].Scores[m.Name].Value is not null).ToArray();
        List<string[]> rows = [["generation", "learned from", .. measures.Select(m => m.Title.ToLowerInvariant())]];
        foreach (var generation in trail.Generations)
            rows.Add([generation.Number.ToString(CultureInfo.InvariantCulture), Grid.Count(generation.FittedRows), .. measures.Select(m => Number(generation.Scores[m.Name].Value))]);
        rows.Add(["fresh real rows", "-", .. measures.Select(m => Number(trail.Generations[0].Scores[m.Name].Ceiling))]);
        screen.Out.WriteLine(trail.Headline);
        screen.Out.WriteLine();
        screen.Out.Write(Grid.Of(rows));
        foreach (var note in trail.Notes) screen.Note(note);
        screen.Note($"wrote {Path.Combine(to, Page)} and {Numbers}");
    }

    private static string Number(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";
}
