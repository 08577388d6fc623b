using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Provenance;
using Semblance.Recipes;

namespace Semblance.Tests.Recipes;

/// <summary>Recipes with <c>mix</c>: real and synthetic rows as one more file of the folder.</summary>
public sealed class MixedRunTests
{
    private static readonly Run Run = Run.With(1);

    private static Recipe Halved(RecipeFolder folder) => folder.Recipe with { Mix = new MixWish { Ratios = [0.5] } };

    private static Task<string[]> LinesAsync(RecipeFolder folder, string name) => File.ReadAllLinesAsync(folder[name]);

    [Fact]
    public async Task A_given_ratio_is_written_as_the_rows_learned_from_and_the_first_synthetic_ones()
    {
        using var folder = await RecipeFolder.OfAsync();
        var result = await Halved(folder).RunAsync(Run, "semblance run");
        Assert.Equal((0.5, 240L, 120L), (result.Mix!.Ratio, result.Mix.RealRows, result.Mix.SyntheticRows));
        var (mixed, made) = (await LinesAsync(folder, "out/mixed.csv"), await LinesAsync(folder, "out/synthetic.csv"));
        Assert.Equal(made[0] + ",origin", mixed[0]);
        Assert.Equal(made[1..121].Select(l => l + ",synthetic"), mixed[241..]);
        Assert.All(mixed[1..241], l => Assert.EndsWith(",real", l, StringComparison.Ordinal));

        var (train, _) = (await Table.ReadAsync(folder["data.csv"])).Split(0.8, Run);
        Assert.Equal(Enumerable.Range(0, train.Rows).Select(train["height"].Text), mixed[1..241].Select(l => l.Split(',')[train.Schema.IndexOf("height")]));
        Assert.Contains(result.Manifest.Notes, n => n.Contains("holds real rows: the 240 that", StringComparison.Ordinal));
        Assert.Equal(360, result.Manifest.Outputs.Single(o => o.Name == "mixed.csv").Rows);
    }

    [Fact]
    public async Task The_ratio_is_looked_for_and_the_curve_stands_in_the_report()
    {
        using var folder = await RecipeFolder.OfAsync();
        var result = await (folder.Recipe with { Mix = new MixWish { Ratios = [1, 2] } }).RunAsync(Run, "semblance run");
        var found = result.Mix!.Result!;
        Assert.Equal((found.BestRatio, (long)Math.Round(240 * found.BestRatio)), (result.Mix.Ratio, result.Mix.SyntheticRows));
        Assert.Equal([0, 1, 2], found.Points.Where(p => p.RealShare == 1).Select(p => p.Ratio)); // more rows than the run itself makes
        Assert.Equal(60, found.TestRows); // those held out, and no others
        Assert.Equal(1 + 240 + result.Mix.SyntheticRows, (await LinesAsync(folder, "out/mixed.csv")).Length);
        var page = await File.ReadAllTextAsync(folder["out/report.html"]);
        Assert.Contains("<section id=\"mix\"", page, StringComparison.Ordinal);
        Assert.Contains(found.BestRatio > 0 ? "Best: " : "No gain: no ratio", page, StringComparison.Ordinal);
        Assert.Equal(found.Said, (string?)JsonNode.Parse(await File.ReadAllTextAsync(folder["out/report.json"]))!["mix"]!["said"]);
    }

    [Fact]
    public async Task The_same_bytes_come_at_any_thread_count_and_after_an_interruption()
    {
        using var folder = await RecipeFolder.OfAsync();
        var recipe = folder.Recipe with { Mix = new MixWish { Ratios = [1, 2] } };
        await recipe.RunAsync(Run with { Threads = 1 }, "semblance run");
        using (var stop = new CancellationTokenSource())
        {
            var strike = Run with { Progress = new Struck(step => step.What == "learning from mixes", stop) };
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => (recipe with { To = folder["again"] }).RunAsync(strike, "semblance run", stop.Token));
            Assert.Equal([StagedFolder.Hidden], Directory.EnumerateFileSystemEntries(folder["again"]).Select(Path.GetFileName));
        }
        await (recipe with { To = folder["again"] }).RunAsync(Run with { Threads = 2 }, "semblance run");
        foreach (var name in (string[])["mixed.csv", "synthetic.csv", "model.semblance"])
            Assert.Equal(Hash(folder["out/" + name]), Hash(folder["again/" + name]));
    }

    [Fact]
    public async Task A_changed_byte_of_the_mix_is_found()
    {
        using var folder = await RecipeFolder.OfAsync();
        await Halved(folder).RunAsync(Run, "semblance run");
        Assert.True((await Verification.VerifyAsync(folder["out"], 1, Run)).Passed);
        Assert.NotNull(await Halved(folder).FinishedAsync());
        var bytes = await File.ReadAllBytesAsync(folder["out/mixed.csv"]);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(folder["out/mixed.csv"], bytes);
        Assert.Equal("mixed.csv", (await Verification.VerifyAsync(folder["out"], 1, Run)).Checks.Single(c => c.Outcome == CheckOutcome.Differs).What);
        Assert.Null(await Halved(folder).FinishedAsync());
    }

    [Fact]
    public async Task A_failed_privacy_gate_keeps_the_mix_back_too()
    {
        using var folder = await RecipeFolder.OfAsync();
        await Halved(folder).RunAsync(Run, "semblance run");
        var result = await (Halved(folder) with { Require = ["privacy.exact-copies < -1"] }).RunAsync(Run, "semblance run");
        Assert.Equal(["synthetic.csv", "model.semblance", "mixed.csv"], result.Manifest.Withheld.AsEnumerable());
        Assert.Null(result.Mix);
        Assert.Equal(["manifest.json", "recipe.yaml", "report.html", "report.json"], folder.Names("out"));
        Assert.True((await Verification.VerifyAsync(folder["out"], 1, Run)).Passed);
    }

    [Fact]
    public async Task A_run_without_a_mix_takes_away_that_of_an_earlier_run_and_no_other_file()
    {
        using var folder = await RecipeFolder.OfAsync();
        Directory.CreateDirectory(folder["out"]);
        await File.WriteAllTextAsync(folder["out/mixed.csv"], "mine");
        await folder.Recipe.RunAsync(Run, "semblance run");
        await (folder.Recipe with { Seed = 2 }).RunAsync(Run, "semblance run");
        Assert.Equal("mine", await File.ReadAllTextAsync(folder["out/mixed.csv"]));
        await Halved(folder).RunAsync(Run, "semblance run");
        await folder.Recipe.RunAsync(Run, "semblance run");
        Assert.Equal(RunResult.Files.Order(StringComparer.Ordinal), folder.Names("out"));
    }

    private static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    private sealed class Struck(Func<Step, bool> when, CancellationTokenSource stop) : IProgress<Step>
    {
        public void Report(Step value)
        {
            if (when(value)) stop.Cancel();
        }
    }
}
