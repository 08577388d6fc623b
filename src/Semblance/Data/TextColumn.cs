using System.Buffers;

namespace Semblance.Data;

/// <summary>Identifiers and free text: all cells' UTF-8 end to end in one array. At most 2 GB a column.</summary>
public sealed class TextColumn : Column
{
    private readonly int[] ends;
    private readonly byte[]? markers;

    /// <summary>Makes a column; arrays are kept, not copied.</summary>
    /// <param name="schema">Identifier or Text.</param>
    /// <param name="utf8">All cells' bytes, end to end; a missing cell has none.</param>
    /// <param name="ends">End offset of each row in <paramref name="utf8"/>.</param>
    /// <param name="markers">1 + marker code where missing, 0 where present; null when nothing is missing.</param>
    public TextColumn(ColumnSchema schema, byte[] utf8, int[] ends, byte[]? markers = null) : base(schema, ends.Length) =>
        (Bytes, this.ends, this.markers) = (utf8, ends, markers);

    /// <summary>All cells' bytes, end to end.</summary>
    public byte[] Bytes { get; }

    /// <summary>UTF-8 of a cell, empty when missing.</summary>
    public ReadOnlySpan<byte> Utf8(int row)
    {
        var start = row == 0 ? 0 : ends[row - 1];
        return Bytes.AsSpan(start, ends[row] - start);
    }

    /// <inheritdoc/>
    public override int MissingCode(int row) => markers is null ? -1 : markers[row] - 1;

    /// <inheritdoc/>
    public override void WriteText(int row, IBufferWriter<byte> output)
    {
        if (MissingCode(row) is >= 0 and var code) WriteMarker(code, output);
        else output.Write(Utf8(row));
    }

    /// <inheritdoc/>
    public override Column Take(ReadOnlySpan<int> rows)
    {
        var newEnds = new int[rows.Length];
        var total = 0;
        for (var i = 0; i < rows.Length; i++) newEnds[i] = total = checked(total + Utf8(rows[i]).Length);
        var bytes = new byte[total];
        var newMarkers = markers is null ? null : new byte[rows.Length];
        for (int i = 0, at = 0; i < rows.Length; at = newEnds[i++])
        {
            Utf8(rows[i]).CopyTo(bytes.AsSpan(at));
            if (newMarkers is not null) newMarkers[i] = markers![rows[i]];
        }
        return new TextColumn(Schema, bytes, newEnds, newMarkers);
    }

    /// <inheritdoc/>
    public override Column WithSchema(ColumnSchema schema) => new TextColumn(schema, Bytes, ends, markers);

    internal static TextColumn Concatenate(ColumnSchema schema, TextColumn[] parts)
    {
        var bytes = new byte[checked(parts.Sum(p => p.Count == 0 ? 0 : p.ends[^1]))];
        var ends = new List<int>();
        var all = parts.Any(p => p.markers is not null) ? new List<byte>() : null;
        var at = 0;
        foreach (var part in parts)
        {
            var length = part.Count == 0 ? 0 : part.ends[^1];
            part.Bytes.AsSpan(0, length).CopyTo(bytes.AsSpan(at));
            foreach (var end in part.ends) ends.Add(at + end);
            all?.AddRange(part.markers ?? new byte[part.Count]);
            at += length;
        }
        return new TextColumn(schema, bytes, [.. ends], all?.ToArray());
    }
}
