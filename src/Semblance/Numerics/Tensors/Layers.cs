namespace Semblance.Numerics;

/// <summary>A fully connected layer: a weight of inputs × outputs and a bias, uniform in ±1/√inputs at first.</summary>
public sealed class LinearLayer
{
    /// <summary>Adds <c>name/weight</c> and, if wanted, <c>name/bias</c> to a set.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No inputs or no outputs.</exception>
    public LinearLayer(Parameters parameters, string name, int inputs, int outputs, bool bias = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputs);
        var bound = 1 / MathF.Sqrt(inputs);
        Weight = parameters.Add(name + "/weight", new Shape(inputs, outputs), bound);
        Bias = bias ? parameters.Add(name + "/bias", new Shape(outputs), bound) : null;
    }

    /// <summary>inputs × outputs.</summary>
    public Parameter Weight { get; }

    /// <summary>One number for each output, or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>f(x·W + b), one row for each of x.</summary>
    /// <exception cref="ArgumentException">x has not as many columns as the layer has inputs.</exception>
    public Tensor Apply(Tensor x, Activation activation = Activation.None) => x.Linear(x.Tape.Use(Weight), Bias is null ? null : x.Tape.Use(Bias), activation);
}

/// <summary>Fully connected layers one after another, with an activation between them and none at the end.</summary>
public sealed class Mlp
{
    private readonly LinearLayer[] layers;
    private readonly Activation activation;

    /// <summary>Adds layers <c>name/0</c>, <c>name/1</c>, … to a set.</summary>
    /// <param name="parameters">The set.</param>
    /// <param name="name">Prefix of its parameters' names.</param>
    /// <param name="activation">Between the layers.</param>
    /// <param name="widths">Inputs, width of each hidden layer, outputs: at least two numbers.</param>
    /// <exception cref="ArgumentException">Fewer than two widths, or the name is taken.</exception>
    public Mlp(Parameters parameters, string name, Activation activation, params ReadOnlySpan<int> widths)
    {
        if (widths.Length < 2) throw new ArgumentException("a network needs at least a number of inputs and one of outputs", nameof(widths));
        this.activation = activation;
        layers = new LinearLayer[widths.Length - 1];
        for (var i = 0; i < layers.Length; i++) layers[i] = new LinearLayer(parameters, $"{name}/{i}", widths[i], widths[i + 1]);
    }

    /// <summary>Its layers, first to last.</summary>
    public IReadOnlyList<LinearLayer> Layers => layers;

    /// <summary>The network's result, rows × outputs.</summary>
    /// <exception cref="ArgumentException">x has not as many columns as the network has inputs.</exception>
    public Tensor Apply(Tensor x)
    {
        for (var i = 0; i < layers.Length; i++) x = layers[i].Apply(x, i < layers.Length - 1 ? activation : Activation.None);
        return x;
    }

    /// <summary>
    /// The derivative of each row's results, added up, by that row of x, made of operations that can be derived in turn: a penalty on it (Gulrajani et al. 2017) needs no second pass of
    /// differentiation. By the chain rule it is the weights from last to first, transposed, with the slopes of the activations between them.
    /// </summary>
    /// <returns>Rows of x × inputs.</returns>
    /// <exception cref="ArgumentException">x has not as many columns as the network has inputs.</exception>
    public Tensor InputGradient(Tensor x)
    {
        var tape = x.Tape;
        if (x.Columns != layers[0].Weight.Shape.Rows) throw Shapes.Unfit("InputGradient", x, $"the network has {layers[0].Weight.Shape.Rows} inputs");
        var slopes = Slopes(x);
        var gradient = tape.Input(new Shape(x.Rows, layers[^1].Weight.Shape.Columns));
        gradient.Values.Fill(1);
        for (var i = layers.Length - 1; ; i--)
        {
            gradient = gradient.MatMul(tape.Use(layers[i].Weight), transposeOther: true);
            if (i == 0) return gradient;
            gradient = gradient.Times(slopes[i - 1]);
        }
    }

    /// <summary>Mean of (‖∂f/∂x‖ - norm)² over the rows of x: what keeps a critic's slope near one, so that its results measure a Wasserstein distance (Gulrajani et al. 2017).</summary>
    /// <returns>A single number.</returns>
    /// <exception cref="ArgumentException">x has not as many columns as the network has inputs.</exception>
    public Tensor GradientPenalty(Tensor x, float norm = 1)
    {
        var difference = InputGradient(x).RowNorms().Affine(1, -norm);
        return difference.Times(difference).Mean();
    }

    /// <summary>The slopes of the activation after each layer but the last.</summary>
    private Tensor[] Slopes(Tensor x)
    {
        var (tape, slopes) = (x.Tape, new Tensor[layers.Length - 1]);
        var recording = tape.Recording;
        tape.Recording &= ActivationKernels.Bends(activation); // slopes that are constant between kinks have no derivative, so nothing need go back through these layers
        try
        {
            for (var i = 0; i < slopes.Length; i++)
            {
                var sum = layers[i].Apply(x);
                slopes[i] = sum.Slope(activation);
                if (i + 1 < slopes.Length) x = sum.Apply(activation);
            }
        }
        finally { tape.Recording = recording; }
        return slopes;
    }
}
