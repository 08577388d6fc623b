using Semblance.Recipes;

namespace Semblance.Tests.Recipes;

public sealed class PlanTests
{
    private static readonly Run Run = Run.With(1);

    [Fact]
    public async Task A_plan_names_every_step_with_its_rows_and_writes_nothing()
    {
        using var folder = await RecipeFolder.OfAsync();
        var plan = await (folder.Recipe with { Count = 1_000, Require = ["privacy.exact-copies"] }).PlanAsync(Run);
        Assert.Equal([("read", 300L), ("split", 300L), ("fit", 240L), ("generate", 1_000L), ("evaluate", 1_000L), ("report", 0L)], plan.Steps.Select(s => (s.Name, s.Rows)));
        Assert.Equal(["privacy.exact-copies"], plan.Gates.Select(g => g.Text));
        Assert.All(plan.Steps, s => Assert.True(double.IsFinite(s.Seconds) && s.Seconds > 0, s.ToString()));
        Assert.True(plan.MemoryBytes > 0 && plan.OutputBytes > 0);
        Assert.Equal(folder["out"], plan.Folder);
        var mixed = await (folder.Recipe with { Count = 1_000, Mix = new MixWish() }).PlanAsync(Run);
        Assert.Equal([("mix", 240L), ("report", 0L)], mixed.Steps[^2..].Select(s => (s.Name, s.Rows)));
        Assert.True(mixed.Steps[^2].Seconds > 0 && mixed.OutputBytes > plan.OutputBytes && mixed.Steps[^1].What.Contains(RunResult.MixFile, StringComparison.Ordinal));
        Assert.Equal(["data.csv"], folder.Names());
    }

    [Fact]
    public async Task More_work_is_forecast_to_take_longer()
    {
        using var folder = await RecipeFolder.OfAsync();
        var little = await folder.Recipe.PlanAsync(Run);
        var much = await (folder.Recipe with { Count = 10_000_000, Model = "diffusion", Evaluate = [] }).PlanAsync(Run);
        foreach (var step in (string[])["fit", "generate", "evaluate"])
            Assert.True(much.Steps.Single(s => s.Name == step).Seconds > little.Steps.Single(s => s.Name == step).Seconds, step);
        Assert.True(much.OutputBytes > 1_000 * little.Steps[0].Rows && much.MemoryBytes > little.MemoryBytes);
    }

    public static TheoryData<string, Func<Recipe, Recipe>> Mistakes => new()
    {
        { "SB2010", r => r with { To = null } },
        { "SB1091", r => r with { To = r.Data } },
        { "SB1091", r => r with { To = Path.Combine(r.Data, "deeper", "out") } },
        { "SB1001", r => r with { Data = r.Data + "x" } },
        { "SB1202", r => r with { Target = "gruop" } },
        { "SB1202", r => r with { Columns = r.Columns.Add("gruop", ColumnKind.Category) } },
        { "SB2020", r => r with { Model = "crat" } },
        { "SB2021", r => r with { Model = "cart", Set = r.Set.Add("treees", "3") } },
        { "SB2022", r => r with { Model = "cart", Set = r.Set.Add("trees", "0") } },
        { "SB2022", r => r with { Model = "auto", Set = r.Set.Add("trialRows", "1") } },
        { "SB2023", r => r with { Budget = "soon" } },
        { "SB2024", r => r with { Budget = "60s" } },
        { "SB2030", r => r with { Require = ["1 < 2"] } },
        { "SB2031", r => r with { Require = ["privacy"] } },
        { "SB2050", r => r with { Evaluate = ["fidelity.shap"] } },
        { "SB2067", r => r with { Where = "heigth > 3" } },
        { "SB2063", r => r with { Constraints = ["height between"] } },
        { "SB2081", r => r with { Constraints = ["height < 3", "height > 5"] } },
        { "SB3050", r => r with { Constraints = ["height < 3"] } },
        { "SB2100", r => r with { Balance = "" } },
        { "SB2103", r => r with { Fair = "left", Target = null } },
        { "SB2104", r => r with { Fair = "left", Balance = "left" } },
        { "SB1202", r => r with { Quasi = "left, gruop" } },
        { "SB2106", r => r with { Quasi = "left, left" } },
        { "SB2110", r => r with { Mix = new MixWish { Ratios = [0.5, 21] } } },
        { "SB2111", r => r with { Mix = new MixWish() } },
        { "SB2114", r => r with { Mix = new MixWish(), Target = null } },
        { "SB2105", r => r with { Match = true, Where = "height > 3" } },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task What_is_wrong_is_told_before_any_work(string code, Func<Recipe, Recipe> spoil)
    {
        using var folder = await RecipeFolder.OfAsync(60);
        var error = await Assert.ThrowsAnyAsync<SemblanceException>(() => spoil(folder.Recipe).PlanAsync(Run));
        Assert.Equal(code, error.Code);
        Assert.Equal(["data.csv"], folder.Names());
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_to_is_told()
    {
        if (OperatingSystem.IsWindows() || Environment.UserName == "root") return; // root may write anywhere
        using var folder = await RecipeFolder.OfAsync(60);
        Directory.CreateDirectory(folder["locked"]);
        File.SetUnixFileMode(folder["locked"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Equal("SB1091", (await Assert.ThrowsAsync<DataException>(() => (folder.Recipe with { To = folder["locked/out"] }).PlanAsync(Run))).Code);
    }
}
