using System.Buffers;
using System.Text;
using Semblance.Data;

namespace Semblance.Formats;

/// <summary>Rows as CSV: LF line ends, and only those cells quoted that need it.</summary>
internal sealed class CsvText(byte delimiter) : BlockText
{
    private readonly SearchValues<byte> special = SearchValues.Create([delimiter, (byte)'"', (byte)'\n', (byte)'\r']);
    private Cells[] columns = [];
    private CategoryColumn?[] cached = []; // whose levels columns[i] has quoted
    private int rows;
    private int widest; // bytes a row can take, without its free texts

    // One column, ready to write: number, texts by code, or anything else by its own WriteText.
    private sealed class Cells(Column column)
    {
        public readonly Column Column = column;
        public readonly double[]? Values = column is NumberColumn { Verbatim: null } numbers ? numbers.Values : null;
        public readonly NumberForm Form = column.Schema.Number;
        public int[]? Codes;
        public byte[][] Texts = []; // markers from last to first, then levels: code + number of markers
        public int Markers;
    }

    /// <inheritdoc/>
    public override void WriteHeader(Schema schema, OutputBuffer output)
    {
        for (var i = 0; i < schema.Columns.Length; i++)
        {
            if (i > 0) output.Write(delimiter);
            var name = Encoding.UTF8.GetBytes(schema.Columns[i].Name);
            // A name with another delimiter in it must not mislead who detects one; nor must a name that starts with a byte order mark.
            var doubtful = name.AsSpan().IndexOfAny(",;\t|"u8) >= 0 || name is [0xEF, 0xBB, 0xBF, ..] || name.Length == 0 && schema.Columns.Length == 1;
            if (doubtful) WriteQuoted(name, output);
            else WriteCell(name, output);
        }
        output.Write((byte)'\n');
    }

    /// <inheritdoc/>
    public override void Start(Table block)
    {
        rows = block.Rows;
        var alone = block.Columns.Length == 1;
        if (cached.Length != block.Columns.Length) (cached, columns) = (new CategoryColumn?[block.Columns.Length], new Cells[block.Columns.Length]);
        widest = 2;
        for (var i = 0; i < block.Columns.Length; i++)
        {
            var column = block.Columns[i];
            var before = columns[i];
            var cells = columns[i] = new Cells(column);
            if (column is CategoryColumn categories)
            {
                cells.Codes = categories.Codes;
                cells.Markers = Math.Max(1, column.Schema.MissingMarkers.Length);
                if (cached[i] is { } last && ReferenceEquals(last.Levels, categories.Levels) && ReferenceEquals(last.Schema, categories.Schema)) cells.Texts = before.Texts;
                else cells.Texts = Quoted(categories, cells.Markers, alone);
                cached[i] = categories;
                var longest = 0;
                foreach (var text in cells.Texts) longest = Math.Max(longest, text.Length);
                widest = (int)Math.Min(1 << 24, (long)widest + longest + 1);
            }
            else widest += NumberColumn.MaxLength + 1;
        }
    }

    /// <inheritdoc/>
    public override int WriteRows(int row, OutputBuffer output, int flushAt)
    {
        var alone = columns.Length == 1;
        for (; row < rows && output.Length < flushAt; row++)
        {
            var free = output.Free(widest);
            var at = 0;
            for (var i = 0; i < columns.Length; i++)
            {
                var cells = columns[i];
                if (i > 0) free[at++] = delimiter;
                if (cells.Values is { } values && !double.IsNaN(values[row])) at += NumberColumn.Format(values[row], cells.Form, free[at..]);
                else if (cells.Codes is { } codes)
                {
                    // A code below the last marker is an unlisted marker, which is written as an empty cell.
                    var index = codes[row] + cells.Markers;
                    var text = index >= 0 ? cells.Texts[index] : [];
                    if (text.Length > free.Length - at)
                    {
                        output.Advance(at);
                        free = output.Free(text.Length + widest);
                        at = 0;
                    }
                    text.CopyTo(free[at..]);
                    at += text.Length;
                }
                else
                {
                    output.Advance(at);
                    WriteOther(cells.Column, row, alone, output);
                    free = output.Free(widest);
                    at = 0;
                }
            }
            free[at++] = (byte)'\n';
            output.Advance(at);
        }
        return row;
    }

    private readonly OutputBuffer cell = new(256);

    private void WriteOther(Column column, int row, bool alone, OutputBuffer output)
    {
        if (column is TextColumn texts && texts.MissingCode(row) < 0)
        {
            Write(texts.Utf8(row), alone, output);
            return;
        }
        cell.Clear();
        column.WriteText(row, cell);
        Write(cell.Written, alone, output);
    }

    private void Write(ReadOnlySpan<byte> text, bool alone, OutputBuffer output)
    {
        if (alone && text.IsEmpty) output.Write("\"\""u8); // an empty line would be no row
        else WriteCell(text, output);
    }

    private void WriteCell(ReadOnlySpan<byte> text, OutputBuffer output)
    {
        if (text.IndexOfAny(special) < 0) output.Write(text);
        else WriteQuoted(text, output);
    }

    private static void WriteQuoted(ReadOnlySpan<byte> text, OutputBuffer output)
    {
        output.Write((byte)'"');
        for (int quote; (quote = text.IndexOf((byte)'"')) >= 0; text = text[(quote + 1)..])
        {
            output.Write(text[..(quote + 1)]);
            output.Write((byte)'"');
        }
        output.Write(text);
        output.Write((byte)'"');
    }

    private byte[][] Quoted(CategoryColumn column, int markers, bool alone)
    {
        var texts = new byte[markers + column.Levels.Length][];
        var known = column.Schema.MissingMarkers;
        for (var marker = 0; marker < markers; marker++)
            texts[markers - 1 - marker] = Quote(marker < known.Length ? Encoding.UTF8.GetBytes(known[marker]) : []);
        for (var level = 0; level < column.Levels.Length; level++) texts[markers + level] = Quote(column.LevelUtf8(level));
        return texts;

        byte[] Quote(ReadOnlySpan<byte> text)
        {
            cell.Clear();
            Write(text, alone, cell);
            return cell.Written.ToArray();
        }
    }
}
