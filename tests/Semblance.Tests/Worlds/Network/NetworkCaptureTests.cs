using System.Globalization;
using Semblance.Worlds;

namespace Semblance.Tests.Worlds.Network;

/// <summary>A capture against a reader of its own, that shares nothing with the writer.</summary>
public sealed class NetworkCaptureTests
{
    private const string Letters = "FSRPA";

    [Fact]
    public void Every_length_and_checksum_is_right_and_one_wrong_byte_is_found()
    {
        var capture = SmallCapture.Usual.Value;
        var frames = CaptureReader.Frames(capture.Capture);
        Assert.True(frames.Count > 20_000);
        Assert.Null(frames.Select(CaptureReader.Fault).FirstOrDefault(fault => fault is not null));
        foreach (var protocol in (int[])[1, 6, 17])
        {
            var bytes = frames.First(f => f.Protocol == protocol && f.TotalLength > 46).Bytes.ToArray();
            bytes[50] ^= 1;
            Assert.StartsWith("checksum", CaptureReader.Fault(new ReadFrame(0, bytes)));
        }
    }

    [Fact]
    public void Frames_are_sorted_inside_the_capture_and_none_stands_twice()
    {
        var capture = SmallCapture.Usual.Value;
        var frames = CaptureReader.Frames(capture.Capture);
        Assert.All(Enumerable.Range(1, frames.Count - 1).Where(i => frames[i].Time < frames[i - 1].Time), i => Assert.Fail($"frame {i} is earlier than the one before"));
        Assert.InRange(frames[0].Time, capture.World.Traffic.Start, frames[^1].Time);
        Assert.True(frames[^1].Time < capture.World.Traffic.End);
        Assert.Equal(frames.Count, frames.Select(f => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(f.Bytes))).Distinct().Count());
    }

    [Fact]
    public void Flows_put_together_from_the_frames_are_those_of_flows_csv()
    {
        var capture = SmallCapture.Usual.Value;
        var found = CaptureReader.Flows(CaptureReader.Frames(capture.Capture));
        var told = capture.FlowRows;
        Assert.Equal(found.Select(Line).Order(StringComparer.Ordinal), told.Select(Line).Order(StringComparer.Ordinal));
        Assert.Equal(told.Length, told.Select(r => r[0]).Distinct().Count());
        Assert.Contains(told, r => r[15] != "0");

        // a frame less, and the two differ
        var frames = CaptureReader.Frames(capture.Capture);
        frames.RemoveAt(frames.Count / 2);
        Assert.NotEqual(CaptureReader.Flows(frames).Select(Line).Order(StringComparer.Ordinal), told.Select(Line).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_frame_stands_in_packets_csv_with_its_flow_and_that_flow_s_label()
    {
        var capture = SmallCapture.Usual.Value;
        var frames = CaptureReader.Frames(capture.Capture);
        var packets = capture.PacketRows;
        Assert.Equal(frames.Count, packets.Length);
        var labels = capture.FlowRows.ToDictionary(r => r[0], r => (r[16], r[17]));
        for (var i = 0; i < packets.Length; i++)
        {
            var expected = string.Create(CultureInfo.InvariantCulture, $"{i + 1} {Time(frames[i].Time)} {frames[i].Bytes.Length} {labels[packets[i][2]]}");
            var told = $"{packets[i][0]} {packets[i][1]} {packets[i][3]} {(packets[i][4], packets[i][5])}";
            if (expected != told) Assert.Equal(expected, told);
        }
        foreach (var flow in CaptureReader.Flows(frames)) Assert.Single(flow.Frames.Select(i => packets[i][2]).Distinct());
    }

    [Fact]
    public void Every_kind_of_attack_is_there_and_has_a_lawful_twin()
    {
        var capture = SmallCapture.Usual.Value;
        var world = capture.World;
        var acted = capture.FlowRows.Where(r => r[17].Length > 0).GroupBy(r => int.Parse(r[17], CultureInfo.InvariantCulture)).ToDictionary(g => g.Key, g => g.Select(r => r[16]).Distinct().Single());
        Assert.All(acted, c => Assert.Equal(world.Campaigns[c.Key].Label, c.Value));
        Assert.Equal(world.Traffic.Campaigns.Select(c => c.Name).Order(), acted.Values.Where(l => l != "benign").Distinct().Order());
        Assert.True(acted.Values.Count(l => l == "benign") >= 12);
    }

    [Fact]
    public void Bytes_do_not_depend_on_threads()
    {
        var world = SmallCapture.WorldOf(("hosts", 60), ("hours", 0.04), ("seed", 3));
        var (one, two) = (SmallCapture.Part(world, 0, 1, 1, 1), SmallCapture.Part(world, 0, 1, 1, 3));
        Assert.True(one.Capture.AsSpan().SequenceEqual(two.Capture));
        Assert.Equal(one.Packets, two.Packets);
        Assert.Equal(one.Flows, two.Flows);
        Assert.NotEqual(one.Flows, SmallCapture.Part(SmallCapture.WorldOf(("hosts", 60), ("hours", 0.04), ("seed", 4)), 0, 1, 1, 1).Flows);
    }

    [Theory]
    [InlineData(60, 0.04, 1)] // campaigns across the borders
    [InlineData(20, 1.5, 0.3)] // sessions and connections that began in slices of time long before
    public void Parts_made_alone_are_the_whole(int hosts, double hours, double load)
    {
        var campaigns = hosts >= 60 ? 13 : 3;
        var world = SmallCapture.WorldOf(("hosts", hosts), ("hours", hours), ("load", load), ("attacks", campaigns), ("decoys", campaigns), ("difficulty", 1), ("seed", 3));
        var whole = SmallCapture.Part(world, 0, 1, 1, 1, whole: false);
        var parts = Enumerable.Range(0, 8).Select(i => SmallCapture.Part(world, i, 1, 8, 1, whole: false)).ToList();
        Assert.True(whole.Capture.AsSpan().SequenceEqual(parts.SelectMany(p => p.Capture).ToArray()));
        Assert.Equal(whole.Flows, string.Concat(parts.Select(p => p.Flows)));
        Assert.True(SmallCapture.Part(world, 2, 2, 8, 1, whole: false).Capture.AsSpan().SequenceEqual(parts[2].Capture.Concat(parts[3].Capture).ToArray()));
        Assert.NotEmpty(parts[2].Capture);
    }

    [Fact]
    public void A_network_of_no_load_and_no_campaign_is_silent() =>
        Assert.Empty(CaptureReader.Frames(SmallCapture.Make(("hosts", 20), ("hours", 0.05), ("load", 0), ("attacks", 0), ("decoys", 0)).Capture));

    private static string Line(ReadFlow f) => string.Create(CultureInfo.InvariantCulture,
        $"{Time(f.Start)} {Time(f.End)} {f.Protocol switch { 1 => "icmp", 6 => "tcp", _ => "udp" }} {Address(f.Client)} {f.ClientPort} {Address(f.Server)} {f.ServerPort} {f.FramesOut} {f.FramesIn} {f.BytesOut} {f.BytesIn} {Flags(f.FlagsOut)} {Flags(f.FlagsIn)} {f.Errors}");

    private static string Line(string[] r) => string.Join(' ', r[1..14].Append(r[15]));

    private static string Flags(int flags) => string.Concat(Letters.Where((_, i) => (flags >> i & 1) != 0));

    private static string Address(uint a) => $"{a >> 24}.{a >> 16 & 255}.{a >> 8 & 255}.{a & 255}";

    private static string Time(long time) => DateTime.UnixEpoch.AddTicks(10 * time).ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
}
