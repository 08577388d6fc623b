namespace Semblance.Metrics;

/// <summary>
/// Train on synthetic, test on real, over train on real, test on real: how much of what can be learned from real rows is learned from synthetic ones. The ratio
/// of AUC (two classes), weighted F1 (more classes), or RMSE upside down (numbers) on the holdout. Esteban, Hyland and Raetsch (2017).
/// </summary>
internal sealed class Tstr : TableMetric
{
    public override string Name => "utility.tstr";
    public override string Title => "Learning from synthetic rows";
    public override string What => "How well the target is predicted on unseen real rows after learning from synthetic rows, compared with learning from real rows: 1 = as well.";
    public override Bounds Bounds => new(0, null);

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        if (data.Prediction(run, ct, out var why) is not { } pair) return Finding.None(why);
        var (task, synthetic, real) = (pair.Task, pair.Synthetic.Scores, pair.Real.Scores);
        var target = task.Target;
        var once = Enumerable.Repeat(1, task.Truth.Length).ToArray();
        var detail = new UtilityDetail
        {
            Target = data.Target!, Task = target.Task, TestRows = task.Truth.Length, Learner = TrainedPair.Learner,
            Measures = target.Task switch
            {
                PredictionTask.Binary => [Measure("AUC", Direction.Higher, s => s.Main(once)), Measure("F1 (weighted)", Direction.Higher, s => s.F1(once))],
                PredictionTask.Multiclass => [Measure("F1 (weighted)", Direction.Higher, s => s.Main(once)), Measure("AUC (weighted)", Direction.Higher, s => s.MeanAuc(once))],
                _ => [Measure("RMSE", Direction.Lower, s => s.Main(once)), Measure("R2", Direction.Higher, s => s.R2(once))],
            },
        };
        var interval = task.Bootstrap((drawn, _) => Ratio(target, synthetic.Main(drawn), real.Main(drawn)), "evaluate/tstr/bootstrap", run, ct);
        // Learning from real rows is what learning from synthetic ones is divided by, so fresh real rows reach 1.
        return new Finding(new Score(Ratio(target, synthetic.Main(once), real.Main(once)), interval, Ceiling: 1)) { Utility = detail };

        UtilityMeasure Measure(string name, Direction direction, Func<PredictionScores, double> of) => new(name, direction, of(synthetic), of(real));
    }

    private static double Ratio(PredictionTarget target, double tstr, double trtr) =>
        target.Task == PredictionTask.Regression ? trtr / Math.Max(tstr, 1e-12) : tstr / Math.Max(trtr, 1e-12);
}
