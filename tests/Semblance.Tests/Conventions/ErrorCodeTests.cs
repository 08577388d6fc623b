using System.Text.RegularExpressions;

namespace Semblance.Tests.Conventions;

/// <summary>A code means one thing, and <c>docs/errors.md</c> says which.</summary>
public sealed class ErrorCodeTests
{
    // Codes that several rooms use, all in the one meaning of the list: opening and writing files, naming a column that is not there, no YAML.
    private static readonly HashSet<string> Shared = ["SB1001", "SB1091", "SB1092", "SB1202", "SB2001"];

    [Fact]
    public void Every_code_is_explained_once_and_every_explained_code_is_used()
    {
        var listed = Regex.Matches(Repository.Read("docs/errors.md"), @"^\| (SB\d{4})(?: to (SB\d{4}))?", RegexOptions.Multiline)
            .SelectMany(m => m.Groups[2].Success ? Between(m.Groups[1].Value, m.Groups[2].Value) : [m.Groups[1].Value]).ToList();
        Assert.Equal(listed.Distinct().Count(), listed.Count);
        var used = Used().Select(u => u.Code).ToHashSet();
        Assert.True(used.SetEquals(listed), $"used but not in docs/errors.md: {string.Join(", ", used.Except(listed).Order())}; listed but not used: {string.Join(", ", listed.Except(used).Order())}");
    }

    [Fact]
    public void A_code_belongs_to_one_room()
    {
        var twice = Used().Where(u => !Shared.Contains(u.Code)).GroupBy(u => u.Code).Where(g => g.Select(u => u.Room).Distinct().Count() > 1)
            .Select(g => $"{g.Key}: {string.Join(", ", g.Select(u => u.Room).Distinct())}").ToList();
        Assert.True(twice.Count == 0, "two rooms, two meanings; give one of them a code of its own:\n" + string.Join('\n', twice));
    }

    [Fact]
    public void Codes_of_expressions_are_explained_where_expressions_are() =>
        Assert.Equal(Between("SB2060", "SB2071"), Regex.Matches(Repository.Read("docs/expressions.md"), @"^\| (SB\d{4})", RegexOptions.Multiline).Select(m => m.Groups[1].Value));

    private static IEnumerable<(string Code, string Room)> Used() =>
        from path in Repository.Files("src", "*.cs")
        from Match match in Regex.Matches(Repository.Read(path), "\"(SB\\d{4})\"")
        select (match.Groups[1].Value, path.StartsWith("src/Semblance/", StringComparison.Ordinal) ? Rooms.OfPath(path) : "Cli");

    private static IEnumerable<string> Between(string first, string last) =>
        Enumerable.Range(int.Parse(first.AsSpan(2)), int.Parse(last.AsSpan(2)) - int.Parse(first.AsSpan(2)) + 1).Select(n => $"SB{n}");
}
