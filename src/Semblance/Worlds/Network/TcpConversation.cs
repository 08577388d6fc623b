using System.Runtime.CompilerServices;
using Semblance.Numerics;

namespace Semblance.Worlds;

/// <summary>
/// One TCP connection, segment by segment, as it passes the point of capture: handshake, messages in turn, slow start and congestion avoidance driven by the
/// acknowledgements (RFC 5681), delayed acknowledgements (RFC 1122), loss found by three duplicates or a timer (RFC 6298), FIN or RST. All of it is drawn from
/// the connection's own stream, so the same key gives the same segments wherever the capture begins.
/// </summary>
internal sealed partial class TcpConversation : Actor
{
    private const long DelayedAck = 40_000, SynTimer = 1_000_000;
    private const int FirstFlight = 10, MostInFlight = 128, MostExchanges = 120;

    /// <summary>No connection lasts longer than this, in microseconds: what does not fit in is not begun, and what is on its way is reset.</summary>
    public const long Longest = 600_000_000;

    private enum Phase : byte { Syn, SynAgain, Answer, Established, Turn, Data, Closing, Last, Refused, Reset }

    private FlowRecord flow;
    private ConversationPlan plan;
    private NetworkHost client, server;
    private Link out0, in1; // client to server, server to client
    private RandomSequence random;
    private Phase phase;
    private int exchanges, messages, tries;
    private bool stamps, selective, resetAtEnd;
    private long deadline;

    // sequence numbers count from each side's first; a SYN is number 0
    private uint isn0, isn1, sent0, sent1, acked0, acked1; // acked0: what the client has acknowledged of the server
    private uint stamp0, stamp1, lastStamp0, lastStamp1;
    private ushort ip0, ip1, window0, window1;

    // the message on its way
    private Message message;
    private readonly byte[] head = new byte[MessageHeads.Longest];
    private int from, upcoming; // who sends it, and who the one after: 0 the client
    private uint messageStart, messageEnd, next, acknowledged;
    private int segmentSize, mostInFlight, duplicates, unacked;
    private double flight0, flight1, threshold0, threshold1;
    private long nextSend, turn, delayed, resend;
    private bool blocked, received, closing;

    // a hole in what the receiver has
    private bool hole, holeSeen, recovering;
    private uint holeStart;
    private int holeLength;

    // acknowledgements on their way, in order
    private PendingAck[] acks = new PendingAck[8];
    private int firstAck, ackCount;

    private struct PendingAck
    {
        public long Time;
        public uint Number, BlockStart, BlockEnd;
    }

    /// <summary>Begins a connection.</summary>
    /// <param name="shard">Where it runs.</param>
    /// <param name="key">Its unique key, from which all else is drawn.</param>
    /// <param name="time">Microsecond of the first SYN.</param>
    /// <param name="clientHost">Who opens it.</param>
    /// <param name="clientPort">From which port.</param>
    /// <param name="serverHost">To whom.</param>
    /// <param name="conversation">What it is.</param>
    public void Begin(TrafficShard shard, ulong key, long time, in NetworkHost clientHost, ushort clientPort, in NetworkHost serverHost, in ConversationPlan conversation)
    {
        (client, server, plan) = (clientHost, serverHost, conversation);
        (Key, Time, deadline) = (shard.FlowId(key), time, time + Longest);
        random = shard.Conversations.Sequence((long)key);
        (out0, in1) = (shard.Hosts.Link(client, server), shard.Hosts.Link(server, client));
        flow = new FlowRecord
        {
            Id = Key,
            Client = client.Address,
            Server = server.Address,
            ClientPort = clientPort,
            ServerPort = plan.Port == 0 ? plan.Service.Port : plan.Port,
            Protocol = 6,
            Campaign = plan.Campaign,
        };
        (isn0, isn1) = (random.NextWord(), random.NextWord());
        (stamp0, stamp1) = (random.NextWord() >> 2, random.NextWord() >> 2);
        var words = random.NextWord();
        (ip0, ip1) = ((ushort)words, (ushort)(words >> 16));
        (sent0, sent1, acked0, acked1, lastStamp0, lastStamp1) = (0, 0, 0, 0, 0, 0);
        (stamps, selective) = (client.Stamps && server.Stamps, client.Selective && server.Selective);
        segmentSize = stamps ? 1448 : 1460;
        (flight0, flight1, threshold0, threshold1) = (FirstFlight, FirstFlight, MostInFlight, MostInFlight);
        var scales = client.Window.Shift > 0 && server.Window.Shift > 0;
        (window0, window1) = (FieldOf(client, scales), FieldOf(server, scales));
        exchanges = plan.Exchanges > 0 ? plan.Exchanges : plan.Service.Exchanges <= 1 ? 1 : Math.Min(MostExchanges, 1 + (int)(-FastMath.Log(1 - random.NextUnit()) * (plan.Service.Exchanges - 0.5)));
        messages = 0;
        resetAtEnd = random.NextUnit() < plan.Service.Aborts;
        (phase, tries, ackCount, firstAck) = (Phase.Syn, 0, 0, 0);
        (delayed, resend, turn) = (Never, Never, Never);
        (hole, recovering, closing, received) = (false, false, false, false);
    }

    private static ushort FieldOf(in NetworkHost host, bool scales) => (ushort)(scales ? host.Window.Bytes >> host.Window.Shift : Math.Min(host.Window.Bytes, ushort.MaxValue));

    /// <inheritdoc/>
    public override void Step(TrafficShard shard)
    {
        var now = Time;
        switch (phase)
        {
            case Phase.Syn or Phase.SynAgain: Open(shard); break;
            case Phase.Answer: Answer(shard); break;
            case Phase.Established: Establish(shard); break;
            case Phase.Turn: BeginMessage(shard); break;
            case Phase.Data: Transfer(shard); break;
            case Phase.Closing: CloseBack(shard); break;
            case Phase.Last: CloseLast(shard); break;
            case Phase.Reset: Reset(shard, 0); break;
            default: Refuse(shard); break;
        }
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

    private void Open(TrafficShard shard)
    {
        var again = phase == Phase.SynAgain;
        Emit(shard, 0, TcpFlags.Syn, 0, 0, again);
        sent0 = 1;
        if (plan.Opening == Opening.Silent)
        {
            var left = tries++ < plan.Exchanges - 1;
            (phase, Time) = (Phase.SynAgain, left ? Time + (SynTimer << tries - 1) + random.NextBelow(4_000) : Never);
        }
        else if (!again && Lost()) (phase, Time) = (Phase.SynAgain, Time + SynTimer + random.NextBelow(4_000));
        else (phase, Time) = (plan.Opening == Opening.Closed ? Phase.Refused : Phase.Answer, Arrives(1));
    }

    private void Answer(TrafficShard shard)
    {
        acked1 = 1;
        Emit(shard, 1, TcpFlags.Syn | TcpFlags.Ack, 0, 0, tries > 0);
        sent1 = 1;
        if (plan.Opening == Opening.Abandoned) Time = tries++ < plan.Exchanges ? Time + (SynTimer << tries - 1) + random.NextBelow(4_000) : Never;
        else (phase, Time) = (plan.Opening == Opening.HalfOpen ? Phase.Reset : Phase.Established, Arrives(0));
    }

    private void Refuse(TrafficShard shard)
    {
        acked1 = 1;
        Emit(shard, 1, TcpFlags.Rst | TcpFlags.Ack, 0, 0, false);
        Time = Never;
    }

    private void Reset(TrafficShard shard, int side)
    {
        Emit(shard, side, plan.Opening == Opening.HalfOpen ? TcpFlags.Rst : TcpFlags.Rst | TcpFlags.Ack, Sent(side), 0, false);
        Time = Never;
    }

    private void Establish(TrafficShard shard)
    {
        acked0 = 1;
        Emit(shard, 0, TcpFlags.Ack, sent0, 0, false);
        phase = Phase.Turn;
        if (plan.Opening == Opening.Empty) (message, closing, upcoming) = (default, true, 0);
        else Plan();
        Time += 100 + random.NextBelow(1_500) + (upcoming == 1 ? 2L * server.Delay : 0);
    }

    /// <summary>When something that passes now, on its way to a side, is answered and the answer passes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Arrives(int side)
    {
        var delay = side == 0 ? client.Delay : server.Delay;
        return Time + 2L * delay + 5 + (int)(random.NextWord() % (uint)(20 + (delay >> 3)));
    }

    /// <summary>Whether a segment that passes now is lost before it arrives, or was before it passed.</summary>
    private bool Lost() => random.NextWord() < (uint)((client.Loss + server.Loss) * 4294.967296);

    /// <summary>Writes a frame from a side, and counts it.</summary>
    private void Emit(TrafficShard shard, int side, TcpFlags flags, uint number, int length, bool again, PendingAck ack = default)
    {
        var byClient = side == 0;
        var first = (flags & TcpFlags.Syn) != 0;
        Span<byte> options = stackalloc byte[40];
        var optionBytes = WriteOptions(options, byClient, flags, ack);
        var total = FrameWriter.SegmentHead + optionBytes + length;
        var padded = FrameWriter.Padded(total);
        flow.Count(Time, byClient, padded, flags);
        if (again) flow.Retransmissions++;
        var id = byClient ? ip0++ : ip1++;
        if (!shard.Records(Time)) return;
        var frame = shard.Frame(Time, Key, padded, plan.Campaign, again);
        options[..optionBytes].CopyTo(frame[FrameWriter.SegmentHead..]);
        if (length > 0) Fill(shard.Payload, frame.Slice(FrameWriter.SegmentHead + optionBytes, length), number - messageStart);
        var answered = (flags & TcpFlags.Ack) != 0;
        var segment = byClient
            ? new Segment(flow.ClientPort, flow.ServerPort, isn0 + number, answered ? isn1 + Acknowledging(ack, acked0) : 0, flags, first ? client.FirstWindow : (flags & TcpFlags.Rst) != 0 ? (ushort)0 : window0)
            : new Segment(flow.ServerPort, flow.ClientPort, isn1 + number, answered ? isn0 + Acknowledging(ack, acked1) : 0, flags, first ? server.FirstWindow : (flags & TcpFlags.Rst) != 0 ? (ushort)0 : window1);
        FrameWriter.WriteTcp(frame, byClient ? out0 : in1, id, segment, optionBytes, length);
    }

    private static uint Acknowledging(in PendingAck ack, uint usual) => ack.Time == 0 ? usual : ack.Number;

    private int WriteOptions(Span<byte> to, bool byClient, TcpFlags flags, in PendingAck ack)
    {
        if ((flags & TcpFlags.Rst) != 0 && (flags & TcpFlags.Syn) == 0 && sent1 == 0) return 0; // a refusal carries none
        ref readonly var host = ref byClient ? ref client : ref server;
        var syn = (flags & TcpFlags.Syn) != 0;
        uint own = 0, peer = 0;
        if (syn ? byClient ? host.Stamps : stamps : stamps)
        {
            // a tick a millisecond, each host from a start of its own
            own = (byClient ? stamp0 : stamp1) + (uint)((Time - (byClient ? client.Delay : server.Delay)) / 1000);
            peer = byClient ? lastStamp1 : lastStamp0;
            if (byClient) lastStamp0 = own;
            else lastStamp1 = own;
        }
        return TcpOptions.Write(to, host, syn, byClient || server.Window.Shift > 0 && client.Window.Shift > 0, byClient || selective, own, peer, ack.BlockStart == ack.BlockEnd ? null : ((byClient ? isn1 : isn0) + ack.BlockStart, (byClient ? isn1 : isn0) + ack.BlockEnd));
    }
}
