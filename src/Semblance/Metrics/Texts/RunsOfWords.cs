namespace Semblance.Metrics;

/// <summary>All runs of words of some texts, as an array of their suffixes in order.</summary>
/// <param name="mostWords">Words to hold at most.</param>
internal sealed class RunsOfWords(int mostWords)
{
    private readonly List<ulong> words = []; // 0 between texts: no run crosses it
    private ulong[] text = [];
    private int[] suffixes = [];

    /// <summary>Adds a text; false when it no longer fits.</summary>
    public bool Add(ReadOnlySpan<ulong> tokens)
    {
        if (words.Count + tokens.Length + 1 > mostWords) return false;
        foreach (var token in tokens) words.Add(token == 0 ? 1 : token);
        words.Add(0);
        return true;
    }

    /// <summary>Orders the suffixes by their first words; after this nothing is added.</summary>
    public void Sort(int longest)
    {
        text = [.. words];
        suffixes = [.. Enumerable.Range(0, text.Length).Where(i => text[i] != 0)];
        Array.Sort(suffixes, (a, b) =>
        {
            for (var k = 0; k < longest; k++)
            {
                ulong x = text[a + k], y = text[b + k];
                if (x != y) return x.CompareTo(y);
                if (x == 0) break;
            }
            return a.CompareTo(b);
        });
    }

    /// <summary>Words of the longest run of a text that stands in one of the texts.</summary>
    public int Longest(ReadOnlySpan<ulong> tokens, int most)
    {
        var best = 0;
        for (var i = 0; i + best < tokens.Length && best < most; i++)
        {
            // The nearest suffixes in order share most with what is looked for.
            int low = 0, high = suffixes.Length;
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (Compare(suffixes[middle], tokens[i..], most) < 0) low = middle + 1;
                else high = middle;
            }
            for (var near = Math.Max(0, low - 1); near <= low && near < suffixes.Length; near++) best = Math.Max(best, Common(suffixes[near], tokens[i..], most));
        }
        return best;
    }

    private int Common(int suffix, ReadOnlySpan<ulong> tokens, int most)
    {
        var k = 0;
        while (k < tokens.Length && k < most && text[suffix + k] != 0 && text[suffix + k] == tokens[k]) k++;
        return k;
    }

    private int Compare(int suffix, ReadOnlySpan<ulong> tokens, int most)
    {
        var k = Common(suffix, tokens, most);
        return k == most || k == tokens.Length ? 0 : text[suffix + k].CompareTo(tokens[k]);
    }
}
