using Semblance.Numerics;
using Xunit;

namespace Semblance.Tests.Numerics.Tensors;

public sealed class LayerNormTests
{
    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 15)]
    [InlineData(5, 16)]
    [InlineData(3, 17)]
    [InlineData(2, 33)]
    [InlineData(7, 64)]
    public void Normalised_rows_and_their_gradients_agree_with_central_differences(int rows, int columns)
    {
        GradientCheck.Run(1, [new(rows, columns), new(columns), new(columns)], (_, t) => t[0].LayerNorm(t[1], t[2]), x => Norm(x[0], x[1], x[2], rows, columns, centred: true), range: 2, tolerance: 5e-5);
        GradientCheck.Run(2, [new(rows, columns), new(columns)], (_, t) => t[0].RmsNorm(t[1]), x => Norm(x[0], x[1], new double[columns], rows, columns, centred: false), range: 2, tolerance: 5e-5);
        GradientCheck.Run(3, [new(rows, columns)], (_, t) => t[0].LayerNorm(), x => Norm(x[0], [.. Enumerable.Repeat(1.0, columns)], new double[columns], rows, columns, centred: true), range: 2, tolerance: 5e-5);
    }

    [Fact]
    public void A_constant_row_becomes_the_shift()
    {
        using var tape = new Tape();
        var y = tape.Input([3, 3, 3, 3], new(1, 4)).LayerNorm(tape.Input([5, 5, 5, 5], new(4)), tape.Input([1, 2, 3, 4], new(4)));
        Assert.Equal([1f, 2, 3, 4], y.Values.ToArray());
    }

    [Fact]
    public void Two_threads_give_the_bits_of_one()
    {
        Assert.Equal(Bits(1), Bits(2));

        static float[] Bits(int threads)
        {
            using var tape = new Tape(threads);
            var x = SequenceData.Random(tape, 1, new Shape(700, 65));
            var (scale, shift) = (SequenceData.Random(tape, 2, new Shape(65)), SequenceData.Random(tape, 3, new Shape(65)));
            var y = x.LayerNorm(scale, shift);
            y.Times(y).Sum().Backward();
            return [.. y.Values, .. x.Gradient, .. scale.Gradient, .. shift.Gradient];
        }
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        using var tape = new Tape();
        Assert.Contains("LayerNorm: the shapes 2×3 and 4", Assert.Throws<ArgumentException>(() => tape.Input(new Shape(2, 3)).LayerNorm(tape.Input(new Shape(4)))).Message, StringComparison.Ordinal);
        Assert.Contains("RmsNorm", Assert.Throws<ArgumentException>(() => tape.Input(new Shape(2, 3)).RmsNorm(tape.Input(new Shape(4)))).Message, StringComparison.Ordinal);
    }

    internal static double[] Norm(double[] x, double[] scale, double[] shift, int rows, int columns, bool centred)
    {
        var y = new double[x.Length];
        for (var row = 0; row < rows; row++)
        {
            var values = x[(row * columns)..((row + 1) * columns)];
            var mean = centred ? values.Average() : 0;
            var deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / columns + 1e-5);
            for (var j = 0; j < columns; j++) y[row * columns + j] = (values[j] - mean) / deviation * scale[j] + shift[j];
        }
        return y;
    }
}
