using Semblance.Forms;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Worlds;

/// <summary>One frame of a capture: where its bytes are, and its labels.</summary>
/// <param name="Time">Microseconds since 1970.</param>
/// <param name="Flow">Its flow.</param>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Campaign">Its campaign, or -1.</param>
/// <param name="Again">Whether it carries bytes that were seen, or lie below those that were seen.</param>
internal readonly record struct CapturedFrame(long Time, ulong Flow, int Offset, int Length, int Campaign, bool Again);

/// <summary>
/// The part of the traffic that some hosts and campaigns begin. Conversations touch no other: each has its own random numbers, so shards run side by side and
/// their frames are merged by (time, flow), which is one order whoever made them.
/// </summary>
internal sealed class TrafficShard
{
    private readonly ActorQueue queue = new();
    private readonly Stack<TcpConversation> restingStreams = new();
    private readonly Stack<DatagramConversation> restingDatagrams = new();
    private readonly OutputBuffer bytes = new(1 << 16);
    private readonly SessionCalendar calendar;
    private readonly ulong flowKey;
    private readonly long from, to;
    private CapturedFrame[] frames = new CapturedFrame[1024];
    private FlowRecord[] flows = new FlowRecord[256];

    /// <summary>A shard.</summary>
    /// <param name="world">What all shards share.</param>
    /// <param name="number">Which.</param>
    /// <param name="of">Of how many.</param>
    /// <param name="from">First microsecond of the part of the capture that is wanted.</param>
    /// <param name="to">First microsecond after it.</param>
    public TrafficShard(NetworkWorld world, int number, int of, long from, long to)
    {
        (World, this.from, this.to) = (world, from, to);
        Conversations = new RandomStream(world.Seed, "worlds/network/conversations");
        flowKey = new RandomStream(world.Seed, "worlds/network/flows").Key;
        calendar = new SessionCalendar(world, number, of, from - Session.Longest - TcpConversation.Longest);
        for (var i = number; i < world.Campaigns.Length; i += of) queue.Add(new Campaign(world, world.Campaigns[i], FlowId(1UL << 63 | (uint)i)));
    }

    /// <summary>What all shards share.</summary>
    public NetworkWorld World { get; }

    /// <summary>Hosts.</summary>
    public HostBook Hosts => World.Hosts;

    /// <summary>Names.</summary>
    public HostNames Names => World.Names;

    /// <summary>Bytes of payloads.</summary>
    public PayloadPool Payload => World.Payload;

    /// <summary>Random numbers of conversations, by key.</summary>
    public RandomStream Conversations { get; }

    /// <summary>Room to write a datagram in.</summary>
    public byte[] Scratch { get; } = new byte[2_048];

    /// <summary>Frames made and not yet taken, in order.</summary>
    public ReadOnlySpan<CapturedFrame> Frames => frames.AsSpan(0, FrameCount);

    /// <summary>Number of <see cref="Frames"/>.</summary>
    public int FrameCount { get; private set; }

    /// <summary>Flows that ended and were not yet taken.</summary>
    public ReadOnlySpan<FlowRecord> Flows => flows.AsSpan(0, FlowCount);

    /// <summary>Number of <see cref="Flows"/>.</summary>
    public int FlowCount { get; private set; }

    /// <summary>Bytes of a frame.</summary>
    public ReadOnlySpan<byte> BytesOf(in CapturedFrame frame) => bytes.Written.Slice(frame.Offset, frame.Length);

    /// <summary>Number of a flow: different for different keys, and telling nothing about them.</summary>
    public ulong FlowId(ulong key) => KeyedPermutation.Mix(key ^ flowKey);

    /// <summary>Whether a frame of this time is wanted.</summary>
    public bool Records(long time) => time >= from && time < to;

    /// <summary>Room for a frame, in order.</summary>
    public Span<byte> Frame(long time, ulong flow, int length, int campaign, bool again)
    {
        if (FrameCount == frames.Length) Array.Resize(ref frames, 2 * FrameCount);
        frames[FrameCount++] = new CapturedFrame(time, flow, bytes.Length, length, campaign, again);
        var room = bytes.Free(length)[..length];
        bytes.Advance(length);
        return room;
    }

    /// <summary>Takes a flow that has ended.</summary>
    public void Close(in FlowRecord flow)
    {
        if (flow.Closed < from || flow.FramesOut + flow.FramesIn == 0) return;
        if (FlowCount == flows.Length) Array.Resize(ref flows, 2 * FlowCount);
        flows[FlowCount++] = flow;
    }

    /// <summary>Begins a conversation, unless it lies wholly outside what is wanted.</summary>
    public void Start(ulong key, long time, in NetworkHost client, ushort clientPort, in NetworkHost server, in ConversationPlan plan)
    {
        if (time < World.Traffic.Start || time >= to || time < from - TcpConversation.Longest) return;
        if (plan.Service.Speech is Speech.Dns or Speech.Ntp or Speech.Echo)
        {
            var datagrams = restingDatagrams.TryPop(out var rested) ? rested : new DatagramConversation();
            datagrams.Begin(this, key, time, client, clientPort, server, plan);
            queue.Add(datagrams);
        }
        else
        {
            var stream = restingStreams.TryPop(out var rested) ? rested : new TcpConversation();
            stream.Begin(this, key, time, client, clientPort, server, plan);
            queue.Add(stream);
        }
    }

    /// <summary>Takes in a session.</summary>
    public void Add(Actor actor) => queue.Add(actor);

    /// <summary>Takes back what a conversation needed, for the next.</summary>
    public void Give(TcpConversation stream) => restingStreams.Push(stream);

    /// <summary>Takes back what a conversation needed, for the next.</summary>
    public void Give(DatagramConversation datagrams) => restingDatagrams.Push(datagrams);

    /// <summary>Runs until a time; what was made before is forgotten.</summary>
    public void Run(long until)
    {
        bytes.Clear();
        (FrameCount, FlowCount) = (0, 0);
        for (; ; )
        {
            var next = queue.Count > 0 ? queue.First.Time : Actor.Never;
            if (calendar.Next <= Math.Min(next, until - 1))
            {
                calendar.Open(this);
                continue;
            }
            if (next >= until) return;
            var actor = queue.First;
            actor.Step(this);
            if (queue.First != actor) throw new InvalidOperationException("a step began something earlier than itself");
            if (actor.Time != Actor.Never) queue.FirstMoved();
            else
            {
                queue.RemoveFirst();
                actor.End(this);
            }
        }
    }

    /// <summary>Ends what is still on its way, as the end of the capture does.</summary>
    public void Finish()
    {
        (FrameCount, FlowCount) = (0, 0);
        foreach (var actor in queue.All)
            if (actor is TcpConversation or DatagramConversation) actor.Cut(this, to);
        Array.Sort(flows, 0, FlowCount, Comparer<FlowRecord>.Create((a, b) => a.Id.CompareTo(b.Id)));
    }
}
