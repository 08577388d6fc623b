namespace Semblance.Metrics;

/// <summary>Rows to learn from.</summary>
/// <param name="Inputs">Column by column: numbers, codes of categories (-1: a level the real data lack); NaN where missing.</param>
/// <param name="Levels">Per input, the number of its levels; 0 for a number.</param>
/// <param name="Outcome">Per row, a value or a class.</param>
/// <param name="Weights">Per row, how much it counts; null: all alike. Boosting alone heeds it.</param>
internal sealed record Lesson(float[][] Inputs, int[] Levels, float[] Outcome, float[]? Weights = null);

/// <summary>What was learned: from columns of inputs to a value a row, or to the probabilities of all classes side by side.</summary>
internal delegate float[] Predictor(float[][] inputs);

/// <summary>A way to learn a prediction from rows.</summary>
internal abstract class Learner
{
    /// <summary>For a person: <c>gradient boosting</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether it can learn this kind of prediction.</summary>
    public virtual bool Can(PredictionTask task) => true;

    /// <summary>Learns; classes that no row has get probability 0.</summary>
    public Predictor Fit(PredictionTarget target, Lesson lesson, Run run, CancellationToken ct)
    {
        if (target.Task == PredictionTask.Regression) return Learn(lesson, 0, run, ct);
        var k = target.Classes;
        var occurs = new bool[k];
        foreach (var c in lesson.Outcome) occurs[(int)c] = true;
        var seen = Enumerable.Range(0, k).Where(c => occurs[c]).ToArray();
        var place = new int[k];
        for (var c = 0; c < seen.Length; c++) place[seen[c]] = c;
        var learned = seen.Length == 1 ? null : Learn(lesson with { Outcome = Array.ConvertAll(lesson.Outcome, c => (float)place[(int)c]) }, seen.Length, run, ct);
        return inputs =>
        {
            var rows = inputs[0].Length;
            var result = new float[rows * k];
            var predicted = learned?.Invoke(inputs);
            for (var i = 0; i < rows; i++)
                for (var c = 0; c < seen.Length; c++) result[i * k + seen[c]] = predicted is null ? 1 : predicted[i * seen.Length + c];
            return result;
        };
    }

    /// <summary>Learns from rows of which at least two classes occur.</summary>
    /// <param name="lesson">Rows.</param>
    /// <param name="classes">Classes, all of which occur; 0 for values.</param>
    /// <param name="run">Threads and streams.</param>
    /// <param name="ct">Stops the work.</param>
    protected abstract Predictor Learn(Lesson lesson, int classes, Run run, CancellationToken ct);
}
