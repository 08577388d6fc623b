using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>Rows of one side to learn from, and how much each counts.</summary>
internal readonly record struct RowSet(Side Side, int[] Rows, float Weight = 1);

/// <summary>What was learned from some rows, and how well it predicts the test rows.</summary>
/// <param name="Predict">The prediction itself, for other rows.</param>
/// <param name="Predicted">Its answers for the test rows: a value a row, or the probabilities of all classes side by side.</param>
/// <param name="Scores">Their quality.</param>
internal sealed record Learned(Predictor Predict, float[] Predicted, PredictionScores Scores)
{
    /// <summary>Quality on all test rows; see <see cref="PredictionScores.Quality"/>. NaN where it is not defined.</summary>
    public double Quality => Scores.Quality(null);
}

/// <summary>
/// What users do with the data: learn to predict a target from rows of one or several tables, and use that on unseen real rows, the holdout. Every measure of
/// utility and fairness asks this.
/// </summary>
internal sealed class Downstream
{
    /// <summary>Fewer rows with a target say nothing.</summary>
    public const int LeastRows = 30;

    /// <summary>Most test rows; beyond, the score's noise is far below what matters.</summary>
    public const int MostTestRows = 50_000;

    private const int Resamples = 200;

    private readonly Comparison data;
    private readonly int[] levels;

    private Downstream(Comparison data, PredictionTarget target, Feature[] inputs, int[] testRows)
    {
        (this.data, Target, Inputs, TestRows) = (data, target, inputs, testRows);
        levels = Array.ConvertAll(inputs, f => f.Type == FeatureType.Category ? f.RealLevels : 0);
        Truth = Array.ConvertAll(testRows, r => target.Values[(int)Side.Holdout][r]);
        Test = FeatureMatrix.Of(inputs, (Side.Holdout, testRows));
    }

    /// <summary>A learner that is quick and good enough to compare rows by: 60 trees of depth 5, learning rate 0.15.</summary>
    public static Learner Quick { get; } = new BoostingLearner(new Boosting { Rounds = 60, Depth = 5, LearningRate = 0.15, Stream = "evaluate/downstream/boosting" }) { MostTrees = 180 };

    /// <summary>What is predicted.</summary>
    public PredictionTarget Target { get; }

    /// <summary>What it is predicted from.</summary>
    public Feature[] Inputs { get; }

    /// <summary>Holdout rows on which predictions are tried.</summary>
    public int[] TestRows { get; }

    /// <summary>The target of the test rows: a class, or a value less the real mean over the real standard deviation.</summary>
    public float[] Truth { get; }

    /// <summary>Inputs of the test rows, column by column.</summary>
    public float[][] Test { get; }

    /// <summary>The prediction of a column; null and why, when there is nothing to learn or nothing to try it on.</summary>
    /// <param name="data">The tables.</param>
    /// <param name="target">Column to predict.</param>
    /// <param name="run">Gives the stream where test rows are sampled.</param>
    /// <param name="why">Why there is none.</param>
    /// <param name="mostTestRows">Most holdout rows to try predictions on.</param>
    public static Downstream? Of(Comparison data, string target, Run run, out string why, int mostTestRows = MostTestRows)
    {
        why = "";
        if (!data.HasHoldout) return No("needs a holdout: real rows to test predictions on", out why);
        var feature = data.Features.First(f => f.Name == target);
        if (PredictionTarget.Of(feature, out why) is not { } outcome) return null;
        var inputs = data.Features.Where(f => f != feature && f.Type != FeatureType.Identifier).ToArray();
        if (inputs.Length == 0) return No("there is no column to predict the target from", out why);
        var testRows = Some(outcome.Rows(Side.Holdout), mostTestRows, run, "evaluate/downstream/test");
        if (testRows.Length < LeastRows || outcome.Rows(Side.Real).Length < LeastRows || outcome.Rows(Side.Synthetic).Length < LeastRows)
            return No($"needs at least {LeastRows} rows with a target a side", out why);
        var result = new Downstream(data, outcome, inputs, testRows);
        if (result.Truth.Distinct().Take(2).Count() < 2)
            return No($"the target `{feature.Name}` has one {(outcome.Task == PredictionTask.Regression ? "value" : "class")} only in the holdout", out why);
        return result;
    }

    /// <summary>Rows of a side that have a target, at most so many of them at random.</summary>
    public int[] Rows(Side side, int most, Run run, string stream) => Some(Target.Rows(side), most, run, $"{stream}/{side}");

    /// <summary>Parts of the synthetic rows, then as many parts of the real ones, all of one size and none with a row of another. Null and why, when there are too few.</summary>
    public RowSet[]? Parts(int most, int count, Run run, string stream, out string why)
    {
        int[][] rows = [Rows(Side.Synthetic, most * count, run, stream), Rows(Side.Real, most * count, run, stream)];
        var size = rows.Min(r => r.Length) / count;
        why = $"needs at least {count * LeastRows} real and synthetic rows with a target";
        if (size < LeastRows) return null;
        var result = new RowSet[2 * count];
        for (var side = 0; side < 2; side++)
        {
            var order = RowSample.Of(rows[side].Length, size * count, run.Stream($"{stream}/parts/{side}"));
            for (var part = 0; part < count; part++)
                result[side * count + part] = new(side == 0 ? Side.Synthetic : Side.Real, Array.ConvertAll(order[(part * size)..((part + 1) * size)], i => rows[side][i]));
        }
        return result;
    }

    /// <summary>Learns from rows of one or several sides and predicts the test rows. The same for one seed at any thread count.</summary>
    /// <param name="learner">How; <see cref="Quick"/> where no other is wanted.</param>
    /// <param name="from">Rows that have a target (<see cref="Rows"/>). A row named twice counts twice.</param>
    /// <param name="run">Threads and seed.</param>
    /// <param name="ct">Stops the work.</param>
    public Learned Learn(Learner learner, RowSet[] from, Run run, CancellationToken ct)
    {
        var parts = Array.ConvertAll(from, set => (set.Side, set.Rows));
        var outcome = new List<float>();
        var weights = new List<float>();
        foreach (var set in from)
        {
            var values = Target.Values[(int)set.Side];
            foreach (var row in set.Rows)
            {
                outcome.Add(values[row]);
                weights.Add(set.Weight);
            }
        }
        var alike = from.All(set => set.Weight == from[0].Weight);
        var lesson = new Lesson(FeatureMatrix.Of(Inputs, parts), levels, [.. outcome], alike ? null : [.. weights]);
        var predictor = learner.Fit(Target, lesson, run, ct);
        var predicted = predictor(Test);
        return new Learned(predictor, predicted, Judge(predicted));
    }

    /// <summary>Quality of answers for the test rows.</summary>
    public PredictionScores Judge(float[] predicted) => new(Target, Truth, predicted);

    /// <summary>
    /// 95 % interval of a figure over bootstrap samples of the test rows: it is given how often each test row was drawn, and the number of the sample. Null where the
    /// figure is not defined in half of the samples.
    /// </summary>
    public Interval? Bootstrap(Func<int[], int, double> figure, string stream, Run run, CancellationToken ct) =>
        Bootstrap(TestRows.Length, figure, stream, run, ct);

    /// <inheritdoc cref="Bootstrap(Func{int[], int, double}, string, Run, CancellationToken)"/>
    public static Interval? Bootstrap(int rows, Func<int[], int, double> figure, string stream, Run run, CancellationToken ct)
    {
        var random = run.Stream(stream);
        var values = new double[Resamples];
        Blocks.For(Resamples, run, ct, k =>
        {
            var sequence = random.Sequence(k);
            var weights = new int[rows];
            for (var i = 0; i < rows; i++) weights[sequence.NextBelow(rows)]++;
            values[k] = figure(weights, k);
        });
        var usable = Array.FindAll(values, double.IsFinite);
        if (usable.Length < Resamples / 2) return null;
        Array.Sort(usable);
        return new Interval(usable[(int)(0.025 * (usable.Length - 1))], usable[(int)Math.Ceiling(0.975 * (usable.Length - 1))]);
    }

    private static int[] Some(int[] rows, int most, Run run, string stream) =>
        rows.Length <= most ? rows : Array.ConvertAll(RowSample.Of(rows.Length, most, run.Stream(stream)), i => rows[i]);

    private static Downstream? No(string reason, out string why)
    {
        why = reason;
        return null;
    }
}
