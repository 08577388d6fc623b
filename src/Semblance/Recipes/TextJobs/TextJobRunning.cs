using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Semblance.Formats;
using Semblance.Language;
using Semblance.Recipes;

namespace Semblance;

/// <summary>Runs text jobs.</summary>
public static class TextJobRunning
{
    extension(TextJob job)
    {
        /// <summary>Reads a job file. Paths in it are relative to its folder.</summary>
        /// <exception cref="DataException">SB1001: the file can't be read.</exception>
        /// <exception cref="RecipeException">It is not a sound job.</exception>
        public static async Task<TextJob> ReadAsync(string path, CancellationToken ct = default)
        {
            try { return TextJobReader.Read(await File.ReadAllTextAsync(path, ct).ConfigureAwait(false), path); }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new DataException("SB1001", $"can't read `{path}`: {e.Message.TrimEnd('.')}; check the name and your permission to read it", e);
            }
        }

        /// <summary>Checks all that can be checked without asking anyone, and forecasts requests, tokens and cost. Reads the seeds, writes nothing, needs no key.</summary>
        /// <exception cref="RecipeException">SB2010: the job names no folder; SB2408: there are no seeds.</exception>
        public async Task<TextForecast> ForecastAsync(Run run, CancellationToken ct = default)
        {
            StagedFolder.RequireWritable(job.RequireFolder());
            var seeds = await SeedsAsync(job, run, ct).ConfigureAwait(false);
            var path = Path.Combine(job.To!, TextRunResult.JournalFile);
            if (!File.Exists(path)) return JobForecast.Of(job, seeds, ImmutableDictionary<string, JournalTotal>.Empty);
            using var journal = RequestJournal.OpenToRead(path);
            return JobForecast.Of(job, seeds, journal.Totals());
        }

        /// <summary>
        /// Runs the job and leaves rows, ledger, lineage, exports, card and manifest in its folder, all or none of them. Every answer is in the folder's journal before it is used: a run that is interrupted, however
        /// hard, is taken up by running again, and nothing is paid twice. The same job, seed and answers give the same bytes.
        /// </summary>
        /// <param name="run">Progress, clock; its seed is used when the job has none.</param>
        /// <param name="command">What was typed, for the manifest.</param>
        /// <param name="ct">Stops.</param>
        /// <exception cref="RecipeException">SB2010: the job names no folder; SB2408: there are no seeds.</exception>
        /// <exception cref="ProviderException">A key is not set (SB6001), or a provider answers nothing more (SB6002, SB6004).</exception>
        /// <exception cref="DataException">The folder can't be written to.</exception>
        public Task<TextRunResult> RunAsync(Run run, string command, CancellationToken ct = default) => job.RunAsync(run, command, null, null, ct);

        internal string RequireFolder() => job.To ?? throw new RecipeException("SB2010", "the job does not say where the results go; give it `to: out`, or use --to out");

        internal async Task<TextRunResult> RunAsync(Run run, string command, IReadOnlyDictionary<string, ILanguageProvider>? providers, Func<string, IJournalFile>? journalFile, CancellationToken ct)
        {
            var to = Path.GetFullPath(job.RequireFolder());
            run = job.Seed is { } seed ? run with { Seed = new Seed(seed) } : run;
            var seeds = await SeedsAsync(job, run, ct).ConfigureAwait(false);
            using var folder = StagedFolder.Create(to);
            var path = Path.Combine(to, TextRunResult.JournalFile);
            using var journal = journalFile is null ? RequestJournal.Open(path, job.Durable) : RequestJournal.Open(journalFile(path), path);
            if (journal.Damaged > 0) run.Note(Stage.Generate, $"{journal.Damaged} lines of the journal are damaged; these calls are made again");
            foreach (var note in job.Notes) run.Note(Stage.Generate, note);
            using var engine = new JobEngine(job, seeds, journal, run, providers);
            return await new TextResults(job, folder, run, engine, command).WriteAsync(ct).ConfigureAwait(false);
        }
    }

    private static async Task<ImmutableDictionary<string, ImmutableArray<JsonObject>>> SeedsAsync(TextJob job, Run run, CancellationToken ct)
    {
        var seeds = ImmutableDictionary.CreateBuilder<string, ImmutableArray<JsonObject>>(StringComparer.Ordinal);
        foreach (var source in job.Sources) seeds[source.Name] = await source.ReadAsync(run, ct).ConfigureAwait(false);
        return seeds.ToImmutable();
    }
}
