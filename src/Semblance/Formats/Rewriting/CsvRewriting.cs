using System.Collections.Immutable;
using System.Text;

namespace Semblance.Formats;

/// <summary>CSV: cells between delimiters, quoted or not.</summary>
internal sealed class CsvRewriting(ByteSource source, Stream target, CellEdit edit, TableOptions options, byte? given, bool header) : CellRewriting(source, target, edit, options.MaxCellBytes)
{
    private readonly List<string> names = [];
    private readonly OutputBuffer unquoted = new(1024);
    private byte delimiter;
    private int column;
    private bool inHeader = header;
    private bool begun; // a cell of the current record has been taken

    /// <inheritdoc/>
    public override ImmutableArray<string> Names => [.. names];

    /// <inheritdoc/>
    protected override void Take()
    {
        if (delimiter == 0) delimiter = given ?? CsvDelimiter.Detect(Buffer.AsSpan(0, Filled), Last);
        while (true)
        {
            var start = Taken;
            if (start == Filled)
            {
                if (Last && begun) Cell(start, start, quoted: false); // a delimiter was the file's last byte
                if (Last && begun) EndRecord();
                return;
            }
            var quoted = Buffer[start] == '"';
            int end, next;
            if (quoted)
            {
                end = start + 1;
                while (true)
                {
                    var step = Buffer.AsSpan(end, Filled - end).IndexOf((byte)'"');
                    if (step < 0)
                    {
                        if (Last) throw new DataException("SB1005", $"`{Name}`, row {Rows + 1:N0}, column {column + 1}: a quote is opened and not closed; nothing is written, since what follows can't be told apart");
                        return;
                    }
                    end += step;
                    if (end + 1 < Filled && Buffer[end + 1] == '"') end += 2;
                    else break;
                }
                next = end + 1;
                if (next < Filled && Buffer[next] == '\r') next++;
                if (next == Filled && !Last) return;
                if (next < Filled && Buffer[next] != delimiter && Buffer[next] != '\n')
                    throw new DataException("SB1007", $"`{Name}`, row {Rows + 1:N0}, column {column + 1}: text after a closing quote; quotes inside a cell are doubled");
            }
            else
            {
                var step = Buffer.AsSpan(start, Filled - start).IndexOfAny(delimiter, (byte)'\n');
                if (step < 0 && !Last) return;
                next = end = step < 0 ? Filled : start + step;
                if ((next == Filled || Buffer[next] == '\n') && end > start && Buffer[end - 1] == '\r') end--;
            }
            Cell(quoted ? start + 1 : start, end, quoted);
            var more = next < Filled && Buffer[next] == delimiter;
            Taken = next < Filled ? next + 1 : next;
            begun = more;
            if (!more) EndRecord();
        }
    }

    private void EndRecord()
    {
        if (!inHeader) Rows++;
        inHeader = begun = false;
        column = 0;
    }

    private void Cell(int start, int end, bool quoted)
    {
        ReadOnlySpan<byte> text = Buffer.AsSpan(start, end - start);
        var doubled = quoted && text.IndexOf((byte)'"') >= 0;
        if (doubled)
        {
            unquoted.Clear();
            for (var i = 0; i < text.Length; i++)
            {
                unquoted.Write(text[i]);
                if (text[i] == '"') i++;
            }
            text = unquoted.Written;
        }
        if (inHeader) names.Add(Encoding.UTF8.GetString(text));
        else
        {
            while (column >= names.Count) names.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"column{names.Count + 1}"));
            if (Edit(column, whole: true, text)) Write(start, end, quoted);
        }
        column++;
    }

    private void Write(int start, int end, bool quoted)
    {
        var text = Edited.WrittenSpan;
        var output = Replace(start, end);
        var quote = !quoted && (text.IndexOfAny(delimiter, (byte)'"', (byte)'\n') >= 0 || text.IndexOf((byte)'\r') >= 0);
        if (quote) output.Write((byte)'"');
        if (quoted || quote)
        {
            foreach (var b in text)
            {
                if (b == '"') output.Write(b);
                output.Write(b);
            }
        }
        else output.Write(text);
        if (quote) output.Write((byte)'"');
    }
}
