using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Metrics;
using Semblance.Numerics;

namespace Semblance.Recipes;

/// <summary>Real rows that are learned from together, and the synthetic rows that may be added to them.</summary>
/// <param name="Step">Place of their amount among the amounts.</param>
/// <param name="Real">Rows of the real table.</param>
/// <param name="Synthetic">Rows of the synthetic table, in random order.</param>
internal readonly record struct MixPart(int Step, int[] Real, int[] Synthetic);

/// <summary>
/// Learns from every mix and judges all on the same unseen rows. Of small amounts of real rows several parts are tried, for they differ by chance; of all of them two draws of synthetic rows. The best ratio is chosen on one half of
/// the test rows and told by the other, so that the luck of choosing is not counted as gain.
/// </summary>
internal sealed class MixTrials
{
    /// <summary>Amounts of real rows, and parts of each.</summary>
    public static readonly ImmutableArray<(double Share, int Parts)> Steps = [(0.05, 3), (0.2, 2), (1, 2)];

    private readonly Mix mix;
    private readonly Downstream task;
    private readonly MixPart[] parts;
    private readonly Run run;

    public MixTrials(Mix mix, Table train, Table synthetic, Table test, MixPart[] parts, Run run)
    {
        (this.mix, this.run) = (mix, run);
        var data = Comparison.Of(new Evidence<Table>(train, synthetic) { Holdout = test, Target = mix.Target }, run);
        task = Downstream.Of(data, mix.Target, run, out var why) ?? throw new RecipeException("SB2111", $"mix: {why}");
        // rows without a target teach nothing
        bool[] real = Taught(Side.Real, train.Rows), made = Taught(Side.Synthetic, synthetic.Rows);
        this.parts = Array.ConvertAll(parts, p => new MixPart(p.Step, Array.FindAll(p.Real, row => real[row]), Array.FindAll(p.Synthetic, row => made[row])));

        bool[] Taught(Side side, int rows)
        {
            var taught = new bool[rows];
            foreach (var row in task.Target.Rows(side)) taught[row] = true;
            return taught;
        }
    }

    public MixResult Try(CancellationToken ct)
    {
        double[] ratios = [0, .. mix.Ratios.Order()];
        var jobs = new List<(int Part, int Ratio)>();
        for (var p = 0; p < parts.Length; p++)
            for (var r = 0; r < ratios.Length; r++)
                if (Rows(p, ratios[r]) <= parts[p].Synthetic.Length) jobs.Add((p, r));
        var scores = new PredictionScores?[parts.Length, ratios.Length];
        var alone = run with { Threads = 1, Progress = null };
        var done = 0;
        Blocks.For(jobs.Count, run, ct, job =>
        {
            var (p, r) = jobs[jobs.Count - 1 - job]; // the longest first, so that two threads end together
            RowSet real = new(Side.Real, parts[p].Real);
            scores[p, r] = task.Learn(Downstream.Quick, r == 0 ? [real] : [real, new(Side.Synthetic, parts[p].Synthetic[..Rows(p, ratios[r])])], alone, ct).Scores;
            run.Report(Stage.Evaluate, "learning from mixes", Interlocked.Increment(ref done), jobs.Count);
        });

        var points = ImmutableArray.CreateBuilder<MixPoint>();
        for (var step = 0; step < Steps.Length; step++)
            for (var r = 0; r < ratios.Length; r++)
                if (Of(step, r, scores) is { Length: > 0 } of)
                    points.Add(new MixPoint
                    {
                        RealRows = parts[of[0]].Real.Length, RealShare = Steps[step].Share, Ratio = ratios[r], Quality = of.Average(p => scores[p, r]!.Quality(null)),
                        Gain = Gain(scores, of, r, null), Interval = r == 0 ? null : Interval(scores, of, r, null, $"mix/bootstrap/{step}/{r}", ct),
                    });

        var (choose, tell) = Halves();
        var last = Steps.Length - 1;
        var best = Enumerable.Range(1, ratios.Length - 1).Where(r => Of(last, r, scores).Length > 0).Select(r => (Ratio: r, Gain: Gain(scores, Of(last, r, scores), r, choose))).DefaultIfEmpty((Ratio: 0, Gain: 0)).MaxBy(b => b.Gain).Ratio;
        if (best == 0) throw new RecipeException("SB2112", "mix: there are too few synthetic rows for the least of the ratios; give more rows, a model, or a smaller ratio");
        var judged = Of(last, best, scores);
        var interval = Interval(scores, judged, best, tell, "mix/bootstrap/best", ct);
        return new MixResult
        {
            Target = mix.Target, Measure = PredictionScores.QualityName(task.Target.Task), TestRows = task.TestRows.Length, Points = points.ToImmutable(),
            BestRatio = interval is { Low: > 0 } ? ratios[best] : 0, Gain = Gain(scores, judged, best, tell), Interval = interval,
        };
    }

    private int Rows(int part, double ratio) => (int)Math.Round(ratio * parts[part].Real.Length);

    /// <summary>Parts of a step that were tried at a ratio.</summary>
    private int[] Of(int step, int ratio, PredictionScores?[,] scores) => [.. Enumerable.Range(0, parts.Length).Where(p => parts[p].Step == step && scores[p, ratio] is not null)];

    private static double Gain(PredictionScores?[,] scores, int[] of, int ratio, int[]? weights) => of.Average(p => scores[p, ratio]!.Quality(weights) - scores[p, 0]!.Quality(weights));

    /// <summary>Bootstrap of the test rows, with the spread between parts added: another draw of rows would have given another gain.</summary>
    private Interval? Interval(PredictionScores?[,] scores, int[] of, int ratio, int[]? mask, string stream, CancellationToken ct)
    {
        var gains = Array.ConvertAll(of, p => Gain(scores, [p], ratio, mask));
        var mean = gains.Average();
        var spread = of.Length < 2 ? 0 : Math.Sqrt(gains.Sum(g => (g - mean) * (g - mean)) / (of.Length - 1) / of.Length);
        var chance = run.Stream(stream + "/chance");
        return task.Bootstrap((drawn, sample) =>
        {
            if (mask is not null)
                for (var i = 0; i < drawn.Length; i++) drawn[i] *= mask[i];
            var sequence = chance.Sequence(sample);
            return Gain(scores, of, ratio, drawn) + spread * sequence.NextNormal();
        }, stream, run, ct);
    }

    private (int[] Choose, int[] Tell) Halves()
    {
        int[] choose = new int[task.TestRows.Length], tell = new int[choose.Length];
        var order = RowSample.Of(choose.Length, choose.Length, run.Stream("mix/halves"));
        for (var i = 0; i < order.Length; i++) (i % 2 == 0 ? choose : tell)[order[i]] = 1;
        return (choose, tell);
    }
}
