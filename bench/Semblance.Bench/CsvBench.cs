using System.Globalization;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Bench;

/// <summary>Typed read and write of a 205 MB CSV: an integer, three decimals (2, 4 and 16 to 17 digits) and two category columns, 3.4 M rows.</summary>
internal static class CsvBench
{
    private const int Rows = 3_400_000;

    public static void Run()
    {
        var folder = Directory.CreateTempSubdirectory("semblance-bench-").FullName;
        try
        {
            var path = Path.Combine(folder, "bench.csv");
            Make(Rows).WriteAsync(path).GetAwaiter().GetResult();
            var megabytes = new FileInfo(path).Length / 1e6;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n### CSV, {megabytes:N0} MB, {Rows:N0} rows x 6 columns, cache warm, 1 thread (the operating system writes on another)\n\n| | MB/s by the clock, median | best | MB a second of processor time, median | best |\n|---|---|---|---|---|"));
            var bytes = new byte[1 << 20];
            Rate("read bytes only", megabytes, () => ReadBytes(path, bytes), 5);
            Table? table = null;
            Rate("typed read, kinds inferred", megabytes, () => table = Table.ReadAsync(path).GetAwaiter().GetResult(), 7);
            Rate("schema only, bounded memory", megabytes, () => Table.InferSchemaAsync(path).GetAwaiter().GetResult(), 3);
            var copy = Path.Combine(folder, "copy.csv");
            Rate("typed write to a file", megabytes, () => table!.WriteAsync(copy).GetAwaiter().GetResult(), 7);
            if (!File.ReadAllBytes(path).AsSpan().SequenceEqual(File.ReadAllBytes(copy))) throw new InvalidOperationException("what was written is not what was read");
            var options = new WriteOptions { OnBlock = _ => { } };
            Rate("typed write to a file, with SHA-256", megabytes, () => table!.WriteAsync(copy, options).GetAwaiter().GetResult(), 5);
            Rate("typed write, no file", megabytes, () => table!.WriteAsync(Stream.Null).GetAwaiter().GetResult(), 5);
            var lines = Path.Combine(folder, "copy.jsonl");
            Rate("JSON Lines: typed write (MB of the CSV)", megabytes, () => table!.WriteAsync(lines).GetAwaiter().GetResult(), 3);
            Rate("JSON Lines: typed read (MB of the CSV)", megabytes, () => Table.ReadAsync(lines).GetAwaiter().GetResult(), 3);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // By the clock and by processor time of the whole process: on a machine that others use too the second is the steadier.
    private static void Rate(string what, double megabytes, Action action, int repeats)
    {
        var process = System.Diagnostics.Process.GetCurrentProcess();
        action();
        action();
        var clock = new double[repeats];
        var processor = new double[repeats];
        for (var i = 0; i < repeats; i++)
        {
            GC.Collect();
            process.Refresh();
            var before = process.TotalProcessorTime;
            var watch = System.Diagnostics.Stopwatch.StartNew();
            action();
            clock[i] = watch.Elapsed.TotalSeconds;
            process.Refresh();
            processor[i] = (process.TotalProcessorTime - before).TotalSeconds;
        }
        Array.Sort(clock);
        Array.Sort(processor);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {what} | {megabytes / clock[repeats / 2]:N0} | {megabytes / clock[0]:N0} | {megabytes / processor[repeats / 2]:N0} | {megabytes / processor[0]:N0} |"));
    }

    private static void ReadBytes(string path, byte[] bytes)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
        while (file.Read(bytes) > 0) { }
    }

    internal static Table Make(int rows)
    {
        var numbers = new RandomStream(new Seed(1), "bench/csv").Sequence();
        string[] cities = ["Amsterdam", "Berlin", "Cairo", "Denver", "Edinburgh", "Florence", "Guadalajara", "Helsinki", "Istanbul", "Johannesburg"];
        string[] states = ["active", "closed", "on hold", "pending", "unknown"];
        var count = new double[rows];
        var price = new double[rows];
        var weight = new double[rows];
        var score = new double[rows];
        var city = new int[rows];
        var state = new int[rows];
        for (var i = 0; i < rows; i++)
        {
            count[i] = numbers.NextBelow(10_000_000);
            price[i] = numbers.NextBelow(10_000_000) / 100.0;
            weight[i] = (numbers.NextBelow(200_000_000) - 100_000_000) / 10_000.0;
            score[i] = numbers.NextUnit();
            city[i] = numbers.NextBelow(cities.Length);
            state[i] = numbers.NextBelow(states.Length);
        }
        return new Table(
        [
            new NumberColumn(new ColumnSchema("count", ColumnKind.Integer), count),
            new NumberColumn(new ColumnSchema("price", ColumnKind.Decimal) { Number = new NumberForm(2, 2) }, price),
            new NumberColumn(new ColumnSchema("weight", ColumnKind.Decimal) { Number = new NumberForm(4, 4) }, weight),
            new NumberColumn(new ColumnSchema("score", ColumnKind.Decimal) { Number = new NumberForm(1, 17) }, score),
            new CategoryColumn(new ColumnSchema("city", ColumnKind.Category), city, cities),
            new CategoryColumn(new ColumnSchema("state", ColumnKind.Category), state, states),
        ]);
    }
}
