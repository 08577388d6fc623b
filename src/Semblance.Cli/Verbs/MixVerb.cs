using System.CommandLine;
using System.Globalization;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Models;
using Semblance.Recipes;
using Semblance.Reports;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance mix</c>: real and synthetic rows in the ratio that serves best.</summary>
internal static class MixVerb
{
    private static readonly Argument<string> Input = new("real") { Description = "The real table" };
    private static readonly Option<string> With = new("--with") { Description = "What to add: a synthetic table, a model file, or a model's id, which is then fitted to the very rows of each point", HelpName = "file|id", Required = true };
    private static readonly Option<double[]> Ratio = new("--ratio") { Description = "Synthetic rows for each real row; may be given several times. One alone is taken as it is. Default: 0.25, 0.5, 1, 2 and 4 are tried", HelpName = "number" };

    public static Verb Command { get; } = new("mix", "Find the ratio of synthetic to real rows that serves a model best, and write that mix", RunAsync)
    {
        Arguments = { Input },
        Options = { With, SharedOptions.Target, SharedOptions.To, Ratio, RunVerb.Holdout, SharedOptions.Column, SharedOptions.Seed, TableOutput.Format, SharedOptions.Threads },
        Examples =
        [
            "semblance mix real.csv --with fake.csv --target income --to mixed.csv",
            "semblance mix train.csv --with adult.semblance --target income --holdout test.csv --to mixed.csv",
            "semblance mix real.csv --with fake.csv --target income --to mix.html     the curve as a page (.json: its numbers)",
            "semblance mix real.csv --with cart --target income --json",
            "semblance mix real.csv --with fake.csv --ratio 0.5 --to mixed.csv      this ratio, without looking for one",
        ],
    };

    private static async Task<int> RunAsync(Call call)
    {
        var ratios = call.Get(Ratio) ?? [];
        var to = call.Get(SharedOptions.To);
        if (ratios.Length != 1 && call.Get(SharedOptions.Target) is null) throw new UsageException("mix: say what is to be predicted: --target column; or one --ratio, which is taken as it is");
        var report = to is not null && Path.GetExtension(to).ToLowerInvariant() is ".html" or ".htm" or ".json" ? to : null;
        if (ratios.Length == 1 && report is not null) throw new UsageException($"mix: one --ratio is taken as it is, so there is no curve to write to {report}; give several, or --to mixed.csv");
        if (ratios.Length == 1 && to is null) throw new UsageException("mix: say where the rows go: --to mixed.csv");
        var seed = call.SeedOrDrawn();
        MixResult? result = null;
        await using (var progress = call.Screen.Progress())
        {
            var run = call.Run(seed, progress);
            var real = await call.ReadAsync(call.Get(Input), run, call.Kinds());
            if (to is not null && report is null) MarkedRows.RequireFree(real.Schema);
            var with = call.Get(With)!;
            var model = ModelCatalog.Default.Entries.Any(e => e.Id == with) && !File.Exists(with) ? ModelCatalog.Default.Create(with, target: call.Get(SharedOptions.Target)) : null;
            using var file = model is null && Path.GetExtension(with) == ".semblance" ? await ModelCatalog.Default.OpenAsync(with, call.Cancel) : null;
            var table = model is null && file is null ? await Table.ReadAsync(with, new TableOptions { Schema = real.Schema }, run, call.Cancel) : null;

            var best = ratios.Length == 1 ? ratios[0] : 0;
            if (ratios.Length != 1)
            {
                var mix = new Mix { Target = call.Get(SharedOptions.Target)! };
                if (ratios.Length > 1) mix = mix with { Ratios = [.. ratios] };
                var (share, holdout) = await HoldoutAsync(real, run, call);
                mix = mix with { HoldoutShare = share ?? mix.HoldoutShare };
                if (model is not null) result = await real.MixAsync(model, mix, holdout, run, call.Cancel);
                else
                {
                    table ??= await file!.GenerateAsync((long)Math.Ceiling(mix.Ratios.Max() * Math.Min(real.Rows, 40_000)), run, call.Cancel);
                    result = await real.MixAsync(table, mix, holdout, run, call.Cancel);
                }
                best = result.BestRatio;
            }
            if (to is not null && report is null) await WriteAsync(to, real, (long)Math.Round(best * real.Rows), model, file, table, run, call);
        }
        if (result is null) return ExitCode.Done;
        if (report is not null)
        {
            await result.WriteAsync(report, new ReportContext { Title = Path.GetFileNameWithoutExtension(call.Get(Input)), Facts = [new("Command", call.Typed), new("Seed", seed.ToString(CultureInfo.InvariantCulture))] }, call.Cancel);
            call.Screen.Note($"wrote {report}");
        }
        if (call.Screen.Json) call.Screen.Out.Write(result.ToJson());
        else Show(result, call.Screen);
        return ExitCode.Done;
    }

    private static async Task<(double? Share, Table? Rows)> HoldoutAsync(Table real, Run run, Call call)
    {
        if (call.Get(RunVerb.Holdout) is not { } holdout) return (null, null);
        if (double.TryParse(holdout, NumberStyles.Float, CultureInfo.InvariantCulture, out var share)) return (share, null);
        return (null, await Table.ReadAsync(holdout, new TableOptions { Schema = real.Schema }, run, call.Cancel));
    }

    /// <summary>All real rows, then the synthetic ones, each marked.</summary>
    private static async Task WriteAsync(string to, Table real, long count, IModel<Table>? model, IGenerator<Table>? file, Table? table, Run run, Call call)
    {
        await using var writer = TableOutput.Writer(to, call);
        await writer.WriteAsync(MarkedRows.Of(real, real.Schema, synthetic: false), call.Cancel);
        if (count > 0)
        {
            using var fitted = model is null ? null : await real.FitAsync(model, run, call.Cancel);
            if ((fitted ?? file) is { } generator)
                await foreach (var block in generator.StreamAsync(new Request(count), run, call.Cancel)) await writer.WriteAsync(MarkedRows.Of(block, real.Schema, synthetic: true), call.Cancel);
            else await writer.WriteAsync(MarkedRows.Of(MarkedRows.Some(table!, count, run), real.Schema, synthetic: true), call.Cancel);
        }
        await writer.CommitAsync(call.Cancel);
        call.Screen.Note($"wrote {to}: {Grid.Count(real.Rows)} real rows and {Grid.Count(count)} synthetic ones, marked in column `{MarkedRows.Column}`");
    }

    private static void Show(MixResult result, Screen screen)
    {
        screen.Out.WriteLine();
        string[] head = ["real rows", "synthetic a real row", result.Measure, "gain", "95 %"];
        screen.Out.Write(Grid.Of([head, .. result.Points.Select(p => new[]
        {
            $"{Grid.Count(p.RealRows)} ({p.RealShare.ToString("0.##%", CultureInfo.InvariantCulture)})", p.Ratio == 0 ? "none" : p.Ratio.ToString("0.##", CultureInfo.InvariantCulture), Four(p.Quality), p.Ratio == 0 ? "" : Signed(p.Gain),
            p.Interval is { } i ? $"{Signed(i.Low)} to {Signed(i.High)}" : "",
        })], numbersRight: true));
        screen.Out.WriteLine();
        screen.Out.WriteLine(result.Said);
        foreach (var note in result.Notes) screen.Note(note);

        static string Four(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
        static string Signed(double value) => value.ToString("+0.0000;-0.0000;0.0000", CultureInfo.InvariantCulture);
    }
}
