using Semblance.Tests.Conventions;
using Semblance.Worlds;

namespace Semblance.Tests.Worlds.Network;

public sealed class NetworkPackTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("semblance-network").FullName;
    private static readonly Dictionary<string, string> Small = new() { ["hosts"] = "60", ["hours"] = "0.02", ["difficulty"] = "1" };

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_folder_holds_capture_and_labels_and_the_summary_counts_them()
    {
        var summary = await NetworkPack.Shipped.WriteAsync(folder, Small, Run.With(1));
        Assert.Equal(["campaigns.csv", "capture.pcapng", "flows.csv", "hosts.csv", "packets.csv"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        var frames = CaptureReader.Frames(File.ReadAllBytes(Path.Combine(folder, "capture.pcapng")));
        Assert.Equal(summary.Frames, frames.Count);
        Assert.Equal(summary.Bytes, frames.Sum(f => (long)f.Bytes.Length));
        Assert.Equal(summary.Flows, Rows("flows.csv").Length);
        Assert.Equal(summary.Frames, Rows("packets.csv").Length);
        Assert.Equal(26, Rows("campaigns.csv").Length);

        // a campaign's totals are those of its frames, and who acts in an attack is called an attacker
        var packets = Rows("packets.csv");
        foreach (var campaign in Rows("campaigns.csv"))
        {
            var mine = packets.Where(p => p[5] == campaign[0]).ToList();
            Assert.Equal((mine.Count.ToString(), mine.Count == 0 ? "" : mine[0][1]), (campaign[11], campaign[13]));
            if (campaign[3].Length == 0) continue;
            var actor = Assert.Single(Rows("hosts.csv"), h => h[4] == campaign[3]);
            Assert.Contains(campaign[0], actor[8].Split(' '));
            if (campaign[1] != "benign") Assert.Equal("attacker", actor[7]);
        }
        // addresses are private or of documentation and measurement blocks
        Assert.All(Rows("hosts.csv"), h => Assert.Matches(@"^(10\.20\.|192\.0\.2\.|198\.1[89]\.)", h[4]));
        Assert.Equal(Rows("hosts.csv").Length, Rows("hosts.csv").Select(h => h[4]).Distinct().Count());
    }

    [Fact]
    public async Task Without_the_capture_the_tables_are_the_same()
    {
        await NetworkPack.Shipped.WriteAsync(folder, Small, Run.With(1), new NetworkPart(1, 2, 4));
        var flows = File.ReadAllText(Path.Combine(folder, "flows.csv"));
        await NetworkPack.Shipped.WriteAsync(folder, new Dictionary<string, string>(Small) { ["pcap"] = "no" }, Run.With(1), new NetworkPart(1, 2, 4));
        Assert.Equal(flows, File.ReadAllText(Path.Combine(folder, "flows.csv")));
        Assert.False(File.Exists(Path.Combine(folder, "capture.pcapng")));
    }

    [Fact]
    public async Task A_cancelled_capture_leaves_nothing()
    {
        using var cancel = new CancellationTokenSource();
        var run = Run.With(1) with { Progress = new Stopping(cancel) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => NetworkPack.Shipped.WriteAsync(Path.Combine(folder, "out"), Small, run, null, cancel.Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Theory]
    [InlineData("host", "10", "SB2206", "did you mean `hosts`?")]
    [InlineData("hosts", "3", "SB2207", "20 to 15000")]
    [InlineData("difficulty", "2", "SB2207", "0 to 1")]
    [InlineData("pcap", "maybe", "SB2207", "yes, no")]
    [InlineData("attacks", "400", "SB2221", "set more hosts or fewer campaigns")]
    public async Task A_wrong_setting_is_told(string name, string value, string code, string part)
    {
        var e = await Assert.ThrowsAsync<RecipeException>(() => NetworkPack.Shipped.WriteAsync(folder, new Dictionary<string, string> { [name] = value }, Run.With(1)));
        Assert.Equal(code, e.Code);
        Assert.Contains(part, e.Message);
    }

    [Theory]
    [InlineData(-1, 1, 4)]
    [InlineData(3, 2, 4)]
    [InlineData(0, 0, 4)]
    public async Task A_part_outside_its_whole_is_told(long first, long count, long of)
    {
        var e = await Assert.ThrowsAsync<GenerateException>(() => NetworkPack.Shipped.WriteAsync(folder, Small, Run.With(1), new NetworkPart(first, count, of)));
        Assert.Equal("SB2222", e.Code);
    }

    [Theory]
    [InlineData("speech: smb", "speech: smbb", "did you mean `smb`?")]
    [InlineData("shape: beacon", "shape: beacn", "did you mean `beacon`?")]
    [InlineData("profile: people, lasts", "profile: poeple, lasts", "did you mean `people`?")]
    [InlineData("service: mailbox", "service: mailbx", "did you mean `mailbox`?")]
    [InlineData("to: intranet", "to: intrnet", "did you mean `intranet`?")]
    [InlineData("port: 9100", "port: 91000", "`port` must be a number from 0 to 65535")]
    [InlineData("resolver: {open: no}", "resolvr: {open: no}", "needs one called `resolver`")]
    [InlineData("aborts: 0.08", "abort: 0.08", "did you mean `aborts`?")]
    [InlineData("gap: [20, 120, 0.4]", "gap: [20, 120]", "must be 3 numbers")]
    [InlineData("emitter: network", "emitter: netwrk", "did you mean `network`?")]
    public void A_fault_in_a_pack_is_told_with_its_place(string right, string wrong, string part)
    {
        var text = Repository.Read("packs/network.yaml");
        Assert.Contains(right, text);
        var at = text.IndexOf(right, StringComparison.Ordinal);
        var e = Assert.Throws<RecipeException>(() => NetworkPack.Read(text[..at] + wrong + text[(at + right.Length)..], "my.yaml"));
        Assert.Contains(part, e.Message);
        Assert.Matches(@"^`my\.yaml`, line \d+, column \d+: ", e.Message);
    }

    [Fact]
    public void The_pack_in_the_repository_is_the_one_that_ships() => Assert.Equal(NetworkPack.Shipped.Parameters.Select(p => p.Name), NetworkPack.Read(Repository.Read("packs/network.yaml"), "x").Parameters.Select(p => p.Name));

    private string[][] Rows(string file) => [.. File.ReadLines(Path.Combine(folder, file)).Skip(1).Select(line => line.Split(','))];

    private sealed class Stopping(CancellationTokenSource cancel) : IProgress<Step>
    {
        public void Report(Step step) => cancel.Cancel();
    }
}
