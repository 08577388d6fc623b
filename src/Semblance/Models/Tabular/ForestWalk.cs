using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Semblance.Models;

/// <summary>
/// Walks rows of a block down the trees of a <see cref="ConditionalForest"/>, many at once: rows of one tree together, and all of them one step after
/// another, so that memory answers for many rows at once. A node is eight bytes, and a leaf leads to itself: whether a row has arrived is asked after every few steps only.
/// </summary>
internal sealed unsafe class ForestWalk
{
    /// <summary>Steps between two looks whether a row has arrived.</summary>
    private const int Steps = 4;

    private const int FeatureBits = 15;

    private readonly ulong[] nodes; // from the low bits: left child (right = left + 1) 32, feature 15, cut or mask 16, whether it is a mask 1
    private readonly ulong[] masks; // four words each: bins that go left

    /// <param name="features">Feature of each node, with <see cref="ConditionalForest.ByMask"/>; <see cref="ConditionalForest.Leaf"/> for a leaf.</param>
    /// <param name="cuts">Greatest bin that goes left; or index of a mask.</param>
    /// <param name="nexts">Left child.</param>
    /// <param name="masks">Masks, four words each.</param>
    public ForestWalk(ushort[] features, ushort[] cuts, int[] nexts, ulong[] masks)
    {
        this.masks = masks;
        nodes = new ulong[features.Length];
        for (var node = 0; node < nodes.Length; node++)
        {
            var isLeaf = features[node] == ConditionalForest.Leaf;
            var byMask = !isLeaf && (features[node] & ConditionalForest.ByMask) != 0;
            var feature = isLeaf ? 0 : features[node] & ~ConditionalForest.ByMask;
            var code = byMask ? 1UL << 16 | cuts[node] : isLeaf ? 255u : cuts[node];
            nodes[node] = code << 32 + FeatureBits | (ulong)(uint)feature << 32 | (uint)(isLeaf ? node : nexts[node]);
        }
    }

    /// <summary>Finds the leaves of some rows in one tree.</summary>
    /// <param name="root">Root of the tree.</param>
    /// <param name="bins">Bins of the block.</param>
    /// <param name="rows">Rows to walk; overwritten.</param>
    /// <param name="at">As many numbers of scratch.</param>
    /// <param name="leaves">Gets the node of each row's leaf, by row of the block.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Find(int root, BlockBins bins, Span<int> rows, Span<int> at, Span<int> leaves)
    {
        nint width = bins.Width;
        fixed (ulong* node = nodes, mask = masks)
        fixed (byte* wide = bins.Wide)
        fixed (int* row = rows, place = at, leaf = leaves)
        {
            var left = rows.Length;
            for (var i = 0; i < left; i++) place[i] = root;
            while (left > 0)
            {
                for (var step = 0; step < Steps; step++)
                    for (var i = 0; i < left; i++)
                    {
                        var here = node[place[i]];
                        int bin = wide[row[i] * width + (nint)(here >> 32 & (1 << FeatureBits) - 1)];
                        var code = (int)(here >> 32 + FeatureBits) & 0xFFFF;
                        var goesLeft = (long)here < 0 ? (int)(mask[(nint)code * 4 + (bin >> 6)] >> bin & 1) : bin <= code ? 1 : 0;
                        var to = (int)here + 1 - goesLeft;
                        place[i] = to;
                        // it will be here when the other rows have made their step
                        if (Sse.IsSupported) Sse.Prefetch0(node + to);
                    }
                var kept = 0;
                for (var i = 0; i < left; i++)
                {
                    var (own, to) = (row[i], place[i]);
                    leaf[own] = to;
                    (row[kept], place[kept]) = (own, to);
                    kept += (int)node[to] == to ? 0 : 1;
                }
                left = kept;
            }
        }
    }
}
