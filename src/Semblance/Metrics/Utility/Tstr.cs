using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// Train on synthetic, test on real, over train on real, test on real: how much of what can be learned from real rows is learned from synthetic ones. The ratio
/// of AUC (two classes), weighted F1 (more classes), or RMSE upside down (numbers) on the holdout. Esteban, Hyland and Raetsch (2017).
/// </summary>
internal sealed class Tstr : TableMetric
{
    private const int RowLimit = 100_000; // beyond, more rows teach 200 trees of depth 6 little
    private const int CellLimit = 10_000_000; // fewer rows of wide tables
    private const int LeastRows = 30;
    private const int Resamples = 200;

    private static readonly Boosting Options = new() { Rounds = 200, Depth = 6, LearningRate = 0.1, Stream = "evaluate/tstr/boosting" };

    public override string Name => "utility.tstr";
    public override string Title => "Learning from synthetic rows";
    public override string What => "How well the target is predicted on unseen real rows after learning from synthetic rows, compared with learning from real rows: 1 = as well.";
    public override Bounds Bounds => new(0, null);

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        if (data.Target is null) return Finding.None("no target column was named");
        if (!data.HasHoldout) return Finding.None("needs a holdout: real rows to test predictions on");
        var feature = data.Features.First(f => f.Name == data.Target);
        if (PredictionTarget.Of(feature, out var why) is not { } target) return Finding.None(why);
        var inputs = data.Features.Where(f => f != feature && f.Type != FeatureType.Identifier).ToArray();
        if (inputs.Length == 0) return Finding.None("there is no column to predict the target from");
        var limit = Math.Clamp(CellLimit / inputs.Length, 2_000, RowLimit);
        var testRows = target.Rows(Side.Holdout);
        Side[] sides = [Side.Synthetic, Side.Real];
        int[][] trainRows = [Limit(target.Rows(Side.Synthetic), Side.Synthetic, limit, run), Limit(target.Rows(Side.Real), Side.Real, limit, run)];
        if (testRows.Length < LeastRows || trainRows.Any(r => r.Length < LeastRows)) return Finding.None($"needs at least {LeastRows} rows with a target a side");
        var truth = Array.ConvertAll(testRows, r => target.Values[(int)Side.Holdout][r]);
        if (target.Task != PredictionTask.Regression && truth.Distinct().Count() < 2) return Finding.None($"the target `{feature.Name}` has one class only in the holdout");
        if (target.Task == PredictionTask.Regression && truth.Distinct().Count() < 2) return Finding.None($"the target `{feature.Name}` has one value only in the holdout");

        var test = FeatureMatrix.Of(inputs, (Side.Holdout, testRows));
        var scores = new PredictionScores[2];
        var alone = run with { Threads = 1, Progress = null };
        Blocks.For(2, run, ct, k => scores[k] = new PredictionScores(target, truth, Predict(target, inputs, sides[k], trainRows[k], test, alone, ct)));

        var once = Enumerable.Repeat(1, truth.Length).ToArray();
        var ratio = Ratio(target, scores[0].Main(once), scores[1].Main(once));
        var detail = new UtilityDetail
        {
            Target = feature.Name, Task = target.Task, TestRows = truth.Length, Learner = $"gradient boosting, {Options.Rounds} trees of depth {Options.Depth}",
            Measures = target.Task switch
            {
                PredictionTask.Binary => [Measure("AUC", Direction.Higher, s => s.Main(once)), Measure("F1 (weighted)", Direction.Higher, s => s.F1(once))],
                PredictionTask.Multiclass => [Measure("F1 (weighted)", Direction.Higher, s => s.Main(once)), Measure("AUC (weighted)", Direction.Higher, s => s.MeanAuc(once))],
                _ => [Measure("RMSE", Direction.Lower, s => s.Main(once)), Measure("R2", Direction.Higher, s => s.R2())],
            },
        };
        // Learning from real rows is what learning from synthetic ones is divided by, so fresh real rows reach 1.
        return new Finding(new Score(ratio, Bootstrap(target, scores, truth.Length, run, ct), Ceiling: 1)) { Utility = detail };

        UtilityMeasure Measure(string name, Direction direction, Func<PredictionScores, double> of) => new(name, direction, of(scores[0]), of(scores[1]));
    }

    private static int[] Limit(int[] rows, Side side, int limit, Run run)
    {
        if (rows.Length <= limit) return rows;
        return Array.ConvertAll(RowSample.Of(rows.Length, limit, run.Stream($"evaluate/tstr/{side}")), i => rows[i]);
    }

    private static double Ratio(PredictionTarget target, double tstr, double trtr) =>
        target.Task == PredictionTask.Regression ? trtr / Math.Max(tstr, 1e-12) : tstr / Math.Max(trtr, 1e-12);

    private static float[] Predict(PredictionTarget target, Feature[] inputs, Side side, int[] rows, float[][] test, Run run, CancellationToken ct)
    {
        var options = Options with { ColumnSample = Math.Min(1, (double)BoostingDetector.MostColumns / inputs.Length) };
        var y = Array.ConvertAll(rows, r => target.Values[(int)side][r]);
        var tests = test[0].Length;
        if (target.Task == PredictionTask.Regression)
        {
            var matrix = BinnedMatrix.Build(FeatureMatrix.Of(inputs, (side, rows)), run, ct);
            return BoostedTrees.Fit(options, BoostingLoss.Squared, matrix, y, 1, [], run, ct).Predict(matrix.Bin(test));
        }
        var seen = y.Distinct().Order().Select(c => (int)c).ToArray(); // only classes that occur can be learned
        var k = target.Classes;
        var result = new float[tests * k];
        if (seen.Length == 1)
        {
            for (var i = 0; i < tests; i++) result[i * k + seen[0]] = 1;
            return result;
        }
        var x = BinnedMatrix.Build(FeatureMatrix.Of(inputs, (side, rows)), run, ct);
        var coded = Array.ConvertAll(y, c => (float)Array.IndexOf(seen, (int)c));
        var loss = seen.Length == 2 ? BoostingLoss.Logistic : BoostingLoss.Softmax;
        var predicted = BoostedTrees.Fit(options, loss, x, coded, seen.Length, [], run, ct).Predict(x.Bin(test));
        for (var i = 0; i < tests; i++)
        {
            if (seen.Length == 2) (result[i * k + seen[0]], result[i * k + seen[1]]) = (1 - predicted[i], predicted[i]);
            else for (var c = 0; c < seen.Length; c++) result[i * k + seen[c]] = predicted[i * seen.Length + c];
        }
        return result;
    }

    /// <summary>95 % interval of the ratio over bootstrap samples of the test rows; the same rows are drawn for both predictions.</summary>
    private static Interval? Bootstrap(PredictionTarget target, PredictionScores[] scores, int rows, Run run, CancellationToken ct)
    {
        var stream = run.Stream("evaluate/tstr/bootstrap");
        var ratios = new double[Resamples];
        Blocks.For(Resamples, run, ct, k =>
        {
            var sequence = stream.Sequence(k);
            var weights = new int[rows];
            for (var i = 0; i < rows; i++) weights[sequence.NextBelow(rows)]++;
            ratios[k] = Ratio(target, scores[0].Main(weights), scores[1].Main(weights));
        });
        var usable = Array.FindAll(ratios, double.IsFinite);
        if (usable.Length < Resamples / 2) return null;
        Array.Sort(usable);
        return new Interval(usable[(int)(0.025 * (usable.Length - 1))], usable[(int)Math.Ceiling(0.975 * (usable.Length - 1))]);
    }
}
