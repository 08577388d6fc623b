using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// A finisher for any model: more rows are made than asked for, and those are kept whose counts of one, two and three columns together come nearest to real ones. After Gandagorn's entry to the MOSTLY AI
/// Prize (2025), with two changes against learning the sample by heart: what is aimed at is smoothed as far as real rows left out of it ask for (<see cref="MarginalTargets"/>), and a made row
/// that repeats a real row which occurs once is never kept. The rows belong together: no part of them can be made alone.
/// </summary>
public sealed record Matching
{
    /// <summary>Rows made for each row kept, 2 to 100. Default 5. More leave more to choose from, and take time and memory.</summary>
    public int Pool { get; init; } = 5;

    /// <summary>Most pairs of columns that are aimed at, 0 to 10000. Default 3000: all of 78 columns.</summary>
    public int Pairs { get; init; } = 3_000;

    /// <summary>Most triples of columns that are aimed at, 0 to 10000. Default 100, those that are furthest off.</summary>
    public int Triples { get; init; } = 100;

    /// <summary>Cells that may be held at once.</summary>
    private const long MostCells = 4_000_000_000;

    internal void Check(long count, int columns)
    {
        if (Pool is < 2 or > 100) throw new RecipeException("SB2022", $"match: pool = {Pool} is out of range; give 2 to 100");
        if (Pairs is < 0 or > 10_000) throw new RecipeException("SB2022", $"match: pairs = {Pairs} is out of range; give 0 to 10000");
        if (Triples is < 0 or > 10_000) throw new RecipeException("SB2022", $"match: triples = {Triples} is out of range; give 0 to 10000");
        if (count < 1) throw new GenerateException("SB4001", $"can't make {count} rows; give 1 or more");
        if (count > int.MaxValue / Pool || count * Pool * columns > MostCells)
            throw new GenerateException("SB4061", $"{count} rows of {columns} columns are too many to choose from a pool {Pool} times that in memory; make fewer, or make them without matching");
    }
}

/// <summary>Matching as a verb.</summary>
public static class MatchingVerbs
{
    extension(IGenerator<Table> generator)
    {
        /// <summary>
        /// Makes rows whose counts of one, two and three columns together come near those of a real table. The same generator, table, count and seed give the same rows at any thread count.
        /// </summary>
        /// <param name="real">Rows like those the generator was fitted to, with its schema; best the very same. Never rows that are to judge the result.</param>
        /// <param name="count">Rows wanted.</param>
        /// <param name="matching">Settings.</param>
        /// <param name="run">Seed, threads, progress; a note says what was gained.</param>
        /// <param name="ct">Cancels.</param>
        /// <exception cref="GenerateException">SB4060 the real table has other columns or fewer than 20 rows; SB4061 too many rows for memory; SB4062 too few made rows are left to choose from.</exception>
        public async Task<Table> MatchedAsync(Table real, long count, Matching matching, Run run, CancellationToken ct = default)
        {
            if (generator is not TabularGenerator tabular) throw new GenerateException("SB4060", $"a generator of type {generator.GetType().Name} can't be matched");
            matching.Check(count, generator.Schema.Columns.Length);
            var names = generator.Schema.Columns.Select(c => c.Name);
            if (!real.Schema.Columns.Select(c => c.Name).SequenceEqual(names))
                throw new GenerateException("SB4060", $"the table to match has other columns than the model, which has {string.Join(", ", names)}");
            if (real.Rows < CellTable.LeastRows) throw new GenerateException("SB4060", $"the table to match has {real.Rows} rows; give {CellTable.LeastRows} or more");

            var pool = await generator.GenerateAsync(new Request(count * matching.Pool), run, ct).ConfigureAwait(false);
            return await Task.Run(() => Choose(tabular, real, pool, (int)count, matching, run, ct), ct).ConfigureAwait(false);
        }
    }

    private static Table Choose(TabularGenerator generator, Table real, Table pool, int count, Matching matching, Run run, CancellationToken ct)
    {
        var fresh = SingularRows.NotRepeatedIn(pool, real, run, ct);
        if (fresh.Length < count)
            throw new GenerateException("SB4062", $"of {pool.Rows} made rows only {fresh.Length} repeat no real row, and {count} are wanted; make fewer, or match with a larger pool");
        var dropped = pool.Rows - fresh.Length;
        if (dropped > 0) pool = pool.Take(fresh);

        int[] free = [.. Enumerable.Range(0, generator.Codecs.Length).Where(c => generator.Codecs[c].Cells > 1)];
        var columns = new MatchedColumn[free.Length];
        Blocks.For(free.Length, run, ct, i => columns[i] = MatchedColumn.Of(generator.Codecs[free[i]], real.Columns[free[i]], pool.Columns[free[i]]));
        var targets = MarginalTargets.Learn(columns, matching, run, ct);
        var chosen = new SubsetSelection(targets, columns, pool.Rows).Choose(count, run, ct);
        int[] unchosen = [.. Enumerable.Range(0, count)];
        run.Note(Stage.Generate, FormattableString.Invariant(
            $"matched: {targets.Length} counts of one, two or three columns were aimed at; the rows lie {SubsetSelection.Distance(targets, columns, chosen) * 100:0.00} % from them on average, as many rows not chosen {SubsetSelection.Distance(targets, columns, unchosen) * 100:0.00} %") +
            (dropped > 0 ? $"; {dropped} made rows that repeat a real one were not taken" : ""));
        return pool.Take(chosen);
    }
}
