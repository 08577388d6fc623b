namespace Semblance.Numerics;

/// <summary>
/// Grows a single tree or a tree of a forest. Each feature of a node is summed by itself, because a forest looks at other features in every node, so that
/// no child's histogram could be had by subtraction.
/// </summary>
internal sealed unsafe class ImpurityGrower(BinnedMatrix x, TreeTargets targets, TreeSettings settings)
{
    private readonly int[] features = [.. Enumerable.Range(0, x.Features)];
    private readonly int[] drawn = [.. Enumerable.Range(0, x.Features)];
    private readonly GiniScan gini = new(targets.Classes);
    private readonly SplitRule rule = new(0, settings.MinLeaf);
    private int[] rows = [], scratch = [];

    public DecisionTree Grow(ReadOnlySpan<int> of, RandomSequence random, CancellationToken ct)
    {
        (rows, scratch) = (of.ToArray(), new int[of.Length]);
        features.CopyTo(drawn, 0);
        var root = new GrowNode { End = rows.Length, Sum = SumOf(0, rows.Length) };
        var rootImpurity = Impurity(root);
        var open = new Stack<GrowNode>();
        open.Push(root);
        while (open.TryPop(out var node))
        {
            ct.ThrowIfCancellationRequested();
            if (node.Depth >= settings.Depth || node.End - node.Start < 2 * settings.MinLeaf || Impurity(node) <= 0) continue;
            if (!Find(node, rootImpurity, ref random)) continue;
            Divide(node);
            open.Push(node.Right!);
            open.Push(node.Left!);
        }
        return Finish(root);
    }

    private bool Find(GrowNode node, double rootImpurity, ref RandomSequence random)
    {
        var whole = WholeScore(node);
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
            gini.Try(column, rows.AsSpan(node.Start, node.End - node.Start), targets.ClassOf!, x.Bins(feature), feature, settings.MinLeaf, ref best);
            return;
        }
        var slots = stackalloc long[256];
        new Span<long>(slots, x.Bins(feature)).Clear();
        var pairs = targets.Pairs;
        for (var i = node.Start; i < node.End; i++) slots[column[rows[i]]] += pairs[rows[i]];
        var before = best.Feature;
        SplitSearch.Try(slots, x.Bins(feature), feature, node.Sum, rule, ref best);
        if (best.Feature == before || slots[0] != 0) return;
        // No missing row here to learn from: those met later go with the larger side.
        if (best.Shift == 1 && 2 * PackedSum.Hessian(best.Left) > PackedSum.Hessian(node.Sum)) (best.Shift, best.Threshold) = (0, (byte)(best.Threshold + 1));
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
        if (targets.Pairs is null) return gini.Whole(rows.AsSpan(node.Start, node.End - node.Start), targets.ClassOf!);
        double g = PackedSum.Gradient(node.Sum);
        return g * g / (node.End - node.Start);
    }

    // In the units of the score: rows less the score for classes; for values the sum of squares would do as well, but the spread about the mean is what counts.
    private double Impurity(GrowNode node)
    {
        if (targets.Pairs is not { } pairs) return node.End - node.Start - WholeScore(node);
        var squares = 0.0;
        for (var i = node.Start; i < node.End; i++)
        {
            double g = PackedSum.Gradient(pairs[rows[i]]);
            squares += g * g;
        }
        return squares - WholeScore(node) is var spread && spread > 1e-12 * squares ? spread : 0;
    }

    private DecisionTree Finish(GrowNode root)
    {
        var tree = TreeArrays.From(root, features, x.Features, _ => 0, 1);
        var leaves = new List<GrowNode>();
        var numbers = new int[tree.Nodes.Length];
        Number(root);
        void Number(GrowNode node)
        {
            numbers[node.Number] = node.IsLeaf ? leaves.Count : -1;
            if (node.IsLeaf) leaves.Add(node);
            else
            {
                Number(node.Left!);
                Number(node.Right!);
            }
        }
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
        return new DecisionTree(tree, numbers, values, outputs, Shares(gains));
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
