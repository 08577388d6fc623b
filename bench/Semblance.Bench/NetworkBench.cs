using System.Diagnostics;
using System.Globalization;
using Semblance.Worlds;

namespace Semblance.Bench;

/// <summary>
/// Simulated traffic a second of processor time, at one thread: frames made and thrown away, written to /dev/null, and to a file with packets.csv and flows.csv
/// beside it. The usual mix of 400 hosts, once without and once with floods and scans, whose frames are small.
/// </summary>
internal static class NetworkBench
{
    private sealed class Nowhere : ICaptureSink
    {
        public void Take(in CapturedFrame frame, ReadOnlySpan<byte> bytes)
        {
        }

        public void Take(in FlowRecord flow)
        {
        }
    }

    public static void Run()
    {
        Console.WriteLine("\n### Network capture, one thread\n\n| traffic | to | Mbyte | bytes a frame | Gbit a second of processor time | million frames | peak memory, MB |\n|---|---|---|---|---|---|---|");
        var folder = Directory.CreateTempSubdirectory("semblance-network");
        try
        {
            foreach (var (name, attacks, hours) in ((string, string, string)[])[("lawful", "0", "0.2"), ("lawful, 5 x as long", "0", "1"), ("with attacks", "13", "0.2")])
            {
                var world = NetworkPack.Shipped.World(new Dictionary<string, string> { ["hosts"] = "400", ["hours"] = hours, ["attacks"] = attacks, ["decoys"] = attacks }, new Seed(1));
                if (name == "lawful") Measure(world, "warm-up", "nowhere", null);
                Measure(world, name, "nowhere", null);
                Measure(world, name, "/dev/null", ["/dev/null", "/dev/null", "/dev/null"]);
                Measure(world, name, "a folder", [.. ((string[])["capture.pcapng", "packets.csv", "flows.csv"]).Select(f => Path.Combine(folder.FullName, f))]);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Measure(NetworkWorld world, string name, string to, string[]? files)
    {
        var text = new CaptureText(world, true);
        FileStream[] streams = [.. (files ?? []).Select(f => new FileStream(f, f.StartsWith("/dev/", StringComparison.Ordinal) ? FileMode.Open : FileMode.Create, FileAccess.Write))];
        text.Begin();
        var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var bytes = 0L;
        foreach (var window in new NetworkCapture(world, 0, 1, 1).Write(files is null ? new Nowhere() : text, Semblance.Run.With(1) with { Threads = 1 }))
        {
            bytes += window;
            if (streams.Length > 0)
            {
                streams[0].Write(text.Capture.Written);
                streams[1].Write(text.Packets.Written);
                streams[2].Write(text.Flows.Written);
            }
            text.Clear();
        }
        foreach (var stream in streams) stream.Dispose();
        process.Refresh();
        var seconds = (process.TotalProcessorTime - before).TotalSeconds;
        if (name == "warm-up") return;
        var frames = files is null ? "" : (text.FrameCount / 1e6).ToString("N2", CultureInfo.InvariantCulture);
        var size = files is null ? "" : (bytes / (double)text.FrameCount).ToString("N0", CultureInfo.InvariantCulture);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {to} | {bytes / 1e6:N0} | {size} | {bytes * 8e-9 / seconds:N2} | {frames} | {process.PeakWorkingSet64 / 1e6:N0} |"));
    }
}
