using System.Text;
using Semblance.Numerics;

namespace Semblance.Tests.Numerics;

public sealed class DistributionCatalogTests
{
    private const string Page = "docs/distributions.md", Start = "<!-- table -->";

    [Fact]
    public void Every_distribution_is_tested() =>
        Assert.Empty(DistributionCatalog.All.Select(e => e.Name).Except(DistributionCases.All.Keys.Where(k => k[0] != '*').Select(k => k.Split(' ')[0])));

    [Fact]
    public void The_page_lists_every_distribution_as_it_is()
    {
        var page = Conventions.Repository.Read(Page).ReplaceLineEndings("\n");
        var at = page.IndexOf(Start, StringComparison.Ordinal);
        var end = page.IndexOf(Start, at + 1, StringComparison.Ordinal);
        var now = page[..at] + Table() + page[end..];
        if (Environment.GetEnvironmentVariable("SEMBLANCE_ACCEPT") == "1") File.WriteAllText(Path.Combine(Conventions.Repository.Root, Page), now);
        Assert.True(now == page || Environment.GetEnvironmentVariable("SEMBLANCE_ACCEPT") == "1", "run this test with SEMBLANCE_ACCEPT=1 to write the table anew");
    }

    private static string Table()
    {
        var text = new StringBuilder(Start + "\n\n| Name | Used for | Parameters |\n|---|---|---|\n");
        foreach (var entry in DistributionCatalog.All)
            text.Append($"| `{entry.Name}` | {entry.Meaning} | {string.Join("<br>or ", entry.Forms.Select(Words))} |\n");
        return text.Append('\n').ToString();

        static string Words(DistributionWords form) => string.Join("; ", form.Parameters.Select(p => FormattableString.Invariant($"`{p.Name}` {p.Meaning} ({p.Range}{(p.Default is { } d ? $"; {d:R} if left out" : "")})")));
    }

    [Theory]
    [InlineData("norml mean=1", "SB2120", "did you mean 'normal'?")]
    [InlineData("zzzzzz", "SB2120", "Known: ")]
    [InlineData("normal mena=1", "SB2121", "did you mean 'mean'?")]
    [InlineData("normal frequency=1", "SB2121", "takes [mean], [sd]")]
    [InlineData("lognormal mu=1 median=3", "SB2122", "takes [mu], [sigma] or median, [sigma] or mean, sd; given: mu, median")]
    [InlineData("integer-uniform min=1", "SB2122", "given: min")]
    [InlineData("normal sd=-1", "SB2123", "sd of normal (standard deviation) must be above 0, not -1")]
    [InlineData("normal mean=NaN", "SB2123", "any")]
    [InlineData("poisson mean=1e10", "SB2123", "between 0 and 1000000000")]
    [InlineData("uniform min=2 max=1", "SB2123", "max of uniform must be above 2 and finite, not 1")]
    [InlineData("integer-uniform min=0.5 max=3", "SB2123", "whole")]
    public void Errors_name_what_is_wrong(string text, string code, string says)
    {
        var error = Assert.Throws<RecipeException>(() => DistributionCases.Make(text));
        Assert.Equal(code, error.Code);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }
}
