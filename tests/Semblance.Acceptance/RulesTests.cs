namespace Semblance.Acceptance;

/// <summary>Rules on the command line, as a user's shell sees them.</summary>
public sealed class RulesTests
{
    private static readonly string Shop = Path.Combine(Repository.Root, "samples/shop.rules.yaml");

    [Fact]
    public async Task The_shop_goes_into_a_folder_the_same_at_any_number_of_threads()
    {
        using var scratch = new Scratch();
        foreach (var threads in new[] { "1", "2" })
        {
            var outcome = await CommandLine.RunAsync("generate", Shop, "--seed", "1", "--threads", threads, "--to", scratch[threads]);
            Assert.True(outcome.Code == 0, outcome.ToString());
            Assert.Contains("1,000 customers, 200 products", outcome.Errors, StringComparison.Ordinal);
        }
        foreach (var file in new[] { "customers.csv", "products.csv", "orders.csv", "lines.csv", "schema.json" })
            Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(scratch["1"], file)), await File.ReadAllBytesAsync(Path.Combine(scratch["2"], file)));
    }

    [Fact]
    public async Task Other_outputs_previews_and_show_work()
    {
        using var scratch = new Scratch();
        var sqlite = await CommandLine.RunAsync("generate", Shop, "--seed", "1", "--count", "50", "--to", scratch["shop.sqlite"], "--quiet");
        Assert.True(sqlite.Code == 0 && new FileInfo(scratch["shop.sqlite"]).Length > 4096, sqlite.ToString());
        var preview = await CommandLine.RunAsync("generate", Shop, "--seed", "1", "--quiet");
        Assert.True(preview.Code == 0, preview.ToString());
        Assert.Contains("# customers: 5 rows\nid,name,email", preview.Output, StringComparison.Ordinal);
        var lines = await CommandLine.RunAsync("generate", Shop, "--seed", "1", "--count", "3", "--format", "jsonl", "--to", scratch["json"], "--quiet");
        Assert.True(lines.Code == 0, lines.ToString());
        Assert.StartsWith("{\"id\":1,", await File.ReadAllTextAsync(Path.Combine(scratch["json"], "customers.jsonl")), StringComparison.Ordinal);
        var show = await CommandLine.RunAsync("show", Shop);
        Assert.Contains("orders: per customers, key id", show.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_becomes_rules_and_rules_a_table()
    {
        using var scratch = new Scratch();
        var written = await CommandLine.RunAsync("new", Repository.Clinic, "--rules", "--to", scratch["clinic.rules.yaml"]);
        Assert.True(written.Code == 0, written.ToString());
        var made = await CommandLine.RunAsync("generate", scratch["clinic.rules.yaml"], "--seed", "1", "--quiet", "--to", scratch["clinic.csv"]);
        Assert.True(made.Code == 0, made.ToString());
        var real = await File.ReadAllLinesAsync(Repository.Clinic);
        var lines = await File.ReadAllLinesAsync(scratch["clinic.csv"]);
        Assert.Equal((real.Length, real[0]), (lines.Length, lines[0]));
    }

    [Theory]
    [InlineData("rules: 1\ncolumns:\n  a: {norml: {mean: 3}}\n", 2, "SB2130", "line 3, column 7", "`normal`")]
    [InlineData("rules: 1\ncolumns:\n  a: {normal: {}}\nconstraints: [a > 3, a < 2]\n", 2, "SB2081", "a > 3", "a < 2")]
    [InlineData("rules: 1\ncolumns: {a: {integer-uniform: {min: 1, max: 5}, unique: true}}\n", 2, "SB4074", "5 different values", "1000 rows")]
    public async Task What_is_wrong_is_told_with_its_place(string yaml, int code, params string[] words)
    {
        using var scratch = new Scratch();
        var outcome = await CommandLine.RunAsync("generate", scratch.Write("bad.rules.yaml", yaml), "--seed", "1", "--to", scratch["out.csv"]);
        Assert.Equal(code, outcome.Code);
        foreach (var word in words) Assert.Contains(word, outcome.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(scratch["out.csv"]));
    }

    [Fact]
    public async Task Options_for_models_and_files_that_hold_one_table_are_refused()
    {
        using var scratch = new Scratch();
        Assert.Equal(1, (await CommandLine.RunAsync("generate", Shop, "--where", "id > 3", "--to", scratch["a"])).Code);
        var file = await CommandLine.RunAsync("generate", Shop, "--to", scratch["a.csv"], "--seed", "1");
        Assert.Equal(1, file.Code);
        Assert.Contains("customers, products, orders, lines", file.Errors, StringComparison.Ordinal);
    }
}
