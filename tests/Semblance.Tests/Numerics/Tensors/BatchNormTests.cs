using Semblance.Numerics;
using Xunit;

namespace Semblance.Tests.Numerics.Tensors;

public sealed class BatchNormTests
{
    [Theory]
    [InlineData(2, 1)]
    [InlineData(9, 3)]
    [InlineData(5, 27)] // registers of 16, of 8, and single ones
    [InlineData(31, 33)]
    public void A_batch_and_its_gradients_agree_with_central_differences(int rows, int columns)
    {
        foreach (var activation in new[] { Activation.None, Activation.Tanh, Activation.Softplus })
            GradientCheck.Run(31, [new(rows, columns), new(columns), new(columns)], (_, t) => t[0].BatchNorm(t[1], t[2], null, true, activation),
                x => Reference(x, columns, activation), tolerance: 1e-4, adjust: (input, i, v) => input == 0 ? v + i % 2 : v); // columns of two rows must not be nearly constant
    }

    [Fact]
    public void Many_rows_in_several_blocks_agree_with_double_precision_on_one_thread_and_two()
    {
        const int rows = 5000, columns = 20;
        var random = new RandomStream(new Seed(1), "batch-norm").Sequence();
        double[][] inputs = [new double[rows * columns], new double[columns], new double[columns]];
        foreach (var input in inputs)
            for (var i = 0; i < input.Length; i++) input[i] = (float)(100 + random.NextUnit()); // far from zero: sums of squares would have lost the variance
        float[]? first = null;
        foreach (var threads in new[] { 1, 2 })
        {
            using var tape = new Tape(threads);
            var t = inputs.Select(values => tape.Input([.. values.Select(v => (float)v)], values.Length == columns ? new Shape(columns) : new Shape(10, 50, 10, columns), gradient: true)).ToArray();
            var y = t[0].BatchNorm(t[1], t[2], null, true, Activation.Relu);
            GradientCheck.AssertNear(Reference(inputs, columns, Activation.Relu), y.Values, 2e-5, "result");
            y.Times(y).Sum().Backward();
            float[] all = [.. y.Values, .. t.SelectMany(input => input.Gradient.ToArray())];
            first ??= all;
            Assert.True(first.AsSpan().SequenceEqual(all), "other bits on two threads");
        }
    }

    [Fact]
    public void Running_statistics_follow_the_batches_and_are_used_where_nothing_is_learned()
    {
        using var parameters = new Parameters(new RandomStream(new Seed(1), "batch-norm"));
        using var tape = new Tape();
        var running = new BatchStatistics(parameters, "norm", 2, 0.5f);
        Tensor Norm(float[] values, Activation activation = Activation.None)
        {
            tape.Clear();
            return tape.Input(values, new Shape(values.Length / 2, 2), gradient: true).BatchNorm(tape.Input([2, 1], new Shape(2)), tape.Input([0, 3], new Shape(2)), running, activation: activation);
        }
        Norm([1, 0, 3, 0, 5, 3]); // means 3 and 1, variances (without bias) 4 and 3
        Assert.Equal([1.5f, 0.5f], running.Mean.Values.ToArray());
        Assert.Equal([2.5f, 2], running.Variance.Values.ToArray());
        Norm([3, 1, 3, 1]);
        Assert.Equal([2.25f, 0.75f], running.Mean.Values.ToArray());
        Assert.Equal([1.25f, 1], running.Variance.Values.ToArray());
        tape.Recording = false;
        var y = Norm([2.25f, 0.75f, 4.25f, 1.75f]);
        GradientCheck.AssertNear([0, 3, 4 / Math.Sqrt(1.25), 4], y.Values, 1e-5, "result");
        Assert.Equal([2.25f, 0.75f], running.Mean.Values.ToArray());
        Assert.Equal(y.Values[2..].ToArray(), Norm([4.25f, 1.75f]).Values.ToArray()); // each row by itself
    }

    [Theory]
    [InlineData(7, 5)]
    [InlineData(3, 33)]
    public void With_running_statistics_gradients_agree_with_central_differences(int rows, int columns)
    {
        using var parameters = new Parameters(new RandomStream(new Seed(1), "batch-norm"));
        var running = new BatchStatistics(parameters, "norm", columns);
        for (var j = 0; j < columns; j++) (running.Mean.Values[j], running.Variance.Values[j]) = (j * 0.25f - 1, 0.5f + j);
        GradientCheck.Run(32, [new(rows, columns), new(columns), new(columns)], (_, t) => t[0].BatchNorm(t[1], t[2], running, false),
            x => [.. x[0].Select((v, i) => (v - (i % columns * 0.25 - 1)) / Math.Sqrt(0.5 + i % columns + 1e-5) * x[1][i % columns] + x[2][i % columns])]);
    }

    [Fact]
    public void Optimisers_leave_what_is_not_learned_alone()
    {
        using var parameters = new Parameters(new RandomStream(new Seed(1), "batch-norm"));
        var weight = parameters.AddConstant("weight", new Shape(20), 1);
        var state = parameters.AddState("state", new Shape(3), 7);
        var bias = parameters.AddConstant("bias", new Shape(5), 1);
        using var adam = new Adam(parameters, new AdamOptions { WeightDecay = 0.5, LearningRate = 0.1 });
        using var tape = new Tape();
        tape.Use(weight).Sum().Plus(tape.Use(state).Sum()).Plus(tape.Use(bias).Sum()).Backward();
        adam.Update();
        Assert.Equal([7, 7, 7], state.Values.ToArray());
        Assert.All(weight.Values.ToArray().Concat(bias.Values.ToArray()), value => Assert.Equal(0.85f, value, 1e-5f));
    }

    [Fact]
    public void What_does_not_fit_is_named_with_the_operation()
    {
        using var parameters = new Parameters(new RandomStream(new Seed(1), "batch-norm"));
        var running = new BatchStatistics(parameters, "norm", 3);
        using var tape = new Tape();
        Tensor x = tape.Input(new Shape(4, 2)), two = tape.Input(new Shape(2)), three = tape.Input(new Shape(3));
        string Error(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;
        Assert.Equal("BatchNorm: the shapes 4×2 and 3 do not fit; the scale needs one number for each column", Error(() => x.BatchNorm(three, two)));
        Assert.Contains("shift", Error(() => x.BatchNorm(two, three)), StringComparison.Ordinal);
        Assert.Contains("3 channels", Error(() => x.BatchNorm(two, two, running)), StringComparison.Ordinal);
        Assert.Contains("without training", Error(() => x.BatchNorm(two, two, null, false)), StringComparison.Ordinal);
        Assert.Contains("(0, 1]", Error(() => new BatchStatistics(parameters, "other", 3, 0)), StringComparison.Ordinal);
    }

    private static double[] Reference(double[][] x, int columns, Activation activation)
    {
        var rows = x[0].Length / columns;
        var y = new double[x[0].Length];
        for (var j = 0; j < columns; j++)
        {
            var mean = Enumerable.Range(0, rows).Average(i => x[0][i * columns + j]);
            var deviation = Math.Sqrt(Enumerable.Range(0, rows).Average(i => (x[0][i * columns + j] - mean) * (x[0][i * columns + j] - mean)) + 1e-5);
            for (var i = 0; i < rows; i++) y[i * columns + j] = LinearTests.Value(activation, (x[0][i * columns + j] - mean) / deviation * x[1][j] + x[2][j]);
        }
        return y;
    }
}
