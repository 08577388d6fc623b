using System.Buffers;
using System.Collections.Immutable;

namespace Semblance.Formats;

/// <summary>Changes a cell on its way from a file to another.</summary>
/// <param name="row">Row from 0, the header not counted.</param>
/// <param name="column">Index of the column; in JSON Lines of the key at the top.</param>
/// <param name="whole">Whether the text is the column's whole cell, not a text inside an object or a list.</param>
/// <param name="text">The text, quotes and escapes taken off.</param>
/// <param name="output">Where the new text goes; what is written counts only when the answer is true.</param>
/// <returns>Whether the text changes.</returns>
internal delegate bool CellEdit(long row, int column, bool whole, ReadOnlySpan<byte> text, ArrayBufferWriter<byte> output);

/// <summary>
/// Copies a file of texts and changes some: every byte that no changed cell owns comes out as it went in. One pass, in memory for one cell and a chunk.
/// </summary>
internal abstract class CellRewriting(ByteSource source, Stream target, CellEdit edit, int maxCellBytes)
{
    private const int Chunk = 1 << 18;

    /// <summary>Is shown the first chunk of the file before any cell is edited; the flag says whether it is all of it.</summary>
    public Action<ReadOnlyMemory<byte>, bool>? OnFirstChunk { get; init; }

    private readonly OutputBuffer output = new(2 * Chunk);
    private int copied; // bytes of the buffer before this are in the output

    /// <summary>Names of the columns, as far as they are known.</summary>
    public abstract ImmutableArray<string> Names { get; }

    /// <summary>Rows seen.</summary>
    public long Rows { get; protected set; }

    /// <summary>What is read, and where the next cell begins.</summary>
    protected byte[] Buffer { get; private set; } = new byte[Chunk];

    /// <summary>Bytes in the buffer.</summary>
    protected int Filled { get; private set; }

    /// <summary>Bytes of the buffer that are done with.</summary>
    protected int Taken { get; set; }

    /// <summary>Whether the file ends with the buffer.</summary>
    protected bool Last { get; private set; }

    /// <summary>A text to edit into.</summary>
    protected ArrayBufferWriter<byte> Edited { get; } = new(1024);

    /// <summary>Name for messages.</summary>
    protected string Name => source.Name;

    /// <summary>Takes what lies whole in the buffer; what is left of it is given again with more behind.</summary>
    protected abstract void Take();

    /// <summary>Goes through the file.</summary>
    public async Task CopyAsync(Run run, CancellationToken ct)
    {
        if (source.HasMark) output.Write([0xEF, 0xBB, 0xBF]);
        for (var first = true; ; first = false)
        {
            ct.ThrowIfCancellationRequested();
            if (Filled < Buffer.Length)
            {
                var room = Buffer.Length - Filled;
                var n = await source.ReadAsync(Buffer.AsMemory(Filled, room), ct).ConfigureAwait(false);
                Last = n < room;
                Filled += n;
            }
            if (first) OnFirstChunk?.Invoke(Buffer.AsMemory(0, Filled), Last);
            Take();
            output.Write(Buffer.AsSpan(copied, Taken - copied));
            if (output.Length >= Chunk || Last)
            {
                await target.WriteAsync(output.Memory, ct).ConfigureAwait(false);
                output.Clear();
                run.Report(Stage.Read, source.Name, source.Position, source.Length);
            }
            if (Last) return;
            if (Taken == 0 && Filled == Buffer.Length)
            {
                if (Buffer.Length > maxCellBytes) throw new DataException("SB1010", $"`{Name}`, after row {Rows:N0}: a cell or line of more than {maxCellBytes:N0} bytes; is a quote or a line end missing?");
                var longer = new byte[2 * Buffer.Length];
                Buffer.AsSpan(0, Filled).CopyTo(longer);
                Buffer = longer;
            }
            else Buffer.AsSpan(Taken, Filled - Taken).CopyTo(Buffer);
            Filled -= Taken;
            (copied, Taken) = (0, 0);
        }
    }

    /// <summary>Asks for an edit; the new text is in <see cref="Edited"/> when there is one.</summary>
    protected bool Edit(int column, bool whole, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return false;
        Edited.ResetWrittenCount();
        return edit(Rows, column, whole, text, Edited);
    }

    /// <summary>Puts something else in the place of a stretch of the buffer; gives the output to write it to.</summary>
    protected OutputBuffer Replace(int start, int end)
    {
        output.Write(Buffer.AsSpan(copied, start - copied));
        copied = end;
        return output;
    }
}
