using System.Runtime.InteropServices;

namespace Semblance.Numerics;

/// <summary>A node as prediction reads it, 8 bytes. The right child lies behind the left one. A leaf leads back to itself, so that all rows may take the same number of steps.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct TreeNode
{
    public int Left;

    /// <summary>Place of the code to look at among the codes of a row and the same codes less one; the latter send missing (0) right, as 255.</summary>
    public ushort Place;
    public byte Threshold;
    public byte Unused;
}

/// <summary>A fitted tree in breadth-first arrays.</summary>
internal sealed class TreeArrays
{
    private readonly int features;
    private readonly (int Feature, double Gain)[] gains;

    public TreeArrays(TreeNode[] nodes, float[] values, (int, double)[] gains, int depth, int features) =>
        (Nodes, Values, this.gains, Depth, this.features) = (nodes, values, gains, depth, features);

    public TreeNode[] Nodes { get; }

    /// <summary>What each node says (the first number, where it says several); only leaves are asked.</summary>
    public float[] Values { get; }

    /// <summary>Cuts on the longest path.</summary>
    public int Depth { get; }

    /// <summary>Lays out a grown tree.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="features">Matrix features behind the packed ones.</param>
    /// <param name="width">Features of the matrix.</param>
    /// <param name="value">Value of a node; asked breadth first. The number it is given is the node's place.</param>
    /// <param name="gainScale">Quantised units of gain to true ones.</param>
    public static TreeArrays From(GrowNode root, int[] features, int width, Func<GrowNode, float> value, double gainScale)
    {
        var order = new List<GrowNode>();
        Visit(root, order.Add);
        var nodes = new TreeNode[order.Count];
        var values = new float[order.Count];
        var gains = new (int, double)[order.Count / 2];
        int next = 1, cuts = 0, depth = 0;
        for (var i = 0; i < order.Count; i++)
        {
            var node = order[i];
            node.Number = i;
            values[i] = value(node);
            depth = Math.Max(depth, node.Depth);
            if (node.IsLeaf)
            {
                nodes[i] = new TreeNode { Left = i, Threshold = 255 };
                continue;
            }
            var feature = features[node.Split.Feature];
            gains[cuts++] = (feature, node.Split.Score * gainScale);
            nodes[i] = new TreeNode { Left = next, Place = (ushort)(feature + node.Split.Shift * width), Threshold = node.Split.Threshold };
            next += 2;
        }
        return new TreeArrays(nodes, values, gains, depth, width);
    }

    /// <summary>Visits the nodes of a grown tree breadth first.</summary>
    public static void Visit(GrowNode root, Action<GrowNode> visit)
    {
        var open = new Queue<GrowNode>([root]);
        while (open.TryDequeue(out var node))
        {
            visit(node);
            if (node.IsLeaf) continue;
            open.Enqueue(node.Left!);
            open.Enqueue(node.Right!);
        }
    }

    /// <summary>Adds each cut's gain under its feature.</summary>
    public void AddGains(double[] sums)
    {
        foreach (var (feature, gain) in gains) sums[feature] += gain;
    }

    /// <summary>The leaf of a row given as codes by feature.</summary>
    public int Leaf(ReadOnlySpan<byte> codes)
    {
        var at = 0;
        while (true)
        {
            ref readonly var node = ref Nodes[at];
            if (node.Left == at) return at;
            var code = node.Place < features ? codes[node.Place] : (byte)(codes[node.Place - features] - 1);
            at = node.Left + (code <= node.Threshold ? 0 : 1);
        }
    }
}
