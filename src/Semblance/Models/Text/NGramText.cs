using System.Runtime.InteropServices;
using System.Text;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// A language model of texts with labels: three words by interpolated Kneser-Ney smoothing within the label, then the words of the label, then pairs and words of all texts, so that a label of a hundred texts speaks of its
/// own things and borrows the grammar. Kneser and Ney 1995; Chen and Goodman 1999. Only what several texts have in common is kept.
/// </summary>
internal sealed class NGramText
{
    // a context is (label + 1, word, word), 22 + 21 + 21 bits; 0 stands for "any label"
    private const int WordBits = 21, MostLabels = 1 << 20;

    private readonly TextVocabulary vocabulary;
    private readonly NGramLevel[] levels; // label: pair, one, none; all: one, none
    private readonly int longest;

    private NGramText(TextVocabulary vocabulary, NGramLevel[] levels, int longest, double trust) => (this.vocabulary, this.levels, this.longest, Trust) = (vocabulary, levels, longest, trust);

    /// <summary>How often the two words before are asked, rather than the one before alone, 0 to 1.</summary>
    public double Trust { get; private init; }

    /// <summary>Learns texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="labels">Label of each, from 0.</param>
    /// <param name="least">Texts that must have a word, a pair or a triple for it to be kept.</param>
    /// <param name="ct">Stops.</param>
    public static NGramText Learn(string[] texts, int[] labels, int least, CancellationToken ct)
    {
        var tokens = Array.ConvertAll(texts, TextTokens.Of);
        ct.ThrowIfCancellationRequested();
        var vocabulary = TextVocabulary.Learn(tokens, least);
        var start = vocabulary.Count; // stands before a text
        var triples = new List<Triple>();
        for (var t = 0; t < texts.Length; t++)
        {
            var (a, b) = (start, start);
            foreach (var word in vocabulary.Encode(tokens[t]).Append(TextVocabulary.End))
            {
                triples.Add(new Triple(a, b, word, Math.Min(labels[t], MostLabels), t));
                (a, b) = (b, word);
            }
        }
        ct.ThrowIfCancellationRequested();
        var lengths = tokens.Select(t => t.Count).Order().ToArray();
        return new NGramText(vocabulary, Levels(triples, least), 16 + 2 * lengths[(int)(.99 * (lengths.Length - 1))], 1);
    }

    /// <summary>The same model that asks the two words before less often.</summary>
    public NGramText With(double trust) => new(vocabulary, levels, longest, trust);

    private static NGramLevel[] Levels(List<Triple> triples, int least)
    {
        List<(ulong, int, int, bool)> two = [], one = [], none = [], pairs = [], words = [];
        // by (second, word, first, label, text): pairs are runs, and in each the triples are
        triples.Sort(static (x, y) => x.B != y.B ? x.B.CompareTo(y.B) : x.Word != y.Word ? x.Word.CompareTo(y.Word) : x.A != y.A ? x.A.CompareTo(y.A) : x.Label != y.Label ? x.Label.CompareTo(y.Label) : x.Text.CompareTo(y.Text));
        var all = CollectionsMarshal.AsSpan(triples);
        var firsts = new Dictionary<int, int>(); // label -> distinct words before a pair
        var preceded = new Dictionary<(int Label, int Word), int>(); // distinct words before a word
        var texts = new HashSet<int>();
        for (int i = 0, end; i < all.Length; i = end)
        {
            for (end = i; end < all.Length && all[end].B == all[i].B && all[end].Word == all[i].Word; end++) texts.Add(all[end].Text);
            var (b, word, shared) = (all[i].B, all[i].Word, texts.Count >= least);
            texts.Clear();
            for (int j = i, to; j < end; j = to)
            {
                for (to = j; to < end && all[to].A == all[j].A; to++) texts.Add(all[to].Text);
                var kept = texts.Count >= least;
                texts.Clear();
                for (int k = j, past; k < to; k = past)
                {
                    for (past = k; past < to && all[past].Label == all[k].Label; past++) { }
                    two.Add((Context(all[k].Label, all[k].A, b), word, past - k, kept));
                    firsts[all[k].Label] = firsts.GetValueOrDefault(all[k].Label) + 1;
                }
            }
            foreach (var (label, count) in firsts)
            {
                one.Add((Context(label, 0, b), word, count, shared));
                preceded[(label, word)] = preceded.GetValueOrDefault((label, word)) + 1;
            }
            preceded[(-1, word)] = preceded.GetValueOrDefault((-1, word)) + 1;
            pairs.Add((Context(-1, 0, b), word, end - i, shared));
            firsts.Clear();
        }
        foreach (var ((label, word), count) in preceded) (label < 0 ? words : none).Add((Context(label, 0, 0), word, count, true));
        return [NGramLevel.Of(two), NGramLevel.Of(one), NGramLevel.Of(none), NGramLevel.Of(pairs), NGramLevel.Of(words)];
    }

    private static ulong Context(int label, int a, int b) => (ulong)(label + 1) << 2 * WordBits | (ulong)(uint)a << WordBits | (uint)b;

    /// <summary>Writes a text of a label.</summary>
    public void Write(int label, StringBuilder text, RandomSequence random)
    {
        var start = vocabulary.Count;
        var from = text.Length;
        for (var attempt = 0; attempt < 16 && text.Length == from; attempt++) // an empty text is no text
        {
            var (a, b) = (start, start);
            for (var length = 0; length < longest; length++)
            {
                var word = Next(label, a, b, ref random);
                if (word == TextVocabulary.End) break;
                vocabulary.Write(word, text, ref random);
                (a, b) = (b, word);
            }
        }
    }

    private int Next(int label, int a, int b, ref RandomSequence random)
    {
        var word = -1;
        if (Trust >= 1 || random.NextUnit() < Trust) word = levels[0].Draw(Context(label, a, b), ref random, false);
        if (word < 0) word = levels[1].Draw(Context(label, 0, b), ref random, false);
        if (word < 0) word = levels[2].Draw(Context(label, 0, 0), ref random, false);
        if (word < 0) word = levels[3].Draw(Context(-1, 0, b), ref random, false);
        return word < 0 ? Math.Max(TextVocabulary.End, levels[4].Draw(Context(-1, 0, 0), ref random, true)) : word;
    }

    public void Save(ModelArchive archive, string name)
    {
        vocabulary.Save(archive, $"{name}/words");
        for (var l = 0; l < levels.Length; l++) levels[l].Save(archive, $"{name}/{l}");
        archive.Add<double>($"{name}/how", [longest, Trust]);
    }

    public static NGramText Load(ModelArchive archive, string name)
    {
        var vocabulary = TextVocabulary.Load(archive, $"{name}/words");
        var levels = new NGramLevel[5];
        for (var l = 0; l < levels.Length; l++) levels[l] = NGramLevel.Load(archive, $"{name}/{l}", vocabulary.Count);
        var how = archive.Get<double>($"{name}/how", 2);
        if (!(how[0] is >= 1 and <= 1e7 && how[1] is >= 0 and <= 1)) throw archive.Unfit($"`{name}` has impossible lengths");
        return new NGramText(vocabulary, levels, (int)how[0], how[1]);
    }

    private readonly record struct Triple(int A, int B, int Word, int Label, int Text);
}
