namespace Semblance.Numerics;

/// <summary>Running mean and variance of each channel, which stand in for those of a batch where there is none to learn from. They are saved with the network's parameters but not learned.</summary>
public sealed class BatchStatistics
{
    /// <summary>Adds <c>name/mean</c> (zeros) and <c>name/variance</c> (ones) to a set.</summary>
    /// <param name="parameters">The set.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="channels">Numbers in each.</param>
    /// <param name="momentum">Share of a new batch in them.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A share that is not in (0, 1].</exception>
    public BatchStatistics(Parameters parameters, string name, int channels, float momentum = 0.1f)
    {
        if (momentum is not (> 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "the share of a new batch must be in (0, 1]");
        Momentum = momentum;
        Mean = parameters.AddState(name + "/mean", new Shape(channels), 0);
        Variance = parameters.AddState(name + "/variance", new Shape(channels), 1);
    }

    /// <summary>Share of a new batch in the running statistics.</summary>
    public float Momentum { get; }

    /// <summary>Mean of each channel.</summary>
    public Parameter Mean { get; }

    /// <summary>Variance of each channel, estimated without bias.</summary>
    public Parameter Variance { get; }
}

/// <summary>Normalisation of each channel over the batch.</summary>
public static unsafe class BatchNormOperations
{
    extension(Tensor x)
    {
        /// <summary>
        /// f(n · scale + shift), where n is x with each column (the channels of images) shifted to mean 0 and scaled to variance 1 over all rows of the batch (Ioffe and Szegedy 2015). Where
        /// <paramref name="training"/> is false the running statistics take the place of the batch's, and each row is computed by itself.
        /// </summary>
        /// <param name="scale">One number for each column.</param>
        /// <param name="shift">One number for each column.</param>
        /// <param name="running">Statistics that training updates and generation uses; null where only training is wanted.</param>
        /// <param name="training">Whether the batch is normalised by itself. Null: while the tape records, so that validation and generation use what was learned.</param>
        /// <param name="activation">Applied to the result.</param>
        /// <param name="epsilon">Added to the variance, so that a constant column is no division by zero.</param>
        /// <returns>The shape of x.</returns>
        /// <exception cref="ArgumentException">The shapes do not fit, or there are no running statistics to use.</exception>
        public Tensor BatchNorm(Tensor scale, Tensor shift, BatchStatistics? running = null, bool? training = null, Activation activation = Activation.None, float epsilon = 1e-5f)
        {
            if (scale.Count != x.Columns) throw Shapes.Unfit("BatchNorm", x, scale, "the scale needs one number for each column");
            if (shift.Count != x.Columns) throw Shapes.Unfit("BatchNorm", x, shift, "the shift needs one number for each column");
            if (x.Count == 0) throw Shapes.Unfit("BatchNorm", x, "there is nothing to normalise");
            if (running is not null && running.Mean.Shape.Count != x.Columns) throw Shapes.Unfit("BatchNorm", x, $"the running statistics have {running.Mean.Shape.Count} channels");
            var tape = x.Tape;
            var learns = training ?? tape.Recording;
            if (!learns && running is null) throw new ArgumentException("BatchNorm: without training there must be running statistics to use", nameof(running));
            var fused = ActivationKernels.SlopeFromResult(activation) ? activation : Activation.None;
            var y = tape.Make(x.Shape, x.NeedsGradient || scale.NeedsGradient || shift.NeedsGradient);
            var columns = new NormalisedColumns(x, tape.Make(new Shape(2, x.Columns), false).Data);
            if (learns) columns.Measure(tape, epsilon, running);
            else columns.Take(running!, epsilon);
            columns.Forward(tape, scale.Data, shift.Data, y.Data, fused);
            if (y.NeedsGradient) tape.Record(new BatchNormOperation(y, x, scale, shift, columns, learns, fused));
            return fused == activation ? y : y.Apply(activation);
        }
    }

    private sealed class BatchNormOperation(Tensor y, Tensor x, Tensor scale, Tensor shift, NormalisedColumns columns, bool learns, Activation activation) : Operation(y)
    {
        public override bool MixesRows => learns;

        public override void Backward()
        {
            var tape = Output.Tape;
            var sums = tape.Take(2 * x.Columns);
            columns.SumSlopes(tape, Output.Data, Output.GradientData, activation, sums);
            Pass(scale, sums + x.Columns);
            Pass(shift, sums);
            if (x.NeedsGradient)
            {
                if (!learns) new Span<float>(sums, 2 * x.Columns).Clear(); // the statistics are constants then
                columns.Backward(tape, scale.Data, Output.GradientData, sums);
                Output.PassGradient(x);
            }
            tape.Return(sums, 2 * x.Columns);
        }

        private static void Pass(Tensor to, float* sums)
        {
            if (!to.NeedsGradient) return;
            var gradient = to.TakeGradient(out var add);
            Vectors.Sum(sums, add ? gradient : null, gradient, to.Count, 1, 1, 0);
        }
    }
}
