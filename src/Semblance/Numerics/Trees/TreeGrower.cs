namespace Semblance.Numerics;

/// <summary>A node while its tree grows: the rows it holds are <c>rows[Start..End]</c>.</summary>
internal sealed class GrowNode
{
    public int Start, End, Depth, Number;
    public long Sum;
    public Split Split;
    public GrowNode? Left, Right;

    public bool IsLeaf => Left is null;
}

/// <summary>
/// Grows trees depth first over histograms. Rows of a node lie together in one list and keep their order; of two children only the smaller is summed, the
/// larger is the parent less the smaller. Threads share the sums of large nodes by features and then take one subtree each; as sums are of integers, the
/// tree is the same. Buffers live as long as the grower, so that one is used for many trees.
/// </summary>
internal sealed unsafe class TreeGrower
{
    private const int ParallelRows = 8192; // smaller nodes are not worth waking a thread for

    private readonly List<Stack<long[]>> spares = [];
    private PackedRows packed = null!;
    private int[] bins = [];
    private int[] rows = [], scratch = [];
    private long[] pairs = [];
    private SplitRule rule;
    private int maxDepth;
    private Run run = null!;

    /// <summary>Room for the row numbers of the next tree.</summary>
    public int[] Reserve(int count)
    {
        if (rows.Length < count) (rows, scratch) = (new int[count], new int[count]);
        return rows;
    }

    /// <summary>Grows one tree over the first <paramref name="count"/> row numbers of <see cref="Reserve"/>, which it puts in the order of the leaves.</summary>
    /// <param name="data">Rows and features to use.</param>
    /// <param name="gradients">Packed gradient and hessian by row number.</param>
    /// <param name="count">Rows to use.</param>
    /// <param name="splitRule">Limits of a cut.</param>
    /// <param name="depth">Most cuts on a path.</param>
    /// <param name="with">Gives the threads.</param>
    /// <param name="ct">Cancels between subtrees.</param>
    public GrowNode Grow(PackedRows data, long[] gradients, int count, SplitRule splitRule, int depth, Run with, CancellationToken ct)
    {
        if (packed != data)
        {
            packed = data;
            bins = [.. data.Features.Select(data.Matrix.Bins)];
            spares.Clear();
        }
        (pairs, rule, maxDepth, run) = (gradients, splitRule, depth, count < ParallelRows ? with with { Threads = 1 } : with);
        var root = new GrowNode { End = count };
        for (var i = 0; i < count; i++) root.Sum += pairs[rows[i]];
        if (!MayCut(root)) return root;
        var histogram = Rent(Spare(0));
        Sum(root, histogram, run);
        if (run.Threads <= 1) Cut(root, histogram, Spare(0));
        else CutTogether(root, histogram, ct);
        return root;
    }

    /// <summary>Adds each leaf's value to the scores of its rows.</summary>
    public void AddToScores(GrowNode root, TreeArrays tree, float[] scores)
    {
        if (!root.IsLeaf)
        {
            AddToScores(root.Left!, tree, scores);
            AddToScores(root.Right!, tree, scores);
            return;
        }
        var value = tree.Values[root.Number];
        foreach (var row in rows.AsSpan(root.Start, root.End - root.Start)) scores[row] += value;
    }

    // The largest nodes are cut until there is a subtree or two for every thread; then each thread takes whole subtrees.
    private void CutTogether(GrowNode root, long[] histogram, CancellationToken ct)
    {
        var open = new List<(GrowNode Node, long[] Histogram)> { (root, histogram) };
        while (open.Count > 0 && open.Count < 3 * run.Threads)
        {
            var at = 0;
            for (var i = 1; i < open.Count; i++)
                if (open[i].Node.End - open[i].Node.Start > open[at].Node.End - open[at].Node.Start) at = i;
            var (node, own) = open[at];
            if (node.End - node.Start < ParallelRows) break;
            open.RemoveAt(at);
            var (small, smallHistogram, large) = CutOnce(node, own, Spare(0), run);
            if (small is not null) open.Add((small, smallHistogram!));
            if (large is not null) open.Add((large, own));
        }
        open.Sort((a, b) => (b.Node.End - b.Node.Start).CompareTo(a.Node.End - a.Node.Start)); // the largest first, so that no thread ends with it alone
        for (var i = 0; i < open.Count; i++) Spare(i);
        Blocks.For(open.Count, run, ct, i => Cut(open[i].Node, open[i].Histogram, spares[i]));
    }

    // Owns the histogram it is given.
    private void Cut(GrowNode node, long[] histogram, Stack<long[]> spare)
    {
        var (small, smallHistogram, large) = CutOnce(node, histogram, spare, null);
        if (small is not null) Cut(small, smallHistogram!, spare);
        if (large is not null) Cut(large, histogram, spare);
    }

    // Children that may be cut further come back with their histograms; the larger one takes over its parent's.
    private (GrowNode? Small, long[]? SmallHistogram, GrowNode? Large) CutOnce(GrowNode node, long[] histogram, Stack<long[]> spare, Run? together)
    {
        if (!Find(node, histogram))
        {
            spare.Push(histogram);
            return default;
        }
        Divide(node);
        var (small, large) = node.Left!.End - node.Left.Start <= node.Right!.End - node.Right.Start ? (node.Left, node.Right) : (node.Right, node.Left);
        bool smallMay = MayCut(small), largeMay = MayCut(large);
        if (!smallMay && !largeMay)
        {
            spare.Push(histogram);
            return default;
        }
        var other = Rent(spare);
        Sum(small, other, together);
        if (largeMay)
            fixed (long* parent = histogram, child = other) Histogram.Subtract(parent, child, packed.Width * Histogram.Stride);
        else spare.Push(histogram);
        if (!smallMay) spare.Push(other);
        return (smallMay ? small : null, other, largeMay ? large : null);
    }

    private bool MayCut(GrowNode node) => node.Depth < maxDepth && node.End - node.Start >= 2 && PackedSum.Hessian(node.Sum) >= 2 * rule.MinHessian;

    private bool Find(GrowNode node, long[] histogram)
    {
        double g = PackedSum.Gradient(node.Sum), whole = g * g / (PackedSum.Hessian(node.Sum) + rule.Lambda);
        var best = new Split { Feature = -1, Score = whole * (1 + 1e-10) };
        fixed (long* slots = histogram)
            for (var f = 0; f < bins.Length; f++)
                SplitSearch.Try(slots + f * Histogram.Stride, bins[f], f, node.Sum, rule, ref best);
        if (best.Feature < 0) return false;
        // No missing row here to learn from: those met later go with the heavier side.
        if (best.Shift == 1 && histogram[best.Feature * Histogram.Stride] == 0 && 2 * (ulong)PackedSum.Hessian(best.Left) > PackedSum.Hessian(node.Sum))
            (best.Shift, best.Threshold) = (0, (byte)(best.Threshold + 1));
        best.Score -= whole;
        node.Split = best;
        return true;
    }

    private void Sum(GrowNode node, long[] histogram, Run? together)
    {
        const int group = 8;
        if (together is null || together.Threads <= 1 || packed.Width <= group || node.End - node.Start < ParallelRows)
            SumFeatures(node, histogram, 0, packed.Width);
        else
        {
            var share = (packed.Width + together.Threads * group - 1) / (together.Threads * group) * group;
            Blocks.ForRange(packed.Width, share, together, default, (from, to) => SumFeatures(node, histogram, from, to));
        }
    }

    private void SumFeatures(GrowNode node, long[] histogram, int from, int to)
    {
        Array.Clear(histogram, from * Histogram.Stride, (to - from) * Histogram.Stride);
        fixed (byte* codes = packed.Bytes)
        fixed (int* numbers = rows)
        fixed (long* gradients = pairs, slots = histogram)
            Histogram.Add(codes, packed.Width, from, to, numbers + node.Start, node.End - node.Start, gradients, slots);
    }

    private void Divide(GrowNode node)
    {
        var split = node.Split;
        int left = 0, right = 0, threshold = split.Threshold, shift = split.Shift, count = node.End - node.Start;
        fixed (byte* codes = packed.Matrix.Codes(packed.Features[split.Feature]))
        fixed (int* all = rows, aside = scratch)
        {
            int* own = all + node.Start, spill = aside + node.Start;
            for (var i = 0; i < count; i++)
            {
                var row = own[i];
                var goesRight = (threshold - (byte)(codes[row] - shift)) >>> 31;
                own[left] = row;
                spill[right] = row;
                left += 1 - goesRight;
                right += goesRight;
            }
            new Span<int>(spill, right).CopyTo(new Span<int>(own + left, right));
        }
        node.Left = new GrowNode { Start = node.Start, End = node.Start + left, Depth = node.Depth + 1, Sum = split.Left };
        node.Right = new GrowNode { Start = node.Start + left, End = node.End, Depth = node.Depth + 1, Sum = node.Sum - split.Left };
    }

    private Stack<long[]> Spare(int lane)
    {
        while (spares.Count <= lane) spares.Add(new Stack<long[]>());
        return spares[lane];
    }

    private long[] Rent(Stack<long[]> spare) => spare.TryPop(out var buffer) ? buffer : GC.AllocateUninitializedArray<long>(packed.Width * Histogram.Stride);
}
