using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Semblance.Language;
using Semblance.Recipes;
using Semblance.Tests.Language;

namespace Semblance.Bench;

/// <summary>Requests to a server on this machine that takes 200 ms for each, and the export of a million rows. The server runs in the same process: its memory and its work are counted too.</summary>
internal static class LanguageBench
{
    private const int Rows = 10_000, Concurrency = 64, Latency = 200;

    public static void Run()
    {
        var folder = Directory.CreateTempSubdirectory("semblance-language-").FullName;
        try
        {
            Requests(folder).GetAwaiter().GetResult();
            Export(folder);
        }
        finally { Directory.Delete(folder, recursive: true); }
    }

    private static async Task Requests(string folder)
    {
        using var server = new ModelServer { Latency = TimeSpan.FromMilliseconds(Latency) };
        var job = TextJobReader.Read($$$"""
            version: 1
            job: text
            to: out
            count: {{{Rows}}}
            providers:
              local: {kind: openai, url: "{{{server.Url}}}", concurrency: {{{Concurrency}}}}
            models:
              writer: {provider: local, max-tokens: 100}
            columns:
              topic: {sampler: {choice: [pay, ship, lost]}}
              answer: {llm-text: {model: writer, prompt: "Write about {{ topic }}."}}
            exports:
              - {format: chat, user: "{{ topic }}", assistant: "{{ answer }}"}
            """, Path.Combine(folder, "job.yaml"));
        var ideal = Rows / (double)Concurrency * Latency / 1000;
        var bare = await Bare(server.Url);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"A bare HttpClient, {Concurrency} loops, nothing kept: {bare:0.0} s, {bare / ideal:0.000} of ideal ({ideal:0.00} s).\n"));
        Console.WriteLine("| | seconds | of ideal | processor seconds | peak memory, MB | calls |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|");
        foreach (var what in (string[])["all asked", "all from the journal"])
        {
            var before = Environment.CpuUsage.TotalTime;
            var watch = Stopwatch.StartNew();
            using var peak = new PeakMemory();
            var result = await job.RunAsync(Semblance.Run.With(1), "bench");
            var seconds = watch.Elapsed.TotalSeconds;
            if (result.Accepted != Rows) throw new InvalidOperationException(result.Shortfall);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {Rows} requests, {Latency} ms, {Concurrency} at once: {what} | {seconds:0.0} | {(what == "all asked" ? $"{seconds / ideal:0.000}" : "")} | {(Environment.CpuUsage.TotalTime - before).TotalSeconds:0.0} | {peak.Megabytes:0} | {server.Calls} |"));
        }
    }

    /// <summary>What this machine can do at this moment: others may use it too.</summary>
    private static async Task<double> Bare(string url)
    {
        using var http = new HttpClient();
        var left = Rows;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Concurrency).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) is >= 0 and var n)
            {
                using var answer = await http.PostAsync(url, new StringContent($$"""{"model":"m","messages":[{"role":"user","content":"{{n}}"}]}"""));
                await answer.Content.ReadAsStringAsync();
            }
        }));
        return watch.Elapsed.TotalSeconds;
    }

    private static void Export(string folder)
    {
        var export = new CorpusExport("chat", "chat", [("user", PromptTemplate.Parse("{{ question }}")), ("assistant", PromptTemplate.Parse("{{ answer }}"))]) { Splits = [("train", 0.9), ("test", 0.1)] };
        Console.WriteLine();
        Console.WriteLine("| | seconds | peak memory, MB |");
        Console.WriteLine("|---|---:|---:|");
        foreach (var rows in (int[])[10_000, 100_000, 1_000_000])
        {
            var watch = Stopwatch.StartNew();
            using var peak = new PeakMemory();
            using (var writer = new ExportWriter(export, name => Path.Combine(folder, name), new Seed(1)))
                for (var i = 0; i < rows; i++)
                {
                    var cells = new RowCells
                    {
                        ["question"] = JsonValue.Create($"What is the answer to question {i}, which was asked on a day in May?"),
                        ["answer"] = JsonValue.Create($"The answer to question {i} is that it depends on the day, on the weather and on who asks; most people are content with less."),
                    };
                    writer.Write(cells, $"doc {i / 20}");
                }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| export of {rows} rows, split by document | {watch.Elapsed.TotalSeconds:0.0} | {peak.Megabytes:0} |"));
        }
    }

    /// <summary>The most memory the process had resident while it lived, looked at fifty times a second.</summary>
    private sealed class PeakMemory : IDisposable
    {
        private readonly Timer timer;
        private long most;

        public PeakMemory()
        {
            GC.Collect();
            timer = new Timer(_ => Look(), null, 0, 20);
        }

        public double Megabytes { get { Look(); return most / 1048576.0; } }

        public void Dispose() => timer.Dispose();

        private void Look() => most = Math.Max(most, Environment.WorkingSet);
    }
}
