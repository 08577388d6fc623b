namespace Semblance.Formats;

/// <summary>
/// A set of files that belong together. They are made in a hidden folder inside the target and moved into place by <see cref="Commit"/>; disposing without a
/// commit leaves the target as it was, or absent when it was absent, unless <see cref="Keep"/> was called: then the hidden folder stays, and who comes with the same key finds in it what was made. There is
/// one hidden folder in a target at most, and one set at a time that works in it.
/// </summary>
public sealed class StagedFolder : IDisposable
{
    /// <summary>Name of the hidden folder inside the target.</summary>
    public const string Hidden = ".semblance-partial";

    private const string Locked = ".lock", KeyName = ".key";
    private readonly string staging;
    private readonly FileStream hold;
    private readonly string? made; // topmost folder that did not exist before
    private bool stays;

    private StagedFolder(string folder, string staging, FileStream hold, string? made) => (Folder, this.staging, this.hold, this.made) = (folder, staging, hold, made);

    /// <summary>The target, as a full path.</summary>
    public string Folder { get; }

    /// <summary>Whether files of an earlier set of the same key are there. They may be cut short or damaged.</summary>
    public bool Resumes { get; private init; }

    /// <summary>Opens a set. Missing folders are made; that the target can be written to shows now, not after an hour of work.</summary>
    /// <param name="folder">The target.</param>
    /// <param name="key">What the set is made from: what an interrupted set of the same key left is kept, all else is cleared. Null keeps nothing.</param>
    /// <exception cref="DataException">The folder can't be written to (SB1091), the disk is full (SB1092), or another set is at work there (SB1093).</exception>
    public static StagedFolder Create(string folder, string? key = null)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(full)) throw IsFile(folder);
        string? made = null;
        for (var parent = full; parent is not null && !Directory.Exists(parent); parent = Path.GetDirectoryName(parent)) made = parent;
        var staging = Path.Combine(full, Hidden);
        FileStream? hold = null;
        try
        {
            // what lies in it has passed no gate yet: it is the owner's alone
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(staging);
            else if (!Directory.Exists(staging)) { Directory.CreateDirectory(full); Directory.CreateDirectory(staging, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute); }
            hold = Hold(folder, staging);
            var resumes = key is not null && KeyIn(full) == key;
            if (!resumes)
            {
                Clear(staging);
                File.WriteAllText(Path.Combine(staging, KeyName), key);
            }
            return new StagedFolder(full, staging, hold, made) { Resumes = resumes };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            hold?.Dispose();
            throw StagedFile.Failed(folder, e);
        }
    }

    /// <summary>The key of an interrupted set that a folder holds, or null.</summary>
    public static string? KeyIn(string folder)
    {
        var path = Path.Combine(folder, Hidden, KeyName);
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }

    private static FileStream Hold(string folder, string staging)
    {
        try { return new FileStream(Path.Combine(staging, Locked), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1); }
        catch (IOException e) when (File.Exists(Path.Combine(staging, Locked)))
        {
            throw new DataException("SB1093", $"another run is writing to the folder `{folder}`; wait for its end, or name another folder", e);
        }
    }

    private static void Clear(string staging)
    {
        foreach (var entry in new DirectoryInfo(staging).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo below) below.Delete(recursive: true);
            else if (entry.Name != Locked) entry.Delete();
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
            Remove();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StagedFile.Failed(Folder, e);
        }
    }

    /// <summary>Lets what was made so far stay when this is disposed, for who comes with the same key.</summary>
    public void Keep() => stays = true;

    /// <summary>Removes what was not committed, unless it is kept.</summary>
    public void Dispose()
    {
        if (stays || !Directory.Exists(staging))
        {
            hold.Dispose();
            return;
        }
        Remove();
        // Only what this set made, and only while nobody else put something there.
        for (var folder = Folder; made is not null && folder is not null && folder.Length >= made.Length && !Directory.EnumerateFileSystemEntries(folder).Any(); folder = Path.GetDirectoryName(folder))
            Directory.Delete(folder);
    }

    /// <summary>The lock goes last: until then nobody else begins.</summary>
    private void Remove()
    {
        Clear(staging);
        hold.Dispose();
        Directory.Delete(staging, recursive: true);
    }
}
