namespace Semblance.Numerics;

/// <summary>
/// One classification or regression tree over byte bins: Gini impurity or squared error, missing values sent to the side that gains more
/// (Breiman, Friedman, Olshen, Stone: Classification and regression trees, 1984). Its leaves are numbered, for models that draw from them.
/// </summary>
public sealed class DecisionTree
{
    private readonly TreeArrays tree;
    private readonly int[] leafNumbers; // by node; -1 at cuts
    private readonly float[] values;    // leaf by leaf

    internal DecisionTree(TreeArrays tree, float[] values, int outputs, double[] importance)
    {
        (this.tree, this.values, Outputs, Importance) = (tree, values, outputs, importance);
        leafNumbers = new int[tree.Nodes.Length];
        var next = 0;
        for (var i = 0; i < leafNumbers.Length; i++) leafNumbers[i] = tree.Nodes[i].Left == i ? next++ : -1;
    }

    internal TreeArrays Arrays => tree;

    /// <summary>Numbers a leaf holds: 1 (the mean) or the classes (their shares).</summary>
    public int Outputs { get; }

    /// <summary>Leaves; they are numbered from 0, from the top of the tree downwards.</summary>
    public int Leaves => values.Length / Outputs;

    /// <summary>Share of the total gain that each feature's cuts brought; sums to 1, or all 0 where no cut was made.</summary>
    public double[] Importance { get; }

    /// <summary>What a leaf predicts: its mean, or the share of each class.</summary>
    public ReadOnlySpan<float> Values(int leaf) => values.AsSpan(leaf * Outputs, Outputs);

    /// <summary>Fits.</summary>
    /// <param name="settings">Limits.</param>
    /// <param name="x">Features.</param>
    /// <param name="y">One target per row of <paramref name="x"/>: a value, or a class number. Rows that are not used may hold anything.</param>
    /// <param name="classes">0 to regress, else the number of classes.</param>
    /// <param name="rows">Rows to learn from, empty for all; a row named twice counts twice.</param>
    /// <param name="run">Gives the random stream where features are drawn.</param>
    /// <param name="ct">Cancels between cuts.</param>
    /// <exception cref="FitException">SB3041 no rows; SB3042 a target that is no number or no class.</exception>
    public static DecisionTree Fit(
        TreeSettings settings, BinnedMatrix x, ReadOnlySpan<float> y, int classes, ReadOnlySpan<int> rows, Run run, CancellationToken ct = default)
    {
        settings.Check();
        var targets = new TreeTargets(x, y, classes, rows);
        return new ImpurityGrower(x, targets, settings).Grow(targets.Rows, run.Stream(settings.Stream).Sequence(), ct);
    }

    /// <summary>The leaf each row falls into. The matrix must be coded by the same edges as that of the fit.</summary>
    /// <param name="x">Features.</param>
    /// <param name="rows">Rows to look at, empty for all.</param>
    /// <param name="run">Gives the threads; null for the calling one alone.</param>
    public int[] LeafOf(BinnedMatrix x, ReadOnlySpan<int> rows = default, Run? run = null)
    {
        if (x.Features != Importance.Length) throw new ArgumentException($"The tree knows {Importance.Length} features but the matrix has {x.Features}.", nameof(x));
        var result = new int[rows.IsEmpty ? x.Rows : rows.Length];
        TreeWalk.Leaves(new[] { tree }, x, rows.IsEmpty ? null : rows.ToArray(), run, CancellationToken.None, (_, at, leaves) =>
        {
            for (var i = 0; i < leaves.Length; i++) result[at + i] = leafNumbers[leaves[i]];
        });
        return result;
    }

    /// <summary>The leaf of one row given as codes by feature.</summary>
    public int LeafOf(ReadOnlySpan<byte> codes) => leafNumbers[tree.Leaf(codes)];

    /// <summary>Per row, in order: the mean of its leaf, or the shares of the classes side by side.</summary>
    /// <inheritdoc cref="LeafOf(BinnedMatrix, ReadOnlySpan{int}, Run?)"/>
    public float[] Predict(BinnedMatrix x, ReadOnlySpan<int> rows = default, Run? run = null)
    {
        var leaves = LeafOf(x, rows, run);
        var result = new float[checked(leaves.Length * Outputs)];
        for (var i = 0; i < leaves.Length; i++) Values(leaves[i]).CopyTo(result.AsSpan(i * Outputs));
        return result;
    }

    /// <summary>The tree as plain arrays.</summary>
    public StoredTrees Store() => StoredTrees.Of([tree], (_, leaf) => Values(leaf), Outputs, Importance);

    /// <summary>A tree read back.</summary>
    /// <exception cref="DataException">SB5042: the arrays do not make one tree.</exception>
    public static DecisionTree Load(StoredTrees stored)
    {
        var trees = stored.Read().Trees;
        if (trees.Length != 1) throw StoredTrees.Damaged("one tree was expected");
        return new DecisionTree(trees[0], [.. stored.Values], stored.Outputs, [.. stored.Importance]);
    }

    internal int LeafNumber(int node) => leafNumbers[node];
}
