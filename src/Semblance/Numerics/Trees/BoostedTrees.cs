namespace Semblance.Numerics;

/// <summary>
/// Gradient boosting by histogram trees: second-order gain with an L2 penalty, missing values sent to the side that gains more, depth-wise growth.
/// Chen and Guestrin: XGBoost, a scalable tree boosting system (KDD 2016). Gradients are summed as integers, so that the same data, options and seed give
/// the same bytes at any thread count.
/// </summary>
public sealed class BoostedTrees
{
    private readonly TreeArrays[] trees; // round by round, within a round output by output
    private readonly float[] start;
    private readonly BoostingLoss loss;

    private BoostedTrees(BoostingLoss loss, float[] start, TreeArrays[] trees, double[] importance) =>
        (this.loss, this.start, this.trees, Importance) = (loss, start, trees, importance);

    /// <summary>Numbers predicted for a row: 1, or the classes for Softmax.</summary>
    public int Outputs => start.Length;

    /// <summary>Share of the total gain that each feature's cuts brought; sums to 1, or all 0 where no cut was made.</summary>
    public double[] Importance { get; }

    /// <summary>Fits.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="loss">What is made small.</param>
    /// <param name="x">Features.</param>
    /// <param name="y">One target per row of <paramref name="x"/>: a value; 0 or 1; or a class number. Rows that are not used may hold anything.</param>
    /// <param name="classes">Classes for Softmax, at least 1; else ignored.</param>
    /// <param name="rows">Rows to learn from, empty for all; a row named twice counts twice.</param>
    /// <param name="run">Gives the threads, and the random streams where rows or features are sampled.</param>
    /// <param name="ct">Cancels between trees.</param>
    /// <exception cref="FitException">SB3041 no rows; SB3042 a target that is no number or no class of the loss.</exception>
    public static BoostedTrees Fit(
        Boosting options, BoostingLoss loss, BinnedMatrix x, ReadOnlySpan<float> y, int classes, ReadOnlySpan<int> rows, Run run, CancellationToken ct = default) =>
        Fit(options, loss, x, y, classes, rows, [], run, ct);

    /// <summary>The same, with a weight above 0 for each row of <paramref name="x"/>: a row of weight 2 counts as two rows. Empty: all alike.</summary>
    internal static BoostedTrees Fit(
        Boosting options, BoostingLoss loss, BinnedMatrix x, ReadOnlySpan<float> y, int classes, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights, Run run, CancellationToken ct)
    {
        options.Check();
        var fit = new BoostingFit(options, loss, x, y, loss == BoostingLoss.Softmax ? classes : 1, rows, weights, run);
        var trees = fit.Fit(ct);
        return new BoostedTrees(loss, fit.Start, trees, fit.Importance);
    }

    /// <summary>Predicts rows coded by the same edges as the matrix of the fit.</summary>
    /// <param name="x">Features.</param>
    /// <param name="rows">Rows to predict, empty for all.</param>
    /// <param name="run">Gives the threads; null for the calling one alone.</param>
    /// <returns>Per row, in order: the value (Squared), the probability of 1 (Logistic), or the probabilities of all classes side by side (Softmax).</returns>
    public float[] Predict(BinnedMatrix x, ReadOnlySpan<int> rows = default, Run? run = null)
    {
        if (x.Features != Importance.Length) throw new ArgumentException($"The trees know {Importance.Length} features but the matrix has {x.Features}.", nameof(x));
        var count = rows.IsEmpty ? x.Rows : rows.Length;
        var k = Outputs;
        var scores = new float[checked(count * k)];
        for (var i = 0; i < scores.Length; i++) scores[i] = start[i % k];
        TreeWalk.Leaves(trees, x, rows.IsEmpty ? null : rows.ToArray(), run, CancellationToken.None, (t, first, leaves) =>
        {
            var values = trees[t].Values;
            var at = first * k + t % k;
            foreach (var leaf in leaves)
            {
                scores[at] += values[leaf];
                at += k;
            }
        });
        Links.Apply(loss, scores, k);
        return scores;
    }

    /// <summary>The trees as plain arrays. The loss is not among them: the caller knows it.</summary>
    public StoredTrees Store()
    {
        var leaves = trees.Select(t => t.Values.Where((_, i) => t.Nodes[i].Left == i).ToArray()).ToArray();
        return StoredTrees.Of(trees, (t, leaf) => leaves[t].AsSpan(leaf, 1), 1, Importance) with { Start = [.. start] };
    }

    /// <summary>Trees read back.</summary>
    /// <param name="loss">The loss they were fitted with.</param>
    /// <param name="stored">What <see cref="Store"/> gave.</param>
    /// <exception cref="DataException">SB5042: the arrays do not make trees of this loss.</exception>
    public static BoostedTrees Load(BoostingLoss loss, StoredTrees stored)
    {
        var arrays = stored.Read().Trees;
        var outputs = stored.Start.Length;
        if (stored.Outputs != 1 || outputs == 0 || (loss != BoostingLoss.Softmax && outputs != 1) || arrays.Length % outputs != 0 || !stored.Start.All(float.IsFinite))
            throw StoredTrees.Damaged("they do not fit the loss");
        return new BoostedTrees(loss, [.. stored.Start], arrays, [.. stored.Importance]);
    }
}
