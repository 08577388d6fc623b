using Semblance.Numerics;
using Xunit;

namespace Semblance.Tests.Numerics.Tensors;

public sealed class ElementwiseTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 15)]
    [InlineData(2, 17)]
    [InlineData(5, 33)]
    public void Sums_and_products_agree_with_central_differences(int rows, int columns)
    {
        Shape shape = new(rows, columns);
        Shape[] one = [shape], two = [shape, shape];
        GradientCheck.Run(1, one, (_, t) => t[0].Affine(-1.5f, 0.25f), x => [.. x[0].Select(v => 0.25 - 1.5 * v)]);
        GradientCheck.Run(2, two, (_, t) => t[0].Plus(t[1], 0.5f, -2), x => [.. x[0].Select((v, i) => 0.5 * v - 2 * x[1][i])]);
        GradientCheck.Run(3, two, (_, t) => t[0] + t[1] - t[0] * t[1], x => [.. x[0].Select((v, i) => v + x[1][i] - v * x[1][i])]);
        GradientCheck.Run(4, one, (_, t) => t[0] * t[0] + t[0], x => [.. x[0].Select(v => v * v + v)]); // one tensor on both sides
        GradientCheck.Run(5, two, (tape, t) => t[0].Times(tape.Input(Fixed(shape.Count), shape)) + tape.Input(Fixed(shape.Count), shape).Times(t[1]),
            x => [.. x[0].Select((v, i) => (v + x[1][i]) * Fixed(shape.Count)[i])]); // one side without a gradient
        GradientCheck.Run(6, one, (_, t) => t[0].RowSums(), x => [.. x[0].Chunk(columns).Select(row => row.Sum())]);
        GradientCheck.Run(7, one, (_, t) => t[0].Sum().Plus(t[0].Mean(), 1, 3), x => [x[0].Sum() + 3 * x[0].Average()]);
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        float[] By(int threads)
        {
            using var tape = new Tape(threads);
            Shape shape = new(400, 131);
            var stream = new RandomStream(new Seed(3), "x");
            Tensor x = tape.Input(tape.Normal(shape, stream, 0).Values, shape, gradient: true), y = tape.Input(tape.Normal(shape, stream, 1).Values, shape, gradient: true);
            var sum = (x * y + x.Affine(2, 1)).Apply(Activation.Silu) - y;
            var loss = sum.RowSums().Times(x.RowSums()).Sum().Plus(sum.Slope(Activation.Tanh).Mean());
            loss.Backward();
            return [loss.Scalar, .. x.Gradient, .. y.Gradient];
        }
        Assert.Equal(By(1), By(2));
    }

    private static float[] Fixed(int count) => [.. Enumerable.Range(0, count).Select(i => i % 7 - 2.5f)];
}
