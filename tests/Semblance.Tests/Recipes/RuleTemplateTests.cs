using Semblance.Data;
using Semblance.Formats;
using Semblance.Recipes;
using Semblance.Rules;
using Semblance.Tests.Rules;

namespace Semblance.Tests.Recipes;

public sealed class RuleTemplateTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("semblance-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static async Task<Table> OrdersAsync() => await RuleSamples.TableAsync(RuleSamples.One("""
        id: {sequence: {prefix: 'ORD-', width: 6}}
        who: {form: person-name}
        mail: {form: email}
        country: {choice: {DE: 50, FR: 30, IT: 19, 'XK-7': 0.05}}
        currency: {given: {country: {DE: {choice: ['euro']}, FR: {choice: ['franc']}}, else: {choice: ['lira']}}}
        net: {lognormal: {median: 50, sigma: 0.7}, decimals: 2}
        tax: {expression: net * 0.2, decimals: 2}
        gross: {expression: net + tax, decimals: 2}
        zeros: {mixture: [{weight: 7, integer-uniform: {min: 0, max: 0}}, {weight: 3, poisson: 300}]}
        ordered: {date: {from: 2023-01-01, to: 2023-12-31}}
        sent: {date: {from: ordered, to: ordered + 9}, missing: 0.1}
        code: {pattern: '[A-Z]{2}\d{4}'}
        note: {template: {text: 'please {a} the {b} soon {c}', words: {a: [send, bring, keep], b: [box, letter], c: [x1, y2, z3, secretword]}}}
        """, 3000));

    [Fact]
    public async Task The_file_reads_back_and_makes_rows_like_the_table()
    {
        var real = await OrdersAsync();
        var yaml = RuleTemplate.For("orders", real, real.Profile(Run.With(1)));
        var rules = RuleSchema.Read(yaml, "orders.rules.yaml");
        Assert.Equal((3000L, "orders"), (rules.Count, rules.Tables[0].Name));
        var made = await RuleSamples.TableAsync(rules);
        Assert.Equal(real.Schema.Columns.Select(c => c.Name), made.Schema.Columns.Select(c => c.Name));
        Assert.Equal(3000, RuleSamples.Texts(made, "id").Distinct().Count());
        Assert.InRange(Median(made, "net"), Median(real, "net") * 0.9, Median(real, "net") * 1.1);
        Assert.InRange(RuleSamples.Texts(made, "country").Count(c => c == "DE"), 1350, 1650);
        Assert.InRange(RuleSamples.Numbers(made, "zeros").Count(v => v == 0), 1950, 2250);
        Assert.InRange(Enumerable.Range(0, 3000).Count(made["sent"].IsMissing), 200, 400);
        Assert.All(Enumerable.Range(0, 3000), r => Assert.Equal(made["country"].Text(r) switch { "DE" => "euro", "FR" => "franc", _ => "lira" }, made["currency"].Text(r)));
        for (var r = 0; r < 3000; r++) Assert.Equal(RuleSamples.Numbers(made, "net")[r] + RuleSamples.Numbers(made, "tax")[r], RuleSamples.Numbers(made, "gross")[r], 0.0101);
        for (var r = 0; r < 3000; r++)
            if (!made["sent"].IsMissing(r)) Assert.True(((DateTimeColumn)made["ordered"]).Ticks[r] <= ((DateTimeColumn)made["sent"]).Ticks[r]);
        Assert.All(RuleSamples.Texts(made, "mail"), m => Assert.Contains("@example.", m));
    }

    [Fact]
    public async Task No_value_of_few_rows_gets_into_the_file()
    {
        var real = await OrdersAsync();
        var yaml = RuleTemplate.For("orders", real, real.Profile(Run.With(1)));
        Assert.DoesNotContain("XK-7", yaml);
        Assert.DoesNotContain("secretword", yaml);
        foreach (var column in new[] { "id", "who", "mail", "note", "code" })
            foreach (var text in RuleSamples.Texts(real, column).Distinct()) Assert.DoesNotContain(text, yaml);
        var net = RuleSamples.Numbers(real, "net");
        foreach (var extreme in new[] { net.Max(), net.Min(), net.Order().ElementAt(1), net.OrderDescending().ElementAt(1) })
            Assert.DoesNotContain(extreme.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture), yaml);
    }

    [Fact]
    public async Task A_profile_in_JSON_gives_marginals()
    {
        var real = await OrdersAsync();
        var profile = Path.Combine(folder, "orders.json");
        await real.Profile(Run.With(1)).WriteAsync(profile);
        var path = Path.Combine(folder, "like.rules.yaml");
        await File.WriteAllTextAsync(path, "rules: 1\nrows: 4000\ncolumns:\n  net: {profile: {file: orders.json}}\n  land: {profile: {file: orders.json, column: country}}\n  sent: {profile: {file: orders.json}}\n");
        using var opened = await Opening.OpenAsync(path);
        var made = await RuleSamples.TableAsync(opened.Rules!);
        Assert.InRange(Median(made, "net"), Median(real, "net") * 0.9, Median(real, "net") * 1.1);
        Assert.InRange(RuleSamples.Texts(made, "land").Count(c => c == "DE"), 1800, 2200);
        Assert.InRange(Enumerable.Range(0, 4000).Count(made["sent"].IsMissing), 300, 500);
    }

    [Fact]
    public async Task Columns_of_a_fitted_model_come_from_one_row_of_it()
    {
        var real = await RuleSamples.TableAsync(RuleSamples.One("a: {choice: [x, y, z]}\nb: {given: {a: {x: {normal: {mean: 0}}, y: {normal: {mean: 50}}, z: {normal: {mean: 100}}}}, decimals: 1}", 3000));
        using (var model = await real.FitAsync(new Semblance.Models.Cart(), Run.With(1))) await model.SaveAsync(Path.Combine(folder, "ab.semblance"));
        var path = Path.Combine(folder, "like.rules.yaml");
        await File.WriteAllTextAsync(path, "rules: 1\nrows: 2000\ncolumns:\n  id: sequence\n  first: {model: {file: ab.semblance, column: a}}\n  second: {model: {file: ab.semblance, column: b}}\n  both: {expression: second + 0}\n");
        using var opened = await Opening.OpenAsync(path);
        var made = await RuleSamples.TableAsync(opened.Rules!);
        for (var r = 0; r < 2000; r++) Assert.InRange(RuleSamples.Numbers(made, "second")[r] - made["first"].Text(r) switch { "x" => 0, "y" => 50, _ => 100 }, -10, 10);
        Assert.Equal(await RuleSamples.TextsAsync(await RuleSamples.MakeAsync(opened.Rules!, threads: 1)), await RuleSamples.TextsAsync(await RuleSamples.MakeAsync(opened.Rules!, threads: 2)));
    }

    [Fact]
    public async Task A_recipe_is_no_rules_file()
    {
        var path = Path.Combine(folder, "a.recipe.yaml");
        await File.WriteAllTextAsync(path, "version: 1\ndata: a.csv\n");
        Assert.Equal("SB2012", (await Assert.ThrowsAsync<RecipeException>(() => Opening.OpenAsync(path))).Code);
    }

    private static double Median(Table table, string column) => RuleSamples.Numbers(table, column).Order().ElementAt(table.Rows / 2);
}
