namespace Semblance.Acceptance;

/// <summary>Where things lie in the working copy.</summary>
internal static class Repository
{
    /// <summary>The folder that holds <c>Semblance.slnx</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The committed sample table.</summary>
    public static string Clinic => Path.Combine(Root, "samples", "clinic.csv");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Semblance.slnx"))) return folder.FullName;
        throw new DirectoryNotFoundException("Semblance.slnx is not above the test's folder");
    }
}
