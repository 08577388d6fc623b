using System.Text.Json;

namespace Semblance.Acceptance;

/// <summary>One run of the main job, shared by the tests that look at it.</summary>
public sealed class MainJob : IAsyncLifetime
{
    internal Scratch Scratch { get; } = new();

    internal Outcome Outcome { get; private set; } = null!;

    public string Out => Scratch["out"];

    public async Task InitializeAsync() =>
        Outcome = await CommandLine.RunAsync("run", Repository.Clinic, "--target", "readmitted", "--to", Out, "--seed", "7");

    public Task DisposeAsync()
    {
        Scratch.Dispose();
        return Task.CompletedTask;
    }
}

/// <summary><c>semblance run samples/clinic.csv --target readmitted --to out/</c> and what can be done with its results.</summary>
public sealed class MainJobTests(MainJob job) : IClassFixture<MainJob>
{
    private static readonly string[] Files = ["manifest.json", "model.semblance", "recipe.yaml", "report.html", "report.json", "synthetic.csv"];

    private string Data => Path.Combine(job.Out, "synthetic.csv");

    private string Model => Path.Combine(job.Out, "model.semblance");

    /// <summary>The results in a folder of their own, to be spoiled.</summary>
    private void CopyTo(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var name in Files) File.Copy(Path.Combine(job.Out, name), Path.Combine(folder, name));
    }

    [Fact]
    public void It_ends_well_and_leaves_exactly_its_six_files()
    {
        Assert.True(job.Outcome.Code == 0, job.Outcome.ToString());
        Assert.Equal(Files, job.Scratch.Files("out"));
        Assert.Contains("fidelity.shape", job.Outcome.Output);
        Assert.Contains("report.html", job.Outcome.Output);
    }

    [Fact]
    public async Task The_synthetic_table_has_the_header_the_row_count_and_the_text_forms_of_the_real_one()
    {
        var real = await File.ReadAllLinesAsync(Repository.Clinic);
        var made = await File.ReadAllLinesAsync(Data);
        Assert.Equal(real[0], made[0]);
        Assert.Equal(real.Length, made.Length);
        var zip = Array.IndexOf(real[0].Split(','), "zip");
        var zips = real.Skip(1).Select(l => l.Split(',')[zip]).ToHashSet();
        Assert.All(made.Skip(1), line => Assert.Contains(line.Split(',')[zip], zips)); // 01067 has kept its zero
        Assert.All(made.Skip(1), line => Assert.Matches(@"^[^,]*,\d{4}-\d\d-\d\d \d\d:\d\d,\d{4}-\d\d-\d\d,\d+,", line));
        Assert.Empty(made.Skip(1).Intersect(real.Skip(1)));
    }

    [Fact]
    public async Task A_code_and_its_name_stay_together_in_every_row()
    {
        var real = (await File.ReadAllLinesAsync(Repository.Clinic)).Select(l => l.Split(',')).ToList();
        var made = (await File.ReadAllLinesAsync(Data)).Select(l => l.Split(',')).ToList();
        int icd = Array.IndexOf(real[0], "icd"), diagnosis = Array.IndexOf(real[0], "diagnosis");
        var pairs = real.Select(r => (r[icd], r[diagnosis])).ToHashSet();
        Assert.All(made, r => Assert.Contains((r[icd], r[diagnosis]), pairs));
        Assert.True(made.Select(r => r[icd]).Distinct().Count() >= 10);
        var shown = await CommandLine.RunAsync("show", Model, "--quiet");
        Assert.Matches(@"combination\(icd, [^)]*diagnosis", shown.Output);
    }

    [Theory]
    [InlineData("age < 50", "SB3050")]
    [InlineData("age < 50 and age > 60", "SB2081")]
    [InlineData("combination(icd)", "SB2080")]
    public async Task Constraints_that_cannot_be_kept_are_named(string constraint, string code)
    {
        using var scratch = new Scratch();
        var outcome = await CommandLine.RunAsync("fit", Repository.Clinic, "--model", "independent", "--constraint", constraint, "--to", scratch["m.semblance"], "--quiet");
        Assert.Equal(2, outcome.Code);
        Assert.Contains(code, outcome.Errors);
        Assert.Empty(scratch.Files());
    }

    [Fact]
    public async Task Its_report_is_one_page_that_asks_nothing_of_the_network()
    {
        var html = await File.ReadAllTextAsync(Path.Combine(job.Out, "report.html"));
        Assert.InRange(html.Length, 10_000, 2_000_000);
        Assert.DoesNotContain("src=\"http", html);
        Assert.DoesNotContain("href=\"http", html.Replace("href=\"https://github.com", "", StringComparison.Ordinal));
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(job.Out, "report.json")));
        Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);
    }

    [Fact]
    public async Task Its_recipe_gives_the_same_bytes_on_another_number_of_threads()
    {
        using var scratch = new Scratch();
        var again = await CommandLine.RunAsync("run", Path.Combine(job.Out, "recipe.yaml"), "--to", scratch["again"], "--threads", "1", "--quiet");
        Assert.True(again.Code == 0, again.ToString());
        Assert.Equal(await File.ReadAllBytesAsync(Data), await File.ReadAllBytesAsync(scratch["again/synthetic.csv"]));
        Assert.Equal(await File.ReadAllBytesAsync(Model), await File.ReadAllBytesAsync(scratch["again/model.semblance"]));
    }

    [Fact]
    public async Task Verify_finds_the_untouched_results_sound()
    {
        var outcome = await CommandLine.RunAsync("verify", job.Out, "--blocks", "all", "--quiet");
        Assert.True(outcome.Code == 0, outcome.ToString());
        Assert.Contains("1 of 1 blocks came out with the same bytes", outcome.Output);
        Assert.DoesNotContain("not compared", outcome.Output);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1234)]
    [InlineData(4001)]
    public async Task Verify_names_the_row_of_one_flipped_byte(int line)
    {
        using var scratch = new Scratch();
        CopyTo(scratch["out"]);
        var bytes = await File.ReadAllBytesAsync(Data);
        var at = 0;
        for (var seen = 1; seen < line; at++)
            if (bytes[at] == '\n') seen++;
        bytes[at + 3] ^= 1;
        await File.WriteAllBytesAsync(scratch["out/synthetic.csv"], bytes);
        var outcome = await CommandLine.RunAsync("verify", scratch["out"], "--quiet");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("block 0 was changed: rows 1 to 4000", outcome.Output);
        Assert.Contains($"row {line - 1} was changed", outcome.Output);
    }

    [Theory]
    [InlineData("model.semblance")]
    [InlineData("report.html")]
    [InlineData("recipe.yaml")]
    public async Task Verify_names_any_other_changed_file(string name)
    {
        using var scratch = new Scratch();
        CopyTo(scratch["out"]);
        var bytes = await File.ReadAllBytesAsync(scratch["out/" + name]);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(scratch["out/" + name], bytes);
        var outcome = await CommandLine.RunAsync("verify", scratch["out"], "--quiet");
        Assert.Equal(2, outcome.Code);
        Assert.Matches($@"CHANGED +{name}", outcome.Output);
    }

    [Fact]
    public async Task Verify_says_what_it_could_not_compare()
    {
        using var scratch = new Scratch();
        CopyTo(scratch["elsewhere/out"]); // the real data are not where they were
        var outcome = await CommandLine.RunAsync("verify", scratch["elsewhere/out"], "--quiet");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("not compared", outcome.Output);
        Assert.Contains("real data are not here", outcome.Output);
    }

    [Fact]
    public async Task The_model_makes_more_rows_and_the_first_of_many_are_the_same_as_few()
    {
        using var scratch = new Scratch();
        var many = await CommandLine.RunAsync("generate", Model, "--count", "9000", "--seed", "3", "--to", scratch["many.csv"], "--threads", "2", "--quiet");
        var few = await CommandLine.RunAsync("generate", Model, "--count", "5000", "--seed", "3", "--threads", "1", "--quiet");
        Assert.Equal((0, 0), (many.Code, few.Code));
        var lines = await File.ReadAllLinesAsync(scratch["many.csv"]);
        Assert.Equal(9001, lines.Length);
        Assert.Equal(lines[..5001], few.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_condition_holds_in_every_row()
    {
        var outcome = await CommandLine.RunAsync("generate", Model, "--count", "300", "--seed", "3", "--where", "department = 'cardiology' and age >= 70", "--quiet");
        Assert.True(outcome.Code == 0, outcome.ToString());
        var rows = outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(l => l.Split(',')).ToList();
        Assert.Equal(300, rows.Count);
        Assert.All(rows, r => Assert.True(r[8] == "cardiology" && int.Parse(r[3], System.Globalization.CultureInfo.InvariantCulture) >= 70, string.Join(',', r)));
    }

    [Theory]
    [InlineData("agee >= 70", "`age`")]
    [InlineData("age >=", "SB20")]
    public async Task A_condition_that_makes_no_sense_is_explained(string where, string word)
    {
        var outcome = await CommandLine.RunAsync("generate", Model, "--count", "10", "--where", where, "--quiet");
        Assert.Equal(2, outcome.Code);
        Assert.Contains(word, outcome.Errors);
        Assert.Equal("", outcome.Output);
    }

    [Fact]
    public async Task Show_tells_what_the_model_is()
    {
        var outcome = await CommandLine.RunAsync("show", Model, "--json");
        Assert.Equal(0, outcome.Code);
        using var json = JsonDocument.Parse(outcome.Output);
        Assert.Equal("7", json.RootElement.GetProperty("seed").GetString());
        Assert.Equal(3200, json.RootElement.GetProperty("fittedRows").GetInt64());
        Assert.Equal(23, json.RootElement.GetProperty("columns").GetArrayLength());
    }

    [Fact]
    public async Task Evaluate_judges_the_file_by_itself_and_keeps_gates()
    {
        using var scratch = new Scratch();
        var outcome = await CommandLine.RunAsync("evaluate", Data, "--against", Repository.Clinic, "--target", "readmitted", "--fair", "sex", "--require", "fidelity.shape>=0.5", "--to", scratch["r.html"], "--json", "--quiet");
        Assert.True(outcome.Code == 0, outcome.ToString());
        using var json = JsonDocument.Parse(outcome.Output);
        Assert.InRange(json.RootElement.GetProperty("scores").GetProperty("fidelity.shape").GetProperty("value").GetDouble(), 0.5, 1);
        Assert.InRange(json.RootElement.GetProperty("scores").GetProperty("fairness.representation").GetProperty("value").GetDouble(), 0, 0.3);
        Assert.Contains("Are groups of people treated as in the real data?", await File.ReadAllTextAsync(scratch["r.html"]), StringComparison.Ordinal);
        var failed = await CommandLine.RunAsync("evaluate", Data, "--against", Repository.Clinic, "--require", "fidelity.shape>=0.99999", "--quiet");
        Assert.Equal(3, failed.Code);
        Assert.Contains("not met: fidelity.shape>=0.99999", failed.Errors);
    }

    [Fact]
    public async Task A_cut_model_file_is_said_to_be_cut_and_a_flipped_one_to_be_damaged()
    {
        using var scratch = new Scratch();
        var bytes = await File.ReadAllBytesAsync(Model);
        var cut = await CommandLine.RunAsync("generate", scratch.Write("cut.semblance", bytes[..(bytes.Length * 2 / 3)]), "--to", scratch["x.csv"], "--quiet");
        Assert.Equal(2, cut.Code);
        Assert.Contains("SB5002", cut.Errors);
        bytes[bytes.Length / 3] ^= 4;
        var flipped = await CommandLine.RunAsync("show", scratch.Write("flipped.semblance", bytes), "--quiet");
        Assert.Equal(2, flipped.Code);
        Assert.Matches("SB500[1236]", flipped.Errors);
        var other = await CommandLine.RunAsync("generate", Repository.Clinic, "--to", scratch["x.csv"], "--quiet");
        Assert.Equal(2, other.Code);
        Assert.Contains("SB5001", other.Errors);
        Assert.False(File.Exists(scratch["x.csv"]));
    }
}
