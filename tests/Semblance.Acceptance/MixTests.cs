namespace Semblance.Acceptance;

/// <summary><c>semblance mix</c>, end to end.</summary>
public sealed class MixTests
{
    [Fact]
    public async Task A_ratio_is_taken_as_it_is_and_every_row_is_marked()
    {
        using var scratch = new Scratch();
        var outcome = await CommandLine.RunAsync("mix", Repository.Clinic, "--with", "copula", "--ratio", "0.5", "--seed", "1", "--to", scratch["mixed.csv"], "--quiet");
        Assert.True(outcome.Code == 0, outcome.ToString());
        var lines = await File.ReadAllLinesAsync(scratch["mixed.csv"]);
        Assert.EndsWith(",origin", lines[0], StringComparison.Ordinal);
        Assert.Equal((4_000, 2_000), (lines.Count(l => l.EndsWith(",real", StringComparison.Ordinal)), lines.Count(l => l.EndsWith(",synthetic", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task The_curve_is_told_and_no_gain_said_plainly()
    {
        using var scratch = new Scratch();
        var outcome = await CommandLine.RunAsync("mix", Repository.Clinic, "--with", Repository.Clinic, "--target", "readmitted", "--ratio", "0.25", "--ratio", "1", "--seed", "1", "--json", "--quiet");
        Assert.True(outcome.Code == 0, outcome.ToString());
        using var json = System.Text.Json.JsonDocument.Parse(outcome.Output);
        Assert.True(json.RootElement.GetProperty("points").GetArrayLength() >= 6);
        Assert.NotEmpty(json.RootElement.GetProperty("said").GetString()!);
    }

    [Theory]
    [InlineData("--with", "copula")]
    [InlineData("--with", "copula", "--ratio", "1")]
    [InlineData("--target", "readmitted")]
    public async Task What_is_lacking_is_named(params string[] more)
    {
        var outcome = await CommandLine.RunAsync(["mix", Repository.Clinic, "--quiet", .. more]);
        Assert.Equal(1, outcome.Code);
        Assert.Contains("--", outcome.Errors, StringComparison.Ordinal);
    }
}
