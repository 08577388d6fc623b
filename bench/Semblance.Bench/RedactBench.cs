using System.Diagnostics;
using System.Globalization;
using System.Text;
using Semblance.Forms;
using Semblance.Recipes;
using Semblance.Tests.Transforms;
using Semblance.Transforms;

namespace Semblance.Bench;

/// <summary>Redaction: how much of a labelled set is found and how much else, and how fast files go through.</summary>
internal static class RedactBench
{
    private const int Texts = 30_000;
    private const double Megabytes = 64;

    public static void Run()
    {
        Found(0, "templates with even numbers, which the rules were written by");
        Found(1, "templates with odd numbers, which the rules had not seen");
        Speed();
    }

    // A found stretch counts when it meets a labelled one and is of its kind; names of persons are one kind here, whole or in part.
    private static void Found(int parity, string what)
    {
        var search = new FormSearch();
        var found = new List<FoundForm>();
        var rows = new SortedDictionary<string, (int True, int Exact, int Missed, int False)>(StringComparer.Ordinal);
        var show = Environment.GetEnvironmentVariable("SEMBLANCE_BENCH_SHOW") == (parity == 0 ? "even" : "odd");
        var shown = new HashSet<string>();
        for (var i = 0; i < Texts; i++)
        {
            if (i % LabelledTexts.Templates.Length % 2 != parity) continue;
            var text = LabelledTexts.Make(new Seed(1), i);
            var utf8 = Encoding.UTF8.GetBytes(text.Text);
            found.Clear();
            search.Find(utf8, found);
            var taken = new bool[found.Count];
            foreach (var (start, length, kind) in text.Spans)
            {
                var from = Encoding.UTF8.GetByteCount(text.Text.AsSpan(0, start));
                var bytes = Encoding.UTF8.GetByteCount(text.Text.AsSpan(start, length));
                var hit = -1;
                for (var f = 0; f < found.Count; f++)
                    if (!taken[f] && found[f].Start < from + bytes && found[f].End > from && Same(found[f].Form.Id, kind.TrimEnd('*'))) hit = f;
                var row = rows.GetValueOrDefault(kind);
                if (hit < 0) row.Missed++;
                else
                {
                    row.True++;
                    if (found[hit].Start == from && found[hit].Length == bytes) row.Exact++;
                    taken[hit] = true;
                }
                rows[kind] = row;
                if (show && (hit < 0 || found[hit].Start != from || found[hit].Length != bytes) && shown.Add(i % LabelledTexts.Templates.Length + kind))
                    Console.WriteLine($"  {(hit < 0 ? "missed" : "cut")} {kind} `{text.Text.Substring(start, length)}` in: {text.Text}");
            }
            for (var f = 0; f < found.Count; f++)
            {
                if (taken[f]) continue;
                var row = rows.GetValueOrDefault(found[f].Form.Id);
                row.False++;
                rows[found[f].Form.Id] = row;
                if (show && shown.Add(i % LabelledTexts.Templates.Length + found[f].Form.Id)) Console.WriteLine($"  false {found[f].Form.Id} `{Encoding.UTF8.GetString(utf8.AsSpan(found[f].Start, found[f].Length))}` in: {text.Text}");
            }
        }
        Console.WriteLine($"\n### Redaction, {what}\n\n| kind (* names on no list) | labelled | found | of these to the byte | precision |\n|---|---|---|---|---|");
        int all = 0, hits = 0, exact = 0, wrong = 0;
        foreach (var (kind, row) in rows)
        {
            var precision = kind.EndsWith('*') ? "" : Percent(row.True + (rows.TryGetValue(kind + "*", out var other) ? other.True : 0), row.False + row.True + (rows.TryGetValue(kind + "*", out other) ? other.True : 0));
            Console.WriteLine($"| {kind} | {row.True + row.Missed} | {Percent(row.True, row.True + row.Missed)} | {Percent(row.Exact, row.True)} | {precision} |");
            (all, hits, exact, wrong) = (all + row.True + row.Missed, hits + row.True, exact + row.Exact, wrong + row.False);
        }
        Console.WriteLine($"| all | {all} | {Percent(hits, all)} | {Percent(exact, hits)} | {Percent(hits, hits + wrong)} |");
    }

    private static bool Same(string found, string labelled) => found == labelled || IsName(found) && IsName(labelled);

    private static bool IsName(string kind) => kind is "person-name" or "given-name" or "family-name";

    private static string Percent(int part, int whole) => whole == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / whole:0.0} %");

    private static void Speed()
    {
        var folder = Directory.CreateTempSubdirectory("semblance-bench-").FullName;
        try
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n### Redaction, {Megabytes:N0} MB, one thread, MB a second of processor time (best of 3)\n\n| file | MB/s | replaced a kB |\n|---|---|---|"));
            foreach (var (name, make) in new (string, Func<int, string>)[] { ("a CSV, every text a labelled one", i => LabelledTexts.Make(new Seed(2), i).Text), ("a CSV, one labelled text in ten, prose between", i => Prose(i)) })
            {
                var path = Path.Combine(folder, "in.csv");
                using (var writer = new StreamWriter(path))
                {
                    writer.Write("id,text\n");
                    var texts = Enumerable.Range(0, 20_000).Select(make).ToArray();
                    for (long i = 0, bytes = 0; bytes < Megabytes * 1e6; i++)
                    {
                        var line = $"{i},\"{texts[i % texts.Length].Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n";
                        writer.Write(line);
                        bytes += line.Length;
                    }
                }
                var best = double.MaxValue;
                RedactionReport? report = null;
                for (var repeat = 0; repeat < 3; repeat++)
                {
                    var before = Process.GetCurrentProcess().TotalProcessorTime;
                    report = new Redaction { Input = path, To = Path.Combine(folder, "out.csv") }.RunAsync(Semblance.Run.With(1)).GetAwaiter().GetResult();
                    best = Math.Min(best, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds);
                }
                var size = new FileInfo(path).Length;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {size / 1e6 / best:N0} | {report!.Total * 1000.0 / size:0.0} |"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Prose(int i) => i % 10 == 0 ? LabelledTexts.Make(new Seed(2), i / 10).Text
        : "I ordered the blue one last week and it still says that it is being prepared. The shop told me that it would take 3 to 5 days, which is over now; what should I do, and can I still change the size from 38 to 40 before it leaves?";
}
