using System.Diagnostics;
using System.Globalization;
using Bogus;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Rules;

namespace Semblance.Bench;

/// <summary>The same ten columns, value by value: rules on one thread, Bogus 34.0.2, and Python's Faker where Debian's package is installed. Bars: 5 times Bogus, 50 times Faker.</summary>
internal static class RulesBench
{
    private const int Rows = 400_000, PeerRows = 40_000, FakerRows = 3_000, Columns = 10;

    private const string Rules = """
        rules: 1
        tables:
          people:
            rows: 400000
            columns:
              id: {sequence: 1}
              name: {form: person-name}
              email: {form: email}
              company: {form: company}
              city: {form: city}
              phone: {form: phone}
              amount: {lognormal: {mu: 3, sigma: 0.8}, decimals: 2}
              quantity: {integer-uniform: {min: 1, max: 9}}
              day: {date: {from: 1970-01-01, to: 2024-12-31}}
              status: {choice: {new: 4, open: 3, closed: 2, lost: 1}}
        """;

    public static void Run()
    {
        var schema = RuleSchema.Read(Rules, "bench.rules.yaml");
        var run = Semblance.Run.With(1) with { Threads = 1 };
        var ours = Best(() => Make(schema, run, null).GetAwaiter().GetResult()) / (Rows * (double)Columns);
        var written = Best(() => Make(schema, run, Stream.Null).GetAwaiter().GetResult()) / (Rows * (double)Columns);
        var faker = new Faker { Random = new Randomizer(1) };
        var bogus = Best(() => Bogus(faker)) / (PeerRows * (double)Columns);
        var python = Python() / (FakerRows * (double)Columns);
        Console.WriteLine("\n### Ten columns: id, name, e-mail, company, city, phone, amount, quantity, date, status\n\n| | ns of processor time a value | rules are faster by |\n|---|---|---|");
        Row("rules, one thread, as typed columns", ours, ours);
        Row("rules, one thread, written as CSV (no file)", written, ours);
        Row("Bogus 34.0.2, as .NET objects", bogus, ours);
        if (double.IsNaN(python)) Console.WriteLine("| Faker (python3-fake-factory is not installed) | | |");
        else Row("Python's Faker 0.9.3, as Python objects", python, ours);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nBars: 5 times Bogus: {(bogus / ours >= 5 ? "met" : "missed")} ({bogus / ours:N1}, with CSV written {bogus / written:N1}); 50 times Faker: {(double.IsNaN(python) ? "not measured" : python / ours >= 50 ? "met" : "missed")} ({python / ours:N0}, with CSV written {python / written:N0})."));
    }

    private static async Task Make(RuleSchema schema, Run run, Stream? output)
    {
        long cells = 0;
        await foreach (var block in schema.StreamAsync(new Request(Rows), run))
            foreach (var table in block.Tables)
            {
                cells += (long)table.Rows * table.Columns.Length;
                if (output is not null) await table.WriteAsync(output);
            }
        if (cells != (long)Rows * Columns) throw new InvalidOperationException($"{cells} cells");
    }

    private static void Bogus(Faker faker)
    {
        var (from, to) = (new DateTime(1970, 1, 1), new DateTime(2024, 12, 31));
        string[] statuses = ["new", "open", "closed", "lost"];
        float[] weights = [0.4f, 0.3f, 0.2f, 0.1f];
        long length = 0;
        for (var i = 0; i < PeerRows; i++)
        {
            var row = (i + 1, faker.Name.FullName(), faker.Internet.Email(), faker.Company.CompanyName(), faker.Address.City(), faker.Phone.PhoneNumber(),
                Math.Round(faker.Random.Double() * 100, 2), faker.Random.Int(1, 9), faker.Date.Between(from, to), faker.Random.WeightedRandom(statuses, weights)); // it has no lognormal: a uniform number instead, which is cheaper
            length += row.Item2.Length + row.Item3.Length + row.Item4.Length + row.Item5.Length + row.Item6.Length + row.Item10.Length;
        }
        if (length == 0) throw new InvalidOperationException("nothing was made");
    }

    /// <summary>Least processor seconds of five calls after two.</summary>
    private static double Best(Action action)
    {
        action();
        action();
        var best = double.PositiveInfinity;
        var process = Process.GetCurrentProcess();
        for (var i = 0; i < 5; i++)
        {
            GC.Collect();
            process.Refresh();
            var before = process.TotalProcessorTime;
            action();
            process.Refresh();
            best = Math.Min(best, (process.TotalProcessorTime - before).TotalSeconds);
        }
        return best;
    }

    private static double Python()
    {
        var script = Path.Combine(Path.GetTempPath(), $"faker_peer_{Environment.ProcessId}.py");
        try
        {
            using (var stream = typeof(RulesBench).Assembly.GetManifestResourceStream("faker_peer.py")!)
            using (var file = File.Create(script)) stream.CopyTo(file);
            // Debian's own Python has Debian's packages.
            using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, FakerRows.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true, RedirectStandardError = true });
            if (process is null) return double.NaN;
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? seconds : double.NaN;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return double.NaN;
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static void Row(string what, double seconds, double ours) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {seconds * 1e9:N0} | {(seconds == ours ? "" : $"{seconds / ours:N1}")} |"));
}
