namespace Semblance.Numerics;

/// <summary>
/// Keys and values of one attention layer for the steps a batch of sequences has taken so far, so that the next step need not work them out again. Belongs to no tape; it grows to its
/// capacity and is used again after <see cref="Clear"/>.
/// </summary>
public sealed unsafe class AttentionCache : IDisposable
{
    private readonly int batch, columns;
    private readonly int[] lengths;
    private readonly NativeBuffer keys, values; // batch × capacity × columns each

    /// <summary>An empty cache.</summary>
    /// <param name="batch">Sequences.</param>
    /// <param name="capacity">Steps that each may take.</param>
    /// <param name="columns">Width of the layer.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number below one.</exception>
    public AttentionCache(int batch, int capacity, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        (this.batch, Capacity, this.columns) = (batch, capacity, columns);
        lengths = new int[batch];
        var count = new Shape(batch, capacity, columns).Count;
        (keys, values) = (new NativeBuffer(count), new NativeBuffer(count));
    }

    /// <summary>Steps taken.</summary>
    public int Count { get; private set; }

    /// <summary>Steps that may be taken.</summary>
    public int Capacity { get; }

    /// <summary>Forgets all steps: new sequences begin.</summary>
    public void Clear() => Count = 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        keys.Dispose();
        values.Dispose();
    }

    /// <summary>Takes a step: adds its keys and values, and attends with its queries to all so far.</summary>
    /// <param name="joint">batch × 3·columns: queries, keys and values side by side.</param>
    /// <param name="heads">Divides the columns.</param>
    internal Tensor Attend(Tensor joint, int heads)
    {
        var tape = joint.Tape;
        if (joint.Rows != batch || joint.Columns != 3 * columns) throw Shapes.Unfit("Step", joint, $"the cache was made for {batch} sequences of {columns} columns");
        if (joint.NeedsGradient) throw new InvalidOperationException("steps with a cache can't be derived: set the tape's Recording to false, or apply the block to whole sequences");
        if (Count == Capacity) throw new InvalidOperationException($"the cache has room for {Capacity} steps, and all were taken");
        for (var row = 0; row < batch; row++)
        {
            var from = joint.Data + (nint)row * 3 * columns;
            var to = ((nint)row * Capacity + Count) * columns;
            new Span<float>(from + columns, columns).CopyTo(new Span<float>(keys.Data + to, columns));
            new Span<float>(from + 2 * columns, columns).CopyTo(new Span<float>(values.Data + to, columns));
        }
        Array.Fill(lengths, ++Count);
        var room = new Shape(batch, Capacity, columns);
        return joint.Slice(0, columns).Reshape(new Shape(batch, 1, columns)).Attention(tape.Lend(keys.Data, room), tape.Lend(values.Data, room), heads, lengths: lengths).Reshape(new Shape(batch, columns));
    }
}
