using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Semblance.Formats;

/// <summary>
/// The container of a <c>.semblance</c> file: a zip with <c>model.json</c> (whatever its owner puts in <see cref="Json"/>), <c>arrays.safetensors</c> (named
/// arrays of numbers) and <c>sha256</c> over the rest. It knows no model. Loading runs no code, checks every size before it allocates, and finds any flipped
/// byte. The same contents give the same bytes: no clock, no machine name, order of addition kept.
/// </summary>
/// <remarks>Not safe for writing from several threads at once. A new archive takes arrays; one that was read hands them out.</remarks>
public sealed class ModelArchive
{
    /// <summary>Version of the container; a reader refuses newer ones.</summary>
    public const int FormatVersion = 1;

    private const string VersionKey = "semblance";
    private const string EndsSuffix = "#ends";
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly List<string> order = [];
    private readonly Dictionary<string, StoredArray> arrays = new(StringComparer.Ordinal);
    private readonly string what;

    /// <summary>An empty archive.</summary>
    public ModelArchive() : this("the model archive") { }

    private ModelArchive(string what) => this.what = what;

    /// <summary>The contents of <c>model.json</c>. At most 16 MiB and 64 levels deep when read back: long lists belong in arrays. The key <c>semblance</c> is the container's own.</summary>
    public JsonObject Json { get; private init; } = [];

    /// <summary>Names of the arrays, in order of addition (sorted by element size, widest first, once read back).</summary>
    public IReadOnlyList<string> Names => order;

    /// <summary>Whether there is an array of this name.</summary>
    public bool Has(string name) => arrays.ContainsKey(name);

    /// <summary>Adds an array of byte, sbyte, short, ushort, int, uint, long, ulong, float or double. The values are copied.</summary>
    /// <param name="name">Unique name, at most 512 UTF-8 bytes.</param>
    /// <param name="values">The numbers, row by row.</param>
    /// <param name="shape">Length of each dimension; none given means one dimension.</param>
    /// <exception cref="ArgumentException">The name is taken or too long, or the shape does not fit the length.</exception>
    public void Add<T>(string name, ReadOnlySpan<T> values, params int[] shape) where T : unmanaged
    {
        var type = Safetensors.TypeOf<T>();
        if (shape.Length == 0) shape = [values.Length];
        if (shape.Aggregate(1L, (n, side) => n * side) != values.Length || shape.Any(side => side < 0))
            throw new ArgumentException($"array `{name}` has {values.Length} values, which do not fill the shape {string.Join('x', shape)}", nameof(shape));
        Put(name, new StoredArray(type, [.. shape], MemoryMarshal.AsBytes(values).ToArray()));
    }

    /// <summary>Adds a list of texts: their UTF-8 end to end under the name, and the end offsets under <c>name#ends</c>.</summary>
    /// <exception cref="ArgumentException">The name is taken or too long.</exception>
    public void Add(string name, params string[] values)
    {
        var ends = new int[values.Length];
        var total = 0;
        for (var i = 0; i < values.Length; i++) ends[i] = total = checked(total + Encoding.UTF8.GetByteCount(values[i]));
        var bytes = new byte[total];
        for (int i = 0, at = 0; i < values.Length; i++) at += Encoding.UTF8.GetBytes(values[i], bytes.AsSpan(at));
        Add<byte>(name, bytes);
        Add<int>(name + EndsSuffix, ends);
    }

    /// <summary>An array as it was added.</summary>
    /// <exception cref="DataException">There is none of this name and type (SB5007).</exception>
    public T[] Get<T>(string name) where T : unmanaged
    {
        var array = Require(name, Safetensors.TypeOf<T>());
        var values = new T[array.Bytes.Length / Safetensors.SizeOf(array.Type)];
        array.Bytes.Span.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>An array that must have a certain length.</summary>
    /// <exception cref="DataException">There is none of this name and type, or its length differs (SB5007).</exception>
    public T[] Get<T>(string name, int length) where T : unmanaged
    {
        var values = Get<T>(name);
        return values.Length == length ? values : throw Unfit($"its array `{name}` has {values.Length} values where {length} are needed");
    }

    /// <summary>A list of texts as it was added.</summary>
    /// <exception cref="DataException">There is none of this name (SB5007), or its texts are not UTF-8 or overlap (SB5006).</exception>
    public string[] GetStrings(string name)
    {
        var bytes = Require(name, "U8").Bytes.Span;
        var ends = Get<int>(name + EndsSuffix);
        var values = new string[ends.Length];
        var start = 0;
        for (var i = 0; i < ends.Length; i++)
        {
            if (ends[i] < start || ends[i] > bytes.Length) throw Contradicts($"the texts of `{name}` lie outside their bytes");
            try { values[i] = StrictUtf8.GetString(bytes[start..ends[i]]); }
            catch (DecoderFallbackException e) { throw Contradicts($"text {i} of `{name}` is not UTF-8", e); }
            start = ends[i];
        }
        return start == bytes.Length ? values : throw Contradicts($"the texts of `{name}` do not fill their bytes");
    }

    /// <summary>Length of each dimension of an array.</summary>
    /// <exception cref="DataException">There is none of this name (SB5007).</exception>
    public ImmutableArray<int> Shape(string name) => [.. Require(name, null).Shape];

    /// <summary>A text in <see cref="Json"/>, for loaders that must not trust it.</summary>
    /// <exception cref="DataException">The key is missing or not a text (SB5007).</exception>
    public string Text(string key) =>
        Json[key] is JsonValue value && value.TryGetValue(out string? text) ? text : throw Unfit($"`{key}` in its model.json is not a text");

    /// <summary>A whole number in <see cref="Json"/> within bounds, for loaders that must not trust it.</summary>
    /// <exception cref="DataException">The key is missing, not a whole number, or out of bounds (SB5007).</exception>
    public long Whole(string key, long min, long max) =>
        Json[key] is JsonValue value && value.GetValueKind() == JsonValueKind.Number && long.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number : throw Unfit($"`{key}` in its model.json is not a whole number from {min} to {max}");

    /// <summary>A finite number in <see cref="Json"/>, for loaders that must not trust it.</summary>
    /// <exception cref="DataException">The key is missing or not a finite number (SB5007).</exception>
    public double Number(string key) =>
        Json[key] is JsonValue value && value.GetValueKind() == JsonValueKind.Number && double.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number : throw Unfit($"`{key}` in its model.json is not a number");

    /// <summary>An error for a loader whose contents do not make sense: SB5007, naming the file.</summary>
    /// <param name="why">What does not fit: <c>its tree 3 points outside itself</c>.</param>
    public DataException Unfit(string why) =>
        new("SB5007", $"{what} can't be used: {why}; it was made by another version or by another program. Fit the model again");

    /// <summary>SHA-256 over the contents (not over the packing), lower-case hex: two archives with equal contents have equal digests.</summary>
    public string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, content) in Contents())
        {
            hash.AppendData(BitConverter.GetBytes(content.LongLength));
            hash.AppendData(content);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Writes the archive.</summary>
    public Task WriteAsync(Stream output, CancellationToken ct = default) => ZipContainer.WriteAsync(output, Contents(), ArchiveLimits.Default, ct);

    /// <summary>Writes the archive to a file, under a temporary name until it is whole.</summary>
    /// <exception cref="DataException">The place can't be written to (SB1091), or the disk is full (SB1092).</exception>
    public async Task WriteAsync(string path, CancellationToken ct = default)
    {
        var file = StagedFile.Create(path);
        await using (file.ConfigureAwait(false))
        {
            try { await WriteAsync(file.Stream, ct).ConfigureAwait(false); }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw StagedFile.Failed(path, e); }
            file.Commit();
        }
    }

    /// <summary>Reads an archive from a file.</summary>
    /// <exception cref="DataException">The file can't be read (SB5008) or is not a sound model file (SB5001 to SB5006).</exception>
    public static async Task<ModelArchive> ReadAsync(string path, CancellationToken ct = default)
    {
        try
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
            await using (stream.ConfigureAwait(false)) return await ReadAsync(stream, $"`{path}`", ArchiveLimits.Default, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new DataException("SB5008", $"can't read `{path}`: {e.Message.TrimEnd('.')}; check the name and your permission to read it", e);
        }
    }

    /// <summary>Reads an archive from a stream.</summary>
    /// <exception cref="DataException">It is not a sound model file (SB5001 to SB5006).</exception>
    public static Task<ModelArchive> ReadAsync(Stream input, CancellationToken ct = default) => ReadAsync(input, "the model file", ArchiveLimits.Default, ct);

    /// <summary>Reads an archive under limits of one's own.</summary>
    /// <param name="input">The bytes.</param>
    /// <param name="what">How errors name the source.</param>
    /// <param name="limits">Sizes that are allowed.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DataException">It is not a sound model file (SB5001 to SB5006).</exception>
    public static async Task<ModelArchive> ReadAsync(Stream input, string what, ArchiveLimits limits, CancellationToken ct = default)
    {
        var file = await ReadBoundedAsync(input, what, limits.FileBytes, ct).ConfigureAwait(false);
        var contents = ZipContainer.Read(file, [("model.json", limits.JsonBytes), ("arrays.safetensors", limits.ContentBytes)], limits, what);
        var archive = new ModelArchive(what) { Json = ParseJson(contents[0], limits, what) };
        foreach (var (name, array) in Safetensors.Read(contents[1], limits, what))
        {
            archive.arrays.Add(name, array);
            archive.order.Add(name);
        }
        return archive;
    }

    private static JsonObject ParseJson(byte[] content, ArchiveLimits limits, string what)
    {
        JsonObject json;
        try
        {
            // Escapes are decoded lazily; a lone surrogate must show now, not when a model asks for the text.
            var reader = new Utf8JsonReader(content, new JsonReaderOptions { MaxDepth = limits.JsonDepth });
            while (reader.Read())
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName) reader.GetString();
            json = JsonNode.Parse(content, null, new JsonDocumentOptions { MaxDepth = limits.JsonDepth, AllowDuplicateProperties = false })?.AsObject()
                ?? throw new JsonException("it is null");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new DataException("SB5006", $"{what} contradicts itself: its model.json is not strict JSON ({e.Message})", e);
        }
        if (json[VersionKey] is not JsonValue value || !value.TryGetValue(out int version) || version < 1)
            throw new DataException("SB5006", $"{what} contradicts itself: its model.json does not state a version of the format");
        if (version > FormatVersion)
            throw new DataException("SB5005", $"{what} has format version {version}; this program reads up to {FormatVersion}. Update Semblance, or fit the model again with this version");
        json.Remove(VersionKey);
        return json;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBoundedAsync(Stream input, string what, long limit, CancellationToken ct)
    {
        var known = input.CanSeek ? input.Length - input.Position : 0;
        if (known > limit) throw new DataException("SB5004", $"{what} has {known} bytes, more than the {limit} a model file may have");
        var buffer = new MemoryStream((int)known);
        var block = new byte[(int)Math.Min(1 << 16, limit + 1)];
        for (int n; (n = await input.ReadAsync(block, ct).ConfigureAwait(false)) > 0;)
        {
            if (buffer.Length + n > limit) throw new DataException("SB5004", $"{what} has more than the {limit} bytes a model file may have");
            buffer.Write(block, 0, n);
        }
        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    private (string Name, byte[] Content)[] Contents()
    {
        var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", MaxDepth = ArchiveLimits.Default.JsonDepth, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteNumber(VersionKey, FormatVersion);
            foreach (var (key, value) in Json)
            {
                if (key == VersionKey) throw new ArgumentException($"the key `{VersionKey}` is the container's own");
                writer.WritePropertyName(key);
                if (value is null) writer.WriteNullValue();
                else value.WriteTo(writer);
            }
            writer.WriteEndObject();
        }
        return [("model.json", stream.ToArray()), ("arrays.safetensors", Safetensors.Write([.. order.Select(name => (name, arrays[name]))]))];
    }

    private void Put(string name, StoredArray array)
    {
        if (Encoding.UTF8.GetByteCount(name) > ArchiveLimits.Default.NameBytes) throw new ArgumentException($"the name `{name[..40]}...` is longer than {ArchiveLimits.Default.NameBytes} bytes", nameof(name));
        if (!arrays.TryAdd(name, array)) throw new ArgumentException($"the archive already has an array `{name}`", nameof(name));
        order.Add(name);
    }

    private StoredArray Require(string name, string? type) =>
        !arrays.TryGetValue(name, out var array) ? throw Unfit($"it has no array `{name}`")
        : type is not null && array.Type != type ? throw Unfit($"its array `{name}` has type {array.Type} where {type} is needed")
        : array;

    private DataException Contradicts(string why, Exception? inner = null) =>
        new("SB5006", $"{what} contradicts itself: {why}; it was not written by this program, or was changed since", inner);
}
