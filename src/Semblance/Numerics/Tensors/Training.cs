namespace Semblance.Numerics;

/// <summary>
/// The usual training loop: so many steps of Adam, a look at the validation loss now and then, and the best parameters at the end. Everything counts steps; no clock is asked. Where a model
/// needs another loop (two networks, several losses) it writes its own from the same parts.
/// </summary>
public sealed record Training
{
    /// <summary>The budget. Fewer are done only where <see cref="Patience"/> runs out.</summary>
    public required long Steps { get; init; }

    /// <summary>Settings of the optimiser.</summary>
    public AdamOptions Adam { get; init; } = new();

    /// <summary>How the learning rate changes.</summary>
    public Schedule Schedule { get; init; } = Schedule.Constant();

    /// <summary>The largest norm of the gradient; null leaves it as it is.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>Share of a <see cref="MovingAverage"/> kept in a step, which is then what is validated and what is kept in the end; null: the parameters themselves are.</summary>
    public double? Average { get; init; }

    /// <summary>Steps between two points of the loss curve; the last step always makes one.</summary>
    public int CheckEvery { get; init; } = 100;

    /// <summary>Points without a new best validation loss after which training stops; null: all steps are done.</summary>
    public int? Patience { get; init; }

    /// <summary>By how much a validation loss must be lower than the best to be a new best.</summary>
    public double Improvement { get; init; }

    /// <summary>What progress calls it.</summary>
    public string What { get; init; } = "network";

    /// <summary>Trains. Afterwards the parameters are those of the best validation loss; without validation, those of the last step.</summary>
    /// <param name="parameters">What is learned.</param>
    /// <param name="tape">Cleared at the start of each step.</param>
    /// <param name="run">Whom progress is reported to.</param>
    /// <param name="loss">The loss of a step (counted from 0), recorded on the tape: a single number. Its rows are the caller's choice, by <see cref="Minibatches"/> as a rule.</param>
    /// <param name="validation">The loss on rows that are not trained on; the tape does not record meanwhile. Null: there are none.</param>
    /// <param name="ct">Cancels between steps.</param>
    /// <exception cref="FitException">A loss (SB3030) or a gradient (SB3031) is infinite or not a number.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the parameters are those of the last step.</exception>
    public LossCurve Fit(Parameters parameters, Tape tape, Run run, Func<long, Tensor> loss, Func<double>? validation = null, CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(CheckEvery);
        using var adam = new Adam(parameters, Adam, tape);
        using var average = Average is { } kept ? new MovingAverage(parameters, kept) : null;
        using var stopping = new EarlyStopping(parameters, Patience, Improvement);
        List<LossPoint> trained = [], validated = [];
        var losses = new List<double>();
        var (sum, steps) = (0.0, 0);
        for (long step = 0; step < Steps && !stopping.Ended; step++)
        {
            ct.ThrowIfCancellationRequested();
            tape.Clear();
            var value = loss(step);
            value.Backward();
            if (ClipNorm is { } largest) parameters.ClipGradients(largest, tape);
            adam.Update(Adam.LearningRate * Schedule.Share(step, losses));
            average?.Update();
            sum += value.Scalar;
            steps++;
            if ((step + 1) % CheckEvery != 0 && step + 1 < Steps) continue;
            trained.Add(new LossPoint(step + 1, sum / steps));
            if (validation is not null)
            {
                losses.Add(Validate(tape, average, stopping, validation));
                validated.Add(new LossPoint(step + 1, losses[^1]));
            }
            run.Report(Stage.Fit, What, step + 1, Steps, sum / steps);
            (sum, steps) = (0, 0);
        }
        if (stopping.Seen > 0) stopping.Restore();
        else average?.Adopt();
        return new LossCurve(trained, validated, stopping.BestAt < 0 ? null : validated[stopping.BestAt]);
    }

    private static double Validate(Tape tape, MovingAverage? average, EarlyStopping stopping, Func<double> validation)
    {
        using var lent = average?.Use();
        var recorded = tape.Recording;
        tape.Recording = false;
        try
        {
            var loss = validation();
            stopping.Observe(loss);
            return loss;
        }
        finally { tape.Recording = recorded; }
    }
}

/// <summary>A point of a loss curve.</summary>
/// <param name="Step">Steps done by then.</param>
/// <param name="Loss">Training: the mean of all steps since the last point. Validation: the loss by then.</param>
public readonly record struct LossPoint(long Step, double Loss);

/// <summary>How a training went.</summary>
/// <param name="Training">Losses in training.</param>
/// <param name="Validation">Losses in validation; empty where there was none.</param>
/// <param name="Best">The validation loss whose parameters were kept; null where there was none.</param>
public sealed record LossCurve(IReadOnlyList<LossPoint> Training, IReadOnlyList<LossPoint> Validation, LossPoint? Best)
{
    /// <summary>Steps done.</summary>
    public long Steps => Training.Count == 0 ? 0 : Training[^1].Step;
}
