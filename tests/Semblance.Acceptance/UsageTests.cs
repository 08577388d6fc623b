namespace Semblance.Acceptance;

/// <summary>The command line itself: help, mistakes, exit codes.</summary>
public sealed class UsageTests
{
    public static TheoryData<string> Verbs => ["run", "profile", "fit", "generate", "evaluate", "verify", "new", "show", "list", "convert", "smote"];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Every_verb_has_help_with_examples(string verb)
    {
        var outcome = await CommandLine.RunAsync(verb, "--help");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("Examples:", outcome.Output);
        Assert.Contains($"semblance {verb} ", outcome.Output[outcome.Output.IndexOf("Examples:", StringComparison.Ordinal)..]);
    }

    [Theory]
    [InlineData("evalute a.csv", "`evaluate`")]
    [InlineData("profile --jsn a.csv", "`--json`")]
    [InlineData("profile", "<input> is missing: A table")]
    [InlineData("evaluate a.csv", "--against is missing: The real table")]
    [InlineData("run a.csv --to", "--to needs a value")]
    [InlineData("run a.csv --to x --to y", "--to is given 2 times")]
    [InlineData("run a.csv --to x --seed -1", "18446744073709551615")]
    [InlineData("profile a.csv b.csv", "`b.csv`")]
    [InlineData("run a.csv", "--to")]
    [InlineData("run a.csv --to out --count 0", "--count 0")]
    [InlineData("run a.csv --to out --count many", "--count many: give a whole number")]
    [InlineData("run a.csv --to out --set trees", "key=value", "trees=10")]
    [InlineData("run a.csv --to out --column zip", "zip=identifier")]
    [InlineData("run a.csv --to out --holdout 1.5", "between 0 and 1")]
    [InlineData("list frogs", "models, metrics, packs, recipes and recipe-keys")]
    [InlineData("verify out --blocks some", "--blocks some")]
    [InlineData("", "Examples")]
    public async Task A_wrong_command_line_is_explained_with_exit_code_1(string line, params string[] words)
    {
        var outcome = await CommandLine.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(1, outcome.Code);
        Assert.True(words.Any(w => (outcome.Errors + outcome.Output).Contains(w, StringComparison.Ordinal)), outcome.ToString());
    }

    [Fact]
    public async Task Errors_come_as_json_when_asked_for()
    {
        var outcome = await CommandLine.RunAsync("profile", "nowhere.csv", "--json");
        Assert.Equal(2, outcome.Code);
        using var json = System.Text.Json.JsonDocument.Parse(outcome.Errors[outcome.Errors.IndexOf('{')..]);
        Assert.Equal("SB1001", json.RootElement.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Quiet_is_quiet()
    {
        var outcome = await CommandLine.RunAsync("profile", Repository.Clinic, "--quiet");
        Assert.Equal((0, ""), (outcome.Code, outcome.Errors));
    }

    [Theory]
    [InlineData("cart", "trees")]
    [InlineData("privacy.dcr-share", "closer|nearer")]
    public async Task Models_and_metrics_tell_about_themselves(string id, string word)
    {
        var outcome = await CommandLine.RunAsync("show", id);
        Assert.Equal(0, outcome.Code);
        Assert.Matches(word, outcome.Output);
    }

    [Fact]
    public async Task Cells_quoted_in_an_error_cannot_steer_the_terminal()
    {
        using var scratch = new Scratch();
        var outcome = await CommandLine.RunAsync("profile", scratch.Write("in.csv", "n\n1\n\u001b[31mred\n"), "--column", "n=integer", "--quiet");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("red", outcome.Errors);
        Assert.DoesNotContain("\u001b", outcome.Errors);
    }
}
