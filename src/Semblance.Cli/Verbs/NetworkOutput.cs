using System.CommandLine;
using System.Globalization;
using Semblance.Formats;
using Semblance.Worlds;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance generate network</c>: a capture with its labels, in a folder.</summary>
internal static class NetworkOutput
{
    /// <summary>The pack that an input names, or null: <c>network</c> where no file has that name.</summary>
    public static NetworkPack? Pack(string input) => input == "network" && !File.Exists(input) ? NetworkPack.Shipped : null;

    public static async Task<int> RunAsync(NetworkPack pack, IReadOnlyList<Option> refused, Call call)
    {
        if (refused.Append(SharedOptions.Count).FirstOrDefault(o => call.Parsed.GetResult(o) is not null) is { } option)
            throw new UsageException($"{option.Name} does not fit a network; what it is like is said by --set: {string.Join(", ", pack.Parameters.Select(p => p.Name))}");
        var to = call.Get(SharedOptions.To);
        if (to is null or "-") throw new UsageException("a capture is several files: give --to a folder, as in --to out/");
        var seed = call.SeedOrDrawn();
        NetworkSummary summary;
        await using (var progress = call.Screen.Progress()) summary = await pack.WriteAsync(to, call.Settings(), call.Run(seed, progress), null, call.Cancel);
        if (call.Screen.Json)
            JsonOutput.Write(json =>
            {
                json.WriteString("to", to);
                json.WriteNumber("frames", summary.Frames);
                json.WriteNumber("bytes", summary.Bytes);
                json.WriteNumber("flows", summary.Flows);
                json.WriteNumber("attacks", summary.Attacks);
                json.WriteNumber("decoys", summary.Decoys);
                json.WriteString("seed", seed.ToString(CultureInfo.InvariantCulture));
            });
        else call.Screen.Note($"wrote {Grid.Count(summary.Frames)} frames of {Grid.Count(summary.Flows)} flows, {summary.Attacks} attacks and {summary.Decoys} decoys to {to}");
        return ExitCode.Done;
    }
}
