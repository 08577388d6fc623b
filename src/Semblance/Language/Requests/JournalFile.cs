using Microsoft.Win32.SafeHandles;
using Semblance.Formats;

namespace Semblance.Language;

/// <summary>Where a journal lies. Tests put one in its place that breaks off in the middle of a line.</summary>
internal interface IJournalFile : IDisposable
{
    int Read(long offset, Span<byte> bytes);

    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>What was written survives now.</summary>
    void Flush();

    void Truncate(long length);
}

/// <summary>A file. One program at a time writes to it: it holds a lock file beside it.</summary>
internal sealed class JournalFile : IJournalFile
{
    private readonly SafeFileHandle file;
    private readonly FileStream? hold;
    private readonly bool durable;

    private JournalFile(SafeFileHandle file, FileStream? hold, bool durable) => (this.file, this.hold, this.durable) = (file, hold, durable);

    public static JournalFile Open(string path, bool durable)
    {
        FileStream? hold = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            try { hold = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose); }
            catch (IOException e) when (File.Exists(path + ".lock"))
            {
                throw new ProviderException("SB6003", $"another run is writing to the journal `{path}`; wait for its end, or name another folder", e);
            }
            var made = !File.Exists(path);
            var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            if (made && !OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite); // answers may quote seed documents
            return new JournalFile(file, hold, durable);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            hold?.Dispose();
            throw StagedFile.Failed(path, e);
        }
    }

    public static JournalFile OpenToRead(string path)
    {
        try { return new JournalFile(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite), null, false); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException("SB1001", $"can't read `{path}`: {e.Message.TrimEnd('.')}; check the name and your permission to read it", e);
        }
    }

    public int Read(long offset, Span<byte> bytes)
    {
        var done = 0;
        for (int n; done < bytes.Length && (n = RandomAccess.Read(file, bytes[done..], offset + done)) > 0;) done += n;
        return done;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(file, bytes, offset);

    public void Flush()
    {
        if (durable) RandomAccess.FlushToDisk(file);
    }

    public void Truncate(long length)
    {
        if (hold is not null && RandomAccess.GetLength(file) > length) RandomAccess.SetLength(file, length);
    }

    public void Dispose()
    {
        file.Dispose();
        hold?.Dispose();
    }
}
