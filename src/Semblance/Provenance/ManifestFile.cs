using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Semblance.Provenance;

/// <summary>Reads and writes manifests, and hashes the files they name.</summary>
public static class ManifestFile
{
    private const long MaxBytes = 256 << 20; // 10 billion rows have 2.4 million blocks of about 100 bytes

    // The default encoder writes a backquote as \u0060; nothing here is pasted into HTML.
    private static readonly ManifestJson Json = new(new JsonSerializerOptions(ManifestJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>This program on this machine.</summary>
    public static ManifestTool ThisTool { get; } = new(
        new About { Model = "" }.Version,
        Environment.Version.ToString(),
        Avx512F.IsSupported ? "avx512" : Avx2.IsSupported && Fma.IsSupported ? "avx2" : "other",
        $"{(OperatingSystem.IsWindows() ? "Windows" : OperatingSystem.IsMacOS() ? "macOS" : "Linux")} {RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}",
        typeof(ManifestFile).Module.ModuleVersionId.ToString("N"));

    /// <summary>The manifest as JSON, keys in a fixed order.</summary>
    public static byte[] ToJson(Manifest manifest) => [.. JsonSerializer.SerializeToUtf8Bytes(manifest, Json.Manifest), (byte)'\n'];

    /// <summary>Reads <c>manifest.json</c> of a folder.</summary>
    /// <exception cref="DataException">There is none (SB5020), or it is not a sound manifest (SB5021).</exception>
    public static async Task<Manifest> ReadAsync(string folder, CancellationToken ct = default)
    {
        var path = Path.Combine(folder, Manifest.FileName);
        byte[] json;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxBytes }) throw new DataException("SB5021", $"`{path}` is larger than {MaxBytes >> 20} MiB; it is no manifest");
            json = await File.ReadAllBytesAsync(path, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException("SB5020", $"can't read `{path}`: {e.Message.TrimEnd('.')}; name a folder that `semblance run` wrote", e);
        }
        try
        {
            var manifest = JsonSerializer.Deserialize(json, Json.Manifest) ?? throw new JsonException("it is null");
            if (manifest.Semblance != Manifest.FormatVersion) throw new JsonException($"its format version is {manifest.Semblance}, this program reads {Manifest.FormatVersion}");
            Check(manifest);
            return manifest;
        }
        catch (JsonException e)
        {
            throw new DataException("SB5021", $"`{path}` is not a sound manifest: {e.Message}", e);
        }
    }

    /// <summary>Size and SHA-256 of a file.</summary>
    /// <exception cref="DataException">It can't be read (SB1001).</exception>
    public static async Task<(long Bytes, string Sha256)> HashAsync(string path, CancellationToken ct = default)
    {
        try
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
            await using (stream.ConfigureAwait(false))
                return (stream.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, ct).ConfigureAwait(false)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException("SB1001", $"can't read `{path}`: {e.Message.TrimEnd('.')}; check the name and your permission to read it", e);
        }
    }

    /// <summary>A manifest comes from outside: what its numbers would make others allocate or open is checked here.</summary>
    private static void Check(Manifest manifest)
    {
        if (!ulong.TryParse(manifest.Seed, NumberStyles.None, CultureInfo.InvariantCulture, out _)) throw new JsonException("its seed is not a whole number");
        foreach (var name in manifest.Outputs.Select(o => o.Name).Append(manifest.Model?.File))
            if (name is not null && (name.Length == 0 || name != Path.GetFileName(name) || name is "." or "..")) throw new JsonException($"it names a file outside its folder: `{name}`");
        foreach (var output in manifest.Outputs)
        {
            long row = 0, offset = -1;
            foreach (var block in output.Blocks)
            {
                if (block.FirstRow != row || block.Rows is < 1 or > 1 << 20 || block.Offset < 0 || offset >= 0 && block.Offset != offset || block.Length is < 1 or > int.MaxValue)
                    throw new JsonException($"the blocks of `{output.Name}` do not follow one another near row {block.FirstRow}");
                row += block.Rows;
                offset = block.Offset + block.Length;
            }
            if (offset > output.Bytes || output.Rows is { } rows && !output.Blocks.IsEmpty && rows != row)
                throw new JsonException($"the blocks of `{output.Name}` do not add up to its rows and bytes");
        }
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 16,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Manifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
