using System.Globalization;
using System.Text;

namespace Semblance.Worlds;

/// <summary>What came of one campaign in a capture.</summary>
internal struct CampaignTotals
{
    /// <summary>Flows that ended, frames and their bytes.</summary>
    public long Flows, Frames, Bytes;

    /// <summary>Microseconds of the first and of the last frame.</summary>
    public long First, Last;
}

/// <summary>The small tables of a capture: who there is, and what was staged.</summary>
internal static class NetworkTables
{
    /// <summary>hosts.csv: all hosts inside, services and visitors. The last columns are answers, the rest is what the capture shows.</summary>
    public static string Hosts(NetworkWorld world)
    {
        var text = new StringBuilder("host,role,system,inside,address,mac,ttl,label,campaigns\n");
        var acts = new Dictionary<uint, List<CampaignPlan>>();
        foreach (var campaign in world.Campaigns)
            foreach (var actor in Campaign.Actors(campaign, world.Hosts))
            {
                if (!acts.TryGetValue(actor, out var list)) acts[actor] = list = [];
                list.Add(campaign);
            }
        for (var i = 0; i < world.Hosts.Inside; i++) Row(world.Hosts[i]);
        for (var i = 0; i < world.Hosts.Services + world.Hosts.Visitors; i++) Row(world.Hosts.OutsideHost(i));
        return text.ToString();

        void Row(in NetworkHost host)
        {
            var campaigns = acts.GetValueOrDefault(host.Address) ?? [];
            var label = campaigns.Any(c => !c.Lawful) ? "attacker" : NetworkWorld.Benign;
            text.Append(HostBook.Name(host, world.Traffic)).Append(',').Append(host.Role.ToString().ToLowerInvariant()).Append(',').Append(host.System.ToString().ToLowerInvariant()).Append(',')
                .Append(host.Inside ? "yes," : "no,").Append(Address(host.Address)).Append(',').Append(host.Inside ? Mac(host.Mac) : "").Append(',')
                .Append(host.TimeToLive.ToString(CultureInfo.InvariantCulture)).Append(',').Append(label).Append(',')
                .AppendJoin(' ', campaigns.Select(c => c.Number.ToString(CultureInfo.InvariantCulture))).Append('\n');
        }
    }

    /// <summary>campaigns.csv: how each was drawn, and what came of it.</summary>
    public static string Campaigns(NetworkWorld world, ReadOnlySpan<CampaignTotals> totals)
    {
        var text = new StringBuilder("campaign,label,kind,actor,target,gap_s,jitter,actions,spread,size,flows,frames,bytes,first,last\n");
        foreach (var c in world.Campaigns)
        {
            var single = c.Law.Shape is not (CampaignShape.SynFlood or CampaignShape.HttpFlood or CampaignShape.Reflection);
            var aimed = c.Law.Shape is not (CampaignShape.SynScan or CampaignShape.ConnectScan or CampaignShape.UdpScan or CampaignShape.Lateral);
            var t = totals[c.Number];
            text.Append(CultureInfo.InvariantCulture, $"{c.Number},{c.Label},{c.Law.Name},{(single ? Address(c.Actor.Address) : "")},{(aimed ? Address(c.Target.Address) : "")},");
            text.Append(CultureInfo.InvariantCulture, $"{Math.Round(c.Gap, 6)},{Math.Round(c.Jitter, 4)},{c.Count},{c.Spread},{c.Size},{t.Flows},{t.Frames},{t.Bytes},{Time(t.First)},{Time(t.Last)}\n");
        }
        return text.ToString();
    }

    private static string Address(uint a) => string.Create(CultureInfo.InvariantCulture, $"{a >> 24}.{a >> 16 & 255}.{a >> 8 & 255}.{a & 255}");

    private static string Mac(ulong mac) => string.Join(':', Enumerable.Range(0, 6).Select(i => (mac >> 40 - 8 * i & 255).ToString("x2", CultureInfo.InvariantCulture)));

    private static string Time(long time) => time == 0 ? "" : DateTime.UnixEpoch.AddTicks(10 * time).ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
}
