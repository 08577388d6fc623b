using Semblance.Formats;

namespace Semblance.Tests.Formats;

public sealed class StagedFolderTests : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("semblance-staged-");

    public void Dispose() => root.Delete(recursive: true);

    private string At(string name) => Path.Combine(root.FullName, name);

    private string[] Names(string folder) => [.. Directory.EnumerateFileSystemEntries(At(folder)).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Fact]
    public void What_is_not_committed_leaves_no_trace()
    {
        using (var set = StagedFolder.Create(At("a/b/c"))) File.WriteAllText(set.PathOf("x"), "new");
        Assert.Empty(Directory.EnumerateFileSystemEntries(root.FullName));
    }

    [Fact]
    public void A_committed_set_replaces_the_old_one_whole_and_leaves_other_files_alone()
    {
        Directory.CreateDirectory(At("out"));
        foreach (var name in new[] { "data", "model", "seal", "mine" }) File.WriteAllText(At("out/" + name), "old");
        using (var set = StagedFolder.Create(At("out")))
        {
            File.WriteAllText(set.PathOf("data"), "new");
            File.WriteAllText(set.PathOf("seal"), "new");
            set.Commit("data", "model", "seal");
        }
        Assert.Equal(["data", "mine", "seal"], Names("out"));
        Assert.Equal("new", File.ReadAllText(At("out/data")));
        Assert.Equal("old", File.ReadAllText(At("out/mine")));
    }

    [Fact]
    public void A_set_given_up_leaves_the_old_one()
    {
        Directory.CreateDirectory(At("out"));
        File.WriteAllText(At("out/data"), "old");
        using (var set = StagedFolder.Create(At("out"))) File.WriteAllText(set.PathOf("data"), "new");
        Assert.Equal(["data"], Names("out"));
        Assert.Equal("old", File.ReadAllText(At("out/data")));
    }

    [Fact]
    public void A_place_below_a_file_is_refused_at_once()
    {
        File.WriteAllText(At("file"), "");
        Assert.Equal("SB1091", Assert.Throws<DataException>(() => StagedFolder.Create(At("file/out"))).Code);
    }

    [Fact]
    public void A_file_in_the_place_of_the_folder_is_named()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "out");
        File.WriteAllText(file, "mine");
        Assert.Contains("a file has that name", Assert.Throws<DataException>(() => StagedFolder.Create(file)).Message);
        Assert.Equal("mine", File.ReadAllText(file));
    }
}
