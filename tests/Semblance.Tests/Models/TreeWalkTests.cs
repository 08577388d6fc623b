using Semblance.Models;
using Semblance.Numerics;

namespace Semblance.Tests.Models;

/// <summary>Rows are taken through trees many at once: what comes out must be, to the bit, what a walk of each alone finds.</summary>
public class TreeWalkTests
{
    private const int Columns = 9, More = 7, Inner = EmbeddingBooster.Inner, Leaves = EmbeddingBooster.Leaves;

    private RandomSequence random = new RandomStream(new Seed(11), "walks").Sequence();

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 1)]
    [InlineData(300, 33)]
    [InlineData(700, 16)]
    public void A_booster_sums_the_leaves_that_single_walks_find(int rows, int trees)
    {
        var bins = Bins(rows + 5);
        var features = new ushort[trees * Inner];
        var masks = new ulong[trees * Inner * 4];
        for (var node = 0; node < features.Length; node++)
        {
            features[node] = (ushort)random.NextBelow(Columns);
            Mask().CopyTo(masks, node * 4);
        }
        var (start, values) = (Floats(8), Floats(trees * Leaves * 8));
        var some = Enumerable.Range(0, rows + 5).Where(row => row % 7 != 3).ToArray();
        var sums = new float[(rows + 5) * 8];
        new BoosterWalk(start, features, masks, values).Predict(bins.All, bins.Rows, some, sums);

        var expected = new float[sums.Length];
        foreach (var row in some)
        {
            start.CopyTo(expected, row * 8);
            for (var tree = 0; tree < trees; tree++)
            {
                var node = 0;
                while (node < Inner)
                {
                    int place = tree * Inner + node, bin = bins.Of(features[place])[row];
                    node = 2 * node + 2 - (int)(masks[place * 4 + (bin >> 6)] >> bin & 1);
                }
                for (var k = 0; k < 8; k++) expected[row * 8 + k] += values[(tree * Leaves + node - Inner) * 8 + k];
            }
        }
        Assert.Equal(expected, sums);
    }

    [Fact]
    public void A_forest_finds_the_leaves_that_single_walks_find()
    {
        const int inner = 400, rows = 500;
        var bins = Bins(rows);
        var (features, cuts, nexts) = (new ushort[2 * inner + 1], new ushort[2 * inner + 1], new int[2 * inner + 1]);
        Array.Fill(features, ConditionalForest.Leaf);
        var masks = new List<ulong>();
        List<int> open = [0];
        for (var split = 0; split < inner; split++)
        {
            var pick = random.NextBelow(open.Count);
            var node = open[pick];
            (open[pick], nexts[node]) = (2 * split + 1, 2 * split + 1);
            open.Add(2 * split + 2);
            features[node] = (ushort)random.NextBelow(Columns + More);
            if (random.NextBelow(3) > 0) cuts[node] = (ushort)random.NextBelow(256);
            else
            {
                (features[node], cuts[node]) = ((ushort)(features[node] | ConditionalForest.ByMask), (ushort)(masks.Count / 4));
                masks.AddRange(Mask());
            }
        }
        var some = Enumerable.Range(0, rows).Where(row => row % 5 != 2).ToArray();
        var leaves = new int[rows];
        new ForestWalk(features, cuts, nexts, [.. masks]).Find(0, bins, some.ToArray(), new int[some.Length], leaves);

        var expected = new int[rows];
        foreach (var row in some)
            while (features[expected[row]] != ConditionalForest.Leaf)
            {
                var node = expected[row];
                int bin = bins.Wide[row * bins.Width + (features[node] & ~ConditionalForest.ByMask)];
                var left = (features[node] & ConditionalForest.ByMask) == 0 ? bin <= cuts[node] : (masks[cuts[node] * 4 + (bin >> 6)] >> bin & 1) != 0;
                expected[row] = nexts[node] + (left ? 0 : 1);
            }
        Assert.Equal(expected, leaves);
        Assert.InRange(leaves.Distinct().Count(), 50, rows); // else little was tried
    }

    [Fact]
    public void Scales_applied_together_give_the_bins_of_each()
    {
        var scales = Enumerable.Range(0, 7).Select(k => FeatureScale.Of(Floats(300))).ToArray();
        var sums = Floats(8 * 90).Select(x => 1.5f * x).ToArray(); // some lie outside
        (sums[9], sums[18]) = (float.NaN, float.PositiveInfinity);
        var bins = new byte[90 * 12];
        new FeatureScales(scales).Apply(sums, bins, 5, 12);
        for (var row = 0; row < 90; row++)
            for (var k = 0; k < 7; k++) Assert.Equal(scales[k].Bin(sums[row * 8 + k + 1]), bins[row * 12 + 5 + k]);
    }

    private BlockBins Bins(int rows)
    {
        var bins = new BlockBins(rows, Columns, More);
        for (var i = 0; i < bins.All.Length; i++) bins.All[i] = (byte)random.NextBelow(256);
        for (var i = 0; i < bins.Wide.Length; i++) bins.Wide[i] = (byte)random.NextBelow(256);
        return bins;
    }

    /// <summary>Every form that a question can have: up to a cut (none and all among them), some low bins, any bins.</summary>
    private ulong[] Mask()
    {
        var mask = new ulong[4];
        var (form, cut) = (random.NextBelow(3), random.NextBelow(6) switch { 0 => 0, 1 => 256, _ => random.NextBelow(257) });
        for (var bin = 0; bin < 256; bin++)
            if (form == 0 ? bin < cut : (form == 2 || bin < 128) && random.NextBelow(2) == 0) mask[bin >> 6] |= 1UL << bin;
        return mask;
    }

    private float[] Floats(int count)
    {
        var floats = new float[count];
        for (var i = 0; i < count; i++) floats[i] = (float)random.NextUnit() - 0.5f;
        return floats;
    }
}
