using System.CommandLine;
using System.Globalization;
using Semblance.Language;
using Semblance.Recipes;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance run</c> of a text job.</summary>
internal static class TextRun
{
    /// <summary>The job a path names, or null when it names something else.</summary>
    public static async Task<TextJob?> FindAsync(string path, CancellationToken ct)
    {
        if (!RecipeReader.IsRecipe(path) || new FileInfo(path) is not { Exists: true, Length: < 8 << 20 }) return null;
        return TextJobReader.IsJob(await File.ReadAllTextAsync(path, ct)) ? await TextJob.ReadAsync(path, ct) : null;
    }

    public static async Task<int> DoAsync(TextJob job, IEnumerable<Option> others, Call call)
    {
        if (others.FirstOrDefault(o => call.Parsed.GetResult(o) is { Implicit: false }) is { } other)
            throw new UsageException($"run: {other.Name} is for tables; a text job takes --to, --seed, --count and --dry-run");
        job = job with { To = call.Get(SharedOptions.To) ?? job.To, Seed = call.Get(SharedOptions.Seed) ?? job.Seed, Count = call.Get(SharedOptions.Count) ?? job.Count };
        if (job.Count <= 0) throw new UsageException($"--count {job.Count}: give a number of rows, at least 1");
        if (job.To is null) throw new UsageException("run: say where the results go: --to out/");
        return call.Get(RunVerb.DryRun) ? await ForecastAsync(job, call) : await RunAsync(job, call);
    }

    private static async Task<int> ForecastAsync(TextJob job, Call call)
    {
        TextForecast forecast;
        await using (var progress = call.Screen.Progress())
            forecast = await job.ForecastAsync(call.Run(job.Seed ?? 0, progress), call.Cancel);
        if (call.Screen.Json)
        {
            JsonOutput.Write(json =>
            {
                json.WriteNumber("rows", forecast.Count);
                json.WriteNumber("requests", forecast.Requests);
                json.WriteNumber("tokens", forecast.Tokens);
                if (forecast.Cost is { } money) json.WriteNumber("cost", money);
                if (forecast.MostCost is { } most) json.WriteNumber("mostCost", most);
                json.WriteBoolean("measured", forecast.Measured);
            });
            return ExitCode.Done;
        }
        var screen = call.Screen.Out;
        screen.WriteLine($"{job.Title}: {Grid.Count(forecast.Count)} rows of {string.Join(", ", job.Kept)}; nothing is wrong with the job, nothing was asked.");
        screen.WriteLine();
        screen.Write(Grid.Of(forecast.Columns.Select(c => new[]
        {
            c.Column, c.Model, Grid.Count(c.Requests), Grid.Count(c.InputTokens), Grid.Count(c.OutputTokens), Money(c.Cost), Money(c.MostCost),
        }).Prepend(["column", "model", "requests", "tokens in", "tokens out", "cost", "at most"]), ""));
        screen.WriteLine();
        screen.WriteLine($"In all {Grid.Count(forecast.Requests)} requests, about {Grid.Count(forecast.Tokens)} tokens, cost {Money(forecast.Cost)}"
            + (forecast.Measured ? " (from answers the journal holds)" : " (a guess from the prompts; `--count 5` writes a preview, and the forecast after it is measured)") + ". Answers that are sent back come on top.");
        foreach (var note in job.Notes) call.Screen.Note(note);
        return ExitCode.Done;

        static string Money(double? money) => money is { } number ? number.ToString("0.####", CultureInfo.InvariantCulture) : "no price";
    }

    private static async Task<int> RunAsync(TextJob job, Call call)
    {
        job = job with { Seed = job.Seed ?? call.SeedOrDrawn() };
        TextRunResult result;
        try
        {
            await using var progress = call.Screen.Progress();
            result = await job.RunAsync(call.Run(job.Seed!.Value, progress), call.Typed, call.Cancel);
        }
        catch (OperationCanceledException) when (call.Cancel.IsCancellationRequested)
        {
            call.Screen.Note($"cancelled; every answer is kept in {Path.Combine(job.To!, TextRunResult.JournalFile)}, and the same command goes on from it (give --seed {job.Seed})");
            return ExitCode.Cancelled;
        }
        if (call.Screen.Json)
        {
            JsonOutput.Write(json =>
            {
                json.WriteString("folder", result.Folder);
                json.WriteString("seed", result.Manifest.Seed);
                json.WriteNumber("requested", result.Requested);
                json.WriteNumber("accepted", result.Accepted);
                json.WriteNumber("attempted", result.Attempted);
                json.WriteNumber("sent", result.Sent);
                json.WriteNumber("kept", result.Kept);
                json.WriteNumber("cost", result.Cost);
                json.WriteString("shortfall", result.Shortfall);
                json.Texts("files", result.Manifest.Outputs.Select(o => o.Name));
            });
        }
        else
        {
            var screen = call.Screen.Out;
            screen.WriteLine($"{Grid.Count(result.Accepted)} of {Grid.Count(result.Requested)} rows, {Grid.Count(result.Attempted)} attempts, {Grid.Count(result.Sent)} requests sent, {Grid.Count(result.Kept)} answers from the journal, seed {result.Manifest.Seed}.");
            if (result.Cost > 0) screen.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Cost {result.Cost:0.####}, {result.Cost / Math.Max(result.Accepted, 1):0.######} an accepted row."));
            foreach (var rejected in result.Rejected) screen.WriteLine($"  rejected by {rejected.Column}: {rejected.Reason} ({Grid.Count(rejected.Count)})");
            foreach (var output in result.Manifest.Outputs) screen.WriteLine("  " + Path.Combine(job.To!, output.Name) + (output.Name == TextRunResult.CardFile ? "   (read this first)" : ""));
        }
        if (result.Shortfall is { } why) Console.Error.WriteLine("semblance: not met: " + why);
        return result.Complete ? ExitCode.Done : ExitCode.GateNotMet;
    }
}
