namespace Semblance.Numerics;

/// <summary>Convolutions of images (batch × height × width × channels) on the tape.</summary>
public static unsafe class ConvolutionOperations
{
    extension(Tensor x)
    {
        /// <summary>
        /// f(x * W + b): each output pixel is a linear layer over the patch of the input around it; pixels outside of the image are zero. A 1×1 convolution is <c>Linear</c>, which takes images too.
        /// </summary>
        /// <param name="weight">height × width × inputs × outputs.</param>
        /// <param name="bias">outputs, or null for none.</param>
        /// <param name="stride">Pixels from one patch to the next.</param>
        /// <param name="padding">Pixels by which patches reach over each edge; (height - 1) / 2 keeps the size at stride 1.</param>
        /// <param name="activation">Applied to the result.</param>
        /// <returns>batch × ⌊(height + 2·padding - weight height) / stride⌋ + 1 × the same of the width × outputs.</returns>
        /// <exception cref="ArgumentException">The shapes do not fit.</exception>
        public Tensor Conv2d(Tensor weight, Tensor? bias = null, int stride = 1, int padding = 0, Activation activation = Activation.None) =>
            Record(x, weight, bias, ConvolutionShape.Forward(x, weight, bias, stride, padding), false, activation);

        /// <summary>
        /// The convolution backwards: each input pixel paints a patch of the output, patches add up (Dumoulin and Visin 2016). Kernel 4, stride 2, padding 1 doubles height and width exactly.
        /// </summary>
        /// <param name="weight">height × width × outputs × inputs: what the convolution of the other direction has.</param>
        /// <param name="bias">outputs, or null for none.</param>
        /// <param name="stride">Output pixels from one patch to the next.</param>
        /// <param name="padding">Pixels cut off at each edge.</param>
        /// <param name="outputPadding">Pixels added at the right and the bottom, below the stride: tells which of the sizes is meant that a convolution brings to the same.</param>
        /// <param name="activation">Applied to the result.</param>
        /// <returns>batch × (height - 1)·stride + weight height - 2·padding + outputPadding × the same of the width × outputs.</returns>
        /// <exception cref="ArgumentException">The shapes do not fit.</exception>
        public Tensor ConvTranspose2d(Tensor weight, Tensor? bias = null, int stride = 1, int padding = 0, int outputPadding = 0, Activation activation = Activation.None) =>
            Record(x, weight, bias, ConvolutionShape.Transposed(x, weight, bias, stride, padding, outputPadding), true, activation);
    }

    private static Tensor Record(Tensor x, Tensor weight, Tensor? bias, in ConvolutionShape shape, bool transposed, Activation activation)
    {
        var needs = x.NeedsGradient || weight.NeedsGradient || bias is { NeedsGradient: true };
        var fused = ActivationKernels.SlopeFromResult(activation) ? activation : Activation.None;
        var y = x.Tape.Make(transposed ? new Shape(shape.Batch, shape.Height, shape.Width, shape.Channels) : new Shape(shape.Batch, shape.SmallHeight, shape.SmallWidth, shape.SmallChannels), needs);
        var start = bias is null ? null : bias.Data;
        if (transposed) Convolution.ToLarge(x.Tape.Gang, shape, x.Data, weight.Data, y.Data, false, start, fused);
        else Convolution.ToSmall(x.Tape.Gang, shape, x.Data, weight.Data, y.Data, false, start, fused);
        if (y.NeedsGradient) x.Tape.Record(new ConvolutionOperation(y, x, weight, bias, shape, transposed, fused));
        return fused == activation ? y : y.Apply(activation);
    }

    private sealed class ConvolutionOperation(Tensor y, Tensor x, Tensor weight, Tensor? bias, ConvolutionShape shape, bool transposed, Activation activation) : Operation(y)
    {
        public override string Name => transposed ? "ConvTranspose2d" : "Conv2d";

        public override void Backward()
        {
            var tape = Output.Tape;
            float* dy = Output.GradientData, result = Output.Data;
            // The gradient of the output is ours alone from here on, so it becomes that of the sum before the activation in place.
            if (activation != Activation.None)
            {
                var act = activation;
                tape.For(Output.Count, ActivationKernels.Grain, (from, to) => ActivationKernels.Pass(act, null, result + from, dy + from, dy + from, to - from, false));
            }
            var addBias = false;
            var db = bias is { NeedsGradient: true } ? bias.TakeGradient(out addBias) : null;
            if (weight.NeedsGradient)
            {
                var dw = weight.TakeGradient(out var add);
                if (transposed) Convolution.ToWeight(tape.Gang, shape, dy, x.Data, dw, add);
                else Convolution.ToWeight(tape.Gang, shape, x.Data, dy, dw, add, db, addBias);
            }
            if (db != null && (transposed || !weight.NeedsGradient)) Reductions.SumRows(tape, new Matrix(dy, Output.Rows, Output.Columns), db, addBias);
            if (x.NeedsGradient)
            {
                var dx = x.TakeGradient(out var add);
                if (transposed) Convolution.ToSmall(tape.Gang, shape, dy, weight.Data, dx, add);
                else Convolution.ToLarge(tape.Gang, shape, dy, weight.Data, dx, add);
            }
        }
    }
}
