using Semblance.Models;
using System.Text;
using System.Text.Json.Nodes;
using Semblance.Recipes;
using Semblance.Tests.Conventions;

namespace Semblance.Tests.Recipes;

/// <summary>The list of keys, and what follows it: the schema for editors, the table in the documentation, reading and writing.</summary>
public sealed class RecipeSchemaTests
{
    private const string SchemaFile = "docs/recipe.schema.json", Page = "docs/recipes.md", Accept = "SEMBLANCE_ACCEPT";

    [Fact]
    public void The_published_schema_is_the_one_of_the_keys()
    {
        var path = Path.Combine(Repository.Root, SchemaFile);
        if (Environment.GetEnvironmentVariable(Accept) == "1") File.WriteAllText(path, RecipeSchema.ToJson());
        Assert.True(File.ReadAllText(path) == RecipeSchema.ToJson(), $"{SchemaFile} is not what the keys say; run the tests once with {Accept}=1, which rewrites it, and commit it");
    }

    [Fact]
    public void The_table_of_keys_in_the_documentation_is_the_one_of_the_keys()
    {
        var path = Path.Combine(Repository.Root, Page);
        var text = File.ReadAllText(path);
        const string head = "| Key | Meaning | Default |\n|---|---|---|\n";
        var start = text.IndexOf(head, StringComparison.Ordinal) + head.Length;
        var end = text.IndexOf("\n\n", start, StringComparison.Ordinal) + 1;
        var table = new StringBuilder();
        foreach (var key in RecipeKeys.All)
            table.Append($"| `{key.Name}` | {key.Meaning}{(key.Page is { } page ? $"; see [{Path.GetFileNameWithoutExtension(page.Split('#')[0])}]({page})" : "")} | {key.Default} |\n");
        if (Environment.GetEnvironmentVariable(Accept) == "1") File.WriteAllText(path, text[..start] + table + text[end..]);
        else Assert.Equal(table.ToString(), text[start..end]);
    }

    [Fact]
    public void Every_key_has_a_place_in_the_schema_in_the_order_of_a_recipe()
    {
        var properties = JsonNode.Parse(RecipeSchema.ToJson())!["properties"]!.AsObject();
        Assert.Equal(RecipeKeys.All.Select(k => k.Name), properties.Select(p => p.Key));
        Assert.All(properties, p => Assert.NotEmpty(p.Value!["description"]!.ToString()));
        Assert.Equal(RecipeKeys.All.Length, RecipeKeys.All.Select(k => k.Name).Distinct().Count());
    }

    [Fact]
    public void Every_property_of_a_recipe_is_written_and_read_back()
    {
        var recipe = new Recipe
        {
            Data = Path.Combine("work", "a.csv"), Target = "income", Model = "cart", Budget = "90s", Refine = new RefineWish { Until = ["fidelity.c2st >= 0.9"], Families = ["cart", "argn"], Prefer = AutoPreference.Speed }, Seed = ulong.MaxValue, Count = long.MaxValue, HoldoutShare = 0.1, Where = "a > 1", Balance = "a", Fair = "b", Quasi = "c, d", Match = true, Mix = new MixWish { Ratios = [0.5, 2] },
            Set = new Recipe { Data = "" }.Set.Add("trees", "3"), Columns = new Recipe { Data = "" }.Columns.Add("a b", ColumnKind.Integer), Encoding = Semblance.Codecs.ColumnEncodings.Parse("a b: levels; c: ranges 20"), Constraints = ["a < b"], Evaluate = ["privacy", "fidelity.shape"], Require = ["privacy.dcr-share"],
            To = Path.Combine("work", "out"), Threads = 3,
        };
        var back = RecipeReader.Read(RecipeWriter.Write(recipe, "work"), Path.Combine("work", "r.yaml"));
        foreach (var property in typeof(Recipe).GetProperties().Where(p => p.CanWrite && p.Name != nameof(Recipe.HoldoutFile)))
        {
            object? written = property.GetValue(recipe), read = property.GetValue(back);
            if (written is System.Collections.IEnumerable many and not string) Assert.True(many.Cast<object>().SequenceEqual(((System.Collections.IEnumerable)read!).Cast<object>()), property.Name);
            else Assert.True(Equals(written, read), $"{property.Name}: {written} and {read}");
        }
        Assert.Equal(Path.Combine("work", "t.csv"), RecipeReader.Read(RecipeWriter.Write(recipe with { HoldoutFile = Path.Combine("work", "t.csv") }, "work"), Path.Combine("work", "r.yaml")).HoldoutFile);
        Assert.Equal(RecipeKeys.All.Select(k => k.Name), RecipeWriter.Write(recipe, "work").Split('\n').Where(l => l.Length > 0 && l[0] != ' ').Select(l => l.Split(':')[0]));
    }
}
