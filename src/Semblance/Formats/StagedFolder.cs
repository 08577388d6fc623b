namespace Semblance.Formats;

/// <summary>
/// A set of files that belong together. They are made in a hidden folder inside the target and moved into place by <see cref="Commit"/>; disposing without a
/// commit leaves the target as it was, or absent when it was absent.
/// </summary>
public sealed class StagedFolder : IDisposable
{
    private readonly string staging;
    private readonly string? made; // topmost folder that did not exist before

    private StagedFolder(string folder, string staging, string? made) => (Folder, this.staging, this.made) = (folder, staging, made);

    /// <summary>The target, as a full path.</summary>
    public string Folder { get; }

    /// <summary>Opens a set. Missing folders are made; that the target can be written to shows now, not after an hour of work.</summary>
    /// <exception cref="DataException">The folder can't be written to (SB1091), or the disk is full (SB1092).</exception>
    public static StagedFolder Create(string folder)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(full)) throw IsFile(folder);
        string? made = null;
        for (var parent = full; parent is not null && !Directory.Exists(parent); parent = Path.GetDirectoryName(parent)) made = parent;
        var staging = Path.Combine(full, $".partial-{Environment.ProcessId}");
        try
        {
            if (Directory.Exists(staging)) Directory.Delete(staging, recursive: true);
            Directory.CreateDirectory(staging);
            File.WriteAllBytes(Path.Combine(staging, ".probe"), [0]);
            File.Delete(Path.Combine(staging, ".probe"));
            return new StagedFolder(full, staging, made);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw StagedFile.Failed(folder, e);
        }
    }

    /// <summary>Whether <see cref="Create"/> would succeed; leaves nothing.</summary>
    /// <exception cref="DataException">The folder can't be written to (SB1091), or the disk is full (SB1092).</exception>
    public static void RequireWritable(string folder)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var there = full;
        while (!Directory.Exists(there) && Path.GetDirectoryName(there) is { } parent)
            there = File.Exists(there) ? throw IsFile(there == full ? folder : there) : parent;
        try
        {
            using var probe = new FileStream(Path.Combine(there, $".probe-{Environment.ProcessId}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            probe.WriteByte(0);
            probe.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw StagedFile.Failed(folder, e);
        }
    }

    private static DataException IsFile(string folder) => new("SB1091", $"can't write to the folder `{folder}`: a file has that name; name a folder, as in --to out/");

    /// <summary>Where to write a file of the set until it is committed.</summary>
    public string PathOf(string name) => Path.Combine(staging, name);

    /// <summary>
    /// Puts the set in place of an older one. The last name is the seal (the manifest): it is removed first and set last, so that a folder with a seal is never a
    /// mix of two sets. A name that was not made is removed from the target.
    /// </summary>
    /// <param name="names">Every name a set may hold, the seal last.</param>
    /// <exception cref="DataException">A file can't be moved (SB1091).</exception>
    public void Commit(params string[] names)
    {
        try
        {
            File.Delete(Path.Combine(Folder, names[^1]));
            foreach (var name in names)
            {
                if (File.Exists(PathOf(name))) File.Move(PathOf(name), Path.Combine(Folder, name), overwrite: true);
                else File.Delete(Path.Combine(Folder, name));
            }
            Directory.Delete(staging, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StagedFile.Failed(Folder, e);
        }
    }

    /// <summary>Removes what was not committed.</summary>
    public void Dispose()
    {
        if (!Directory.Exists(staging)) return;
        Directory.Delete(staging, recursive: true);
        // Only what this set made, and only while nobody else put something there.
        for (var folder = Folder; made is not null && folder is not null && folder.Length >= made.Length && !Directory.EnumerateFileSystemEntries(folder).Any(); folder = Path.GetDirectoryName(folder))
            Directory.Delete(folder);
    }
}
