namespace Semblance.Numerics;

/// <summary>
/// Fitted trees as plain arrays, for a model file. The edges of the bins are stored beside them (<see cref="BinEdges"/>).
/// Reading checks everything: whatever the arrays hold, no walk leaves its tree or fails to end.
/// </summary>
public sealed record StoredTrees
{
    /// <summary>Features of the matrix they were fitted on.</summary>
    public required int Features { get; init; }

    /// <summary>Numbers a leaf holds.</summary>
    public required int Outputs { get; init; }

    /// <summary>Nodes of each tree.</summary>
    public required int[] Counts { get; init; }

    /// <summary>
    /// Nodes, tree after tree, each breadth first. Bits 0-31: the left child, behind which lies the right one, or the node itself for a leaf; 32-47: feature,
    /// plus <see cref="Features"/> where missing values go right; 48-55: threshold.
    /// </summary>
    public required long[] Nodes { get; init; }

    /// <summary><see cref="Outputs"/> numbers for each leaf, in the order of the nodes.</summary>
    public required float[] Values { get; init; }

    /// <summary>Scores before the first tree; empty where there are none.</summary>
    public float[] Start { get; init; } = [];

    /// <summary>Share of the gain per feature.</summary>
    public required double[] Importance { get; init; }

    internal static StoredTrees Of(IReadOnlyList<TreeArrays> trees, Func<int, int, ReadOnlySpan<float>> leafValues, int outputs, double[] importance)
    {
        var nodes = new List<long>();
        var values = new List<float>();
        for (var t = 0; t < trees.Count; t++)
        {
            var leaves = 0;
            for (var i = 0; i < trees[t].Nodes.Length; i++)
            {
                var node = trees[t].Nodes[i];
                nodes.Add((long)node.Threshold << 48 | (long)node.Place << 32 | (uint)node.Left);
                if (node.Left == i) values.AddRange(leafValues(t, leaves++));
            }
        }
        return new StoredTrees
        {
            Features = importance.Length, Outputs = outputs, Counts = [.. trees.Select(t => t.Nodes.Length)], Nodes = [.. nodes], Values = [.. values], Importance = [.. importance],
        };
    }

    /// <summary>Trees and where the values of each begin.</summary>
    internal (TreeArrays[] Trees, int[] FirstValues) Read()
    {
        var trees = new TreeArrays[Counts.Length];
        var firstValues = new int[Counts.Length];
        if (Features < 0 || Features > TreeTargets.MaxFeatures || Outputs < 1 || Importance.Length != Features) throw Damaged("its sizes do not fit each other");
        int from = 0, value = 0;
        for (var t = 0; t < trees.Length; t++)
        {
            if (Counts[t] < 1 || Counts[t] > Nodes.Length - from) throw Damaged("it has fewer nodes than it says");
            firstValues[t] = value;
            trees[t] = ReadOne(Nodes.AsSpan(from, Counts[t]), ref value);
            from += Counts[t];
        }
        if (from != Nodes.Length || value != Values.Length) throw Damaged("it has more nodes or values than it says");
        foreach (var number in Values)
            if (!float.IsFinite(number)) throw Damaged("a leaf holds no number");
        return (trees, firstValues);
    }

    private TreeArrays ReadOne(ReadOnlySpan<long> stored, ref int value)
    {
        var nodes = new TreeNode[stored.Length];
        var values = new float[stored.Length];
        var depths = new int[stored.Length];
        var next = 1; // breadth first, the left children follow each other in steps of two: one place for each, and so a tree
        for (var i = 0; i < nodes.Length; i++)
        {
            var node = new TreeNode { Left = (int)stored[i], Place = (ushort)(stored[i] >> 32), Threshold = (byte)(stored[i] >> 48) };
            nodes[i] = node;
            if (stored[i] >> 56 != 0) throw Damaged("a node has bits that mean nothing");
            if (node.Left == i)
            {
                if (node.Place != 0 || node.Threshold != 255 || Values.Length - value < Outputs) throw Damaged("a leaf is not one");
                values[i] = Values[value];
                value += Outputs;
                continue;
            }
            if (node.Left != next || next + 1 >= nodes.Length || node.Place >= 2 * Features) throw Damaged("a cut leads nowhere");
            depths[next] = depths[next + 1] = depths[i] + 1;
            next += 2;
        }
        if (next != nodes.Length) throw Damaged("a node hangs loose");
        return new TreeArrays(nodes, values, [], depths[^1], Features);
    }

    internal static DataException Damaged(string why) => new("SB5042", $"The trees of the model are damaged: {why}. Fit and save the model again.");
}
