using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>The mean, or the shares of classes, of the 15 nearest rows.</summary>
internal sealed class NeighboursLearner : Learner
{
    private const int Most = 15;
    private const float One = 0.70710678f; // two levels that differ lie 1 apart

    public override string Name => "nearest neighbours";

    protected override Predictor Learn(Lesson lesson, int classes, Run run, CancellationToken ct)
    {
        var design = new Design(lesson.Inputs, lesson.Levels);
        var rows = design.Rows(lesson.Inputs, One);
        var k = Math.Min(Most, lesson.Outcome.Length);
        return inputs =>
        {
            var (near, _) = NearestNeighbors.Find(rows, design.Rows(inputs, One), design.Width, k, run, ct);
            var outputs = Math.Max(1, classes);
            var answers = new float[inputs[0].Length * outputs];
            for (var i = 0; i < near.Length; i++)
            {
                var outcome = lesson.Outcome[near[i]];
                if (classes > 0) answers[i / k * outputs + (int)outcome] += 1f / k;
                else answers[i / k] += outcome / k;
            }
            return answers;
        };
    }
}
