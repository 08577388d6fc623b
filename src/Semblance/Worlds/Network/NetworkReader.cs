using System.Collections.Immutable;
using Semblance.Formats;

namespace Semblance.Worlds;

/// <summary>Reads what the pack says of hosts, services, sessions and campaigns. All of it is numbers and names; each fault is told with its place and the nearest word.</summary>
internal sealed class NetworkReader
{
    private static readonly string[] Roles = ["workstation", "phone", "printer", "server", "service", "visitor"];
    private readonly PackSource source;
    private readonly PackMap map;

    private NetworkReader(PackSource source, YamlValue emit)
    {
        this.source = source;
        map = source.Map(emit, "`emit`", "roles", "servers", "outside", "services", "profiles", "activities", "campaigns");
    }

    /// <summary>Reads the section <c>emit</c> of a pack.</summary>
    /// <param name="source">Tells faults.</param>
    /// <param name="emit">The section.</param>
    /// <param name="number">Value of a parameter of the pack.</param>
    public static NetworkTraffic Read(PackSource source, YamlValue emit, Func<string, double> number)
    {
        var reader = new NetworkReader(source, emit);
        var traffic = reader.Fixed(number);
        if (traffic.Attacks + traffic.Decoys > Math.Min(traffic.Hosts / 2, traffic.Visitors))
            throw source.Fault("SB2221", emit, $"{traffic.Attacks} attacks and {traffic.Decoys} decoys need an actor each, and {traffic.Hosts} hosts with {traffic.Visitors} visitors have {Math.Min(traffic.Hosts / 2, traffic.Visitors)}; set more hosts or fewer campaigns");
        return traffic;
    }

    private NetworkTraffic Fixed(Func<string, double> number)
    {
        var servers = map.Pairs("servers").Select(p => new ServerRole(source.Named(p.Key, "a server"), source.Map(p.Value, "a server", "open").Truth("open"))).ToImmutableArray();
        foreach (var needed in (ReadOnlySpan<string>)["resolver", "web", "mail", "jump"])
            if (!servers.Any(s => s.Name == needed)) throw source.Fault("SB2203", map.Require("servers"), $"`servers` needs one called `{needed}`: campaigns and name look-ups go there");
        if (servers.Length > 30) throw source.Fault("SB2202", map.Require("servers"), "there may be 30 named servers");
        var speaks = map.Pairs("services").Select(p => Service(source.Named(p.Key, "a service"), p.Value)).ToImmutableArray();
        foreach (var (needed, speech) in (ReadOnlySpan<(string, Speech)>)[("dns", Speech.Dns), ("web", Speech.Tls), ("tls", Speech.Tls), ("http", Speech.Http), ("ssh", Speech.Ssh), ("files", Speech.Smb)])
            if (!speaks.Any(s => s.Name == needed && s.Speech == speech)) throw source.Fault("SB2203", map.Require("services"), $"`services` needs one called `{needed}` that speaks {speech.ToString().ToLowerInvariant()}: campaigns use it");
        var profiles = map.Pairs("profiles").ToDictionary(p => source.Named(p.Key, "a profile"), p => Profile(p.Value), StringComparer.Ordinal);
        var roles = source.Map(map.Require("roles"), "`roles`", "phone", "printer", "server");
        double phone = roles.Number("phone", 0, 0.4) ?? 0, printer = roles.Number("printer", 0, 0.2) ?? 0, server = roles.Number("server", 0, 0.2) ?? 0;
        var outside = source.Map(map.Require("outside"), "`outside`", "services", "visitors");
        var start = new DateTime((long)number("start"), DateTimeKind.Utc).AddHours(number("hour"));
        return new NetworkTraffic
        {
            Hosts = (int)number("hosts"),
            Start = (start - DateTime.UnixEpoch).Ticks / 10,
            Length = (long)(number("hours") * 3_600_000_000),
            Attacks = (int)number("attacks"),
            Decoys = (int)number("decoys"),
            Difficulty = number("difficulty"),
            Load = number("load"),
            RoleShares = [1 - phone - printer - server, phone, printer, server],
            Servers = servers,
            Services = (int)(outside.Number("services", 10, 20_000) ?? 400),
            Visitors = (int)(outside.Number("visitors", 10, 30_000) ?? 2000),
            Speaks = speaks,
            Activities = [.. map.Pairs("activities").Select(p => Activity(source.Named(p.Key, "an activity"), p.Value, servers, speaks, profiles))],
            Campaigns = [.. map.Pairs("campaigns").Select(p => CampaignOf(source.Named(p.Key, "a campaign"), p.Value))],
        };
    }

    private ServiceLaw Service(string name, YamlValue value)
    {
        var at = source.Map(value, $"the service `{name}`", "port", "speech", "exchanges", "aborts", "request", "reply", "work", "pause");
        return new ServiceLaw
        {
            Name = name,
            Port = (ushort)source.Number(at.Require("port"), "`port`", 0, 65_535),
            Speech = Word<Speech>(at.Require("speech"), "way to speak"),
            Exchanges = source.Number(at.Require("exchanges"), "`exchanges`", 1, 100),
            Aborts = at.Number("aborts", 0, 1) ?? 0,
            Request = Law(at.Require("request"), "`request`", 1 << 28),
            Reply = Law(at.Require("reply"), "`reply`", 1 << 28),
            Work = Law(at.Require("work"), "`work`", 60),
            Pause = Law(at.Require("pause"), "`pause`", 300),
        };
    }

    private HeavyLaw Law(YamlValue value, string what, double most)
    {
        var at = source.Map(value, what, "median", "sigma", "tail", "alpha", "max");
        return new HeavyLaw(source.Number(at.Require("median"), "`median`", 0, most), at.Number("sigma", 0, 4) ?? 0, at.Number("tail", 0, 1) ?? 0, at.Number("alpha", 0.5, 10) ?? 1.2, source.Number(at.Require("max"), "`max`", 0, most));
    }

    private ImmutableArray<double> Profile(YamlValue value)
    {
        var at = source.Map(value, "a profile", "work", "free");
        return [.. Numbers(at.Require("work"), "`work`", 24, 0, 100), .. Numbers(at.Require("free"), "`free`", 24, 0, 100)];
    }

    private double[] Numbers(YamlValue value, string what, int count, double min, double max)
    {
        var list = source.List(value, what);
        if (list.Items.Length != count) throw source.Fault("SB2202", value, $"{what} must be {count} numbers; here stand {list.Items.Length}");
        return [.. list.Items.Select(i => source.Number(i, $"a number of {what}", min, max))];
    }

    private ActivityLaw Activity(string name, YamlValue value, ImmutableArray<ServerRole> servers, ImmutableArray<ServiceLaw> speaks, Dictionary<string, ImmutableArray<double>> profiles)
    {
        var at = source.Map(value, $"the activity `{name}`", "by", "profile", "lasts", "gap", "connections", "service", "to", "lookups");
        var by = source.Map(at.Require("by"), "`by`", Roles);
        var profile = source.Single(at.Require("profile"), "`profile`");
        var service = source.Single(at.Require("service"), "`service`");
        var lasts = Numbers(at.Require("lasts"), "`lasts`", 3, 0.1, 86_400);
        return new ActivityLaw
        {
            Name = name,
            Rates = [.. Roles.Select(r => by.Number(r, 0, 30) ?? 0)],
            Profile = profiles.TryGetValue(profile.Text, out var shares) ? shares : throw source.Unknown(profile, "profile", profile.Text, profiles.Keys),
            Lasts = (lasts[0], lasts[1], lasts[2]),
            Gap = Law(at.Require("gap"), "`gap`", 86_400),
            Connections = at.Number("connections", 1, 12) ?? 1,
            Service = speaks.FirstOrDefault(s => s.Name == service.Text) ?? throw source.Unknown(service, "service", service.Text, speaks.Select(s => s.Name)),
            To = Place(source.Single(at.Require("to"), "`to`"), servers),
            Lookups = at.Number("lookups", 0, 1) ?? 0,
        };
    }

    private int Place(YamlText to, ImmutableArray<ServerRole> servers)
    {
        for (var i = 0; i < servers.Length; i++)
            if (servers[i].Name == to.Text) return i;
        return to.Text switch
        {
            "outside" => -1,
            "printer" => -2,
            "server" => -3,
            _ => throw source.Unknown(to, "place", to.Text, [.. servers.Select(s => s.Name), "outside", "printer", "server"]),
        };
    }

    private CampaignLaw CampaignOf(string name, YamlValue value)
    {
        var at = source.Map(value, $"the campaign `{name}`", "shape", "outside", "gap", "jitter", "count", "spread", "size");
        return new CampaignLaw
        {
            Name = name,
            Shape = Word<CampaignShape>(at.Require("shape"), "shape"),
            Outside = at.Number("outside", 0, 1) ?? 0,
            Gap = Setting(at.Require("gap"), "`gap`", 86_400),
            Jitter = Setting(at.Require("jitter"), "`jitter`", 1),
            Count = Setting(at.Require("count"), "`count`", Campaign.MostActions),
            Spread = Setting(at.Require("spread"), "`spread`", 60_000),
            Size = Setting(at.Require("size"), "`size`", 200_000_000),
        };
    }

    private CampaignSetting Setting(YamlValue value, string what, double max) => Numbers(value, what, 3, 0, max) is var n ? new CampaignSetting(n[0], n[1], n[2]) : default;

    private T Word<T>(YamlValue value, string what) where T : struct, Enum
    {
        var text = source.Single(value, what);
        var names = Enum.GetNames<T>().Select(Dashed).ToList();
        var index = names.IndexOf(text.Text);
        return index >= 0 ? Enum.GetValues<T>()[index] : throw source.Unknown(text, what, text.Text, names);
    }

    /// <summary>SynScan as syn-scan.</summary>
    private static string Dashed(string name) => string.Concat(name.Select((c, i) => char.IsAsciiLetterUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
