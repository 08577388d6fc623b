using FsCheck;
using FsCheck.Fluent;
using Semblance.Numerics;

namespace Semblance.Tests.Numerics;

public sealed class DecisionTreeTests
{
    private static readonly Run Run = Run.With(5) with { Threads = 1 };

    private static float[][] Columns(ulong seed, int rows, int features, int distinct, bool gaps)
    {
        var columns = new float[features][];
        for (var f = 0; f < features; f++)
        {
            var draw = Run.With(seed).Stream($"x/{f}").Sequence();
            columns[f] = new float[rows];
            foreach (ref var v in columns[f].AsSpan()) v = gaps && draw.NextBelow(6) == 0 ? float.NaN : draw.NextBelow(distinct);
        }
        return columns;
    }

    private static float[] Classes(ulong seed, int rows, int classes)
    {
        var draw = Run.With(seed).Stream("y").Sequence();
        var y = new float[rows];
        foreach (ref var v in y.AsSpan()) v = draw.NextBelow(classes);
        return y;
    }

    private static double Impurity(IEnumerable<float> labels, int classes)
    {
        var y = labels.ToArray();
        if (classes == 0) return y.Length == 0 ? 0 : y.Sum(v => (v - y.Average(z => (double)z)) * (v - y.Average(z => (double)z)));
        return y.Length - y.GroupBy(v => v).Sum(g => (double)g.Count() * g.Count()) / Math.Max(1, y.Length);
    }

    [Fact]
    public void The_first_cut_is_the_best_by_definition() => Prop.ForAll(
        (from seed in Gen.Choose(0, int.MaxValue)
         from rows in Gen.Choose(2, 60)
         from classes in Gen.Elements(0, 2, 3, 5)
         from distinct in Gen.Choose(1, 12)
         from gaps in Gen.Elements(true, false)
         select (seed, rows, classes, distinct, gaps)).ToArbitrary(), c =>
    {
        const int least = 3;
        var columns = Columns((ulong)c.seed, c.rows, 3, c.distinct, c.gaps);
        var y = Classes((ulong)c.seed, c.rows, Math.Max(c.classes, 4 - c.classes / 2 * 2));
        if (c.classes > 0)
            for (var i = 0; i < y.Length; i++) y[i] %= c.classes;
        var bins = BinnedMatrix.Build(columns, Run);
        var tree = DecisionTree.Fit(new TreeSettings { Depth = 1, MinLeaf = least }, bins, y, c.classes, [], Run);
        var whole = Impurity(y, c.classes);
        var best = whole;
        for (var f = 0; f < 3; f++)
            for (var shift = 0; shift < 2; shift++)
                for (var t = 0; t < bins.Bins(f); t++)
                {
                    var left = y.Where((_, i) => (byte)(bins.Column(f)[i] - shift) <= t).ToArray();
                    var right = y.Where((_, i) => (byte)(bins.Column(f)[i] - shift) > t).ToArray();
                    if (left.Length >= least && right.Length >= least) best = Math.Min(best, Impurity(left, c.classes) + Impurity(right, c.classes));
                }
        var leaves = tree.LeafOf(bins);
        var got = leaves.Distinct().Sum(leaf => Impurity(y.Where((_, i) => leaves[i] == leaf), c.classes));
        return Math.Abs(got - best) < 1e-5 * (1 + whole);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(7)]
    public void Leaves_hold_at_least_the_rows_asked_for_and_their_own_averages(int classes)
    {
        var columns = Columns(9, 2000, 6, 300, true);
        var y = Classes(9, 2000, classes == 0 ? 1000 : classes);
        var bins = BinnedMatrix.Build(columns, Run);
        var tree = DecisionTree.Fit(new TreeSettings { MinLeaf = 10 }, bins, y, classes, [], Run);
        var leaves = tree.LeafOf(bins);
        var predicted = tree.Predict(bins);
        Assert.True(tree.Leaves > 50);
        var k = tree.Outputs;
        Assert.Equal(Math.Max(1, classes), k);
        foreach (var group in Enumerable.Range(0, 2000).GroupBy(i => leaves[i]))
        {
            Assert.True(group.Count() >= 10);
            for (var c = 0; c < k; c++)
            {
                var mean = classes == 0 ? group.Average(i => y[i]) : group.Average(i => y[i] == c ? 1.0 : 0);
                Assert.Equal(mean, predicted[group.First() * k + c], 1e-4 * Math.Max(1, mean));
                Assert.Equal(tree.Values(group.Key)[c], predicted[group.First() * k + c]);
            }
        }
        Assert.Equal(Enumerable.Range(0, tree.Leaves), leaves.Distinct().Order());
        var codes = new byte[6];
        for (var f = 0; f < 6; f++) codes[f] = bins.Column(f)[77];
        Assert.Equal(leaves[77], tree.LeafOf(codes));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Grows_until_the_leaves_are_pure(int classes)
    {
        var columns = Columns(4, 500, 4, 200, false);
        var y = Classes(4, 500, 3);
        var bins = BinnedMatrix.Build(columns, Run);
        var tree = DecisionTree.Fit(new TreeSettings { MinLeaf = 1 }, bins, y, classes, [], Run);
        var p = tree.Predict(bins);
        for (var i = 0; i < y.Length; i++) Assert.Equal(classes == 0 ? y[i] : 1, p[classes == 0 ? i : i * 3 + (int)y[i]], 1e-5);
    }

    [Fact]
    public void Limits_hold()
    {
        var columns = Columns(2, 1000, 3, 100, false);
        var y = columns[0].Select(v => v * v).ToArray();
        var bins = BinnedMatrix.Build(columns, Run);
        Assert.Equal(1, DecisionTree.Fit(new TreeSettings { Depth = 0 }, bins, y, 0, [], Run).Leaves);
        Assert.InRange(DecisionTree.Fit(new TreeSettings { Depth = 3 }, bins, y, 0, [], Run).Leaves, 4, 8);
        Assert.InRange(DecisionTree.Fit(new TreeSettings { MinGain = 0.1 }, bins, y, 0, [], Run).Leaves, 2, 6);
        Assert.True(DecisionTree.Fit(new TreeSettings(), bins, y, 0, [], Run).Importance[0] > 0.99);
    }

    [Fact]
    public void Data_with_nothing_to_learn_give_one_leaf()
    {
        var missing = Enumerable.Repeat(float.NaN, 20).ToArray();
        var bins = BinnedMatrix.Build([missing, new float[20]], Run);
        foreach (var classes in new[] { 0, 2, 4 })
            Assert.Equal(1, DecisionTree.Fit(new TreeSettings { MinLeaf = 1 }, bins, Classes(1, 20, 2), classes, [], Run).Leaves);
        var some = BinnedMatrix.Build([Enumerable.Range(0, 20).Select(i => (float)i).ToArray()], Run);
        Assert.Equal(1, DecisionTree.Fit(new TreeSettings { MinLeaf = 1 }, some, Enumerable.Repeat(0.1f, 20).ToArray(), 0, [], Run).Leaves);
        Assert.Equal(1, DecisionTree.Fit(new TreeSettings { MinLeaf = 1 }, some, Enumerable.Repeat(3f, 20).ToArray(), 4, [], Run).Leaves);
        Assert.Equal(1, DecisionTree.Fit(new TreeSettings { MinLeaf = 1 }, some, new float[20], 1, [], Run).Leaves);
        Assert.Equal(0.1f, DecisionTree.Fit(new TreeSettings(), some, Enumerable.Repeat(0.1f, 20).ToArray(), 0, [], Run).Predict(some)[0]);
    }

    [Fact]
    public void Refuses_what_cannot_be_learnt()
    {
        var bins = BinnedMatrix.Build([[1f, 2f]], Run);
        Assert.Equal("SB3042", Assert.Throws<FitException>(() => DecisionTree.Fit(new TreeSettings(), bins, [0, 2], 2, [], Run)).Code);
        Assert.Equal("SB3042", Assert.Throws<FitException>(() => DecisionTree.Fit(new TreeSettings(), bins, [0, float.PositiveInfinity], 0, [], Run)).Code);
        Assert.Equal("SB3041", Assert.Throws<FitException>(() => DecisionTree.Fit(new TreeSettings(), BinnedMatrix.Build([[]], Run), [], 0, [], Run)).Code);
    }
}
