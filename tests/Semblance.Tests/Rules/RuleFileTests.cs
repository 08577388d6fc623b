using Semblance.Rules;
using Semblance.Tests.Conventions;

namespace Semblance.Tests.Rules;

/// <summary>The page, the sample and the JSON Schema say what the reader knows.</summary>
public sealed class RuleFileTests
{
    [Fact]
    public void The_page_tells_every_word_and_shows_the_sample()
    {
        var page = Repository.Read("docs/rules.md");
        foreach (var word in ColumnReader.Makers.Concat(ColumnReader.Modifiers).Concat(RuleReader.TableWords)) Assert.True(page.Contains($"`{word}`", StringComparison.Ordinal) || page.Contains($"`{word}:", StringComparison.Ordinal) || page.Contains($"{word}: ", StringComparison.Ordinal), $"docs/rules.md does not tell of `{word}`");
        Assert.Contains(Repository.Read("samples/shop.rules.yaml").TrimEnd(), page);
    }

    /// <summary>SEMBLANCE_ACCEPT=1 writes it anew.</summary>
    [Fact]
    public void The_schema_in_the_docs_is_current()
    {
        var path = Path.Combine(Repository.Root, "docs/rules.schema.json");
        if (Environment.GetEnvironmentVariable("SEMBLANCE_ACCEPT") == "1") File.WriteAllText(path, RuleFileSchema.ToJson());
        Assert.Equal(RuleFileSchema.ToJson(), File.ReadAllText(path));
    }

    [Theory]
    [InlineData("samples/shop.rules.yaml", 4)]
    [InlineData("bench/rules/ten.rules.yaml", 1)]
    public void Committed_files_read(string path, int tables) => Assert.Equal(tables, RuleSchema.Read(Repository.Read(path), path).Tables.Length);
}
