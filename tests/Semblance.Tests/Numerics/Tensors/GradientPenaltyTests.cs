using Semblance.Numerics;

namespace Semblance.Tests.Numerics.Tensors;

public sealed class GradientPenaltyTests
{
    [Theory]
    [InlineData(Activation.LeakyRelu, 1)]
    [InlineData(Activation.LeakyRelu, 3)]
    [InlineData(Activation.Silu, 1)]
    [InlineData(Activation.Tanh, 1)]
    [InlineData(Activation.Gelu, 2)]
    public void Gradients_of_the_penalty_agree_with_central_differences_in_double(Activation activation, int outputs)
    {
        const int rows = 6, inputs = 17;
        using var tape = new Tape();
        using var parameters = new Parameters(new RandomStream(new Seed(5), "critic"));
        var critic = new Mlp(parameters, "critic", activation, inputs, 33, 20, outputs);
        foreach (var parameter in parameters.All)
            foreach (ref var value in parameter.Values) value *= 3; // so that the activations bend and no norm is near one
        double[] x = [.. Random(rows * inputs)];
        var at = tape.Input([.. x.Select(v => (float)v)], new Shape(rows, inputs));
        var penalty = critic.GradientPenalty(at);
        penalty.Backward();
        double[][] values = [.. parameters.All.Select(p => p.Values.ToArray().Select(v => (double)v).ToArray())];
        Assert.Equal(Penalty(activation, values, x, rows, inputs), penalty.Scalar, 1e-5 * penalty.Scalar);
        for (var p = 0; p < values.Length; p++)
        {
            double[] expected = new double[values[p].Length], found = [.. parameters.All[p].Gradient.ToArray().Select(g => (double)g)];
            for (var i = 0; i < expected.Length; i++)
            {
                var here = values[p][i];
                values[p][i] = here + 1e-6;
                var up = Penalty(activation, values, x, rows, inputs);
                values[p][i] = here - 1e-6;
                expected[i] = (up - Penalty(activation, values, x, rows, inputs)) / 2e-6;
                values[p][i] = here;
            }
            var (error, size) = (Norm([.. expected.Zip(found, (a, b) => a - b)]), Norm(expected));
            Assert.True(error <= 1e-5 * size + 1e-8, $"{parameters.All[p].Name}: relative error {error / size:R}");
            if (size > 0) Assert.True(found.Any(g => g != 0), parameters.All[p].Name);
        }
    }

    [Theory]
    [InlineData(Activation.Silu)]
    [InlineData(Activation.Softplus)]
    public void The_input_gradient_has_derivatives_by_the_input_too(Activation activation)
    {
        using var parameters = new Parameters(new RandomStream(new Seed(5), "critic"));
        var critic = new Mlp(parameters, "critic", activation, 5, 17, 1);
        double[][] values = [.. parameters.All.Select(p => p.Values.ToArray().Select(v => (double)v).ToArray())];
        GradientCheck.Run(6, [new(4, 5)], (_, t) => critic.InputGradient(t[0]), x => InputGradient(activation, values, x[0], 4, 5), range: 2, tolerance: 5e-5);
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(3, 15)]
    [InlineData(5, 17)]
    [InlineData(2, 33)]
    [InlineData(700, 65)]
    public void Row_norms_agree_with_central_differences(int rows, int columns)
    {
        if (rows < 100) GradientCheck.Run(7, [new(rows, columns)], (_, t) => t[0].RowNorms(), x => RowNorms(x[0], rows), tolerance: 3e-5);
        using var one = new Tape();
        using var two = new Tape(2);
        float[] values = [.. Random(rows * columns).Select(v => (float)v)];
        float[][] bits = [.. new[] { one, two }.Select(tape =>
        {
            var x = tape.Input(values, new Shape(rows, columns), gradient: true);
            var y = x.RowNorms();
            y.Times(y).Times(y).Sum().Backward();
            return y.Values.ToArray().Concat(x.Gradient.ToArray()).ToArray();
        })];
        Assert.Equal(bits[0], bits[1]);
    }

    [Fact]
    public void A_row_of_zeros_passes_back_zeros()
    {
        using var tape = new Tape();
        var x = tape.Input([0, 0, 3, 4], new Shape(2, 2), gradient: true);
        x.RowNorms().Sum().Backward();
        Assert.Equal([0, 0, 0.6f, 0.8f], x.Gradient.ToArray());
    }

    [Fact]
    public void Rows_of_another_width_are_refused()
    {
        using var tape = new Tape();
        using var parameters = new Parameters(new RandomStream(new Seed(5), "critic"));
        var critic = new Mlp(parameters, "critic", Activation.Relu, 5, 1);
        Assert.Equal("InputGradient: the shape 2×4 does not fit; the network has 5 inputs", Assert.Throws<ArgumentException>(() => critic.InputGradient(tape.Input(new Shape(2, 4)))).Message);
    }

    private static IEnumerable<double> Random(int count)
    {
        var random = new RandomStream(new Seed(8), "inputs").Sequence();
        return [.. Enumerable.Range(0, count).Select(_ => (double)(float)random.NextNormal())];
    }

    private static double Norm(double[] x) => Math.Sqrt(x.Sum(v => v * v));

    private static double[] RowNorms(double[] x, int rows) => [.. Enumerable.Range(0, rows).Select(r => Norm(x[(r * x.Length / rows)..((r + 1) * x.Length / rows)]))];

    private static double Penalty(Activation activation, double[][] parameters, double[] x, int rows, int inputs) =>
        RowNorms(InputGradient(activation, parameters, x, rows, inputs), rows).Average(norm => (norm - 1) * (norm - 1));

    /// <summary>Backpropagation by hand: forward, then the weights from last to first.</summary>
    private static double[] InputGradient(Activation activation, double[][] parameters, double[] x, int rows, int inputs)
    {
        var slopes = new List<double[]>();
        var width = inputs;
        for (var layer = 0; layer + 2 < parameters.Length; layer += 2)
        {
            var next = parameters[layer + 1].Length;
            var sum = LinearTests.Product(x, parameters[layer], rows, width, next, parameters[layer + 1]);
            slopes.Add([.. sum.Select(z => Slope(activation, z))]);
            (x, width) = ([.. sum.Select(z => LinearTests.Value(activation, z))], next);
        }
        var outputs = parameters[^1].Length;
        double[] gradient = [.. Enumerable.Repeat(1.0, rows * outputs)];
        for (var layer = parameters.Length - 2; layer >= 0; layer -= 2)
        {
            var (below, above) = (parameters[layer].Length / parameters[layer + 1].Length, parameters[layer + 1].Length);
            gradient = LinearTests.Product(gradient, LinearTests.Turned(parameters[layer], below, above), rows, above, below, null);
            if (layer > 0)
                for (var i = 0; i < gradient.Length; i++) gradient[i] *= slopes[layer / 2 - 1][i];
        }
        return gradient;
    }

    private static double Slope(Activation activation, double z)
    {
        var s = 1 / (1 + Math.Exp(-z));
        return activation switch
        {
            Activation.LeakyRelu => z > 0 ? 1 : 0.2,
            Activation.Silu => s + s * z * (1 - s),
            Activation.Tanh => 1 - Math.Tanh(z) * Math.Tanh(z),
            Activation.Softplus => s,
            _ => (LinearTests.Value(activation, z + 1e-4) - LinearTests.Value(activation, z - 1e-4)) / 2e-4, // good to 1e-8
        };
    }
}
