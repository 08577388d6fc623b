using System.Collections.Immutable;
using System.Globalization;
using Semblance.Data;
using Semblance.Metrics;
using Semblance.Models;
using Semblance.Recipes;
using Semblance.Rules;

namespace Semblance;

/// <summary>Models and newer data.</summary>
public static class Drift
{
    /// <summary>New rows that are looked at, at most.</summary>
    private const int MostRows = 20_000;

    /// <summary>Fewer new rows can't be parted into a half that judges and a half to learn from.</summary>
    private const int LeastRows = 200;

    /// <summary>Rows of the old model that are kept beside new ones, at most.</summary>
    private const int MostKept = 100_000;

    extension(IGenerator<Table> model)
    {
        /// <summary>
        /// Compares new real rows with rows of a fitted model, which holds no real row itself. What a model misses of any data is told apart from drift by a trial: the same model with the same settings, fitted to one
        /// half of the new rows, is compared with the other half too. What the old one misses and the trial does not has drifted. Deterministic for one seed at any thread count.
        /// </summary>
        /// <param name="newer">New rows, with all columns of the model.</param>
        /// <param name="run">Seed, threads, progress.</param>
        /// <param name="target">Column to be predicted; null leaves learning out.</param>
        /// <param name="ct">Stops the work.</param>
        /// <exception cref="FitException">There are under 200 rows (SB3063), or the model can't be fitted to half of them.</exception>
        /// <exception cref="SchemaException">Columns of the model are lacking (SB1213), or the target is none (SB1202).</exception>
        public async Task<DriftReport> DriftAsync(Table newer, Run run, string? target = null, CancellationToken ct = default)
        {
            newer = Columns(newer, model.Schema);
            if (target is not null) newer.Schema.Require(target, "target");
            if (newer.Rows < LeastRows) throw new FitException("SB3063", string.Create(CultureInfo.InvariantCulture, $"{newer.Rows} new rows are too few to tell drift from chance; give {LeastRows} or more"));
            var seen = Generations.Sample(newer, MostRows, "drift/rows", run);
            var (learned, judge) = Halves(seen, run);
            var quiet = run with { Progress = null, Budget = null };
            run.Report(Stage.Generate, "rows of the model", 0, 3);
            var old = await model.GenerateAsync(seen.Rows, quiet, ct).ConfigureAwait(false);
            run.Report(Stage.Fit, "the same model on half of the new rows", 1, 3);
            Table trial;
            using (var fitted = await learned.FitAsync(Again(model), quiet, ct).ConfigureAwait(false)) trial = await fitted.GenerateAsync(seen.Rows, quiet, ct).ConfigureAwait(false);
            run.Report(Stage.Evaluate, "model and trial beside the other half", 2, 3);
            return DriftMeasures.Of(model.About, learned, judge, old, trial, target, quiet, ct) with
            {
                Rows = seen.Rows,
                Notes =
                [
                    string.Create(CultureInfo.InvariantCulture, $"The model file holds no real row: {old.Rows} rows made by it stand for the data it learned from ({model.About.FittedRows} rows)."),
                    .. seen.Rows < newer.Rows ? [string.Create(CultureInfo.InvariantCulture, $"Of {newer.Rows} new rows {seen.Rows}, drawn at random, were looked at.")] : Array.Empty<string>(),
                ],
            };
        }

        /// <summary>Fits the same model with the same settings and the constraints that were asked for to new rows, as its next version.</summary>
        /// <param name="newer">New rows, with all columns of the model.</param>
        /// <param name="keep">Whether only they are learned from, or also rows of the old model: as many as that had learned from, at most 100,000.</param>
        /// <param name="replaces">SHA-256 of the old model file; it is noted in the new one.</param>
        /// <param name="run">Seed, threads, progress.</param>
        /// <param name="ct">Stops the work.</param>
        /// <exception cref="FitException">These data can't be fitted.</exception>
        /// <exception cref="SchemaException">Columns of the model are lacking (SB1213).</exception>
        public async Task<IGenerator<Table>> RefitAsync(Table newer, KeptRows keep, string replaces, Run run, CancellationToken ct = default)
        {
            newer = Columns(newer, model.Schema);
            var about = model.About;
            var made = keep == KeptRows.Replace ? 0 : Math.Min(about.FittedRows, MostKept);
            var learned = made == 0 ? newer : Table.Concatenate(newer.Schema, [await model.GenerateAsync(made, run with { Progress = null }, ct).ConfigureAwait(false), newer]);
            var fitted = await learned.FitAsync(Again(model), run, ct).ConfigureAwait(false);
            var note = string.Create(CultureInfo.InvariantCulture, $"version {Version(about) + 1}: replaces the model file of SHA-256 {replaces}, learned from {about.FittedRows} rows")
                + (made == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; {made} rows made by it were learned from again, beside {newer.Rows} real ones"));
            return fitted is TabularGenerator generator ? generator.With(generator.About with { Notes = [.. generator.About.Notes, note] }) : fitted;
        }
    }

    // a setting that was left out (no target) stands in a file as an empty text
    private static Constrained Again(IGenerator<Table> model) => new(ModelCatalog.Default.Create(model.About.Model, model.About.Spec))
    {
        Constraints = [.. model is TabularGenerator { Keeping: { } keeping } ? keeping.All.Where(k => !k.Found).Select(k => Constraint.Parse(k.Constraint.Text)) : []],
    };

    private static int Version(About about)
    {
        foreach (var note in about.Notes)
            if (note.StartsWith("version ", StringComparison.Ordinal) && int.TryParse(note.AsSpan(8, Math.Max(0, note.IndexOf(':', StringComparison.Ordinal) - 8)), NumberStyles.None, CultureInfo.InvariantCulture, out var version)) return version;
        return 1;
    }

    /// <summary>The model's columns of a table, in the model's order.</summary>
    private static Table Columns(Table table, Schema schema)
    {
        var lacking = schema.Columns.Where(c => table.Schema.IndexOf(c.Name) < 0).Select(c => $"`{c.Name}`").ToArray();
        return lacking.Length == 0 ? new Table([.. schema.Columns.Select(c => table[c.Name])])
            : throw new SchemaException("SB1213", $"the new data lack {(lacking.Length == 1 ? "the column" : "the columns")} {string.Join(", ", lacking.Take(12))} of the model; a model of other columns has to be fitted from the start");
    }

    private static (Table Learned, Table Judge) Halves(Table table, Run run)
    {
        var rows = new int[table.Rows];
        for (var row = 0; row < rows.Length; row++) rows[row] = row;
        run.Stream("drift/halves").Sequence().Shuffle<int>(rows);
        return (table.Take(rows.AsSpan(0, rows.Length / 2)), table.Take(rows.AsSpan(rows.Length / 2)));
    }
}
