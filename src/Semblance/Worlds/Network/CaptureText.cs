using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Semblance.Formats;

namespace Semblance.Worlds;

/// <summary>
/// What a capture comes to as bytes: the capture, a line a frame with its labels, a line a flow. Times are UTC with microseconds. The buffers grow until their
/// owner empties them.
/// </summary>
internal sealed class CaptureText : ICaptureSink
{
    /// <summary>Heads of the files.</summary>
    public const string PacketColumns = "frame,time,flow,length,label,campaign,retransmission\n",
        FlowColumns = "flow,start,end,protocol,client,client_port,server,server_port,packets_out,packets_in,bytes_out,bytes_in,flags_out,flags_in,retransmissions,icmp_errors,label,campaign\n";

    private readonly byte[] second = new byte[20]; // 2026-01-05T09:00:00. of the last time written
    private readonly byte[][] labels;
    private readonly bool capture;
    private long lastSecond = long.MinValue;
    private readonly CampaignTotals[] totals;

    /// <summary>The capture as pcapng.</summary>
    public OutputBuffer Capture { get; } = new(1 << 16);

    /// <summary>packets.csv.</summary>
    public OutputBuffer Packets { get; } = new(1 << 16);

    /// <summary>flows.csv.</summary>
    public OutputBuffer Flows { get; } = new(1 << 16);

    private readonly PcapngWriter writer;

    /// <summary>Text of a capture.</summary>
    /// <param name="world">The network.</param>
    /// <param name="capture">Whether the frames themselves are wanted.</param>
    public CaptureText(NetworkWorld world, bool capture)
    {
        this.capture = capture;
        labels = [.. world.Campaigns.Select(c => Encoding.UTF8.GetBytes(c.Label))];
        totals = new CampaignTotals[labels.Length];
        writer = new PcapngWriter(Capture);
    }

    /// <summary>Frames so far.</summary>
    public long FrameCount { get; private set; }

    /// <summary>Bytes of the frames so far.</summary>
    public long FrameBytes { get; private set; }

    /// <summary>Flows so far.</summary>
    public long FlowCount { get; private set; }

    /// <summary>What came of each campaign so far.</summary>
    public ReadOnlySpan<CampaignTotals> Totals => totals;

    /// <summary>Writes the heads of all files.</summary>
    public void Begin()
    {
        if (capture) writer.Begin();
        Packets.Write(Encoding.ASCII.GetBytes(PacketColumns));
        Flows.Write(Encoding.ASCII.GetBytes(FlowColumns));
    }

    /// <summary>Empties all buffers.</summary>
    public void Clear()
    {
        Capture.Clear();
        Packets.Clear();
        Flows.Clear();
    }

    /// <inheritdoc/>
    public void Take(in CapturedFrame frame, ReadOnlySpan<byte> bytes)
    {
        if (capture) writer.Write(frame.Time, bytes);
        FrameCount++;
        FrameBytes += frame.Length;
        if (frame.Campaign >= 0)
        {
            ref var total = ref totals[frame.Campaign];
            total.Frames++;
            total.Bytes += frame.Length;
            if (total.First == 0) total.First = frame.Time;
            total.Last = frame.Time;
        }
        var line = new CsvLine(Packets.Free(256));
        line.Number(FrameCount);
        Time(ref line, frame.Time);
        line.Id(frame.Flow);
        line.Number(frame.Length);
        Labels(ref line, frame.Campaign);
        line.Text(frame.Again ? "1"u8 : "0"u8);
        Packets.Advance(line.End());
    }

    /// <inheritdoc/>
    public void Take(in FlowRecord flow)
    {
        FlowCount++;
        if (flow.Campaign >= 0) totals[flow.Campaign].Flows++;
        var line = new CsvLine(Flows.Free(512));
        line.Id(flow.Id);
        Time(ref line, flow.Start);
        Time(ref line, flow.End);
        line.Text(flow.Protocol switch { 1 => "icmp"u8, 6 => "tcp"u8, _ => "udp"u8 });
        line.Address(flow.Client);
        line.Number(flow.ClientPort);
        line.Address(flow.Server);
        line.Number(flow.ServerPort);
        line.Number(flow.FramesOut);
        line.Number(flow.FramesIn);
        line.Number(flow.BytesOut);
        line.Number(flow.BytesIn);
        line.Flags(flow.FlagsOut);
        line.Flags(flow.FlagsIn);
        line.Number(flow.Retransmissions);
        line.Number(flow.Errors);
        Labels(ref line, flow.Campaign);
        Flows.Advance(line.End());
    }

    private void Labels(ref CsvLine line, int campaign)
    {
        line.Text(campaign < 0 ? "benign"u8 : labels[campaign]);
        if (campaign < 0) line.Text(default);
        else line.Number(campaign);
    }

    private void Time(ref CsvLine line, long time)
    {
        var (whole, rest) = Math.DivRem(time, 1_000_000);
        if (whole != lastSecond)
        {
            DateTime.UnixEpoch.AddSeconds(whole).TryFormat(second, out _, "yyyy-MM-ddTHH:mm:ss.", CultureInfo.InvariantCulture);
            lastSecond = whole;
        }
        line.Time(second, (int)rest);
    }
}

/// <summary>Cells of one line. None of them needs quotes.</summary>
internal ref struct CsvLine(Span<byte> to)
{
    private readonly Span<byte> bytes = to;
    private int at;

    public void Text(scoped ReadOnlySpan<byte> text)
    {
        text.CopyTo(bytes[at..]);
        at += text.Length;
        bytes[at++] = (byte)',';
    }

    public void Number(long number)
    {
        Utf8Formatter.TryFormat(number, bytes[at..], out var count);
        at += count;
        bytes[at++] = (byte)',';
    }

    public void Id(ulong id)
    {
        for (var shift = 60; shift >= 0; shift -= 4) bytes[at++] = "0123456789abcdef"u8[(int)(id >> shift & 15)];
        bytes[at++] = (byte)',';
    }

    public void Address(uint address)
    {
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            Utf8Formatter.TryFormat(address >> shift & 0xFF, bytes[at..], out var count);
            at += count;
            bytes[at++] = (byte)'.';
        }
        bytes[at - 1] = (byte)',';
    }

    public void Flags(TcpFlags flags)
    {
        for (var i = 0; i < 5; i++)
            if (((int)flags >> i & 1) != 0) bytes[at++] = "FSRPA"u8[i];
        bytes[at++] = (byte)',';
    }

    public void Time(scoped ReadOnlySpan<byte> second, int microseconds)
    {
        second.CopyTo(bytes[at..]);
        at += second.Length;
        for (var (i, rest) = (5, microseconds); i >= 0; i--, rest /= 10) bytes[at + i] = (byte)('0' + rest % 10);
        at += 6;
        bytes[at++] = (byte)'Z';
        bytes[at++] = (byte)',';
    }

    /// <summary>Ends the line in place of the last comma.</summary>
    /// <returns>Its bytes.</returns>
    public readonly int End()
    {
        bytes[at - 1] = (byte)'\n';
        return at;
    }
}
