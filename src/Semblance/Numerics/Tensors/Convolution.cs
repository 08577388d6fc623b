namespace Semblance.Numerics;

/// <summary>
/// Convolutions as matrix products over patches that are never written down. Of an image that lies pixel by pixel, channels innermost, a patch is a few runs of contiguous floats, and the same
/// run of the next patch begins a fixed pitch further on: that is all a micro-kernel needs to read its operand in place (<see cref="Walk"/>). The only copy made is of a band of
/// an image with a frame of zeros, small enough for the second-level cache. Each result is one chain of fused multiply-adds: over (kernel row, kernel column, channel) for an image,
/// over (image, row, column) for a weight.
/// </summary>
internal static unsafe class Convolution
{
    public const int BandFloats = 96 << 10; // of images in work at a time: 384 KiB stay in a second-level cache
    public const long Grain = 1 << 19; // multiply-adds that are worth handing to a thread: some 10 µs

    /// <summary>From large images to small ones: small (+)= large * weight, + bias, then the activation.</summary>
    public static void ToSmall(Gang gang, in ConvolutionShape s, float* large, float* weight, float* small, bool add, float* bias = null, Activation activation = Activation.None, int? tier = null)
    {
        var whole = new Phase(-s.Padding, -s.Padding, s.KernelHeight, s.KernelWidth, s.SmallHeight, s.SmallWidth, 0, 0, 0, 0);
        new ImageSweep(s, [whole], tier ?? FastMath.Tier)
        {
            Source = large, Height = s.Height, Width = s.Width, Channels = s.Channels, Stride = s.Stride,
            Target = small, TargetHeight = s.SmallHeight, TargetWidth = s.SmallWidth, Columns = s.SmallChannels, Spread = 1,
            Weight = weight, Add = add, Bias = bias, Activation = activation,
        }.Run(gang);
    }

    /// <summary>
    /// From small images to large ones: the derivative of <see cref="ToSmall"/> by its input, and the transposed convolution. Of a stride s, large pixels with the same remainders of row and column by s are
    /// reached by the same taps of the kernel: each such phase is a convolution of stride 1, so that every pixel is written once and nothing is scattered.
    /// </summary>
    public static void ToLarge(Gang gang, in ConvolutionShape s, float* small, float* weight, float* large, bool add, float* bias = null, Activation activation = Activation.None, int? tier = null)
    {
        var phases = new Phase[s.Stride * s.Stride];
        for (int i = 0, taps = 0; i < phases.Length; taps += phases[i].Taps, i++)
        {
            var (row, column) = (i / s.Stride, i % s.Stride);
            var (top, height, rows, firstRow) = Along(s.KernelHeight, s.Height, s.Stride, s.Padding, row);
            var (left, width, columns, firstColumn) = Along(s.KernelWidth, s.Width, s.Stride, s.Padding, column);
            phases[i] = new Phase(top, left, height, width, rows, columns, firstRow, firstColumn, row * s.KernelWidth + column, taps);
        }
        new ImageSweep(s, phases, tier ?? FastMath.Tier)
        {
            Source = small, Height = s.SmallHeight, Width = s.SmallWidth, Channels = s.SmallChannels, Stride = 1,
            Target = large, TargetHeight = s.Height, TargetWidth = s.Width, Columns = s.Channels, Spread = s.Stride, Turned = true,
            Weight = weight, Add = add, Bias = bias, Activation = activation,
        }.Run(gang);
    }

    /// <summary>The derivative by the weight: weight (+)= patches of large, turned, times small; and, while small is at hand, bias (+)= its sum over all pixels, where there is one.</summary>
    /// <remarks>Threads share out the weight, not the images: each element stays one chain over all images, in order.</remarks>
    public static void ToWeight(Gang gang, in ConvolutionShape s, float* large, float* small, float* weight, bool add, float* bias = null, bool addBias = false, int? tier = null)
    {
        var sweep = new WeightSweep(s, tier ?? FastMath.Tier) { Large = large, Small = small, Weight = weight, Add = add, Bias = bias, AddBias = addBias };
        var work = (long)s.Batch * s.SmallHeight * s.SmallWidth * s.SmallChannels * s.KernelHeight * s.KernelWidth * s.Channels;
        var tasks = gang.Size == 1 || work < Grain ? 1 : Math.Min(sweep.Units, 4 * gang.Size);
        gang.For(tasks, (task, workspace) => sweep.Run((int)((long)sweep.Units * task / tasks), (int)((long)sweep.Units * (task + 1) / tasks), workspace));
    }

    /// <summary>Of one direction of a phase: where its first tap lies in the small image, how many taps there are, how many large pixels, and the first of them.</summary>
    private static (int First, int Taps, int Pixels, int FirstPixel) Along(int kernel, int length, int stride, int padding, int phase)
    {
        var taps = phase < kernel ? (kernel - 1 - phase) / stride + 1 : 0;
        var skipped = phase < padding ? (padding - phase + stride - 1) / stride : 0;
        var pixel = skipped * stride + phase - padding;
        return (skipped - taps + 1, taps, pixel < length ? (length - 1 - pixel) / stride + 1 : 0, pixel);
    }

    public static int Lanes(int tier) => tier == 512 ? 32 : tier == 256 ? 16 : 2;

    /// <summary>Rows of a tile: even, at most what the registers hold, and shared out evenly, since a last tile of two rows would leave the processor waiting for its sums.</summary>
    public static int TileRows(int tier, int count)
    {
        var most = tier == 512 ? 14 : 6;
        var tiles = (count + most - 1) / most;
        return ((count + tiles - 1) / Math.Max(1, tiles) + 1) & ~1;
    }

    /// <summary>Rows of an image from <paramref name="top"/> and columns from <paramref name="left"/>, zero where they are outside.</summary>
    public static void Frame(float* image, int height, int width, int channels, int top, int left, int rows, int columns, float* to)
    {
        var before = Math.Clamp(-left, 0, columns) * channels;
        var inside = Math.Max(0, Math.Min(width, left + columns) - Math.Max(0, left)) * channels;
        for (var y = top; y < top + rows; y++, to += columns * channels)
        {
            var line = new Span<float>(to, columns * channels);
            if (y < 0 || y >= height || inside == 0) { line.Clear(); continue; }
            line[..before].Clear();
            new ReadOnlySpan<float>(image + ((nint)y * width + Math.Max(0, left)) * channels, inside).CopyTo(line[before..]);
            line[(before + inside)..].Clear();
        }
    }
}
