namespace Semblance.Numerics;

/// <summary>Watches the validation loss, keeps a copy of the parameters whenever it was never so low, and tells when to stop.</summary>
public sealed class EarlyStopping : IDisposable
{
    private readonly Checkpoint checkpoint;

    /// <summary>A watch over a set of parameters.</summary>
    /// <param name="parameters">What is copied.</param>
    /// <param name="patience">Losses without a new best one after which training should stop; null: never, but the best copy is kept all the same.</param>
    /// <param name="improvement">A loss is a new best one if it is lower than the best by more than this.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number out of its range.</exception>
    public EarlyStopping(Parameters parameters, int? patience, double improvement = 0)
    {
        if (patience <= 0) throw new ArgumentOutOfRangeException(nameof(patience), patience, "patience must last for one loss at least");
        ArgumentOutOfRangeException.ThrowIfNegative(improvement);
        (checkpoint, Patience, Improvement) = (new Checkpoint(parameters), patience, improvement);
    }

    /// <summary>Losses without a new best one after which training should stop.</summary>
    public int? Patience { get; }

    /// <summary>By how much a loss must be lower to count.</summary>
    public double Improvement { get; }

    /// <summary>Losses seen.</summary>
    public int Seen { get; private set; }

    /// <summary>Which of them was the best, from 0; -1 before the first.</summary>
    public int BestAt { get; private set; } = -1;

    /// <summary>The lowest loss, as far as improvements count.</summary>
    public double Best { get; private set; } = double.PositiveInfinity;

    /// <summary>Whether patience has run out.</summary>
    public bool Ended => Seen - 1 - BestAt >= Patience;

    /// <summary>Takes a validation loss; where it is the best, copies the parameters as they are now.</summary>
    /// <returns>Whether it is the best.</returns>
    /// <exception cref="FitException">The loss is infinite or not a number (SB3030).</exception>
    public bool Observe(double loss)
    {
        if (!double.IsFinite(loss)) throw new FitException("SB3030", $"the validation loss is {loss}. Lower the learning rate, clip gradients, or look for infinite values in the data");
        var better = Seen == 0 || loss < Best - Improvement;
        if (better)
        {
            (Best, BestAt) = (loss, Seen);
            checkpoint.Take();
        }
        Seen++;
        return better;
    }

    /// <summary>Gives the parameters the values they had at the best loss.</summary>
    /// <exception cref="InvalidOperationException">No loss has been seen.</exception>
    public void Restore() => checkpoint.Restore();

    /// <inheritdoc/>
    public void Dispose() => checkpoint.Dispose();
}

/// <summary>A copy of all values of a set of parameters.</summary>
public sealed unsafe class Checkpoint : IDisposable
{
    private readonly Parameters parameters;
    private NativeBuffer copy = NativeBuffer.Empty;
    private bool taken;

    /// <summary>Room for a copy; none is made yet.</summary>
    public Checkpoint(Parameters parameters) => this.parameters = parameters;

    /// <summary>Copies the values as they are now, over an earlier copy.</summary>
    public void Take()
    {
        if (copy.Count != parameters.Count)
        {
            copy.Dispose();
            copy = new NativeBuffer(parameters.Count);
        }
        new Span<float>(parameters.Data, parameters.Count).CopyTo(new Span<float>(copy.Data, parameters.Count));
        taken = true;
    }

    /// <summary>Puts the copy back. Gradients are cleared.</summary>
    /// <exception cref="InvalidOperationException">There is none, or parameters were added to the set since.</exception>
    public void Restore()
    {
        if (!taken) throw new InvalidOperationException("nothing was copied yet");
        if (copy.Count != parameters.Count) throw new InvalidOperationException($"the set has {parameters.Count} numbers where the copy has {copy.Count}: add all parameters first");
        new Span<float>(copy.Data, parameters.Count).CopyTo(new Span<float>(parameters.Data, parameters.Count));
        parameters.ClearGradients();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        copy.Dispose();
        (copy, taken) = (NativeBuffer.Empty, false);
    }
}
