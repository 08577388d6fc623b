using System.IO.Compression;
using System.Security.Cryptography;
using Semblance.Data;

namespace Semblance.Formats;

/// <summary>
/// Writes a table block after block, in bounded memory. A file appears whole, at <see cref="CommitAsync"/>, or not at all: until then the bytes lie
/// under a temporary name beside it, which is deleted when the writer is disposed without a commit. The next bytes are made while the last are written.
/// </summary>
public sealed class TableWriter : IAsyncDisposable
{
    private const int FlushAt = 1 << 20;

    private readonly StagedFile? staged;
    private readonly string target;
    private readonly Stream output;
    private readonly bool ownsOutput; // a compressor to finish
    private readonly Action<WrittenBlock>? onBlock;
    private readonly IncrementalHash? hash;
    private readonly BlockText text;
    private OutputBuffer buffer = new(FlushAt + (1 << 16));
    private OutputBuffer spare = new(FlushAt + (1 << 16));
    private Task pending = Task.CompletedTask;
    private Schema? schema;
    private long offset;
    private bool committed;

    private TableWriter(StagedFile? staged, string target, Stream stream, bool gzip, TableFormat format, byte delimiter, WriteOptions options)
    {
        (this.staged, this.target, onBlock) = (staged, target, options.OnBlock);
        // Level "fastest": compressing is the slowest part by far, and the better levels gain little on tables.
        output = gzip ? new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true) : stream;
        ownsOutput = gzip;
        (Rows, offset) = options.After;
        hash = onBlock is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        text = format == TableFormat.Csv ? new CsvText(delimiter) : new JsonLinesText();
    }

    /// <summary>Rows written so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Bytes written so far, before compression.</summary>
    public long Length => offset + buffer.Length;

    /// <summary>Starts a file.</summary>
    /// <param name="path">Its name tells format and compression, unless the options do.</param>
    /// <param name="options">Null for all defaults.</param>
    /// <exception cref="DataException">The folder can't be written to (SB1091); the name is that of another kind of file (SB1014).</exception>
    public static TableWriter Create(string path, WriteOptions? options = null)
    {
        options ??= new WriteOptions();
        var format = FileNames.FormatOf(path, options.Format);
        var delimiter = CsvReader.Checked(options.Delimiter ?? (FileNames.IsTabbed(path) ? '\t' : ','));
        var staged = StagedFile.Create(path);
        return new TableWriter(staged, path, staged.Stream, options.Gzip ?? FileNames.IsGzip(path), format, delimiter, options);
    }

    /// <summary>Starts writing to a stream, which stays open; nothing is held back there.</summary>
    public static TableWriter Create(Stream stream, WriteOptions? options = null)
    {
        options ??= new WriteOptions();
        return new TableWriter(null, stream is FileStream { Name: var name } ? name : "the output", stream, options.Gzip ?? false, options.Format ?? TableFormat.Csv, CsvReader.Checked(options.Delimiter ?? ','), options);
    }

    /// <summary>What stands before the first row of a CSV.</summary>
    internal static byte[] HeaderOf(Schema schema)
    {
        var buffer = new OutputBuffer(1 << 12);
        new CsvText((byte)',').WriteHeader(schema, buffer);
        return buffer.Written.ToArray();
    }

    /// <summary>Writes the rows of a block. The first block gives the header; all must have the same columns.</summary>
    /// <exception cref="SchemaException">Another block's columns (SB1209).</exception>
    /// <exception cref="DataException">The disk is full (SB1092) or refuses (SB1091).</exception>
    public async ValueTask WriteAsync(Table block, CancellationToken ct = default)
    {
        if (committed) throw new InvalidOperationException("the writer is committed");
        if (schema is null)
        {
            schema = block.Schema;
            if (offset == 0) text.WriteHeader(schema, buffer);
            if (onBlock is not null) await FlushAsync(ct).ConfigureAwait(false);
            hash?.GetHashAndReset();
        }
        else if (!SameNames(schema, block.Schema))
            throw new SchemaException("SB1209", $"a block has the columns {Names(block.Schema)} where the first had {Names(schema)}; all blocks of a file need the same");
        var start = Length;
        text.Start(block);
        for (var row = 0; row < block.Rows;)
        {
            ct.ThrowIfCancellationRequested();
            row = text.WriteRows(row, buffer, FlushAt);
            if (buffer.Length >= FlushAt) await FlushAsync(ct).ConfigureAwait(false);
        }
        if (onBlock is not null)
        {
            await FlushAsync(ct).ConfigureAwait(false);
            onBlock(new WrittenBlock(Rows, block.Rows, start, Length - start, Convert.ToHexStringLower(hash!.GetHashAndReset())));
        }
        Rows += block.Rows;
    }

    /// <summary>Writes what is left and gives the file its name, replacing an older one.</summary>
    /// <exception cref="DataException">The disk is full (SB1092) or refuses (SB1091).</exception>
    public async ValueTask CommitAsync(CancellationToken ct = default)
    {
        ct.ThrowIfCancellationRequested();
        await FlushAsync(ct).ConfigureAwait(false);
        await WrittenAsync().ConfigureAwait(false);
        try
        {
            if (ownsOutput) await output.DisposeAsync().ConfigureAwait(false);
            else await output.FlushAsync(ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StagedFile.Failed(target, e);
        }
        staged?.Commit();
        committed = true;
    }

    /// <summary>Without a commit, removes the temporary file.</summary>
    public async ValueTask DisposeAsync()
    {
        hash?.Dispose();
        try
        {
            await pending.ConfigureAwait(false);
        }
        catch (IOException) { } // told by the call that saw it first
        catch (OperationCanceledException) { }
        if (staged is not null) await staged.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask FlushAsync(CancellationToken ct)
    {
        if (buffer.Length == 0) return;
        await WrittenAsync().ConfigureAwait(false);
        ct.ThrowIfCancellationRequested();
        hash?.AppendData(buffer.Written);
        offset += buffer.Length;
        (buffer, spare) = (spare, buffer);
        buffer.Clear();
        pending = output.WriteAsync(spare.Memory, ct).AsTask();
    }

    private async ValueTask WrittenAsync()
    {
        try
        {
            await pending.ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StagedFile.Failed(target, e);
        }
    }

    private static bool SameNames(Schema a, Schema b)
    {
        if (ReferenceEquals(a, b)) return true;
        if (a.Columns.Length != b.Columns.Length) return false;
        for (var i = 0; i < a.Columns.Length; i++)
            if (a.Columns[i].Name != b.Columns[i].Name) return false;
        return true;
    }

    private static string Names(Schema schema) => string.Join(", ", schema.Columns.Take(20).Select(c => c.Name)) + (schema.Columns.Length > 20 ? ", …" : "");
}
