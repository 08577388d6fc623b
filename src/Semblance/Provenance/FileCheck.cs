using System.Collections.Immutable;
using System.Security.Cryptography;
using Semblance.Formats;

namespace Semblance.Provenance;

/// <summary>How a check ended.</summary>
public enum CheckOutcome
{
    /// <summary>It is as the manifest says.</summary>
    Same,
    /// <summary>It differs from what the manifest says.</summary>
    Differs,
    /// <summary>It could not be compared; the detail says why.</summary>
    NotCompared,
}

/// <summary>One finding of <c>verify</c>.</summary>
/// <param name="What">What was looked at: a file, a block.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Detail">In words; for a difference, where.</param>
public sealed record Check(string What, CheckOutcome Outcome, string Detail);

/// <summary>Compares files with what their manifest says.</summary>
public static class FileCheck
{
    /// <summary>Hashes a written file and, where it differs, finds the blocks that do.</summary>
    /// <returns>The finding, and the indices of the blocks that differ.</returns>
    public static async Task<(Check Check, ImmutableArray<int> Blocks)> OutputAsync(string folder, ManifestOutput output, CancellationToken ct = default)
    {
        var path = Path.Combine(folder, output.Name);
        if (!File.Exists(path)) return (new Check(output.Name, CheckOutcome.Differs, "the file is missing"), []);
        var (bytes, sha256) = await ManifestFile.HashAsync(path, ct).ConfigureAwait(false);
        if (bytes == output.Bytes && sha256 == output.Sha256) return (new Check(output.Name, CheckOutcome.Same, $"{bytes} bytes, SHA-256 {sha256[..16]}..."), []);
        var size = bytes == output.Bytes ? "" : $"it has {bytes} bytes where {output.Bytes} were written; ";
        if (output.Blocks.IsEmpty) return (new Check(output.Name, CheckOutcome.Differs, size + "its contents were changed"), []);

        var changed = ImmutableArray.CreateBuilder<int>();
        using var file = File.OpenHandle(path);
        for (var i = 0; i < output.Blocks.Length; i++)
        {
            ct.ThrowIfCancellationRequested();
            var content = ReadRange(file, output.Blocks[i].Offset, output.Blocks[i].Length);
            if (content is null || Convert.ToHexStringLower(SHA256.HashData(content)) != output.Blocks[i].Sha256) changed.Add(i);
        }
        var where = changed.Count switch
        {
            0 => "the header line was changed",
            1 => $"block {changed[0]} was changed: {Rows(output.Blocks[changed[0]])}",
            _ => $"{changed.Count} of {output.Blocks.Length} blocks were changed, the first is block {changed[0]}: {Rows(output.Blocks[changed[0]])}",
        };
        return (new Check(output.Name, CheckOutcome.Differs, size + where), changed.ToImmutable());
    }

    /// <summary>The bytes of a block in a file, or null when the file ends before it does.</summary>
    public static byte[]? ReadBlock(string folder, ManifestOutput output, ManifestBlock block)
    {
        using var file = File.OpenHandle(Path.Combine(folder, output.Name));
        return ReadRange(file, block.Offset, block.Length);
    }

    /// <summary>The rows of a block in words, counted from 1 as an editor or a spreadsheet does below the header.</summary>
    public static string Rows(ManifestBlock block) => block.Rows == 1 ? $"row {block.FirstRow + 1}" : $"rows {block.FirstRow + 1} to {block.FirstRow + block.Rows}";

    private static byte[]? ReadRange(Microsoft.Win32.SafeHandles.SafeFileHandle file, long offset, long length)
    {
        if (offset + length > RandomAccess.GetLength(file)) return null;
        var content = new byte[length];
        for (var at = 0; at < content.Length;)
        {
            var n = RandomAccess.Read(file, content.AsSpan(at), offset + at);
            if (n == 0) return null;
            at += n;
        }
        return content;
    }
}
