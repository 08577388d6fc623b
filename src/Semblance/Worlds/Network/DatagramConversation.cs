using System.Buffers.Binary;
using Semblance.Numerics;

namespace Semblance.Worlds;

/// <summary>Conversations without a connection: DNS, NTP, echoes, probes of UDP ports and answers nobody asked for.</summary>
internal sealed class DatagramConversation : Actor
{
    /// <summary>None lasts longer, in microseconds.</summary>
    public const long Longest = 120_000_000;

    private const int MostAnswer = 1_400;
    private readonly byte[] name = new byte[256], quoted = new byte[28];
    private FlowRecord flow;
    private ConversationPlan plan;
    private NetworkHost client, server;
    private Link out0, in1;
    private RandomSequence random;
    private int step, nameLength, rounds;
    private ushort number, ip0, ip1, type;
    private ulong place;
    private long began;

    /// <summary>Begins a conversation; the parameters are as those of <see cref="TcpConversation.Begin"/>.</summary>
    public void Begin(TrafficShard shard, ulong key, long time, in NetworkHost clientHost, ushort clientPort, in NetworkHost serverHost, in ConversationPlan conversation)
    {
        (client, server, plan, step) = (clientHost, serverHost, conversation, 0);
        (Key, Time, began) = (shard.FlowId(key), time, time);
        random = shard.Conversations.Sequence((long)key);
        (out0, in1) = (shard.Hosts.Link(client, server), shard.Hosts.Link(server, client));
        var words = random.NextWord();
        (ip0, ip1) = ((ushort)words, (ushort)(words >> 16));
        words = random.NextWord();
        (number, place) = ((ushort)words, random.NextWord());
        rounds = Math.Max(1, plan.Exchanges);
        var echo = plan.Service.Speech == Speech.Echo;
        flow = new FlowRecord
        {
            Id = Key,
            Client = client.Address,
            Server = server.Address,
            ClientPort = clientPort,
            ServerPort = echo ? (ushort)0 : plan.Port == 0 ? plan.Service.Port : plan.Port,
            Protocol = echo ? (byte)1 : (byte)17,
            Campaign = plan.Campaign,
        };
        if (plan.Service.Speech == Speech.Dns) Name(shard, words);
    }

    /// <inheritdoc/>
    public override void Step(TrafficShard shard)
    {
        var now = Time;
        if (plan.Opening == Opening.Abandoned) Reflect(shard);
        else if (plan.Opening != Opening.Full) Probe(shard);
        else Converse(shard);
        if (Time != Never && Time > began + Longest) Time = Never;
        if (Time == Never) flow.Closed = now;
    }

    /// <inheritdoc/>
    public override void End(TrafficShard shard)
    {
        shard.Close(flow);
        shard.Give(this);
    }

    /// <inheritdoc/>
    public override void Cut(TrafficShard shard, long time)
    {
        flow.Closed = time;
        shard.Close(flow);
    }

    /// <summary>A question and its answer, in turn.</summary>
    private void Converse(TrafficShard shard)
    {
        var asks = (step & 1) == 0;
        var cursor = new ByteCursor(shard.Scratch);
        switch (plan.Service.Speech)
        {
            case Speech.Dns when asks: DnsMessage.Query(ref cursor, number, name.AsSpan(0, nameLength), type); break;
            case Speech.Dns:
                var records = plan.Reply > 0 ? 1 : random.NextBelow(12) == 0 ? 0 : 1 + random.NextBelow(4);
                DnsMessage.Answer(ref cursor, number, name.AsSpan(0, nameLength), type, records, (int)Math.Clamp(plan.Reply, 12, 250), shard.Payload, place);
                break;
            case Speech.Ntp: Ntp(ref cursor, asks); break;
            default:
                BinaryPrimitives.WriteInt64BigEndian(cursor.Take(8), (step >= 2 ? Time : began) * (step & ~1 | 1));
                for (var i = 0; i < 48; i++) cursor.Byte(16 + i);
                break;
        }
        Emit(shard, asks, cursor.Length);
        step++;
        if (step >= 2 * rounds) Time = Never;
        else if (asks) Time += 2L * server.Delay + 20 + (long)(1e6 * plan.Service.Work.Draw(ref random));
        else Time += 950_000 + random.NextBelow(60_000);
    }

    /// <summary>A probe, and the error of who has nothing there.</summary>
    private void Probe(TrafficShard shard)
    {
        if (step++ == 0)
        {
            // what listens for names is asked for one, all else gets an empty datagram
            var cursor = new ByteCursor(shard.Scratch.AsSpan(FrameWriter.DatagramHead));
            if (flow.ServerPort == plan.Service.Port) DnsMessage.Query(ref cursor, number, name.AsSpan(0, nameLength), type);
            var length = cursor.Length;
            var probe = shard.Scratch.AsSpan(0, FrameWriter.Padded(FrameWriter.DatagramHead + length));
            FrameWriter.WriteUdp(probe, out0, ip0, flow.ClientPort, flow.ServerPort, length);
            probe.Slice(14, quoted.Length).CopyTo(quoted);
            flow.Count(Time, true, probe.Length, TcpFlags.None);
            if (shard.Records(Time)) probe.CopyTo(shard.Frame(Time, Key, probe.Length, plan.Campaign, false));
            Time = plan.Opening == Opening.Closed ? Time + 2L * server.Delay + 40 + random.NextBelow(200) : Never;
            return;
        }
        // the error quotes the IP header and the first 8 bytes of the probe; it counts as an error about the flow, not as one of its frames
        flow.Errors++;
        if (shard.Records(Time))
        {
            var frame = shard.Frame(Time, Key, FrameWriter.Padded(FrameWriter.DatagramHead + quoted.Length), plan.Campaign, false);
            quoted.CopyTo(frame[FrameWriter.DatagramHead..]);
            FrameWriter.WriteIcmp(frame, in1, ip1, 3, 3, 0, quoted.Length);
        }
        Time = Never;
    }

    /// <summary>Large answers to questions that another asked in the client's name: only the reflector is seen.</summary>
    private void Reflect(TrafficShard shard)
    {
        var cursor = new ByteCursor(shard.Scratch);
        var records = Math.Max(1, (int)Math.Min(plan.Reply, MostAnswer) / 240);
        DnsMessage.Answer(ref cursor, (ushort)(number + step), name.AsSpan(0, nameLength), DnsMessage.Txt, records, 216, shard.Payload, place + (ulong)step);
        Emit(shard, true, cursor.Length);
        Time = ++step >= rounds ? Never : Time + 1 + (long)(1e6 * plan.Service.Pause.Draw(ref random));
    }

    private void Emit(TrafficShard shard, bool byClient, int payload)
    {
        var padded = FrameWriter.Padded(FrameWriter.DatagramHead + payload);
        flow.Count(Time, byClient, padded, TcpFlags.None);
        var id = byClient ? ip0++ : ip1++;
        if (!shard.Records(Time)) return;
        var frame = shard.Frame(Time, Key, padded, plan.Campaign, false);
        shard.Scratch.AsSpan(0, payload).CopyTo(frame[FrameWriter.DatagramHead..]);
        ref readonly var link = ref byClient ? ref out0 : ref in1;
        if (flow.Protocol == 1) FrameWriter.WriteIcmp(frame, link, id, byClient ? (byte)8 : (byte)0, 0, (uint)flow.ClientPort << 16 | (uint)(step / 2 + 1), payload);
        else if (byClient) FrameWriter.WriteUdp(frame, link, id, flow.ClientPort, flow.ServerPort, payload);
        else FrameWriter.WriteUdp(frame, link, id, flow.ServerPort, flow.ClientPort, payload);
    }

    private void Name(TrafficShard shard, uint words)
    {
        var topic = shard.Names[plan.Topic];
        var cursor = new ByteCursor(name);
        if (plan.Request > 0)
        {
            // bytes in the name: labels of at most 60 letters below a domain
            for (var left = (int)Math.Min(plan.Request, 180); left > 0; left -= 60)
            {
                DnsMessage.Letters(cursor.Take(Math.Min(left, 60)), shard.Payload, place + (ulong)left);
                cursor.Byte('.');
            }
        }
        cursor.Write(topic);
        nameLength = cursor.Length;
        type = plan.Request > 0 ? plan.Reply > 0 ? DnsMessage.Txt : DnsMessage.A : (words >> 16) % 10 < 7 ? DnsMessage.A : DnsMessage.Aaaa;
    }

    private void Ntp(ref ByteCursor cursor, bool asks)
    {
        cursor.Byte(asks ? 0x23 : 0x24); // version 4; client, server
        cursor.Write([(byte)(asks ? 0 : 2), 6, 0xE9]);
        cursor.Take(8).Clear();
        cursor.Word(asks ? 0 : server.Address);
        cursor.Take(8).Clear();
        for (var stamp = 0; stamp < 3; stamp++)
        {
            var seconds = Time / 1_000_000 + 2_208_988_800; // since 1900
            var on = stamp == 2 || !asks;
            cursor.Word(on ? (uint)seconds : 0);
            cursor.Word(on ? (uint)((ulong)(Time % 1_000_000) * 4_294_967_296 / 1_000_000) : 0);
        }
    }
}
