using System.Diagnostics;
using System.Globalization;

namespace Semblance.Bench;

/// <summary>
/// PyTorch as a peer: a process of Debian's Python that stays up for the length of a bench, is told the name of a case of <c>bench/torch_peer.py</c> and answers with its
/// seconds. It sleeps while it is not asked, so that the two sides can take turns.
/// </summary>
internal sealed class TorchPeer : IDisposable
{
    private static readonly string[] Pythons = ["/usr/bin/python3", "python3"];
    private readonly Process process;

    private TorchPeer(Process process, string version) => (this.process, Version) = (process, version);

    public string Version { get; }

    /// <summary>The peer, or null with a message on the console where Python or PyTorch is not installed.</summary>
    public static TorchPeer? Start()
    {
        using var source = new StreamReader(typeof(TorchPeer).Assembly.GetManifestResourceStream("torch_peer.py")!);
        var script = source.ReadToEnd();
        foreach (var python in Pythons)
        {
            var start = new ProcessStartInfo(python) { RedirectStandardInput = true, RedirectStandardOutput = true };
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(script);
            Process? process = null;
            try
            {
                process = Process.Start(start);
                if (process?.StandardOutput.ReadLine() is { } hello && hello.StartsWith("torch ", StringComparison.Ordinal)) return new TorchPeer(process, hello[6..]);
            }
            catch (System.ComponentModel.Win32Exception) { } // no such program
            End(process);
        }
        Console.WriteLine("\nPyTorch is not installed (Debian: python3-torch): no comparison with it.");
        return null;
    }

    /// <summary>Seconds of one step: the mean over a number of calls.</summary>
    public double Seconds(string name, int threads, int calls)
    {
        process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {threads} {calls}"));
        process.StandardInput.Flush();
        var answer = process.StandardOutput.ReadLine() ?? "error: the process ended";
        return double.TryParse(answer, CultureInfo.InvariantCulture, out var seconds) ? seconds : throw new InvalidOperationException($"PyTorch, case {name}: {answer}");
    }

    /// <summary>
    /// Median seconds of one step of ours and of each of the peer's cases, taking turns of <paramref name="calls"/> calls. The peer may be null: only ours is measured then.
    /// </summary>
    public static (double Ours, double[] Peers) InTurn(TorchPeer? peer, Action ours, int threads, int calls, int rounds, params string[] names)
    {
        for (var warm = Stopwatch.StartNew(); warm.ElapsedMilliseconds < 700;) ours(); // tiers of the compiler settle
        var seconds = new double[names.Length + 1][];
        for (var i = 0; i < seconds.Length; i++) seconds[i] = new double[rounds];
        if (peer is not null)
            foreach (var name in names) peer.Seconds(name, threads, calls);
        for (var round = 0; round < rounds; round++)
        {
            ours();
            var start = Stopwatch.GetTimestamp();
            for (var call = 0; call < calls; call++) ours();
            seconds[0][round] = Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
            for (var i = 0; i < names.Length; i++) seconds[i + 1][round] = peer?.Seconds(names[i], threads, calls) ?? double.NaN;
        }
        foreach (var each in seconds) Array.Sort(each);
        return (seconds[0][rounds / 2], [.. seconds.Skip(1).Select(each => each[rounds / 2])]);
    }

    public void Dispose() => End(process);

    private static void End(Process? process)
    {
        if (process is null) return;
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}
