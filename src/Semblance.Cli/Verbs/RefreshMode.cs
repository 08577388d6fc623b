using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Models;
using Semblance.Provenance;
using Semblance.Recipes;
using Semblance.Reports;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance refine --refresh</c>: whether newer data have drifted away from a model; if so, its next version.</summary>
internal static class RefreshMode
{
    private const string Page = "drift.html", Numbers = "drift.json", Model = "model.semblance";

    public static readonly Option<string?> Refresh = new("--refresh") { Description = "Instead of searching: compare newer data with a model file (--model), and fit it anew where they have drifted", HelpName = "file" };

    /// <summary>Options that go with it.</summary>
    public static readonly Option[] Options = [Refresh, GenerationsMode.Keep, SharedOptions.To, SharedOptions.Target, RefineVerb.Families, SharedOptions.Seed, SharedOptions.Column, SharedOptions.Threads];

    public static async Task<int> RunAsync(Call call)
    {
        var path = call.Get(Refresh)!;
        var to = call.Get(SharedOptions.To) ?? throw new UsageException("refine --refresh: say where the report goes: --to out/");
        if (call.Get(RefineVerb.Families) is not [var file]) throw new UsageException("refine --refresh: name the model file that the new data are compared with, once: --model old.semblance");
        if (Path.GetFullPath(file) == Path.Combine(Path.GetFullPath(to), Model)) throw new UsageException($"refine --refresh: {file} would be overwritten by its next version; name another folder with --to");
        var keep = GenerationsMode.Kept(call) ?? KeptRows.Replace;
        using var folder = StagedFolder.Create(to);
        var seed = call.SeedOrDrawn();
        DriftReport drift;
        About? next = null;
        await using (var progress = call.Screen.Progress())
        {
            var run = call.Run(seed, progress);
            using var model = await ModelCatalog.Default.OpenAsync(file, call.Cancel);
            var newer = await ReadAsync(path, model.Schema, run, call);
            drift = await model.DriftAsync(newer, run, call.Get(SharedOptions.Target), call.Cancel);
            var (_, sha256) = await ManifestFile.HashAsync(file, call.Cancel);
            if (drift.Refit)
            {
                using var fitted = await model.RefitAsync(newer, keep, sha256, run, call.Cancel);
                await fitted.SaveAsync(folder.PathOf(Model), call.Cancel);
                next = fitted.About;
            }
            await WriteAsync(drift, next, path, file, sha256, newer, folder, run, call);
        }
        if (call.Screen.Json) call.Screen.Out.Write(drift.ToJson());
        else Tell(drift, next, to, call.Screen);
        return ExitCode.Done;
    }

    /// <summary>Reads new data as the model knows its columns; a yes or no that has become something else is a category.</summary>
    private static async Task<Table> ReadAsync(string path, Schema known, Run run, Call call)
    {
        var found = await Table.InferSchemaAsync(path, null, run, call.Cancel);
        var columns = known.Columns.Where(c => found.IndexOf(c.Name) >= 0).Select(c => c with
        {
            Kind = c.Kind is ColumnKind.Boolean or ColumnKind.Constant && found.Columns[found.IndexOf(c.Name)].Kind != c.Kind ? ColumnKind.Category : c.Kind,
            MissingMarkers = [.. c.MissingMarkers.Union(found.Columns[found.IndexOf(c.Name)].MissingMarkers, StringComparer.Ordinal)],
        });
        return await Table.ReadAsync(path, new TableOptions { Schema = new Schema([.. columns]), Kinds = call.Kinds() }, run, call.Cancel);
    }

    private static async Task WriteAsync(DriftReport drift, About? next, string path, string file, string sha256, Table newer, StagedFolder folder, Run run, Call call)
    {
        var (bytes, hash) = await ManifestFile.HashAsync(path, call.Cancel);
        var context = new ReportContext
        {
            Title = $"{Path.GetFileName(path)} beside {Path.GetFileName(file)}", Facts = [new("Command", call.Typed), new("Seed of the comparison", run.Seed.ToString())],
            Files = [new(Path.GetFileName(path), "new data", bytes, hash), new(Path.GetFileName(file), "model", null, sha256)],
        };
        await drift.WriteAsync(folder.PathOf(Page), context, call.Cancel);
        await drift.WriteAsync(folder.PathOf(Numbers), null, call.Cancel);
        var outputs = ImmutableArray.CreateBuilder<ManifestOutput>();
        foreach (var name in next is null ? new[] { Page, Numbers } : [Page, Numbers, Model])
        {
            var (length, sum) = await ManifestFile.HashAsync(folder.PathOf(name), call.Cancel);
            outputs.Add(new ManifestOutput { Name = name, Bytes = length, Sha256 = sum });
        }
        var now = run.Clock.GetUtcNow();
        var manifest = new Manifest
        {
            Tool = ManifestFile.ThisTool, Created = new DateTimeOffset(now.Ticks - now.Ticks % TimeSpan.TicksPerSecond, TimeSpan.Zero), Command = call.Typed, Seed = run.Seed.ToString(),
            Inputs = [new(Path.GetRelativePath(folder.Folder, Path.GetFullPath(path)).Replace('\\', '/'), "data", bytes, hash, newer.Rows, newer.Columns.Length)],
            Model = next is null ? null : new ManifestModel { Id = next.Model, Spec = next.Spec, Seed = next.Seed.ToString(), Version = next.Version, DataFingerprint = next.DataFingerprint, FittedRows = next.FittedRows, File = Model, Notes = next.Notes },
            Outputs = outputs.ToImmutable(),
            Notes = [drift.Headline, $"compared with the model file of SHA-256 {sha256}"],
        };
        await File.WriteAllBytesAsync(folder.PathOf(Manifest.FileName), ManifestFile.ToJson(manifest), call.Cancel);
        folder.Commit(Page, Numbers, Model, Manifest.FileName);
    }

    private static void Tell(DriftReport drift, About? next, string to, Screen screen)
    {
        screen.Out.WriteLine(drift.Headline);
        foreach (var reason in drift.Reasons) screen.Out.WriteLine("  - " + reason);
        screen.Out.WriteLine();
        List<string[]> rows = [["column", "the model", "fitted to new rows", "new rows themselves", "drift"]];
        rows.Add(["detection", Number(drift.Detection.Value), Number(drift.TrialDetection.Value), Number(drift.Detection.Ceiling), ""]);
        foreach (var column in drift.Columns) rows.Add([column.Column, Number(column.Distance), Number(column.TrialDistance), Number(column.Noise), column.Reasons.IsEmpty ? "" : "drifted"]);
        screen.Out.Write(Grid.Of(rows));
        foreach (var note in drift.Notes) screen.Note(note);
        screen.Note(next is null ? $"wrote {Path.Combine(to, Page)}; the model stays" : $"wrote {Path.Combine(to, Page)} and {Path.Combine(to, Model)}: `{next.Model}`, learned from {Grid.Count(next.FittedRows)} rows");
    }

    private static string Number(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";
}
