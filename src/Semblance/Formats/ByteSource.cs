using System.IO.Compression;
using System.Text;

namespace Semblance.Formats;

/// <summary>A file or stream as plain UTF-8: decompressed, its byte order mark taken off, UTF-16 decoded.</summary>
internal sealed class ByteSource : IAsyncDisposable
{
    private readonly Stream raw;
    private readonly bool owned;
    private Stream stream;
    private byte[] head = [];
    private int headAt;
    private bool decoded; // the bytes given out are not those of the file

    private ByteSource(Stream raw, bool owned, string name) => (this.raw, stream, this.owned, Name) = (raw, raw, owned, name);

    /// <summary>What a message calls it.</summary>
    public string Name { get; }

    /// <summary>Bytes in all as they lie in the file, where that is known.</summary>
    public long? Length => raw.CanSeek ? raw.Length : null;

    /// <summary>Bytes of the file taken so far.</summary>
    public long Position => raw.CanSeek ? raw.Position : 0;

    /// <summary>Whether a UTF-8 byte order mark was taken off.</summary>
    public bool HasMark { get; private set; }

    /// <summary>Bytes of plain text to expect, where that is known.</summary>
    public long? PlainLength => decoded ? null : Length;

    /// <summary>
    /// Lines of the whole file, or null where that can't be had cheaply. Arrays of just that length need neither grow nor be copied to size, which
    /// costs several times more than counting; above 1 GB the file may not stay in the cache between the two readings.
    /// </summary>
    public long? CountLines()
    {
        if (decoded || !owned || raw is not FileStream { CanSeek: true, Length: <= 1 << 30 } file) return null;
        var buffer = new byte[1 << 18];
        long lines = 0, offset = 0;
        var open = false;
        try
        {
            for (int n; (n = RandomAccess.Read(file.SafeFileHandle, buffer, offset)) > 0; offset += n)
            {
                lines += buffer.AsSpan(0, n).Count((byte)'\n');
                open = buffer[n - 1] != '\n';
            }
        }
        catch (IOException)
        {
            return null; // the reading proper will tell
        }
        return open ? lines + 1 : lines;
    }

    /// <summary>Opens a file.</summary>
    /// <exception cref="DataException">It does not exist or can't be read (SB1001).</exception>
    public static async ValueTask<ByteSource> OpenAsync(string path, CancellationToken ct)
    {
        FileStream file;
        try
        {
            if (Directory.Exists(path)) throw new DataException("SB1001", $"`{path}` is a folder; name a file in it");
            file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read, BufferSize = 0, Options = FileOptions.SequentialScan });
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataException("SB1001", $"there is no file `{path}`{Near(path)}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new DataException("SB1001", $"can't read `{path}`: {e.Message}", e);
        }
        return await OpenAsync(file, path, owned: true, ct).ConfigureAwait(false);
    }

    /// <summary>Takes a stream from its current position; it is not closed.</summary>
    public static ValueTask<ByteSource> OpenAsync(Stream stream, CancellationToken ct) => OpenAsync(stream, (stream as FileStream)?.Name is { Length: > 0 } name ? name : "the input", owned: false, ct);

    private static async ValueTask<ByteSource> OpenAsync(Stream raw, string name, bool owned, CancellationToken ct)
    {
        var source = new ByteSource(raw, owned, name);
        try
        {
            await source.PeekAsync(2, ct).ConfigureAwait(false);
            if (source.head is [0x1F, 0x8B, ..])
            {
                source.decoded = true;
                source.stream = new GZipStream(new Rest(source.head, raw), CompressionMode.Decompress);
                source.head = [];
            }
            await source.PeekAsync(512, ct).ConfigureAwait(false);
            source.Decode();
            return source;
        }
        catch
        {
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Fills as much of a buffer as there is data for; less than its length only at the end.</summary>
    /// <exception cref="DataException">The file can't be read (SB1001), is a damaged .gz (SB1013) or no valid UTF-16 (SB1008).</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        var filled = Math.Min(buffer.Length, head.Length - headAt);
        head.AsSpan(headAt, filled).CopyTo(buffer.Span);
        headAt += filled;
        try
        {
            while (filled < buffer.Length)
            {
                var n = await stream.ReadAsync(buffer[filled..], ct).ConfigureAwait(false);
                if (n == 0) break;
                filled += n;
            }
        }
        catch (InvalidDataException e)
        {
            throw new DataException("SB1013", $"`{Name}` is a damaged .gz file: {e.Message} Get a fresh copy, or unpack what is left of it with gzip", e);
        }
        catch (DecoderFallbackException e)
        {
            throw new DataException("SB1008", $"`{Name}` looks like UTF-16 but is not valid UTF-16; export it as UTF-8", e);
        }
        catch (IOException e)
        {
            throw new DataException("SB1001", $"can't read `{Name}`: {e.Message}", e);
        }
        return filled;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (owned) await raw.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask PeekAsync(int count, CancellationToken ct)
    {
        if (head.Length - headAt >= count) return;
        var longer = new byte[count];
        var filled = await ReadAsync(longer, ct).ConfigureAwait(false);
        (head, headAt) = (longer[..filled], 0);
    }

    private void Decode()
    {
        if (head is [0xEF, 0xBB, 0xBF, ..])
        {
            headAt = 3;
            HasMark = true;
            return;
        }
        bool? bigEndian = head switch
        {
            [0xFF, 0xFE, 0, 0, ..] => null, // UTF-32: its NULs are reported
            [0xFF, 0xFE, ..] => false,
            [0xFE, 0xFF, ..] => true,
            _ => WithoutMark(head),
        };
        if (bigEndian is null) return;
        var mark = head[0] is 0xFF or 0xFE ? 2 : 0;
        stream = Encoding.CreateTranscodingStream(new Rest(head[mark..], stream), new UnicodeEncoding(bigEndian.Value, byteOrderMark: false, throwOnInvalidBytes: true), new UTF8Encoding(false));
        (head, headAt, decoded) = ([], 0, true);
    }

    // UTF-16 without a mark shows by its NULs: in mostly Latin text nearly every second byte, and none between.
    private static bool? WithoutMark(byte[] head)
    {
        if (head.Length < 4) return null;
        int even = 0, odd = 0;
        for (var i = 0; i + 1 < head.Length; i += 2)
        {
            if (head[i] == 0) even++;
            if (head[i + 1] == 0) odd++;
        }
        var pairs = head.Length / 2;
        return odd > pairs * 0.7 && even == 0 ? false : even > pairs * 0.7 && odd == 0 ? true : null;
    }

    private static string Near(string path)
    {
        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            if (!Directory.Exists(folder)) return $" (nor a folder `{folder}`); check the path";
            return Nearest.Of(Path.GetFileName(path), Directory.EnumerateFiles(folder).Take(1000).Select(f => Path.GetFileName(f))) is { } near ? $"; did you mean `{near}`?" : "; check the path";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "; check the path";
        }
    }

    // Bytes already taken from a stream, then the stream.
    private sealed class Rest(byte[] first, Stream then) : Stream
    {
        private int at;

        public override int Read(Span<byte> buffer)
        {
            if (at >= first.Length) return then.Read(buffer);
            var n = Math.Min(buffer.Length, first.Length - at);
            first.AsSpan(at, n).CopyTo(buffer);
            at += n;
            return n;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct = default) =>
            at >= first.Length ? then.ReadAsync(buffer, ct) : ValueTask.FromResult(Read(buffer.Span));

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken ct) => ReadAsync(buffer.AsMemory(offset, count), ct).AsTask();
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
