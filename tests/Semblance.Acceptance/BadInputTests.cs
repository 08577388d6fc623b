using System.Text;

namespace Semblance.Acceptance;

/// <summary>Whatever a table holds, the program works or says clearly why not, with exit code 2, and never leaves half a file.</summary>
public sealed class BadInputTests
{
    private static readonly Dictionary<string, (byte[] Content, bool Works)> Tables = new()
    {
        ["empty file"] = ([], false),
        ["header only"] = ("a,b\n"u8.ToArray(), true),
        ["one row"] = ("a,b\n1,x\n"u8.ToArray(), true),
        ["one column"] = ("a\n1\n2\n3\n"u8.ToArray(), true),
        ["all-missing column"] = ("a,b\n1,\n2,\n3,\n"u8.ToArray(), true),
        ["constant column"] = ("a,b\n1,x\n2,x\n3,x\n"u8.ToArray(), true),
        ["duplicate names"] = ("a,a\n1,2\n"u8.ToArray(), false),
        ["empty name"] = ("a,\n1,2\n"u8.ToArray(), true),
        ["ragged row"] = ("a,b\n1,2\n3\n4,5\n"u8.ToArray(), false),
        ["open quote"] = ("a,b\n1,\"x\n2,y\n"u8.ToArray(), false),
        ["UTF-16"] = ([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("a,b\n1,2\n")], true),
        ["invalid UTF-8"] = ([.. "a,b\n1,x"u8, 0xC3, 0x28, (byte)'\n'], false),
        ["NUL bytes"] = ([.. "a,b\n1,x"u8, 0, (byte)'\n'], false),
        ["2,000 columns"] = (Encoding.UTF8.GetBytes(string.Join(',', Enumerable.Range(0, 2000).Select(i => "c" + i)) + "\n" + string.Join(',', Enumerable.Range(0, 2000)) + "\n"), true),
        ["10 MB cell"] = (Encoding.UTF8.GetBytes("a,b\n1," + new string('x', 10_000_000) + "\n2,y\n"), true),
        ["1e999"] = ("a,b\n1e999,1\n-1e999,2\n3,3\n"u8.ToArray(), true),
        ["only a BOM"] = ([0xEF, 0xBB, 0xBF], false),
        ["binary"] = ([0x7F, (byte)'E', (byte)'L', (byte)'F', 0, 1, 2, 3, 0xFF, 0xFE, 0, 0], false),
    };

    public static TheoryData<string> Names => [.. Tables.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_nasty_table_is_converted_and_profiled_or_refused_with_words(string name)
    {
        using var scratch = new Scratch();
        var (content, works) = Tables[name];
        var path = scratch.Write("in.csv", content);
        var convert = await CommandLine.RunAsync("convert", path, "--to", scratch["out.jsonl"], "--quiet");
        var profile = await CommandLine.RunAsync("profile", path, "--to", scratch["out.json"], "--quiet");
        foreach (var outcome in new[] { convert, profile })
        {
            Assert.True(outcome.Code is 0 or 2, $"{name}: {outcome}");
            if (outcome.Code == 2) Assert.Matches(@"error SB\d{4}: .{20,}", outcome.Errors);
            if (works) Assert.True(outcome.Code == 0, $"{name}: {outcome}");
        }
        Assert.Equal(convert.Code == 0, File.Exists(scratch["out.jsonl"]));
        Assert.DoesNotContain(scratch.Files(), f => f.Contains(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_ragged_row_is_named_with_its_line()
    {
        using var scratch = new Scratch();
        var outcome = await CommandLine.RunAsync("profile", scratch.Write("in.csv", "a,b\n1,2\n3\n"), "--quiet");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("line 3", outcome.Errors);
    }

    [Fact]
    public async Task A_full_disk_is_said_in_words()
    {
        if (!File.Exists("/dev/full")) return; // only some systems have a device that is always full
        var outcome = await CommandLine.RunAsync("convert", Repository.Clinic, "--to", "/dev/full", "--quiet", "--format", "csv");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("SB1092", outcome.Errors);
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_is_said_in_words()
    {
        using var scratch = new Scratch();
        var file = scratch.Write("file", "not a folder");
        var outcome = await CommandLine.RunAsync("convert", Repository.Clinic, "--to", Path.Combine(file, "x.csv"), "--quiet");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("SB1091", outcome.Errors);
        Assert.Equal(["file"], scratch.Files());
    }

    [Fact]
    public async Task A_reader_that_stops_early_is_no_error()
    {
        if (OperatingSystem.IsWindows()) return;
        using var process = CommandLine.Start("convert", Repository.Clinic, "--quiet");
        await process.StandardOutput.ReadLineAsync();
        process.StandardOutput.Close();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task Stdin_and_stdout_are_files_too()
    {
        var csv = await File.ReadAllBytesAsync(Repository.Clinic);
        var lines = await CommandLine.RunAsync(csv, ["convert", "-", "--format", "jsonl", "--quiet"]);
        Assert.Equal(0, lines.Code);
        Assert.Equal(4000, lines.Output.Count(c => c == '\n'));
    }
}
