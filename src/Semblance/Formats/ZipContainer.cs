using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Semblance.Formats;

/// <summary>
/// The zip around a model: a fixed list of entries, then an entry <c>sha256</c> over every byte before it. Any unzip tool opens it. Written here rather than by
/// <see cref="ZipArchive"/> because that one writes the operating system and wishes for a clock (bytes would differ between machines), and because reading must
/// be stricter: each byte of the file is either hashed or compared with what the writer would have put there, so no flipped byte passes.
/// </summary>
internal static class ZipContainer
{
    private const string HashEntry = "sha256";
    private const int LocalHeader = 30, CentralHeader = 46, EndRecord = 22;
    private const ushort Stored = 0, Deflated = 8;

    /// <summary>An entry as it lies in the file.</summary>
    private readonly record struct Entry(string Name, ushort Method, uint Crc, uint Packed, uint Size, uint Offset);

    public static async Task WriteAsync(Stream output, (string Name, byte[] Content)[] contents, ArchiveLimits limits, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var entries = new List<Entry>();
        uint offset = 0;
        foreach (var (name, content) in contents)
        {
            ct.ThrowIfCancellationRequested();
            var packed = Deflate(content);
            // Stored when packing does not pay, or pays so well that a reader would take it for a bomb.
            var store = packed.Length >= content.Length || (long)packed.Length * limits.Ratio < content.Length;
            var bytes = store ? content : packed;
            var entry = new Entry(name, store ? Stored : Deflated, Crc32.Of(content), (uint)bytes.Length, (uint)content.Length, offset);
            var header = Local(entry);
            hash.AppendData(header);
            hash.AppendData(bytes);
            await output.WriteAsync(header, ct).ConfigureAwait(false);
            await output.WriteAsync(bytes, ct).ConfigureAwait(false);
            offset = checked(offset + (uint)header.Length + entry.Packed);
            entries.Add(entry);
        }
        await output.WriteAsync(Tail(entries, offset, hash.GetHashAndReset()), ct).ConfigureAwait(false);
    }

    /// <summary>Unpacks a file that must hold exactly these entries in this order.</summary>
    /// <exception cref="DataException">SB5001 to SB5004.</exception>
    public static byte[][] Read(ReadOnlyMemory<byte> file, (string Name, long Limit)[] expected, ArchiveLimits limits, string what)
    {
        var entries = new List<Entry>();
        var offset = 0;
        foreach (var (name, limit) in expected)
        {
            var entry = ReadLocal(file.Span, offset, name, what);
            if (entry.Size > limit || entry.Size > (long)Math.Max(1u, entry.Packed) * limits.Ratio)
                throw new DataException("SB5004", $"{what}: entry `{name}` would unpack to {entry.Size} bytes from {entry.Packed}, more than is allowed; it is not a file this program wrote");
            if (entry.Packed > file.Length - offset - LocalHeader - name.Length) throw Truncated(what, file.Length);
            entries.Add(entry);
            offset += LocalHeader + name.Length + (int)entry.Packed;
        }
        if (entries.Sum(e => (long)e.Size) > limits.ContentBytes)
            throw new DataException("SB5004", $"{what}: its contents would take {entries.Sum(e => (long)e.Size)} bytes, more than the limit of {limits.ContentBytes}");
        var tail = Tail(entries, (uint)offset, SHA256.HashData(file.Span[..offset]));
        if (file.Length - offset < tail.Length) throw Truncated(what, file.Length);
        if (!file.Span[offset..].SequenceEqual(tail))
            throw new DataException("SB5003", $"{what} is damaged: its contents do not match its checksum; copy it again from where it came, or fit the model again");
        return [.. entries.Select(e => Unpack(file.Slice((int)e.Offset + LocalHeader + e.Name.Length, (int)e.Packed), e, what))];
    }

    private static Entry ReadLocal(ReadOnlySpan<byte> file, int offset, string name, string what)
    {
        var rest = file[offset..];
        ReadOnlySpan<byte> magic = [(byte)'P', (byte)'K', 3, 4];
        var seen = rest[..Math.Min(4, rest.Length)];
        if (offset == 0 && (seen.IsEmpty || !magic.StartsWith(seen)))
            throw new DataException("SB5001", $"{what} is not a model file (a `.semblance` file is a zip, this is something else); make one with `semblance fit`");
        if (rest.Length < LocalHeader + name.Length) throw Truncated(what, file.Length);
        var entry = new Entry(name, BinaryPrimitives.ReadUInt16LittleEndian(rest[8..]), BinaryPrimitives.ReadUInt32LittleEndian(rest[14..]),
            BinaryPrimitives.ReadUInt32LittleEndian(rest[18..]), BinaryPrimitives.ReadUInt32LittleEndian(rest[22..]), (uint)offset);
        if (entry.Method is not (Stored or Deflated) || entry.Method == Stored && entry.Packed != entry.Size || !rest[..(LocalHeader + name.Length)].SequenceEqual(Local(entry)))
            throw offset == 0
                ? new DataException("SB5001", $"{what} is a zip but not a model file: its first entry is not `{name}` as this program writes it; make one with `semblance fit`")
                : new DataException("SB5003", $"{what} is damaged near byte {offset}; copy it again from where it came, or fit the model again");
        return entry;
    }

    private static byte[] Unpack(ReadOnlyMemory<byte> packed, Entry entry, string what)
    {
        if (entry.Method == Stored) return packed.ToArray();
        var content = new byte[entry.Size];
        try
        {
            using var inflate = new DeflateStream(new MemoryStream(packed.ToArray(), writable: false), CompressionMode.Decompress);
            inflate.ReadExactly(content);
            if (inflate.ReadByte() >= 0) throw new InvalidDataException();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new DataException("SB5003", $"{what} is damaged: entry `{entry.Name}` does not unpack to the size it states", e);
        }
        return content;
    }

    private static byte[] Deflate(byte[] content)
    {
        var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true)) deflate.Write(content);
        return packed.ToArray();
    }

    /// <summary>The hash entry, the central directory and the end record: all of them follow from the entries.</summary>
    private static byte[] Tail(List<Entry> entries, uint offset, byte[] sha256)
    {
        var hex = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(sha256));
        var hashEntry = new Entry(HashEntry, Stored, Crc32.Of(hex), (uint)hex.Length, (uint)hex.Length, offset);
        var tail = new MemoryStream();
        tail.Write(Local(hashEntry));
        tail.Write(hex);
        var directory = (uint)tail.Length + offset;
        foreach (var entry in (IEnumerable<Entry>)[.. entries, hashEntry]) tail.Write(Central(entry));
        var length = (uint)tail.Length + offset - directory;
        var end = new byte[EndRecord];
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054B50);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), (ushort)(entries.Count + 1));
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)(entries.Count + 1));
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), length);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(16), directory);
        tail.Write(end);
        return tail.ToArray();
    }

    private static byte[] Local(Entry entry)
    {
        var header = new byte[LocalHeader + entry.Name.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0x04034B50);
        Common(header.AsSpan(4), entry);
        Encoding.ASCII.GetBytes(entry.Name, header.AsSpan(LocalHeader));
        return header;
    }

    private static byte[] Central(Entry entry)
    {
        var header = new byte[CentralHeader + entry.Name.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0x02014B50);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), 20); // made by: FAT, version 2.0, on every system
        Common(header.AsSpan(6), entry);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(42), entry.Offset);
        Encoding.ASCII.GetBytes(entry.Name, header.AsSpan(CentralHeader));
        return header;
    }

    /// <summary>The 26 bytes that a local and a central header share.</summary>
    private static void Common(Span<byte> at, Entry entry)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(at, 20); // version needed
        BinaryPrimitives.WriteUInt16LittleEndian(at[4..], entry.Method);
        BinaryPrimitives.WriteUInt32LittleEndian(at[6..], 0x00210000); // 1980-01-01 00:00:00, the zip epoch: no clock in the bytes
        BinaryPrimitives.WriteUInt32LittleEndian(at[10..], entry.Crc);
        BinaryPrimitives.WriteUInt32LittleEndian(at[14..], entry.Packed);
        BinaryPrimitives.WriteUInt32LittleEndian(at[18..], entry.Size);
        BinaryPrimitives.WriteUInt16LittleEndian(at[22..], (ushort)entry.Name.Length);
    }

    private static DataException Truncated(string what, int length) =>
        new("SB5002", $"{what} is cut short: it ends after {length} bytes, before its contents do; copy it again from where it came, or fit the model again");
}
