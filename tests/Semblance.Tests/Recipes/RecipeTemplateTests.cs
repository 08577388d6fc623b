using System.Text;
using Semblance.Data;
using Semblance.Recipes;
using Semblance.Tests.Conventions;

namespace Semblance.Tests.Recipes;

/// <summary>First recipes: each is read back, runs, and suits its purpose.</summary>
public sealed class RecipeTemplateTests : IDisposable
{
    private static readonly Run Run = Run.With(1);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("semblance-template-");

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>Names that would break a recipe that does not quote, or a comment that does not keep to its line.</summary>
    private static readonly string[] Ugly = ["a, b", "x: y", "line\nbreak", "`back`", "#hash", "quo\"te", "- dash", "true", "{brace}", "emoji \U0001F600", "it's", "{{", "null", "mail"];

    private async Task<string> UglyTableAsync()
    {
        static string Cell(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        var text = new StringBuilder(string.Join(',', Ugly.Select(Cell))).Append('\n');
        for (var i = 0; i < 240; i++)
            text.Append(string.Join(',', Ugly.Select((name, c) => Cell(name == "mail" ? $"p{i}@example.org" : c % 3 == 0 ? (i * (c + 7) % 50).ToString(System.Globalization.CultureInfo.InvariantCulture) : i * (c + 1) % 11 < 2 ? "rare\nvalue" : "usual #1")))).Append('\n');
        var path = Path.Combine(folder.FullName, "ugly: #1.csv");
        await File.WriteAllTextAsync(path, text.ToString());
        return path;
    }

    private async Task<string> ClinicAsync()
    {
        var path = Path.Combine(folder.FullName, "clinic.csv");
        await File.WriteAllLinesAsync(path, (await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "samples/clinic.csv"))).Take(301));
        return path;
    }

    private async Task<(string Text, Recipe Recipe)> WrittenAsync(string data, string? target, RecipePurpose purpose)
    {
        var table = await Table.ReadAsync(data);
        var text = RecipeTemplate.For(data, table.Schema, target, folder.FullName, table.Profile(Run), purpose);
        return (text, RecipeReader.Read(text, Path.Combine(folder.FullName, "first.recipe.yaml")));
    }

    public static TheoryData<RecipePurpose> Purposes => [.. Enum.GetValues<RecipePurpose>()];

    [Theory]
    [MemberData(nameof(Purposes))]
    public async Task A_first_recipe_of_a_sample_runs_as_it_is_written(RecipePurpose purpose)
    {
        var (_, recipe) = await WrittenAsync(await ClinicAsync(), "readmitted", purpose);
        var result = await recipe.RunAsync(Run, "semblance run");
        Assert.NotEmpty(result.Gates);
        // every score that a gate names has a value: a gate that can't be met is no advice
        Assert.All(result.Gates, g => Assert.DoesNotContain("no value", g.Why, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Purposes))]
    public async Task Names_that_need_quotes_break_neither_recipe_nor_run(RecipePurpose purpose)
    {
        var data = await UglyTableAsync();
        foreach (var target in Ugly.Where(n => n != "mail"))
        {
            var (text, recipe) = await WrittenAsync(data, target, purpose);
            Assert.Equal(target, recipe.Target);
            Assert.Equal(data, recipe.Data);
            // with every remark taken away that is a line of YAML, it is still a recipe
            var open = string.Join('\n', text.Split('\n').Select(l => l.StartsWith("#   ", StringComparison.Ordinal) && !l.Contains("(kept)", StringComparison.Ordinal) && !l.Contains("key: value", StringComparison.Ordinal) ? l[2..] : l == "# columns:" ? "columns:" : l));
            var columns = open[open.IndexOf("columns:", StringComparison.Ordinal)..];
            Assert.Equal(Ugly.Order(StringComparer.Ordinal), RecipeReader.Read($"version: 1\ndata: a.csv\n{columns}", "a.yaml").Columns.Keys);
            if (target != new[] { "x: y", "line\nbreak", "`back`", "{{" }[(int)purpose]) continue;
            await (recipe with { Model = "independent", Set = recipe.Set.Clear(), Evaluate = ["validity"], Require = [] }).RunAsync(Run, "semblance run");
        }
    }

    [Theory]
    [MemberData(nameof(Purposes))]
    public async Task Without_a_target_or_a_profile_it_is_sound(RecipePurpose purpose)
    {
        var data = await ClinicAsync();
        var (text, recipe) = await WrittenAsync(data, null, purpose);
        Assert.Null(recipe.Target);
        Assert.Null(recipe.Balance);
        Assert.DoesNotContain(recipe.Require, r => r.StartsWith("utility", StringComparison.Ordinal));
        Assert.Contains("# target: readmitted", text, StringComparison.Ordinal);
        var table = await Table.ReadAsync(data);
        RecipeReader.Read(RecipeTemplate.For(data, table.Schema, "readmitted", folder.FullName, null, purpose), "a.yaml");
    }

    [Fact]
    public async Task Each_purpose_asks_for_what_it_needs()
    {
        var data = await ClinicAsync();
        async Task<Recipe> Of(RecipePurpose purpose) => (await WrittenAsync(data, "readmitted", purpose)).Recipe;
        var (train, test, share, augment) = (await Of(RecipePurpose.Train), await Of(RecipePurpose.Test), await Of(RecipePurpose.Share), await Of(RecipePurpose.Augment));
        Assert.Contains("utility.tstr", train.Require);
        Assert.Contains("validity.types", test.Require);
        Assert.Equal(300, test.Count);
        Assert.Equal(["validity", "diversity", "fidelity.marginals-2"], test.Evaluate.ToArray());
        Assert.StartsWith("privacy.", share.Require[0], StringComparison.Ordinal);
        Assert.True(share.HoldoutShare > train.HoldoutShare && share.Require.Length > train.Require.Length && share.Set.ContainsKey("dropout"));
        Assert.Equal("readmitted", augment.Balance);
    }

    [Fact]
    public async Task What_the_profile_found_is_told()
    {
        var (text, _) = await WrittenAsync(await UglyTableAsync(), "x: y", RecipePurpose.Share);
        Assert.Contains("column mail looks like personal data", text, StringComparison.Ordinal);
        Assert.Contains("240 rows, 14 columns", text, StringComparison.Ordinal);
        Assert.Contains("of the target x: y, `rare value` has", text, StringComparison.Ordinal);
        Assert.DoesNotContain("@example.org", text, StringComparison.Ordinal); // forms are named, no value is
    }

    [Theory]
    [InlineData(0.5, false)]
    [InlineData(0.32, false)]
    [InlineData(0.28, true)]
    [InlineData(0.05, true)]
    public async Task Augmentation_balances_a_rare_class_and_no_other(double share, bool balanced)
    {
        var data = Path.Combine(folder.FullName, "skewed.csv");
        await File.WriteAllTextAsync(data, "x,class\n" + string.Concat(Enumerable.Range(0, 400).Select(i => $"{i % 37},{(i < share * 400 ? "few" : "many")}\n")));
        Assert.Equal(balanced ? "class" : null, (await WrittenAsync(data, "class", RecipePurpose.Augment)).Recipe.Balance);
    }
}
