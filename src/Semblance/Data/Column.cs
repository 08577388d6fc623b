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

    /// <summary>Columns of one schema end to end.</summary>
    internal static Column Concatenate(ColumnSchema schema, Column[] parts)
    {
        var rows = checked(parts.Sum(p => p.Count));
        switch (schema.Kind)
        {
            case ColumnKind.Integer or ColumnKind.Decimal:
                var numbers = Array.ConvertAll(parts, p => (NumberColumn)p);
                var markers = numbers.Any(p => p.Markers is not null) ? numbers.SelectMany(p => p.Markers ?? new byte[p.Count]).ToArray() : null;
                return new NumberColumn(schema, Join(numbers, p => p.Values, rows), markers, NumberColumn.Texts(numbers));
            case ColumnKind.DateTime:
                return new DateTimeColumn(schema, Join(Array.ConvertAll(parts, p => (DateTimeColumn)p), p => p.Ticks, rows));
            case ColumnKind.Identifier or ColumnKind.Text:
                return TextColumn.Concatenate(schema, Array.ConvertAll(parts, p => (TextColumn)p));
            default:
                var categories = Array.ConvertAll(parts, p => (CategoryColumn)p);
                if (categories.Length == 0) return new CategoryColumn(schema, [], []);
                if (Array.TrueForAll(categories, p => ReferenceEquals(p.Levels, categories[0].Levels))) return categories[0].WithCodes(Join(categories, p => p.Codes, rows));
                return CategoryColumn.Concatenate(schema, categories, rows);
        }
    }

    private static T[] Join<TPart, T>(TPart[] parts, Func<TPart, T[]> cells, int rows)
    {
        var all = new T[rows];
        var at = 0;
        foreach (var part in parts)
        {
            var own = cells(part);
            own.CopyTo(all, at);
            at += own.Length;
        }
        return all;
    }
}
