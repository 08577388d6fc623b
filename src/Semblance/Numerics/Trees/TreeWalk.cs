using System.Buffers;
using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>Sends blocks of rows through trees.</summary>
internal static unsafe class TreeWalk
{
    // Codes of a block and one tree fit the first cache together.
    private const int BlockRows = 256;

    // Eight rows walk side by side and hide each other's waiting for memory. All take as many steps as the slowest needs; in deep trees one looks now and then whether all have arrived.
    private const int StepsBetweenLooks = 6;

    /// <summary>What to do with the leaves: <paramref name="first"/> is the place of the block's first row in the order asked for.</summary>
    public delegate void Visit(int tree, int first, ReadOnlySpan<int> leaves);

    /// <summary>Walks rows through all trees, block by block, on the run's threads. A block sees its trees in order.</summary>
    /// <param name="trees">The trees.</param>
    /// <param name="x">Codes.</param>
    /// <param name="rows">Rows, null for all.</param>
    /// <param name="run">Gives the threads; null for the calling one alone.</param>
    /// <param name="ct">Cancels between blocks.</param>
    /// <param name="visit">Receives the leaves.</param>
    public static void Leaves(ReadOnlyMemory<TreeArrays> trees, BinnedMatrix x, int[]? rows, Run? run, CancellationToken ct, Visit visit)
    {
        var count = rows?.Length ?? x.Rows;
        var width = 2 * x.Features;
        var pool = ArrayPool<byte>.Shared;
        if (run is null || count < 4 * BlockRows) run = (run ?? Run.With(0)) with { Threads = 1 };
        Blocks.ForRange(count, BlockRows, run, ct, (from, to) =>
        {
            var codes = pool.Rent(Math.Max(1, BlockRows * width));
            Span<int> leaves = stackalloc int[to - from];
            Gather(x, rows, from, to - from, codes);
            for (var t = 0; t < trees.Length; t++)
            {
                Walk(trees.Span[t], codes, width, leaves);
                visit(t, from, leaves);
            }
            pool.Return(codes);
        });
    }

    // Rows side by side: all codes, then all codes less one.
    private static void Gather(BinnedMatrix x, int[]? rows, int from, int count, byte[] codes)
    {
        int features = x.Features, width = 2 * features;
        for (var f = 0; f < features; f++)
        {
            var column = x.Codes(f);
            for (int i = 0, at = f; i < count; i++, at += width)
            {
                var code = column[rows is null ? from + i : rows[from + i]];
                codes[at] = code;
                codes[at + features] = (byte)(code - 1);
            }
        }
    }

    private static void Walk(TreeArrays tree, byte[] rowCodes, int width, Span<int> leaves)
    {
        fixed (byte* all = rowCodes)
        fixed (TreeNode* nodes = tree.Nodes)
        fixed (int* to = leaves)
        {
            var i = 0;
            for (; i <= leaves.Length - 8; i += 8)
            {
                byte* c0 = all + i * width, c1 = c0 + width, c2 = c1 + width, c3 = c2 + width, c4 = c3 + width, c5 = c4 + width, c6 = c5 + width, c7 = c6 + width;
                int a0 = 0, a1 = 0, a2 = 0, a3 = 0, a4 = 0, a5 = 0, a6 = 0, a7 = 0;
                for (var left = tree.Depth; left > 0; left -= StepsBetweenLooks)
                {
                    if (left < tree.Depth && AtLeaf(nodes, a0) & AtLeaf(nodes, a1) & AtLeaf(nodes, a2) & AtLeaf(nodes, a3)
                        & AtLeaf(nodes, a4) & AtLeaf(nodes, a5) & AtLeaf(nodes, a6) & AtLeaf(nodes, a7)) break;
                    for (var step = Math.Min(left, StepsBetweenLooks); step > 0; step--)
                    {
                        a0 = Next(nodes, a0, c0);
                        a1 = Next(nodes, a1, c1);
                        a2 = Next(nodes, a2, c2);
                        a3 = Next(nodes, a3, c3);
                        a4 = Next(nodes, a4, c4);
                        a5 = Next(nodes, a5, c5);
                        a6 = Next(nodes, a6, c6);
                        a7 = Next(nodes, a7, c7);
                    }
                }
                (to[i], to[i + 1], to[i + 2], to[i + 3], to[i + 4], to[i + 5], to[i + 6], to[i + 7]) = (a0, a1, a2, a3, a4, a5, a6, a7);
            }
            for (; i < leaves.Length; i++)
            {
                var codes = all + i * width;
                int at = 0, next;
                while ((next = Next(nodes, at, codes)) != at) at = next;
                to[i] = at;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Next(TreeNode* nodes, int at, byte* codes)
    {
        var node = nodes + at;
        return node->Left - ((node->Threshold - codes[node->Place]) >> 31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AtLeaf(TreeNode* nodes, int at) => nodes[at].Left == at;
}
