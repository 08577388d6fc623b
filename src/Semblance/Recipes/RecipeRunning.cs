using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Models;
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

        /// <summary>The seed of an interrupted run of this very recipe and data that its folder holds; null when there is none. A recipe that names no seed goes on with it.</summary>
        /// <exception cref="DataException">The data can't be read.</exception>
        public async Task<ulong?> InterruptedSeedAsync(CancellationToken ct = default)
        {
            if (recipe.To is null || StagedFolder.KeyIn(recipe.To) is not { Length: > 0 } key) return null;
            return (await RunFingerprint.OfAsync(recipe with { Model = recipe.Refine is null ? recipe.Model ?? ModelCatalog.Default.DefaultId : null }, ct).ConfigureAwait(false)).SeedIn(key);
        }

        /// <summary>
        /// Whether the recipe's folder already holds what this recipe gives: the same recipe, data and program, every file as its manifest says. A recipe without a seed never does.
        /// </summary>
        /// <returns>The manifest, or null where there is work to do.</returns>
        /// <exception cref="RecipeException">Something in the recipe does not make sense.</exception>
        public async Task<Manifest?> FinishedAsync(CancellationToken ct = default)
        {
            if (recipe is not { To: not null, Seed: { } seed }) return null;
            return await FinishedRun.FindAsync(CheckedRecipe.Of(recipe, Run.With(seed)).Recipe, ct).ConfigureAwait(false);
        }

        /// <summary>
        /// Runs the whole loop and leaves its results in the recipe's folder, all or none of them. After a failed privacy gate the folder holds neither data nor
        /// model. The same recipe, data and seed give the same data, model and recipe files, byte for byte, at any thread count.
        /// </summary>
        /// <param name="run">Threads, progress, clock; its seed is used when the recipe has none.</param>
        /// <param name="command">What was typed, for the manifest.</param>
        /// <param name="ct">Stops the work. What is done by then stays in a hidden folder, and the same call goes on from it; a call with another recipe, data or seed clears it.</param>
        /// <exception cref="RecipeException">The recipe names no folder (SB2010), or a gate or condition does not make sense.</exception>
        /// <exception cref="DataException">The data can't be read, or the folder can't be written to.</exception>
        public async Task<RunResult> RunAsync(Run run, string command, CancellationToken ct = default)
        {
            var told = CheckedRecipe.Of(recipe, run);
            StagedFolder.RequireWritable(told.Recipe.To!);
            var prepared = await PreparedRun.OfAsync(told, ct).ConfigureAwait(false);
            var fingerprint = await RunFingerprint.OfAsync(told.Recipe, ct).ConfigureAwait(false);
            using var folder = StagedFolder.Create(told.Recipe.To!, fingerprint.Key);
            var work = new KeptWork(folder, prepared);
            try
            {
                return await WorkAsync(prepared, work, folder, command, ct).ConfigureAwait(false);
            }
            catch (Exception e) when (work.IsWorthKeeping && e is OperationCanceledException or DataException { Code: "SB1092" })
            {
                folder.Keep();
                throw;
            }
        }
    }

    private static async Task<RunResult> WorkAsync(PreparedRun prepared, KeptWork work, StagedFolder folder, string command, CancellationToken ct)
    {
        var (recipe, run) = (prepared.Recipe, prepared.Run);
        using var generator = await work.ModelAsync(ct).ConfigureAwait(false);
        var blocks = await work.RowsAsync(generator, ct).ConfigureAwait(false);

        var synthetic = await FirstRowsAsync(folder.PathOf(RunResult.DataFile), generator.Schema, blocks, run, ct).ConfigureAwait(false);
        var evidence = new Evidence<Table>(prepared.Train, synthetic) { Holdout = prepared.Holdout, Target = recipe.Target, Sensitive = recipe.Fair, Quasi = recipe.Quasi, Model = prepared.Checked.Attacked(generator.About) };
        var card = await evidence.EvaluateAsync(run, prepared.Checked.Metrics, ct).ConfigureAwait(false);
        var cost = prepared.Request.Fair is { } fair
            ? await FairnessCost.MeasureAsync(fair, generator, prepared.Request.Where, prepared.Train, prepared.Holdout, synthetic, card, run, ct).ConfigureAwait(false) : null;
        var results = prepared.Checked.Gates.Select(g => g.Check(card)).ToImmutableArray();
        var mix = recipe.Mix is { } wish && !results.Any(r => r.Withholds) ? await new MixStep(prepared, generator).WriteAsync(wish, folder.PathOf(RunResult.MixFile), ct).ConfigureAwait(false) : null;
        if (mix is null) File.Delete(folder.PathOf(RunResult.MixFile)); // an interrupted run may have left one that nobody asks for any more
        var files = new ResultFiles(prepared, folder, generator.About, blocks) { Fairness = cost, Mix = mix };
        var manifest = await files.WriteAsync(card, results, synthetic.Rows, command, ct).ConfigureAwait(false);
        ct.ThrowIfCancellationRequested();
        folder.Commit([.. await files.NamesAsync(ct).ConfigureAwait(false)]);
        return new RunResult { Folder = folder.Folder, Recipe = recipe, Card = card, Manifest = manifest, Gates = results, Fairness = cost, Mix = mix };
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
