using Semblance.Formats;
using Semblance.Recipes;

namespace Semblance.Tests.Recipes;

/// <summary>Runs that are interrupted, softly or hard, and started again.</summary>
public sealed class ResumeTests
{
    private const int Rows = 20_000; // five blocks

    private static Recipe Of(RecipeFolder folder) => folder.Recipe with { Count = Rows, Require = ["validity.types >= 0.5"] };

    /// <summary>A clock that stands still: then the reports, too, are the same to the byte.</summary>
    private sealed class Still : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

        public override long GetTimestamp() => 0;
    }

    /// <summary>Listens, and strikes at a step.</summary>
    private sealed class Striker(Func<Step, bool> at) : IProgress<Step>, IDisposable
    {
        private readonly CancellationTokenSource source = new();

        public List<Step> Steps { get; } = [];

        public CancellationToken Token => source.Token;

        public IEnumerable<string> Notes => Steps.Where(s => s.IsNote).Select(s => s.What);

        public void Report(Step value)
        {
            lock (Steps) Steps.Add(value);
            if (at(value)) source.Cancel();
        }

        public void Dispose() => source.Dispose();
    }

    private static Run RunOf(IProgress<Step>? progress = null) => Run.With(1) with { Clock = new Still(), Progress = progress };

    private static Dictionary<string, string> Contents(RecipeFolder folder, string below) =>
        folder.Names(below).ToDictionary(n => n, n => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(folder[below + "/" + n]))), StringComparer.Ordinal);

    /// <summary>Runs once without an interruption; paths in the results do not depend on the folder's name.</summary>
    private static async Task<Dictionary<string, string>> WholeAsync(RecipeFolder folder, Recipe recipe)
    {
        await (recipe with { To = folder["whole"] }).RunAsync(RunOf(), "semblance run");
        return Contents(folder, "whole");
    }

    private static async Task StrikeAsync(Recipe recipe, Func<Step, bool> at)
    {
        using var striker = new Striker(at);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => recipe.RunAsync(RunOf(striker), "semblance run", striker.Token));
    }

    public static TheoryData<string, Func<Step, bool>, bool> Points => new()
    {
        { "reading", s => s.Stage == Stage.Read, false },
        { "fitting", s => s.Stage == Stage.Fit, false },
        { "the first rows", s => s.Stage == Stage.Generate && s.Done > 0, true },
        { "rows in the middle", s => s.Stage == Stage.Generate && s.Done > Rows / 2, true },
        { "the last rows", s => s.Stage == Stage.Generate && s.Done == Rows, true },
        { "judging", s => s.Stage == Stage.Evaluate, true },
        { "reporting", s => s.Stage == Stage.Report, true },
    };

    [Theory]
    [MemberData(nameof(Points))]
    public async Task An_interrupted_run_goes_on_and_ends_with_the_bytes_of_one_in_one_go(string point, Func<Step, bool> at, bool keeps)
    {
        using var folder = await RecipeFolder.OfAsync();
        var recipe = Of(folder);
        var whole = await WholeAsync(folder, recipe);
        await StrikeAsync(recipe, at);
        Assert.Equal(keeps, Directory.Exists(folder["out/" + StagedFolder.Hidden]));
        Assert.DoesNotContain(folder.Names("out"), n => !n.StartsWith(StagedFolder.Hidden, StringComparison.Ordinal));
        Assert.Equal(keeps ? 1UL : null, await recipe.InterruptedSeedAsync());

        using var watch = new Striker(_ => false);
        await recipe.RunAsync(RunOf(watch), "semblance run");
        Assert.Equal(whole, Contents(folder, "out"));
        Assert.Equal(keeps, watch.Notes.Any(n => n.Contains("not fitted again", StringComparison.Ordinal)));
        Assert.Equal(keeps, !watch.Steps.Exists(s => s is { Stage: Stage.Fit, IsNote: false }));
        var made = watch.Steps.Where(s => s is { Stage: Stage.Generate, IsNote: false }).Select(s => s.Total ?? 0).DefaultIfEmpty(0).Max();
        if (point == "rows in the middle") Assert.InRange(made, 1, Rows - 4_096); // how many had reached the disk is for the disk to say
        if (point is "judging" or "reporting") Assert.Equal(0, made);
    }

    public static TheoryData<string, Action<string>> Damages => new()
    {
        { "nothing", _ => { } },
        { "rows cut short", hidden => Cut(Path.Combine(hidden, RunResult.DataFile), 0.4) },
        { "a byte of the rows changed", hidden => Change(Path.Combine(hidden, RunResult.DataFile), 0.5) },
        { "the header changed", hidden => Change(Path.Combine(hidden, RunResult.DataFile), 0) },
        { "the rows gone", hidden => File.Delete(Path.Combine(hidden, RunResult.DataFile)) },
        { "rows that no line tells of", hidden => File.AppendAllText(Path.Combine(hidden, RunResult.DataFile), "scarce,no") },
        { "the model changed", hidden => Change(Path.Combine(hidden, RunResult.ModelFile), 0.5) },
        { "the model gone", hidden => File.Delete(Path.Combine(hidden, RunResult.ModelFile)) },
        { "the journal cut short", hidden => Cut(Path.Combine(hidden, ".journal"), 0.7) },
        { "the journal changed", hidden => Change(Path.Combine(hidden, ".journal"), 0.6) },
        { "the journal gone", hidden => File.Delete(Path.Combine(hidden, ".journal")) },
        { "the key cut short", hidden => Cut(Path.Combine(hidden, ".key"), 0.5) },
        { "half a report", hidden => File.WriteAllText(Path.Combine(hidden, RunResult.ReportFile), "<html") },
    };

    private static void Cut(string path, double share)
    {
        using var file = File.OpenWrite(path);
        file.SetLength((long)(file.Length * share));
    }

    private static void Change(string path, double share)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[(int)(bytes.Length * share)] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task What_a_hard_end_damaged_is_made_again(string damage, Action<string> spoil)
    {
        using var folder = await RecipeFolder.OfAsync();
        var recipe = Of(folder);
        var whole = await WholeAsync(folder, recipe);
        await StrikeAsync(recipe, s => s.Stage == Stage.Evaluate);
        spoil(folder["out/" + StagedFolder.Hidden]);
        await recipe.RunAsync(RunOf(), "semblance run");
        Assert.True(whole.OrderBy(p => p.Key).SequenceEqual(Contents(folder, "out").OrderBy(p => p.Key)), damage);
    }

    public static TheoryData<string, Func<Recipe, Recipe>> Changes => new()
    {
        { "another seed", r => r with { Seed = 2 } },
        { "another model", r => r with { Model = "copula" } },
        { "another count", r => r with { Count = Rows + 1 } },
        { "another condition", r => r with { Where = "left = 'yes'" } },
        { "a kind", r => r with { Columns = r.Columns.Add("left", ColumnKind.Category) } },
        { "another share held out", r => r with { HoldoutShare = 0.3 } },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Another_recipe_starts_afresh(string change, Func<Recipe, Recipe> other)
    {
        using var folder = await RecipeFolder.OfAsync();
        var recipe = Of(folder);
        await StrikeAsync(recipe, s => s.Stage == Stage.Evaluate);
        using var watch = new Striker(_ => false);
        await other(recipe).RunAsync(RunOf(watch), "semblance run");
        Assert.True(!watch.Notes.Any(n => n.Contains("not fitted again", StringComparison.Ordinal)), change);
        Assert.Equal(RunResult.Files.Order(StringComparer.Ordinal), folder.Names("out"));
        Assert.Equal(await WholeAsync(folder, other(recipe)), Contents(folder, "out"));
    }

    [Fact]
    public async Task Other_data_start_afresh_and_other_gates_do_not()
    {
        using var folder = await RecipeFolder.OfAsync();
        var recipe = Of(folder);
        await StrikeAsync(recipe, s => s.Stage == Stage.Evaluate);
        using (var watch = new Striker(s => s.Stage == Stage.Evaluate))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => (recipe with { Require = [], Threads = 1 }).RunAsync(RunOf(watch), "semblance run", watch.Token));
            Assert.Contains(watch.Notes, n => n.Contains("not fitted again", StringComparison.Ordinal));
        }
        await File.AppendAllTextAsync(recipe.Data, (await File.ReadAllLinesAsync(recipe.Data))[^1] + "\n");
        using var other = new Striker(_ => false);
        await recipe.RunAsync(RunOf(other), "semblance run");
        Assert.DoesNotContain(other.Notes, n => n.Contains("not fitted again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Matched_rows_are_made_again_as_a_whole_and_come_out_the_same()
    {
        using var folder = await RecipeFolder.OfAsync();
        var recipe = Of(folder) with { Count = 5_000, Match = true };
        var whole = await WholeAsync(folder, recipe);
        await StrikeAsync(recipe, s => s.Stage == Stage.Evaluate);
        Cut(folder[$"out/{StagedFolder.Hidden}/{RunResult.DataFile}"], 0.9);
        await recipe.RunAsync(RunOf(), "semblance run");
        Assert.Equal(whole, Contents(folder, "out"));
    }

    [Fact]
    public async Task Two_runs_do_not_work_in_one_folder_at_once()
    {
        using var folder = await RecipeFolder.OfAsync();
        using var first = StagedFolder.Create(folder["out"], "a");
        Assert.Equal("SB1093", (await Assert.ThrowsAsync<DataException>(() => folder.Recipe.RunAsync(RunOf(), "semblance run"))).Code);
    }

    [Fact]
    public async Task A_finished_run_is_known_until_something_changes()
    {
        using var folder = await RecipeFolder.OfAsync();
        var recipe = Of(folder) with { Count = null };
        Assert.Null(await recipe.FinishedAsync());
        await recipe.RunAsync(RunOf(), "semblance run");
        Assert.NotNull(await recipe.FinishedAsync());
        Assert.NotNull(await (recipe with { Threads = 1 }).FinishedAsync());
        Assert.NotNull(await (await RecipeReader.ReadAsync(folder["out/recipe.yaml"])).FinishedAsync());
        foreach (var (change, other) in Changes.Select(row => ((string)row[0], (Func<Recipe, Recipe>)row[1])))
            Assert.True(await other(recipe).FinishedAsync() is null, change);
        Assert.Null(await (recipe with { Require = [] }).FinishedAsync());
        Assert.Null(await (recipe with { Seed = null }).FinishedAsync());
        Assert.Null(await (recipe with { Evaluate = [] }).FinishedAsync());
        foreach (var name in RunResult.Files)
        {
            var bytes = await File.ReadAllBytesAsync(folder["out/" + name]);
            Change(folder["out/" + name], 0.5);
            if (name != "manifest.json") Assert.True(await recipe.FinishedAsync() is null, name);
            File.Delete(folder["out/" + name]);
            Assert.True(await recipe.FinishedAsync() is null, name);
            await File.WriteAllBytesAsync(folder["out/" + name], bytes);
        }
        Assert.NotNull(await recipe.FinishedAsync());
        await File.AppendAllTextAsync(recipe.Data, "\n");
        Assert.Null(await recipe.FinishedAsync());
    }

    [Fact]
    public async Task What_a_gate_withheld_counts_as_finished()
    {
        using var folder = await RecipeFolder.OfAsync();
        var recipe = folder.Recipe with { Require = ["privacy.exact-copies > 2"] };
        Assert.True((await recipe.RunAsync(RunOf(), "semblance run")).Withheld);
        Assert.NotNull(await recipe.FinishedAsync());
        await File.WriteAllTextAsync(folder["out/synthetic.csv"], "smuggled");
        Assert.Null(await recipe.FinishedAsync());
    }
}
