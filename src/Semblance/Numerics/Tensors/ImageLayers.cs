namespace Semblance.Numerics;

/// <summary>A convolution: a weight of kernel × kernel × inputs × outputs and a bias, uniform in ±1/√(numbers in a patch) at first.</summary>
public sealed class Conv2dLayer
{
    private readonly int stride, padding;

    /// <summary>Adds <c>name/weight</c> and, if wanted, <c>name/bias</c> to a set.</summary>
    /// <param name="parameters">The set.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="inputs">Channels that come in.</param>
    /// <param name="outputs">Channels that come out.</param>
    /// <param name="kernel">Height and width of a patch.</param>
    /// <param name="stride">Pixels from one patch to the next.</param>
    /// <param name="padding">Pixels by which patches reach over each edge; (kernel - 1) / 2 keeps the size at stride 1.</param>
    /// <param name="bias">Whether there is one: a batch normalisation that follows would take it away again.</param>
    /// <exception cref="ArgumentException">The name is taken, or a size is not positive.</exception>
    public Conv2dLayer(Parameters parameters, string name, int inputs, int outputs, int kernel, int stride = 1, int padding = 0, bool bias = true)
    {
        (this.stride, this.padding) = (stride, padding);
        var bound = 1 / MathF.Sqrt(Sizes.Positive(inputs, nameof(inputs)) * Sizes.Positive(kernel, nameof(kernel)) * kernel);
        Weight = parameters.Add(name + "/weight", new Shape(kernel, kernel, inputs, Sizes.Positive(outputs, nameof(outputs))), bound);
        Bias = bias ? parameters.Add(name + "/bias", new Shape(outputs), bound) : null;
    }

    /// <summary>kernel × kernel × inputs × outputs.</summary>
    public Parameter Weight { get; }

    /// <summary>One number for each output, or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>The convolution of images, batch × height × width × inputs, then the activation.</summary>
    /// <exception cref="ArgumentException">The images do not fit.</exception>
    public Tensor Apply(Tensor x, Activation activation = Activation.None) => x.Conv2d(x.Tape.Use(Weight), Bias is null ? null : x.Tape.Use(Bias), stride, padding, activation);
}

/// <summary>A transposed convolution: a weight of kernel × kernel × outputs × inputs and a bias.</summary>
public sealed class ConvTranspose2dLayer
{
    private readonly int stride, padding, outputPadding;

    /// <summary>Adds <c>name/weight</c> and, if wanted, <c>name/bias</c> to a set. Kernel 4, stride 2, padding 1 doubles height and width.</summary>
    /// <param name="parameters">The set.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="inputs">Channels that come in.</param>
    /// <param name="outputs">Channels that come out.</param>
    /// <param name="kernel">Height and width of a patch.</param>
    /// <param name="stride">Output pixels from one patch to the next.</param>
    /// <param name="padding">Pixels cut off at each edge.</param>
    /// <param name="outputPadding">Pixels added at the right and the bottom, below the stride.</param>
    /// <param name="bias">Whether there is one.</param>
    /// <exception cref="ArgumentException">The name is taken, or a size is not positive.</exception>
    public ConvTranspose2dLayer(Parameters parameters, string name, int inputs, int outputs, int kernel, int stride = 1, int padding = 0, int outputPadding = 0, bool bias = true)
    {
        (this.stride, this.padding, this.outputPadding) = (Sizes.Positive(stride, nameof(stride)), padding, outputPadding);
        // Of kernel² taps one in stride² reaches a pixel.
        var bound = stride / MathF.Sqrt(Sizes.Positive(inputs, nameof(inputs)) * Sizes.Positive(kernel, nameof(kernel)) * kernel);
        Weight = parameters.Add(name + "/weight", new Shape(kernel, kernel, Sizes.Positive(outputs, nameof(outputs)), inputs), bound);
        Bias = bias ? parameters.Add(name + "/bias", new Shape(outputs), bound) : null;
    }

    /// <summary>kernel × kernel × outputs × inputs.</summary>
    public Parameter Weight { get; }

    /// <summary>One number for each output, or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>The transposed convolution of images, batch × height × width × inputs, then the activation.</summary>
    /// <exception cref="ArgumentException">The images do not fit.</exception>
    public Tensor Apply(Tensor x, Activation activation = Activation.None) => x.ConvTranspose2d(x.Tape.Use(Weight), Bias is null ? null : x.Tape.Use(Bias), stride, padding, outputPadding, activation);
}

/// <summary>A batch normalisation with its learned scale (ones at first) and shift (zeros) and its running statistics.</summary>
public sealed class BatchNormLayer
{
    /// <summary>Adds <c>name/scale</c>, <c>name/shift</c>, <c>name/mean</c> and <c>name/variance</c> to a set.</summary>
    /// <param name="parameters">The set.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="channels">Columns of what is normalised.</param>
    /// <param name="momentum">Share of a new batch in the running statistics.</param>
    /// <exception cref="ArgumentException">The name is taken, or a number out of its range.</exception>
    public BatchNormLayer(Parameters parameters, string name, int channels, float momentum = 0.1f)
    {
        Scale = parameters.AddConstant(name + "/scale", new Shape(Sizes.Positive(channels, nameof(channels))), 1);
        Shift = parameters.AddConstant(name + "/shift", new Shape(channels), 0);
        Running = new BatchStatistics(parameters, name, channels, momentum);
    }

    /// <summary>What normalised numbers are multiplied by.</summary>
    public Parameter Scale { get; }

    /// <summary>What is added then.</summary>
    public Parameter Shift { get; }

    /// <summary>Running mean and variance.</summary>
    public BatchStatistics Running { get; }

    /// <summary>x normalised over its rows, then the activation.</summary>
    /// <param name="x">Anything whose last dimension is the channels.</param>
    /// <param name="activation">Applied to the result.</param>
    /// <param name="training">Whether the batch is normalised by itself. Null: while the tape records.</param>
    /// <exception cref="ArgumentException">x has another number of channels.</exception>
    public Tensor Apply(Tensor x, Activation activation = Activation.None, bool? training = null) => x.BatchNorm(x.Tape.Use(Scale), x.Tape.Use(Shift), Running, training, activation);
}

/// <summary>Sizes of layers.</summary>
internal static class Sizes
{
    public static int Positive(int size, string name) => size > 0 ? size : throw new ArgumentOutOfRangeException(name, size, "a layer needs at least one");
}
