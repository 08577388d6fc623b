using System.Globalization;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Metrics;
using Semblance.Models;

namespace Semblance.Recipes;

/// <summary>The mix that a run wrote.</summary>
/// <param name="Result">How the ratio was found; null where the recipe gave it.</param>
/// <param name="Ratio">Synthetic rows for each real row.</param>
/// <param name="RealRows">Real rows in it.</param>
/// <param name="SyntheticRows">Synthetic rows in it.</param>
public sealed record RunMix(MixResult? Result, double Ratio, long RealRows, long SyntheticRows)
{
    /// <summary>The outcome in one sentence.</summary>
    public string Said => Result?.Said ?? string.Create(CultureInfo.InvariantCulture, $"{Ratio:0.##} synthetic rows for each real row, as asked.");
}

/// <summary>
/// The step of a run that mixes: rows the model learned from with rows it makes, in the ratio that serves the target best on the rows held out, which are not in the mix. Rows are made as the recipe asks for them, as many as the
/// largest ratio needs: without a balance, fairness or matching they begin with those of the run itself.
/// </summary>
internal sealed class MixStep(PreparedRun prepared, IGenerator<Table> generator)
{
    /// <summary>Seconds of one core for a row that is learned from and for one that judges, with 15 columns.</summary>
    private const double LearnSeconds = 3e-6, TrySeconds = 2.5e-6;

    private Table Train => prepared.Train;

    /// <summary>Refuses, before any work, data that no ratio can be found for.</summary>
    /// <exception cref="RecipeException">There is too little to learn from, nothing to judge by, or the target can't be learned (SB2111).</exception>
    /// <exception cref="SchemaException">A column has the name of the mark (SB2113).</exception>
    public static void Require(MixWish wish, PreparedRun prepared)
    {
        MarkedRows.RequireFree(prepared.Real.Schema);
        if (wish.Given is null) Mixing.RequireTask(prepared.Train, prepared.Holdout, prepared.Recipe.Target!, prepared.Run);
    }

    /// <summary>Seconds of one core: a learner for every ratio and part, as measured on 39,000 rows of 15 columns, and making the rows it learns from.</summary>
    public static double Seconds(MixWish wish, PreparedRun prepared, double secondsARow)
    {
        var most = (wish.Given ?? wish.Search("").Ratios.Max()) * prepared.Train.Rows;
        if (wish.Given is not null) return most * secondsARow;
        double rows = Math.Min(prepared.Train.Rows, Mixing.MostReal);
        var learned = MixTrials.Steps.Sum(s => s.Parts * s.Share * wish.Search("").Ratios.Append(0).Sum(r => rows * (1 + r)));
        var tried = MixTrials.Steps.Sum(s => s.Parts) * (wish.Search("").Ratios.Length + 1) * (double)Math.Min(prepared.Holdout?.Rows ?? 0, Downstream.MostTestRows);
        return (learned * LearnSeconds + tried * TrySeconds) * prepared.Real.Columns.Length / 15 + 2 * most * secondsARow;
    }

    /// <summary>Finds the ratio, where the recipe does not give it, and writes the mix.</summary>
    public async Task<RunMix> WriteAsync(MixWish wish, string path, CancellationToken ct)
    {
        var run = prepared.Run;
        MixResult? result = null;
        if (wish.Given is null)
        {
            var search = wish.Search(prepared.Recipe.Target!);
            var made = await RowsAsync(Math.Min(Mixing.MostSynthetic, (long)Math.Ceiling(search.Ratios.Max() * Math.Min(Train.Rows, Mixing.MostReal))), ct).ConfigureAwait(false);
            result = await Train.MixAsync(made, search, prepared.Holdout!, run, ct).ConfigureAwait(false);
        }
        var ratio = wish.Given ?? result!.BestRatio;
        var count = (long)Math.Round(ratio * Train.Rows);
        run.Report(Stage.Generate, RunResult.MixFile, 0, Train.Rows + count);
        var writer = TableWriter.Create(path, new WriteOptions { Format = TableFormat.Csv });
        await using (writer.ConfigureAwait(false))
        {
            await writer.WriteAsync(MarkedRows.Of(Train, Train.Schema, synthetic: false), ct).ConfigureAwait(false);
            if (count > 0)
                await foreach (var block in StreamAsync(count, ct).ConfigureAwait(false)) await writer.WriteAsync(MarkedRows.Of(block, Train.Schema, synthetic: true), ct).ConfigureAwait(false);
            await writer.CommitAsync(ct).ConfigureAwait(false);
        }
        return new RunMix(result, ratio, Train.Rows, count);
    }

    private IAsyncEnumerable<Table> StreamAsync(long count, CancellationToken ct) => prepared.Recipe.Match ? MatchedRows.OfAsync(generator, Train, count, prepared.Run, ct)
        : generator.StreamAsync(prepared.Request with { Count = count }, prepared.Run, ct);

    private Task<Table> RowsAsync(long count, CancellationToken ct) => prepared.Recipe.Match ? generator.MatchedAsync(Train, count, new Matching(), prepared.Run, ct)
        : generator.GenerateAsync(prepared.Request with { Count = count }, prepared.Run, ct);
}
