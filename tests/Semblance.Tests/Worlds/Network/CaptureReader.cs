using System.Buffers.Binary;

namespace Semblance.Tests.Worlds.Network;

/// <summary>A frame as an independent reader sees it.</summary>
internal sealed record ReadFrame(long Time, byte[] Bytes)
{
    public int Protocol => Bytes[23];
    public uint From => BinaryPrimitives.ReadUInt32BigEndian(Bytes.AsSpan(26));
    public uint To => BinaryPrimitives.ReadUInt32BigEndian(Bytes.AsSpan(30));
    public int FromPort => Protocol == 1 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(Bytes.AsSpan(34));
    public int ToPort => Protocol == 1 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(Bytes.AsSpan(36));
    public uint Sequence => BinaryPrimitives.ReadUInt32BigEndian(Bytes.AsSpan(38));
    public int Flags => Protocol == 6 ? Bytes[47] : 0;
    public int TotalLength => BinaryPrimitives.ReadUInt16BigEndian(Bytes.AsSpan(16));
    public int TimeToLive => Bytes[22];
    public ulong FromMac => BinaryPrimitives.ReadUInt64BigEndian(Bytes.AsSpan(4)) & 0xFFFFFFFFFFFF;
}

/// <summary>A flow as it was put together again from frames.</summary>
internal sealed class ReadFlow
{
    public required uint Client, Server;
    public required int ClientPort, ServerPort, Protocol;
    public required uint First;
    public long Start, End, BytesOut, BytesIn;
    public int FramesOut, FramesIn, FlagsOut, FlagsIn, Errors;
    public List<int> Frames { get; } = [];
}

/// <summary>
/// Reads a capture by the format's own description and shares no code with the writer: blocks, addresses, lengths, every checksum; and puts flows together by
/// the definition of docs/packs/network.md.
/// </summary>
internal static class CaptureReader
{
    private const long Idle = 120_000_000;

    public static List<ReadFrame> Frames(ReadOnlySpan<byte> file)
    {
        var frames = new List<ReadFrame>();
        Assert.Equal(0x0A0D0D0Au, BinaryPrimitives.ReadUInt32LittleEndian(file));
        for (var at = 0; at < file.Length;)
        {
            var kind = BinaryPrimitives.ReadUInt32LittleEndian(file[at..]);
            var length = BinaryPrimitives.ReadInt32LittleEndian(file[(at + 4)..]);
            Assert.True(length % 4 == 0 && length >= 12 && at + length <= file.Length, $"a block of {length} bytes at {at}");
            Assert.Equal(length, BinaryPrimitives.ReadInt32LittleEndian(file[(at + length - 4)..]));
            if (kind == 6)
            {
                var time = (long)BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 12)..]) << 32 | BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 16)..]);
                var captured = BinaryPrimitives.ReadInt32LittleEndian(file[(at + 20)..]);
                Assert.Equal(captured, BinaryPrimitives.ReadInt32LittleEndian(file[(at + 24)..]));
                Assert.Equal(length, 32 + (captured + 3) / 4 * 4);
                frames.Add(new ReadFrame(time, file.Slice(at + 28, captured).ToArray()));
            }
            at += length;
        }
        return frames;
    }

    /// <summary>What is wrong with a frame, or null.</summary>
    public static string? Fault(ReadFrame frame)
    {
        var b = frame.Bytes;
        if (b.Length is < 60 or > 1514) return $"{b.Length} bytes long";
        if (b[12] != 8 || b[13] != 0) return "no IPv4";
        if (b[14] != 0x45) return "IP header of another length";
        if (b.Length != Math.Max(60, 14 + frame.TotalLength)) return "length of IP and of the frame differ";
        if (Sum(b, 14, 20) != 0xFFFF) return "checksum of IP";
        var length = frame.TotalLength - 20;
        uint pseudo = (uint)(frame.Protocol + length);
        for (var i = 26; i < 34; i += 2) pseudo += (uint)(b[i] << 8 | b[i + 1]);
        switch (frame.Protocol)
        {
            case 1: return Sum(b, 34, length) == 0xFFFF ? null : "checksum of ICMP";
            case 17:
                if (BinaryPrimitives.ReadUInt16BigEndian(b.AsSpan(38)) != length) return "length of UDP";
                return b[40] == 0 && b[41] == 0 ? "no checksum of UDP" : Sum(b, 34, length, pseudo) == 0xFFFF ? null : "checksum of UDP";
            case 6:
                if ((b[46] >> 4) * 4 is var head && (head < 20 || head > length)) return "length of the TCP header";
                return Sum(b, 34, length, pseudo) == 0xFFFF ? null : "checksum of TCP";
            default: return "another protocol";
        }
    }

    public static List<ReadFlow> Flows(List<ReadFrame> frames)
    {
        var flows = new List<ReadFlow>();
        var open = new Dictionary<(int, uint, int, uint, int), ReadFlow>();
        for (var i = 0; i < frames.Count; i++)
        {
            var frame = frames[i];
            var (protocol, from, fromPort, to, toPort) = (frame.Protocol, frame.From, frame.FromPort, frame.To, frame.ToPort);
            var error = protocol == 1 && frame.Bytes[34] == 3;
            if (protocol == 1 && !error) fromPort = BinaryPrimitives.ReadUInt16BigEndian(frame.Bytes.AsSpan(38)); // the identifier of an echo
            if (error)
            {
                var quoted = frame.Bytes.AsSpan(42);
                var about = open[(quoted[9], BinaryPrimitives.ReadUInt32BigEndian(quoted[12..]), BinaryPrimitives.ReadUInt16BigEndian(quoted[20..]), BinaryPrimitives.ReadUInt32BigEndian(quoted[16..]), BinaryPrimitives.ReadUInt16BigEndian(quoted[22..]))];
                about.Errors++;
                about.Frames.Add(i);
                continue;
            }
            var (there, back) = ((protocol, from, fromPort, to, toPort), protocol == 1 ? (protocol, to, fromPort, from, toPort) : (protocol, to, toPort, from, fromPort));
            var opens = protocol == 6 && (frame.Flags & 0x12) == 2;
            ReadFlow? flow = null;
            var out0 = open.TryGetValue(there, out flow);
            if (!out0) open.TryGetValue(back, out flow);
            if (flow is not null && (opens ? flow.First != frame.Sequence : protocol != 6 && frame.Time - flow.End > Idle)) flow = null;
            if (flow is null)
            {
                flow = new ReadFlow { Client = from, ClientPort = fromPort, Server = to, ServerPort = toPort, Protocol = protocol, First = protocol == 6 ? frame.Sequence : 0, Start = frame.Time };
                flows.Add(flow);
                open[there] = flow;
                out0 = true;
            }
            flow.End = frame.Time;
            flow.Frames.Add(i);
            if (out0)
            {
                flow.FramesOut++;
                flow.BytesOut += frame.Bytes.Length;
                flow.FlagsOut |= frame.Flags;
            }
            else
            {
                flow.FramesIn++;
                flow.BytesIn += frame.Bytes.Length;
                flow.FlagsIn |= frame.Flags;
            }
        }
        return flows;
    }

    private static uint Sum(byte[] bytes, int at, int length, uint sum = 0)
    {
        for (var i = 0; i < length; i++) sum += (uint)(i % 2 == 0 ? bytes[at + i] << 8 : bytes[at + i]);
        while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
        return sum;
    }
}
