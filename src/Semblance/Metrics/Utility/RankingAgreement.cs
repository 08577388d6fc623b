using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// Whether who chooses between learners by synthetic rows chooses as by real rows: the share of pairs of learners that both rank the same way. Two learners whose
/// difference is inside the noise of the test rows tie.
/// </summary>
internal sealed class RankingAgreement : TableMetric
{
    private const int RowLimit = 2_000, TestRows = 3_000, Resamples = 100, MostCells = 2_000_000;

    private static readonly Learner[] Learners =
    [
        Downstream.Quick, new ForestLearner(new ForestSettings { Trees = 30, Tree = new TreeSettings { MinLeaf = 3 }, Stream = "evaluate/ranking/forest" }),
        new TreeLearner(4), new LinearLearner(), new NeighboursLearner(), new NaiveBayesLearner(), new ConstantLearner(),
    ];

    public override string Name => "utility.ranking";
    public override string Title => "The same learners win";
    public override string What => "How often two ways of learning are ranked alike by trying them with synthetic and with real rows: 1 when who chooses by synthetic rows always chooses as by real ones.";

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        if (data.Target is null) return Finding.None("no target column was named");
        if (Downstream.Of(data, data.Target, run, out var why, TestRows) is not { } task) return Finding.None(why);
        var limit = Math.Clamp(MostCells / task.Inputs.Length, 500, RowLimit);
        if (task.Parts(limit, PartAgreement.Parts, run, "evaluate/ranking", out why) is not { } parts) return Finding.None(why);
        var learners = Learners.Where(l => l.Can(task.Target.Task)).ToArray();
        var learned = new PredictionScores[parts.Length * learners.Length];
        var alone = run with { Threads = 1, Progress = null };
        Blocks.For(learned.Length, run, ct, job => learned[job] = task.Learn(learners[job / parts.Length], [parts[job % parts.Length]], alone, ct).Scores);

        var quality = Qualities(task, learned, null);
        var sampled = new double[Resamples][];
        var random = run.Stream("evaluate/ranking/bootstrap");
        Blocks.For(Resamples, run, ct, k =>
        {
            var drawn = new int[task.TestRows.Length];
            var sequence = random.Sequence(k);
            for (var i = 0; i < drawn.Length; i++) drawn[sequence.NextBelow(drawn.Length)]++;
            sampled[k] = Qualities(task, learned, drawn);
        });
        sampled = Array.FindAll(sampled, q => q.All(double.IsFinite));
        if (sampled.Length < Resamples / 2) return Finding.None($"the holdout has too few rows of a class of `{data.Target}`");
        var orders = Enumerable.Range(0, parts.Length).Select(part => Order(quality, sampled, learners.Length, parts.Length, part)).ToArray();
        return new Finding(PartAgreement.Of((a, b) => Agreement(orders[a], orders[b])))
        {
            SampledRows = parts[0].Rows.Length * PartAgreement.Parts,
            Learning = detail => detail with
            {
                Measure = PredictionScores.QualityName(task.Target.Task),
                Learners = [.. learners.Select((l, i) => new LearnerQuality(l.Name, Mean(i, 0), Mean(i, PartAgreement.Parts))).OrderByDescending(l => l.Real)],
            },
        };

        double Mean(int learner, int first) => Enumerable.Range(first, PartAgreement.Parts).Average(part => quality[learner * parts.Length + part]);
    }

    private static double[] Qualities(Downstream task, PredictionScores[] learned, int[]? drawn)
    {
        drawn ??= [.. Enumerable.Repeat(1, task.TestRows.Length)];
        return Array.ConvertAll(learned, scores => scores.Quality(drawn));
    }

    /// <summary>For each pair of learners of a part 1 or -1 by which is better, 0 where the difference is within 1.96 standard deviations over the samples.</summary>
    private static int[] Order(double[] quality, double[][] sampled, int learners, int parts, int part)
    {
        var order = new List<int>();
        for (var a = 0; a < learners; a++)
            for (var b = 0; b < a; b++)
            {
                int first = a * parts + part, second = b * parts + part;
                double sum = 0, squares = 0;
                foreach (var q in sampled)
                {
                    var d = q[first] - q[second];
                    (sum, squares) = (sum + d, squares + d * d);
                }
                var mean = sum / sampled.Length;
                var noise = Math.Sqrt(Math.Max(0, squares / sampled.Length - mean * mean));
                var difference = quality[first] - quality[second];
                order.Add(Math.Abs(difference) <= 1.96 * noise ? 0 : Math.Sign(difference));
            }
        return [.. order];
    }

    /// <summary>Mean over pairs of learners: 1 where both rank them alike (or both tie), a half where one ties, 0 where they contradict each other.</summary>
    internal static double Agreement(int[] a, int[] b) => a.Zip(b, (x, y) => 1 - Math.Abs(x - y) / 2.0).Average();
}
