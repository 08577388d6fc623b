using Semblance.Numerics;
using Xunit;

namespace Semblance.Tests.Numerics.Tensors;

public sealed class NoiseTests
{
    private static readonly RandomStream Stream = new(new Seed(11), "tests/noise");

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 15)]
    [InlineData(17, 17)]
    [InlineData(70, 33)]
    [InlineData(500, 64)]
    public void Each_number_is_a_function_of_row_column_and_step(int rows, int columns)
    {
        const long first = 5_000_000_000; // past 32 bits
        const int step = 9;
        using var tape = new Tape(2);
        var uniform = tape.Uniform(new Shape(rows, columns), Stream, step, first).Values;
        var normal = tape.Normal(new Shape(rows, columns), Stream, step, first).Values;
        var ones = tape.Input(new Shape(rows, columns));
        ones.Values.Fill(1);
        var kept = ones.Dropout(0.25f, Stream, step, first).Values;
        for (var row = 0; row < rows; row++)
            for (var column = 0; column < columns; column++)
            {
                var word = Word(first + row, column / 4, step, column % 4);
                Assert.Equal((word >> 8) / 16777216f, uniform[row * columns + column]);
                var (radius, angle) = (Word(first + row, column / 4, step, column % 4 & 2), Word(first + row, column / 4, step, column % 4 | 1));
                var turn = 2 * Math.PI * angle / 4294967296.0;
                var expected = Math.Sqrt(-2 * Math.Log(MathF.FusedMultiplyAdd((int)(radius >> 1), 1 / 2147483648f, 0.5f / 2147483648f))) * (column % 2 == 0 ? Math.Cos(turn) : Math.Sin(turn));
                Assert.Equal(expected, normal[row * columns + column], 2e-6);
                var half = Word(first + row, column / 8, step, column % 8 / 2) >> 16 * (column % 2) & 0xFFFF;
                Assert.Equal(half < 16384 ? 0 : 1 / 0.75f, kept[row * columns + column]);
            }
    }

    [Fact]
    public void Threads_change_no_bit_and_a_step_of_its_own_gives_numbers_of_its_own()
    {
        float[] By(int threads, int step)
        {
            using var tape = new Tape(threads);
            var x = tape.Normal(new Shape(700, 130), Stream, step);
            return [.. x.Values, .. tape.Uniform(new Shape(700, 130), Stream, step).Values, .. x.Dropout(0.5f, Stream, step).Values];
        }
        var one = By(1, 3);
        Assert.Equal(one, By(2, 3));
        Assert.True(one.Zip(By(1, 4)).Count(pair => pair.First == pair.Second) < 700 * 130 / 3); // zeros of dropout coincide
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(17, 15)]
    [InlineData(9, 33)]
    public void Dropout_agrees_with_central_differences_at_its_own_mask(int rows, int columns)
    {
        using var tape = new Tape();
        var ones = tape.Input(new Shape(rows, columns));
        ones.Values.Fill(1);
        var mask = ones.Dropout(0.3f, Stream, 1).Values.ToArray();
        GradientCheck.Run(1, [new(rows, columns)], (_, t) => t[0].Dropout(0.3f, Stream, 1), x => [.. x[0].Select((v, i) => v * mask[i])]);
    }

    [Fact]
    public void Dropout_keeps_the_mean_and_is_nothing_at_rate_zero()
    {
        using var tape = new Tape();
        var x = tape.Input(new Shape(1000, 100));
        x.Values.Fill(1);
        Assert.Same(x, x.Dropout(0, Stream, 0));
        foreach (var rate in new[] { 0.048f, 0.5f, 0.9f })
        {
            var y = x.Dropout(rate, Stream, 2).Values.ToArray();
            var error = Math.Sqrt(rate / (1 - rate) / y.Length); // of a mean of numbers that are 0 or 1 / (1 - rate)
            Assert.InRange(y.Average(v => (double)v), 1 - 4 * error, 1 + 4 * error);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Dropout(1, Stream, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Dropout(float.NaN, Stream, 0));
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(5, 17)]
    public void Reparameterized_normals_agree_with_central_differences_at_their_own_noise(int rows, int columns)
    {
        using var tape = new Tape();
        var noise = tape.Normal(new Shape(rows, columns), Stream, 6).Values.ToArray();
        GradientCheck.Run(2, [new(rows, columns), new(rows, columns)], (_, t) => t[0].Reparameterize(t[1], Stream, 6), x => [.. x[0].Select((mean, i) => mean + Math.Exp(x[1][i] / 2) * noise[i])]);
    }

    private static uint Word(long row, int counter, int step, int word)
    {
        var (a, b, c, d) = Philox.Words(Stream.Key, (uint)row, (uint)(row >> 32), (uint)counter, (uint)step);
        return word switch { 0 => a, 1 => b, 2 => c, _ => d };
    }
}
