using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>Settings of <see cref="Adam"/>.</summary>
public sealed record AdamOptions
{
    /// <summary>About how far a parameter moves in a step.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Share of the running mean of gradients that is kept; 0.5 is common in GANs.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Share of the running mean of squared gradients that is kept.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the mean square, so that parameters without gradients do not jump.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Every step takes off this share of each parameter, times the learning rate, apart from the gradient (AdamW, Loshchilov and Hutter 2019). 0: none.</summary>
    public double WeightDecay { get; init; }
}

/// <summary>
/// Gradient descent with a step size of its own for each parameter (Kingma and Ba 2015): the running mean of gradients over the root of the running mean of their squares. All parameters
/// of a set lie in one block, so an update is one loop.
/// </summary>
public sealed unsafe class Adam : IDisposable
{
    // Where gradients stay away, running means halve on and on until numbers are so small that the processor handles them a hundred times slower. They mean nothing long before.
    private const float Nothing = 1e-36f;

    private readonly Parameters parameters;
    private readonly Tape? tape;
    private readonly NativeBuffer means, squares;

    /// <summary>An optimiser of a set of parameters, all of which must have been added before.</summary>
    /// <param name="parameters">What to learn.</param>
    /// <param name="options">Settings; null: the defaults.</param>
    /// <param name="tape">Whose threads share large updates; null: the caller's thread alone. Results are the same.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting out of its range.</exception>
    public Adam(Parameters parameters, AdamOptions? options = null, Tape? tape = null)
    {
        (this.parameters, this.tape, Options) = (parameters, tape, options ?? new AdamOptions());
        ArgumentOutOfRangeException.ThrowIfNegative(Options.LearningRate, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(Options.WeightDecay, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Options.Epsilon, nameof(options));
        if (Options is not { Beta1: >= 0 and < 1, Beta2: >= 0 and < 1 }) throw new ArgumentOutOfRangeException(nameof(options), $"shares that are kept must be in [0, 1): {Options.Beta1}, {Options.Beta2}");
        (means, squares) = (new NativeBuffer(parameters.Count), new NativeBuffer(parameters.Count));
        new Span<float>(means.Data, parameters.Count).Clear();
        new Span<float>(squares.Data, parameters.Count).Clear();
    }

    /// <summary>Its settings.</summary>
    public AdamOptions Options { get; }

    /// <summary>Updates so far.</summary>
    public int Steps { get; private set; }

    /// <summary>Moves all parameters against their gradients and clears these.</summary>
    /// <param name="learningRate">For this step, where a schedule gives it.</param>
    /// <exception cref="InvalidOperationException">Parameters were added to the set since.</exception>
    public void Update(double? learningRate = null)
    {
        if (parameters.Count != means.Count) throw new InvalidOperationException($"the set has {parameters.Count} numbers where the optimiser was made for {means.Count}: add all parameters first");
        Steps++;
        var rate = learningRate ?? Options.LearningRate;
        // Means that start at zero are too small at first; both corrections are put into two numbers.
        var root = Math.Sqrt(1 - FastMath.Pow(Options.Beta2, Steps));
        var use = new Factors(Options, keep: 1 - rate * Options.WeightDecay, step: rate * root / (1 - FastMath.Pow(Options.Beta1, Steps)), epsilon: Options.Epsilon * root);
        float* values = parameters.Data, gradients = parameters.AllGradients(), m = means.Data, v = squares.Data;
        foreach (var (start, end) in parameters.Learned)
            if (tape is null) Move(values + start, gradients + start, m + start, v + start, end - start, use);
            else tape.For(end - start, ActivationKernels.Grain, (from, to) => Move(values + start + from, gradients + start + from, m + start + from, v + start + from, to - from, use));
        parameters.ClearGradients();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        means.Dispose();
        squares.Dispose();
    }

    private readonly struct Factors(AdamOptions options, double keep, double step, double epsilon)
    {
        public readonly float Beta1 = (float)options.Beta1, New1 = (float)(1 - options.Beta1), Beta2 = (float)options.Beta2, New2 = (float)(1 - options.Beta2);
        public readonly float Keep = (float)keep, MinusStep = (float)-step, Epsilon = (float)epsilon;
    }

    private static void Move(float* values, float* gradients, float* m, float* v, int count, in Factors use)
    {
        switch (FastMath.Tier)
        {
            case 512: Move<Float512>(values, gradients, m, v, count, use); break;
            case 256: Move<Float256>(values, gradients, m, v, count, use); break;
            default: Move<Float1>(values, gradients, m, v, count, use); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Move<V>(float* values, float* gradients, float* m, float* v, int count, in Factors factors) where V : struct, ILanes<V, float>
    {
        var use = factors;
        nuint i = 0, n = (nuint)count, width = (nuint)V.Count;
        for (; i + width <= n; i += width) MoveAt<V>(values, gradients, m, v, i, use);
        for (; i < n; i++) MoveAt<Float1>(values, gradients, m, v, i, use);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MoveAt<V>(float* values, float* gradients, float* m, float* v, nuint i, in Factors use) where V : struct, ILanes<V, float>
    {
        var g = V.Load(ref *gradients, i);
        var mean = V.Fma(V.Load(ref *m, i), V.All(use.Beta1), g * V.All(use.New1));
        var square = V.Fma(V.Load(ref *v, i), V.All(use.Beta2), g * g * V.All(use.New2));
        mean = V.IfLess(V.Abs(mean), V.All(Nothing), V.All(0), mean);
        square = V.IfLess(square, V.All(Nothing), V.All(0), square);
        mean.Store(ref *m, i);
        square.Store(ref *v, i);
        var direction = mean / (V.Sqrt(square) + V.All(use.Epsilon));
        V.Fma(direction, V.All(use.MinusStep), V.Load(ref *values, i) * V.All(use.Keep)).Store(ref *values, i);
    }
}
