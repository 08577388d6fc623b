using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// Which words follow a context, and how often: one level of a back-off chain with absolute discounting. What a context has seen in too few texts is not kept as words but as weight that falls through to
/// the next level, as does a fixed part of each count.
/// </summary>
internal sealed class NGramLevel
{
    /// <summary>Part of each count that falls through (Chen and Goodman 1999 find .7 to .8 for pairs and triples).</summary>
    private const double Discount = .75;

    private readonly ulong[] contexts; // ascending
    private readonly int[] starts, words, counts, totals;
    private readonly double[] cumulative; // of what words take, within their context
    private readonly Dictionary<ulong, int> places;

    private NGramLevel(ulong[] contexts, int[] starts, int[] words, int[] counts, int[] totals)
    {
        (this.contexts, this.starts, this.words, this.counts, this.totals) = (contexts, starts, words, counts, totals);
        cumulative = new double[words.Length];
        places = new Dictionary<ulong, int>(contexts.Length);
        for (var c = 0; c < contexts.Length; c++)
        {
            places[contexts[c]] = c;
            var sum = 0.0;
            for (var i = starts[c]; i < starts[c + 1]; i++) cumulative[i] = sum += counts[i] - Discount;
        }
    }

    /// <summary>Counts of single followers in any order.</summary>
    /// <param name="seen">Context, word, how often, and whether it is kept as a word.</param>
    public static NGramLevel Of(List<(ulong Context, int Word, int Count, bool Kept)> seen)
    {
        seen.Sort(static (a, b) => a.Context != b.Context ? a.Context.CompareTo(b.Context) : a.Word.CompareTo(b.Word));
        List<ulong> contexts = [];
        List<int> starts = [], words = [], counts = [], totals = [];
        for (var i = 0; i < seen.Count;)
        {
            var (context, total, first) = (seen[i].Context, 0, words.Count);
            for (; i < seen.Count && seen[i].Context == context; i++)
            {
                total += seen[i].Count;
                if (!seen[i].Kept) continue;
                words.Add(seen[i].Word);
                counts.Add(seen[i].Count);
            }
            if (words.Count == first) continue; // nothing of it is kept
            contexts.Add(context);
            starts.Add(first);
            totals.Add(total);
        }
        starts.Add(words.Count);
        return new NGramLevel([.. contexts], [.. starts], [.. words], [.. counts], [.. totals]);
    }

    /// <summary>A word that follows a context, or -1: ask the next level.</summary>
    /// <param name="context">The context.</param>
    /// <param name="random">Taken from where the context is known.</param>
    /// <param name="last">There is no next level: the whole weight is that of the words.</param>
    public int Draw(ulong context, ref RandomSequence random, bool last)
    {
        if (!places.TryGetValue(context, out var place)) return -1;
        int low = starts[place], high = starts[place + 1] - 1;
        var u = random.NextUnit() * (last ? cumulative[high] : totals[place]);
        if (u >= cumulative[high]) return last ? words[high] : -1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (cumulative[middle] > u) high = middle;
            else low = middle + 1;
        }
        return words[low];
    }

    public void Save(ModelArchive archive, string name)
    {
        archive.Add<ulong>($"{name}/contexts", contexts);
        archive.Add<int>($"{name}/starts", starts);
        archive.Add<int>($"{name}/words", words);
        archive.Add<int>($"{name}/counts", counts);
        archive.Add<int>($"{name}/totals", totals);
    }

    public static NGramLevel Load(ModelArchive archive, string name, int vocabulary)
    {
        var contexts = archive.Get<ulong>($"{name}/contexts");
        var starts = archive.Get<int>($"{name}/starts", contexts.Length + 1);
        var words = archive.Get<int>($"{name}/words");
        var counts = archive.Get<int>($"{name}/counts", words.Length);
        var totals = archive.Get<int>($"{name}/totals", contexts.Length);
        var whole = starts[0] == 0 && starts[^1] == words.Length;
        for (var c = 0; c < contexts.Length && whole; c++)
        {
            whole = starts[c + 1] > starts[c] && starts[c + 1] <= words.Length && (c == 0 || contexts[c] > contexts[c - 1]);
            long sum = 0;
            for (var i = starts[c]; i < starts[c + 1] && whole; i++)
            {
                whole = counts[i] > 0 && (uint)words[i] < (uint)vocabulary;
                sum += counts[i];
            }
            whole &= sum <= totals[c];
        }
        if (!whole) throw archive.Unfit($"the followers in `{name}` are not whole");
        return new NGramLevel(contexts, starts, words, counts, totals);
    }
}
