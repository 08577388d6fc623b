using Semblance.Numerics;
using Xunit;

namespace Semblance.Tests.Numerics.Tensors;

public sealed class TimeEmbeddingTests
{
    [Theory]
    [InlineData(2, 10_000)]
    [InlineData(30, 10_000)]
    [InlineData(34, 20)]
    public void Each_time_becomes_cosines_and_sines_of_falling_frequencies(int columns, double longest)
    {
        float[] times = [0, 0.001f, 1, -3.5f, 999];
        using var tape = new Tape();
        var waves = tape.TimeEmbedding(times, columns, longest);
        Assert.Equal(new Shape(5, columns), waves.Shape);
        Assert.False(waves.NeedsGradient);
        for (var row = 0; row < times.Length; row++)
            for (var i = 0; i < columns / 2; i++)
            {
                var angle = times[row] * Math.Pow(longest, -2.0 * i / columns);
                var tolerance = 1e-6 + 2e-7 * Math.Abs(angle); // a float near 999 is a 16,000th wide
                Assert.Equal(Math.Cos(angle), waves.Values[row * columns + i], tolerance);
                Assert.Equal(Math.Sin(angle), waves.Values[row * columns + columns / 2 + i], tolerance);
            }
    }

    [Fact]
    public void Odd_numbers_of_columns_and_short_waves_are_refused()
    {
        using var tape = new Tape();
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.TimeEmbedding([1], 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.TimeEmbedding([1], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.TimeEmbedding([1], 2, 1));
    }
}
