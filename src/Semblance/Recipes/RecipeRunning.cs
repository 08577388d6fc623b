using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Provenance;
using Semblance.Recipes;

namespace Semblance;

/// <summary>Runs recipes: read, split, fit, generate, evaluate, report, with provenance.</summary>
public static class RecipeRunning
{
    /// <summary>Most generated rows that are judged; scores do not get sharper beyond, while memory and time grow.</summary>
    internal const int JudgedRows = 200_000;

    extension(Recipe recipe)
    {
        /// <summary>
        /// Checks all that can be checked without doing the work (names, columns, conditions, constraints, the folder) and forecasts what it would take. Reads the data, writes nothing.
        /// </summary>
        /// <param name="run">Threads, progress; its seed is used when the recipe has none.</param>
        /// <param name="ct">Stops.</param>
        /// <exception cref="RecipeException">The recipe names no folder (SB2010), or a gate, condition, constraint or setting does not make sense.</exception>
        /// <exception cref="DataException">The data can't be read, or the folder can't be written to.</exception>
        /// <exception cref="FitException">Many of the real rows break a constraint (SB3050).</exception>
        public async Task<RunPlan> PlanAsync(Run run, CancellationToken ct = default)
        {
            var told = CheckedRecipe.Of(recipe, run);
            StagedFolder.RequireWritable(recipe.To!);
            var prepared = await PreparedRun.OfAsync(told, ct).ConfigureAwait(false);
            told.Model.Check(prepared.Train, prepared.Run);
            return new RunForecast(prepared).Plan();
        }

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
            var told = CheckedRecipe.Of(recipe, run);
            using var folder = StagedFolder.Create(told.Recipe.To!);
            var prepared = await PreparedRun.OfAsync(told, ct).ConfigureAwait(false);
            (recipe, run) = (prepared.Recipe, prepared.Run);

            using var generator = await prepared.Train.FitAsync(told.Model, run, ct).ConfigureAwait(false);
            await generator.SaveAsync(folder.PathOf(RunResult.ModelFile), ct).ConfigureAwait(false);
            var blocks = await WriteAsync(generator, prepared, folder.PathOf(RunResult.DataFile), ct).ConfigureAwait(false);

            var synthetic = await FirstRowsAsync(folder.PathOf(RunResult.DataFile), generator.Schema, blocks, run, ct).ConfigureAwait(false);
            var evidence = new Evidence<Table>(prepared.Train, synthetic) { Holdout = prepared.Holdout, Target = recipe.Target, Sensitive = recipe.Fair };
            var card = await evidence.EvaluateAsync(run, told.Metrics, ct).ConfigureAwait(false);
            var cost = prepared.Request.Fair is { } fair
                ? await FairnessCost.MeasureAsync(fair, generator, prepared.Request.Where, prepared.Train, prepared.Holdout, synthetic, card, run, ct).ConfigureAwait(false) : null;
            var results = told.Gates.Select(g => g.Check(card)).ToImmutableArray();
            var files = new ResultFiles(prepared, folder, generator.About, blocks);
            var manifest = await files.WriteAsync(card, results, synthetic.Rows, cost, command, ct).ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
            folder.Commit([.. RunResult.Files]);
            return new RunResult { Folder = folder.Folder, Recipe = recipe, Card = card, Manifest = manifest, Gates = results, Fairness = cost };
        }
    }

    private static async Task<ImmutableArray<ManifestBlock>> WriteAsync(IGenerator<Table> generator, PreparedRun prepared, string path, CancellationToken ct)
    {
        var blocks = ImmutableArray.CreateBuilder<ManifestBlock>();
        var writer = TableWriter.Create(path, new WriteOptions { OnBlock = b => blocks.Add(new ManifestBlock(b.FirstRow, b.Rows, b.Offset, b.Length, b.Sha256)) });
        await using (writer.ConfigureAwait(false))
        {
            await foreach (var block in generator.StreamAsync(prepared.Request, prepared.Run, ct).ConfigureAwait(false)) await writer.WriteAsync(block, ct).ConfigureAwait(false);
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
}
