using System.Collections.Immutable;
using System.Globalization;
using Semblance.Data;
using Semblance.Metrics;
using Semblance.Models;
using Semblance.Recipes;

namespace Semblance;

/// <summary>Models that learn from models.</summary>
public static class Generations
{
    /// <summary>Real rows that the first model learns from at most, and rows that every model makes at most, unless asked otherwise.</summary>
    public const int MostRows = 10_000;

    /// <summary>Most generations of one experiment.</summary>
    public const int MostGenerations = 100;

    /// <summary>Fewer real rows or fewer held out can't be judged.</summary>
    private const int LeastRows = 100, LeastHoldout = 30;

    extension(Table real)
    {
        /// <summary>
        /// Lets a model learn from these rows and make as many, the next one learn from made rows, and so on, and measures every generation against these rows and the holdout (Shumailov et al., AI models collapse when trained
        /// on recursively generated data, Nature 2024; Gerstgrasser et al., Is model collapse inevitable?, 2024). Deterministic for one seed at any thread count.
        /// </summary>
        /// <param name="model">The model; fitted anew in every generation.</param>
        /// <param name="holdout">Real rows that no model sees.</param>
        /// <param name="generations">How many models.</param>
        /// <param name="keep">What the next one learns from.</param>
        /// <param name="run">Seed, threads, progress. Every generation has a seed of its own that hangs on it.</param>
        /// <param name="target">Column to be predicted; null leaves learning out.</param>
        /// <param name="rows">Real rows that are used at most, drawn at random, and rows that each generation makes.</param>
        /// <param name="ct">Stops the work.</param>
        /// <exception cref="FitException">There are under 100 rows, or under 30 held out (SB3062), or the first model can't be fitted.</exception>
        /// <exception cref="SchemaException">The holdout lacks a column, or the target is none (SB1202).</exception>
        public async Task<GenerationTrail> GenerationsAsync(IModel<Table> model, Table holdout, int generations, KeptRows keep, Run run, string? target = null, int rows = MostRows, CancellationToken ct = default)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(generations, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(generations, MostGenerations);
            if (Math.Min(real.Rows, rows) < LeastRows || holdout.Rows < LeastHoldout)
                throw new FitException("SB3062", string.Create(CultureInfo.InvariantCulture, $"{Math.Min(real.Rows, rows)} rows and {holdout.Rows} held out are too few to watch data wear out; give {LeastRows} and {LeastHoldout} or more"));
            var notes = new List<string>();
            var train = Sample(real, rows, "generations/rows", run);
            if (train.Rows < real.Rows) notes.Add(string.Create(CultureInfo.InvariantCulture, $"Of {real.Rows} real rows {train.Rows}, drawn at random, were learned from, and every generation made as many."));
            var seen = train;
            var done = ImmutableArray.CreateBuilder<Generation>(generations);
            Detection? fresh = null;
            while (done.Count < generations)
            {
                var number = done.Count + 1;
                run.Report(Stage.Fit, string.Create(CultureInfo.InvariantCulture, $"generation {number}"), done.Count, generations);
                var own = run with { Seed = new Seed(unchecked(run.Seed.Value + (ulong)number)), Progress = null, Budget = null };
                Table made;
                try { made = await MadeAsync(model, seen, train.Rows, own, ct).ConfigureAwait(false); }
                catch (Exception e) when (number > 1 && e is FitException or GenerateException)
                {
                    notes.Add(string.Create(CultureInfo.InvariantCulture, $"It ended before generation {number}: the rows so far could not be learned from any more ({e.Message})."));
                    break;
                }
                var data = Comparison.Of(new Evidence<Table>(train, made) { Holdout = holdout, Target = target }, run);
                data.Fresh = fresh; // real against real: the same for all generations
                done.Add(new Generation(number, seen.Rows, (double)(number == 1 || keep == KeptRows.Accumulate ? train.Rows : 0) / seen.Rows, GenerationMeasures.Of(data, run with { Progress = null }, ct)));
                fresh = data.Fresh;
                if (number == 1) notes.AddRange(data.Notes);
                seen = keep == KeptRows.Replace ? made : Table.Concatenate(train.Schema, [seen, made]);
            }
            return new GenerationTrail
            {
                Model = model.Id, Spec = ModelSettings.Of(model is Constrained wrapped ? wrapped.Model : model), Keep = keep, Seed = run.Seed, Target = target, Rows = train.Rows, HoldoutRows = holdout.Rows,
                Generations = done.ToImmutable(), Notes = [.. notes],
            };
        }
    }

    private static async Task<Table> MadeAsync(IModel<Table> model, Table seen, int rows, Run run, CancellationToken ct)
    {
        using var generator = await seen.FitAsync(model, run, ct).ConfigureAwait(false);
        return await generator.GenerateAsync(rows, run, ct).ConfigureAwait(false);
    }

    /// <summary>Random rows of a table, at most so many, in their order.</summary>
    internal static Table Sample(Table table, int most, string stream, Run run)
    {
        if (table.Rows <= most) return table;
        var rows = new int[table.Rows];
        for (var row = 0; row < rows.Length; row++) rows[row] = row;
        run.Stream(stream).Sequence().Shuffle<int>(rows);
        Array.Sort(rows, 0, most);
        return table.Take(rows.AsSpan(0, most));
    }
}
