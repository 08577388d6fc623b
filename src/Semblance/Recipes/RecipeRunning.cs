using System.Collections.Immutable;
using System.Globalization;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Metrics;
using Semblance.Models;
using Semblance.Provenance;
using Semblance.Recipes;
using Semblance.Reports;
using Semblance.Rules;

namespace Semblance;

/// <summary>Runs recipes: read, split, fit, generate, evaluate, report, with provenance.</summary>
public static class RecipeRunning
{
    /// <summary>Most generated rows that are judged; scores do not get sharper beyond, while memory and time grow.</summary>
    private const int JudgedRows = 200_000;

    extension(Recipe recipe)
    {
        /// <summary>
        /// Runs the whole loop and leaves its results in the recipe's folder, all or none of them. After a failed privacy gate the folder holds neither data nor
        /// model. The same recipe, data and seed give the same data, model and recipe files, byte for byte, at any thread count.
        /// </summary>
        /// <param name="run">Threads, progress, clock; its seed is used when the recipe has none.</param>
        /// <param name="command">What was typed, for the manifest.</param>
        /// <param name="ct">Stops the work; nothing is left then.</param>
        /// <exception cref="RecipeException">The recipe names no folder (SB2010), or a gate or condition does not make sense.</exception>
        /// <exception cref="DataException">The data can't be read, or the folder can't be written to.</exception>
        public async Task<RunResult> RunAsync(Run run, string command, CancellationToken ct = default)
        {
            if (recipe.To is null) throw new RecipeException("SB2010", "the recipe does not say where the results go; give it `to: out`, or use --to out");
            recipe = recipe with { Seed = recipe.Seed ?? run.Seed.Value, Model = recipe.Model ?? ModelCatalog.Default.DefaultId };
            run = run with { Seed = new Seed(recipe.Seed.Value), Threads = recipe.Threads ?? run.Threads, Budget = recipe.Budget is { } time ? Budget.Parse(time) : run.Budget };
            var gates = recipe.Require.SelectMany(text => Gate.Parse(text)).ToImmutableArray();
            foreach (var gate in gates) gate.RequireNames([.. MetricCatalog.Default.Metrics.Select(m => m.Name)]);
            var model = ModelCatalog.Default.Create(recipe.Model, recipe.Set, recipe.Target);
            if (FairnessOf(recipe) is not null && recipe.Balance is not null) throw new RecipeException("SB2104", "fair and balance both set how often each group occurs; give one of them");
            var constraints = recipe.Constraints.Select(Constraint.Parse).ToImmutableArray();
            using var folder = StagedFolder.Create(recipe.To);

            var real = await ReadAsync(recipe.Data, recipe, null, run, ct).ConfigureAwait(false);
            if (recipe.Target is { } target) real.Schema.Require(target, "target");
            if (recipe.Where is { } where) Expression.Parse(where).Bind(real.Schema);
            if (recipe.Balance is { } balance) new Balance(balance).Bind(real.Schema);
            FairnessOf(recipe)?.Bind(real.Schema);
            var heldOut = recipe.HoldoutFile is { } file ? await ReadAsync(file, recipe, real.Schema, run, ct).ConfigureAwait(false) : null;
            var (train, holdout) = heldOut is null ? real.Split(1 - recipe.HoldoutShare, run) : (real, heldOut);
            recipe = recipe with { Count = recipe.Count ?? real.Rows };

            using var generator = await train.FitAsync(new Constrained(model) { Constraints = constraints }, run, ct).ConfigureAwait(false);
            await generator.SaveAsync(folder.PathOf(RunResult.ModelFile), ct).ConfigureAwait(false);
            var blocks = await WriteAsync(generator, recipe, folder.PathOf(RunResult.DataFile), run, ct).ConfigureAwait(false);

            var synthetic = await FirstRowsAsync(folder.PathOf(RunResult.DataFile), generator.Schema, blocks, run, ct).ConfigureAwait(false);
            var card = await synthetic.EvaluateAsync(train, holdout.Rows > 0 ? holdout : null, recipe.Target, run, ct: ct).ConfigureAwait(false);
            var cost = FairnessOf(recipe) is { } fair
                ? await FairnessCost.MeasureAsync(fair, generator, ConditionOf(recipe), train, holdout.Rows > 0 ? holdout : null, synthetic, card, run, ct).ConfigureAwait(false) : null;
            var results = gates.Select(g => g.Check(card)).ToImmutableArray();
            var withheld = results.Any(r => !r.Met && r.Gate.IsPrivacy);

            var now = run.Clock.GetUtcNow();
            var manifest = new Manifest
            {
                Tool = ManifestFile.ThisTool, Created = new DateTimeOffset(now.Ticks - now.Ticks % TimeSpan.TicksPerSecond, TimeSpan.Zero), Command = command, Seed = run.Seed.ToString(),
                Inputs = await InputsAsync(recipe, folder.Folder, real, heldOut, ct).ConfigureAwait(false),
                Model = Describe(generator.About) with { File = withheld ? null : RunResult.ModelFile },
                Request = new ManifestRequest(recipe.Count.Value, blocks.Sum(b => (long)b.Rows), recipe.Where, recipe.Balance, FairnessOf(recipe) is { } asked ? new(asked.Target, asked.Sensitive) : null),
                Gates = [.. results.Select(r => new ManifestGate(r.Gate.Text, r.Met, r.Why))],
                Withheld = withheld ? [RunResult.DataFile, RunResult.ModelFile] : [],
                Notes = Notes(recipe, train, holdout, synthetic, cost),
            };
            await WriteReportsAsync(card, recipe, manifest, generator.About, blocks, folder, run, ct).ConfigureAwait(false);
            manifest = manifest with { Outputs = await OutputsAsync(folder, blocks, withheld, ct).ConfigureAwait(false) };
            await WriteBytesAsync(folder.PathOf(Manifest.FileName), ManifestFile.ToJson(manifest), ct).ConfigureAwait(false);
            if (withheld)
                foreach (var name in manifest.Withheld) File.Delete(folder.PathOf(name));
            ct.ThrowIfCancellationRequested();
            folder.Commit([.. RunResult.Files]);
            return new RunResult { Folder = folder.Folder, Recipe = recipe, Card = card, Manifest = manifest, Gates = results, Fairness = cost };
        }
    }

    private static Task<Table> ReadAsync(string path, Recipe recipe, Schema? schema, Run run, CancellationToken ct) =>
        Table.ReadAsync(path, schema is null ? new TableOptions { Kinds = recipe.Columns.ToImmutableDictionary(StringComparer.Ordinal) } : new TableOptions { Schema = schema }, run, ct);

    private static Condition? ConditionOf(Recipe recipe) => recipe.Where is { } where ? new Condition(where) : null;

    /// <summary>Fairness as a recipe asks for it: the target is the recipe's own.</summary>
    private static Fairness? FairnessOf(Recipe recipe) => recipe.Fair is not { } sensitive ? null
        : new(recipe.Target ?? throw new RecipeException("SB2103", $"fair: the recipe names no target to be made independent of {sensitive}; give it `target: income`, or use --target income"), sensitive);

    private static async Task<ImmutableArray<ManifestBlock>> WriteAsync(IGenerator<Table> generator, Recipe recipe, string path, Run run, CancellationToken ct)
    {
        var blocks = ImmutableArray.CreateBuilder<ManifestBlock>();
        var writer = TableWriter.Create(path, new WriteOptions { OnBlock = b => blocks.Add(new ManifestBlock(b.FirstRow, b.Rows, b.Offset, b.Length, b.Sha256)) });
        await using (writer.ConfigureAwait(false))
        {
            var request = new Request(recipe.Count!.Value) { Where = ConditionOf(recipe), Balance = recipe.Balance is { } balance ? new Balance(balance) : null, Fair = FairnessOf(recipe) };
            await foreach (var block in generator.StreamAsync(request, run, ct).ConfigureAwait(false)) await writer.WriteAsync(block, ct).ConfigureAwait(false);
            await writer.CommitAsync(ct).ConfigureAwait(false);
        }
        return blocks.ToImmutable();
    }

    /// <summary>The generated rows as any reader finds them, up to <see cref="JudgedRows"/>: what is judged is the file, not what was in memory.</summary>
    private static async Task<Table> FirstRowsAsync(string path, Schema schema, ImmutableArray<ManifestBlock> blocks, Run run, CancellationToken ct)
    {
        var options = new TableOptions { Format = TableFormat.Csv, Delimiter = ',', Schema = schema };
        if (blocks.IsEmpty || blocks[^1].FirstRow + blocks[^1].Rows <= JudgedRows) return await Table.ReadAsync(path, options, run with { Progress = null }, ct).ConfigureAwait(false);
        var last = blocks.First(b => b.FirstRow + b.Rows >= JudgedRows);
        var bytes = new byte[last.Offset + last.Length];
        using (var file = File.OpenHandle(path))
            for (var at = 0; at < bytes.Length;) at += await RandomAccess.ReadAsync(file, bytes.AsMemory(at), at, ct).ConfigureAwait(false);
        return Table.Read(bytes, options);
    }

    private static async Task<ImmutableArray<ManifestInput>> InputsAsync(Recipe recipe, string folder, Table real, Table? heldOut, CancellationToken ct)
    {
        var inputs = ImmutableArray.CreateBuilder<ManifestInput>();
        await AddAsync(recipe.Data, "data", real).ConfigureAwait(false);
        if (heldOut is not null) await AddAsync(recipe.HoldoutFile!, "holdout", heldOut).ConfigureAwait(false);
        return inputs.ToImmutable();

        async Task AddAsync(string path, string role, Table table)
        {
            var (bytes, sha256) = await ManifestFile.HashAsync(path, ct).ConfigureAwait(false);
            inputs.Add(new ManifestInput(Path.GetRelativePath(folder, Path.GetFullPath(path)).Replace('\\', '/'), role, bytes, sha256, table.Rows, table.Columns.Length));
        }
    }

    private static ManifestModel Describe(About about) => new()
    {
        Id = about.Model, Spec = about.Spec, Seed = about.Seed.ToString(), Version = about.Version, DataFingerprint = about.DataFingerprint,
        FittedRows = about.FittedRows, Notes = about.Notes,
    };

    private static ImmutableArray<string> Notes(Recipe recipe, Table train, Table holdout, Table synthetic, FairnessCost? fairness)
    {
        var notes = ImmutableArray.CreateBuilder<string>();
        notes.Add(recipe.HoldoutFile is null
            ? string.Create(CultureInfo.InvariantCulture, $"The model learned from {train.Rows} rows; {holdout.Rows} rows, drawn at random, were kept from it and judge it. It was not fitted again on all of them, so the scores describe this very model.")
            : string.Create(CultureInfo.InvariantCulture, $"The model learned from {train.Rows} rows and was judged by {holdout.Rows} rows of a file of their own."));
        if (synthetic.Rows < recipe.Count) notes.Add(string.Create(CultureInfo.InvariantCulture, $"The first {synthetic.Rows} of {recipe.Count} rows were judged."));
        if (recipe.Where is { } where) notes.Add($"Only rows with {where} were made, so they are not meant to resemble the real rows as a whole.");
        if (recipe.Balance is { } balance) notes.Add($"The rows were balanced by {balance}, so they are not meant to resemble the real rows in how frequent these values are.");
        if (fairness is not null) notes.Add($"{fairness} The target was cut from the sensitive columns on purpose, so the rows are not meant to resemble the real ones in that.");
        return notes.ToImmutable();
    }

    private static async Task WriteReportsAsync(Scorecard card, Recipe recipe, Manifest manifest, About about, ImmutableArray<ManifestBlock> blocks, StagedFolder folder, Run run, CancellationToken ct)
    {
        run.Report(Stage.Report, RunResult.ReportFile, 0, 2);
        var files = manifest.Inputs.Select(i => new ReportFile(Path.GetFileName(i.Name), i.Role == "data" ? "real data" : "real data held out", i.Bytes, i.Sha256)).ToList();
        foreach (var (name, what) in new[] { (RunResult.DataFile, "synthetic data"), (RunResult.ModelFile, "model") })
        {
            if (manifest.Withheld.Contains(name)) continue;
            var (bytes, sha256) = await ManifestFile.HashAsync(folder.PathOf(name), ct).ConfigureAwait(false);
            files.Add(new ReportFile(name, what, bytes, sha256));
        }
        var context = new ReportContext
        {
            Title = Path.GetFileNameWithoutExtension(recipe.Data),
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
        };
        await card.WriteAsync(folder.PathOf(RunResult.ReportFile), context, ct).ConfigureAwait(false);
        run.Report(Stage.Report, RunResult.NumbersFile, 1, 2);
        await card.WriteAsync(folder.PathOf(RunResult.NumbersFile), context, ct).ConfigureAwait(false);
        await WriteBytesAsync(folder.PathOf(RunResult.RecipeFile), System.Text.Encoding.UTF8.GetBytes(RecipeWriter.Write(recipe with { Threads = null }, folder.Folder)), ct).ConfigureAwait(false);
        run.Report(Stage.Report, "done", 2, 2);
    }

    private static async Task<ImmutableArray<ManifestOutput>> OutputsAsync(StagedFolder folder, ImmutableArray<ManifestBlock> blocks, bool withheld, CancellationToken ct)
    {
        var outputs = ImmutableArray.CreateBuilder<ManifestOutput>();
        foreach (var name in RunResult.Files)
        {
            if (name is Manifest.FileName || withheld && name is RunResult.DataFile or RunResult.ModelFile) continue;
            var (bytes, sha256) = await ManifestFile.HashAsync(folder.PathOf(name), ct).ConfigureAwait(false);
            outputs.Add(new ManifestOutput { Name = name, Bytes = bytes, Sha256 = sha256, Rows = name is RunResult.DataFile ? blocks.Sum(b => (long)b.Rows) : null, Blocks = name is RunResult.DataFile ? blocks : [] });
        }
        return outputs.ToImmutable();
    }

    private static async Task WriteBytesAsync(string path, byte[] bytes, CancellationToken ct)
    {
        try { await File.WriteAllBytesAsync(path, bytes, ct).ConfigureAwait(false); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw StagedFile.Failed(path, e); }
    }
}
