using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// Texts as weights of words and pairs of words (TF-IDF), as scikit-learn's vectoriser has it with its usual words (two letters or more, lower case): terms of at least two texts, 1 + ln(count),
/// times 1 + ln((1 + texts) / (1 + texts with the term)), rows of length 1. Terms are told apart by 64-bit hashes.
/// </summary>
internal sealed class TextFeatures
{
    private readonly Dictionary<ulong, int> columns = [];
    private readonly List<float> rarity = [];

    /// <summary>Learns the terms of texts.</summary>
    public static TextFeatures Learn(IReadOnlyList<ulong[]> texts)
    {
        var counts = new Dictionary<ulong, int>();
        var seen = new HashSet<ulong>();
        foreach (var text in texts)
        {
            seen.Clear();
            foreach (var term in text)
                if (seen.Add(term)) counts[term] = counts.GetValueOrDefault(term) + 1;
        }
        var made = new TextFeatures();
        foreach (var text in texts)
            foreach (var term in text)
                if (counts[term] >= 2 && made.columns.TryAdd(term, made.rarity.Count)) made.rarity.Add((float)(1 + FastMath.Log((1.0 + texts.Count) / (1 + counts[term]))));
        return made;
    }

    /// <summary>Rows for texts.</summary>
    public SparseRows Rows(IReadOnlyList<ulong[]> texts)
    {
        var starts = new int[texts.Count + 1];
        var places = new List<int>();
        var values = new List<float>();
        var counts = new Dictionary<int, int>();
        for (var row = 0; row < texts.Count; row++)
        {
            counts.Clear();
            foreach (var term in texts[row])
                if (columns.TryGetValue(term, out var column)) counts[column] = counts.GetValueOrDefault(column) + 1;
            double length = 0;
            foreach (var (column, count) in counts)
            {
                var value = (1 + FastMath.Log(count)) * rarity[column];
                length += value * value;
                places.Add(column);
                values.Add((float)value);
            }
            length = Math.Sqrt(length);
            for (var i = starts[row]; i < values.Count; i++) values[i] = (float)(values[i] / length);
            starts[row + 1] = values.Count;
        }
        return new(starts, [.. places], [.. values], rarity.Count);
    }

    /// <summary>Words and pairs of words of a text, hashed, in order.</summary>
    public static ulong[] Terms(string text)
    {
        var words = Words(text, least: 2);
        var terms = new ulong[Math.Max(0, 2 * words.Count - 1)];
        for (var i = 0; i < words.Count; i++)
        {
            terms[i] = words[i];
            if (i > 0) terms[words.Count + i - 1] = (words[i - 1] * 0x9E3779B97F4A7C15 ^ words[i]) * 0xBF58476D1CE4E5B9 ^ 1;
        }
        return terms;
    }

    /// <summary>Runs of letters, digits and underscores of at least so many characters, in lower case, hashed.</summary>
    public static List<ulong> Words(string text, int least)
    {
        var words = new List<ulong>();
        for (var i = 0; i < text.Length;)
        {
            if (!char.IsLetterOrDigit(text[i]) && text[i] != '_')
            {
                i++;
                continue;
            }
            var start = i;
            var hash = 0xCBF29CE484222325UL;
            for (; i < text.Length && (char.IsLetterOrDigit(text[i]) || text[i] == '_'); i++) hash = (hash ^ char.ToLowerInvariant(text[i])) * 0x100000001B3;
            if (i - start >= least) words.Add(hash ^ hash >> 31);
        }
        return words;
    }

    /// <summary>Stretches between white space in lower case, hashed.</summary>
    public static ulong[] Tokens(string text)
    {
        var tokens = new List<ulong>();
        foreach (var part in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var hash = 0xCBF29CE484222325UL;
            foreach (var c in part) hash = (hash ^ char.ToLowerInvariant(c)) * 0x100000001B3;
            tokens.Add(hash ^ hash >> 31);
        }
        return [.. tokens];
    }
}
