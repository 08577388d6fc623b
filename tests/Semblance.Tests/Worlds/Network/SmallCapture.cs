using System.Globalization;
using System.Text;
using Semblance.Worlds;

namespace Semblance.Tests.Worlds.Network;

/// <summary>Captures in memory, of the pack as it ships.</summary>
internal sealed record SmallCapture(NetworkWorld World, byte[] Capture, string Packets, string Flows)
{
    /// <summary>A few minutes of 60 hosts with an attack and a decoy of every kind; made once.</summary>
    public static Lazy<SmallCapture> Usual { get; } = new(() => Make(("hosts", 60), ("hours", 0.04), ("difficulty", 0.8), ("load", 2), ("seed", 7)));

    public string[][] FlowRows => Rows(Flows);

    public string[][] PacketRows => Rows(Packets);

    public static NetworkWorld WorldOf(params (string Name, double Value)[] settings)
    {
        var seed = settings.FirstOrDefault(s => s.Name == "seed").Value;
        return NetworkPack.Shipped.World(settings.Where(s => s.Name != "seed").ToDictionary(s => s.Name, s => s.Value.ToString(CultureInfo.InvariantCulture)), new Seed((ulong)seed));
    }

    public static SmallCapture Make(params (string Name, double Value)[] settings) => Part(WorldOf(settings), 0, 1, 1, 1);

    public static SmallCapture Part(NetworkWorld world, long first, long count, long of, int threads, bool whole = true)
    {
        var text = new CaptureText(world, true);
        text.Begin();
        if (!whole) text.Clear();
        foreach (var _ in new NetworkCapture(world, first, count, of).Write(text, Run.With(1) with { Threads = threads })) { }
        return new SmallCapture(world, text.Capture.Written.ToArray(), Encoding.ASCII.GetString(text.Packets.Written), Encoding.ASCII.GetString(text.Flows.Written));
    }

    private static string[][] Rows(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(','))];
}
