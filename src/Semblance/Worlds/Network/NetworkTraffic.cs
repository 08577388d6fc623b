using System.Collections.Immutable;

namespace Semblance.Worlds;

/// <summary>A named server inside.</summary>
/// <param name="Name">Name.</param>
/// <param name="Open">Whether the world may reach it.</param>
internal sealed record ServerRole(string Name, bool Open);

/// <summary>What users do: a kind of session.</summary>
internal sealed record ActivityLaw
{
    /// <summary>Name in the pack.</summary>
    public required string Name { get; init; }

    /// <summary>Sessions an hour of one host, by role: workstation, phone, printer, server, service, visitor.</summary>
    public required ImmutableArray<double> Rates { get; init; }

    /// <summary>Share of the rate in each hour of a working day and of a free day, 48 numbers.</summary>
    public required ImmutableArray<double> Profile { get; init; }

    /// <summary>Seconds a session lasts: Pareto from the first to the second number with the exponent given third.</summary>
    public required (double Least, double Most, double Alpha) Lasts { get; init; }

    /// <summary>Seconds between its actions.</summary>
    public required HeavyLaw Gap { get; init; }

    /// <summary>Mean number of connections of an action.</summary>
    public required double Connections { get; init; }

    /// <summary>What it speaks.</summary>
    public required ServiceLaw Service { get; init; }

    /// <summary>Number of a named server; -1 services outside, -2 printers, -3 any server.</summary>
    public required int To { get; init; }

    /// <summary>Share of actions that ask for a name first.</summary>
    public required double Lookups { get; init; }
}

/// <summary>Shapes of campaigns: what an attack or its lawful twin does.</summary>
internal enum CampaignShape : byte
{
    SynScan,
    ConnectScan,
    UdpScan,
    SshLogin,
    HttpLogin,
    SynFlood,
    HttpFlood,
    Reflection,
    Beacon,
    DnsTunnel,
    Upload,
    Lateral,
}

/// <summary>A setting of a campaign: what it is when nothing is hidden, what lawful ones of the same shape have, and the spread of both.</summary>
/// <param name="Loud">Median of an attack at difficulty 0.</param>
/// <param name="Lawful">Median of a decoy.</param>
/// <param name="Sigma">Spread of the logarithm.</param>
internal readonly record struct CampaignSetting(double Loud, double Lawful, double Sigma);

/// <summary>A kind of campaign.</summary>
internal sealed record CampaignLaw
{
    /// <summary>Label of the attack.</summary>
    public required string Name { get; init; }

    /// <summary>What it does.</summary>
    public required CampaignShape Shape { get; init; }

    /// <summary>Share of campaigns whose actor is outside.</summary>
    public required double Outside { get; init; }

    /// <summary>Seconds between two actions.</summary>
    public required CampaignSetting Gap { get; init; }

    /// <summary>How far the gap varies: 0 a clock, 1 and more a Poisson process.</summary>
    public required CampaignSetting Jitter { get; init; }

    /// <summary>Actions.</summary>
    public required CampaignSetting Count { get; init; }

    /// <summary>Hosts or ports that it spreads over.</summary>
    public required CampaignSetting Spread { get; init; }

    /// <summary>Bytes of an action.</summary>
    public required CampaignSetting Size { get; init; }
}

/// <summary>The network as the pack and the settings describe it.</summary>
internal sealed record NetworkTraffic
{
    /// <summary>Hosts inside.</summary>
    public required int Hosts { get; init; }

    /// <summary>First microsecond of the capture since 1970, UTC.</summary>
    public required long Start { get; init; }

    /// <summary>Microseconds of the capture.</summary>
    public required long Length { get; init; }

    /// <summary>Attacks.</summary>
    public required int Attacks { get; init; }

    /// <summary>Lawful campaigns of the same shapes.</summary>
    public required int Decoys { get; init; }

    /// <summary>0: attacks as loud as they come; 1: as lawful campaigns are.</summary>
    public required double Difficulty { get; init; }

    /// <summary>Factor on the rate of sessions.</summary>
    public required double Load { get; init; }

    /// <summary>Shares of workstations, phones, printers and servers.</summary>
    public required ImmutableArray<double> RoleShares { get; init; }

    /// <summary>Named servers.</summary>
    public required ImmutableArray<ServerRole> Servers { get; init; }

    /// <summary>Services outside.</summary>
    public required int Services { get; init; }

    /// <summary>Hosts outside that visit.</summary>
    public required int Visitors { get; init; }

    /// <summary>Services by name.</summary>
    public required ImmutableArray<ServiceLaw> Speaks { get; init; }

    /// <summary>Kinds of sessions.</summary>
    public required ImmutableArray<ActivityLaw> Activities { get; init; }

    /// <summary>Kinds of campaigns.</summary>
    public required ImmutableArray<CampaignLaw> Campaigns { get; init; }

    /// <summary>First microsecond after the capture.</summary>
    public long End => Start + Length;

    /// <summary>Service of a name; the pack was checked to have it.</summary>
    public ServiceLaw Speak(string name) => Speaks.First(s => s.Name == name);

    /// <summary>Position of a named server; the pack was checked to have it.</summary>
    public int Server(string name) => Servers.Select((s, i) => (s, i)).First(p => p.s.Name == name).i;
}
