using System.Text;

namespace Semblance.Forms;

/// <summary>Words in UTF-8, end to end, with a chance for each: drawn in constant time by Walker's alias method (1977) and copied, never made into strings.</summary>
internal sealed class WordList
{
    private readonly byte[] bytes;
    private readonly int[] starts;
    private readonly uint[] threshold;
    private readonly int[] alias;

    public WordList(IReadOnlyList<string> words, IReadOnlyList<double> weights)
    {
        var n = words.Count;
        (starts, threshold, alias) = (new int[n + 1], new uint[n], new int[n]);
        using var all = new MemoryStream();
        for (var i = 0; i < n; i++)
        {
            all.Write(Encoding.UTF8.GetBytes(words[i]));
            starts[i + 1] = (int)all.Length;
        }
        bytes = all.ToArray();
        var total = weights.Sum();
        var share = weights.Select(w => w * n / total).ToArray();
        var small = new Stack<int>(Enumerable.Range(0, n).Where(i => share[i] < 1));
        var large = new Stack<int>(Enumerable.Range(0, n).Where(i => share[i] >= 1));
        while (small.Count > 0 && large.Count > 0)
        {
            var (low, high) = (small.Pop(), large.Pop());
            (threshold[low], alias[low]) = ((uint)(share[low] * uint.MaxValue), high);
            share[high] -= 1 - share[low];
            (share[high] < 1 ? small : large).Push(high);
        }
        foreach (var i in small.Concat(large)) (threshold[i], alias[i]) = (uint.MaxValue, i);
    }

    /// <summary>The place of a word, by chance.</summary>
    public int Pick(uint random)
    {
        var scaled = (ulong)random * (uint)threshold.Length;
        var i = (int)(scaled >> 32);
        return (uint)scaled <= threshold[i] ? i : alias[i];
    }

    public ReadOnlySpan<byte> this[int i] => bytes.AsSpan(starts[i], starts[i + 1] - starts[i]);
}
