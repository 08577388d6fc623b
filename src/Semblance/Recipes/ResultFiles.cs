using System.Collections.Immutable;
using System.Globalization;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Metrics;
using Semblance.Provenance;
using Semblance.Reports;

namespace Semblance.Recipes;

/// <summary>The files of a run beside data and model: reports, the recipe, and the manifest that vouches for all of them.</summary>
internal sealed class ResultFiles(PreparedRun prepared, StagedFolder folder, About about, ImmutableArray<ManifestBlock> blocks)
{
    private Recipe Recipe => prepared.Recipe;

    /// <summary>What fairness brought and costs; null where it was not asked for.</summary>
    public FairnessCost? Fairness { get; init; }

    /// <summary>The mix that lies in the folder; null where there is none.</summary>
    public RunMix? Mix { get; init; }

    /// <summary>What a failed privacy gate keeps back.</summary>
    private ImmutableArray<string> Secret => Recipe.Mix is null ? [RunResult.DataFile, RunResult.ModelFile] : [RunResult.DataFile, RunResult.ModelFile, RunResult.MixFile];

    /// <summary>Every name that is put into the target or taken from it: a mix that an earlier run left there, by its manifest, goes with that manifest; another file of that name is the user's.</summary>
    public async Task<ImmutableArray<string>> NamesAsync(CancellationToken ct)
    {
        var names = RunResult.FilesOf(Recipe);
        if (Recipe.Mix is not null || !File.Exists(Path.Combine(folder.Folder, Manifest.FileName))) return names;
        try { return (await ManifestFile.ReadAsync(folder.Folder, ct).ConfigureAwait(false)).Outputs.Any(o => o.Name == RunResult.MixFile) ? names.Insert(0, RunResult.MixFile) : names; }
        catch (DataException) { return names; } // no sound manifest: nothing tells whose it is
    }

    /// <summary>Writes them. After a failed privacy gate removes data and model.</summary>
    public async Task<Manifest> WriteAsync(Scorecard card, ImmutableArray<GateResult> results, int judged, string command, CancellationToken ct)
    {
        var withheld = results.Any(r => r.Withholds);
        var now = prepared.Run.Clock.GetUtcNow();
        var manifest = new Manifest
        {
            Tool = ManifestFile.ThisTool, Created = new DateTimeOffset(now.Ticks - now.Ticks % TimeSpan.TicksPerSecond, TimeSpan.Zero), Command = command, Seed = prepared.Run.Seed.ToString(),
            Inputs = await InputsAsync(ct).ConfigureAwait(false),
            Model = Describe(about) with { File = withheld ? null : RunResult.ModelFile },
            Request = new ManifestRequest(prepared.Request.Count, blocks.Sum(b => (long)b.Rows), Recipe.Where, Recipe.Balance, prepared.Request.Fair is { } asked ? new(asked.Target, asked.Sensitive) : null, Recipe.Match ? true : null),
            Gates = [.. results.Select(r => new ManifestGate(r.Gate.Text, r.Met, r.Why))],
            Withheld = withheld ? Secret : [],
            Notes = Notes(judged),
        };
        await WriteReportsAsync(card, manifest, ct).ConfigureAwait(false);
        manifest = manifest with { Outputs = await OutputsAsync(withheld, ct).ConfigureAwait(false) };
        await WriteBytesAsync(folder.PathOf(Manifest.FileName), ManifestFile.ToJson(manifest), ct).ConfigureAwait(false);
        foreach (var name in manifest.Withheld) File.Delete(folder.PathOf(name));
        return manifest;
    }

    /// <summary>The resolved recipe as it lies in the folder. Threads belong to a machine, not to a result.</summary>
    public static byte[] RecipeText(Recipe recipe, string folder) => System.Text.Encoding.UTF8.GetBytes(RecipeWriter.Write(recipe with { Threads = null }, folder));

    private async Task<ImmutableArray<ManifestInput>> InputsAsync(CancellationToken ct)
    {
        var inputs = ImmutableArray.CreateBuilder<ManifestInput>();
        await AddAsync(Recipe.Data, "data", prepared.Real).ConfigureAwait(false);
        if (prepared.HeldOut is not null) await AddAsync(Recipe.HoldoutFile!, "holdout", prepared.HeldOut).ConfigureAwait(false);
        return inputs.ToImmutable();

        async Task AddAsync(string path, string role, Table table)
        {
            var (bytes, sha256) = await ManifestFile.HashAsync(path, ct).ConfigureAwait(false);
            inputs.Add(new ManifestInput(Path.GetRelativePath(folder.Folder, Path.GetFullPath(path)).Replace('\\', '/'), role, bytes, sha256, table.Rows, table.Columns.Length));
        }
    }

    private static ManifestModel Describe(About about) => new()
    {
        Id = about.Model, Spec = about.Spec, Seed = about.Seed.ToString(), Version = about.Version, DataFingerprint = about.DataFingerprint,
        FittedRows = about.FittedRows, Notes = about.Notes,
    };

    private ImmutableArray<string> Notes(int judged)
    {
        var notes = ImmutableArray.CreateBuilder<string>();
        notes.Add(Recipe.HoldoutFile is null
            ? string.Create(CultureInfo.InvariantCulture, $"The model learned from {prepared.Train.Rows} rows; {prepared.Holdout?.Rows ?? 0} rows, drawn at random, were kept from it and judge it. It was not fitted again on all of them, so the scores describe this very model.")
            : string.Create(CultureInfo.InvariantCulture, $"The model learned from {prepared.Train.Rows} rows and was judged by {prepared.Holdout?.Rows ?? 0} rows of a file of their own."));
        if (judged < Verdict.FewestRows) notes.Add(string.Create(CultureInfo.InvariantCulture, $"{judged} rows are too few to judge: their scores are mostly chance, and a gate on a score that needs {Verdict.FewestRows} rows can't be met."));
        if (judged < Recipe.Count) notes.Add(string.Create(CultureInfo.InvariantCulture, $"The first {judged} of {Recipe.Count} rows were judged."));
        if (Recipe.Where is { } where) notes.Add($"Only rows with {where} were made, so they are not meant to resemble the real rows as a whole.");
        if (Recipe.Balance is { } balance) notes.Add($"The rows were balanced by {balance}, so they are not meant to resemble the real rows in how frequent these values are.");
        if (Recipe.Match) notes.Add("The rows were chosen, from five times as many, so that their counts come near those of the real rows the model learned from: these were looked at a second time.");
        if (Fairness is not null) notes.Add($"{Fairness} The target was cut from the sensitive columns on purpose, so the rows are not meant to resemble the real ones in that.");
        if (Mix is not null) notes.Add(string.Create(CultureInfo.InvariantCulture, $"`{RunResult.MixFile}` holds real rows: the {Mix.RealRows} that the model learned from, and {Mix.SyntheticRows} synthetic ones, told apart by column `{MarkedRows.Column}`. The rows held out, which chose the ratio, are not in it. It is no more to be given away than the real data are."));
        return notes.ToImmutable();
    }

    private async Task WriteReportsAsync(Scorecard card, Manifest manifest, CancellationToken ct)
    {
        var run = prepared.Run;
        run.Report(Stage.Report, RunResult.ReportFile, 0, 2);
        var files = manifest.Inputs.Select(i => new ReportFile(Path.GetFileName(i.Name), i.Role == "data" ? "real data" : "real data held out", i.Bytes, i.Sha256)).ToList();
        foreach (var (name, what) in new[] { (RunResult.DataFile, "synthetic data"), (RunResult.ModelFile, "model"), (RunResult.MixFile, "real and synthetic rows") })
        {
            if (manifest.Withheld.Contains(name) || name == RunResult.MixFile && Mix is null) continue;
            var (bytes, sha256) = await ManifestFile.HashAsync(folder.PathOf(name), ct).ConfigureAwait(false);
            files.Add(new ReportFile(name, what, bytes, sha256));
        }
        var context = new ReportContext
        {
            Title = Path.GetFileNameWithoutExtension(Recipe.Data),
            About = about,
            Facts =
            [
                new("Made", manifest.Created.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
                new("Command", manifest.Command),
                new("Seed", manifest.Seed),
                new("Rows made", string.Create(CultureInfo.InvariantCulture, $"{manifest.Request!.Produced} in {blocks.Length} blocks")),
                .. manifest.Gates.Select(g => new ReportFact(g.Met ? "Gate met" : "Gate not met", $"{g.Text} ({g.Why})")),
                new("Version", $"Semblance {manifest.Tool.Version}, .NET {manifest.Tool.Runtime}, {manifest.Tool.System}, {manifest.Tool.Tier}"),
            ],
            Files = [.. files],
            Notes = manifest.Withheld.IsEmpty ? manifest.Notes : manifest.Notes.Insert(0, "A privacy gate was not met: neither the data nor the model were given out."),
            Panels = Mix?.Result is { } mixed ? [mixed.Panel()] : [],
        };
        await card.WriteAsync(folder.PathOf(RunResult.ReportFile), context, ct).ConfigureAwait(false);
        run.Report(Stage.Report, RunResult.NumbersFile, 1, 2);
        await card.WriteAsync(folder.PathOf(RunResult.NumbersFile), context, ct).ConfigureAwait(false);
        await WriteBytesAsync(folder.PathOf(RunResult.RecipeFile), RecipeText(Recipe, folder.Folder), ct).ConfigureAwait(false);
        run.Report(Stage.Report, "done", 2, 2);
    }

    private async Task<ImmutableArray<ManifestOutput>> OutputsAsync(bool withheld, CancellationToken ct)
    {
        var outputs = ImmutableArray.CreateBuilder<ManifestOutput>();
        foreach (var name in RunResult.FilesOf(Recipe))
        {
            if (name is Manifest.FileName || withheld && Secret.Contains(name)) continue;
            var (bytes, sha256) = await ManifestFile.HashAsync(folder.PathOf(name), ct).ConfigureAwait(false);
            outputs.Add(new ManifestOutput { Name = name, Bytes = bytes, Sha256 = sha256, Rows = name switch { RunResult.DataFile => blocks.Sum(b => (long)b.Rows), RunResult.MixFile => Mix!.RealRows + Mix.SyntheticRows, _ => null }, Blocks = name is RunResult.DataFile ? blocks : [] });
        }
        return outputs.ToImmutable();
    }

    private static async Task WriteBytesAsync(string path, byte[] bytes, CancellationToken ct)
    {
        try { await File.WriteAllBytesAsync(path, bytes, ct).ConfigureAwait(false); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw StagedFile.Failed(path, e); }
    }
}
