using System.Text.Json;

namespace Semblance.Acceptance;

/// <summary>Recipes on the command line: first ones, plans, what editors are told.</summary>
public sealed class RecipeTests
{
    [Fact]
    public async Task A_dry_run_of_a_first_recipe_plans_and_writes_nothing()
    {
        using var scratch = new Scratch();
        var made = await CommandLine.RunAsync("new", Repository.Clinic, "--target", "readmitted", "--for", "share", "--to", scratch["a.recipe.yaml"], "--quiet");
        Assert.True(made.Code == 0, made.ToString());
        var plan = await CommandLine.RunAsync("run", scratch["a.recipe.yaml"], "--dry-run", "--quiet");
        Assert.True(plan.Code == 0, plan.ToString());
        foreach (var word in new[] { "Nothing was written", "read", "split", "fit", "generate", "evaluate", "report", "privacy.dcr-share", "dropout=0.2", "Forecast, on " }) Assert.Contains(word, plan.Output);
        using var json = JsonDocument.Parse((await CommandLine.RunAsync("run", scratch["a.recipe.yaml"], "--dry-run", "--json", "--quiet")).Output);
        Assert.Equal(6, json.RootElement.GetProperty("steps").GetArrayLength());
        Assert.True(json.RootElement.GetProperty("forecast").GetProperty("memoryBytes").GetInt64() > 0);
        Assert.Equal(["a.recipe.yaml"], scratch.Files());
    }

    [Fact]
    public async Task A_purpose_that_does_not_exist_is_answered_with_the_nearest()
    {
        var outcome = await CommandLine.RunAsync("new", Repository.Clinic, "--for", "shares");
        Assert.Equal(1, outcome.Code);
        Assert.Contains("did you mean `share`?", outcome.Errors);
    }

    [Fact]
    public async Task The_schema_for_editors_can_be_printed()
    {
        using var schema = JsonDocument.Parse((await CommandLine.RunAsync("show", "recipe-schema")).Output);
        using var keys = JsonDocument.Parse((await CommandLine.RunAsync("list", "recipe-keys", "--json")).Output);
        Assert.Equal(keys.RootElement.EnumerateObject().Select(k => k.Name), schema.RootElement.GetProperty("properties").EnumerateObject().Select(k => k.Name));
    }
}
