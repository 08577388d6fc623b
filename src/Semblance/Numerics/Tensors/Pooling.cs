namespace Semblance.Numerics;

/// <summary>Operations that make images (batch × height × width × channels) smaller or larger without learned weights.</summary>
public static unsafe class PoolingOperations
{
    extension(Tensor x)
    {
        /// <summary>The largest number of each window, channel by channel. Of equal ones the first takes the gradient.</summary>
        /// <param name="window">Height and width of a window.</param>
        /// <param name="stride">Pixels from one window to the next; 0: as many as the window has. What does not fill a window at the right and the bottom is left out.</param>
        /// <returns>batch × ⌊(height - window) / stride⌋ + 1 × the same of the width × channels.</returns>
        /// <exception cref="ArgumentException">Not images, or smaller than a window.</exception>
        public Tensor MaxPool2d(int window = 2, int stride = 0) => Max(x, Windows.Of("MaxPool2d", x, window, stride));

        /// <summary>The mean of each window, channel by channel.</summary>
        /// <param name="window">Height and width of a window.</param>
        /// <param name="stride">Pixels from one window to the next; 0: as many as the window has. What does not fill a window at the right and the bottom is left out.</param>
        /// <returns>batch × ⌊(height - window) / stride⌋ + 1 × the same of the width × channels.</returns>
        /// <exception cref="ArgumentException">Not images, or smaller than a window.</exception>
        public Tensor AveragePool2d(int window = 2, int stride = 0)
        {
            var windows = Windows.Of("AveragePool2d", x, window, stride);
            return Sum(x, windows, new Shape(windows.Batch, windows.Rows, windows.Columns, windows.Channels), 1f / (window * window));
        }

        /// <summary>The mean of each channel over the whole image.</summary>
        /// <returns>batch × channels.</returns>
        /// <exception cref="ArgumentException">Not images.</exception>
        public Tensor GlobalAveragePool()
        {
            var whole = Windows.Whole("GlobalAveragePool", x);
            return Sum(x, whole, new Shape(whole.Batch, whole.Channels), 1f / (whole.Height * whole.Width));
        }

        /// <summary>Each pixel becomes a square of equal ones.</summary>
        /// <param name="factor">Height and width of the square.</param>
        /// <returns>batch × factor·height × factor·width × channels.</returns>
        /// <exception cref="ArgumentException">Not images, or a factor below 1.</exception>
        public Tensor UpsampleNearest(int factor = 2)
        {
            var windows = Windows.Upsampled("UpsampleNearest", x, factor);
            var y = x.Tape.Make(new Shape(windows.Batch, windows.Height, windows.Width, windows.Channels), x.NeedsGradient);
            PoolingKernels.Spread(x.Tape, windows, x.Data, y.Data, 1, false);
            if (y.NeedsGradient) x.Tape.Record(new UpsampleOperation(y, x, windows));
            return y;
        }
    }

    private static Tensor Max(Tensor x, in Windows windows)
    {
        var y = x.Tape.Make(new Shape(windows.Batch, windows.Rows, windows.Columns, windows.Channels), x.NeedsGradient);
        PoolingKernels.Max(x.Tape, windows, x.Data, y.Data);
        if (y.NeedsGradient) x.Tape.Record(new MaxPoolOperation(y, x, windows));
        return y;
    }

    private static Tensor Sum(Tensor x, in Windows windows, Shape shape, float scale)
    {
        var y = x.Tape.Make(shape, x.NeedsGradient);
        PoolingKernels.Sum(x.Tape, windows, x.Data, y.Data, scale, false);
        if (y.NeedsGradient) x.Tape.Record(new AveragePoolOperation(y, x, windows, scale));
        return y;
    }

    private sealed class MaxPoolOperation(Tensor y, Tensor x, Windows windows) : Operation(y)
    {
        public override void Backward()
        {
            var dx = x.TakeGradient(out var add);
            PoolingKernels.PassToMax(Output.Tape, windows, x.Data, Output.Data, Output.GradientData, dx, add);
        }
    }

    private sealed class AveragePoolOperation(Tensor y, Tensor x, Windows windows, float scale) : Operation(y)
    {
        public override void Backward()
        {
            var dx = x.TakeGradient(out var add);
            PoolingKernels.Spread(Output.Tape, windows, Output.GradientData, dx, scale, add);
        }
    }

    private sealed class UpsampleOperation(Tensor y, Tensor x, Windows windows) : Operation(y)
    {
        public override void Backward()
        {
            var dx = x.TakeGradient(out var add);
            PoolingKernels.Sum(Output.Tape, windows, Output.GradientData, dx, 1, add);
        }
    }
}
