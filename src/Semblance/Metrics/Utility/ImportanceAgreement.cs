using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// Whether a model trained on synthetic rows goes by the same columns as one trained on real rows: the overlap of permutation importances (Breiman 2001), the sum of
/// the lesser over the sum of the greater, column by column.
/// </summary>
internal sealed class ImportanceAgreement : TableMetric
{
    private const int RowLimit = 5_000, TestRows = 3_000, TestCells = 200_000; // fewer test rows of wide tables
    private const int MostShuffled = 250; // of more columns so many at random
    private const int MostColumns = 60; // in the report
    private const double LeastImportance = 0.01; // all columns together; below there is nothing to agree on

    // A tree sees half of the columns, so that two that say the same share their importance and chance does not choose between them.
    private static readonly Learner Learner =
        new BoostingLearner(new Boosting { Rounds = 80, Depth = 4, LearningRate = 0.15, ColumnSample = 0.5, Stream = "evaluate/importance/boosting" }) { MostTrees = 240 };

    public override string Name => "utility.importance";
    public override string Title => "The same columns matter";
    public override string What => "How far a model trained on synthetic rows goes by the same columns as one trained on real rows: 1 when shuffling any column harms both alike.";

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        if (data.Target is null) return Finding.None("no target column was named");
        var tests = Math.Clamp(TestCells / data.Features.Length, 300, TestRows);
        if (Downstream.Of(data, data.Target, run, out var why, tests) is not { } task) return Finding.None(why);
        if (task.Parts(RowLimit, PartAgreement.Parts, run, "evaluate/importance", out why) is not { } parts) return Finding.None(why);
        var alone = run with { Threads = 1, Progress = null };
        var learned = new Learned[parts.Length];
        Blocks.For(parts.Length, run, ct, k => learned[k] = task.Learn(Learner, [parts[k]], alone, ct));
        var order = RowSample.Of(task.TestRows.Length, task.TestRows.Length, run.Stream("evaluate/importance/shuffle"));
        var columns = RowSample.Of(task.Inputs.Length, MostShuffled, run.Stream("evaluate/importance/columns")).Order().ToArray();
        var losses = Array.ConvertAll(parts, _ => new double[columns.Length]);
        Blocks.For(columns.Length, run, ct, at =>
        {
            // The same order for all models, so that they differ by what was learned only.
            var inputs = (float[][])task.Test.Clone();
            var f = columns[at];
            inputs[f] = Array.ConvertAll(order, i => task.Test[f][i]);
            for (var k = 0; k < parts.Length; k++) losses[k][at] = Math.Max(0, learned[k].Quality - task.Judge(learned[k].Predict(inputs)).Quality(null));
        });
        double[] synthetic = Mean(losses[..PartAgreement.Parts]), real = Mean(losses[PartAgreement.Parts..]);
        if (!(real.Sum() >= LeastImportance)) return Finding.None($"no column helps to predict `{data.Target}`, in the real rows neither");
        return new Finding(PartAgreement.Of((a, b) => Overlap(losses[a], losses[b])))
        {
            SampledRows = parts[0].Rows.Length * PartAgreement.Parts,
            Learning = detail => detail with
            {
                Measure = PredictionScores.QualityName(task.Target.Task),
                Features = [.. columns.Select((f, at) => new FeatureUse(task.Inputs[f].Name, synthetic[at], real[at])).OrderByDescending(u => u.Real).Take(MostColumns)],
            },
        };
    }

    /// <summary>Sum of the lesser over the sum of the greater: 1 for equal importances, 0 where no column counts for both.</summary>
    internal static double Overlap(double[] a, double[] b)
    {
        double lesser = 0, greater = 0;
        for (var f = 0; f < a.Length; f++)
        {
            lesser += Math.Min(a[f], b[f]);
            greater += Math.Max(a[f], b[f]);
        }
        return greater > 0 ? lesser / greater : 1;
    }

    private static double[] Mean(double[][] losses) => [.. losses[0].Select((_, f) => losses.Average(l => l[f]))];
}
