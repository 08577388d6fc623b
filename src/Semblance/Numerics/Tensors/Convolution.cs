using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>
/// Convolutions as matrix products over patches that are never written down. Of an image that lies pixel by pixel, channels innermost, a patch is a few runs of contiguous floats, and the same
/// run of the next patch begins a fixed pitch further on: that is all a micro-kernel needs to read its operand in place (<see cref="Walk"/>). The only copy made is of a band of
/// an image with a frame of zeros, small enough for the second-level cache. Each result is one chain of fused multiply-adds: over (kernel row, kernel column, channel) for an image,
/// over (image, row, column) for a weight.
/// </summary>
internal static unsafe class Convolution
{
    private const int BandFloats = 96 << 10; // of images in work at a time: 384 KiB stay in a second-level cache
    private const long Grain = 1 << 19; // multiply-adds that are worth handing to a thread: some 10 µs
    private const int CornerStep = 32;

    /// <summary>From large images to small ones: small (+)= large * weight, + bias, then the activation.</summary>
    public static void ToSmall(Gang gang, in ConvolutionShape s, float* large, float* weight, float* small, bool add, float* bias = null, Activation activation = Activation.None, int? tier = null)
    {
        var whole = new Phase(-s.Padding, -s.Padding, s.KernelHeight, s.KernelWidth, s.SmallHeight, s.SmallWidth, 0, 0, 0, 0);
        new Sweep(s, [whole], tier ?? FastMath.Tier)
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
            phases[i] = new Phase(top, left, height, width, rows, columns, firstRow, firstColumn, (row * s.KernelWidth) + column, taps);
        }
        new Sweep(s, phases, tier ?? FastMath.Tier)
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

    private static int Lanes(int tier) => tier == 512 ? 32 : tier == 256 ? 16 : 2;

    /// <summary>Rows of a tile: even, at most what the registers hold, and shared out evenly, since a last tile of two rows would leave the processor waiting for its sums.</summary>
    private static int TileRows(int tier, int count)
    {
        var most = tier == 512 ? 14 : 6;
        var tiles = (count + most - 1) / most;
        return ((count + tiles - 1) / Math.Max(1, tiles) + 1) & ~1;
    }

    /// <summary>Rows of an image from <paramref name="top"/> and columns from <paramref name="left"/>, zero where they are outside.</summary>
    private static void Frame(float* image, int height, int width, int channels, int top, int left, int rows, int columns, float* to)
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

    /// <summary>One tile of C, by way of a corner where it would reach over the edge.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tile<V>(int height, int width, int lanes, in Walk walk, float* a, float* b, float* c, nint cStep, float* from, nint fromStep, float* corner) where V : struct, ILanes<V, float>
    {
        var one = width <= V.Count;
        var rows = height == 1 ? 1 : (height + 1) & ~1;
        if (rows == height && (width == lanes || width == V.Count))
        {
            GemmKernel.Multiply<V>(rows, one, walk, a, b, c, cStep, from, fromStep);
            return;
        }
        if (from != null)
            for (var y = 0; y < height; y++) new Span<float>(from + y * fromStep, width).CopyTo(new Span<float>(corner + y * CornerStep, width));
        GemmKernel.Multiply<V>(rows, one, walk, a, b, corner, CornerStep, from == null ? null : corner, CornerStep);
        for (var y = 0; y < height; y++) new Span<float>(corner + y * CornerStep, width).CopyTo(new Span<float>(c + y * cStep, width));
    }

    /// <summary>
    /// Pixels of the target that the same taps reach. <paramref name="Top"/>, <paramref name="Left"/>: where the first tap of its first pixel lies in the source; <paramref name="FirstTap"/>: the
    /// tap of the kernel that its last one is; <paramref name="TapsBefore"/>: taps of earlier phases.
    /// </summary>
    private readonly record struct Phase(int Top, int Left, int TapRows, int TapColumns, int Rows, int Columns, int FirstRow, int FirstColumn, int FirstTap, int TapsBefore)
    {
        public int Taps => TapRows * TapColumns;
    }

    /// <summary>Makes images from images.</summary>
    private sealed class Sweep(ConvolutionShape shape, Phase[] phases, int tier)
    {
        private readonly int lanes = Lanes(tier);
        private float* packed;
        private int top, left, span, framed, bandRows, bands;

        public required float* Source, Target, Weight, Bias;
        public required int Height, Width, Channels, Stride, TargetHeight, TargetWidth, Columns, Spread;
        public required bool Add;
        public required Activation Activation;
        public bool Turned; // from small to large: the kernel is read from its end, channels of the target across

        private int PanelCount => (Columns + lanes - 1) / lanes;

        public void Run(Gang gang)
        {
            packed = gang.Own.Right((nint)shape.KernelHeight * shape.KernelWidth * Channels * PanelCount * lanes + Panels.Slack);
            foreach (var phase in phases)
                for (var panel = 0; panel < PanelCount; panel++) PackWeight(phase, panel);
            CutBands();
            var pieces = shape.Batch * bands;
            var work = (long)shape.SmallHeight * shape.SmallWidth * shape.SmallChannels * shape.KernelHeight * shape.KernelWidth * shape.Channels / bands;
            var each = (int)Math.Clamp(Grain / Math.Max(1, work), 1, pieces);
            gang.For((pieces + each - 1) / each, (task, workspace) =>
            {
                for (var piece = task * each; piece < Math.Min(pieces, (task + 1) * each); piece++) Band(piece / bands, piece % bands * bandRows, workspace);
            });
        }

        /// <summary>The frame that holds what all phases read, and how many rows of it fit the cache.</summary>
        private void CutBands()
        {
            int bottom = int.MinValue, right = int.MinValue, rows = 1;
            (top, left) = (int.MaxValue, int.MaxValue);
            foreach (var phase in phases)
            {
                (top, left) = (Math.Min(top, phase.Top), Math.Min(left, phase.Left));
                (bottom, right) = (Math.Max(bottom, phase.Top + phase.TapRows), Math.Max(right, phase.Left + (phase.Columns - 1) * Stride + phase.TapColumns));
                rows = Math.Max(rows, phase.Rows);
            }
            (span, framed) = (Math.Max(1, bottom - top), Math.Max(1, right - left));
            bandRows = Math.Clamp((BandFloats / (framed * Channels) - span) / Stride + 1, 1, rows);
            bands = (rows + bandRows - 1) / bandRows;
            bandRows = (rows + bands - 1) / bands;
            bands = (rows + bandRows - 1) / bandRows;
        }

        private void PackWeight(in Phase phase, int panel)
        {
            var (first, width) = (panel * lanes, Math.Min(lanes, Columns - panel * lanes));
            var to = packed + ((nint)phase.TapsBefore * PanelCount + (nint)panel * phase.Taps) * Channels * lanes;
            for (var tap = 0; tap < phase.Taps; tap++, to += Channels * lanes)
            {
                var (row, column) = (tap / phase.TapColumns, tap % phase.TapColumns);
                var from = Turned
                    ? phase.FirstTap + (phase.TapRows - 1 - row) * Spread * shape.KernelWidth + (phase.TapColumns - 1 - column) * Spread
                    : tap;
                var source = Weight + (nint)from * shape.Channels * shape.SmallChannels;
                if (Turned) Panels.Pack(source + (nint)first * Channels, Channels, 1, width, Channels, to, lanes);
                else Panels.Pack(source + first, 1, Columns, width, Channels, to, lanes);
            }
        }

        private void Band(int image, int first, Workspace workspace)
        {
            var target = Target + (nint)image * TargetHeight * TargetWidth * Columns;
            var rows = (bandRows - 1) * Stride + span;
            var frame = workspace.Left(((nint)rows * framed + Stride) * Channels + Panels.Slack); // a tile rounded up reads a patch more, and drops what comes of it
            Frame(Source + (nint)image * Height * Width * Channels, Height, Width, Channels, top + first * Stride, left, rows, framed, frame);
            foreach (var phase in phases)
            {
                var end = Math.Min(phase.Rows, first + bandRows);
                switch (tier)
                {
                    case 512: Tiles<Float512>(phase, frame, target, first, end); break;
                    case 256: Tiles<Float256>(phase, frame, target, first, end); break;
                    default: Tiles<Float1>(phase, frame, target, first, end); break;
                }
            }
            if (Activation == Activation.None) return;
            for (var i = 0; i < phases.Length; i += Spread) // one phase of each row
                for (var row = first; row < Math.Min(phases[i].Rows, first + bandRows); row++)
                {
                    var line = target + (nint)(phases[i].FirstRow + row * Spread) * TargetWidth * Columns;
                    ActivationKernels.Apply(Activation, line, line, TargetWidth * Columns);
                }
        }

        [SkipLocalsInit]
        private void Tiles<V>(in Phase phase, float* frame, float* target, int first, int end) where V : struct, ILanes<V, float>
        {
            var corner = stackalloc float[14 * CornerStep];
            var walk = new Walk(phase.TapRows, phase.TapColumns * Channels, Stride * Channels, 1, (framed - phase.TapColumns) * Channels, lanes);
            var height = TileRows(tier, phase.Columns);
            frame += ((phase.Top - top) * framed + phase.Left - left) * Channels;
            target += ((nint)phase.FirstRow * TargetWidth + phase.FirstColumn) * Columns;
            for (var panel = 0; panel < PanelCount; panel++)
            {
                var width = Math.Min(lanes, Columns - panel * lanes);
                var b = packed + ((nint)phase.TapsBefore * PanelCount + (nint)panel * phase.Taps) * Channels * lanes;
                var bias = Bias == null ? null : Bias + panel * lanes;
                for (var row = first; row < end; row++)
                {
                    var a = frame + (row - first) * Stride * framed * Channels;
                    var c = target + (nint)row * Spread * TargetWidth * Columns + panel * lanes;
                    for (var x = 0; x < phase.Columns; x += height, a += height * Stride * Channels, c += height * Spread * Columns)
                        Tile<V>(Math.Min(height, phase.Columns - x), width, lanes, walk, a, b, c, Spread * Columns, Add ? c : bias, Add ? Spread * Columns : 0, corner);
                }
            }
        }
    }

    /// <summary>Makes a weight from images: its rows are (kernel row, kernel column, channel), the last two of which lie side by side in a frame, its chains run over pixels.</summary>
    private sealed class WeightSweep
    {
        private readonly ConvolutionShape shape;
        private readonly int tier, lanes, line, height, tiles, panels, framed, bandRows;

        public required float* Large, Small, Weight, Bias;
        public required bool Add, AddBias;

        public WeightSweep(in ConvolutionShape shape, int tier)
        {
            (this.shape, this.tier) = (shape, tier);
            lanes = Lanes(tier);
            line = shape.KernelWidth * shape.Channels;
            height = TileRows(tier, line);
            tiles = (line + height - 1) / height;
            panels = (shape.SmallChannels + lanes - 1) / lanes;
            framed = (shape.SmallWidth - 1) * shape.Stride + shape.KernelWidth;
            var floats = framed * shape.Channels * shape.Stride + shape.SmallWidth * shape.SmallChannels;
            bandRows = Math.Clamp(BandFloats / floats, 1, shape.SmallHeight);
        }

        /// <summary>Tiles of the weight.</summary>
        public int Units => panels * shape.KernelHeight * tiles;

        public void Run(int from, int to, Workspace workspace)
        {
            for (var image = 0; image < shape.Batch; image++)
                for (var row = 0; row < shape.SmallHeight; row += bandRows)
                {
                    var rows = Math.Min(bandRows, shape.SmallHeight - row);
                    var count = (rows - 1) * shape.Stride + shape.KernelHeight;
                    var frame = workspace.Left((nint)count * framed * shape.Channels + Panels.Slack);
                    Frame(Large + (nint)image * shape.Height * shape.Width * shape.Channels, shape.Height, shape.Width, shape.Channels, row * shape.Stride - shape.Padding, -shape.Padding, count, framed, frame);
                    var pixels = Small + ((nint)image * shape.SmallHeight + row) * shape.SmallWidth * shape.SmallChannels;
                    var started = image > 0 || row > 0;
                    switch (tier)
                    {
                        case 512: Tiles<Float512>(frame, pixels, rows, from, to, started, workspace); break;
                        case 256: Tiles<Float256>(frame, pixels, rows, from, to, started, workspace); break;
                        default: Tiles<Float1>(frame, pixels, rows, from, to, started, workspace); break;
                    }
                }
        }

        [SkipLocalsInit]
        private void Tiles<V>(float* frame, float* pixels, int rows, int from, int to, bool started, Workspace workspace) where V : struct, ILanes<V, float>
        {
            var corner = stackalloc float[14 * CornerStep];
            var step = shape.Stride * shape.Channels;
            var jump = (framed * shape.Stride - shape.SmallWidth * shape.Stride) * shape.Channels;
            var unity = 1f;
            float* cut = null;
            for (var unit = from; unit < to; unit++)
            {
                var (panel, tile) = (unit / (shape.KernelHeight * tiles), unit % (shape.KernelHeight * tiles));
                var (kernelRow, lane) = (tile / tiles, tile % tiles * height);
                var width = Math.Min(lanes, shape.SmallChannels - panel * lanes);
                var b = pixels + panel * lanes;
                var stepB = shape.SmallChannels;
                if (width != lanes && width != V.Count) // a panel cut off by the edge would read beyond it
                {
                    if (cut == null)
                    {
                        cut = workspace.Right((nint)rows * shape.SmallWidth * lanes + Panels.Slack);
                        Panels.Pack(b, 1, stepB, width, rows * shape.SmallWidth, cut, lanes);
                    }
                    b = cut;
                    stepB = lanes;
                }
                var walk = new Walk(rows, shape.SmallWidth, 1, step, jump, stepB);
                var c = Weight + ((nint)kernelRow * line + lane) * shape.SmallChannels + panel * lanes;
                Tile<V>(Math.Min(height, line - lane), width, lanes, walk, frame + kernelRow * framed * shape.Channels + lane, b, c, shape.SmallChannels, Add || started ? c : null, shape.SmallChannels, corner);
                if (Bias == null || tile > 0) continue;
                var sums = Bias + panel * lanes;
                Tile<V>(1, width, lanes, new Walk(1, rows * shape.SmallWidth, 0, 0, 0, stepB), &unity, b, sums, 0, AddBias || started ? sums : null, 0, corner); // a sum is a product with ones
            }
        }
    }
}
