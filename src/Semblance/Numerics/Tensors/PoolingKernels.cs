using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>Windows laid over images: <see cref="Rows"/> × <see cref="Columns"/> of them, each <see cref="Tall"/> × <see cref="Wide"/> pixels.</summary>
internal readonly record struct Windows(int Batch, int Height, int Width, int Channels, int Rows, int Columns, int Tall, int Wide, int Stride)
{
    /// <summary>Whether each pixel lies in just one window.</summary>
    public bool Tiles => Rows * Tall == Height && Columns * Wide == Width && (Rows == 1 || Stride == Tall) && (Columns == 1 || Stride == Wide);

    public static Windows Of(string operation, Tensor x, int window, int stride)
    {
        RequireImages(operation, x);
        if (window < 1 || stride < 0) throw new ArgumentException($"{operation}: a window of {window} and a stride of {stride} make no sense", nameof(window));
        if (x.Shape[1] < window || x.Shape[2] < window) throw Shapes.Unfit(operation, x, $"a window of {window}×{window} is larger than the images");
        if (stride == 0) stride = window;
        return new(x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3], (x.Shape[1] - window) / stride + 1, (x.Shape[2] - window) / stride + 1, window, window, stride);
    }

    public static Windows Whole(string operation, Tensor x)
    {
        RequireImages(operation, x);
        return new(x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3], 1, 1, x.Shape[1], x.Shape[2], 1);
    }

    public static Windows Upsampled(string operation, Tensor x, int factor)
    {
        RequireImages(operation, x);
        if (factor < 1) throw new ArgumentException($"{operation}: the least factor is 1, not {factor}", nameof(factor));
        return new(x.Shape[0], checked(factor * x.Shape[1]), checked(factor * x.Shape[2]), x.Shape[3], x.Shape[1], x.Shape[2], factor, factor, factor);
    }

    private static void RequireImages(string operation, Tensor x)
    {
        if (x.Shape.Rank != 4 || x.Count == 0) throw Shapes.Unfit(operation, x, "images are needed: batch×height×width×channels, none of them 0");
    }
}

/// <summary>What is done with windows, one text for every register width: channels lie side by side, so a register holds channels of one pixel. Threads share out images.</summary>
internal static unsafe class PoolingKernels
{
    /// <summary>y = the largest of each window of x.</summary>
    public static void Max(Tape tape, in Windows w, float* x, float* y) => Choose<MaxUse>(tape, w, x, y, null, null, 1, true);

    /// <summary>dx (+)= dy at the first pixel of each window of x that is the largest, y.</summary>
    public static void PassToMax(Tape tape, in Windows w, float* x, float* y, float* dy, float* dx, bool add) => Choose<MaxBackUse>(tape, w, x, y, dy, dx, 1, add);

    /// <summary>y (+)= scale times the sum of each window of x.</summary>
    public static void Sum(Tape tape, in Windows w, float* x, float* y, float scale, bool add) => Choose<SumUse>(tape, w, x, y, null, null, scale, add);

    /// <summary>x (+)= scale·y in all of the window.</summary>
    public static void Spread(Tape tape, in Windows w, float* y, float* x, float scale, bool add) => Choose<SpreadUse>(tape, w, null, null, y, x, scale, add);

    /// <summary>Work on one register of channels of one window. Pointers are at its first pixel.</summary>
    private interface IUse
    {
        /// <summary>Whether pixels of dx are written.</summary>
        static abstract bool WritesPixels { get; }
        static abstract void At<V>(in Window window, float* x, float* y, float* dy, float* dx, float scale, bool add) where V : struct, ILanes<V, float>;
    }

    private readonly struct Window(int tall, int wide, nint right, nint down)
    {
        public readonly int Tall = tall, Wide = wide;
        public readonly nint Right = right, Down = down;
    }

    private static void Choose<U>(Tape tape, in Windows windows, float* x, float* y, float* dy, float* dx, float scale, bool add) where U : struct, IUse
    {
        var w = windows;
        int pixels = w.Height * w.Width * w.Channels, results = w.Rows * w.Columns * w.Channels;
        var clear = U.WritesPixels && !add && !w.Tiles; // pixels in several windows add up, those in none are zero
        tape.For(w.Batch, Math.Max(1, ActivationKernels.Grain / pixels), (from, to) =>
        {
            for (nint image = from; image < to; image++)
            {
                if (clear) new Span<float>(dx + image * pixels, pixels).Clear();
                float* a = x == null ? null : x + image * pixels, b = y == null ? null : y + image * results, c = dy == null ? null : dy + image * results, d = dx == null ? null : dx + image * pixels;
                switch (FastMath.Tier)
                {
                    case 512: Image<U, Float512>(w, a, b, c, d, scale, add || clear); break;
                    case 256: Image<U, Float256>(w, a, b, c, d, scale, add || clear); break;
                    default: Image<U, Float1>(w, a, b, c, d, scale, add || clear); break;
                }
            }
        });
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Image<U, V>(in Windows w, float* x, float* y, float* dy, float* dx, float scale, bool add) where U : struct, IUse where V : struct, ILanes<V, float>
    {
        var window = new Window(w.Tall, w.Wide, w.Channels, (nint)w.Width * w.Channels);
        nint at = 0;
        for (var row = 0; row < w.Rows; row++)
            for (var column = 0; column < w.Columns; column++, at += w.Channels)
            {
                var pixel = ((nint)row * w.Stride * w.Width + column * w.Stride) * w.Channels;
                var channel = 0;
                for (; channel + V.Count <= w.Channels; channel += V.Count) U.At<V>(window, x + pixel + channel, y + at + channel, dy + at + channel, dx + pixel + channel, scale, add);
                if (V.Count > Float256.Count && channel + Float256.Count <= w.Channels) // eight channels are common
                {
                    U.At<Float256>(window, x + pixel + channel, y + at + channel, dy + at + channel, dx + pixel + channel, scale, add);
                    channel += Float256.Count;
                }
                for (; channel < w.Channels; channel++) U.At<Float1>(window, x + pixel + channel, y + at + channel, dy + at + channel, dx + pixel + channel, scale, add);
            }
    }

    private readonly struct MaxUse : IUse
    {
        public static bool WritesPixels => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void At<V>(in Window window, float* x, float* y, float* dy, float* dx, float scale, bool add) where V : struct, ILanes<V, float>
        {
            var largest = V.Load(ref *x, 0);
            for (var row = 0; row < window.Tall; row++, x += window.Down)
                for (var column = 0; column < window.Wide; column++)
                {
                    var each = V.Load(ref x[column * window.Right], 0);
                    largest = V.IfLess(largest, each, each, largest);
                }
            largest.Store(ref *y, 0);
        }
    }

    private readonly struct MaxBackUse : IUse
    {
        public static bool WritesPixels => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void At<V>(in Window window, float* x, float* y, float* dy, float* dx, float scale, bool add) where V : struct, ILanes<V, float>
        {
            V largest = V.Load(ref *y, 0), left = V.Load(ref *dy, 0), zero = V.All(0);
            for (var row = 0; row < window.Tall; row++, x += window.Down, dx += window.Down)
                for (var column = 0; column < window.Wide; column++)
                {
                    var each = V.Load(ref x[column * window.Right], 0);
                    var share = V.IfLess(each, largest, zero, left);
                    left = V.IfLess(each, largest, left, zero); // whoever comes later gets nothing
                    ref var to = ref dx[column * window.Right];
                    (add ? V.Load(ref to, 0) + share : share).Store(ref to, 0);
                }
        }
    }

    private readonly struct SumUse : IUse
    {
        public static bool WritesPixels => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void At<V>(in Window window, float* x, float* y, float* dy, float* dx, float scale, bool add) where V : struct, ILanes<V, float>
        {
            var sum = V.All(0);
            for (var row = 0; row < window.Tall; row++, x += window.Down)
                for (var column = 0; column < window.Wide; column++) sum += V.Load(ref x[column * window.Right], 0);
            sum *= V.All(scale);
            (add ? V.Load(ref *y, 0) + sum : sum).Store(ref *y, 0);
        }
    }

    private readonly struct SpreadUse : IUse
    {
        public static bool WritesPixels => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void At<V>(in Window window, float* x, float* y, float* dy, float* dx, float scale, bool add) where V : struct, ILanes<V, float>
        {
            var each = V.Load(ref *dy, 0) * V.All(scale);
            for (var row = 0; row < window.Tall; row++, dx += window.Down)
                for (var column = 0; column < window.Wide; column++)
                {
                    ref var to = ref dx[column * window.Right];
                    (add ? V.Load(ref to, 0) + each : each).Store(ref to, 0);
                }
        }
    }
}
