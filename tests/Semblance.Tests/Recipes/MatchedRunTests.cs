using Semblance.Provenance;
using Semblance.Recipes;

namespace Semblance.Tests.Recipes;

/// <summary>Recipes with <c>match: true</c>, and their proof.</summary>
public sealed class MatchedRunTests
{
    private static readonly Run Run = Run.With(1);

    private static Recipe Matched(RecipeFolder folder) => folder.Recipe with { Count = 5_000, Match = true };

    [Fact]
    public async Task Matching_changes_the_rows_and_is_told()
    {
        using var folder = await RecipeFolder.OfAsync();
        var result = await Matched(folder).RunAsync(Run, "semblance run");
        Assert.True(result.Manifest.Request!.Match);
        Assert.Contains(result.Manifest.Notes, n => n.Contains("five times as many", StringComparison.Ordinal));
        Assert.Equal([4_096, 904], result.Manifest.Outputs.Single(o => o.Name == RunResult.DataFile).Blocks.Select(b => b.Rows));
        await (Matched(folder) with { Match = false, To = folder["plain"] }).RunAsync(Run, "semblance run");
        Assert.NotEqual(await File.ReadAllTextAsync(folder["plain/synthetic.csv"]), await File.ReadAllTextAsync(folder["out/synthetic.csv"]));
    }

    [Fact]
    public async Task Matched_rows_are_verified_as_a_whole()
    {
        using var folder = await RecipeFolder.OfAsync();
        await Matched(folder).RunAsync(Run, "semblance run");
        var sound = await Verification.VerifyAsync(folder["out"], 1, Run);
        Assert.True(sound.Passed);
        Assert.Contains("2 of 2 blocks", sound.Checks.Single(c => c.What == "made again").Detail, StringComparison.Ordinal);

        var lines = await File.ReadAllLinesAsync(folder["out/synthetic.csv"]);
        lines[4_500] = lines[4_500].Replace("no", "yes", StringComparison.Ordinal).Replace("common", "scarce", StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder["out/synthetic.csv"], string.Join('\n', lines) + "\n");
        var changed = await Verification.VerifyAsync(folder["out"], 1, Run);
        Assert.False(changed.Passed);
        Assert.Contains(changed.Checks, c => c.Detail.Contains("row 4500 was changed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_the_real_rows_nothing_is_claimed()
    {
        using var folder = await RecipeFolder.OfAsync();
        await Matched(folder).RunAsync(Run, "semblance run");
        File.Delete(folder["data.csv"]);
        var check = (await Verification.VerifyAsync(folder["out"], 1, Run)).Checks.Single(c => c.What == "made again");
        Assert.Equal(CheckOutcome.NotCompared, check.Outcome);
        Assert.Contains("data.csv", check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_metrics_asked_for_and_those_of_gates_are_judged()
    {
        using var folder = await RecipeFolder.OfAsync();
        var result = await (folder.Recipe with { Evaluate = ["validity", "fidelity.shape"], Require = ["privacy.exact-copies <= 1"] }).RunAsync(Run, "semblance run");
        Assert.Equal(["fidelity.shape", "privacy.exact-copies", "validity.dependencies", "validity.keys", "validity.ranges", "validity.types"], result.Card.Scores.Select(s => s.Name).Order(StringComparer.Ordinal));
        Assert.True(result.Passed);
    }
}
