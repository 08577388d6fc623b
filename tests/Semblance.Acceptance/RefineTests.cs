using System.Text.Json;

namespace Semblance.Acceptance;

/// <summary><c>semblance refine</c>, end to end.</summary>
public sealed class RefineTests
{
    private static Task<Outcome> RefineAsync(Scratch scratch, params string[] more) =>
        CommandLine.RunAsync(["refine", Repository.Clinic, "--target", "readmitted", "--model", "copula", "--model", "circuit", "--budget", "6s", "--seed", "1", "--to", scratch["best"], "--quiet", .. more]);

    [Fact]
    public async Task The_recipe_that_is_left_gives_the_same_bytes_and_the_trail_is_kept()
    {
        using var scratch = new Scratch();
        var first = await RefineAsync(scratch);
        Assert.True(first.Code == 0, first.ToString());
        var recipe = Path.Combine(scratch["best"], "recipe.yaml");
        Assert.Contains("refine:\n  models:\n    - copula\n    - circuit\n  prefer: quality\n", await File.ReadAllTextAsync(recipe), StringComparison.Ordinal);
        var second = await CommandLine.RunAsync("run", recipe, "--to", scratch["again"], "--quiet");
        Assert.Contains("refine found `model: ", second.Output, StringComparison.Ordinal);
        foreach (var name in new[] { "synthetic.csv", "model.semblance" })
            Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(scratch["best"], name)), await File.ReadAllBytesAsync(Path.Combine(scratch["again"], name)));
        var shown = await CommandLine.RunAsync("show", Path.Combine(scratch["best"], "model.semblance"), "--json");
        using var about = JsonDocument.Parse(shown.Output);
        Assert.True(about.RootElement.GetProperty("trail").GetArrayLength() >= 2);
        Assert.Equal(0, (await CommandLine.RunAsync("verify", scratch["best"], "--quiet")).Code);
    }

    [Fact]
    public async Task What_was_to_be_reached_is_a_gate_on_the_untouched_holdout()
    {
        using var scratch = new Scratch();
        var outcome = await RefineAsync(scratch, "--until", "fidelity.c2st>=1.01");
        Assert.Equal(3, outcome.Code);
        Assert.Contains("not met: fidelity.c2st>=1.01", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains("fidelity.c2st>=1.01", await File.ReadAllTextAsync(Path.Combine(scratch["best"], "recipe.yaml")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--until", "fidelity", "fidelity.c2st")]
    [InlineData("--model", "crat", "`cart`")]
    [InlineData("--budget", "1 minute", "90s")]
    public async Task A_mistyped_wish_is_answered_and_nothing_is_left(string option, string value, string words)
    {
        using var scratch = new Scratch();
        var outcome = await CommandLine.RunAsync("refine", Repository.Clinic, option, value, "--to", scratch["best"], "--quiet");
        Assert.True(outcome.Code == 2, outcome.ToString());
        Assert.Contains(words, outcome.Errors, StringComparison.Ordinal);
        Assert.Empty(scratch.Files());
    }

    [Fact]
    public async Task Generations_leave_a_page_and_numbers_and_print_a_table()
    {
        using var scratch = new Scratch();
        var outcome = await CommandLine.RunAsync("refine", Repository.Clinic, "--generations", "2", "--keep", "accumulate", "--model", "independent", "--count", "200", "--seed", "1", "--to", scratch["worn"], "--quiet");
        Assert.True(outcome.Code == 0, outcome.ToString());
        Assert.Contains("fresh real rows", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(["generations.html", "generations.json"], scratch.Files("worn"));
        using var numbers = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(scratch["worn"], "generations.json")));
        Assert.Equal([200, 400], numbers.RootElement.GetProperty("generations").EnumerateArray().Select(g => g.GetProperty("fittedRows").GetInt32()));
    }

    [Fact]
    public async Task Newer_data_keep_the_model_or_leave_its_next_version_with_a_manifest()
    {
        using var scratch = new Scratch();
        var lines = await File.ReadAllLinesAsync(Repository.Clinic);
        var first = scratch.Write("first.csv", string.Join('\n', lines.Where((_, i) => i == 0 || i % 2 == 0)) + "\n");
        var second = scratch.Write("second.csv", string.Join('\n', lines.Where((_, i) => i == 0 || i % 2 == 1)) + "\n");
        Assert.Equal(0, (await CommandLine.RunAsync("fit", first, "--model", "independent", "--seed", "1", "--to", scratch["old.semblance"], "--quiet")).Code);
        var same = await CommandLine.RunAsync("refine", "--refresh", second, "--model", scratch["old.semblance"], "--seed", "1", "--to", scratch["same"], "--quiet");
        Assert.True(same.Code == 0 && same.Output.StartsWith("Keep", StringComparison.Ordinal), same.ToString());
        Assert.Equal(["drift.html", "drift.json", "manifest.json"], scratch.Files("same"));
        var moved = scratch.Write("moved.csv", string.Join('\n', lines.Where((l, i) => i == 0 || l.EndsWith(lines[1][lines[1].LastIndexOf(',')..], StringComparison.Ordinal))) + "\n");
        var drifted = await CommandLine.RunAsync("refine", "--refresh", moved, "--model", scratch["old.semblance"], "--keep", "accumulate", "--seed", "1", "--to", scratch["next"], "--quiet", "--json");
        Assert.True(drifted.Code == 0 && drifted.Output.Contains("\"verdict\": \"refit\"", StringComparison.Ordinal), drifted.ToString());
        Assert.Equal(["drift.html", "drift.json", "manifest.json", "model.semblance"], scratch.Files("next"));
        Assert.Equal(0, (await CommandLine.RunAsync("verify", scratch["next"], "--quiet")).Code);
        Assert.Contains("version 2: replaces the model file", (await CommandLine.RunAsync("show", Path.Combine(scratch["next"], "model.semblance"))).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--budget does not go with --refresh", "--refresh", "new.csv", "--model", "old.semblance", "--budget", "1m")]
    [InlineData("the new data are named once", "given.csv", "--refresh", "new.csv", "--model", "old.semblance")]
    [InlineData("name the model file", "--refresh", "new.csv")]
    [InlineData("name another folder", "--refresh", "new.csv", "--model", "out/model.semblance")]
    [InlineData("<input> is missing")]
    public async Task A_refresh_that_is_not_clear_is_refused(string words, params string[] options)
    {
        var outcome = await CommandLine.RunAsync(["refine", "--to", "out", "--quiet", .. options]);
        Assert.Equal(1, outcome.Code);
        Assert.Contains(words, outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--budget does not go with --generations", "--generations", "2", "--budget", "1m")]
    [InlineData("--until does not go with --generations", "--generations", "2", "--until", "fidelity.c2st>=0.9")]
    [InlineData("--keep mixed: give replace or accumulate", "--generations", "2", "--keep", "mixed")]
    [InlineData("it goes with --generations or --refresh", "--keep", "replace")]
    [InlineData("--generations 0: give 1 to 100", "--generations", "0")]
    [InlineData("give --model once", "--generations", "2", "--model", "cart", "--model", "argn")]
    public async Task Options_that_do_not_go_together_are_refused(string words, params string[] options)
    {
        using var scratch = new Scratch();
        var outcome = await CommandLine.RunAsync(["refine", Repository.Clinic, "--to", scratch["worn"], "--quiet", .. options]);
        Assert.Equal(1, outcome.Code);
        Assert.Contains(words, outcome.Errors, StringComparison.Ordinal);
        Assert.Empty(scratch.Files());
    }
}
