using System.Buffers;
using System.Text;
using Semblance.Data;

namespace Semblance.Formats;

/// <summary>
/// Rows as JSON objects, one a line. Numbers are written as they stand where that is a JSON number, <c>true</c> and <c>false</c> as such,
/// the empty cell as null, all else as strings.
/// </summary>
internal sealed class JsonLinesText : BlockText
{
    private static readonly SearchValues<byte> special = SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (byte)i), (byte)'"', (byte)'\\']);
    private readonly OutputBuffer cell = new(256);
    private byte[][] keys = [];
    private byte[][]?[] levels = [];
    private Table? table;

    /// <inheritdoc/>
    public override void WriteHeader(Schema schema, OutputBuffer output)
    {
        keys = new byte[schema.Columns.Length][];
        var key = new OutputBuffer(64);
        for (var i = 0; i < keys.Length; i++)
        {
            key.Clear();
            key.Write(i == 0 ? (byte)'{' : (byte)',');
            WriteString(Encoding.UTF8.GetBytes(schema.Columns[i].Name), key);
            key.Write((byte)':');
            keys[i] = key.Written.ToArray();
        }
    }

    /// <inheritdoc/>
    public override void Start(Table block)
    {
        levels = new byte[block.Columns.Length][][];
        for (var i = 0; i < levels.Length; i++)
        {
            if (block.Columns[i] is not CategoryColumn column) continue;
            levels[i] = new byte[column.Levels.Length][];
            for (var level = 0; level < column.Levels.Length; level++)
            {
                cell.Clear();
                var text = column.LevelUtf8(level);
                if (column.Kind is ColumnKind.Boolean or ColumnKind.Constant && (text.SequenceEqual("true"u8) || text.SequenceEqual("false"u8) || IsNumber(text))) cell.Write(text);
                else WriteString(text, cell);
                levels[i]![level] = cell.Written.ToArray();
            }
        }
        table = block;
    }

    /// <inheritdoc/>
    public override int WriteRows(int row, OutputBuffer output, int flushAt)
    {
        var columns = table!.Columns;
        for (; row < table.Rows && output.Length < flushAt; row++)
        {
            for (var i = 0; i < columns.Length; i++)
            {
                output.Write(keys[i]);
                Write(columns[i], levels[i], row, output);
            }
            output.Write(columns.IsEmpty ? "{}\n"u8 : "}\n"u8);
        }
        return row;
    }

    private void Write(Column column, byte[][]? texts, int row, OutputBuffer output)
    {
        if (column.MissingCode(row) is >= 0 and var marker)
        {
            var text = marker < column.Schema.MissingMarkers.Length ? column.Schema.MissingMarkers[marker] : "";
            if (text.Length == 0) output.Write("null"u8);
            else WriteString(Encoding.UTF8.GetBytes(text), output);
            return;
        }
        switch (column)
        {
            case CategoryColumn categories:
                output.Write(texts![categories.Codes[row]]);
                break;
            case TextColumn free:
                WriteString(free.Utf8(row), output);
                break;
            case NumberColumn { Verbatim: null } numbers:
                output.Advance(NumberColumn.Format(numbers.Values[row], numbers.Schema.Number, output.Free(NumberColumn.MaxLength)));
                break;
            default:
                cell.Clear();
                column.WriteText(row, cell);
                if (column is NumberColumn && IsNumber(cell.Written)) output.Write(cell.Written);
                else WriteString(cell.Written, output);
                break;
        }
    }

    // The grammar of RFC 8259: no plus, no leading zero, digits on both sides of the point.
    private static bool IsNumber(ReadOnlySpan<byte> text)
    {
        if (text.Length > 0 && text[0] == '-') text = text[1..];
        var whole = Digits(text);
        if (whole == 0 || whole > 1 && text[0] == '0') return false;
        text = text[whole..];
        if (text.Length > 0 && text[0] == '.')
        {
            var decimals = Digits(text[1..]);
            if (decimals == 0) return false;
            text = text[(decimals + 1)..];
        }
        if (text.Length > 0 && text[0] is (byte)'e' or (byte)'E')
        {
            text = text[1..];
            if (text.Length > 0 && text[0] is (byte)'+' or (byte)'-') text = text[1..];
            var exponent = Digits(text);
            if (exponent == 0) return false;
            text = text[exponent..];
        }
        return text.IsEmpty;
    }

    private static int Digits(ReadOnlySpan<byte> text)
    {
        var n = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return n < 0 ? text.Length : n;
    }

    private static void WriteString(ReadOnlySpan<byte> text, OutputBuffer output)
    {
        output.Write((byte)'"');
        for (int at; (at = text.IndexOfAny(special)) >= 0; text = text[(at + 1)..])
        {
            output.Write(text[..at]);
            switch (text[at])
            {
                case (byte)'"':
                    output.Write("\\\""u8);
                    break;
                case (byte)'\\':
                    output.Write("\\\\"u8);
                    break;
                case (byte)'\n':
                    output.Write("\\n"u8);
                    break;
                case (byte)'\r':
                    output.Write("\\r"u8);
                    break;
                case (byte)'\t':
                    output.Write("\\t"u8);
                    break;
                default:
                    output.Write("\\u00"u8);
                    output.Write((byte)"0123456789abcdef"[text[at] >> 4]);
                    output.Write((byte)"0123456789abcdef"[text[at] & 15]);
                    break;
            }
        }
        output.Write(text);
        output.Write((byte)'"');
    }
}
