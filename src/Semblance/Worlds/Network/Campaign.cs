using Semblance.Forms;
using Semblance.Numerics;

namespace Semblance.Worlds;

/// <summary>A campaign at work: one action after another, each a conversation of its own.</summary>
internal sealed class Campaign : Actor
{
    /// <summary>No campaign has more actions.</summary>
    public const int MostActions = 400_000;

    private const int OwnSlots = 2_192, SharedSlots = 2_192; // what a system's ports have left beyond those of sessions
    private static ReadOnlySpan<ushort> ScannedPorts =>
    [
        22, 80, 443, 445, 3389, 21, 23, 25, 53, 110, 135, 139, 143, 389, 636, 993, 995, 1433, 1521, 2049, 3306, 5432, 5900, 5985, 6379, 8000, 8080, 8443, 8888, 9100, 9200, 27017,
    ];

    private readonly CampaignPlan plan;
    private readonly ulong key;
    private RandomSequence random;
    private int done;

    public Campaign(NetworkWorld world, CampaignPlan plan, ulong id)
    {
        (this.plan, Key, Time) = (plan, id, plan.Start);
        key = KeyOf(plan);
        random = world.CampaignDraws.Sequence(plan.Number);
    }

    /// <inheritdoc/>
    public override void Step(TrafficShard shard)
    {
        var speak = new ConversationPlan { Service = shard.World.Dns, Campaign = plan.Number };
        var k = done++;
        var word = random.NextWord();
        switch (plan.Law.Shape)
        {
            case CampaignShape.SynScan or CampaignShape.ConnectScan or CampaignShape.UdpScan: Scan(shard, k, speak); break;
            case CampaignShape.SshLogin:
                // at last the right password, if it is an attack that found one or a user who remembered
                Speak(shard, ref speak, "ssh", plan.Target);
                speak.Login = k == plan.Count - 1 && (plan.Number & 1) == 0 ? Login.Succeeds : Login.Fails;
                speak.Exchanges = speak.Login == Login.Fails ? 1 + (int)(word % 3) : 20;
                Own(shard, k, plan.Target, speak);
                break;
            case CampaignShape.HttpLogin:
                Speak(shard, ref speak, "http", plan.Target);
                speak.Login = k == plan.Count - 1 && (plan.Number & 1) == 0 ? Login.Succeeds : Login.Fails;
                speak.Exchanges = 1 + (int)(word % 3);
                Own(shard, k, plan.Target, speak);
                break;
            case CampaignShape.SynFlood:
                Speak(shard, ref speak, "web", plan.Target);
                // the queue of half-open connections is full soon, and so is that of a server that fails
                speak.Opening = RandomStream.Unit(word) < plan.Size / 1000.0 ? Opening.Abandoned : Opening.Silent;
                speak.Exchanges = speak.Opening == Opening.Silent ? 1 + (int)(random.NextWord() & 1) : (int)(random.NextWord() & 1);
                Shared(shard, k, shard.Hosts.OutsideHost(Spoofed(shard, k)), plan.Target, speak);
                break;
            case CampaignShape.HttpFlood:
                Speak(shard, ref speak, "http", plan.Target);
                speak.Reply = plan.Size;
                speak.Exchanges = 1 + (int)(word % 4);
                Shared(shard, k, shard.Hosts.OutsideHost(Bot(plan, shard.Hosts, k)), plan.Target, speak);
                break;
            case CampaignShape.Reflection:
                speak.Opening = plan.Lawful ? Opening.Full : Opening.Abandoned;
                speak.Exchanges = plan.Lawful ? 1 : 1 + (int)(word % 24);
                speak.Reply = plan.Size;
                speak.Topic = (int)KeyedPermutation.Permute((ulong)(k % shard.Hosts.Services), (ulong)shard.Hosts.Services, key + 1);
                var reflector = shard.Hosts.OutsideHost(speak.Topic);
                if (plan.Lawful) Shared(shard, k, plan.Target, reflector, speak);
                else
                {
                    speak.Port = shard.Hosts.Port(plan.Target, Session.Slots + OwnSlots + Slot(shard, k, shard.Hosts.Services));
                    shard.Start(key | (uint)k, Time + 1, reflector, 53, plan.Target, speak);
                }
                break;
            case CampaignShape.DnsTunnel:
                (speak.Topic, speak.Request, speak.Reply) = (shard.Hosts.Services - 1 - plan.Number % Math.Max(1, shard.Hosts.Services / 2), Math.Clamp(plan.Size + word % 24, 16, 170), word % 3 == 0 ? 0 : 40 + word / 7 % 160);
                Own(shard, k, plan.Target, speak);
                break;
            case CampaignShape.Lateral: Move(shard, k, speak, word); break;
            default:
                Speak(shard, ref speak, "tls", plan.Target);
                var upload = plan.Law.Shape == CampaignShape.Upload;
                speak.Exchanges = 1 + (int)(word % 3);
                var some = 0.6 + 0.8 * RandomStream.Unit(random.NextWord());
                if (upload) speak.Request = 1_000 + (long)(plan.Size * some);
                else (speak.Request, speak.Reply) = (80 + (long)(plan.Size * some), 60 + (long)(plan.Size * RandomStream.Unit(random.NextWord())));
                Own(shard, k, plan.Target, speak);
                break;
        }
        var wait = plan.Jitter >= 1 ? -FastMath.Log(1 - random.NextUnit()) : 1 + plan.Jitter * (2 * random.NextUnit() - 1);
        Time = done < plan.Count ? Time + 1 + (long)(1e6 * plan.Gap * wait) : Never;
        if (Time >= shard.World.Traffic.End) Time = Never;
    }

    private static void Speak(TrafficShard shard, ref ConversationPlan speak, string service, in NetworkHost server) =>
        (speak.Service, speak.Topic) = (shard.World.Traffic.Speak(service), server.Inside ? shard.Hosts.Services + server.Number : server.Number);

    private void Scan(TrafficShard shard, int k, ConversationPlan speak)
    {
        // every pair of host and port once, in an order without pattern
        var hosts = shard.Hosts;
        var spread = Math.Min(plan.Spread, hosts.Inside);
        var ports = Math.Max(1, plan.Count / spread);
        var pick = (int)KeyedPermutation.Permute((ulong)(k % (ports * spread)), (ulong)(ports * spread), key);
        var target = hosts[(int)KeyedPermutation.Permute((ulong)(pick / ports), (ulong)hosts.Inside, key + 1)];
        var port = pick % ports;
        speak.Port = port < ScannedPorts.Length ? ScannedPorts[port] : (ushort)(1_024 + KeyedPermutation.Permute((ulong)port, 30_000, key + 2));
        var udp = plan.Law.Shape == CampaignShape.UdpScan;
        if (!udp) speak.Service = shard.World.Traffic.Speak("tls");
        var reached = !hosts.Filters(target, plan.Actor, speak.Port);
        speak.Opening = !reached ? Opening.Silent : udp || !hosts.Listens(target, speak.Port) ? Opening.Closed : plan.Law.Shape == CampaignShape.SynScan ? Opening.HalfOpen : Opening.Empty;
        speak.Exchanges = 1;
        Own(shard, k, target, speak);
    }

    private void Move(TrafficShard shard, int k, ConversationPlan speak, uint word)
    {
        var hosts = shard.Hosts;
        var spread = Math.Min(plan.Spread, hosts.Inside);
        var target = hosts[(int)KeyedPermutation.Permute((ulong)(k % spread), (ulong)hosts.Inside, key + 1)];
        if (target.Number == plan.Actor.Number) target = hosts[(target.Number + 1) % hosts.Inside];
        speak.Service = shard.World.Traffic.Speak(target.System is HostSystem.Windows ? "files" : "ssh");
        speak.Opening = hosts.Listens(target, speak.Service.Port) || target.Role == HostRole.Server ? Opening.Full : hosts.Filters(target, plan.Actor, speak.Service.Port) ? Opening.Silent : Opening.Closed;
        speak.Login = word % 4 == 0 ? Login.Fails : Login.Succeeds;
        speak.Exchanges = speak.Opening == Opening.Full ? 0 : 1;
        speak.Topic = hosts.Services;
        Own(shard, k, target, speak);
    }

    /// <summary>Begins a conversation of the campaign's own actor, who has no other campaign.</summary>
    private void Own(TrafficShard shard, int k, in NetworkHost target, in ConversationPlan speak)
    {
        var outside = !plan.Actor.Inside && !target.Inside; // nothing between two hosts outside passes here
        if (!outside) shard.Start(key | (uint)k, Time + 1, plan.Actor, shard.Hosts.Port(plan.Actor, Session.Slots + k % OwnSlots), target, speak);
    }

    /// <summary>Begins a conversation of a host that other campaigns may use as well: each has ports of its own.</summary>
    private void Shared(TrafficShard shard, int k, in NetworkHost actor, in NetworkHost target, in ConversationPlan speak) =>
        shard.Start(key | (uint)k, Time + 1, actor, shard.Hosts.Port(actor, Session.Slots + OwnSlots + Slot(shard, k, plan.Spread)), target, speak);

    private int Slot(TrafficShard shard, int k, int hosts)
    {
        var each = Math.Max(1, SharedSlots / shard.World.Campaigns.Length);
        return (plan.Number * each + k / hosts % each) % SharedSlots;
    }

    /// <summary>Addresses of the hosts that act in a campaign. Forged and abused ones do not.</summary>
    public static IEnumerable<uint> Actors(CampaignPlan plan, HostBook hosts) => plan.Law.Shape switch
    {
        CampaignShape.SynFlood or CampaignShape.Reflection => [],
        CampaignShape.HttpFlood => Enumerable.Range(0, Math.Min(Math.Min(plan.Spread, plan.Count), hosts.Visitors)).Select(k => hosts.OutsideHost(Bot(plan, hosts, k)).Address),
        _ => [plan.Actor.Address],
    };

    private static ulong KeyOf(CampaignPlan plan) => 1UL << 62 | (ulong)plan.Number << 32;

    private static int Bot(CampaignPlan plan, HostBook hosts, int k) =>
        hosts.Services + (int)KeyedPermutation.Permute((ulong)(k % Math.Min(plan.Spread, hosts.Visitors)), (ulong)hosts.Visitors, KeyOf(plan) + 3);

    private int Spoofed(TrafficShard shard, int k)
    {
        var pool = HostBook.Outside - shard.Hosts.Services;
        return shard.Hosts.Services + (int)KeyedPermutation.Permute((ulong)(k % Math.Min(plan.Spread, pool)), (ulong)pool, key + 3);
    }
}
