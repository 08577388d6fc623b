using Semblance.Numerics;

namespace Semblance.Tests.Numerics;

public sealed class LogisticRegressionTests
{
    [Fact]
    public void The_penalised_gradient_vanishes_at_the_solution()
    {
        var (x, y) = Draw(3000, 21, [1, 1000, 0.01]);
        var fit = LogisticRegression.Fit(x, y, Run.With(1));
        var p = new double[y.Length];
        fit.Predict(x, p);
        for (var j = 0; j < 21; j++)
        {
            double gradient = fit.Weights[j], size = 0;
            for (var i = 0; i < y.Length; i++)
            {
                gradient += (p[i] - (y[i] ? 1 : 0)) * x[i * 21 + j];
                size += Math.Abs(x[i * 21 + j]);
            }
            Assert.InRange(Math.Abs(gradient) / size, 0, 1e-7);
        }
        Assert.Equal(0, p.Sum() - y.Count(v => v), 1e-4); // the intercept carries no penalty
    }

    // Minimum of w²/2 + log(1 + e^-w) twice over: with x = ±1 and labels by sign, w solves w = 2 / (1 + e^w).
    [Fact]
    public void Two_points_have_the_known_solution()
    {
        var fit = LogisticRegression.Fit(new float[] { 1, -1 }, new[] { true, false }, Run.With(1));
        Assert.Equal(0.67483161434, fit.Weights[0], 1e-8);
        Assert.Equal(fit.Weights[0], 2 / (1 + Math.Exp(fit.Weights[0])), 1e-8);
        Assert.Equal(0, fit.Intercept, 1e-8);
    }

    [Fact]
    public void Separable_rows_and_a_single_class_still_converge()
    {
        var x = Enumerable.Range(0, 100).Select(i => (float)i).ToArray();
        var separable = LogisticRegression.Fit(x, x.Select(v => v >= 50).ToArray(), Run.With(1));
        var p = new double[100];
        separable.Predict(x, p);
        Assert.All(p.Zip(x), pair => Assert.Equal(pair.Second >= 50, pair.First > 0.5));

        LogisticRegression.Fit(x, new bool[100], Run.With(1)).Predict(x, p);
        Assert.All(p, v => Assert.InRange(v, 0, 1e-6));
    }

    [Fact]
    public void Thread_count_changes_no_bit()
    {
        var (x, y) = Draw(5000, 37, [1]);
        var one = LogisticRegression.Fit(x, y, Run.With(1) with { Threads = 1 });
        var four = LogisticRegression.Fit(x, y, Run.With(1) with { Threads = 4 });
        Assert.Equal(one.Weights.ToArray(), four.Weights.ToArray());
        Assert.Equal(one.Intercept, four.Intercept);
    }

    [Fact]
    public void Cancels() =>
        Assert.ThrowsAny<OperationCanceledException>(() => LogisticRegression.Fit(new float[] { 1, 2 }, new[] { true, false }, Run.With(1), ct: new CancellationToken(true)));

    private static (float[] X, bool[] Y) Draw(int rows, int columns, double[] scales)
    {
        var numbers = new RandomStream(new Seed(5), "tests/logistic").Sequence();
        var x = new float[rows * columns];
        var y = new bool[rows];
        for (var i = 0; i < rows; i++)
        {
            var margin = 0.3;
            for (var j = 0; j < columns; j++)
            {
                var value = numbers.NextUnit() * 2 - 1;
                margin += value * (j % 5 - 2);
                x[i * columns + j] = (float)(value * scales[j % scales.Length]);
            }
            y[i] = numbers.NextUnit() < FastMath.Sigmoid(margin);
        }
        return (x, y);
    }
}
