using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Semblance.Recipes;

namespace Semblance.Tests.Recipes;

public sealed class RecipeTests
{
    private static Recipe Read(string yaml) => RecipeReader.Read(yaml, Path.Combine("work", "a.recipe.yaml"));

    private static RecipeException Refused(string yaml) => Assert.Throws<RecipeException>(() => Read(yaml));

    [Fact]
    public void Every_key_is_read()
    {
        var recipe = Read("""
            version: 1
            data: adult.csv
            target: income
            model: cart
            budget: 90s
            set: { leaf: 5, note: "a: b" }
            seed: 18446744073709551615
            count: 10
            holdout: 0.25
            columns:
              zip: identifier
            where: "age >= 18"
            fair: "sex, race"
            match: false
            evaluate: [ privacy, fidelity.shape ]
            require:
              - privacy.dcr-share<=0.52
            to: out
            threads: 2
            """);
        Assert.Equal("sex, race", recipe.Fair);
        Assert.False(recipe.Match);
        Assert.True(Read("version: 1\ndata: a.csv\nmatch: true").Match);
        Assert.Null(recipe.Mix);
        Assert.Equal(new MixWish(), Read("version: 1\ndata: a.csv\nmix: {}").Mix);
        Assert.Equal([0.5], Read("version: 1\ndata: a.csv\nmix: { ratios: 0.5 }").Mix!.Ratios.AsEnumerable());
        Assert.Equal([0.5, 2], Read("version: 1\ndata: a.csv\nmix: { ratios: [0.5, 2] }").Mix!.Ratios.AsEnumerable());
        Assert.Equal(new MixWish(), Read(RecipeWriter.Write(recipe with { Mix = new MixWish() }, "work")).Mix);
        Assert.Equal(["privacy", "fidelity.shape"], recipe.Evaluate.ToArray());
        Assert.Equal(Path.Combine("work", "adult.csv"), recipe.Data);
        Assert.Equal(("income", "cart", ulong.MaxValue, 10L, 0.25, 2), (recipe.Target, recipe.Model, recipe.Seed!.Value, recipe.Count!.Value, recipe.HoldoutShare, recipe.Threads!.Value));
        Assert.Equal("a: b", recipe.Set["note"]);
        Assert.Equal("90s", recipe.Budget);
        Assert.Equal("90s", Read(RecipeWriter.Write(recipe, "work")).Budget);
        Assert.Equal(ColumnKind.Identifier, recipe.Columns["zip"]);
        Assert.Equal(["privacy.dcr-share<=0.52"], recipe.Require.ToArray());
        Assert.Equal(Path.Combine("work", "test.csv"), Read("version: 1\ndata: a.csv\nholdout: test.csv").HoldoutFile);
    }

    [Theory]
    [InlineData("version: 1\ndata: a.csv\ntraget: x", "line 3, column 1", "`target`")]
    [InlineData("version: 1\ndata: a.csv\nmix: yes", "line 3, column 6", "`mix`")]
    [InlineData("version: 1\ndata: a.csv\nmix: { ratio: 1 }", "line 3, column 6", "`ratio`")]
    [InlineData("version: 1\ndata: a.csv\nmix: { ratios: [1, 0] }", "line 3, column 20", "`0`")]
    [InlineData("version: 1\ndata: a.csv\nset: 3", "line 3, column 6", "`set`")]
    [InlineData("version: 1\ndata: a.csv\nseed: -1", "line 3, column 7", "`-1`")]
    [InlineData("version: 1\ndata: a.csv\nbudget: soon", "line 3, column 9", "`soon`")]
    [InlineData("version: 1\ndata: a.csv\ncount: 0", "line 3, column 8", "`0`")]
    [InlineData("version: 1\ndata: a.csv\ncount: 1e3", "line 3, column 8", "`1e3`")]
    [InlineData("version: 1\ndata: a.csv\nholdout: 1.5", "line 3, column 10", "`1.5`")]
    [InlineData("version: 1\ndata: [a.csv]", "line 2, column 7", "a list")]
    [InlineData("version: 1\ndata: a.csv\ncolumns: { zip: catgory }", "line 3, column 17", "`category`")]
    [InlineData("version: 1\ndata: a.csv\nencoding: { zip: level }", "line 3, column 18", "`level`")]
    [InlineData("version: 1\ndata: a.csv\nencoding: levels", "line 3, column 11", "`encoding`")]
    [InlineData("version: 1\ndata: a.csv\nrequire: dcr <", "line 3, column 10", "dcr")]
    [InlineData("version: 1\ndata: a.csv\nmatch: yes", "line 3, column 8", "true or false")]
    [InlineData("version: 1\ndata: a.csv\nevaluate:\n  - privacy.dcr-shar", "line 4, column 5", "`privacy.dcr-share`")]
    [InlineData("version: 1\ndata: a.csv\nevaluate: { a: b }", "line 3, column 11", "a map")]
    [InlineData("version: 2\ndata: a.csv", "line 1, column 10", "`2`")]
    [InlineData("data: a.csv", "version", "version: 1")]
    [InlineData("version: 1", "data", "adult.csv")]
    public void Mistakes_are_named_with_line_column_and_remedy(string yaml, string where, string word)
    {
        var error = Refused(yaml);
        Assert.Contains(where, error.Message, StringComparison.Ordinal);
        Assert.Contains(word, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Writing_and_reading_gives_the_same_recipe()
    {
        var texts = ArbMap.Default.GeneratorFor<string>().Where(s => !string.IsNullOrEmpty(s) && !s.Any(char.IsSurrogate) && !s.Any(c => c is '\0' or '\uFFFE' or '\uFFFF'));
        Prop.ForAll(texts.ToArbitrary(), texts.ToArbitrary(), ArbMap.Default.ArbFor<ulong>(), (name, value, seed) =>
        {
            var recipe = new Recipe
            {
                Data = Path.Combine("work", "a.csv"), Target = name, Seed = seed, Where = value,
                Set = new Dictionary<string, string> { [name] = value }.ToImmutableSortedDictionary(StringComparer.Ordinal),
                Columns = new Dictionary<string, ColumnKind> { [value] = ColumnKind.Text }.ToImmutableSortedDictionary(StringComparer.Ordinal),
            };
            var back = RecipeReader.Read(RecipeWriter.Write(recipe, "work"), Path.Combine("work", "recipe.yaml"));
            return back.Target == name && back.Where == value && back.Set[name] == value && back.Columns[value] == ColumnKind.Text && back.Seed == seed && back.Data == recipe.Data;
        }).QuickCheckThrowOnFailure();
    }
}
