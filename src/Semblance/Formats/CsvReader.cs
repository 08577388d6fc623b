using System.Collections.Immutable;
using System.Text;

namespace Semblance.Formats;

/// <summary>Reads CSV (RFC 4180, and what is common beside it) in chunks of whole records.</summary>
internal sealed class CsvReader : IBlockSource
{
    private readonly ByteSource source;
    private readonly TableOptions options;
    private readonly CsvScanner scanner;
    private byte[] buffer;
    private int filled;
    private int taken;
    private bool last;
    private long rowsBefore;

    private CsvReader(ByteSource source, TableOptions options, byte[] buffer, int filled, bool last, byte delimiter) =>
        (this.source, this.options, this.buffer, this.filled, this.last, scanner) = (source, options, buffer, filled, last, new CsvScanner(delimiter, options.MaxCellBytes));

    /// <inheritdoc/>
    public ImmutableArray<string> Names { get; private set; }

    /// <summary>Reads the header; detects the delimiter.</summary>
    public static async ValueTask<CsvReader> OpenAsync(ByteSource source, TableOptions options, CancellationToken ct)
    {
        var chunk = options.ChunkBytes; // 256 KB stay in the second-level cache while every column takes its cells from them
        var buffer = GC.AllocateUninitializedArray<byte>(chunk + CsvScanner.Slack);
        var filled = await source.ReadAsync(buffer.AsMemory(0, chunk), ct).ConfigureAwait(false);
        var delimiter = options.Delimiter is { } given ? Checked(given) : CsvDelimiter.Detect(buffer.AsSpan(0, filled), filled < chunk);
        var reader = new CsvReader(source, options, buffer, filled, filled < chunk, delimiter);
        if (!await reader.NextAsync(1, ct).ConfigureAwait(false))
            throw new DataException("SB1002", $"`{source.Name}` is empty; a table needs at least a header line with the names of its columns");
        reader.Names = reader.Header();
        return reader;
    }

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(List<ColumnBuilder> builders, Func<string, ColumnBuilder> create, int maxRows, CancellationToken ct)
    {
        if (!await NextAsync(maxRows, ct).ConfigureAwait(false)) return 0;
        if (builders.Count == 0)
        {
            // All rows go into these builders: tell them how many to expect. A row has a byte a column at least.
            var expected = rowsBefore > 0 || maxRows < int.MaxValue ? 0
                : last && taken == filled ? scanner.Records
                : Math.Min(source.CountLines() - 1 ?? Estimate(), (source.PlainLength ?? 0) / Names.Length);
            foreach (var name in Names)
            {
                builders.Add(create(name));
                builders[^1].Expect((int)Math.Min(int.MaxValue, expected));
            }
        }
        for (var column = 0; column < builders.Count; column++)
        {
            try
            {
                builders[column].Append(buffer, scanner.Bounds, scanner.Layout(column), scanner.Records);
            }
            catch (CellException e)
            {
                var line = scanner.LineOf(buffer, scanner.OffsetOf(e.Index, column));
                throw new DataException("SB1004", $"line {line} (row {rowsBefore + e.Index + 1}), column `{Names[column]}`: {e.What}");
            }
        }
        rowsBefore += scanner.Records;
        return scanner.Records;
    }

    private long Estimate() => source.PlainLength is { } length ? (long)(length / (double)taken * scanner.Records * 1.02) + 64 : 0;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => source.DisposeAsync();

    // Scans the next records into the scanner; false at the end of the file.
    private async ValueTask<bool> NextAsync(int maxRecords, CancellationToken ct)
    {
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            if (taken > 0)
            {
                scanner.Advance(buffer.AsSpan(0, taken));
                buffer.AsSpan(taken, filled - taken).CopyTo(buffer);
                filled -= taken;
                taken = 0;
            }
            var room = buffer.Length - CsvScanner.Slack - filled;
            if (!last && room > 0)
            {
                var n = await source.ReadAsync(buffer.AsMemory(filled, room), ct).ConfigureAwait(false);
                last = n < room;
                filled += n;
            }
            taken = scanner.Scan(buffer, filled, last, maxRecords);
            if (scanner.Records > 0) return true;
            if (taken > 0) continue;
            if (last) return false;
            // One record is longer than the buffer.
            if (buffer.Length >= Array.MaxLength / 2)
                throw new DataException("SB1010", $"line {scanner.Line}: a line of more than {buffer.Length:N0} bytes; is a line end missing?");
            Array.Resize(ref buffer, 2 * (buffer.Length - CsvScanner.Slack) + CsvScanner.Slack);
        }
    }

    private ImmutableArray<string> Header()
    {
        var names = ImmutableArray.CreateBuilder<string>(scanner.Columns);
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var column = 0; column < scanner.Columns; column++)
        {
            var start = scanner.Bounds[2 * column];
            var name = Encoding.UTF8.GetString(buffer, start, scanner.Bounds[2 * column + 1] - start);
            if (string.IsNullOrWhiteSpace(name)) name = $"column_{column + 1}";
            if (seen.TryGetValue(name, out var first))
                throw new DataException("SB1006", $"line {scanner.Line}: columns {first + 1} and {column + 1} are both called `{name}`; give each column its own name");
            seen[name] = column;
            names.Add(name);
        }
        return names.MoveToImmutable();
    }

    /// <summary>A delimiter the format can have.</summary>
    /// <exception cref="SchemaException">It can not (SB1208).</exception>
    public static byte Checked(char delimiter) => delimiter is '"' or '\n' or '\r' or '\0' or > '\x7F'
        ? throw new SchemaException("SB1208", $"`{delimiter}` can't delimit cells; use one ASCII character such as , ; tab |")
        : (byte)delimiter;
}
