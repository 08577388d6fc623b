using Semblance.Numerics;

namespace Semblance.Bench;

internal static class LinearBench
{
    public static void Run()
    {
        var one = Semblance.Run.With(1) with { Threads = 1 };
        var numbers = new RandomStream(new Seed(1), "bench/linear").Sequence();
        const int rows = 20_000, columns = 110;
        var x = new float[rows * columns];
        var y = new bool[rows];
        for (var i = 0; i < rows; i++)
        {
            var margin = 0.0;
            for (var j = 0; j < columns; j++) margin += (x[i * columns + j] = (float)numbers.NextNormal()) * 0.02 * (j % 11 - 5);
            y[i] = numbers.NextUnit() < FastMath.Sigmoid(margin);
        }
        Measure.Head("Linear models and matrices, 1 thread", "runs/s");
        Measure.Rate($"logistic regression, {rows:N0} x {columns}, to convergence", 1, () => LogisticRegression.Fit(x, y, one));
        foreach (var n in new[] { 100, 300 })
        {
            var matrix = new double[n * n];
            for (var i = 0; i < n; i++)
                for (var j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = i == j ? n : numbers.NextUnit();
            var lower = new double[n * n];
            Measure.Rate($"Cholesky, n = {n}", 1, () => LinearAlgebra.TryCholesky(matrix, n, lower));
            Measure.Rate($"eigenvalues and vectors, n = {n}", 1, () => LinearAlgebra.Eigen(matrix, n, new double[n], lower));
        }
        var scores = new double[100_000];
        var positive = new bool[scores.Length];
        for (var i = 0; i < scores.Length; i++) (scores[i], positive[i]) = (numbers.NextUnit(), numbers.NextBelow(2) == 0);
        Measure.Rate("AUC with standard error, 100,000 scores", 1, () => RankStatistics.Auc(scores, positive));
    }
}
