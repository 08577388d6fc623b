namespace Semblance.Tests.Conventions;

/// <summary>The source tree the tests were built from.</summary>
internal static class Repository
{
    private static readonly HashSet<string> Built = new(["bin", "obj", ".git", ".vs", "out", "artifacts", "TestResults", "node_modules"], StringComparer.Ordinal);

    /// <summary>The folder that holds <c>Semblance.slnx</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Paths below a folder relative to <see cref="Root"/> with forward slashes, in order; nothing that is built.</summary>
    public static IEnumerable<string> Files(string folder = "", string pattern = "*")
    {
        var open = new Stack<string>([Path.Combine(Root, folder)]);
        var found = new List<string>();
        while (open.TryPop(out var current))
        {
            found.AddRange(Directory.EnumerateFiles(current, pattern));
            foreach (var below in Directory.EnumerateDirectories(current))
                if (!Built.Contains(Path.GetFileName(below))) open.Push(below);
        }
        return found.Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/')).Order(StringComparer.Ordinal);
    }

    /// <summary>Text of a file of <see cref="Files"/>.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Semblance.slnx"))) return folder.FullName;
        throw new DirectoryNotFoundException("Semblance.slnx is not above the test's folder");
    }
}
