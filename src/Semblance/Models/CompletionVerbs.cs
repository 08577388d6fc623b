using System.Runtime.CompilerServices;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Models;

namespace Semblance;

/// <summary>Filling the missing cells of rows.</summary>
public static class CompletionVerbs
{
    extension(IGenerator<Table> generator)
    {
        /// <summary>
        /// Fills the missing cells of rows, consistent with the present ones; these stay as they are, to the byte. Columns that the rows do not have are made whole. Rows keep
        /// their order; columns come in the order of the model.
        /// </summary>
        /// <param name="holes">The rows, with columns of the model.</param>
        /// <param name="run">Seed and threads. What the model could not use is said as a note (<see cref="Step.IsNote"/>).</param>
        /// <param name="ct">Stops the work.</param>
        /// <exception cref="SchemaException">A column the model does not know (SB1211), or of another kind (SB1212).</exception>
        /// <exception cref="GenerateException">The model can't complete rows (SB4034).</exception>
        public Task<Table> CompleteAsync(Table holes, Run run, CancellationToken ct = default) =>
            generator.GenerateAsync(new Request(holes.Rows) { Complete = holes }, run, ct);

        /// <summary>Fills the missing cells of rows that come in blocks, in bounded memory. The same rows come out whatever the blocks.</summary>
        /// <exception cref="SchemaException">A column the model does not know (SB1211), or of another kind (SB1212).</exception>
        /// <exception cref="GenerateException">The model can't complete rows (SB4034).</exception>
        public async IAsyncEnumerable<Table> CompleteAsync(IAsyncEnumerable<Table> holes, Run run, [EnumeratorCancellation] CancellationToken ct = default)
        {
            long first = 0;
            var notes = new NotesOnce(run.Progress);
            await foreach (var block in holes.WithCancellation(ct).ConfigureAwait(false))
            {
                var request = new Request(block.Rows) { First = first, Complete = block };
                await foreach (var filled in generator.StreamAsync(request, run with { Progress = notes }, ct).ConfigureAwait(false)) yield return filled;
                first += block.Rows;
            }
        }

        /// <summary>Reads rows with holes from a file in blocks, with the model's own kinds and formats. A column the file does not have is left out.</summary>
        /// <param name="path">A table (.csv, .tsv, .jsonl, each also .gz). It is read more than once.</param>
        /// <param name="run">Whom to report progress to.</param>
        /// <param name="ct">Stops the work.</param>
        /// <exception cref="DataException">The file can't be read, or a cell does not fit the kind of its column (SB1004).</exception>
        public async IAsyncEnumerable<Table> ReadHolesAsync(string path, Run? run = null, [EnumeratorCancellation] CancellationToken ct = default)
        {
            var found = await Table.InferSchemaAsync(path, null, run, ct).ConfigureAwait(false);
            var columns = generator.Schema.Columns.Where(c => found.IndexOf(c.Name) >= 0).Select(c => c with
            {
                // a value that a yes or no, or a constant, can't be is one the model does not know; it is kept
                Kind = c.Kind is ColumnKind.Boolean or ColumnKind.Constant ? ColumnKind.Category : c.Kind,
                // the model's markers, and the words that stand for "no value" anywhere but where the model knows them as a value
                MissingMarkers = [.. c.MissingMarkers.Union(TableOptions.KnownMarkers.Except(ValuesOf(generator, c.Name), StringComparer.Ordinal), StringComparer.Ordinal)],
            });
            var options = new TableOptions { Schema = new Schema([.. columns]) };
            await foreach (var block in Table.ReadBlocksAsync(path, options, run, ct).ConfigureAwait(false)) yield return block;
        }
    }

    private static IEnumerable<string> ValuesOf(IGenerator<Table> generator, string name)
    {
        if (generator is not TabularGenerator tabular) return [];
        var codec = tabular.Codecs[tabular.Schema.IndexOf(name)];
        return codec.Decode([], [], default, 0) is CategoryColumn known ? known.Levels : [];
    }

    /// <summary>Passes steps on, and of the notes of all blocks the first on each matter (each begins with what it is about): their counts are those of its block.</summary>
    private sealed class NotesOnce(IProgress<Step>? progress) : IProgress<Step>
    {
        private readonly HashSet<string> told = new(StringComparer.Ordinal);

        public void Report(Step value)
        {
            lock (told)
                if (value.IsNote && !told.Add(value.What[..Math.Max(0, value.What.IndexOf(':', StringComparison.Ordinal))])) return;
            progress?.Report(value);
        }
    }
}
