using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace Semblance.Formats;

/// <summary>
/// Finds records and cells in a buffer of CSV bytes, 64 bytes at a time. After <see cref="Scan"/> the cells of a column lie where <see cref="Layout"/>
/// says, quotes taken off and doubled quotes made one. Chunks without quotes, which are nearly all, take a way without branches; the other knows every case.
/// </summary>
internal sealed partial class CsvScanner(byte delimiter, int maxCellBytes)
{
    /// <summary>Readable bytes that must follow the end of the data in the buffer.</summary>
    public const int Slack = 64;

    private int[] bounds = new int[4096];
    private readonly List<int> escaped = []; // index in bounds of cells with doubled quotes
    private bool plain; // the last scan found ends alone: positions[k + 1] ends cell k
    private bool crlf; // of a plain scan
    private long plainLines;

    /// <summary>What <see cref="Layout"/> points into.</summary>
    public int[] Bounds => plain ? positions : bounds;

    /// <summary>Where the cells of a column lie.</summary>
    public CellLayout Layout(int column) => plain
        ? new CellLayout(column, Columns, 1, crlf && column == Columns - 1 ? 1 : 0)
        : new CellLayout(2 * column, 2 * Columns, 0, 0);

    /// <summary>Offset of a cell in the buffer.</summary>
    public int OffsetOf(int record, int column) => Layout(column) is var layout ? Bounds[layout.First + record * layout.Stride] + layout.Lead : 0;

    /// <summary>Fields a record must have; 0 until the first record tells.</summary>
    public int Columns { get; set; }

    /// <summary>Records found by the last scan.</summary>
    public int Records { get; private set; }

    /// <summary>Line number (from 1) of the first byte of the next scan.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>Scans whole records.</summary>
    /// <param name="buffer">Data, with <see cref="Slack"/> readable bytes after <paramref name="end"/>.</param>
    /// <param name="end">End of the data.</param>
    /// <param name="last">Whether the file ends here.</param>
    /// <param name="maxRecords">Stop after so many records.</param>
    /// <returns>Bytes taken: whole records, line ends included.</returns>
    public int Scan(byte[] buffer, int end, bool last, int maxRecords)
    {
        plain = FindPlain(buffer, end, maxRecords, out var taken);
        if (plain) return taken;
        taken = Find(buffer, end, last, maxRecords);
        if (taken > 0) Check(buffer.AsSpan(0, taken));
        if (end > maxCellBytes) CheckLengths(buffer);
        Unescape(buffer);
        return taken;
    }

    /// <summary>Tells that a scan's bytes are done with, so that line numbers go on behind them.</summary>
    public void Advance(ReadOnlySpan<byte> taken) => Line += plain ? plainLines : Lines(taken);

    /// <summary>Line number of an offset in the buffer of the last scan.</summary>
    public long LineOf(byte[] buffer, int offset) => Line + Lines(buffer.AsSpan(0, offset));

    private static long Lines(ReadOnlySpan<byte> bytes)
    {
        long lines = bytes.Count((byte)'\n');
        for (var at = bytes.IndexOf((byte)'\r'); at >= 0;)
        {
            // Files with CR either have CRLF throughout, where this walks line by line, or CR alone.
            if (at + 1 >= bytes.Length || bytes[at + 1] != '\n') lines++;
            var next = bytes[(at + 1)..].IndexOf((byte)'\r');
            at = next < 0 ? -1 : at + 1 + next;
        }
        return lines;
    }

    private unsafe int Find(byte[] buffer, int end, bool last, int maxRecords)
    {
        Records = 0;
        escaped.Clear();
        var columns = Columns;
        var taken = 0;
        var written = 0;
        fixed (byte* p = buffer)
        {
            var start = 0;
            // An empty line is no record: skip it (a one-column file writes an empty cell as "").
            var block = 0;
            var mask = end > 0 ? Mask(p) : 0;
            while (start < end && Records < maxRecords)
            {
                var recordStart = start;
                var column = 0;
                var recordAt = written;
                var need = written + 2 * Math.Max(columns, 1);
                if (need > bounds.Length) Array.Resize(ref bounds, Math.Max(need, bounds.Length * 2));
                bool more;
                do
                {
                    int cellStart, cellEnd, stop;
                    if (start < end && p[start] == '"')
                    {
                        cellStart = start + 1;
                        cellEnd = CloseQuote(p, cellStart, end, out var doubled);
                        if (cellEnd < 0 || (cellEnd + 1 >= end && !last))
                        {
                            if (cellEnd < 0 && last) throw OpenQuote(buffer, start);
                            if (end - start > maxCellBytes) throw cellEnd < 0 ? OpenQuote(buffer, start) : TooLong(buffer, start);
                            return Incomplete(taken);
                        }
                        stop = cellEnd + 1;
                        if (stop < end && p[stop] != delimiter && p[stop] != '\n' && p[stop] != '\r') throw AfterQuote(buffer, stop);
                        if (doubled) escaped.Add(recordAt + 2 * column);
                        // The mask of the block that holds the end of the cell, without what lies before it.
                        if (stop < end)
                        {
                            block = stop;
                            mask = Mask(p + block) & ~1ul;
                        }
                    }
                    else
                    {
                        while (mask == 0)
                        {
                            block += 64;
                            if (block >= end) break;
                            mask = Mask(p + block);
                        }
                        stop = mask == 0 ? end : block + BitOperations.TrailingZeroCount(mask);
                        mask &= mask - 1;
                        if (stop >= end)
                        {
                            if (!last)
                            {
                                if (end - start > maxCellBytes) throw TooLong(buffer, start);
                                return Incomplete(taken);
                            }
                            stop = end;
                        }
                        cellStart = start;
                        cellEnd = stop;
                    }
                    if (columns == 0 && written + 2 > bounds.Length) Array.Resize(ref bounds, bounds.Length * 2);
                    if (columns == 0 || column < columns)
                    {
                        bounds[written] = cellStart;
                        bounds[written + 1] = cellEnd;
                        written += 2;
                    }
                    column++;
                    more = stop < end && p[stop] == delimiter;
                    start = stop + 1;
                    if (more && start == end && last)
                    {
                        // A delimiter is the last byte of the file: one more, empty, cell.
                        if (columns == 0 && written + 2 > bounds.Length) Array.Resize(ref bounds, bounds.Length * 2);
                        if (columns == 0 || column < columns) (bounds[written], bounds[written + 1], written) = (end, end, written + 2);
                        column++;
                        more = false;
                        start = end;
                    }
                    else if (!more && stop < end && p[stop] == '\r')
                    {
                        // CRLF is one line end; a CR at the end of the buffer may be half of one.
                        if (start == end && !last) return Incomplete(taken);
                        if (start < end && p[start] == '\n')
                        {
                            start++;
                            if (mask == 0 || block + BitOperations.TrailingZeroCount(mask) != start - 1)
                            {
                                block = start;
                                mask = start < end ? Mask(p + block) : 0;
                            }
                            else mask &= mask - 1;
                        }
                    }
                    else if (start > end) start = end;
                } while (more);

                if (column == 1 && bounds[recordAt] == bounds[recordAt + 1] && p[recordStart] != '"')
                {
                    written = recordAt;
                    taken = start;
                    continue;
                }
                if (columns == 0) columns = Columns = column;
                else if (column != columns) throw Ragged(buffer, recordStart, column);
                Records++;
                taken = start;
            }
        }
        return taken;
    }

    private int Incomplete(int taken)
    {
        // Cells of the unfinished record do not count.
        while (escaped.Count > 0 && escaped[^1] >= 2 * Records * Columns) escaped.RemoveAt(escaped.Count - 1);
        return taken;
    }

    // Bit i is set where byte i is a delimiter, LF or CR.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private unsafe ulong Mask(byte* p)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            var v = Vector512.Load(p);
            return (Vector512.Equals(v, Vector512.Create(delimiter)) | Vector512.Equals(v, Vector512.Create((byte)'\n')) | Vector512.Equals(v, Vector512.Create((byte)'\r')))
                .ExtractMostSignificantBits();
        }
        var low = Vector256.Load(p);
        var high = Vector256.Load(p + 32);
        var d = Vector256.Create(delimiter);
        var lf = Vector256.Create((byte)'\n');
        var cr = Vector256.Create((byte)'\r');
        return (Vector256.Equals(low, d) | Vector256.Equals(low, lf) | Vector256.Equals(low, cr)).ExtractMostSignificantBits()
            | (ulong)(Vector256.Equals(high, d) | Vector256.Equals(high, lf) | Vector256.Equals(high, cr)).ExtractMostSignificantBits() << 32;
    }

    // Offset of the closing quote, or -1.
    private static unsafe int CloseQuote(byte* p, int from, int end, out bool doubled)
    {
        doubled = false;
        for (var at = from; ; at += 2)
        {
            var next = new ReadOnlySpan<byte>(p + at, end - at).IndexOf((byte)'"');
            if (next < 0) return -1;
            at += next;
            if (at + 1 >= end || p[at + 1] != '"') return at;
            doubled = true;
        }
    }

    // In place: the cell gets shorter; its bytes behind keep the line count.
    private void Unescape(byte[] buffer)
    {
        foreach (var cell in escaped)
        {
            int to = bounds[cell], end = bounds[cell + 1];
            for (var from = to; from < end; from++)
            {
                var b = buffer[from];
                buffer[to++] = b;
                if (b == '"') from++;
            }
            bounds[cell + 1] = to;
            buffer.AsSpan(to, end - to).Fill((byte)'"');
        }
        escaped.Clear();
    }

    private void Check(ReadOnlySpan<byte> taken)
    {
        if (taken.Contains((byte)0))
        {
            var (line, column) = Place(taken, taken.IndexOf((byte)0));
            throw new DataException("SB1009", $"line {line}, byte {column}: a NUL byte; this is no plain text (a spreadsheet or a binary file?). Export it as UTF-8 CSV");
        }
        if (!System.Text.Unicode.Utf8.IsValid(taken))
        {
            var rest = taken;
            while (Rune.DecodeFromUtf8(rest, out _, out var n) == System.Buffers.OperationStatus.Done) rest = rest[n..];
            var offset = taken.Length - rest.Length;
            var (line, column) = Place(taken, offset);
            throw new DataException("SB1008", $"line {line}, byte {column}: the byte 0x{taken[offset]:X2} is not valid UTF-8. " +
                "If the file is in another encoding (Windows-1252, ISO-8859-1), convert it first: iconv -f WINDOWS-1252 -t UTF-8 in.csv > out.csv");
        }
    }

    private void CheckLengths(byte[] buffer)
    {
        for (var i = 0; i < 2 * Records * Columns; i += 2)
            if (bounds[i + 1] - bounds[i] > maxCellBytes) throw TooLong(buffer, bounds[i]);
    }

    private (long Line, int Column) Place(ReadOnlySpan<byte> taken, int offset) =>
        (Line + Lines(taken[..offset]), offset - taken[..offset].LastIndexOfAny((byte)'\n', (byte)'\r'));

    private DataException OpenQuote(byte[] buffer, int start) =>
        new("SB1005", $"line {LineOf(buffer, start)}: a quoted cell opens here and never closes; close it with a quote, or double a quote that belongs to the text (\"\")");

    private DataException AfterQuote(byte[] buffer, int stop) =>
        new("SB1007", $"line {LineOf(buffer, stop)}: there is text after a closing quote; write a quote inside a quoted cell twice (\"\"), and nothing between the closing quote and the delimiter `{Name(delimiter)}`");

    private DataException Ragged(byte[] buffer, int start, int found) =>
        new("SB1003", $"line {LineOf(buffer, start)}: {Count(found, "field")} where the header has {Columns} (delimiter `{Name(delimiter)}`); complete the line, or quote a cell that holds the delimiter");

    private DataException TooLong(byte[] buffer, int start) =>
        new("SB1010", $"line {LineOf(buffer, start)}: a cell of more than {maxCellBytes:N0} bytes; is a quote or a line end missing?");

    private static string Count(int n, string what) => n == 1 ? $"1 {what}" : $"{n} {what}s";

    /// <summary>A delimiter as a person says it.</summary>
    public static string Name(byte delimiter) => delimiter == '\t' ? "tab" : ((char)delimiter).ToString();
}
