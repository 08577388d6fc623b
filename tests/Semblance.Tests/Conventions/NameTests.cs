using System.Text.RegularExpressions;

namespace Semblance.Tests.Conventions;

public sealed partial class NameTests
{
    // Names that say nothing about content and so collect anything. Utility is a family of scores here, and says something.
    private static readonly string[] Empty = ["Util", "Utils", "Utilities", "Helper", "Helpers", "Manager", "Managers", "Common", "Misc", "Impl"];

    [Fact]
    public void No_type_has_an_empty_name()
    {
        var bad = typeof(Seed).Assembly.GetTypes().Select(t => t.Name).Where(n => !n.Contains('<') && IsEmpty(n)).ToList();
        Assert.True(bad.Count == 0, "name these by what they hold or do: " + string.Join(", ", bad));
    }

    [Fact]
    public void No_file_or_folder_has_an_empty_name()
    {
        var bad = Repository.Files("src").Concat(Repository.Files("tests")).Concat(Repository.Files("bench"))
            .Where(p => p.Split('/').Any(part => IsEmpty(part.Split('.')[0]))).ToList();
        Assert.True(bad.Count == 0, "name these by what they hold or do:\n" + string.Join('\n', bad));
    }

    [Theory]
    [InlineData("TableUtils", true)]
    [InlineData("HelperForRows", true)]
    [InlineData("ModelBase", true)]
    [InlineData("CommonTypes", true)]
    [InlineData("Base64Text", false)]
    [InlineData("BaseRate", false)]
    [InlineData("Commonness", false)]
    public void Empty_names_are_known(string name, bool empty) => Assert.Equal(empty, IsEmpty(name));

    private static bool IsEmpty(string name)
    {
        var words = Word().Matches(name.Split('`')[0]).Select(m => m.Value).ToList();
        return words.Any(Empty.Contains) || words.LastOrDefault() == "Base";
    }

    [GeneratedRegex("[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")]
    private static partial Regex Word();
}
