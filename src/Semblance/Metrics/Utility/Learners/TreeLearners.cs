using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>One decision tree of few cuts.</summary>
internal sealed class TreeLearner(int depth) : Learner
{
    public override string Name => "shallow tree";

    protected override Predictor Learn(Lesson lesson, int classes, Run run, CancellationToken ct)
    {
        var x = BinnedMatrix.Build(lesson.Inputs, run, ct);
        var tree = DecisionTree.Fit(new TreeSettings { Depth = depth, MinLeaf = 10 }, x, lesson.Outcome, classes, [], run, ct);
        return inputs => tree.Predict(x.Bin(inputs));
    }
}

/// <summary>A random forest.</summary>
internal sealed class ForestLearner(ForestSettings settings) : Learner
{
    public override string Name => "random forest";

    protected override Predictor Learn(Lesson lesson, int classes, Run run, CancellationToken ct)
    {
        var x = BinnedMatrix.Build(lesson.Inputs, run, ct);
        var forest = RandomForest.Fit(settings, x, lesson.Outcome, classes, [], run, ct);
        return inputs => forest.Predict(x.Bin(inputs));
    }
}

/// <summary>Knows how often each class occurs, or the mean: the floor of all learners.</summary>
internal sealed class ConstantLearner : Learner
{
    public override string Name => "constant";

    protected override Predictor Learn(Lesson lesson, int classes, Run run, CancellationToken ct)
    {
        var answer = new float[Math.Max(1, classes)];
        foreach (var y in lesson.Outcome)
            if (classes > 0) answer[(int)y] += 1f / lesson.Outcome.Length;
        if (classes == 0) answer[0] = (float)lesson.Outcome.Average(y => (double)y);
        return inputs =>
        {
            var result = new float[inputs[0].Length * answer.Length];
            for (var i = 0; i < result.Length; i++) result[i] = answer[i % answer.Length];
            return result;
        };
    }
}
