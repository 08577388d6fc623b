using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Semblance.Data;
using Semblance.Numerics;
using Semblance.Transforms;

namespace Semblance.Tests.Transforms;

public sealed class DuplicateIndexTests
{
    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    // By sets of texts, as the index does not do it.
    private static double Exact(string a, string b)
    {
        static HashSet<string> Grams(string text)
        {
            text = string.Join(' ', text.ToLowerInvariant().Split([' ', '.', ',', '!'], StringSplitOptions.RemoveEmptyEntries));
            return [.. Enumerable.Range(0, Math.Max(1, text.Length - 4)).Select(i => text.Substring(i, Math.Min(5, text.Length)))];
        }
        HashSet<string> first = Grams(a), second = Grams(b);
        var common = first.Count(second.Contains);
        return (double)common / (first.Count + second.Count - common);
    }

    private static string Sentence(ref RandomSequence draw, int words)
    {
        var text = new StringBuilder();
        for (var i = 0; i < words; i++)
        {
            text.Append(i > 0 ? " " : "");
            for (var k = 2 + draw.NextBelow(5); k > 0; k--) text.Append((char)('a' + draw.NextBelow(26)));
        }
        return text.ToString();
    }

    [Fact]
    public void The_similarity_told_is_the_exact_one_and_pairs_above_the_threshold_are_met()
    {
        // A pair of similarity .8 is missed with probability .0017, higher ones less: of some 900 pairs at most 8 may be, which chance passes once in 10^5 runs.
        int pairs = 0, missed = 0;
        for (var i = 0; i < 3_000; i++)
        {
            var draw = new RandomStream(new Seed(11), "test/duplicates").Sequence(i);
            var original = Sentence(ref draw, 8 + draw.NextBelow(40));
            var words = original.Split(' ');
            for (var change = draw.NextBelow(5); change > 0; change--) words[draw.NextBelow(words.Length)] = Sentence(ref draw, 1);
            var copy = string.Join(draw.NextBelow(2) == 0 ? " " : ",  ", words).ToUpperInvariant();
            var index = new DuplicateIndex();
            Assert.Null(index.Add(Utf8(original)));
            var similarity = Exact(original, copy);
            var match = index.Find(Utf8(copy));
            if (similarity >= 0.8)
            {
                pairs++;
                if (match is null) missed++;
                else Assert.Equal(similarity, match.Value.Similarity, 12);
            }
            else Assert.Null(match);
        }
        Assert.True(pairs > 900, $"{pairs} pairs");
        Assert.True(missed <= 8, $"{missed} of {pairs} missed");
    }

    [Fact]
    public void The_first_of_several_is_named_whatever_lies_between()
    {
        var index = new DuplicateIndex();
        var draw = new RandomStream(new Seed(1), "test/between").Sequence();
        Assert.Null(index.Add(Utf8("The quick brown fox jumps over the lazy dog near the old river bank.")));
        for (var i = 0; i < 5_000; i++) Assert.Null(index.Add(Utf8(Sentence(ref draw, 12))));
        Assert.Equal(new DuplicateMatch(0, 1), index.Add(Utf8("the QUICK brown fox -- jumps over the lazy dog, near the old river bank")));
        var near = index.Add(Utf8("The quick brown fox jumps over the lazy dog near the old river banks!"));
        Assert.Equal(0, near!.Value.Of);
        Assert.InRange(near.Value.Similarity, 0.9, 0.999);
        Assert.Equal(5_001, index.Kept);
    }

    [Fact]
    public void Empty_short_and_odd_texts_are_survived()
    {
        var index = new DuplicateIndex();
        Assert.Null(index.Add(Utf8("")));
        Assert.Null(index.Add(Utf8(" .,! ")));
        Assert.Null(index.Add(Utf8(" .,! ")));
        Assert.Null(index.Add(Utf8("ab")));
        Assert.Equal(new DuplicateMatch(3, 1), index.Add(Utf8("AB!")));
        Prop.ForAll<byte[]>(bytes =>
        {
            var own = new DuplicateIndex();
            var first = own.Add(bytes);
            var again = own.Add(bytes);
            return first is null && (again is null) == (own.Kept == 0);
        }).QuickCheckThrowOnFailure();
        Assert.Throws<ArgumentOutOfRangeException>(() => new DuplicateIndex(0.3));
    }

    [Fact]
    public void Copies_and_forbidden_texts_are_left_out_of_blocks()
    {
        var table = Table.Read(Utf8("id,text\n1,How do I change my PIN at the machine please?\n2,\n3,how do I change my pin at the machine please\n4,I have lost my card while I was travelling abroad\n5,\n"
            + "6,\"He said that one two three four five six seven eight nine ten eleven twelve thirteen fourteen is enough, and then some more words follow here for good measure\"\n"));
        var benchmark = Table.Read(Utf8("text\n\"one two three four five six seven eight nine ten eleven twelve thirteen or so, in a far longer text that shares nothing else with any row at all\"\nI have lost my card while I was travelling abroad!\n"));
        var forbidden = new Decontamination();
        DistinctTexts.Forbid(forbidden, benchmark, "text");
        var filter = new DistinctTexts("text", new(), forbidden);
        var kept = filter.Keep(table);
        Assert.Equal(["1", "2", "5"], Enumerable.Range(0, kept.Rows).Select(r => kept.Columns[0].Text(r)));
        Assert.Equal((1, 2), (filter.Copies, filter.Contaminated));
    }
}
