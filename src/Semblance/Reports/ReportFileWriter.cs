using System.Text;

namespace Semblance.Reports;

/// <summary>How a document is written.</summary>
internal enum ReportFormat
{
    Html,
    Json,
    Markdown,
}

/// <summary>Writes a finished document to a temporary name in the same folder and renames it: an interrupted run leaves the old file or none.</summary>
internal static class ReportFileWriter
{
    /// <summary>The format a file name asks for.</summary>
    /// <exception cref="RecipeException">None of those allowed (SB2091).</exception>
    public static ReportFormat Format(string path, bool markdown)
    {
        var extension = Path.GetExtension(path).ToLowerInvariant();
        return extension switch
        {
            ".html" or ".htm" => ReportFormat.Html,
            ".json" => ReportFormat.Json,
            ".md" or ".markdown" when markdown => ReportFormat.Markdown,
            _ => throw new RecipeException("SB2091", $"can't tell how to write `{path}`: " + (extension.Length == 0 ? "it has no extension" : $"`{extension}` is not known here")
                + (markdown ? "; name it .html, .json or .md" : "; name it .html or .json")),
        };
    }

    /// <summary>Writes the text as UTF-8. Missing folders on the way are made.</summary>
    /// <exception cref="DataException">The place can't be written to (SB1091) or the disk is full (SB1092).</exception>
    public static async Task WriteAsync(string path, string text, CancellationToken ct)
    {
        string? temporary = null;
        try
        {
            var full = Path.GetFullPath(path);
            if (Directory.Exists(full)) throw new DataException("SB1091", $"can't write `{path}`: it is a folder; name a file in it");
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            temporary = $"{full}.{Path.GetRandomFileName()}.tmp";
            await File.WriteAllTextAsync(temporary, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), ct).ConfigureAwait(false);
            File.Move(temporary, full, overwrite: true);
            temporary = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            const int diskFullUnix = 28, diskFullWindows = 0x70; // ENOSPC, ERROR_DISK_FULL
            throw (e.HResult & 0xFFFF) is diskFullUnix or diskFullWindows
                ? new DataException("SB1092", $"can't write `{path}`: the disk is full; free some space or choose another place (nothing half-written is left)", e)
                : new DataException("SB1091", $"can't write `{path}`: {e.Message.TrimEnd('.')}; choose a place you may write to", e);
        }
        finally
        {
            if (temporary is not null) File.Delete(temporary);
        }
    }
}
