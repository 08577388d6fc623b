using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Semblance.Formats;

/// <summary>
/// Reads one JSON object a line. Columns are the keys in order of first sight; a key that a line lacks, and null, is an empty cell. Numbers keep their
/// text, strings are texts even where they hold digits, an inner object or array stays as its JSON text.
/// </summary>
internal sealed class JsonLinesReader(ByteSource source, TableOptions options) : IBlockSource
{
    private const int MostColumns = 20_000;

    private readonly LevelTable keys = new();
    private readonly List<int[]> bounds = []; // per column: start and end of each cell of the block
    private readonly OutputBuffer cells = new(1 << 16);
    private readonly OutputBuffer key = new(64);
    private byte[] buffer = new byte[4 * options.ChunkBytes];
    private byte[] cellBytes = [];
    private int filled;
    private int taken;
    private bool last;
    private long line;
    private int given; // rows the current builders have

    /// <inheritdoc/>
    public ImmutableArray<string> Names { get; private set; } = [];

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(List<ColumnBuilder> builders, Func<string, ColumnBuilder> create, int maxRows, CancellationToken ct)
    {
        if (builders.Count == 0)
        {
            given = 0;
            foreach (var name in Names) builders.Add(create(name));
        }
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            buffer.AsSpan(taken, filled - taken).CopyTo(buffer);
            filled -= taken;
            taken = 0;
            if (!last && filled < buffer.Length)
            {
                var room = buffer.Length - filled;
                var n = await source.ReadAsync(buffer.AsMemory(filled, room), ct).ConfigureAwait(false);
                last = n < room;
                filled += n;
            }
            var rows = Parse(builders, create, maxRows);
            if (rows > 0) return rows;
            if (taken > 0) continue;
            if (last)
            {
                if (Names.IsEmpty) throw new DataException("SB1002", $"`{source.Name}` is empty; JSON Lines needs at least one object, on a line of its own");
                return 0;
            }
            if (buffer.Length >= Array.MaxLength / 2) throw new DataException("SB1010", $"line {line + 1}: a line of more than {buffer.Length:N0} bytes; is a line end missing?");
            Array.Resize(ref buffer, 2 * buffer.Length);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => source.DisposeAsync();

    private int Parse(List<ColumnBuilder> builders, Func<string, ColumnBuilder> create, int maxRows)
    {
        cells.Clear();
        foreach (var column in bounds) Array.Clear(column);
        var rows = 0;
        while (taken < filled && rows < maxRows)
        {
            var rest = buffer.AsSpan(taken, filled - taken);
            var length = rest.IndexOf((byte)'\n');
            if (length < 0 && !last) break;
            var text = length < 0 ? rest : rest[..length];
            taken += length < 0 ? rest.Length : length + 1;
            line++;
            text = text.Trim(" \t\r"u8);
            if (text.IsEmpty) continue;
            ParseLine(text, rows, builders, create);
            rows++;
        }
        if (rows == 0) return 0;
        cells.Free(16); // readable behind the last cell
        cellBytes = cells.Array;
        for (var column = 0; column < builders.Count; column++)
        {
            Room(column, rows - 1);
            try
            {
                builders[column].Append(cellBytes, bounds[column], new CellLayout(0, 2, 0, 0), rows);
            }
            catch (CellException e)
            {
                throw new DataException("SB1004", $"row {given + e.Index + 1} (about line {line - rows + e.Index + 1}), column `{Names[column]}`: {e.What}");
            }
        }
        given += rows;
        return rows;
    }

    private void ParseLine(ReadOnlySpan<byte> text, int row, List<ColumnBuilder> builders, Func<string, ColumnBuilder> create)
    {
        if (text[0] != '{')
            throw new DataException("SB1011", $"line {line}: no JSON object; JSON Lines has one object on each line" +
                (text[0] == '[' ? " (this looks like a JSON array: jq -c '.[]' in.json > out.jsonl makes it lines)" : ""));
        if (!System.Text.Unicode.Utf8.IsValid(text)) throw new DataException("SB1008", $"line {line}: bytes that are not valid UTF-8; convert the file to UTF-8 first");
        try
        {
            var reader = new Utf8JsonReader(text);
            reader.Read();
            for (var expected = 0; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; expected++)
            {
                var column = ColumnOf(ref reader, expected, builders, create);
                expected = column;
                reader.Read();
                var start = cells.Length;
                switch (reader.TokenType)
                {
                    case JsonTokenType.String:
                        cells.Advance(reader.CopyString(cells.Free(reader.ValueSpan.Length)));
                        var value = cells.Written[start..];
                        if (value.Contains((byte)0)) throw new DataException("SB1009", $"line {line}, key `{Names[column]}`: a NUL character; take it out");
                        if (builders[column].MayBeNumber && !builders[column].IsMarker(value)) builders[column].MayBeNumber = false;
                        break;
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        var from = (int)reader.TokenStartIndex;
                        reader.Skip();
                        cells.Write(text[from..(int)reader.BytesConsumed]);
                        break;
                    case JsonTokenType.Null:
                        break;
                    default:
                        cells.Write(reader.ValueSpan);
                        break;
                }
                if (cells.Length - start > options.MaxCellBytes)
                    throw new DataException("SB1010", $"line {line}, key `{Names[column]}`: a value of more than {options.MaxCellBytes:N0} bytes");
                Room(column, row);
                var place = bounds[column];
                (place[2 * row], place[2 * row + 1]) = (start, cells.Length);
            }
            reader.Read(); // anything behind the object throws
        }
        catch (JsonException e)
        {
            throw new DataException("SB1011", $"line {line}, byte {e.BytePositionInLine + 1}: no valid JSON: {Sentence(e.Message)}; JSON Lines has one whole object on each line", e);
        }
        catch (InvalidOperationException e)
        {
            throw new DataException("SB1011", $"line {line}: a string with an escape that is no character (half a surrogate pair)", e);
        }
    }

    private int ColumnOf(ref Utf8JsonReader reader, int expected, List<ColumnBuilder> builders, Func<string, ColumnBuilder> create)
    {
        key.Clear();
        key.Advance(reader.CopyString(key.Free(reader.ValueSpan.Length)));
        // Lines mostly have the same keys in the same order.
        if (expected < keys.Count && keys[expected].SequenceEqual(key.Written)) return expected;
        var column = keys.Add(key.Written);
        if (column < Names.Length) return column;
        if (column >= MostColumns) throw new DataException("SB1010", $"line {line}: more than {MostColumns:N0} different keys; this is no table. Put varying keys into one inner object");
        var name = Encoding.UTF8.GetString(key.Written);
        if (string.IsNullOrWhiteSpace(name)) name = $"column_{column + 1}";
        if (Names.Contains(name)) throw new DataException("SB1006", $"line {line}: two keys are both called `{name}`; give each its own name");
        Names = Names.Add(name);
        var builder = create(name);
        builder.AppendEmpty(given);
        builders.Add(builder);
        bounds.Add(new int[2 * 256]);
        return column;
    }

    private void Room(int column, int row)
    {
        if (2 * row + 1 < bounds[column].Length) return;
        var grown = bounds[column];
        Array.Resize(ref grown, Math.Max(2 * grown.Length, 2 * row + 2));
        bounds[column] = grown;
    }

    // The first sentence of the parser's message; the place is told in front.
    private static string Sentence(string message)
    {
        var end = message.IndexOf(" LineNumber", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).TrimEnd('.', ' ');
    }
}
