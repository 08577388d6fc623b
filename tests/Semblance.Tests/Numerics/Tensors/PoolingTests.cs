using Semblance.Numerics;
using Xunit;

namespace Semblance.Tests.Numerics.Tensors;

public sealed class PoolingTests
{
    [Theory]
    [InlineData(2, 4, 6, 1, 2, 0)]
    [InlineData(1, 5, 7, 27, 2, 0)] // a row and a column in no window
    [InlineData(2, 6, 5, 3, 3, 1)] // windows overlap
    [InlineData(1, 9, 8, 33, 2, 3)] // pixels between windows
    [InlineData(3, 3, 3, 16, 3, 0)]
    [InlineData(40, 8, 8, 20, 2, 0)] // enough for two threads
    public void Largest_and_mean_of_windows_and_their_gradients_agree_with_central_differences(int batch, int height, int width, int channels, int window, int stride)
    {
        var step = stride == 0 ? window : stride;
        var shape = new Shape(batch, height, width, channels);
        double[] Reference(double[] x, bool largest) => Each(batch, (height - window) / step + 1, (width - window) / step + 1, channels, (n, i, j, c) =>
        {
            var values = new List<double>();
            for (var u = 0; u < window; u++)
                for (var v = 0; v < window; v++) values.Add(x[((n * height + i * step + u) * width + j * step + v) * channels + c]);
            return largest ? values.Max() : values.Average();
        });
        if (batch > 3) // central differences of so many inputs take long
        {
            Bits(shape, x => x.MaxPool2d(window, stride));
            Bits(shape, x => x.AveragePool2d(window, stride));
            return;
        }
        GradientCheck.Run(21, [shape], (_, t) => t[0].MaxPool2d(window, stride), x => Reference(x[0], true));
        GradientCheck.Run(22, [shape], (_, t) => t[0].AveragePool2d(window, stride), x => Reference(x[0], false));
    }

    [Theory]
    [InlineData(2, 3, 5, 1)]
    [InlineData(1, 4, 4, 33)]
    public void The_mean_of_an_image_agrees_with_central_differences(int batch, int height, int width, int channels) => GradientCheck.Run(
        23, [new(batch, height, width, channels)], (_, t) => t[0].GlobalAveragePool(),
        x => [.. Enumerable.Range(0, batch * channels).Select(i => Enumerable.Range(0, height * width).Average(p => x[0][(i / channels * height * width + p) * channels + i % channels]))]);

    [Theory]
    [InlineData(2, 3, 5, 1, 2)]
    [InlineData(1, 2, 3, 17, 3)]
    [InlineData(1, 2, 2, 4, 1)]
    public void Larger_images_agree_with_central_differences(int batch, int height, int width, int channels, int factor) => GradientCheck.Run(
        24, [new(batch, height, width, channels)], (_, t) => t[0].UpsampleNearest(factor),
        x => Each(batch, height * factor, width * factor, channels, (n, i, j, c) => x[0][((n * height + i / factor) * width + j / factor) * channels + c]));

    [Theory]
    [InlineData(2, 3, 5, 1)]
    [InlineData(1, 1, 4, 17)]
    [InlineData(3, 2, 2, 33)]
    public void Smoothly_larger_images_agree_with_central_differences(int batch, int height, int width, int channels) => GradientCheck.Run(
        25, [new(batch, height, width, channels)], (_, t) => t[0].UpsampleBilinear(),
        x => Each(batch, 2 * height, 2 * width, channels, (n, i, j, c) =>
        {
            double Pixel(int row, int column) => x[0][((n * height + Math.Clamp(row, 0, height - 1)) * width + Math.Clamp(column, 0, width - 1)) * channels + c];
            double y = (i + 0.5) / 2 - 0.5, z = (j + 0.5) / 2 - 0.5; // where the middle of the new pixel lies among the middles of the old ones
            int top = (int)Math.Floor(y), left = (int)Math.Floor(z);
            double down = y - top, right = z - left;
            return (1 - down) * ((1 - right) * Pixel(top, left) + right * Pixel(top, left + 1)) + down * ((1 - right) * Pixel(top + 1, left) + right * Pixel(top + 1, left + 1));
        }), threads: 2);

    [Fact]
    public void Of_equal_numbers_the_first_takes_the_gradient()
    {
        using var tape = new Tape();
        var x = tape.Input([1, 2, 2, 0, 2, 1, 0, 2], new Shape(1, 2, 4, 1), gradient: true);
        x.MaxPool2d().Sum().Backward();
        Assert.Equal([0, 1, 1, 0, 0, 0, 0, 0], x.Gradient.ToArray());
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named_with_the_operation()
    {
        using var tape = new Tape();
        var (flat, small) = (tape.Input(new Shape(4, 4)), tape.Input(new Shape(1, 2, 2, 1)));
        string Error(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;
        Assert.Equal("MaxPool2d: the shape 4×4 does not fit; images are needed: batch×height×width×channels, none of them 0", Error(() => flat.MaxPool2d()));
        Assert.Equal("AveragePool2d: the shape 1×2×2×1 does not fit; a window of 3×3 is larger than the images", Error(() => small.AveragePool2d(3)));
        Assert.Contains("GlobalAveragePool", Error(() => flat.GlobalAveragePool()), StringComparison.Ordinal);
        Assert.Contains("not 0", Error(() => small.UpsampleNearest(0)), StringComparison.Ordinal);
        Assert.Contains("window of 0", Error(() => small.MaxPool2d(0)), StringComparison.Ordinal);
    }

    private static void Bits(Shape shape, Func<Tensor, Tensor> operation)
    {
        float[]? first = null;
        foreach (var threads in new[] { 1, 2 })
        {
            using var tape = new Tape(threads);
            var x = tape.Input([.. Enumerable.Range(0, shape.Count).Select(i => i * 7919 % 1009 / 500f)], shape, gradient: true);
            var y = operation(x);
            y.Times(y).Sum().Backward();
            float[] all = [.. y.Values, .. x.Gradient];
            first ??= all;
            Assert.Equal(first, all);
        }
    }

    private static double[] Each(int batch, int height, int width, int channels, Func<int, int, int, int, double> value) =>
        [.. Enumerable.Range(0, batch * height * width * channels).Select(at => value(at / channels / width / height, at / channels / width % height, at / channels % width, at % channels))];
}
