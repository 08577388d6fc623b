using System.Collections.Immutable;
using System.Text;
using Semblance.Formats;

namespace Semblance.Worlds;

/// <summary>A part of a capture, equal parts in time: parts 2 and 3 of 8 are <c>new(2, 2, 8)</c>.</summary>
/// <param name="First">First part wanted, from 0.</param>
/// <param name="Count">Parts wanted, at least 1.</param>
/// <param name="Of">Parts of the whole.</param>
public sealed record NetworkPart(long First, long Count, long Of);

/// <summary>What was written.</summary>
/// <param name="Frames">Frames of the capture.</param>
/// <param name="Bytes">Bytes of these frames.</param>
/// <param name="Flows">Flows that ended in it.</param>
/// <param name="Attacks">Attacks of the whole capture.</param>
/// <param name="Decoys">Lawful campaigns of the whole capture.</param>
public sealed record NetworkSummary(long Frames, long Bytes, long Flows, int Attacks, int Decoys);

/// <summary>
/// The pack <c>network</c>: hosts, services, sessions of users and attacks as a packet capture with labels of frames, flows and campaigns. A capture is a pure
/// function of pack, settings and seed; any part of it in time can be made alone and has the bytes it has in the whole.
/// </summary>
public sealed class NetworkPack
{
    /// <summary>Files of a capture, the seal last.</summary>
    private static readonly string[] Files = ["capture.pcapng", "packets.csv", "flows.csv", "hosts.csv", "campaigns.csv"];

    private readonly PackSource source;
    private readonly YamlValue emit;

    private NetworkPack(string yaml, string name)
    {
        source = new PackSource(name);
        var map = source.Map(StrictYaml.Read(yaml, $"`{name}`"), "a network pack", "pack", "version", "about", "parameters", "emitter", "emit", "targets");
        if (source.Single(map.Require("emitter"), "`emitter`") is { Text: not "network" } other) throw source.Unknown(other, "emitter", other.Text, ["network"]);
        source.Number(map.Require("version"), "`version`", 1, 1);
        About = map.Text("about") ?? "";
        Parameters = [.. map.Pairs("parameters").Select(p => PackParameter.Of(source, p.Key, p.Value))];
        foreach (var needed in (ReadOnlySpan<string>)["hosts", "hours", "start", "hour", "load", "attacks", "decoys", "difficulty", "pcap"])
            if (!Parameters.Any(p => p.Name == needed)) throw source.Fault("SB2203", map.Require("parameters"), $"`parameters` needs the one called `{needed}`");
        emit = map.Require("emit");
    }

    /// <summary>The pack that ships with the library.</summary>
    public static NetworkPack Shipped
    {
        get
        {
            using var stream = typeof(NetworkPack).Assembly.GetManifestResourceStream("Semblance.Worlds.network.yaml")!;
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return new NetworkPack(reader.ReadToEnd(), "network.yaml");
        }
    }

    /// <summary>What it simulates, in one line.</summary>
    public string About { get; }

    /// <summary>What may be set.</summary>
    public ImmutableArray<PackParameter> Parameters { get; }

    /// <summary>Reads a pack of your own.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="name">How errors name its source.</param>
    /// <exception cref="RecipeException">It can't be read (SB2001 to SB2003), or says what no network can be (SB2201 to SB2203, SB2207); with line and column.</exception>
    public static NetworkPack Read(string yaml, string name)
    {
        var pack = new NetworkPack(yaml, name);
        pack.World(null, new Seed(0));
        return pack;
    }

    /// <summary>Writes a capture or a part of it to a folder: all of it or nothing. Memory does not grow with its length.</summary>
    /// <param name="folder">The folder; it is made where missing.</param>
    /// <param name="settings">Values of parameters; null leaves all at their defaults.</param>
    /// <param name="run">Seed, threads and progress. The threads change no byte.</param>
    /// <param name="part">Which part; null for the whole.</param>
    /// <param name="ct">Cancels; then nothing is left.</param>
    /// <exception cref="RecipeException">No such parameter (SB2206), a value out of range (SB2207), or more campaigns than hosts to act in them (SB2221).</exception>
    /// <exception cref="GenerateException">The part lies outside its whole (SB2222).</exception>
    /// <exception cref="DataException">The folder can't be written to (SB1091), the disk is full (SB1092), or another run writes there (SB1093).</exception>
    public async Task<NetworkSummary> WriteAsync(string folder, IReadOnlyDictionary<string, string>? settings, Run run, NetworkPart? part = null, CancellationToken ct = default)
    {
        part ??= new NetworkPart(0, 1, 1);
        if (part.First < 0 || part.Count < 1 || part.Of > 1_000_000 || part.First + part.Count > part.Of)
            throw new GenerateException("SB2222", $"part {part.First} and {part.Count} parts from there on do not lie in {part.Of} parts; parts are numbered from 0, and there are a million at most");
        var world = World(settings, run.Seed);
        var capture = Value(settings, "pcap") == 0;
        using var staged = StagedFolder.Create(folder);
        try
        {
            var text = new CaptureText(world, capture);
            text.Begin();
            await using (var frames = capture ? File.Create(staged.PathOf(Files[0])) : null)
            await using (var packets = File.Create(staged.PathOf(Files[1])))
            await using (var flows = File.Create(staged.PathOf(Files[2])))
                foreach (var _ in new NetworkCapture(world, part.First, part.Count, part.Of).Write(text, run, ct))
                {
                    if (frames is not null) await frames.WriteAsync(text.Capture.Memory, ct).ConfigureAwait(false);
                    await packets.WriteAsync(text.Packets.Memory, ct).ConfigureAwait(false);
                    await flows.WriteAsync(text.Flows.Memory, ct).ConfigureAwait(false);
                    text.Clear();
                }
            await File.WriteAllTextAsync(staged.PathOf(Files[3]), NetworkTables.Hosts(world), ct).ConfigureAwait(false);
            await File.WriteAllTextAsync(staged.PathOf(Files[4]), NetworkTables.Campaigns(world, text.Totals), ct).ConfigureAwait(false);
            staged.Commit(Files);
            return new NetworkSummary(text.FrameCount, text.FrameBytes, text.FlowCount, world.Traffic.Attacks, world.Traffic.Decoys);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StagedFile.Failed(folder, e);
        }
    }

    /// <summary>The network of some settings and a seed.</summary>
    internal NetworkWorld World(IReadOnlyDictionary<string, string>? settings, Seed seed)
    {
        foreach (var given in settings?.Keys ?? [])
            if (!Parameters.Any(p => p.Name == given))
                throw new RecipeException("SB2206", $"the pack network has no parameter `{given}`; " + (Nearest.Of(given, Parameters.Select(p => p.Name)) is { } near ? $"did you mean `{near}`?" : $"it has {string.Join(", ", Parameters.Select(p => p.Name))}"));
        return new NetworkWorld(NetworkReader.Read(source, emit, name => Value(settings, name)), seed);
    }

    private double Value(IReadOnlyDictionary<string, string>? settings, string name)
    {
        var parameter = Parameters.First(p => p.Name == name);
        var value = parameter.Read(settings?.GetValueOrDefault(name) ?? parameter.Default);
        return parameter.Kind == PackParameterKind.Date ? value : name == "pcap" ? parameter.Words[(int)value] == "yes" ? 0 : 1 : value;
    }
}
