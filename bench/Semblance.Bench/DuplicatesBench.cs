using System.Diagnostics;
using System.Globalization;
using System.Text;
using Semblance.Numerics;
using Semblance.Transforms;

namespace Semblance.Bench;

/// <summary>Near copies: recall and false alarms by true similarity, and speed.</summary>
internal static class DuplicatesBench
{
    private static readonly string[] Words = [.. Enumerable.Range(0, 4_000).Select(Word)];

    public static void Run()
    {
        Console.WriteLine("\n### Near copies: pairs of a text and one with words exchanged, by their exact similarity\n\n| similarity | pairs | called copies | short texts (40 to 120 bytes) | long (400 to 2,000) |\n|---|---|---|---|---|");
        var table = new (int Pairs, int Found)[2, 8];
        var index = new DuplicateIndex();
        var exact = new ExactSimilarity();
        for (var i = 0; i < 40_000; i++)
        {
            var draw = new RandomStream(new Seed(1), "bench/duplicates").Sequence(i);
            var isLong = i % 2;
            var original = Text(isLong == 1 ? 60 + draw.NextBelow(240) : 6 + draw.NextBelow(12), ref draw);
            var copy = Changed(original, draw.NextUnit() * draw.NextUnit() * (isLong == 1 ? 0.25 : 0.5), ref draw);
            var similarity = exact.Of(original, copy);
            var fresh = new DuplicateIndex();
            fresh.Add(Encoding.UTF8.GetBytes(original));
            var bin = similarity switch { 1 => 7, >= 0.95 => 6, >= 0.9 => 5, >= 0.85 => 4, >= 0.8 => 3, >= 0.7 => 2, > 0.5 => 1, _ => 0 };
            table[isLong, bin].Pairs++;
            if (fresh.Find(Encoding.UTF8.GetBytes(copy)) is not null) table[isLong, bin].Found++;
        }
        string[] names = ["to .5", ".5 to .7", ".7 to .8", ".8 to .85", ".85 to .9", ".9 to .95", ".95 to 1", "1"];
        for (var bin = 7; bin >= 0; bin--)
        {
            var (s, l) = (table[0, bin], table[1, bin]);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {names[bin]} | {s.Pairs + l.Pairs:N0} | {100.0 * (s.Found + l.Found) / Math.Max(1, s.Pairs + l.Pairs):0.00} % | {100.0 * s.Found / Math.Max(1, s.Pairs):0.00} % | {100.0 * l.Found / Math.Max(1, l.Pairs):0.00} % |"));
        }

        Console.WriteLine("\n### Near copies: speed, one thread, a tenth of the texts near copies of others\n\n| texts | MB | MB a second of processor time | copies found | memory, bytes a kept text beyond its own |\n|---|---|---|---|---|");
        foreach (var (count, least, spread) in new[] { (400_000, 8, 12), (60_000, 60, 240) })
        {
            var texts = new byte[count][];
            for (var i = 0; i < count; i++)
            {
                var draw = new RandomStream(new Seed(2), "bench/duplicates").Sequence(i);
                texts[i] = i % 10 == 9 ? Encoding.UTF8.GetBytes(Changed(Encoding.UTF8.GetString(texts[draw.NextBelow(i)]), 0.02, ref draw)) : Encoding.UTF8.GetBytes(Text(least + draw.NextBelow(spread), ref draw));
            }
            var bytes = texts.Sum(t => (long)t.Length);
            var best = double.MaxValue;
            long copies = 0, memory = 0;
            for (var repeat = 0; repeat < 3; repeat++)
            {
                index = new DuplicateIndex();
                GC.Collect();
                var held = GC.GetTotalMemory(true);
                copies = 0;
                var before = Process.GetCurrentProcess().TotalProcessorTime;
                foreach (var text in texts)
                    if (index.Add(text) is not null) copies++;
                best = Math.Min(best, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds);
                memory = (GC.GetTotalMemory(true) - held - bytes * 9 / 10) / index.Kept;
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {count:N0} | {bytes / 1e6:N0} | {bytes / 1e6 / best:N0} | {copies:N0} | {memory} |"));
            GC.KeepAlive(index);
        }
    }

    private static string Word(int i)
    {
        var draw = new RandomStream(new Seed(3), "bench/words").Sequence(i);
        return string.Concat(Enumerable.Range(0, 1 + draw.NextBelow(4)).Select(_ => $"{"bcdfghklmnprstvw"[draw.NextBelow(16)]}{"aeiou"[draw.NextBelow(5)]}"));
    }

    private static string Text(int words, ref RandomSequence draw)
    {
        var text = new StringBuilder();
        for (var i = 0; i < words; i++) text.Append(i > 0 ? " " : "").Append(Words[draw.NextBelow(Words.Length)]);
        return text.Append('.').ToString();
    }

    private static string Changed(string text, double share, ref RandomSequence draw)
    {
        var words = text.Split(' ');
        for (var i = 0; i < words.Length; i++)
            if (draw.NextUnit() < share) words[i] = Words[draw.NextBelow(Words.Length)];
        return string.Join(' ', words);
    }

    // By another way than the index: sets of texts.
    private sealed class ExactSimilarity
    {
        public double Of(string a, string b)
        {
            HashSet<string> first = Grams(a), second = Grams(b);
            var common = first.Count(second.Contains);
            return (double)common / (first.Count + second.Count - common);
        }

        private static HashSet<string> Grams(string text)
        {
            text = text.Replace(".", "", StringComparison.Ordinal);
            return [.. Enumerable.Range(0, Math.Max(1, text.Length - 4)).Select(i => text.Substring(i, Math.Min(5, text.Length)))];
        }
    }
}
