namespace Semblance.Acceptance;

/// <summary><c>--balance</c> and <c>--complete</c> from a user's shell.</summary>
public sealed class ControlTests
{
    [Fact]
    public async Task A_balanced_run_has_equal_groups_and_can_be_verified_block_by_block()
    {
        using var scratch = new Scratch();
        var made = await CommandLine.RunAsync("run", Repository.Clinic, "--model", "independent", "--count", "9000", "--seed", "3", "--balance", "readmitted, sex: yes/F 1, yes/M 1, no/F 1", "--to", scratch["out"], "--quiet");
        Assert.True(made.Code == 0, made.ToString());
        var lines = await File.ReadAllLinesAsync(Path.Combine(scratch["out"], "synthetic.csv"));
        var header = lines[0].Split(',');
        int sex = Array.IndexOf(header, "sex"), label = header.Length - 1;
        Assert.Equal("readmitted", header[label]);
        foreach (var (s, l) in new[] { ("F", "yes"), ("M", "yes"), ("F", "no") })
            Assert.Equal(3_000, lines.Skip(1).Count(line => line.EndsWith("," + l, StringComparison.Ordinal) && line.Split(',')[sex] == s));
        Assert.Contains("balance: \"readmitted, sex: yes/F 1", await File.ReadAllTextAsync(Path.Combine(scratch["out"], "recipe.yaml")));
        var verified = await CommandLine.RunAsync("verify", scratch["out"], "--blocks", "all", "--quiet");
        Assert.True(verified.Code == 0, verified.ToString());
    }

    [Fact]
    public async Task Holes_are_filled_and_the_rest_stays_as_it_was()
    {
        using var scratch = new Scratch();
        var model = scratch["clinic.semblance"];
        Assert.Equal(0, (await CommandLine.RunAsync("fit", Repository.Clinic, "--model", "copula", "--seed", "1", "--to", model, "--quiet")).Code);
        var holes = scratch.Write("holes.csv", "sex,zip,age,admitted,bmi,discharge_to\nF,01067,,2024-06-30 13:30,20.70,home\n,,+41,,1e2,the moon\n?,10115,200,2031-01-01 00:00,,\n");
        var outcome = await CommandLine.RunAsync("generate", model, "--complete", holes, "--seed", "1", "--to", scratch["whole.csv"]);
        Assert.True(outcome.Code == 0, outcome.ToString());
        Assert.Contains("`discharge_to`: 1 present cell", outcome.Errors);
        var lines = await File.ReadAllLinesAsync(scratch["whole.csv"]);
        Assert.Equal((await File.ReadAllLinesAsync(Repository.Clinic))[0], lines[0]);
        var header = lines[0].Split(',');
        var rows = lines.Skip(1).Select(line => header.Zip(line.Split(',')).ToDictionary(p => p.First, p => p.Second)).ToArray();
        Assert.Equal(("F", "01067", "2024-06-30 13:30", "20.70", "home"), (rows[0]["sex"], rows[0]["zip"], rows[0]["admitted"], rows[0]["bmi"], rows[0]["discharge_to"]));
        Assert.Equal(("+41", "1e2", "the moon"), (rows[1]["age"], rows[1]["bmi"], rows[1]["discharge_to"]));
        Assert.Equal(("10115", "200", "2031-01-01 00:00"), (rows[2]["zip"], rows[2]["age"], rows[2]["admitted"]));
        Assert.All(rows, row => Assert.DoesNotContain("", row.Values));
        Assert.Contains(rows[2]["sex"], new[] { "F", "M", "D" });
    }

    [Fact]
    public async Task A_small_class_is_grown_behind_the_real_rows_and_marked()
    {
        using var scratch = new Scratch();
        var outcome = await CommandLine.RunAsync("smote", Repository.Clinic, "--balance", "readmitted", "--seed", "1", "--to", scratch["even.csv"], "--json");
        Assert.True(outcome.Code == 0, outcome.ToString());
        var real = await File.ReadAllLinesAsync(Repository.Clinic);
        var lines = await File.ReadAllLinesAsync(scratch["even.csv"]);
        Assert.Equal(real.Select((line, i) => line + (i == 0 ? ",made" : ",no")), lines.Take(real.Length));
        Assert.All(lines.Skip(real.Length), line => Assert.EndsWith("yes,yes", line)); // the rare class, made
        Assert.Equal(lines.Count(line => line.EndsWith("no,no", StringComparison.Ordinal)), lines.Count(line => line.EndsWith("yes,no", StringComparison.Ordinal) || line.EndsWith("yes,yes", StringComparison.Ordinal)));
        using var json = System.Text.Json.JsonDocument.Parse(outcome.Output);
        Assert.Equal((real.Length - 1, lines.Length - real.Length), (json.RootElement.GetProperty("realRows").GetInt32(), json.RootElement.GetProperty("madeRows").GetInt32()));
        var plain = await CommandLine.RunAsync("smote", Repository.Clinic, "--balance", "readmitted", "--seed", "1", "--unmarked", "--quiet");
        Assert.Equal(lines.Select(line => line[..line.LastIndexOf(',')]), plain.Output.TrimEnd('\n').Split('\n'));
        var wrong = await CommandLine.RunAsync("smote", Repository.Clinic, "--balance", "readmitted: maybe 1", "--seed", "1", "--to", scratch["x.csv"], "--quiet");
        Assert.True(wrong.Code == 2 && wrong.Errors.Contains("SB1301", StringComparison.Ordinal), wrong.ToString());
        Assert.False(File.Exists(scratch["x.csv"]));
        Assert.Equal(1, (await CommandLine.RunAsync("smote", Repository.Clinic, "--quiet")).Code);
        Assert.Equal(1, (await CommandLine.RunAsync("smote", Repository.Clinic, "--balance", "readmitted", "--neighbours", "0", "--quiet")).Code);
    }

    [Fact]
    public async Task A_fair_run_tells_what_it_brings_and_costs_and_can_be_verified()
    {
        using var scratch = new Scratch();
        var made = await CommandLine.RunAsync("run", Repository.Clinic, "--model", "circuit", "--target", "readmitted", "--fair", "sex", "--count", "5000", "--seed", "3", "--to", scratch["out"], "--json", "--quiet");
        Assert.True(made.Code == 0, made.ToString());
        using var json = System.Text.Json.JsonDocument.Parse(made.Output);
        var cost = json.RootElement.GetProperty("fairness");
        Assert.True(cost.GetProperty("fairParity").GetDouble() < 0.02);
        foreach (var name in new[] { "realParity", "plainParity", "plainUtility", "fairUtility" }) Assert.InRange(cost.GetProperty(name).GetDouble(), 0, 2);
        Assert.Contains("fair: sex", await File.ReadAllTextAsync(Path.Combine(scratch["out"], "recipe.yaml")));
        Assert.Contains("Fairness: shares of readmitted differ between groups of sex", await File.ReadAllTextAsync(Path.Combine(scratch["out"], "report.html")));
        var verified = await CommandLine.RunAsync("verify", scratch["out"], "--blocks", "all", "--quiet");
        Assert.True(verified.Code == 0, verified.ToString());

        // the model of that run knows no target of its own, and is told one
        var model = Path.Combine(scratch["out"], "model.semblance");
        var part = await CommandLine.RunAsync("generate", model, "--fair", "sex", "--target", "readmitted", "--seed", "1", "--count", "2000", "--to", scratch["fair.csv"]);
        Assert.True(part.Code == 0 && part.Errors.Contains("fair: readmitted made independent of sex", StringComparison.Ordinal), part.ToString());
        var rows = (await File.ReadAllLinesAsync(scratch["fair.csv"])).Select(line => line.Split(',')).ToArray();
        var sex = Array.IndexOf(rows[0], "sex");
        double Share(string value) => rows.Count(r => r[sex] == value && r[^1] == "yes") / (double)rows.Count(r => r[sex] == value);
        Assert.InRange(Share("F") - Share("M"), -0.01, 0.01);
        foreach (var (arguments, word) in new (string[], string)[]
        {
            (["--fair", "sex"], "--target"), (["--target", "readmitted"], "--fair"), (["--fair", "sex", "--target", "readmitted", "--balance", "zip"], "--balance"),
        })
        {
            var wrong = await CommandLine.RunAsync(["generate", model, .. arguments, "--to", scratch["x.csv"], "--quiet"]);
            Assert.True(wrong.Code == 1 && wrong.Errors.Contains(word, StringComparison.Ordinal), wrong.ToString());
        }
        Assert.False(File.Exists(scratch["x.csv"]));
    }

    [Theory]
    [InlineData("--fair", "zip, readmitted", "SB2102")]
    [InlineData("--fair", "sexx", "`sex`")]
    [InlineData("--fair", "sex", "SB2104")]
    public async Task A_run_that_can_not_be_fair_ends_before_it_fits(string option, string value, string answer)
    {
        using var scratch = new Scratch();
        string[] more = answer == "SB2104" ? ["--balance", "zip"] : [];
        var outcome = await CommandLine.RunAsync(["run", Repository.Clinic, "--target", "readmitted", option, value, .. more, "--seed", "1", "--to", scratch["out"], "--quiet"]);
        Assert.True(outcome.Code == 2 && outcome.Errors.Contains(answer, StringComparison.Ordinal), outcome.ToString());
        Assert.Contains("SB2103", (await CommandLine.RunAsync("run", Repository.Clinic, option, value, "--seed", "1", "--to", scratch["out"], "--quiet")).Errors);
        Assert.False(Directory.Exists(scratch["out"]));
    }

    [Theory]
    [InlineData("--balance", "readmited", 2, "`readmitted`")]
    [InlineData("--balance", "readmitted: maybe 1", 2, "SB4020")]
    [InlineData("--balance", "readmitted: yes 0.5", 2, "SB2101")]
    [InlineData("--complete", "nothing.csv", 2, "SB1001")]
    [InlineData("--complete", "-", 1, "file")]
    public async Task Mistakes_are_answered_and_nothing_is_left(string option, string value, int code, string answer)
    {
        using var scratch = new Scratch();
        var model = scratch["clinic.semblance"];
        Assert.Equal(0, (await CommandLine.RunAsync("fit", Repository.Clinic, "--model", "independent", "--seed", "1", "--to", model, "--quiet")).Code);
        var outcome = await CommandLine.RunAsync("generate", model, option, value, "--seed", "1", "--to", scratch["fake.csv"], "--quiet");
        Assert.True(outcome.Code == code, outcome.ToString());
        Assert.Contains(answer, outcome.Errors);
        Assert.False(File.Exists(scratch["fake.csv"]));
    }
}
