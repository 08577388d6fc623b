using System.Text;
using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Codecs;

/// <summary>
/// Free text: a first-order Markov chain over the words, and the pairs of successive words, that at least <c>rare</c> rows contain, with real lengths. It keeps
/// vocabulary and length, not meaning; a rare word (a name, a number) is never learned, nor is a rare pair of common words. Cells only tell present from missing.
/// </summary>
public sealed class TextCodec : ColumnCodec
{
    internal const string Type = "text";
    private const int MaxWords = 4_096, MaxSuccessors = 64;
    private readonly string[] words;
    private readonly int[] starts, next; // successors of word w: next[starts[w] .. starts[w + 1]); word 0 is the begin mark
    private readonly int[] lengths; // 21 quantiles of the number of words

    private TextCodec(ColumnSchema schema, string[] words, int[] starts, int[] next, int[] lengths) : base(schema, schema.MissingMarkers.Length + 1, false) =>
        (this.words, this.starts, this.next, this.lengths) = (words, starts, next, lengths);

    internal TextCodec(CodecState state) : base(state.Schema, state.Schema.MissingMarkers.Length + 1, false)
    {
        words = state.Texts;
        var numbers = Array.ConvertAll(state.Numbers, x => x is >= 0 and < 1e7 ? (int)x : throw state.Unfit("a number is out of range"));
        var links = numbers.Length - 21 - (words.Length + 1);
        if (links < 0) throw state.Unfit("its words are not whole");
        (lengths, starts, next) = (numbers[..21], numbers[21..(22 + words.Length)], numbers[(22 + words.Length)..]);
        for (var w = 0; w < words.Length; w++)
            if (starts[w + 1] < starts[w]) throw state.Unfit("its words are out of order");
        if (starts[0] != 0 || starts[^1] != links || lengths.Max() > 100_000 || next.Any(w => w >= words.Length)) throw state.Unfit("a word is out of range");
    }

    internal static TextCodec Learn(TextColumn column, int rare)
    {
        var rowsOf = new Dictionary<string, int>(StringComparer.Ordinal);
        var texts = new List<string[]>();
        for (var row = 0; row < column.Count; row++)
        {
            if (column.IsMissing(row)) continue;
            var split = Encoding.UTF8.GetString(column.Utf8(row)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            texts.Add(split);
            foreach (var word in split.Distinct()) rowsOf[word] = rowsOf.GetValueOrDefault(word) + 1;
        }
        var kept = rowsOf.Where(p => p.Value >= rare).OrderByDescending(p => p.Value).ThenBy(p => p.Key, StringComparer.Ordinal).Take(MaxWords).Select(p => p.Key).Prepend("").ToArray();
        var index = kept.Select((word, i) => (word, i)).Skip(1).ToDictionary(p => p.word, p => p.i, StringComparer.Ordinal);
        var coded = texts.Select(t => t.Select(word => index.GetValueOrDefault(word)).Where(w => w > 0).ToArray()).ToArray();
        var rowsOfPair = new Dictionary<(int, int), int>();
        foreach (var text in coded)
            foreach (var pair in text.Zip(text.Prepend(0), (next, word) => (word, next)).Distinct()) rowsOfPair[pair] = rowsOfPair.GetValueOrDefault(pair) + 1;
        var successors = Array.ConvertAll(kept, _ => new List<int>());
        foreach (var text in coded)
        {
            var previous = 0;
            foreach (var w in text)
            {
                if (rowsOfPair[(previous, w)] >= rare) successors[previous].Add(w);
                previous = w;
            }
        }
        for (var w = 0; w < successors.Length; w++) successors[w] = Thin(successors[w]);
        // where texts begin in too many ways to tell any, they begin with any frequent word
        if (successors[0].Count == 0) successors[0].AddRange(Enumerable.Range(1, Math.Min(MaxSuccessors, kept.Length - 1)));
        var starts = new int[kept.Length + 1];
        for (var w = 0; w < kept.Length; w++) starts[w + 1] = starts[w] + successors[w].Count;
        var counts = texts.Select(t => t.Length).Order().ToArray();
        // the longest text is one row's own: lengths stop at the 95th percentile
        var lengths = Enumerable.Range(0, 21).Select(q => counts.Length == 0 ? 0 : counts[(int)((counts.Length - 1) * (long)Math.Min(q, 19) / 20)]).ToArray();
        return new TextCodec(column.Schema, kept, starts, [.. successors.SelectMany(s => s)], lengths);
    }

    /// <summary>At most <see cref="MaxSuccessors"/>, each as often as among all, whatever the order of the rows.</summary>
    private static List<int> Thin(List<int> all)
    {
        if (all.Count <= MaxSuccessors) return all;
        all.Sort();
        return [.. Enumerable.Range(0, MaxSuccessors).Select(i => all[(int)((2L * i + 1) * all.Count / (2 * MaxSuccessors))])];
    }

    /// <inheritdoc/>
    public override string Note => $"column `{Schema.Name}`: free text is written anew from its frequent words; it has no meaning";

    /// <inheritdoc/>
    public override void Encode(Column column, Span<int> cells)
    {
        for (var row = 0; row < cells.Length; row++)
            cells[row] = column.MissingCode(row) is >= 0 and var code ? Math.Min(code, MissingCells - 1) : MissingCells;
    }

    /// <inheritdoc/>
    public override Column Decode(ReadOnlySpan<int> cells, ReadOnlySpan<long> rows, RandomStream stream, uint draw)
    {
        var text = new StringBuilder();
        var bytes = new MemoryStream();
        var ends = new int[cells.Length];
        var markers = MissingCells > 0 ? new byte[cells.Length] : null;
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i] < MissingCells) markers![i] = (byte)(cells[i] + 1);
            else
            {
                Write(text.Clear(), new RandomSequence(stream, rows[i], draw << 16));
                bytes.Write(Encoding.UTF8.GetBytes(text.ToString()));
            }
            ends[i] = (int)bytes.Length;
        }
        return new TextColumn(Schema, bytes.ToArray(), ends, markers);
    }

    private void Write(StringBuilder text, RandomSequence random)
    {
        var q = random.NextBelow(20);
        var length = lengths[q] + random.NextBelow(lengths[q + 1] - lengths[q] + 1);
        for (int w = 0, k = 0; k < length && words.Length > 1; k++)
        {
            if (starts[w + 1] == starts[w]) w = 0;
            if (starts[w + 1] == starts[w]) return;
            w = next[starts[w] + random.NextBelow(starts[w + 1] - starts[w])];
            if (text.Length > 0) text.Append(' ');
            text.Append(words[w]);
        }
    }

    /// <inheritdoc/>
    public override Column Candidates(out int[] cells)
    {
        cells = [.. Enumerable.Range(0, Cells)];
        return Decode(cells, new long[Cells], default, 0);
    }

    internal override bool WritesAnew => true;

    /// <inheritdoc/>
    public override CodecState State => new(Type, Schema, [.. lengths.Select(l => (double)l), .. starts.Select(s => (double)s), .. next.Select(w => (double)w)], words);
}
