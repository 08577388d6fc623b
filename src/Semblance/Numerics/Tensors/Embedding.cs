namespace Semblance.Numerics;

/// <summary>What becomes of the embeddings of several columns in one row.</summary>
public enum EmbeddingForm
{
    /// <summary>Side by side: rows × (columns · d).</summary>
    Concatenated,
    /// <summary>Added up: rows × d.</summary>
    Summed,
    /// <summary>Steps of a sequence: rows × columns × d.</summary>
    Sequence,
}

/// <summary>Rows of a table looked up by number.</summary>
public static unsafe class EmbeddingOperations
{
    private const int Grain = 1 << 14; // numbers moved by one thread at a time

    extension(Tensor table)
    {
        /// <summary>The rows of this table with the given numbers.</summary>
        /// <param name="indices">In [0, rows of the table).</param>
        /// <param name="length">Above zero: the result is sequences of this length.</param>
        /// <returns>indices × d, or sequences × length × d.</returns>
        /// <exception cref="ArgumentOutOfRangeException">An index that the table has not.</exception>
        /// <exception cref="ArgumentException">The indices do not make up whole sequences.</exception>
        public Tensor Embedding(ReadOnlySpan<int> indices, int length = 0)
        {
            if (length > 0 && indices.Length % length != 0) throw new ArgumentException($"Embedding: {indices.Length} indices are not whole sequences of length {length}", nameof(length));
            return LookUp(table, indices, [0], length > 0 ? new Shape(indices.Length / length, length, table.Columns) : new Shape(indices.Length, table.Columns), summed: false);
        }

        /// <summary>Several categorical columns at once: each has a range of the table's rows to itself, which begins at its offset.</summary>
        /// <param name="codes">rows × columns: codes of each row, within their columns.</param>
        /// <param name="offsets">For each column the first of its rows in the table.</param>
        /// <param name="form">How the columns' embeddings are put together.</param>
        /// <returns>rows × (columns · d), rows × d, or rows × columns × d, as the form says.</returns>
        /// <exception cref="ArgumentOutOfRangeException">A code that leads beyond the table.</exception>
        /// <exception cref="ArgumentException">The codes do not make up whole rows.</exception>
        public Tensor Embedding(ReadOnlySpan<int> codes, ReadOnlySpan<int> offsets, EmbeddingForm form)
        {
            if (offsets.IsEmpty || codes.Length % offsets.Length != 0) throw new ArgumentException($"Embedding: {codes.Length} codes are not whole rows of {offsets.Length} columns", nameof(codes));
            var (rows, d) = (codes.Length / offsets.Length, table.Columns);
            return LookUp(table, codes, offsets, form switch
            {
                EmbeddingForm.Concatenated => new Shape(rows, offsets.Length * d),
                EmbeddingForm.Summed => new Shape(rows, d),
                _ => new Shape(rows, offsets.Length, d),
            }, form == EmbeddingForm.Summed);
        }
    }

    private static Tensor LookUp(Tensor table, ReadOnlySpan<int> codes, ReadOnlySpan<int> offsets, Shape shape, bool summed)
    {
        var (tape, d, fold) = (table.Tape, table.Columns, summed ? offsets.Length : 1);
        var y = tape.Make(shape, table.NeedsGradient);
        var rows = (int*)tape.Make(new Shape(codes.Length), false).Data; // rows of the table, in memory of the tape since the gradient needs them again
        for (int i = 0, column = 0; i < codes.Length; i++)
        {
            rows[i] = offsets[column] + codes[i];
            if (codes[i] < 0 || (uint)rows[i] >= (uint)table.Rows) throw new ArgumentOutOfRangeException(nameof(codes), codes[i], $"Embedding: element {i} leads to row {rows[i]} of a table of {table.Rows}");
            if (++column == offsets.Length) column = 0;
        }
        float* from = table.Data, to = y.Data;
        tape.For(codes.Length / fold, Math.Max(1, Grain / Math.Max(1, d * fold)), (start, end) =>
        {
            for (var row = start; row < end; row++)
            {
                var target = to + (nint)row * d;
                new Span<float>(from + (nint)rows[row * fold] * d, d).CopyTo(new Span<float>(target, d));
                for (var column = 1; column < fold; column++) Vectors.Sum(target, from + (nint)rows[row * fold + column] * d, target, d, 1, 1, 0);
            }
        });
        if (y.NeedsGradient) tape.Record(new EmbeddingOperation(y, table, rows, codes.Length, fold));
        return y;
    }

    private sealed class EmbeddingOperation(Tensor y, Tensor table, int* rows, int count, int fold) : Operation(y)
    {
        public override void Backward()
        {
            var (tape, d) = (Output.Tape, table.Columns);
            float* dy = Output.GradientData;
            if (table.Norms is { } norms)
            {
                norms.AddPlaces(table, rows, count, fold, dy, d);
                return;
            }
            var gradient = table.TakeGradient(out var add);
            // Places are sorted by the row of the table that they read; a row's gradient is then one sum, in the order of places, whoever does it.
            var ends = (int*)tape.Take(table.Rows + 1);
            var places = (int*)tape.Take(count);
            new Span<int>(ends, table.Rows + 1).Clear();
            for (var i = 0; i < count; i++) ends[rows[i] + 1]++;
            for (var row = 0; row < table.Rows; row++) ends[row + 1] += ends[row];
            for (var i = 0; i < count; i++) places[ends[rows[i]]++] = i; // moves each row's start to its end
            var adds = add;
            var grain = Math.Max(1, (int)Math.Min(table.Rows, (long)Grain * table.Rows / Math.Max(1, ((long)count + table.Rows) * d)));
            tape.For(table.Rows, grain, (from, to) =>
            {
                for (var row = from; row < to; row++)
                {
                    var sum = gradient + (nint)row * d;
                    if (!adds) new Span<float>(sum, d).Clear();
                    for (var i = row == 0 ? 0 : ends[row - 1]; i < ends[row]; i++) Vectors.Sum(sum, dy + (nint)(places[i] / fold) * d, sum, d, 1, 1, 0);
                }
            });
            tape.Return((float*)places, count);
            tape.Return((float*)ends, table.Rows + 1);
        }
    }
}
