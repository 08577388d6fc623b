using System.Runtime.InteropServices;

namespace Semblance.Numerics;

/// <summary>A node as prediction reads it, 8 bytes. The right child lies behind the left one. A leaf leads back to itself, so that all rows may take the same number of steps.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct TreeNode
{
    public int Left;
    public ushort Feature;
    public byte Threshold;
    public byte Shift;
}

/// <summary>Fitted trees in breadth-first arrays.</summary>
internal sealed class TreeArrays
{
    public TreeNode[] Nodes = [];
    public float[] Values = [];
    public int Depth;

    /// <summary>Lays out a grown tree.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="features">Matrix features behind the packed ones; null where they are the same.</param>
    /// <param name="value">Value of a node.</param>
    /// <param name="gains">Receives each cut's gain times <paramref name="gainScale"/> under its feature.</param>
    /// <param name="gainScale">Quantised units to true ones.</param>
    public static TreeArrays From(GrowNode root, int[]? features, Func<GrowNode, float> value, double[] gains, double gainScale)
    {
        var order = new List<GrowNode> { root };
        for (var i = 0; i < order.Count; i++)
            if (!order[i].IsLeaf)
            {
                order.Add(order[i].Left!);
                order.Add(order[i].Right!);
            }
        var tree = new TreeArrays { Nodes = new TreeNode[order.Count], Values = new float[order.Count] };
        var next = 1;
        for (var i = 0; i < order.Count; i++)
        {
            var node = order[i];
            tree.Values[i] = value(node);
            tree.Depth = Math.Max(tree.Depth, node.Depth);
            if (node.IsLeaf)
            {
                tree.Nodes[i] = new TreeNode { Left = i, Threshold = 255 };
                continue;
            }
            var feature = features is null ? node.Split.Feature : features[node.Split.Feature];
            gains[feature] += node.Split.Score * gainScale;
            tree.Nodes[i] = new TreeNode { Left = next, Feature = (ushort)feature, Threshold = node.Split.Threshold, Shift = node.Split.Shift };
            next += 2;
        }
        return tree;
    }

    /// <summary>The leaf of a row given as codes by feature.</summary>
    public int Leaf(ReadOnlySpan<byte> codes)
    {
        var at = 0;
        while (true)
        {
            ref readonly var node = ref Nodes[at];
            if (node.Left == at) return at;
            at = node.Left + ((byte)(codes[node.Feature] - node.Shift) <= node.Threshold ? 0 : 1);
        }
    }

    /// <summary>The leaf's node number for each row, by its codes in the matrix; rows empty = all.</summary>
    public void Leaves(BinnedMatrix x, ReadOnlySpan<int> rows, Span<int> leaves)
    {
        for (var i = 0; i < leaves.Length; i++)
        {
            var row = rows.IsEmpty ? i : rows[i];
            var at = 0;
            while (true)
            {
                ref readonly var node = ref Nodes[at];
                if (node.Left == at) break;
                at = node.Left + ((byte)(x.Codes(node.Feature)[row] - node.Shift) <= node.Threshold ? 0 : 1);
            }
            leaves[i] = at;
        }
    }
}
