namespace Semblance.Numerics;

/// <summary>A node while its tree grows: the rows it holds are <c>rows[Start..End]</c>.</summary>
internal sealed class GrowNode
{
    public int Start, End, Depth;
    public long Sum;
    public Split Split;
    public GrowNode? Left, Right;

    public bool IsLeaf => Left is null;
}

/// <summary>
/// Grows trees depth first over histograms. Rows of a node lie together in one list and keep their order; of two children only the smaller is summed, the
/// larger is the parent less the smaller. Buffers live as long as the grower, so that one is used for many trees.
/// </summary>
internal sealed unsafe class TreeGrower
{
    private readonly Stack<long[]> spare = new();
    private PackedRows packed = null!;
    private int[] bins = [];
    private int[] scratch = [];
    private SplitRule rule;
    private int maxDepth;
    private long[] gradients = [];

    /// <summary>Rows of the tree grown last, node by node.</summary>
    public int[] Rows { get; private set; } = [];

    /// <summary>Grows one tree over the first <paramref name="count"/> of <see cref="Rows"/>.</summary>
    /// <param name="data">Rows and features to use.</param>
    /// <param name="pairs">Packed gradient and hessian by row number.</param>
    /// <param name="count">Rows to use.</param>
    /// <param name="splitRule">Limits of a cut.</param>
    /// <param name="depth">Most cuts on a path.</param>
    public GrowNode Grow(PackedRows data, long[] pairs, int count, SplitRule splitRule, int depth)
    {
        if (packed != data)
        {
            packed = data;
            bins = [.. data.Features.Select(data.Matrix.Bins)];
            spare.Clear();
        }
        (gradients, rule, maxDepth) = (pairs, splitRule, depth);
        var root = new GrowNode { End = count };
        for (var i = 0; i < count; i++) root.Sum += pairs[Rows[i]];
        if (depth == 0 || !MayCut(root)) return root;
        var histogram = Rent();
        Sum(root, histogram);
        Cut(root, histogram);
        return root;
    }

    /// <summary>Room for row numbers.</summary>
    public int[] Reserve(int count)
    {
        if (Rows.Length < count) (Rows, scratch) = (new int[count], new int[count]);
        return Rows;
    }

    // Owns the histogram it is given.
    private void Cut(GrowNode node, long[] histogram)
    {
        if (!Find(node, histogram))
        {
            spare.Push(histogram);
            return;
        }
        Divide(node);
        var (small, large) = node.Left!.End - node.Left.Start <= node.Right!.End - node.Right.Start ? (node.Left, node.Right) : (node.Right, node.Left);
        bool smallMay = MayCut(small), largeMay = MayCut(large);
        if (!smallMay && !largeMay)
        {
            spare.Push(histogram);
            return;
        }
        var other = Rent();
        Sum(small, other);
        if (largeMay)
            fixed (long* parent = histogram, child = other) Histogram.Subtract(parent, child, packed.Width * Histogram.Stride);
        if (smallMay) Cut(small, other);
        else spare.Push(other);
        if (largeMay) Cut(large, histogram);
        else spare.Push(histogram);
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
        if (best.Shift == 1 && histogram[best.Feature * Histogram.Stride] == 0 && 2 * PackedSum.Hessian(best.Left) > (ulong)PackedSum.Hessian(node.Sum))
            (best.Shift, best.Threshold) = (0, (byte)(best.Threshold + 1));
        best.Score -= whole;
        node.Split = best;
        return true;
    }

    private void Sum(GrowNode node, long[] histogram)
    {
        Array.Clear(histogram);
        fixed (byte* codes = packed.Bytes)
        fixed (int* rows = Rows)
        fixed (long* pairs = gradients, slots = histogram)
            Histogram.Add(codes, packed.Width, 0, packed.Width, rows + node.Start, node.End - node.Start, pairs, slots);
    }

    private void Divide(GrowNode node)
    {
        var split = node.Split;
        var column = packed.Matrix.Codes(packed.Features[split.Feature]);
        int left = 0, right = 0, threshold = split.Threshold, shift = split.Shift, count = node.End - node.Start;
        fixed (byte* codes = column)
        fixed (int* all = Rows, aside = scratch)
        {
            int* rows = all + node.Start, spill = aside + node.Start;
            for (var i = 0; i < count; i++)
            {
                var row = rows[i];
                var goesLeft = (byte)(codes[row] - shift) <= threshold ? 1 : 0;
                rows[left] = row;
                spill[right] = row;
                left += goesLeft;
                right += 1 - goesLeft;
            }
            new Span<int>(spill, right).CopyTo(new Span<int>(rows + left, right));
        }
        node.Left = new GrowNode { Start = node.Start, End = node.Start + left, Depth = node.Depth + 1, Sum = split.Left };
        node.Right = new GrowNode { Start = node.Start + left, End = node.End, Depth = node.Depth + 1, Sum = node.Sum - split.Left };
    }

    private long[] Rent() => spare.TryPop(out var buffer) ? buffer : GC.AllocateUninitializedArray<long>(packed.Width * Histogram.Stride);
}
