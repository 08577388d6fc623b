using Semblance.Numerics;

namespace Semblance.Worlds;

/// <summary>
/// Time in slices of ten minutes. How many sessions of a host begin in a slice is drawn from (seed, host, slice): Poisson, at the rate of its role, the hour and
/// the day. Sessions last as a Pareto law says, which makes the sum of all long-range dependent (Willinger, Taqqu, Sherman, Wilson 1997: H = (3 - alpha) / 2).
/// </summary>
internal sealed class SessionCalendar
{
    /// <summary>Microseconds of a slice.</summary>
    public const long Slice = 600_000_000;

    private const int MostSessions = Session.MostAtOnce;
    private readonly NetworkWorld world;
    private readonly RandomStream draws;
    private readonly int number, of;
    private readonly double[] weights;
    private long slice;

    public SessionCalendar(NetworkWorld world, int number, int of, long from)
    {
        (this.world, this.number, this.of) = (world, number, of);
        draws = new RandomStream(world.Seed, "worlds/network/sessions");
        weights = new double[world.Traffic.Activities.Length];
        slice = (Math.Max(from, world.Traffic.Start - Session.Longest) - world.Origin) / Slice;
        Next = world.Origin + slice * Slice;
    }

    /// <summary>When the next slice begins.</summary>
    public long Next { get; private set; }

    /// <summary>Begins the sessions of the next slice.</summary>
    public void Open(TrafficShard shard)
    {
        if (Next >= world.Traffic.End)
        {
            Next = Actor.Never;
            return;
        }
        var hosts = world.Hosts;
        for (var i = number; i < hosts.Inside + hosts.Visitors; i += of)
        {
            var inside = i < hosts.Inside;
            Begin(shard, i, inside ? hosts[i].Role : HostRole.Visitor, inside ? hosts[i].Number : hosts.Services + i - hosts.Inside, inside);
        }
        slice++;
        Next += Slice;
    }

    private void Begin(TrafficShard shard, int host, HostRole role, int hostNumber, bool inside)
    {
        var activities = world.Traffic.Activities;
        var total = 0.0;
        var hour = (int)((Next + Slice / 2) / 3_600_000_000 % 24);
        var day = (int)((Next / 86_400_000_000 + 3) % 7); // 1970 began on a Thursday: 0 is Monday
        for (var a = 0; a < weights.Length; a++) total += weights[a] = activities[a].Rates[(int)role] * activities[a].Profile[(day >= 5 ? 24 : 0) + hour];
        if (total == 0) return;
        var random = draws.Sequence((long)host << 24 | slice);
        var busy = FastMath.Exp(0.6 * random.NextNormal() - 0.18);
        var count = Poisson(ref random, total * world.Traffic.Load * busy / 6);
        for (var j = 0; j < Math.Min(count, MostSessions); j++)
        {
            var pick = random.NextUnit() * total;
            var activity = 0;
            while (activity < weights.Length - 1 && (pick -= weights[activity]) >= 0) activity++;
            var start = Next + (long)(random.NextUnit() * Slice);
            var key = (ulong)host << 35 | (ulong)slice << 12 | (ulong)j << 9;
            shard.Add(new Session(shard, activities[activity], key, start, inside, hostNumber, (int)(slice % Session.SlicesAtOnce) * MostSessions + j));
        }
    }

    /// <summary>A Poisson count by its distribution function, at most 4 * <see cref="MostSessions"/>.</summary>
    private static int Poisson(ref RandomSequence random, double mean)
    {
        var (u, p) = (random.NextUnit(), FastMath.Exp(-mean));
        var sum = p;
        var count = 0;
        while (u >= sum && count < 4 * MostSessions)
        {
            p *= mean / ++count;
            sum += p;
        }
        return count;
    }
}

/// <summary>A user at work, or a machine on its own: for a while, actions follow each other, and each begins connections.</summary>
internal sealed class Session : Actor
{
    /// <summary>No session lasts longer, in microseconds.</summary>
    public const long Longest = 1_200_000_000;

    /// <summary>Connections of a session, sessions of a host that begin in one slice, and slices until a port may come again: their product is below the ports of any system, less those kept for campaigns.</summary>
    public const int MostConnections = 400, MostAtOnce = 6, SlicesAtOnce = 5;

    /// <summary>Ports below this are those of sessions.</summary>
    public const int Slots = MostConnections * MostAtOnce * SlicesAtOnce;

    private readonly ActivityLaw law;
    private readonly ulong key;
    private readonly long over;
    private readonly bool inside;
    private readonly int number, slot;
    private RandomSequence random;
    private int connections;

    public Session(TrafficShard shard, ActivityLaw law, ulong key, long start, bool inside, int number, int slot)
    {
        (this.law, this.key, this.inside, this.number, this.slot) = (law, key, inside, number, slot);
        (Time, Key) = (start, shard.FlowId(3UL << 62 | key));
        random = shard.World.SessionDraws.Sequence((long)key);
        var lasts = law.Lasts.Least * FastMath.Exp(-FastMath.Log(1 - random.NextUnit()) / law.Lasts.Alpha);
        over = start + Math.Min(Longest, (long)(1e6 * Math.Min(lasts, law.Lasts.Most)));
    }

    /// <inheritdoc/>
    public override void Step(TrafficShard shard)
    {
        var hosts = shard.Hosts;
        var self = inside ? hosts[number] : hosts.OutsideHost(number);
        var topic = 0;
        var server = Destination(shard, ref topic);
        var at = Time + 1;
        if (random.NextUnit() < law.Lookups)
        {
            var resolver = hosts[hosts.First[(int)HostRole.Server] + shard.World.Resolver];
            Begin(shard, at, self, resolver, new ConversationPlan { Service = shard.World.Dns, Campaign = -1, Topic = topic });
            at += 2L * (resolver.Delay + self.Delay) + 3_000 + random.NextBelow(20_000);
        }
        var count = 1 + (int)(-FastMath.Log(1 - random.NextUnit()) * (law.Connections - 0.5) * (law.Connections > 1 ? 1 : 0));
        for (var i = 0; i < Math.Min(count, 12) && connections < MostConnections; i++)
        {
            Begin(shard, at, self, server, new ConversationPlan { Service = law.Service, Campaign = -1, Topic = topic });
            at += 200 + random.NextBelow(250_000);
        }
        var next = Time + 1_000 + (long)(1e6 * law.Gap.Draw(ref random));
        Time = next < over && connections < MostConnections ? next : Never;
    }

    private void Begin(TrafficShard shard, long at, in NetworkHost self, in NetworkHost server, in ConversationPlan plan)
    {
        if (connections == MostConnections) return;
        var index = connections++;
        shard.Start(key | (uint)index, at, self, shard.Hosts.Port(self, slot * MostConnections + index), server, plan);
    }

    private NetworkHost Destination(TrafficShard shard, ref int topic)
    {
        var hosts = shard.Hosts;
        switch (law.To)
        {
            case -1:
                topic = hosts.Popular(random.NextUnit());
                return hosts.OutsideHost(topic);
            case -2: return hosts[hosts.First[(int)HostRole.Printer] + random.NextBelow(hosts.Count[(int)HostRole.Printer])];
            case -3:
                var other = random.NextBelow(hosts.Count[(int)HostRole.Server]);
                topic = hosts.Services + Math.Min(other, shard.World.Traffic.Servers.Length - 1);
                return hosts[hosts.First[(int)HostRole.Server] + other];
            default:
                topic = hosts.Services + law.To;
                return hosts[hosts.First[(int)HostRole.Server] + law.To];
        }
    }
}
