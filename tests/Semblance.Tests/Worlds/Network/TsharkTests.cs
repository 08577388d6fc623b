using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Semblance.Tests.Worlds.Network;

/// <summary>A capture against tshark, where that is installed (Debian package tshark, 4.0).</summary>
public sealed class TsharkTests(ITestOutputHelper output) : IDisposable
{
    // Off by default in 4.0: without it a segment that fills a hole is reported as overlapping itself.
    private static readonly string[] Checks =
        ["-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o", "tcp.reassemble_out_of_order:TRUE"];

    private const string Wrong = "_ws.malformed || ip.checksum.status == \"Bad\" || tcp.checksum.status == \"Bad\" || udp.checksum.status == \"Bad\" || icmp.checksum.status == \"Bad\"";
    private readonly string folder = Directory.CreateTempSubdirectory("semblance-tshark").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task No_frame_is_malformed_or_has_a_bad_checksum_and_a_planted_one_is_found()
    {
        if (!await Installed()) return;
        var capture = SmallCapture.Usual.Value;
        Assert.Empty(await Run(capture.Capture, [.. Checks, "-Y", Wrong]));

        var broken = capture.Capture.ToArray();
        broken[60 + 28 + 50] ^= 1; // first frame: after section and interface, the head of a block, the headers of Ethernet and IP
        var found = Assert.Single(await Run(broken, [.. Checks, "-Y", Wrong, "-T", "fields", "-e", "frame.number"]));
        Assert.Equal("1", found);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("udp")]
    public async Task Conversations_have_the_frames_and_bytes_of_flows_csv(string protocol)
    {
        if (!await Installed()) return;
        var capture = SmallCapture.Usual.Value;
        // address:port <-> address:port, frames and bytes from B to A, from A to B, total, start, duration
        var told = (await Run(capture.Capture, "-q", "-o", "nameres.network_name:FALSE", "-o", "nameres.transport_name:FALSE", "-z", "conv," + protocol)).Where(line => line.Contains("<->")).Select(line =>
        {
            var cells = line.Split((char[])[' '], StringSplitOptions.RemoveEmptyEntries);
            return (Pair(cells[0], cells[2]), Frames: long.Parse(cells[9], CultureInfo.InvariantCulture));
        }).ToList();
        var flows = capture.FlowRows.Where(r => r[3] == protocol).Select(r => (Pair($"{r[4]}:{r[5]}", $"{r[6]}:{r[7]}"), Frames: long.Parse(r[8], CultureInfo.InvariantCulture) + long.Parse(r[9], CultureInfo.InvariantCulture)));
        // for UDP tshark knows no end of a conversation: those of the same ports are one
        var ours = protocol == "tcp" ? flows : flows.GroupBy(f => f.Item1).Select(g => (g.Key, Frames: g.Sum(f => f.Frames)));
        Assert.Equal(ours.Select(f => $"{f.Item1} {f.Frames}").Order(StringComparer.Ordinal), told.Select(f => $"{f.Item1} {f.Frames}").Order(StringComparer.Ordinal));

        // it rounds bytes to kB and MB there: exact ones by its numbers of streams
        var streams = (await Run(capture.Capture, "-Y", protocol + " && !icmp", "-T", "fields", "-e", protocol + ".stream", "-e", "frame.len")).Select(line => line.Split('\t'))
            .GroupBy(c => c[0]).Select(g => g.Sum(c => long.Parse(c[1], CultureInfo.InvariantCulture)));
        var sizes = capture.FlowRows.Where(r => r[3] == protocol).Select(r => (Pair: Pair($"{r[4]}:{r[5]}", $"{r[6]}:{r[7]}"), Bytes: long.Parse(r[10], CultureInfo.InvariantCulture) + long.Parse(r[11], CultureInfo.InvariantCulture)));
        Assert.Equal((protocol == "tcp" ? sizes.Select(f => f.Bytes) : sizes.GroupBy(f => f.Pair).Select(g => g.Sum(f => f.Bytes))).Order(), streams.Order());
    }

    [Fact]
    public async Task What_tshark_takes_for_retransmissions_are_those_that_were_made()
    {
        if (!await Installed()) return;
        var capture = SmallCapture.Usual.Value;
        var told = await Run(capture.Capture, "-Y", "tcp.analysis.retransmission || tcp.analysis.fast_retransmission || tcp.analysis.spurious_retransmission || tcp.analysis.out_of_order", "-T", "fields", "-e", "frame.number");
        var made = capture.PacketRows.Where(r => r[6] == "1").Select(r => r[0]).ToList();
        Assert.Equal(made, told);
        Assert.NotEmpty(made);
        // nothing else is amiss: duplicates and gaps only in flows where something was lost, no full or closed windows, no keep-alives
        Assert.Empty(await Run(capture.Capture, "-Y", "tcp.analysis.window_full || tcp.analysis.zero_window || tcp.analysis.keep_alive || tcp.analysis.ack_lost_segment || tcp.analysis.spurious_retransmission"));
        var troubled = await Run(capture.Capture, "-Y", "tcp.analysis.duplicate_ack || tcp.analysis.lost_segment", "-T", "fields", "-e", "frame.number");
        var lossy = capture.FlowRows.Where(r => r[14] != "0").Select(r => r[0]).ToHashSet();
        var packets = capture.PacketRows;
        Assert.All(troubled, number => Assert.Contains(packets[int.Parse(number, CultureInfo.InvariantCulture) - 1][2], lossy));
    }

    private async Task<bool> Installed()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("tshark", "--version") { RedirectStandardOutput = true, RedirectStandardError = true })!;
            await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return true;
        }
        catch (Win32Exception)
        {
            output.WriteLine("tshark is not installed: not checked");
            return false;
        }
    }

    private async Task<List<string>> Run(byte[] capture, params string[] arguments)
    {
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N") + ".pcapng");
        await File.WriteAllBytesAsync(path, capture);
        var start = new ProcessStartInfo("tshark") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-n", "-r", path, .. arguments]) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var (text, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        return [.. (await text).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static string Pair(string a, string b) => string.CompareOrdinal(a, b) < 0 ? $"{a} {b}" : $"{b} {a}";
}
