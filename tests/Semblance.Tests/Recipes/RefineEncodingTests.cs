using System.Collections.Immutable;
using Semblance.Codecs;
using Semblance.Data;
using Semblance.Models;
using Semblance.Numerics;
using Semblance.Recipes;

namespace Semblance.Tests.Recipes;

/// <summary>A number that is a name: which of three groups a code belongs to, and what it costs, has nothing to do with its neighbours. On a line it is blurred.</summary>
public sealed class RefineEncodingTests
{
    /// <summary>40 codes at odd places, each with a group and a price level of its own.</summary>
    internal static Table Coded(int rows, ulong seed)
    {
        var random = new RandomStream(new Seed(seed), "coded");
        var fixedly = new RandomStream(new Seed(99), "codes");
        int[] group = new int[rows], region = new int[rows];
        double[] code = new double[rows], price = new double[rows];
        for (var i = 0; i < rows; i++)
        {
            var (a, b, c, d) = random.Words(i);
            var k = (long)(RandomStream.Unit(a) * 40);
            var (p, q, r, _) = fixedly.Words(k);
            code[i] = 1_003 + 977 * k + p % 700;
            group[i] = RandomStream.Unit(b) < 0.9 ? (int)(q % 3) : (int)(b % 3);
            region[i] = (int)(c % 4);
            price[i] = Math.Round(20 + r % 5 * 30 + 4 * FastMath.NormalQuantile((d + 0.5) / 4294967296.0), 1);
        }
        return new Table(
        [
            new NumberColumn(new ColumnSchema("code", ColumnKind.Integer) { Number = NumberForm.Integer }, code),
            new CategoryColumn(new("group", ColumnKind.Category), group, ["a", "b", "c"]),
            new CategoryColumn(new("region", ColumnKind.Category), region, ["north", "east", "south", "west"]),
            new NumberColumn(new ColumnSchema("price", ColumnKind.Decimal) { Number = new(1, 1) }, price),
        ]);
    }

    [Fact]
    public async Task It_finds_the_column_that_is_better_taken_by_its_values()
    {
        var refine = new Refine { Families = ["circuit"], Until = Gate.Parse("fidelity.c2st>=0.9 and privacy.dcr-share<=1 and privacy.exact-copies<=1") };
        using var found = await Coded(3_000, 1).FitAsync(refine, Run.With(4) with { Budget = Budget.Parse("4s") });
        var tried = found.About.Trail.First(a => a.Why.Contains("column `code`: taken by its values", StringComparison.Ordinal));
        Assert.Contains("encoding=code: levels", tried.Spec, StringComparison.Ordinal);
        Assert.True(tried.Scores["fidelity.c2st"] > found.About.Trail[0].Scores["fidelity.c2st"] + 0.1, $"{tried.Scores["fidelity.c2st"]} and {found.About.Trail[0].Scores["fidelity.c2st"]}");
        Assert.Equal("code: levels", found.About.Spec["encoding"]);
        Assert.Contains("column `code`: taken by its values", found.About.Notes);
    }

    [Fact]
    public void The_columns_that_fail_are_tried_by_their_values_once_and_only_where_they_can_be()
    {
        var schema = Coded(10, 1).Schema;
        ImmutableHashSet<string> byValues = ["code", "price"];
        var moves = Moves(Trial(new Circuit()));
        Assert.StartsWith("fidelity.c2st falls short, `region` gives rows away: components", moves[0], StringComparison.Ordinal);
        Assert.Equal("fidelity.c2st falls short, `region` gives rows away: column `code`: taken by its values", moves[1]);
        Assert.Single(moves, m => m.Contains("taken by", StringComparison.Ordinal));
        Assert.DoesNotContain(Moves(Trial(new Circuit { Encoding = ColumnEncodings.Parse("code: levels") })), m => m.Contains("taken by", StringComparison.Ordinal));
        Assert.DoesNotContain(Moves(Trial(new Circuit { Encoding = ColumnEncodings.Parse("code: ranges 20") })), m => m.Contains("taken by", StringComparison.Ordinal)); // what the user asked for stays
        Assert.DoesNotContain(Moves(Trial(new Circuit(), bound: 1)), m => m.Contains("taken by", StringComparison.Ordinal)); // no way to more privacy

        string[] Moves(RefineTrial trial) => [.. Mending.Of(trial, schema, byValues, 1_000).Select(m => m.Why)];

        static RefineTrial Trial(IModel<Table> model, double bound = -1)
        {
            var trial = new RefineTrial(model, "circuit", "", "");
            trial.Add(new RefineJudgement(ImmutableSortedDictionary<string, double>.Empty.Add("fidelity.c2st", 0.5), ImmutableSortedDictionary<string, double>.Empty.Add("fidelity.c2st", 1), [bound], [], "region", ["region", "code", "group"]), 1);
            return trial;
        }
    }

    [Fact]
    public async Task A_search_keeps_the_encoding_that_it_is_given()
    {
        using var found = await Coded(300, 1).FitAsync(new Refine { Families = ["independent", "copula"], Encoding = ColumnEncodings.Parse("price: ranges 5") }, Run.With(4) with { Budget = Budget.Parse("2s") });
        Assert.All(found.About.Trail, a => Assert.Contains("price: ranges 5", a.Spec, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Auto_hands_it_on_to_what_it_tries()
    {
        using var found = await Coded(300, 1).FitAsync(new Auto { Encoding = ColumnEncodings.Parse("price: ranges 5") }, Run.With(4));
        Assert.Equal("price: ranges 5", found.About.Spec["encoding"]);
    }

    [Fact]
    public async Task A_recipe_writes_it_down_and_its_resolved_form_makes_the_same_bytes()
    {
        using var folder = await RecipeFolder.OfAsync();
        var recipe = folder.Recipe with { Encoding = ColumnEncodings.Parse("height: ranges 2") };
        var result = await recipe.RunAsync(Run.With(1), "semblance run");
        Assert.Equal("height: ranges 2", result.Manifest.Model!.Spec["encoding"]);
        var resolved = await File.ReadAllTextAsync(folder["out/recipe.yaml"]);
        Assert.Contains("encoding:\n  height: \"ranges 2\"\n", resolved, StringComparison.Ordinal);
        await (RecipeReader.Read(resolved, folder["out/recipe.yaml"]) with { To = folder["again"] }).RunAsync(Run.With(2), "semblance run");
        await (folder.Recipe with { To = folder["plain"] }).RunAsync(Run.With(1), "semblance run");
        Assert.Equal(await File.ReadAllBytesAsync(folder["out/model.semblance"]), await File.ReadAllBytesAsync(folder["again/model.semblance"]));
        Assert.Equal(await File.ReadAllBytesAsync(folder["out/synthetic.csv"]), await File.ReadAllBytesAsync(folder["again/synthetic.csv"]));
        Assert.NotEqual(await File.ReadAllBytesAsync(folder["out/synthetic.csv"]), await File.ReadAllBytesAsync(folder["plain/synthetic.csv"]));
        Assert.Equal("SB2026", (await Assert.ThrowsAsync<RecipeException>(() => (recipe with { Encoding = ColumnEncodings.Parse("group: levels") }).PlanAsync(Run.With(1)))).Code);
        Assert.Equal("SB2021", (await Assert.ThrowsAsync<RecipeException>(() => (recipe with { Model = "ngram" }).PlanAsync(Run.With(1)))).Code);
    }
}
