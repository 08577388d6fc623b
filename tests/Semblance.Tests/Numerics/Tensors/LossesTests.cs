using Semblance.Numerics;
using Xunit;

namespace Semblance.Tests.Numerics.Tensors;

public sealed class LossesTests
{
    public static TheoryData<int, int> Shapes => new() { { 1, 1 }, { 2, 15 }, { 3, 17 }, { 5, 33 }, { 16, 16 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Errors_agree_with_central_differences(int rows, int columns)
    {
        Shape[] shapes = [new(rows, columns), new(rows, columns)];
        GradientCheck.Run(1, shapes, (_, t) => t[0].MeanSquaredError(t[1]), x => [Mean(x, (a, b) => (a - b) * (a - b))]);
        GradientCheck.Run(2, shapes, (_, t) => t[0].Huber(t[1], 0.6f), x => [Mean(x, (a, b) => Math.Abs(a - b) is var d && d < 0.6 ? d * d / 2 : 0.6 * (d - 0.3))]);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Likelihoods_agree_with_central_differences(int rows, int columns)
    {
        Shape shape = new(rows, columns);
        double PerRow(double[][] x, Func<double, double, double> f) => Mean(x, f) * columns;
        GradientCheck.Run(3, [shape, shape], (_, t) => t[0].BinaryCrossEntropy(t[1]), x => [PerRow(x, (a, b) => Math.Log(1 + Math.Exp(a)) - a * b)], range: 3);
        GradientCheck.Run(4, [shape, shape], (_, t) => t[0].GaussianDivergence(t[1]), x => [PerRow(x, (m, v) => 0.5 * (Math.Exp(v) + m * m - 1 - v))], range: 2);
        GradientCheck.Run(5, [shape, shape, shape], (_, t) => t[0].GaussianNegativeLogLikelihood(t[1], t[2]),
            x => [x[0].Select((m, i) => 0.5 * (Math.Log(2 * Math.PI) + x[1][i] + (x[2][i] - m) * (x[2][i] - m) * Math.Exp(-x[1][i]))).Sum() / rows], range: 2);
    }

    [Fact]
    public void Logits_far_out_give_finite_losses()
    {
        using var tape = new Tape();
        var x = tape.Input([1e30f, -1e30f, 200, -200], new Shape(4, 1), gradient: true);
        var loss = x.BinaryCrossEntropy(tape.Input([1, 0, 0, 1], new Shape(4, 1)));
        Assert.Equal(100, loss.Scalar, 4);
        loss.Backward();
        Assert.Equal([0f, 0, 0.25f, -0.25f], x.Gradient.ToArray());
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        float[] By(int threads)
        {
            using var tape = new Tape(threads);
            Tensor Draw(string name) => tape.Normal(new Shape(1001, 99), new RandomStream(new Seed(1), name), 0) is var n ? tape.Input(n.Values, n.Shape, gradient: true) : null!;
            var (a, b, c) = (Draw("a"), Draw("b"), Draw("c"));
            var loss = a.MeanSquaredError(b).Plus(a.Huber(c)).Plus(a.BinaryCrossEntropy(c)).Plus(a.GaussianDivergence(b)).Plus(a.GaussianNegativeLogLikelihood(b, c));
            loss.Backward();
            return [loss.Scalar, .. a.Gradient, .. b.Gradient, .. c.Gradient];
        }
        Assert.Equal(By(1), By(2));
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        using var tape = new Tape();
        Assert.Equal("Huber: the shapes 2×3 and 3×2 do not fit; they must be the same", Assert.Throws<ArgumentException>(() => tape.Input(new Shape(2, 3)).Huber(tape.Input(new Shape(3, 2)))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.Input(new Shape(2)).Huber(tape.Input(new Shape(2)), 0));
    }

    private static double Mean(double[][] x, Func<double, double, double> f) => x[0].Select((a, i) => f(a, x[1][i])).Average();
}
