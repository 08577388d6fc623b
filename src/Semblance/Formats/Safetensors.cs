using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Semblance.Formats;

/// <summary>An array as stored: element type, shape and little-endian bytes.</summary>
internal readonly record struct StoredArray(string Type, int[] Shape, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// The safetensors layout: 8 bytes header length, a JSON header of name -> dtype, shape, offsets, then the bytes without holes.
/// Read as strictly as the format's own description asks, since offsets are what an attacker would bend.
/// </summary>
internal static class Safetensors
{
    public static int SizeOf(string type) => type switch { "U8" or "I8" => 1, "U16" or "I16" => 2, "U32" or "I32" or "F32" => 4, "U64" or "I64" or "F64" => 8, _ => 0 };

    public static string TypeOf<T>() where T : unmanaged =>
        typeof(T) == typeof(byte) ? "U8" : typeof(T) == typeof(sbyte) ? "I8" : typeof(T) == typeof(ushort) ? "U16" : typeof(T) == typeof(short) ? "I16"
        : typeof(T) == typeof(uint) ? "U32" : typeof(T) == typeof(int) ? "I32" : typeof(T) == typeof(float) ? "F32" : typeof(T) == typeof(ulong) ? "U64"
        : typeof(T) == typeof(long) ? "I64" : typeof(T) == typeof(double) ? "F64"
        : throw new ArgumentException($"an archive holds arrays of numbers, not of {typeof(T).Name}");

    public static byte[] Write(IReadOnlyList<(string Name, StoredArray Array)> arrays)
    {
        // Widest elements first, so that every array starts at a multiple of its element size.
        var ordered = arrays.OrderByDescending(a => SizeOf(a.Array.Type)).ToArray();
        var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            long offset = 0;
            json.WriteStartObject();
            foreach (var (name, array) in ordered)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", array.Type);
                json.WriteStartArray("shape");
                foreach (var side in array.Shape) json.WriteNumberValue(side);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += array.Bytes.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (header.Length % 8 != 0) header.WriteByte((byte)' ');
        var total = checked((int)(8 + header.Length + ordered.Sum(a => (long)a.Array.Bytes.Length)));
        var output = new byte[total];
        BinaryPrimitives.WriteInt64LittleEndian(output, header.Length);
        header.GetBuffer().AsSpan(0, (int)header.Length).CopyTo(output.AsSpan(8));
        var at = 8 + (int)header.Length;
        foreach (var (_, array) in ordered)
        {
            array.Bytes.Span.CopyTo(output.AsSpan(at));
            at += array.Bytes.Length;
        }
        return output;
    }

    /// <summary>The arrays of a file, as views into <paramref name="file"/>.</summary>
    /// <exception cref="DataException">SB5004 beyond a limit; SB5006 the header contradicts itself or the data.</exception>
    public static Dictionary<string, StoredArray> Read(ReadOnlyMemory<byte> file, ArchiveLimits limits, string what)
    {
        if (file.Length < 8) throw Wrong(what, "the list of arrays is missing");
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(file.Span);
        if (headerLength > (ulong)(file.Length - 8)) throw Wrong(what, "the list of arrays is longer than the file");
        if (headerLength > (ulong)limits.HeaderBytes) throw new DataException("SB5004", $"{what}: its list of arrays takes {headerLength} bytes, more than the limit of {limits.HeaderBytes}");
        var data = file[(8 + (int)headerLength)..];
        var arrays = new Dictionary<string, StoredArray>(StringComparer.Ordinal);
        long covered = 0;
        var ranges = new List<(long Begin, long End)>();
        try
        {
            var reader = new Utf8JsonReader(file.Span.Slice(8, (int)headerLength), new JsonReaderOptions { MaxDepth = 4 });
            Expect(ref reader, JsonTokenType.StartObject, what);
            while (Next(ref reader, what) == JsonTokenType.PropertyName)
            {
                if (reader.ValueSpan.Length > limits.NameBytes) throw new DataException("SB5004", $"{what}: the name of an array is longer than {limits.NameBytes} bytes");
                if (arrays.Count >= limits.Arrays) throw new DataException("SB5004", $"{what} holds more than {limits.Arrays} arrays");
                var name = reader.GetString()!;
                var (array, begin, end) = ReadArray(ref reader, name, data, limits, what);
                if (!arrays.TryAdd(name, array)) throw Wrong(what, $"array `{name}` stands twice");
                ranges.Add((begin, end));
                covered += end - begin;
            }
            while (reader.Read()) { } // JSON only: a second value after the object would throw
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // GetString throws InvalidOperationException on invalid UTF-8, the number readers FormatException on what does not fit.
            throw Wrong(what, "its list of arrays can't be read", e);
        }
        ranges.Sort();
        long expected = 0;
        foreach (var (begin, end) in ranges)
        {
            if (begin != expected) throw Wrong(what, "its arrays overlap or leave holes");
            expected = end;
        }
        if (covered != data.Length) throw Wrong(what, "its arrays do not fill the data");
        return arrays;
    }

    private static (StoredArray Array, long Begin, long End) ReadArray(ref Utf8JsonReader reader, string name, ReadOnlyMemory<byte> data, ArchiveLimits limits, string what)
    {
        string? type = null;
        int[]? shape = null;
        long begin = -1, end = -1;
        Expect(ref reader, JsonTokenType.StartObject, what);
        while (Next(ref reader, what) == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("dtype") && type is null)
            {
                Expect(ref reader, JsonTokenType.String, what);
                type = reader.GetString()!;
            }
            else if (reader.ValueTextEquals("shape") && shape is null)
            {
                Expect(ref reader, JsonTokenType.StartArray, what);
                var sides = new List<int>(2);
                while (Next(ref reader, what) == JsonTokenType.Number)
                {
                    if (sides.Count >= limits.Rank) throw new DataException("SB5004", $"{what}: array `{name}` has more than {limits.Rank} dimensions");
                    sides.Add(reader.GetInt32());
                }
                shape = [.. sides];
            }
            else if (reader.ValueTextEquals("data_offsets") && begin < 0)
            {
                Expect(ref reader, JsonTokenType.StartArray, what);
                Expect(ref reader, JsonTokenType.Number, what);
                begin = reader.GetInt64();
                Expect(ref reader, JsonTokenType.Number, what);
                end = reader.GetInt64();
                Expect(ref reader, JsonTokenType.EndArray, what);
            }
            else throw Wrong(what, $"array `{name}` has the key `{reader.GetString()}` that does not belong there");
        }
        if (type is null || shape is null || begin < 0 || end < begin || end > data.Length) throw Wrong(what, $"array `{name}` lies outside the data");
        var size = SizeOf(type);
        if (size == 0) throw Wrong(what, $"array `{name}` has the unknown type `{type}`");
        long bytes = size;
        foreach (var side in shape)
        {
            if (side < 0) throw Wrong(what, $"array `{name}` has a negative size");
            bytes *= side; // no overflow: bytes <= 2^31 before, side < 2^31
            if (bytes > int.MaxValue) throw Wrong(what, $"array `{name}` is larger than the data");
        }
        if (bytes != end - begin) throw Wrong(what, $"array `{name}` has {end - begin} bytes where its shape asks for {bytes}");
        return (new StoredArray(type, shape, data.Slice((int)begin, (int)(end - begin))), begin, end);
    }

    private static JsonTokenType Next(ref Utf8JsonReader reader, string what) => reader.Read() ? reader.TokenType : throw Wrong(what, "its list of arrays ends early");

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string what)
    {
        if (Next(ref reader, what) != type) throw Wrong(what, "its list of arrays is not formed as it should be");
    }

    private static DataException Wrong(string what, string why, Exception? inner = null) =>
        new("SB5006", $"{what} contradicts itself: {why}; it was not written by this program, or was changed since", inner);
}
