using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// A classifier two-sample test (Lopez-Paz and Oquab 2017): a learner is trained on two thirds of the rows to tell two samples apart and tried on the rest, three
/// times. It says how well an attentive judge of whole rows can do.
/// </summary>
internal sealed record Detection(double[] Aucs, double Variance, double[] Importance)
{
    /// <summary>Folds.</summary>
    public const int Folds = 3;

    /// <summary>Most rows a side; fewer on tables of more than 200 columns, so that work stays bounded.</summary>
    public static int RowLimit(int columns) => Math.Clamp(2_000_000 / Math.Max(1, columns), 1_000, 10_000);

    /// <summary>Fewer rows a side say nothing.</summary>
    public const int LeastRows = 30;

    /// <summary>Mean area under the ROC curve over the folds.</summary>
    public double Auc => Aucs.Average();

    /// <summary>1 - mean over folds of max(0, 2 AUC - 1): 1 when the samples cannot be told apart, 0 when every row can.</summary>
    public double Value => 1 - Aucs.Average(a => 2 * Math.Max(0.5, a) - 1);

    /// <summary>95 % interval of <see cref="Value"/>.</summary>
    public Interval Interval
    {
        get
        {
            var half = 1.96 * Math.Sqrt(Variance);
            return new(1 - Math.Clamp(2 * (Auc + half) - 1, 0, 1), 1 - Math.Clamp(2 * (Auc - half) - 1, 0, 1));
        }
    }

    /// <summary>Two samples to be told apart.</summary>
    public readonly record struct Samples(Side First, int[] FirstRows, Side Second, int[] SecondRows);

    /// <summary>A learner: fits on the training rows of a fold and returns the score of each test row, higher for the first sample; and what part each feature had.</summary>
    public delegate (float[] Scores, double[] Importance) Learner(int test, int[] trainRows, int[] testRows);

    /// <summary>Runs several tests, their folds side by side on the threads of the run.</summary>
    public static Detection[] Of(IReadOnlyList<Samples> tests, Func<Samples, Learner> learner, Run run, string stream, CancellationToken ct)
    {
        var learners = new Learner[tests.Count];
        Blocks.For(tests.Count, run, ct, t => learners[t] = learner(tests[t]));
        var folds = tests.Select((t, i) => Split(t, run.Stream($"{stream}/folds"))).ToArray();
        var rocs = new Estimate[tests.Count * Folds];
        var importance = new double[tests.Count * Folds][];
        Blocks.For(rocs.Length, run, ct, job =>
        {
            int test = job / Folds, fold = job % Folds;
            var assigned = folds[test];
            var trainRows = Enumerable.Range(0, assigned.Length).Where(i => assigned[i] != fold).ToArray();
            var testRows = Enumerable.Range(0, assigned.Length).Where(i => assigned[i] == fold).ToArray();
            (var scores, importance[job]) = learners[test](test, trainRows, testRows);
            var border = tests[test].FirstRows.Length;
            // Every sample has rows in every fold, so there is an area.
            rocs[job] = RankStatistics.Auc(Array.ConvertAll(scores, s => (double)s), Array.ConvertAll(testRows, r => r < border))!.Value;
        });
        return [.. tests.Select((_, t) => Sum(rocs.AsSpan(t * Folds, Folds), importance.AsSpan(t * Folds, Folds)))];
    }

    private static Detection Sum(ReadOnlySpan<Estimate> rocs, ReadOnlySpan<double[]> importance)
    {
        var aucs = new double[rocs.Length];
        double within = 0, between = 0, mean = 0;
        for (var k = 0; k < rocs.Length; k++)
        {
            aucs[k] = rocs[k].Value;
            mean += aucs[k] / rocs.Length;
            within += rocs[k].StandardError * rocs[k].StandardError / (rocs.Length * rocs.Length);
        }
        foreach (var auc in aucs) between += (auc - mean) * (auc - mean) / (rocs.Length - 1) / rocs.Length;
        var parts = new double[importance[0].Length];
        foreach (var fold in importance)
            for (var f = 0; f < parts.Length; f++) parts[f] += fold[f] / importance.Length;
        // DeLong's variance is that of the test rows only; folds also differ by what was learned.
        return new Detection(aucs, Math.Max(within, between), parts);
    }

    /// <summary>A fold per row, each sample spread evenly over the folds.</summary>
    private static int[] Split(Samples samples, RandomStream stream)
    {
        int first = samples.FirstRows.Length, second = samples.SecondRows.Length;
        var folds = new int[first + second];
        Spread(folds.AsSpan(0, first), stream.Sequence(0));
        Spread(folds.AsSpan(first), stream.Sequence(1));
        return folds;

        static void Spread(Span<int> folds, RandomSequence sequence)
        {
            for (var i = 0; i < folds.Length; i++) folds[i] = i % Folds;
            sequence.Shuffle(folds);
        }
    }
}
