using System.Collections.Immutable;
using Semblance.Forms;
using Semblance.Numerics;

namespace Semblance.Worlds;

/// <summary>A campaign as it was drawn: an attack, or a lawful one of the same shape.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Law">Its kind.</param>
/// <param name="Lawful">Whether it is a decoy.</param>
/// <param name="Actor">Who acts.</param>
/// <param name="Target">Who suffers, where that is one host.</param>
/// <param name="Start">Microsecond of its first action.</param>
/// <param name="Gap">Mean seconds between actions.</param>
/// <param name="Jitter">How far the gap varies.</param>
/// <param name="Count">Actions.</param>
/// <param name="Spread">Hosts or ports it spreads over.</param>
/// <param name="Size">Bytes of an action.</param>
internal sealed record CampaignPlan(
    int Number, CampaignLaw Law, bool Lawful, NetworkHost Actor, NetworkHost Target, long Start, double Gap, double Jitter, int Count, int Spread, int Size)
{
    /// <summary>What its flows are labelled.</summary>
    public string Label => Lawful ? NetworkWorld.Benign : Law.Name;
}

/// <summary>All that parts of one capture share. It is a pure function of traffic and seed, and nothing in it changes.</summary>
internal sealed class NetworkWorld
{
    /// <summary>Label of what is no attack.</summary>
    public const string Benign = "benign";

    private const double Camouflage = 0.9; // at difficulty 1 a tenth of the way from lawful to loud is left

    public NetworkWorld(NetworkTraffic traffic, Seed seed)
    {
        (Traffic, Seed) = (traffic, seed);
        Hosts = new HostBook(traffic, seed);
        Names = new HostNames(traffic, seed);
        Payload = new PayloadPool(seed);
        SessionDraws = new RandomStream(seed, "worlds/network/actions");
        CampaignDraws = new RandomStream(seed, "worlds/network/campaigns");
        Origin = traffic.Start - Session.Longest;
        (Dns, Resolver) = (traffic.Speak("dns"), traffic.Server("resolver"));
        Campaigns = [.. Enumerable.Range(0, traffic.Attacks + traffic.Decoys).Select(Plan)];
    }

    /// <summary>What the pack and the settings say.</summary>
    public NetworkTraffic Traffic { get; }

    /// <summary>Root of all random numbers.</summary>
    public Seed Seed { get; }

    /// <summary>Hosts.</summary>
    public HostBook Hosts { get; }

    /// <summary>Names.</summary>
    public HostNames Names { get; }

    /// <summary>Bytes of payloads.</summary>
    public PayloadPool Payload { get; }

    /// <summary>Campaigns, lawful and not, in no order.</summary>
    public ImmutableArray<CampaignPlan> Campaigns { get; }

    /// <summary>Random numbers of what sessions do.</summary>
    public RandomStream SessionDraws { get; }

    /// <summary>Random numbers of campaigns.</summary>
    public RandomStream CampaignDraws { get; }

    /// <summary>Where slices are counted from.</summary>
    public long Origin { get; }

    /// <summary>The service of names.</summary>
    public ServiceLaw Dns { get; }

    /// <summary>The server that resolves names.</summary>
    public int Resolver { get; }

    private CampaignPlan Plan(int number)
    {
        var random = CampaignDraws.Sequence(-1 - number);
        // numbers are dealt out, so that none tells an attack from a decoy
        var place = (int)KeyedPermutation.Permute((ulong)number, (ulong)(Traffic.Attacks + Traffic.Decoys), CampaignDraws.Key);
        var lawful = place >= Traffic.Attacks;
        var law = Traffic.Campaigns[(lawful ? place - Traffic.Attacks : place) % Traffic.Campaigns.Length];
        var outside = random.NextUnit() < law.Outside;
        var actor = outside
            ? Hosts.OutsideHost(Hosts.Services + (int)KeyedPermutation.Permute((ulong)number, (ulong)Hosts.Visitors, CampaignDraws.Key + 1))
            : Hosts[Hosts.First[0] + (int)KeyedPermutation.Permute((ulong)number, (ulong)Hosts.Count[0], CampaignDraws.Key + 2)];
        var start = Traffic.Start + (long)((0.02 + 0.68 * random.NextUnit()) * Traffic.Length);
        var target = law.Shape switch
        {
            CampaignShape.SshLogin => Server("jump"),
            CampaignShape.HttpLogin or CampaignShape.HttpFlood or CampaignShape.SynFlood => Server("web"),
            CampaignShape.DnsTunnel => Server("resolver"),
            CampaignShape.Reflection => random.NextBelow(3) == 0 ? Server("web") : Server("mail"),
            _ => Hosts.OutsideHost(Hosts.Popular(0.5 + random.NextUnit() / 2)),
        };
        return new CampaignPlan(number, law, lawful, actor, target, start,
            Gap: Draw(law.Gap, lawful, ref random), Jitter: Draw(law.Jitter, lawful, ref random), Count: (int)Math.Clamp(Draw(law.Count, lawful, ref random), 1, Campaign.MostActions),
            Spread: (int)Math.Clamp(Draw(law.Spread, lawful, ref random), 1, 60_000), Size: (int)Math.Clamp(Draw(law.Size, lawful, ref random), 0, 200_000_000));
    }

    private NetworkHost Server(string name) => Hosts[Hosts.First[(int)HostRole.Server] + Traffic.Server(name)];

    /// <summary>An attack moves from loud to lawful with the difficulty, on a logarithmic scale.</summary>
    private double Draw(CampaignSetting setting, bool lawful, ref RandomSequence random)
    {
        var noise = FastMath.Exp(setting.Sigma * random.NextNormal());
        if (setting.Lawful <= 0 || setting.Loud <= 0) return lawful ? setting.Lawful : setting.Loud;
        var near = lawful ? 1 : Camouflage * Traffic.Difficulty;
        return noise * FastMath.Exp((1 - near) * FastMath.Log(setting.Loud) + near * FastMath.Log(setting.Lawful));
    }
}
