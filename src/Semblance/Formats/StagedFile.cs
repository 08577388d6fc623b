namespace Semblance.Formats;

/// <summary>
/// A file that appears whole or not at all: bytes go to a temporary name in the same folder, <see cref="Commit"/> renames it, and disposing without a commit
/// deletes it. A device such as <c>/dev/stdout</c> is written straight: it can't be renamed over.
/// </summary>
public sealed class StagedFile : IAsyncDisposable
{
    private const int Buffer = 1 << 16;
    private static long counter; // only makes temporary names of one process differ; it never reaches any content
    private readonly string path;
    private readonly string? temporary;
    private bool committed;

    private StagedFile(string path, string? temporary, FileStream stream) => (this.path, this.temporary, Stream) = (path, temporary, stream);

    /// <summary>Where the bytes go. Errors while writing to it come out as <see cref="IOException"/>; <see cref="Failed"/> turns them into words.</summary>
    public FileStream Stream { get; }

    /// <summary>Opens a file for writing; the target itself is not touched yet. Missing folders on the way are made.</summary>
    /// <exception cref="DataException">The folder can't be written to (SB1091), or the disk is full (SB1092).</exception>
    public static StagedFile Create(string path)
    {
        var full = Path.GetFullPath(path);
        try
        {
            if (Directory.Exists(full)) throw new DataException("SB1091", $"can't write `{path}`: it is a folder; name a file in it");
            var device = full.StartsWith("/dev/", StringComparison.Ordinal) && !full.StartsWith("/dev/shm/", StringComparison.Ordinal) && File.Exists(full);
            if (device) return new StagedFile(full, null, new FileStream(full, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, Buffer));
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            var temporary = $"{full}.{Environment.ProcessId}-{Interlocked.Increment(ref counter)}.tmp";
            return new StagedFile(full, temporary, new FileStream(temporary, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, Buffer));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Failed(path, e);
        }
    }

    /// <summary>Closes the file and gives it its name, replacing an older one.</summary>
    /// <exception cref="DataException">The disk is full (SB1092) or the rename failed (SB1091).</exception>
    public void Commit()
    {
        try
        {
            Stream.Flush();
            Stream.Dispose();
            if (temporary is not null) File.Move(temporary, path, overwrite: true);
            committed = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(path, e);
        }
    }

    /// <summary>Closes; deletes the temporary file unless committed.</summary>
    public ValueTask DisposeAsync()
    {
        try { Stream.Dispose(); }
        catch (IOException) when (!committed) { } // a full disk may refuse the last flush too: the first error is the one to tell
        if (!committed && temporary is not null) File.Delete(temporary);
        return ValueTask.CompletedTask;
    }

    /// <summary>A failed write in words: SB1092 for a full disk, else SB1091.</summary>
    public static DataException Failed(string path, Exception e)
    {
        const int diskFullUnix = 28, diskFullWindows = 0x70; // ENOSPC, ERROR_DISK_FULL
        return (e.HResult & 0xFFFF) is diskFullUnix or diskFullWindows
            ? new DataException("SB1092", $"can't write `{path}`: the disk is full; free some space or choose another place (nothing half-written is left)", e)
            : new DataException("SB1091", $"can't write `{path}`: {e.Message.TrimEnd('.')}; choose a place you may write to", e);
    }
}
