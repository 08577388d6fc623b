using Semblance.Numerics;
using Xunit;

namespace Semblance.Tests.Numerics.Tensors;

public sealed class LinearTests
{
    public static TheoryData<Activation> Activations => [.. Enum.GetValues<Activation>()];

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 5, 7)]
    [InlineData(15, 17, 33)]
    [InlineData(29, 3, 16)]
    [InlineData(2, 40, 65)]
    public void Linear_and_its_gradients_agree_with_central_differences(int rows, int inputs, int outputs) => GradientCheck.Run(
        1, [new(rows, inputs), new(inputs, outputs), new(outputs)],
        (_, t) => t[0].Linear(t[1], t[2]),
        x => Product(x[0], x[1], rows, inputs, outputs, x[2]));

    [Theory]
    [MemberData(nameof(Activations))]
    public void A_layer_with_its_activation_agrees_with_central_differences(Activation activation) => GradientCheck.Run(
        2, [new(4, 5), new(5, 19), new(19)],
        (_, t) => t[0].Linear(t[1], t[2], activation),
        x => [.. Product(x[0], x[1], 4, 5, 19, x[2]).Select(v => Value(activation, v))], tolerance: 1e-4);

    [Theory]
    [MemberData(nameof(Activations))]
    public void The_slope_of_an_activation_is_its_derivative_and_has_its_own(Activation activation) => GradientCheck.Run(
        3, [new(3, 21)],
        (_, t) => t[0].Slope(activation),
        x => [.. x[0].Select(v => (Value(activation, v + 1e-4) - Value(activation, v - 1e-4)) / 2e-4)], range: 3, tolerance: 1e-4,
        adjust: (_, _, v) => v + Math.Sign(v) * 0.01); // not at the kink

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void MatMul_of_either_order_agrees_with_central_differences(bool left, bool right)
    {
        const int m = 5, k = 18, n = 7;
        GradientCheck.Run(4, [left ? new(k, m) : new(m, k), right ? new(n, k) : new(k, n)],
            (_, t) => t[0].MatMul(t[1], left, right),
            x => Product(left ? Turned(x[0], k, m) : x[0], right ? Turned(x[1], n, k) : x[1], m, k, n, null));
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named_with_the_operation()
    {
        using var tape = new Tape();
        var error = Assert.Throws<ArgumentException>(() => tape.Input(new Shape(2, 3)).Linear(tape.Input(new Shape(4, 5))));
        Assert.Equal("Linear: the shapes 2×3 and 4×5 do not fit; the columns of the first must be the rows of the second", error.Message);
        Assert.Contains("MatMul", Assert.Throws<ArgumentException>(() => tape.Input(new Shape(2, 3)).MatMul(tape.Input(new Shape(2, 3)))).Message, StringComparison.Ordinal);
    }

    internal static double Value(Activation activation, double x) => activation switch
    {
        Activation.Relu => Math.Max(0, x),
        Activation.LeakyRelu => x > 0 ? x : 0.2 * x,
        Activation.Silu => x / (1 + Math.Exp(-x)),
        Activation.Gelu => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
        Activation.Tanh => Math.Tanh(x),
        Activation.Sigmoid => 1 / (1 + Math.Exp(-x)),
        Activation.Softplus => Math.Log(1 + Math.Exp(x)),
        _ => x,
    };

    internal static double[] Product(double[] a, double[] b, int m, int k, int n, double[]? bias)
    {
        var c = new double[m * n];
        for (var i = 0; i < m; i++)
            for (var j = 0; j < n; j++)
            {
                var sum = bias?[j] ?? 0;
                for (var p = 0; p < k; p++) sum += a[i * k + p] * b[p * n + j];
                c[i * n + j] = sum;
            }
        return c;
    }

    internal static double[] Turned(double[] x, int rows, int columns) => [.. Enumerable.Range(0, columns).SelectMany(j => Enumerable.Range(0, rows).Select(i => x[i * columns + j]))];
}
