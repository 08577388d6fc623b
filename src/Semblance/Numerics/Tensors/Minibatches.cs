namespace Semblance.Numerics;

/// <summary>What becomes of the rows that do not fill a batch at the end of an epoch.</summary>
public enum LastBatch
{
    /// <summary>They are left out; another order brings them in another epoch. All batches have one size, which keeps steps alike.</summary>
    Drop,
    /// <summary>They make a smaller batch.</summary>
    Keep,
}

/// <summary>
/// Rows in random order, cut into batches. Which rows a batch holds is a function of the stream, the epoch and the batch's number alone: training can be resumed at any step, and asking
/// out of order gives the same batches.
/// </summary>
/// <remarks>Not for use by several threads at once.</remarks>
public sealed class Minibatches
{
    private readonly int[] order;
    private readonly RandomStream stream;
    private long shuffled = -1;

    /// <summary>Batches of a number of rows.</summary>
    /// <param name="rows">Rows in all.</param>
    /// <param name="size">Rows in a batch; where there are fewer rows, all are one batch.</param>
    /// <param name="stream">Orders epoch e by its row e.</param>
    /// <param name="last">What becomes of the rest.</param>
    /// <exception cref="ArgumentOutOfRangeException">No rows, or no size.</exception>
    public Minibatches(int rows, int size, RandomStream stream, LastBatch last = LastBatch.Drop)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        (order, this.stream, Size) = (new int[rows], stream, Math.Min(size, rows));
        PerEpoch = last == LastBatch.Drop ? rows / Size : (rows - 1) / Size + 1;
    }

    /// <summary>Rows in a batch.</summary>
    public int Size { get; }

    /// <summary>Batches in an epoch.</summary>
    public int PerEpoch { get; }

    /// <summary>The rows of a batch, valid until another epoch is asked for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such epoch or batch.</exception>
    public ReadOnlySpan<int> Rows(long epoch, int batch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        if ((uint)batch >= (uint)PerEpoch) throw new ArgumentOutOfRangeException(nameof(batch), batch, $"an epoch has {PerEpoch} batches");
        if (shuffled != epoch)
        {
            for (var i = 0; i < order.Length; i++) order[i] = i;
            stream.Sequence(epoch).Shuffle(order.AsSpan());
            shuffled = epoch;
        }
        return order.AsSpan(batch * Size, Math.Min(Size, order.Length - batch * Size));
    }

    /// <summary>The rows of a step, counted from 0 over all epochs.</summary>
    public ReadOnlySpan<int> Rows(long step) => Rows(step / PerEpoch, (int)(step % PerEpoch));
}

/// <summary>Batches as tensors.</summary>
public static class BatchInputs
{
    extension(Tape tape)
    {
        /// <summary>Some rows of a matrix, such as those of a <see cref="Minibatches">batch</see>.</summary>
        /// <param name="values">The matrix, row by row.</param>
        /// <param name="columns">Length of its rows.</param>
        /// <param name="rows">Which rows, in any order.</param>
        /// <returns>As many rows × columns.</returns>
        /// <exception cref="ArgumentOutOfRangeException">A row lies outside the matrix.</exception>
        public Tensor InputRows(ReadOnlySpan<float> values, int columns, ReadOnlySpan<int> rows)
        {
            var tensor = tape.Input(new Shape(rows.Length, columns));
            var to = tensor.Values;
            for (var i = 0; i < rows.Length; i++) values.Slice(checked(rows[i] * columns), columns).CopyTo(to[(i * columns)..]);
            return tensor;
        }
    }
}
