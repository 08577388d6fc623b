using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>Ridge regression on the value, or on a mark for each class (ridge classification): one linear model for every kind of target.</summary>
internal sealed class LinearLearner : Learner
{
    private const double Penalty = 1; // as scikit-learn's

    public override string Name => "linear (ridge)";

    protected override Predictor Learn(Lesson lesson, int classes, Run run, CancellationToken ct)
    {
        var design = new Design(lesson.Inputs, lesson.Levels);
        var x = design.Rows(lesson.Inputs, 1);
        int width = design.Width, n = width + 1, outputs = Math.Max(1, classes), rows = lesson.Outcome.Length; // the last is the intercept
        var gram = new double[n * n];
        var right = new double[outputs * n];
        var row = new double[n];
        row[width] = 1;
        for (var i = 0; i < rows; i++)
        {
            if (i % 256 == 0) ct.ThrowIfCancellationRequested();
            for (var j = 0; j < width; j++) row[j] = x[i * width + j];
            for (var j = 0; j < n; j++)
                if (row[j] != 0) LinearAlgebra.AddScaled(row[j], row.AsSpan(0, j + 1), gram.AsSpan(j * n, j + 1));
            var (output, value) = classes > 0 ? ((int)lesson.Outcome[i], 1.0) : (0, lesson.Outcome[i]);
            LinearAlgebra.AddScaled(value, row, right.AsSpan(output * n, n));
        }
        for (var j = 0; j < width; j++) gram[j * n + j] += Penalty;
        var lower = new double[n * n];
        if (!LinearAlgebra.TryCholesky(gram, n, lower)) Array.Clear(right); // cannot happen: the penalty makes it positive definite
        else
            for (var c = 0; c < outputs; c++)
            {
                LinearAlgebra.SolveLower(lower, right.AsSpan(c * n, n));
                LinearAlgebra.SolveLowerTransposed(lower, right.AsSpan(c * n, n));
            }
        return inputs =>
        {
            var tests = design.Rows(inputs, 1);
            var answers = new float[inputs[0].Length * outputs];
            for (var i = 0; i < answers.Length; i++)
            {
                var weights = right.AsSpan(i % outputs * n, n);
                var sum = weights[width];
                var at = i / outputs * width;
                for (var j = 0; j < width; j++) sum += weights[j] * tests[at + j];
                answers[i] = (float)sum;
            }
            return answers;
        };
    }
}
