using System.Buffers;
using Semblance.Data;
using Semblance.Forms;
using Semblance.Numerics;

namespace Semblance.Codecs;

/// <summary>
/// Identifiers, and texts written by a rule (prices, codes, names, addresses): new values of the same shape, different for different rows, never a real one by design.
/// Cells only tell present from missing.
/// </summary>
public sealed class PatternCodec : ColumnCodec
{
    internal const string Type = "pattern";
    private readonly Pattern pattern;

    private PatternCodec(ColumnSchema schema, Pattern pattern) : base(schema, schema.MissingMarkers.Length + 1, false) => this.pattern = pattern;

    internal PatternCodec(CodecState state) : this(state.Schema, Pattern.Parse(state.Texts.Length == 1 ? state.Texts[0] : throw state.Unfit("its pattern is missing"))) { }

    internal static PatternCodec Learn(TextColumn column)
    {
        var present = Enumerable.Range(0, column.Count).Where(row => !column.IsMissing(row)).ToArray();
        return new PatternCodec(column.Schema, Pattern.Learn(present.Length, row => column.Utf8(present[row])));
    }

    /// <summary>Learns the shape of texts that follow one; null for free text.</summary>
    internal static PatternCodec? LearnWritten(TextColumn column)
    {
        var present = Enumerable.Range(0, column.Count).Where(row => !column.IsMissing(row)).ToArray();
        return Pattern.LearnWritten(present.Length, row => column.Utf8(present[row]), column.Name) is { } pattern ? new PatternCodec(column.Schema, pattern) : null;
    }

    /// <inheritdoc/>
    public override string Note => $"column `{Schema.Name}`: {(Schema.Kind == ColumnKind.Identifier ? "identifiers" : "texts")} are made anew, of the shape {pattern.Shape}";

    /// <inheritdoc/>
    public override void Encode(Column column, Span<int> cells)
    {
        for (var row = 0; row < cells.Length; row++)
            cells[row] = column.MissingCode(row) is >= 0 and var code ? Math.Min(code, MissingCells - 1) : MissingCells;
    }

    /// <inheritdoc/>
    public override Column Decode(ReadOnlySpan<int> cells, ReadOnlySpan<long> rows, RandomStream stream, uint draw)
    {
        var bytes = new ArrayBufferWriter<byte>(cells.Length * 8 + 1);
        var ends = new int[cells.Length];
        var markers = MissingCells > 0 ? new byte[cells.Length] : null;
        var longest = pattern.MaxLength;
        // identifiers stay different whatever is drawn again; a text may be drawn again until it meets a condition
        var key = Schema.Kind == ColumnKind.Identifier ? stream.Key : stream.Key + draw * 0x9E3779B97F4A7C15;
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i] < MissingCells) markers![i] = (byte)(cells[i] + 1);
            else bytes.Advance(pattern.Write(rows[i], key, bytes.GetSpan(longest)));
            ends[i] = bytes.WrittenCount;
        }
        return new TextColumn(Schema, bytes.WrittenSpan.ToArray(), ends, markers);
    }

    /// <inheritdoc/>
    public override Column Candidates(out int[] cells)
    {
        cells = [.. Enumerable.Range(0, Cells)];
        return Decode(cells, new long[Cells], default, 0);
    }

    internal override bool WritesAnew => true;

    /// <summary>Rows, counted from row 0, that get different texts.</summary>
    internal ulong Room => pattern.Room;

    /// <inheritdoc/>
    public override CodecState State => new(Type, Schema, [], [pattern.ToString()]);
}
