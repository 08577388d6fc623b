using Semblance.Forms;
using Semblance.Numerics;

namespace Semblance.Worlds;

/// <summary>
/// All hosts. Those inside have private addresses, those that the world may reach have one of a documentation block; outside hosts live in the block for
/// measurements, which nobody routes (RFC 1918, 5737, 2544). Host i is a pure function of (seed, i): an attacker is a host like the others, from the same pool.
/// </summary>
internal sealed class HostBook
{
    /// <summary>Hosts outside: every address of 198.18.0.0/15 is one.</summary>
    public const int Outside = 1 << 17;

    private const uint OutsideBlock = 0xC6120000, PublicBlock = 0xC0000200; // 198.18.0.0, 192.0.2.0
    private readonly NetworkHost[] inside;
    private readonly RandomStream draws;
    private readonly ulong addressKey, portKey;
    private readonly ulong border, gateway;

    public HostBook(NetworkTraffic traffic, Seed seed)
    {
        draws = new RandomStream(seed, "worlds/network/hosts");
        addressKey = new RandomStream(seed, "worlds/network/addresses").Key;
        portKey = new RandomStream(seed, "worlds/network/ports").Key;
        var random = draws.Sequence(-1);
        (border, gateway) = (MacOf(ref random), MacOf(ref random));
        Services = Math.Min(traffic.Services, Outside / 4);
        Visitors = Math.Min(traffic.Visitors, Outside / 4);
        inside = new NetworkHost[traffic.Hosts];
        var named = traffic.Servers;
        var counts = new int[4];
        for (var role = 0; role < 3; role++) counts[role] = Math.Max(role == 0 ? 0 : 1, (int)(traffic.RoleShares[role] * traffic.Hosts));
        counts[3] = Math.Max(named.Length, (int)(traffic.RoleShares[3] * traffic.Hosts));
        counts[0] = traffic.Hosts - counts[1] - counts[2] - counts[3];
        var at = 0;
        for (var role = 3; role >= 0; role--) // servers first: their numbers are then known
        {
            First[role] = at;
            Count[role] = counts[role];
            for (var i = 0; i < counts[role]; i++, at++) inside[at] = MakeInside(at, (HostRole)role, i, named);
        }
    }

    /// <summary>Number of the first host of each role inside.</summary>
    public int[] First { get; } = new int[4];

    /// <summary>Hosts of each role inside.</summary>
    public int[] Count { get; } = new int[4];

    /// <summary>Hosts inside.</summary>
    public int Inside => inside.Length;

    /// <summary>Services outside: numbers 0 to this.</summary>
    public int Services { get; }

    /// <summary>Visitors from outside: the numbers after the services.</summary>
    public int Visitors { get; }

    /// <summary>A host inside.</summary>
    public ref readonly NetworkHost this[int number] => ref inside[number];

    /// <summary>A host outside; any number below <see cref="Outside"/>.</summary>
    public NetworkHost OutsideHost(int number)
    {
        var random = draws.Sequence(1L << 40 | (uint)number);
        var role = number < Services ? HostRole.Service : HostRole.Visitor;
        var pick = random.NextBelow(100);
        var system = role == HostRole.Service
            ? pick < 92 ? HostSystem.Linux : HostSystem.Windows
            : pick switch { < 42 => HostSystem.Windows, < 52 => HostSystem.Linux, < 64 => HostSystem.Mac, < 84 => HostSystem.Android, < 98 => HostSystem.Ios, _ => HostSystem.Embedded };
        var near = role == HostRole.Service ? 8.0 : 16.0; // milliseconds one way, the median
        return new NetworkHost
        {
            Number = number,
            Role = role,
            System = system,
            Inside = false,
            Address = OutsideBlock + (uint)KeyedPermutation.Permute((ulong)number, Outside, addressKey),
            Hops = (byte)(5 + random.NextBelow(9) + random.NextBelow(9)),
            Delay = (int)(1000 * Math.Clamp(near * FastMath.Exp(0.8 * random.NextNormal()), 1, 150)),
            Loss = (int)Math.Min(20_000, -600 * FastMath.Log(1 - random.NextUnit())),
            Rate = (role == HostRole.Service ? 1.2 : 0.8) * FastMath.Exp(0.8 * random.NextNormal()), // some 10 Mbit a second
        };
    }

    /// <summary>A service by popularity, which falls as one over the rank (Zipf).</summary>
    /// <param name="unit">A number in [0, 1).</param>
    public int Popular(double unit) => Math.Min(Services - 1, (int)FastMath.Exp(unit * FastMath.Log(Services + 1)) - 1);

    /// <summary>Whether something listens on a port that no session uses: more often on servers.</summary>
    public bool Listens(in NetworkHost host, ushort port) =>
        KeyedPermutation.Mix(portKey ^ (ulong)host.Address << 16 ^ port) % 100 < (host.Role == HostRole.Server ? port < 1_024 ? 12u : 3u : port is 445 or 135 && host.System == HostSystem.Windows ? 60u : 1u);

    /// <summary>Whether a packet filter drops what is sent to a port: from outside all but the open servers, inside every fourth host.</summary>
    public bool Filters(in NetworkHost host, in NetworkHost from, ushort port) =>
        !from.Inside && host.Address >> 8 != PublicBlock >> 8 || KeyedPermutation.Mix(portKey + host.Address) % 4 == 0 && !Listens(host, port);

    /// <summary>Both ends of a frame from one host to another.</summary>
    public Link Link(in NetworkHost from, in NetworkHost to) => new(
        from.Inside ? from.Mac : border,
        from.Inside && to.Inside && from.Address >> 8 == to.Address >> 8 ? to.Mac : gateway,
        from.Address, to.Address, from.TimeToLive);

    /// <summary>
    /// The port a host opens its n-th connection from: a permutation of its range, so that two connections of numbers less than the range apart never share one
    /// and none tells how many there were before.
    /// </summary>
    public ushort Port(in NetworkHost host, int slot)
    {
        var (first, count) = host.Ports;
        return (ushort)(first + (int)KeyedPermutation.Permute((ulong)slot, (ulong)count, portKey + host.Address));
    }

    /// <summary>What a host is called.</summary>
    public static string Name(in NetworkHost host, NetworkTraffic traffic) => host.Role switch
    {
        HostRole.Server when host.Number < traffic.Servers.Length => traffic.Servers[host.Number].Name,
        HostRole.Service => $"service-{host.Number}",
        HostRole.Visitor => $"visitor-{host.Number}",
        var role => $"{role.ToString().ToLowerInvariant()}-{host.Number}",
    };

    private NetworkHost MakeInside(int number, HostRole role, int index, IReadOnlyList<ServerRole> named)
    {
        var random = draws.Sequence(number);
        var open = role == HostRole.Server && index < named.Count && named[index].Open;
        var pick = random.NextBelow(100);
        var system = role switch
        {
            HostRole.Workstation => pick < 70 ? HostSystem.Windows : pick < 85 ? HostSystem.Mac : HostSystem.Linux,
            HostRole.Phone => pick < 55 ? HostSystem.Android : HostSystem.Ios,
            HostRole.Printer => HostSystem.Embedded,
            _ => pick < 65 ? HostSystem.Linux : HostSystem.Windows,
        };
        // 10.20.<role and group>.x, 240 hosts a group, scattered inside it
        var group = index / 240;
        var last = 10 + KeyedPermutation.Permute((ulong)(index % 240), 240, addressKey + (ulong)role + ((ulong)group << 8));
        var block = open ? PublicBlock : 0x0A140000u + ((uint)role << 14) + ((uint)group << 8);
        var radio = role == HostRole.Phone;
        return new NetworkHost
        {
            Number = number,
            Role = role,
            System = system,
            Inside = true,
            Address = block + (uint)last,
            Mac = MacOf(ref random),
            Delay = radio ? 900 + random.NextBelow(4_000) : 40 + random.NextBelow(200),
            Loss = radio ? 300 : 2,
            Rate = (radio ? 2.5 : 15) * FastMath.Exp(0.5 * random.NextNormal()), // what disks and programs keep up with
        };
    }

    /// <summary>A locally administered unicast address: nobody was given it.</summary>
    private static ulong MacOf(ref RandomSequence random) =>
        ((ulong)random.NextWord() << 16 | random.NextWord() & 0xFFFF) & 0xFCFFFFFFFFFF | 0x020000000000;
}
