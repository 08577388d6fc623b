using Semblance.Numerics;

namespace Semblance.Tests.Numerics;

public sealed class StoredTreesTests
{
    private static readonly Run Run = Run.With(5) with { Threads = 1 };

    private static (BinnedMatrix X, float[] Y) Data()
    {
        var x = new float[4][];
        for (var f = 0; f < x.Length; f++)
        {
            var draw = Run.Stream($"x/{f}").Sequence();
            x[f] = new float[700];
            foreach (ref var v in x[f].AsSpan()) v = draw.NextBelow(9) == 0 ? float.NaN : draw.NextBelow(50);
        }
        var toss = Run.Stream("y").Sequence();
        return (BinnedMatrix.Build(x, Run), [.. Enumerable.Range(0, 700).Select(_ => (float)toss.NextBelow(3))]);
    }

    [Fact]
    public void Trees_read_back_predict_the_same()
    {
        var (x, y) = Data();
        var boosted = BoostedTrees.Fit(new Boosting { Rounds = 4 }, BoostingLoss.Softmax, x, y, 3, [], Run);
        var boostedAgain = BoostedTrees.Load(BoostingLoss.Softmax, boosted.Store());
        Assert.Equal(boosted.Predict(x), boostedAgain.Predict(x));
        Assert.Equal(boosted.Importance, boostedAgain.Importance);
        var forest = RandomForest.Fit(new ForestSettings { Trees = 5 }, x, y, 3, [], Run);
        Assert.Equal(forest.Predict(x), RandomForest.Load(forest.Store()).Predict(x));
        foreach (var classes in new[] { 0, 3 })
        {
            var tree = DecisionTree.Fit(new TreeSettings(), x, y, classes, [], Run);
            var treeAgain = DecisionTree.Load(tree.Store());
            Assert.Equal(tree.Predict(x), treeAgain.Predict(x));
            Assert.Equal(tree.LeafOf(x), treeAgain.LeafOf(x));
        }
    }

    [Fact]
    public void Damage_is_refused_or_harmless()
    {
        var (x, y) = Data();
        var good = DecisionTree.Fit(new TreeSettings { MinLeaf = 40 }, x, y, 0, [], Run).Store();
        // Flip every bit of every node: either it is seen, or it makes another sound tree (a feature or a threshold changed).
        var refused = 0;
        for (var at = 0; at < good.Nodes.Length; at++)
            for (var bit = 0; bit < 64; bit++)
            {
                var nodes = good.Nodes.ToArray();
                nodes[at] ^= 1L << bit;
                try
                {
                    Assert.Equal(700, DecisionTree.Load(good with { Nodes = nodes }).Predict(x).Length);
                }
                catch (DataException error)
                {
                    Assert.Equal("SB5042", error.Code);
                    refused++;
                }
            }
        Assert.True(refused > good.Nodes.Length * 32);
        void Refused(StoredTrees bad) => Assert.Equal("SB5042", Assert.Throws<DataException>(() => DecisionTree.Load(bad)).Code);
        Refused(good with { Counts = [good.Nodes.Length + 1] });
        Refused(good with { Counts = [-1] });
        Refused(good with { Counts = [] });
        Refused(good with { Values = good.Values[1..] });
        Refused(good with { Values = [.. good.Values, 1] });
        Refused(good with { Values = [float.NaN, .. good.Values[1..]] });
        Refused(good with { Outputs = 0 });
        Refused(good with { Features = 3 });
        Assert.Throws<DataException>(() => BoostedTrees.Load(BoostingLoss.Logistic, good));
        Assert.Throws<DataException>(() => BoostedTrees.Load(BoostingLoss.Logistic, good with { Start = [1, 2] }));
    }
}
