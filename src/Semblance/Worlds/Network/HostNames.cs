using System.Text;
using Semblance.Numerics;

namespace Semblance.Worlds;

/// <summary>Names that hosts speak of, all under domains that are reserved for examples (RFC 2606, 6761). Topics below the number of services are services outside, those after are servers inside.</summary>
internal sealed class HostNames
{
    private static readonly string[] Words =
        ["north", "river", "cedar", "atlas", "lumen", "delta", "quartz", "maple", "harbor", "summit", "orbit", "willow", "copper", "meadow", "falcon", "indigo"];

    private readonly byte[][] names;

    public HostNames(NetworkTraffic traffic, Seed seed)
    {
        var random = new RandomStream(seed, "worlds/network/names").Sequence();
        names = new byte[traffic.Services + traffic.Servers.Length][];
        for (var i = 0; i < names.Length; i++)
        {
            var word = Words[random.NextBelow(Words.Length)];
            var top = random.NextBelow(3) switch { 0 => "com", 1 => "net", _ => "org" };
            var name = i < traffic.Services ? $"{(random.NextBelow(3) == 0 ? "cdn." : "www.")}{word}{i}.example.{top}" : $"{traffic.Servers[i - traffic.Services].Name}.corp.example";
            names[i] = Encoding.ASCII.GetBytes(name);
        }
    }

    /// <summary>Name of a topic.</summary>
    public ReadOnlySpan<byte> this[int topic] => names[topic % names.Length];
}
