using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Semblance.Formats;

/// <summary>Plain text: every line is a cell of the one column <c>text</c>.</summary>
internal sealed class LineRewriting(ByteSource source, Stream target, CellEdit edit, TableOptions options) : CellRewriting(source, target, edit, options.MaxCellBytes)
{
    /// <inheritdoc/>
    public override ImmutableArray<string> Names => ["text"];

    /// <inheritdoc/>
    protected override void Take()
    {
        while (Taken < Filled)
        {
            var step = Buffer.AsSpan(Taken, Filled - Taken).IndexOf((byte)'\n');
            if (step < 0 && !Last) return;
            var (start, end) = (Taken, step < 0 ? Filled : Taken + step);
            Taken = step < 0 ? end : end + 1;
            if (Edit(0, whole: false, Buffer.AsSpan(start, end - start))) Replace(start, end).Write(Edited.WrittenSpan);
            Rows++;
        }
    }
}

/// <summary>JSON Lines: texts anywhere in the objects, and numbers at the top, since a telephone number may be stored as one. Keys are left as they are.</summary>
internal sealed class JsonLinesRewriting(ByteSource source, Stream target, CellEdit edit, TableOptions options) : CellRewriting(source, target, edit, options.MaxCellBytes)
{
    private readonly List<string> names = [];
    private byte[] plain = new byte[256];

    /// <inheritdoc/>
    public override ImmutableArray<string> Names => [.. names];

    /// <inheritdoc/>
    protected override void Take()
    {
        while (Taken < Filled)
        {
            var step = Buffer.AsSpan(Taken, Filled - Taken).IndexOf((byte)'\n');
            if (step < 0 && !Last) return;
            var (start, end) = (Taken, step < 0 ? Filled : Taken + step);
            Taken = step < 0 ? end : end + 1;
            if (Buffer.AsSpan(start, end - start).Trim(" \t\r"u8).IsEmpty) continue;
            Line(start, end);
            Rows++;
        }
    }

    private void Line(int start, int end)
    {
        try
        {
            var reader = new Utf8JsonReader(Buffer.AsSpan(start, end - start));
            var column = -1;
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1) column = ColumnOf(ref reader, column);
                else if (reader.TokenType == JsonTokenType.String) Value(ref reader, start, column);
                else if (reader.TokenType == JsonTokenType.Number && reader.CurrentDepth == 1) Number(ref reader, start, column);
            }
        }
        catch (JsonException e)
        {
            throw new DataException("SB1011", $"`{Name}`, line {Rows + 1:N0}: no JSON value; JSON Lines has one object on each line ({e.Message})", e);
        }
    }

    private int ColumnOf(ref Utf8JsonReader reader, int last)
    {
        for (var i = 1; i <= names.Count; i++)
        {
            var at = (last + i) % names.Count;
            if (reader.ValueTextEquals(names[at])) return at;
        }
        names.Add(reader.GetString()!);
        return names.Count - 1;
    }

    private void Value(ref Utf8JsonReader reader, int line, int column)
    {
        ReadOnlySpan<byte> text = reader.ValueSpan;
        if (reader.ValueIsEscaped)
        {
            if (plain.Length < text.Length) plain = new byte[2 * text.Length];
            text = plain.AsSpan(0, reader.CopyString(plain));
        }
        if (!Edit(Math.Max(0, column), column >= 0 && reader.CurrentDepth == 1, text)) return;
        var at = line + (int)reader.TokenStartIndex;
        Replace(at, at + 2 + reader.ValueSpan.Length).Write(JsonEncodedText.Encode(Encoding.UTF8.GetString(Edited.WrittenSpan), JavaScriptEncoder.UnsafeRelaxedJsonEscaping) is var encoded
            ? [(byte)'"', .. encoded.EncodedUtf8Bytes, (byte)'"'] : []);
    }

    private void Number(ref Utf8JsonReader reader, int line, int column)
    {
        if (!Edit(column, whole: true, reader.ValueSpan)) return;
        var at = line + (int)reader.TokenStartIndex;
        var text = Edited.WrittenSpan;
        var output = Replace(at, at + reader.ValueSpan.Length);
        var number = text.Length > 0 && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 && (text.Length == 1 || text[0] != '0');
        if (!number) output.Write((byte)'"');
        output.Write(text);
        if (!number) output.Write((byte)'"');
    }
}
