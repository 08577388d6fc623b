using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Semblance.Bench;

/// <summary>Time of an action on a machine that others may use too: warm up, repeat, and tell median and minimum.</summary>
internal static class Measure
{
    public static void PrintMachine()
    {
        var model = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            : null;
        var tier = Vector512.IsHardwareAccelerated ? "AVX-512" : Vector256.IsHardwareAccelerated ? "AVX2" : "scalar or 128 bits";
        Console.WriteLine($"{model ?? RuntimeInformation.ProcessArchitecture.ToString()}, {Environment.ProcessorCount} processors, {tier}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}");
    }

    /// <summary>Seconds of one call: (median, minimum) of <paramref name="repeats"/> after a warm-up long enough for the compiler to settle.</summary>
    public static (double Median, double Minimum) Seconds(Action action, int repeats = 9)
    {
        var warm = Stopwatch.StartNew();
        for (var i = 0; i < 3 || warm.ElapsedMilliseconds < 1500; i++) action(); // a busy machine compiles late
        var seconds = new double[repeats];
        for (var i = 0; i < repeats; i++)
        {
            var watch = Stopwatch.StartNew();
            action();
            seconds[i] = watch.Elapsed.TotalSeconds;
        }
        Array.Sort(seconds);
        return (seconds[repeats / 2], seconds[0]);
    }

    /// <summary>Median seconds of one call of each action. They take turns, <paramref name="calls"/> calls each a round, so that a disturbance hits all alike and ratios hold on a busy machine.</summary>
    public static double[] InTurn(Action[] actions, int calls, int rounds)
    {
        var seconds = actions.Select(_ => new double[rounds]).ToArray();
        foreach (var action in actions)
            for (var call = 0; call < Math.Max(2, calls / 4); call++) action();
        for (var round = 0; round < rounds; round++)
            for (var i = 0; i < actions.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                for (var call = 0; call < calls; call++) actions[i]();
                seconds[i][round] = Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
            }
        return [.. seconds.Select(s => { Array.Sort(s); return s[rounds / 2]; })];
    }

    /// <summary>Prints the head of a table of rates.</summary>
    public static void Head(string title, string unit) => Console.WriteLine($"\n### {title}\n\n| | {unit}, median | best |\n|---|---|---|");

    /// <summary>Prints one row: units of work per second.</summary>
    public static void Rate(string what, double units, Action action, int repeats = 9)
    {
        var (median, minimum) = Seconds(action, repeats);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {units / median:N1} | {units / minimum:N1} |"));
    }
}
