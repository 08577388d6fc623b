namespace Semblance.Numerics;

/// <summary>
/// A running average of a network's parameters over its training steps, each step counting a little less than the one after it. It wobbles less than the parameters themselves, so
/// GANs and diffusion models generate from it (Karras et al. 2018).
/// </summary>
public sealed unsafe class MovingAverage : IDisposable
{
    private readonly Parameters parameters;
    private readonly NativeBuffer average;
    private readonly double decay;
    private long steps;
    private bool inUse;

    /// <summary>An average that starts at what the parameters are now.</summary>
    /// <param name="parameters">All of which must have been added before.</param>
    /// <param name="decay">Share of the average that is kept in a step. The first steps keep less, (1 + t) / (10 + t), so that the random start is soon forgotten.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is not in [0, 1).</exception>
    public MovingAverage(Parameters parameters, double decay = 0.999)
    {
        if (decay is not (>= 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(decay), decay, "the share that is kept must be in [0, 1)");
        (this.parameters, this.decay) = (parameters, decay);
        average = new NativeBuffer(parameters.Count);
        new Span<float>(parameters.Data, parameters.Count).CopyTo(Average);
    }

    private Span<float> Average => new(average.Data, (int)average.Count);

    /// <summary>Takes in the parameters as they are now. Call it once after each step of the optimiser.</summary>
    /// <exception cref="InvalidOperationException">The average is in use, or parameters were added to the set since.</exception>
    public void Update()
    {
        Require();
        steps++;
        var keep = (float)Math.Min(decay, (1.0 + steps) / (10.0 + steps));
        Vectors.Sum(average.Data, parameters.Data, average.Data, parameters.Count, keep, 1 - keep, 0);
    }

    /// <summary>Puts the average in the place of the parameters until the result is disposed of: <c>using (average.Use()) { … }</c>. The parameters must not be changed meanwhile.</summary>
    /// <exception cref="InvalidOperationException">It is in use already, or parameters were added to the set since.</exception>
    public IDisposable Use()
    {
        Require();
        Exchange();
        inUse = true;
        return new Lent(this);
    }

    /// <summary>Puts the average in the place of the parameters for good.</summary>
    /// <exception cref="InvalidOperationException">It is in use, or parameters were added to the set since.</exception>
    public void Adopt()
    {
        Require();
        Average.CopyTo(new Span<float>(parameters.Data, parameters.Count));
    }

    /// <inheritdoc/>
    public void Dispose() => average.Dispose();

    private void Require()
    {
        if (inUse) throw new InvalidOperationException("the average is in use: dispose of what Use() returned first");
        if (parameters.Count != average.Count) throw new InvalidOperationException($"the set has {parameters.Count} numbers where the average was made for {average.Count}: add all parameters first");
    }

    private void Exchange()
    {
        float* a = average.Data, b = parameters.Data;
        for (var i = 0; i < parameters.Count; i++) (a[i], b[i]) = (b[i], a[i]);
    }

    private sealed class Lent(MovingAverage owner) : IDisposable
    {
        private bool ended;

        public void Dispose()
        {
            if (ended) return;
            (ended, owner.inUse) = (true, false);
            owner.Exchange();
        }
    }
}
