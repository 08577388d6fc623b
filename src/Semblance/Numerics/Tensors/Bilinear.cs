using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>Smooth enlargement of images.</summary>
public static unsafe class BilinearOperations
{
    extension(Tensor x)
    {
        /// <summary>
        /// Images of twice the height and width, each new pixel a mean of the four around it: 9/16 of the one it lies in, 3/16 of each neighbour beside it, 1/16 of the one across. At an edge the
        /// image goes on as it ends.
        /// </summary>
        /// <returns>batch × 2·height × 2·width × channels.</returns>
        /// <exception cref="ArgumentException">Not images.</exception>
        public Tensor UpsampleBilinear()
        {
            var windows = Windows.Upsampled("UpsampleBilinear", x, 2);
            var y = x.Tape.Make(new Shape(windows.Batch, windows.Height, windows.Width, windows.Channels), x.NeedsGradient);
            Each(x.Tape, windows, x.Data, y.Data, backward: false);
            if (y.NeedsGradient) x.Tape.Record(new UpsampleBilinearOperation(y, x, windows));
            return y;
        }
    }

    private sealed class UpsampleBilinearOperation(Tensor y, Tensor x, Windows windows) : Operation(y)
    {
        public override void Backward()
        {
            var dx = x.TakeGradient(out var add);
            if (!add) new Span<float>(dx, x.Count).Clear();
            Each(Output.Tape, windows, dx, Output.GradientData, backward: true);
        }
    }

    /// <summary>Threads share out images.</summary>
    private static void Each(Tape tape, Windows w, float* small, float* large, bool backward)
    {
        int smallCount = w.Rows * w.Columns * w.Channels, largeCount = 4 * smallCount;
        tape.For(w.Batch, Math.Max(1, ActivationKernels.Grain / largeCount), (from, to) =>
        {
            for (nint image = from; image < to; image++)
            {
                float* a = small + image * smallCount, b = large + image * largeCount;
                switch (FastMath.Tier)
                {
                    case 512: Image<Float512>(w, a, b, backward); break;
                    case 256: Image<Float256>(w, a, b, backward); break;
                    default: Image<Float1>(w, a, b, backward); break;
                }
            }
        });
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Image<V>(in Windows w, float* small, float* large, bool backward) where V : struct, ILanes<V, float>
    {
        for (var row = 0; row < w.Height; row++)
            for (var column = 0; column < w.Width; column++, large += w.Channels)
            {
                // Of the two rows a new one lies between, the near one is its own, the far one above for even rows and below for odd ones; columns alike.
                int near = row / 2, far = Math.Clamp(near + (row & 1) * 2 - 1, 0, w.Rows - 1), left = column / 2, right = Math.Clamp(left + (column & 1) * 2 - 1, 0, w.Columns - 1);
                float* a = small + (near * w.Columns + left) * w.Channels, b = small + (near * w.Columns + right) * w.Channels;
                float* c = small + (far * w.Columns + left) * w.Channels, d = small + (far * w.Columns + right) * w.Channels;
                nuint i = 0, n = (nuint)w.Channels, width = (nuint)V.Count;
                for (; i + width <= n; i += width) At<V>(a, b, c, d, large, i, backward);
                for (; i < n; i++) At<Float1>(a, b, c, d, large, i, backward);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void At<V>(float* a, float* b, float* c, float* d, float* y, nuint i, bool backward) where V : struct, ILanes<V, float>
    {
        if (!backward)
        {
            var sum = V.Load(ref *a, i) * V.All(9f / 16);
            sum = V.Fma(V.Load(ref *b, i), V.All(3f / 16), sum);
            sum = V.Fma(V.Load(ref *c, i), V.All(3f / 16), sum);
            V.Fma(V.Load(ref *d, i), V.All(1f / 16), sum).Store(ref *y, i);
            return;
        }
        var dy = V.Load(ref *y, i);
        Add(a, dy, 9f / 16, i); // one after another: at an edge some of them are the same pixel
        Add(b, dy, 3f / 16, i);
        Add(c, dy, 3f / 16, i);
        Add(d, dy, 1f / 16, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<V>(float* to, V dy, float share, nuint i) where V : struct, ILanes<V, float> => V.Fma(dy, V.All(share), V.Load(ref *to, i)).Store(ref *to, i);
}
