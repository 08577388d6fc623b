namespace Semblance.Acceptance;

public sealed class WorldTests
{
    [Fact]
    public async Task A_bank_comes_out_as_a_folder_with_its_report()
    {
        using var scratch = new Scratch();
        var outcome = await CommandLine.RunAsync("generate", "payments", "--set", "customers=2000", "--set", "days=28", "--seed", "1", "--to", scratch["bank"]);
        Assert.True(outcome.Code == 0, outcome.Errors);
        Assert.Contains("targets met", outcome.Errors);
        foreach (var file in new[] { "customers.csv", "accounts.csv", "transactions.csv", "entries.csv", "labels.csv", "parties.csv", "campaigns.csv", "schema.json", "realism.md" })
            Assert.True(File.Exists(Path.Combine(scratch["bank"], file)), file);
        Assert.Equal(2001, File.ReadLines(Path.Combine(scratch["bank"], "customers.csv")).Count());
        Assert.Contains("ECB", await File.ReadAllTextAsync(Path.Combine(scratch["bank"], "realism.md")));
    }

    [Fact]
    public async Task A_pack_of_one_s_own_is_given_by_its_path_and_its_faults_have_a_place()
    {
        using var scratch = new Scratch();
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "packs", "clinic.yaml"));
        var pack = scratch.Write("mine.yaml", text);
        var outcome = await CommandLine.RunAsync("generate", pack, "--set", "visits=150", "--seed", "1", "--quiet");
        Assert.Equal(151, outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        var wrong = scratch.Write("wrong.yaml", text.Replace("{choice: zips}", "{choice: zipz}"));
        outcome = await CommandLine.RunAsync("generate", wrong, "--quiet");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("did you mean `zips`", outcome.Errors);
        Assert.Matches(@"line \d+, column \d+", outcome.Errors);
    }

    [Theory]
    [InlineData(2, "customer", "generate payments --set customer=5000 --to x")]
    [InlineData(2, "takes whole", "generate payments --set customers=5 --to x")]
    [InlineData(1, "give --to a folder", "generate payments")]
    [InlineData(1, "--where is for models", "generate payments --where age>3 --to x")]
    [InlineData(1, "--count 9999999", "generate payments --count 9999999 --to x")]
    [InlineData(0, "Parameters for --set", "show payments")]
    [InlineData(0, "Parameters for --set", "show network")]
    [InlineData(0, "clinic", "list packs")]
    public async Task Words_are_understood_or_explained(int code, string says, string line)
    {
        var outcome = await CommandLine.RunAsync([.. line.Split(' ')]);
        Assert.Equal(code, outcome.Code);
        Assert.Contains(says, outcome.Output + outcome.Errors);
    }
}
