using Semblance.Models;
using Semblance.Numerics;

namespace Semblance.Tests.Models;

public sealed class TreeGrowthTests
{
    private static int[] Responses(int rows, Func<int, int> value)
    {
        var responses = new int[rows * 8];
        for (var i = 0; i < rows; i++) (responses[i * 8], responses[i * 8 + 1]) = (1, 256 * value(i));
        return responses;
    }

    private static List<NodeSplit?> Grow(Predictor[] predictors, int[] responses, int leastRows, int depth = 60)
    {
        var splits = new List<NodeSplit?>();
        new TreeGrowth(predictors, responses, 8, leastRows, depth).Grow(Enumerable.Range(0, responses.Length / 8).ToArray(), splits.Add);
        return splits;
    }

    [Fact]
    public void Cuts_where_the_response_changes()
    {
        var bins = Enumerable.Range(0, 200).Select(i => (byte)i).ToArray();
        var noise = Enumerable.Range(0, 200).Select(i => (byte)(i * 37 % 200)).ToArray();
        var split = Grow([new(noise, true), new(bins, true)], Responses(200, i => i < 120 ? 0 : 1), 5)[0]!.Value;
        Assert.Equal((1, 119), (split.Predictor, split.Cut));
    }

    [Fact]
    public void Parts_unordered_bins_by_what_they_tell_not_by_their_number()
    {
        var bins = Enumerable.Range(0, 300).Select(i => (byte)(i % 6)).ToArray();
        var split = Grow([new(bins, false)], Responses(300, i => i % 6 is 1 or 4 ? 1 : 0), 5)[0]!.Value;
        Assert.True(split.ByMask);
        Assert.Equal(split.GoesLeft(1), split.GoesLeft(4));
        foreach (byte other in new byte[] { 0, 2, 3, 5 }) Assert.NotEqual(split.GoesLeft(1), split.GoesLeft(other));
    }

    [Fact]
    public void A_split_as_words_sends_the_same_bins_left()
    {
        foreach (var split in new[] { new NodeSplit(0, 0, 0, 0, false), new NodeSplit(0, 63, 0, 0, false), new NodeSplit(0, 200, 0, 0, false), new NodeSplit(0, 255, 0, 0, false), new NodeSplit(0, 0, 12345, (UInt128)1 << 99, true) })
            for (var bin = 0; bin < 256; bin++)
                Assert.Equal(split.GoesLeft((byte)bin), (split.Word(bin >> 6) >> bin & 1) != 0);
    }

    [Fact]
    public void No_leaf_is_smaller_than_asked_and_depth_ends()
    {
        var random = new RandomStream(new Seed(5), "tree").Sequence();
        var bins = Enumerable.Range(0, 1_000).Select(_ => (byte)random.NextBelow(256)).ToArray();
        var responses = Responses(1_000, _ => random.NextBelow(100));
        var splits = Grow([new(bins, true)], responses, 20);
        var at = 0;
        Assert.True(Smallest(Enumerable.Range(0, 1_000).ToArray()) >= 20);
        Assert.InRange(Grow([new(bins, true)], responses, 5, depth: 2).Count, 3, 7);

        int Smallest(int[] rows) => splits[at++] is not { } split ? rows.Length
            : Math.Min(Smallest(rows.Where(r => split.GoesLeft(bins[r])).ToArray()), Smallest(rows.Where(r => !split.GoesLeft(bins[r])).ToArray()));
    }

    [Fact]
    public void A_constant_response_is_one_leaf() =>
        Assert.Equal([null], Grow([new(Enumerable.Range(0, 100).Select(i => (byte)i).ToArray(), true)], Responses(100, _ => 3), 5));
}
