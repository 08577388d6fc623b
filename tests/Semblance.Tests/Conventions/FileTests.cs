using System.Text.RegularExpressions;

namespace Semblance.Tests.Conventions;

public sealed class FileTests
{
    // A longer file needs a line here with its reason.
    private static readonly Dictionary<string, string> LongFiles = new()
    {
    };

    private static readonly string[] TextKinds =
        [".cs", ".csproj", ".props", ".slnx", ".md", ".json", ".yaml", ".yml", ".txt", ".css", ".js", ".html", ".cmd", ".sh", ".editorconfig", ".gitignore", ".gitattributes", ""];

    [Fact]
    public void Files_have_at_most_500_lines()
    {
        var tooLong = Repository.Files("src", "*.cs").Concat(Repository.Files("tests", "*.cs")).Concat(Repository.Files("bench", "*.cs"))
            .Select(p => (Path: p, Lines: Repository.Read(p).Count(c => c == '\n')))
            .Where(f => f.Lines > 500 && !LongFiles.ContainsKey(f.Path)).Select(f => $"{f.Path}: {f.Lines}").ToList();
        Assert.True(tooLong.Count == 0, $"split these, or give a reason in {nameof(LongFiles)}:\n" + string.Join('\n', tooLong));
    }

    [Fact]
    public void The_list_of_long_files_is_current()
    {
        var stale = LongFiles.Keys.Where(p => !File.Exists(Path.Combine(Repository.Root, p)) || Repository.Read(p).Count(c => c == '\n') <= 500).ToList();
        Assert.True(stale.Count == 0, "these need no reason any more: " + string.Join(", ", stale));
    }

    [Fact]
    public void No_file_names_a_machine_or_a_package_host()
    {
        // Written in pieces, so that this file does not find itself.
        var wanted = new Regex(string.Join('|',
            @"(?<![\w.~/-])/" + @"(?:work|home|root|Users|mnt)/\w", @"[A-Z]:\\+" + @"Users\\", "://" + @"[\w.-]*(?:nuget|pypi|artifactory|nexus|registry|mirror|proxy)[\w.-]*[:/]"));
        var found = new List<string>();
        foreach (var path in Repository.Files().Where(p => TextKinds.Contains(Path.GetExtension(p)) && new FileInfo(Path.Combine(Repository.Root, p)).Length < 2_000_000))
        {
            var line = 0;
            foreach (var text in File.ReadLines(Path.Combine(Repository.Root, path)))
            {
                line++;
                if (wanted.Match(text) is { Success: true } match) found.Add($"{path}:{line}: {match.Value}");
            }
        }
        Assert.True(found.Count == 0, "what is true on one machine only does not belong in the repository:\n" + string.Join('\n', found));
    }
}
