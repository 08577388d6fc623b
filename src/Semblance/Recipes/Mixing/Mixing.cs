using System.Collections.Immutable;
using System.Globalization;
using Semblance.Data;
using Semblance.Metrics;
using Semblance.Recipes;

namespace Semblance;

/// <summary>Mixing real and synthetic rows.</summary>
public static class Mixing
{
    /// <summary>Most real rows that are learned from, and most synthetic ones: the curve is flat beyond.</summary>
    internal const int MostReal = 40_000, MostSynthetic = 160_000, MostCells = 50_000_000;

    extension(Table real)
    {
        /// <summary>
        /// Finds out how many synthetic rows beside how many real ones predict a target best on unseen real rows. With less than all real rows the synthetic ones still carry what their generator learned from all: the
        /// figures there are too good, which a note says. Give a model in their place to have it fitted to the very rows of each point.
        /// </summary>
        /// <param name="synthetic">Rows to add.</param>
        /// <param name="mix">Target and ratios.</param>
        /// <param name="holdout">Unseen real rows that judge; null parts the real rows.</param>
        /// <param name="run">Seed, threads, progress.</param>
        /// <param name="ct">Stops the work.</param>
        /// <exception cref="RecipeException">A ratio is out of range (SB2110), nothing can be learned (SB2111), or there are too few synthetic rows (SB2112).</exception>
        public Task<MixResult> MixAsync(Table synthetic, Mix mix, Table? holdout, Run run, CancellationToken ct = default) => Task.Run(() =>
        {
            var (train, test) = Parted(real, mix, holdout, run);
            var rows = RowSample.Of(synthetic.Rows, Math.Min(synthetic.Rows, MostOf(synthetic)), run.Stream("mix/synthetic"));
            synthetic = synthetic.Take(rows);
            var parts = Parts(train, run).Select((p, i) => new MixPart(p.Step, p.Rows, RowSample.Of(synthetic.Rows, synthetic.Rows, run.Stream(string.Create(CultureInfo.InvariantCulture, $"mix/order/{i}"))))).ToArray();
            var result = new MixTrials(mix, train, synthetic, test, parts, run).Try(ct);
            return result with
            {
                Notes =
                [
                    "Where not all real rows are used, the synthetic rows still carry what their generator learned from the others: their gain is too good there. With a model's id in their place it is fitted to those rows alone.",
                    .. holdout is null ? ["The rows that judge were drawn from the real table; if the generator has seen them, the gain is too good. Give rows it never saw with --holdout."] : Array.Empty<string>(),
                ],
            };
        }, ct);

        /// <summary>As with rows, but a model is fitted to the very real rows of each point and makes what is added: nothing of the other rows is in them.</summary>
        /// <inheritdoc cref="MixAsync(Table, Table, Mix, Table?, Run, CancellationToken)"/>
        public async Task<MixResult> MixAsync(IModel<Table> model, Mix mix, Table? holdout, Run run, CancellationToken ct = default)
        {
            var (train, test) = Parted(real, mix, holdout, run);
            var drawn = Parts(train, run);
            var made = ImmutableArray.CreateBuilder<Table>();
            var parts = new MixPart[drawn.Count];
            var first = 0;
            Schema? schema = null;
            for (var i = 0; i < parts.Length; i++)
            {
                run.Report(Stage.Fit, string.Create(CultureInfo.InvariantCulture, $"`{model.Id}` on {drawn[i].Rows.Length} rows"), i, parts.Length);
                var own = run with { Progress = null, Seed = new Seed(run.Seed.Value + (ulong)i) };
                var most = (int)Math.Min(Math.Ceiling(mix.Ratios.Max() * drawn[i].Rows.Length), MostOf(train));
                using var generator = await train.Take(drawn[i].Rows).FitAsync(model, own, ct).ConfigureAwait(false);
                var rows = await generator.GenerateAsync(most, own, ct).ConfigureAwait(false);
                schema ??= generator.Schema;
                made.Add(rows);
                parts[i] = new MixPart(drawn[i].Step, drawn[i].Rows, [.. Enumerable.Range(first, rows.Rows)]);
                first += rows.Rows;
            }
            return await Task.Run(() => new MixTrials(mix, train, Table.Concatenate(schema!, made.ToImmutable()), test, parts, run).Try(ct), ct).ConfigureAwait(false) with
            {
                Notes = [$"`{model.Id}` was fitted anew to the real rows of each point, so that nothing of the other rows is in what it made."],
            };
        }
    }

    private static int MostOf(Table table) => Math.Clamp(MostCells / Math.Max(1, table.Columns.Length), 10_000, MostSynthetic);

    private static (Table Train, Table Test) Parted(Table real, Mix mix, Table? holdout, Run run)
    {
        mix.Check();
        var target = real.Columns[real.Schema.Require(mix.Target, "target")];
        var (train, test) = holdout is null ? real.Split(1 - mix.HoldoutShare, run) : (real, holdout);
        var column = train[mix.Target];
        int[] usable = [.. Enumerable.Range(0, train.Rows).Where(row => !column.IsMissing(row))];
        if (usable.Length < 2 * Downstream.LeastRows) throw TooFew(target.Name);
        var chosen = RowSample.Of(usable.Length, Math.Min(MostReal, usable.Length), run.Stream("mix/real"));
        return (train.Take(Array.ConvertAll(chosen, i => usable[i])), test);
    }

    /// <summary>Refuses a target that no ratio can be found for.</summary>
    /// <exception cref="RecipeException">Too little to learn from, nothing to judge by, or a target that can't be learned (SB2111).</exception>
    internal static void RequireTask(Table train, Table? holdout, string target, Run run)
    {
        var column = train[target];
        var usable = 0;
        for (var row = 0; row < train.Rows; row++)
            if (!column.IsMissing(row)) usable++;
        if (usable < 2 * Downstream.LeastRows) throw TooFew(target);
        if (holdout is null) throw new RecipeException("SB2111", "mix: no rows are held out to judge by; hold out more of them");
        if (Downstream.Of(Comparison.Of(new Evidence<Table>(train, train) { Holdout = holdout, Target = target }, run), target, run, out var why) is null) throw new RecipeException("SB2111", $"mix: {why}");
    }

    private static RecipeException TooFew(string target) => new("SB2111", $"mix: needs at least {2 * Downstream.LeastRows} real rows with a value of `{target}`");

    /// <summary>The real rows of every point; those of one step have no row in common, but for the last, which has all twice.</summary>
    private static List<(int Step, int[] Rows)> Parts(Table train, Run run)
    {
        var order = RowSample.Of(train.Rows, train.Rows, run.Stream("mix/parts"));
        var parts = new List<(int, int[])>();
        for (var step = 0; step < MixTrials.Steps.Length; step++)
        {
            var (share, count) = MixTrials.Steps[step];
            var size = (int)(share * order.Length);
            if (size < 2 * Downstream.LeastRows) continue;
            for (var p = 0; p < count; p++) parts.Add((step, share >= 1 ? order : order[(p * size)..((p + 1) * size)]));
        }
        return parts;
    }
}
