using FsCheck;
using FsCheck.Fluent;
using Semblance.Numerics;

namespace Semblance.Tests.Numerics;

public sealed class TreeGrowerTests
{
    private static readonly Run Run = Run.With(11) with { Threads = 1 };

    private sealed record Sample(BinnedMatrix X, long[] Pairs);

    private static Sample Draw(ulong seed, int rows, int features, int distinct, bool gaps)
    {
        var columns = new float[features][];
        for (var f = 0; f < features; f++)
        {
            var draw = Run.With(seed).Stream($"x/{f}").Sequence();
            columns[f] = new float[rows];
            foreach (ref var v in columns[f].AsSpan()) v = gaps && draw.NextBelow(5) == 0 ? float.NaN : draw.NextBelow(distinct);
        }
        var pairs = new long[rows];
        var toss = Run.With(seed).Stream("pairs").Sequence();
        foreach (ref var pair in pairs.AsSpan()) pair = PackedSum.Of(toss.NextBelow(2001) - 1000, 1 + toss.NextBelow(300));
        return new Sample(BinnedMatrix.Build(columns, Run), pairs);
    }

    private static Gen<Sample> Samples { get; } =
        from seed in Gen.Choose(0, int.MaxValue)
        from rows in Gen.Choose(1, 400)
        from features in Gen.Choose(1, 20)
        from distinct in Gen.Choose(1, 300)
        from gaps in Gen.Elements(true, false)
        select Draw((ulong)seed, rows, features, distinct, gaps);

    // The definition, one candidate after another: every threshold, missing on either side.
    private static double BestScore(Sample s, IReadOnlyList<int> rows, SplitRule rule)
    {
        var best = double.NegativeInfinity;
        for (var f = 0; f < s.X.Features; f++)
            for (var shift = 0; shift < 2; shift++)
                for (var t = 0; t < s.X.Bins(f); t++)
                {
                    double lg = 0, lh = 0, rg = 0, rh = 0;
                    foreach (var row in rows)
                    {
                        double g = PackedSum.Gradient(s.Pairs[row]), h = PackedSum.Hessian(s.Pairs[row]);
                        if ((byte)(s.X.Column(f)[row] - shift) <= t) (lg, lh) = (lg + g, lh + h);
                        else (rg, rh) = (rg + g, rh + h);
                    }
                    if (lh >= rule.MinHessian && rh >= rule.MinHessian) best = Math.Max(best, lg * lg / (lh + rule.Lambda) + rg * rg / (rh + rule.Lambda));
                }
        return best;
    }

    private static (GrowNode Root, int[] Rows) Grow(Sample s, SplitRule rule, int depth, Run run)
    {
        var grower = new TreeGrower();
        var rows = grower.Reserve(s.X.Rows);
        for (var i = 0; i < rows.Length; i++) rows[i] = i;
        return (grower.Grow(s.X.Packed, s.Pairs, rows.Length, rule, depth, run, default), rows);
    }

    private static IEnumerable<GrowNode> Nodes(GrowNode node) => node.IsLeaf ? [node] : [node, .. Nodes(node.Left!), .. Nodes(node.Right!)];

    [Fact]
    public void Every_cut_is_the_best_by_definition() => Prop.ForAll(Samples.Where(s => s.X.Rows < 60 && s.X.Features < 5).ToArbitrary(), s =>
    {
        var rule = new SplitRule(37, 150);
        var (root, rows) = Grow(s, rule, 3, Run);
        foreach (var node in Nodes(root))
        {
            double g = PackedSum.Gradient(node.Sum), whole = g * g / (PackedSum.Hessian(node.Sum) + rule.Lambda);
            var best = BestScore(s, rows[node.Start..node.End], rule);
            var found = node.IsLeaf ? double.NaN : node.Split.Score + whole;
            if (node.IsLeaf ? node.Depth < 3 && best > whole * (1 + 1e-9) : Math.Abs(found - best) > 1e-9 * best) return false;
        }
        return true;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    [Fact]
    public void Subtracted_histograms_equal_summed_ones() => Prop.ForAll(Samples.ToArbitrary(), s =>
    {
        var (root, rows) = Grow(s, new SplitRule(1, 1), 5, Run);
        // Every node's own rows must sum to what subtraction left: a wrong histogram gives a wrong left sum somewhere below.
        return Nodes(root).All(node => node.Sum == rows[node.Start..node.End].Sum(row => s.Pairs[row]));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public unsafe void Histograms_hold_the_sums_of_their_bins() => Prop.ForAll(Samples.ToArbitrary(), s =>
    {
        var width = s.X.Features;
        var slots = new long[width * Histogram.Stride];
        var rows = Enumerable.Range(0, s.X.Rows).Where(i => i % 3 != 1).ToArray();
        fixed (byte* codes = s.X.Packed.Bytes)
        fixed (int* numbers = rows)
        fixed (long* pairs = s.Pairs, to = slots)
            Histogram.Add(codes, width, 0, width, numbers, rows.Length, pairs, to);
        var plain = new long[slots.Length];
        foreach (var row in rows)
            for (var f = 0; f < width; f++) plain[f * Histogram.Stride + s.X.Column(f)[row]] += s.Pairs[row];
        return slots.AsSpan().SequenceEqual(plain);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Two_threads_grow_the_same_tree()
    {
        var s = Draw(5, 40_000, 19, 200, true);
        var rule = new SplitRule(50, 500);
        string Describe(Run run)
        {
            var (root, rows) = Grow(s, rule, 7, run);
            return string.Join('\n', Nodes(root).Select(n => $"{n.Start} {n.End} {n.Sum} {n.IsLeaf} {n.Split.Feature} {n.Split.Threshold} {n.Split.Shift}")) + string.Join(',', rows);
        }
        Assert.Equal(Describe(Run), Describe(Run with { Threads = 2 }));
        Assert.Equal(Describe(Run), Describe(Run with { Threads = 5 }));
    }

    [Fact]
    public void Sums_of_quanta_never_overflow() => Prop.ForAll(Gen.Choose(1, 200_000).ToArbitrary(), Gen.Choose(-30, 30).ToArbitrary(), (rows, power) =>
    {
        var gradients = new float[rows];
        var hessians = new float[rows];
        gradients.AsSpan().Fill((float)Math.ScaleB(0.7, power));
        hessians.AsSpan().Fill(0.3f);
        gradients[0] *= 1000;
        double sumG = 0, sumH = 0;
        for (var i = 0; i < rows; i++) (sumG, sumH) = (sumG + gradients[i], sumH + hessians[i]);
        var pairs = new long[rows];
        var scale = GradientScale.For(sumG, sumH);
        scale.Quantise(gradients, hessians, pairs);
        var sum = pairs.Sum();
        return Math.Abs(PackedSum.Gradient(sum) / scale.Gradient - sumG) < 1e-3 * sumG && Math.Abs(PackedSum.Hessian(sum) / scale.Hessian - sumH) < 1e-3 * sumH;
    }).QuickCheckThrowOnFailure();
}
