using Semblance.Numerics;
using Xunit;

namespace Semblance.Tests.Numerics.Tensors;

public sealed unsafe class ConvolutionTests
{
    [Theory]
    [InlineData(1, 5, 5, 1, 1, 3, 3, 1, 1)]
    [InlineData(2, 7, 6, 3, 5, 3, 3, 1, 1)]
    [InlineData(2, 6, 9, 2, 17, 3, 2, 1, 0)]
    [InlineData(1, 9, 8, 3, 4, 3, 3, 2, 1)]
    [InlineData(2, 8, 8, 2, 3, 4, 4, 2, 1)]
    [InlineData(1, 11, 10, 2, 3, 2, 3, 3, 2)] // strides longer than the kernel leave pixels out
    [InlineData(3, 4, 17, 1, 33, 1, 1, 1, 0)]
    [InlineData(1, 3, 3, 2, 2, 5, 5, 1, 2)] // a kernel larger than the image
    [InlineData(1, 4, 4, 2, 2, 2, 2, 1, 3)] // padding larger than the kernel
    [InlineData(1, 2, 31, 5, 6, 2, 5, 1, 0)]
    public void A_convolution_and_its_gradients_agree_with_central_differences(int batch, int height, int width, int inputs, int outputs, int tall, int wide, int stride, int padding)
    {
        foreach (var threads in new[] { 1, 2 })
            GradientCheck.Run(11, [new(batch, height, width, inputs), new(tall, wide, inputs, outputs), new(outputs)],
                (_, t) => t[0].Conv2d(t[1], t[2], stride, padding),
                x => Naive(x[0], x[1], x[2], batch, height, width, inputs, outputs, tall, wide, stride, padding), threads: threads);
    }

    [Theory]
    [InlineData(1, 3, 3, 1, 1, 3, 3, 1, 1, 0)]
    [InlineData(2, 4, 3, 3, 5, 4, 4, 2, 1, 0)]
    [InlineData(1, 4, 5, 2, 17, 3, 3, 2, 1, 1)]
    [InlineData(1, 3, 4, 2, 3, 2, 3, 3, 0, 2)] // pixels no patch reaches get the bias alone
    [InlineData(2, 2, 15, 3, 2, 5, 2, 1, 0, 0)]
    [InlineData(1, 5, 5, 4, 3, 5, 5, 3, 2, 1)]
    [InlineData(1, 5, 5, 2, 2, 2, 2, 2, 1, 0)]
    public void A_transposed_convolution_and_its_gradients_agree_with_central_differences(int batch, int height, int width, int inputs, int outputs, int tall, int wide, int stride, int padding, int extra)
    {
        foreach (var threads in new[] { 1, 2 })
            GradientCheck.Run(12, [new(batch, height, width, inputs), new(tall, wide, outputs, inputs), new(outputs)],
                (_, t) => t[0].ConvTranspose2d(t[1], t[2], stride, padding, extra),
                x => NaiveTransposed(x[0], x[1], x[2], batch, height, width, inputs, outputs, tall, wide, stride, padding, extra), threads: threads);
    }

    [Theory]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.Silu)]
    [InlineData(Activation.Tanh)]
    public void Activations_are_applied_to_both(Activation activation)
    {
        GradientCheck.Run(13, [new(1, 6, 5, 2), new(3, 3, 2, 3), new(3)], (_, t) => t[0].Conv2d(t[1], t[2], 2, 1, activation),
            x => [.. Naive(x[0], x[1], x[2], 1, 6, 5, 2, 3, 3, 3, 2, 1).Select(v => LinearTests.Value(activation, v))], tolerance: 1e-4);
        GradientCheck.Run(14, [new(1, 3, 4, 2), new(3, 3, 3, 2), new(3)], (_, t) => t[0].ConvTranspose2d(t[1], t[2], 2, 1, 1, activation),
            x => [.. NaiveTransposed(x[0], x[1], x[2], 1, 3, 4, 2, 3, 3, 3, 2, 1, 1).Select(v => LinearTests.Value(activation, v))], tolerance: 1e-4);
    }

    /// <summary>In both directions: images of data need no gradient, frozen weights take none, and what is left must not change by it.</summary>
    [Theory]
    [InlineData(true, true, false)]
    [InlineData(false, true, true)]
    [InlineData(false, false, true)]
    [InlineData(true, false, false)]
    public void What_needs_no_gradient_gets_none_and_changes_no_other(bool images, bool weight, bool bias)
    {
        float[][] Gradients(bool transposed, params bool[] needs)
        {
            using var tape = new Tape();
            Tensor Input(Shape shape, int index) => tape.Input([.. Enumerable.Range(0, shape.Count).Select(i => (i * 7919 + index) % 101 / 50f - 1)], shape, needs[index]);
            Tensor[] t = [Input(new Shape(2, 6, 7, 3), 0), Input(transposed ? new Shape(3, 3, 5, 3) : new Shape(3, 3, 3, 5), 1), Input(new Shape(5), 2)];
            var y = transposed ? t[0].ConvTranspose2d(t[1], t[2], 2, 1, 1, Activation.Tanh) : t[0].Conv2d(t[1], t[2], 1, 1, Activation.Tanh);
            y.Times(y).Sum().Backward();
            return [.. t.Select((input, i) => needs[i] ? input.Gradient.ToArray() : [])];
        }
        foreach (var transposed in new[] { false, true })
        {
            float[][] all = Gradients(transposed, true, true, true), some = Gradients(transposed, images, weight, bias);
            for (var i = 0; i < 3; i++)
                if (some[i].Length > 0) GradientCheck.AssertNear([.. all[i].Select(g => (double)g)], some[i], 1e-6, $"gradient {i}");
        }
    }

    /// <summary>Several bands to an image, several images to a task, tasks on both threads.</summary>
    [Theory]
    [InlineData(3, 70, 66, 24, 20, 3, 1, 1)]
    [InlineData(2, 65, 67, 30, 37, 4, 2, 1)]
    [InlineData(40, 9, 9, 8, 16, 3, 1, 1)]
    [InlineData(2, 40, 33, 1, 40, 5, 1, 2)]
    public void Every_tier_and_thread_count_gives_the_same_bits(int batch, int height, int width, int inputs, int outputs, int kernel, int stride, int padding)
    {
        int smallHeight = (height + 2 * padding - kernel) / stride + 1, smallWidth = (width + 2 * padding - kernel) / stride + 1;
        var shape = new ConvolutionShape(batch, height, width, inputs, smallHeight, smallWidth, outputs, kernel, kernel, stride, padding);
        using NativeBuffer large = Filled(batch * height * width * inputs, 1), weight = Filled(kernel * kernel * inputs * outputs, 2), small = Filled(batch * smallHeight * smallWidth * outputs, 3);
        float[]? first = null;
        foreach (var size in new[] { 1, 2 })
        {
            using var gang = new Gang(size);
            foreach (var tier in new[] { 512, 256, 1 })
            {
                if (tier > FastMath.Tier || tier == 1 && size == 2) continue;
                using NativeBuffer toSmall = new(small.Count), toLarge = new(large.Count), toWeight = new(weight.Count), toBias = new(outputs);
                Convolution.ToSmall(gang, shape, large.Data, weight.Data, toSmall.Data, false, weight.Data, Activation.Relu, tier);
                Convolution.ToLarge(gang, shape, small.Data, weight.Data, toLarge.Data, false, null, Activation.None, tier);
                Convolution.ToWeight(gang, shape, large.Data, small.Data, toWeight.Data, false, toBias.Data, false, tier);
                float[] all = [.. Values(toSmall), .. Values(toLarge), .. Values(toWeight), .. Values(toBias)];
                first ??= all;
                Assert.True(first.AsSpan().SequenceEqual(all), $"other bits on tier {tier} with {size} threads");
            }
        }
    }

    /// <summary>All three directions at random sizes on every tier, each added to what is there.</summary>
    [Fact]
    public void Random_shapes_agree_with_sums_in_double()
    {
        using var gang = new Gang(1);
        var numbers = new RandomStream(new Seed(5), "shapes").Sequence();
        int Pick(int least, int most) => least + numbers.NextBelow(most - least + 1);
        for (var round = 0; round < 60; round++)
        {
            var (kernelHeight, kernelWidth, stride, padding) = (Pick(1, 5), Pick(1, 5), Pick(1, 4), Pick(0, 3));
            var (height, width) = (Math.Max(Pick(1, 12), kernelHeight - 2 * padding), Math.Max(Pick(1, 35), kernelWidth - 2 * padding));
            var s = new ConvolutionShape(Pick(1, 3), height, width, Pick(1, 20), (height + 2 * padding - kernelHeight) / stride + 1, (width + 2 * padding - kernelWidth) / stride + 1, Pick(1, 50), kernelHeight, kernelWidth, stride, padding);
            int larges = s.Batch * height * width * s.Channels, smalls = s.Batch * s.SmallHeight * s.SmallWidth * s.SmallChannels, weights = kernelHeight * kernelWidth * s.Channels * s.SmallChannels;
            using NativeBuffer large = Filled(larges, 1), small = Filled(smalls, 2), weight = Filled(weights, 3);
            double[] toLarge = Doubles(large), toSmall = Doubles(small), toWeight = Doubles(weight), x = [.. toLarge], y = [.. toSmall], w = [.. toWeight];
            for (var at = 0; at < smalls; at++)
            {
                var (o, j, i, n) = (at % s.SmallChannels, at / s.SmallChannels % s.SmallWidth, at / s.SmallChannels / s.SmallWidth % s.SmallHeight, at / s.SmallChannels / s.SmallWidth / s.SmallHeight);
                for (var tap = 0; tap < kernelHeight * kernelWidth; tap++)
                {
                    var (row, column) = (i * stride + tap / kernelWidth - padding, j * stride + tap % kernelWidth - padding);
                    if (row < 0 || row >= height || column < 0 || column >= width) continue;
                    for (var c = 0; c < s.Channels; c++)
                    {
                        var (p, q) = (((n * height + row) * width + column) * s.Channels + c, (tap * s.Channels + c) * s.SmallChannels + o);
                        toSmall[at] += x[p] * w[q];
                        toLarge[p] += y[at] * w[q];
                        toWeight[q] += x[p] * y[at];
                    }
                }
            }
            foreach (var tier in new[] { 512, 256, 1 })
            {
                if (tier > FastMath.Tier) continue;
                using NativeBuffer a = Filled(larges, 1), b = Filled(smalls, 2), c = Filled(weights, 3);
                Convolution.ToLarge(gang, s, small.Data, weight.Data, a.Data, true, tier: tier);
                Convolution.ToSmall(gang, s, large.Data, weight.Data, b.Data, true, tier: tier);
                Convolution.ToWeight(gang, s, large.Data, small.Data, c.Data, true, tier: tier);
                GradientCheck.AssertNear(toLarge, Values(a), 1e-5, $"large of {s} on tier {tier}");
                GradientCheck.AssertNear(toSmall, Values(b), 1e-5, $"small of {s} on tier {tier}");
                GradientCheck.AssertNear(toWeight, Values(c), 1e-5, $"weight of {s} on tier {tier}");
            }
        }
    }

    private static double[] Doubles(NativeBuffer buffer) => [.. Values(buffer).Select(v => (double)v)];

    [Fact]
    public void Shapes_that_do_not_fit_are_named_with_the_operation()
    {
        using var tape = new Tape();
        var x = tape.Input(new Shape(2, 8, 8, 3));
        string Error(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;
        Assert.Equal("Conv2d: the shapes 2×8×8×3 and 3×3×4×5 do not fit; channels of the images (batch×height×width×channels) must be inputs of the weight (height×width×inputs×outputs)",
            Error(() => x.Conv2d(tape.Input(new Shape(3, 3, 4, 5)))));
        Assert.Contains("larger than the images", Error(() => x.Conv2d(tape.Input(new Shape(9, 3, 3, 5)))), StringComparison.Ordinal);
        Assert.Contains("bias", Error(() => x.Conv2d(tape.Input(new Shape(3, 3, 3, 5)), tape.Input(new Shape(4)))), StringComparison.Ordinal);
        Assert.Contains("four dimensions", Error(() => x.Conv2d(tape.Input(new Shape(3, 5)))), StringComparison.Ordinal);
        Assert.Contains("stride of 0", Error(() => x.Conv2d(tape.Input(new Shape(3, 3, 3, 5)), stride: 0)), StringComparison.Ordinal);
        Assert.Contains("ConvTranspose2d: the shapes 2×8×8×3 and 3×3×3×5", Error(() => x.ConvTranspose2d(tape.Input(new Shape(3, 3, 3, 5)))), StringComparison.Ordinal);
        Assert.Contains("output padding of 2", Error(() => x.ConvTranspose2d(tape.Input(new Shape(3, 3, 5, 3)), stride: 2, outputPadding: 2)), StringComparison.Ordinal);
    }

    internal static double[] Naive(double[] x, double[] w, double[] bias, int batch, int height, int width, int inputs, int outputs, int tall, int wide, int stride, int padding)
    {
        int rows = (height + 2 * padding - tall) / stride + 1, columns = (width + 2 * padding - wide) / stride + 1;
        var y = new double[batch * rows * columns * outputs];
        for (var at = 0; at < y.Length; at++)
        {
            var (o, j, i, n) = (at % outputs, at / outputs % columns, at / outputs / columns % rows, at / outputs / columns / rows);
            y[at] = bias[o];
            for (var u = 0; u < tall; u++)
                for (var v = 0; v < wide; v++)
                {
                    var (row, column) = (i * stride + u - padding, j * stride + v - padding);
                    if (row < 0 || row >= height || column < 0 || column >= width) continue;
                    for (var c = 0; c < inputs; c++) y[at] += x[((n * height + row) * width + column) * inputs + c] * w[((u * wide + v) * inputs + c) * outputs + o];
                }
        }
        return y;
    }

    private static double[] NaiveTransposed(double[] x, double[] w, double[] bias, int batch, int height, int width, int inputs, int outputs, int tall, int wide, int stride, int padding, int extra)
    {
        int rows = (height - 1) * stride + tall - 2 * padding + extra, columns = (width - 1) * stride + wide - 2 * padding + extra;
        var y = new double[batch * rows * columns * outputs];
        for (var i = 0; i < y.Length; i++) y[i] = bias[i % outputs];
        for (var n = 0; n < batch; n++)
            for (var i = 0; i < height; i++)
                for (var j = 0; j < width; j++)
                    for (var u = 0; u < tall; u++)
                        for (var v = 0; v < wide; v++)
                        {
                            var (row, column) = (i * stride + u - padding, j * stride + v - padding);
                            if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
                            for (var o = 0; o < outputs; o++)
                                for (var c = 0; c < inputs; c++)
                                    y[((n * rows + row) * columns + column) * outputs + o] += x[((n * height + i) * width + j) * inputs + c] * w[((u * wide + v) * outputs + o) * inputs + c];
                        }
        return y;
    }

    private static float[] Values(NativeBuffer buffer) => new Span<float>(buffer.Data, (int)buffer.Count).ToArray();

    private static NativeBuffer Filled(int count, ulong seed)
    {
        var random = new RandomStream(new Seed(seed), "convolution").Sequence();
        var buffer = new NativeBuffer(count);
        for (var i = 0; i < count; i++) buffer.Data[i] = (float)(2 * random.NextUnit() - 1);
        return buffer;
    }
}
