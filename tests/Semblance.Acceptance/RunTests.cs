using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Semblance.Acceptance;

/// <summary><c>semblance run</c> and <c>fit</c> on data and wishes that are not as one would like them.</summary>
public sealed class RunTests
{
    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);

    private const int Interrupt = 2, Kill9 = 9;

    /// <summary>A small table with every kind and gaps.</summary>
    private static string Small(int rows = 200, string target = "yes,no")
    {
        var labels = target.Split(',');
        var text = new StringBuilder("id,when,n,x,code,flag,note,none,label\n");
        for (var i = 0; i < rows; i++)
            text.Append(FormattableString.Invariant($"R{1000 + i},2024-01-{1 + i % 28:00},{i * 7 % 50},{i % 9 / 4.0:0.00},{(i % 3 == 0 ? "007" : "A1")},{(i % 2 == 0 ? "true" : "false")},{(i % 5 == 0 ? "?" : "word " + i % 13)},,{labels[i % labels.Length]}\n"));
        return text.ToString();
    }

    [Theory]
    [InlineData("run")]
    [InlineData("fit")]
    public async Task A_target_that_does_not_exist_is_answered_with_the_nearest(string verb)
    {
        using var scratch = new Scratch();
        var outcome = await CommandLine.RunAsync(verb, Repository.Clinic, "--target", "readmited", "--to", scratch["out"], "--quiet");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("did you mean `readmitted`", outcome.Errors);
        Assert.Empty(scratch.Files());
    }

    [Theory]
    [InlineData("--model", "crat", "`cart`")]
    [InlineData("--require", "privacy.dcr-shar<=0.5", "`privacy.dcr-share`")]
    [InlineData("--require", "privacy.dcr-share<=", "SB20")]
    [InlineData("--where", "agee>3", "`age`")]
    [InlineData("--set", "treees=3", "`trees`")]
    [InlineData("--column", "zipp=category", "`zip`")]
    [InlineData("--column", "zip=catgory", "`category`")]
    public async Task A_mistyped_wish_is_answered_with_the_nearest_and_nothing_is_left(string option, string value, string near)
    {
        using var scratch = new Scratch();
        var outcome = await CommandLine.RunAsync("run", Repository.Clinic, "--model", "cart", option, value, "--to", scratch["out"], "--quiet");
        if (option == "--model") outcome = await CommandLine.RunAsync("run", Repository.Clinic, option, value, "--to", scratch["out"], "--quiet");
        Assert.True(outcome.Code == 2, outcome.ToString());
        Assert.Contains(near, outcome.Errors);
        Assert.Empty(scratch.Files());
    }

    [Fact]
    public async Task A_mistyped_recipe_key_is_answered_with_line_column_and_the_nearest()
    {
        using var scratch = new Scratch();
        var recipe = scratch.Write("a.recipe.yaml", "version: 1\ndata: clinic.csv\nto: out\ntraget: readmitted\n");
        var outcome = await CommandLine.RunAsync("run", recipe, "--quiet");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("line 4, column 1", outcome.Errors);
        Assert.Contains("`target`", outcome.Errors);
    }

    [Fact]
    public async Task A_first_recipe_runs_as_it_is_written()
    {
        using var scratch = new Scratch();
        var data = scratch.Write("small.csv", Small());
        var made = await CommandLine.RunAsync("new", data, "--target", "label", "--to", scratch["small.recipe.yaml"], "--quiet");
        Assert.True(made.Code == 0, made.ToString());
        var outcome = await CommandLine.RunAsync("run", scratch["small.recipe.yaml"], "--quiet", "--model", "independent");
        Assert.True(outcome.Code is 0 or 3, outcome.ToString());
        Assert.Contains("small-synthetic/report.html", scratch.Files());
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("yes,no")]
    [InlineData("1.5,2.25,9.75,4.5,3.25")]
    public async Task Targets_of_one_class_of_two_and_of_numbers_all_work(string labels)
    {
        using var scratch = new Scratch();
        var outcome = await CommandLine.RunAsync("run", scratch.Write("small.csv", Small(target: labels)), "--target", "label", "--to", scratch["out"], "--seed", "1", "--quiet");
        Assert.True(outcome.Code == 0, outcome.ToString());
        Assert.Equal(6, scratch.Files("out").Length);
    }

    public static TheoryData<string, string, bool> Odd => new()
    {
        { "header only", "a,b\n", false },
        { "one row", "a,b\n1,x\n", true },
        { "two rows", "a,b\n1,x\n2,y\n", true },
        { "one column", "a\n1\n2\n3\n4\n5\n", true },
        { "all missing", "a,b\n,\n,\n,\n", true },
        { "constant", "a,b\nx,1\nx,1\nx,1\n", true },
        { "only ids", "id\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"K{i:0000}\n")), true },
        { "infinite numbers", "a,b\n1e999,1\n-1e999,2\n3,3\n4,4\n5,5\n", true },
    };

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task Odd_tables_go_through_the_whole_loop_or_end_with_words(string name, string text, bool mayWork)
    {
        using var scratch = new Scratch();
        var outcome = await CommandLine.RunAsync("run", scratch.Write("in.csv", text), "--to", scratch["out"], "--seed", "1", "--quiet");
        Assert.True(outcome.Code == 2 || mayWork && outcome.Code == 0, $"{name}: {outcome}");
        if (outcome.Code == 2) Assert.Matches(@"error SB\d{4}: .{20,}", outcome.Errors);
        Assert.Equal(outcome.Code == 0 ? 6 : 0, scratch.Files("out").Length);
    }

    [Fact]
    public async Task A_failed_privacy_gate_keeps_data_and_model_back_even_where_older_ones_lie()
    {
        using var scratch = new Scratch();
        var data = scratch.Write("small.csv", Small());
        var first = await CommandLine.RunAsync("run", data, "--to", scratch["out"], "--seed", "1", "--model", "independent", "--quiet");
        Assert.True(first.Code == 0, first.ToString());
        var outcome = await CommandLine.RunAsync("run", data, "--to", scratch["out"], "--seed", "2", "--model", "independent", "--require", "privacy.exact-copies<0", "--quiet");
        Assert.Equal(3, outcome.Code);
        Assert.Contains("privacy.exact-copies<0", outcome.Errors);
        Assert.Equal(["manifest.json", "recipe.yaml", "report.html", "report.json"], scratch.Files("out"));
        var verify = await CommandLine.RunAsync("verify", scratch["out"], "--quiet");
        Assert.Equal(0, verify.Code);
        Assert.Contains("withheld", verify.Output);
    }

    [Fact]
    public async Task Verify_names_row_and_block_among_several_blocks_and_says_how_many_it_made_again()
    {
        using var scratch = new Scratch();
        var run = await CommandLine.RunAsync("run", scratch.Write("small.csv", Small()), "--to", scratch["out"], "--seed", "1", "--model", "independent", "--count", "30000", "--quiet");
        Assert.True(run.Code == 0, run.ToString());
        var sound = await CommandLine.RunAsync("verify", scratch["out"], "--quiet", "--blocks", "3");
        Assert.True(sound.Code == 0, sound.ToString());
        Assert.Contains("3 of 3 blocks came out with the same bytes (8 blocks in all)", sound.Output);

        var lines = await File.ReadAllLinesAsync(scratch["out/synthetic.csv"]);
        lines[13001] = lines[13001].Replace("2024", "2025", StringComparison.Ordinal);
        await File.WriteAllTextAsync(scratch["out/synthetic.csv"], string.Join('\n', lines) + "\n");
        var changed = await CommandLine.RunAsync("verify", scratch["out"], "--quiet", "--blocks", "1");
        Assert.Equal(2, changed.Code);
        Assert.Contains("block 3 was changed: rows 12289 to 16384", changed.Output);
        Assert.Contains("row 13001 was changed: it should be", changed.Output);
    }

    [Fact]
    public async Task Another_failed_gate_gives_the_results_and_exit_code_3()
    {
        using var scratch = new Scratch();
        var outcome = await CommandLine.RunAsync("run", scratch.Write("small.csv", Small()), "--to", scratch["out"], "--seed", "1", "--model", "independent", "--require", "fidelity.shape>1", "--quiet");
        Assert.Equal(3, outcome.Code);
        Assert.Equal(6, scratch.Files("out").Length);
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_is_found_out_before_the_work()
    {
        using var scratch = new Scratch();
        var file = scratch.Write("file", "not a folder");
        var outcome = await CommandLine.RunAsync("run", scratch["nowhere.csv"], "--to", Path.Combine(file, "out"), "--quiet");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("SB1091", outcome.Errors);
    }

    [Fact]
    public async Task Rows_stop_when_their_reader_does()
    {
        if (OperatingSystem.IsWindows()) return;
        using var scratch = new Scratch();
        var fit = await CommandLine.RunAsync("fit", scratch.Write("small.csv", Small()), "--to", scratch["m.semblance"], "--seed", "1", "--model", "independent", "--quiet");
        Assert.True(fit.Code == 0, fit.ToString());
        using var process = CommandLine.Start("generate", scratch["m.semblance"], "--count", "900000000", "--seed", "1", "--quiet");
        await process.StandardOutput.ReadLineAsync();
        process.StandardOutput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try { await process.WaitForExitAsync(patience.Token); }
        catch (OperationCanceledException) { process.Kill(); }
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task Ctrl_C_in_the_middle_of_generate_leaves_nothing()
    {
        if (OperatingSystem.IsWindows()) return; // no signal to send to a single process there
        using var scratch = new Scratch();
        var fit = await CommandLine.RunAsync("fit", scratch.Write("small.csv", Small()), "--to", scratch["m.semblance"], "--seed", "1", "--model", "independent", "--quiet");
        Assert.True(fit.Code == 0, fit.ToString());
        var before = scratch.Files();
        using var process = CommandLine.Start("generate", scratch["m.semblance"], "--count", "900000000", "--seed", "1", "--to", scratch["fake.csv"], "--quiet");
        await StrikeAsync(process, Interrupt, () => Directory.EnumerateFiles(scratch.Folder, "*.tmp").Any(f => new FileInfo(f).Length > 0));
        Assert.Equal(130, process.ExitCode);
        Assert.Equal(before, scratch.Files());
    }

    private static string Hidden(Scratch scratch) => scratch["out/.semblance-partial/synthetic.csv"];

    [Fact]
    public async Task Ctrl_C_in_the_middle_of_a_run_leaves_only_what_the_next_goes_on_from()
    {
        if (OperatingSystem.IsWindows()) return;
        using var scratch = new Scratch();
        var data = scratch.Write("small.csv", Small());
        using var process = CommandLine.Start("run", data, "--count", "900000000", "--seed", "1", "--model", "independent", "--to", scratch["out"]);
        await StrikeAsync(process, Interrupt, () => File.Exists(Hidden(scratch)) && new FileInfo(Hidden(scratch)).Length > 0);
        Assert.Equal(130, process.ExitCode);
        Assert.Contains("the same command goes on from it", await process.StandardError.ReadToEndAsync());
        Assert.All(scratch.Files("out"), f => Assert.StartsWith(".semblance-partial", f));
        var small = await CommandLine.RunAsync("run", data, "--count", "10", "--seed", "1", "--model", "independent", "--to", scratch["out"], "--quiet");
        Assert.True(small.Code == 0, small.ToString());
        Assert.DoesNotContain(scratch.Files("out"), f => f.StartsWith('.'));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3_000_000)]
    [InlineData(9_000_000)]
    public async Task A_run_that_was_killed_goes_on_and_gives_the_same_bytes(long bytes)
    {
        if (OperatingSystem.IsWindows()) return;
        using var scratch = new Scratch();
        var data = scratch.Write("small.csv", Small());
        string[] args = ["run", data, "--count", "300000", "--model", "independent", "--target", "label", "--require", "validity.types>=0"];
        var whole = await CommandLine.RunAsync([.. args, "--seed", "7", "--to", scratch["whole"], "--quiet"]);
        Assert.True(whole.Code == 0, whole.ToString());
        using var process = CommandLine.Start([.. args, "--seed", "7", "--to", scratch["out"], "--quiet"]);
        await StrikeAsync(process, Kill9, () => File.Exists(Hidden(scratch)) && new FileInfo(Hidden(scratch)).Length > bytes);
        Assert.False(File.Exists(scratch["out/manifest.json"]));

        var again = await CommandLine.RunAsync([.. args, "--to", scratch["out"]]); // the seed is that of the run that was killed
        Assert.True(again.Code == 0, again.ToString());
        Assert.Contains("seed 7 (that of the interrupted run", again.Errors);
        Assert.Contains("its model is not fitted again", again.Errors);
        foreach (var name in new[] { "synthetic.csv", "model.semblance", "recipe.yaml" })
            Assert.Equal(await File.ReadAllBytesAsync(scratch["whole/" + name]), await File.ReadAllBytesAsync(scratch["out/" + name]));
        Assert.Equal(6, scratch.Files("out").Length);

        var third = await CommandLine.RunAsync([.. args, "--seed", "7", "--to", scratch["out"]]);
        Assert.Equal(0, third.Code);
        Assert.Contains("Nothing has changed", third.Output);
        var forced = await CommandLine.RunAsync([.. args, "--seed", "7", "--to", scratch["out"], "--again", "--quiet"]);
        Assert.Contains("synthetic.csv", forced.Output);
    }

    /// <summary>Waits until a process is in the middle of its work, and sends it a signal.</summary>
    private static async Task StrikeAsync(Process process, int signal, Func<bool> isInTheMiddle)
    {
        var watch = Stopwatch.StartNew();
        while (!isInTheMiddle() && !process.HasExited && watch.Elapsed < TimeSpan.FromMinutes(2)) await Task.Delay(5);
        Assert.False(process.HasExited, "it ended before it could be interrupted");
        Assert.Equal(0, Kill(process.Id, signal));
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try { await process.WaitForExitAsync(patience.Token); }
        catch (OperationCanceledException)
        {
            process.Kill(); // it would fill the disk
            Assert.Fail("it did not heed the signal; a shell that starts the tests in the background has it ignored");
        }
    }
}
