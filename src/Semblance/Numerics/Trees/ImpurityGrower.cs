using System.Numerics;

namespace Semblance.Numerics;

/// <summary>
/// Grows a single tree or a tree of a forest. Each feature of a node is summed by itself, because a forest looks at other features in every node, so that
/// no child's histogram could be had by subtraction.
/// </summary>
internal sealed unsafe class ImpurityGrower(BinnedMatrix x, TreeTargets targets, TreeSettings settings)
{
    // A whole histogram is scanned eight bins at a time, single bins one by one.
    private const int SparseFactor = 4;

    private readonly int[] features = [.. Enumerable.Range(0, x.Features)];
    private readonly int[] drawn = [.. Enumerable.Range(0, x.Features)];
    private readonly GiniScan gini = new(targets.Classes);
    private readonly SplitRule rule = new(0, settings.MinLeaf);
    private readonly long[] slots = new long[Histogram.Stride]; // all 0 between features
    private int[] rows = [], scratch = [];

    public DecisionTree Grow(ReadOnlySpan<int> of, RandomSequence random, CancellationToken ct)
    {
        (rows, scratch) = (of.ToArray(), new int[of.Length]);
        features.CopyTo(drawn, 0);
        var root = new GrowNode { End = rows.Length, Sum = SumOf(0, rows.Length) };
        var rootImpurity = Impurity(root, WholeScore(root));
        var open = new Stack<GrowNode>();
        open.Push(root);
        while (open.TryPop(out var node))
        {
            ct.ThrowIfCancellationRequested();
            if (node.Depth >= settings.Depth || node.End - node.Start < 2 * settings.MinLeaf) continue;
            var whole = WholeScore(node);
            if (Impurity(node, whole) <= 0 || !Find(node, whole, rootImpurity, ref random)) continue;
            Divide(node);
            open.Push(node.Right!);
            open.Push(node.Left!);
        }
        return Finish(root);
    }

    private bool Find(GrowNode node, double whole, double rootImpurity, ref RandomSequence random)
    {
        var best = new Split { Feature = -1, Score = whole + Math.Max(1e-10 * Math.Abs(whole), settings.MinGain * rootImpurity) };
        var tries = settings.Features == 0 ? features.Length : Math.Min(settings.Features, features.Length);
        for (var i = 0; i < features.Length && (i < tries || best.Feature < 0); i++)
        {
            if (tries < features.Length)
            {
                var j = i + random.NextBelow(features.Length - i);
                (drawn[i], drawn[j]) = (drawn[j], drawn[i]);
            }
            Try(node, drawn[i], ref best);
        }
        if (best.Feature < 0) return false;
        best.Score -= whole;
        node.Split = best;
        return true;
    }

    private void Try(GrowNode node, int feature, ref Split best)
    {
        var column = x.Codes(feature);
        if (targets.Pairs is null)
        {
            gini.Try(column, rows.AsSpan(node.Start, node.End - node.Start), x.Bins(feature), feature, settings.MinLeaf, ref best);
            return;
        }
        var bins = x.Bins(feature);
        var pairs = targets.Pairs;
        var own = rows.AsSpan(node.Start, node.End - node.Start);
        var before = best;
        long missing;
        fixed (long* sums = slots)
        {
            if (own.Length < bins / SparseFactor) missing = TrySparse(column, own, pairs, sums, feature, node.Sum, ref best);
            else
            {
                foreach (var row in own) sums[column[row]] += pairs[row];
                missing = sums[0];
                SplitSearch.Try(sums, bins, feature, node.Sum, rule, ref best);
                new Span<long>(sums, bins).Clear();
            }
        }
        if ((best.Feature == before.Feature && best.Score == before.Score) || missing != 0) return;
        // No missing row here to learn from: those met later go with the larger side.
        if (best.Shift == 1 && 2 * PackedSum.Hessian(best.Left) > PackedSum.Hessian(node.Sum)) (best.Shift, best.Threshold) = (0, (byte)(best.Threshold + 1));
    }

    // Few rows in many bins: only bins that hold rows are summed, visited and cleared. The same cuts as by the whole histogram.
    private long TrySparse(byte[] column, ReadOnlySpan<int> own, long[] pairs, long* sums, int feature, long total, ref Split best)
    {
        var occupied = stackalloc ulong[4] { 0, 0, 0, 0 };
        foreach (var row in own)
        {
            var code = column[row];
            sums[code] += pairs[row];
            occupied[code >> 6] |= 1UL << code;
        }
        var missing = sums[0];
        for (var shift = 1; shift >= 0; shift--)
        {
            if (shift == 0 && missing == 0) break;
            var left = 0L;
            for (var word = 0; word < 4; word++)
                for (var bits = occupied[word]; bits != 0; bits &= bits - 1)
                {
                    var bin = word * 64 + BitOperations.TrailingZeroCount(bits);
                    if (bin < shift) continue;
                    left += sums[bin];
                    double leftH = PackedSum.Hessian(left), rightH = PackedSum.Hessian(total) - leftH;
                    if (leftH < rule.MinHessian || rightH < rule.MinHessian) continue;
                    double leftG = PackedSum.Gradient(left), rightG = PackedSum.Gradient(total) - leftG;
                    var score = (leftG * leftG * rightH + rightG * rightG * leftH) / (leftH * rightH);
                    if (score > best.Score) best = new Split { Feature = feature, Score = score, Shift = (byte)shift, Threshold = (byte)(bin - shift), Left = left };
                }
        }
        foreach (var row in own) sums[column[row]] = 0;
        return missing;
    }

    private void Divide(GrowNode node)
    {
        var column = x.Codes(node.Split.Feature);
        int left = node.Start, right = 0, shift = node.Split.Shift, threshold = node.Split.Threshold;
        for (var i = node.Start; i < node.End; i++)
        {
            var row = rows[i];
            var goesLeft = (byte)(column[row] - shift) <= threshold ? 1 : 0;
            rows[left] = row;
            scratch[right] = row;
            left += goesLeft;
            right += 1 - goesLeft;
        }
        scratch.AsSpan(0, right).CopyTo(rows.AsSpan(left));
        node.Left = new GrowNode { Start = node.Start, End = left, Depth = node.Depth + 1, Sum = SumOf(node.Start, left) };
        node.Right = new GrowNode { Start = left, End = node.End, Depth = node.Depth + 1, Sum = SumOf(left, node.End) };
    }

    private long SumOf(int start, int end)
    {
        var sum = 0L;
        if (targets.Pairs is { } pairs)
            for (var i = start; i < end; i++) sum += pairs[rows[i]];
        return sum;
    }

    // Sum of squared class counts, or squared sum of targets, over the rows: what a cut must beat.
    private double WholeScore(GrowNode node)
    {
        if (targets.Pairs is null) return gini.Take(rows.AsSpan(node.Start, node.End - node.Start), targets.ClassOf!);
        double g = PackedSum.Gradient(node.Sum);
        return g * g / (node.End - node.Start);
    }

    // In the units of the score: rows less the score for classes; for values the sum of squares would do as well, but the spread about the mean is what counts.
    private double Impurity(GrowNode node, double whole)
    {
        if (targets.Pairs is not { } pairs) return node.End - node.Start - whole;
        var squares = 0.0;
        for (var i = node.Start; i < node.End; i++)
        {
            double g = PackedSum.Gradient(pairs[rows[i]]);
            squares += g * g;
        }
        return squares - whole is var spread && spread > 1e-12 * squares ? spread : 0;
    }

    private DecisionTree Finish(GrowNode root)
    {
        var tree = TreeArrays.From(root, features, x.Features, _ => 0, 1);
        var leaves = new List<GrowNode>();
        TreeArrays.Visit(root, node =>
        {
            if (node.IsLeaf) leaves.Add(node);
        });
        var outputs = targets.Outputs;
        var values = new float[leaves.Count * outputs];
        for (var i = 0; i < leaves.Count; i++)
        {
            var (leaf, count) = (leaves[i], leaves[i].End - leaves[i].Start);
            var value = values.AsSpan(i * outputs, outputs);
            if (targets.Classes == 0) value[0] = (float)(targets.Mean + PackedSum.Gradient(leaf.Sum) / targets.Scale / count);
            else if (targets.Classes == 1) value[0] = 1;
            else if (targets.Classes == 2) (value[0], value[1]) = ((float)(count - PackedSum.Gradient(leaf.Sum)) / count, (float)PackedSum.Gradient(leaf.Sum) / count);
            else
            {
                for (var r = leaf.Start; r < leaf.End; r++) value[targets.ClassOf![rows[r]]]++;
                foreach (ref var share in value) share /= count;
            }
        }
        var gains = new double[x.Features];
        tree.AddGains(gains);
        return new DecisionTree(tree, values, outputs, Shares(gains));
    }

    internal static double[] Shares(double[] gains)
    {
        var total = 0.0;
        foreach (var gain in gains) total += gain;
        var shares = new double[gains.Length];
        if (total > 0)
            for (var f = 0; f < gains.Length; f++) shares[f] = gains[f] / total;
        return shares;
    }
}
