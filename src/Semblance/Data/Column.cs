using System.Buffers;
using System.Text;

namespace Semblance.Data;

/// <summary>One column in memory: a typed array, its missing cells and its text form. Immutable by convention: arrays handed in are not written again.</summary>
public abstract class Column
{
    private protected Column(ColumnSchema schema, int count) => (Schema, Count) = (schema, count);

    /// <summary>Name, kind, text form.</summary>
    public ColumnSchema Schema { get; }

    /// <summary>Number of cells.</summary>
    public int Count { get; }

    /// <summary>Column name.</summary>
    public string Name => Schema.Name;

    /// <summary>Column kind.</summary>
    public ColumnKind Kind => Schema.Kind;

    /// <summary>Code of the missing marker in a cell (index into <see cref="ColumnSchema.MissingMarkers"/>), or -1 when the cell has a value.</summary>
    public abstract int MissingCode(int row);

    /// <summary>Whether a cell has no value.</summary>
    public bool IsMissing(int row) => MissingCode(row) >= 0;

    /// <summary>Writes the text of a cell as it came (the marker when missing), in UTF-8, unquoted.</summary>
    public abstract void WriteText(int row, IBufferWriter<byte> output);

    /// <summary>The given rows, in the given order, as a new column.</summary>
    public abstract Column Take(ReadOnlySpan<int> rows);

    /// <summary>The same cells under another schema of the same storage (a rename, another marker list).</summary>
    public abstract Column WithSchema(ColumnSchema schema);

    /// <summary>Text of a cell as it came; the marker when missing.</summary>
    public string Text(int row)
    {
        var buffer = new ArrayBufferWriter<byte>(32);
        WriteText(row, buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private protected void WriteMarker(int code, IBufferWriter<byte> output)
    {
        // An unlisted marker (a generated gap in a column that had none) is written as an empty cell.
        if (code < Schema.MissingMarkers.Length) Encoding.UTF8.GetBytes(Schema.MissingMarkers[code], output);
    }
}
