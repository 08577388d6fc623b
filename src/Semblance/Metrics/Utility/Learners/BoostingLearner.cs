using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>Gradient boosting with given settings; wide tables show each tree a random choice of columns, so that work stays bounded.</summary>
internal sealed class BoostingLearner(Boosting settings) : Learner
{
    public override string Name => "gradient boosting";

    /// <summary>Most trees where each class has its own: more classes, fewer rounds, but 15 at least.</summary>
    public int MostTrees { get; init; } = int.MaxValue;

    protected override Predictor Learn(Lesson lesson, int classes, Run run, CancellationToken ct)
    {
        var rounds = classes > 2 ? Math.Min(settings.Rounds, Math.Max(15, MostTrees / classes)) : settings.Rounds;
        var options = settings with { Rounds = rounds, ColumnSample = settings.ColumnSample * Math.Min(1, (double)BoostingDetector.MostColumns / lesson.Inputs.Length) };
        var x = BinnedMatrix.Build(lesson.Inputs, run, ct);
        var loss = classes switch { 0 => BoostingLoss.Squared, 2 => BoostingLoss.Logistic, _ => BoostingLoss.Softmax };
        var trees = BoostedTrees.Fit(options, loss, x, lesson.Outcome, classes, [], lesson.Weights ?? [], run, ct);
        return inputs =>
        {
            var predicted = trees.Predict(x.Bin(inputs));
            if (loss != BoostingLoss.Logistic) return predicted;
            var both = new float[2 * predicted.Length];
            for (var i = 0; i < predicted.Length; i++) (both[2 * i], both[2 * i + 1]) = (1 - predicted[i], predicted[i]);
            return both;
        };
    }
}
