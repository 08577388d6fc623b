using System.Collections.Concurrent;

namespace Semblance.Numerics;

/// <summary>Many trees on drawn rows and features, averaged (Breiman: Random forests, Machine Learning 2001).</summary>
public sealed class RandomForest
{
    private RandomForest(DecisionTree[] trees, double[] importance) => (Trees, Importance) = (trees, importance);

    /// <summary>The trees.</summary>
    public IReadOnlyList<DecisionTree> Trees { get; }

    /// <summary>Numbers predicted for a row: 1, or the classes.</summary>
    public int Outputs => Trees[0].Outputs;

    /// <summary>Mean of the trees' importances; sums to 1, or all 0 where no cut was made.</summary>
    public double[] Importance { get; }

    /// <summary>Fits. Trees are grown on as many threads as the run allows; tree i draws from row i of the stream, so the result is the same at any number.</summary>
    /// <param name="settings">Settings.</param>
    /// <param name="x">Features.</param>
    /// <param name="y">One target per row of <paramref name="x"/>: a value, or a class number. Rows that are not used may hold anything.</param>
    /// <param name="classes">0 to regress, else the number of classes.</param>
    /// <param name="rows">Rows to learn from, empty for all.</param>
    /// <param name="run">Gives threads and the random stream.</param>
    /// <param name="ct">Cancels between cuts.</param>
    /// <exception cref="FitException">SB3041 no rows; SB3042 a target that is no number or no class.</exception>
    public static RandomForest Fit(
        ForestSettings settings, BinnedMatrix x, ReadOnlySpan<float> y, int classes, ReadOnlySpan<int> rows, Run run, CancellationToken ct = default)
    {
        settings.Tree.Check();
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Trees, 1);
        if (settings.Rows is not (> 0 and <= 1)) throw new ArgumentException("The share of rows must lie in (0, 1].", nameof(settings));
        var targets = new TreeTargets(x, y, classes, rows);
        var drawn = settings.Tree.Features > 0 ? settings.Tree.Features : classes > 0 ? (int)Math.Sqrt(x.Features) : x.Features / 3;
        var limits = settings.Tree with { Features = Math.Max(1, drawn) };
        var stream = run.Stream(settings.Stream);
        var trees = new DecisionTree[settings.Trees];
        var growers = new ConcurrentBag<ImpurityGrower>(); // buffers go from tree to tree; which ones a tree gets does not matter
        Blocks.For(trees.Length, run, ct, t =>
        {
            if (!growers.TryTake(out var grower)) grower = new ImpurityGrower(x, targets, limits);
            var random = stream.Sequence(t);
            trees[t] = grower.Grow(Draw(targets.Rows, settings, ref random), random, ct);
            growers.Add(grower);
        });
        var importance = new double[x.Features];
        foreach (var tree in trees)
            for (var f = 0; f < importance.Length; f++) importance[f] += tree.Importance[f];
        return new RandomForest(trees, ImpurityGrower.Shares(importance));
    }

    /// <summary>Per row, in order: the mean of the trees' values, or of their class shares side by side.</summary>
    /// <param name="x">Features, coded by the same edges as the matrix of the fit.</param>
    /// <param name="rows">Rows to predict, empty for all.</param>
    /// <param name="run">Gives the threads; null for the calling one alone.</param>
    public float[] Predict(BinnedMatrix x, ReadOnlySpan<int> rows = default, Run? run = null)
    {
        if (x.Features != Importance.Length) throw new ArgumentException($"The forest knows {Importance.Length} features but the matrix has {x.Features}.", nameof(x));
        var k = Outputs;
        var means = new float[checked((rows.IsEmpty ? x.Rows : rows.Length) * k)];
        var arrays = Trees.Select(t => t.Arrays).ToArray();
        TreeWalk.Leaves(arrays, x, rows.IsEmpty ? null : rows.ToArray(), run, CancellationToken.None, (t, first, leaves) =>
        {
            var tree = Trees[t];
            for (var i = 0; i < leaves.Length; i++)
            {
                var to = means.AsSpan((first + i) * k, k);
                var values = tree.Values(tree.LeafNumber(leaves[i]));
                for (var c = 0; c < to.Length; c++) to[c] += values[c];
            }
            if (t < Trees.Count - 1) return;
            foreach (ref var mean in means.AsSpan(first * k, leaves.Length * k)) mean /= Trees.Count;
        });
        return means;
    }

    private static int[] Draw(int[] rows, ForestSettings settings, ref RandomSequence random)
    {
        var count = Math.Max(1, (int)Math.Round(rows.Length * settings.Rows));
        var drawn = new int[count];
        var at = 0;
        if (settings.Replace)
        {
            var times = new int[rows.Length];
            for (var i = 0; i < count; i++) times[random.NextBelow(rows.Length)]++;
            for (var i = 0; i < times.Length; i++)
                for (var n = times[i]; n > 0; n--) drawn[at++] = rows[i];
        }
        else
        {
            // Selection sampling (Knuth, TAOCP 2, 3.4.2 S): exactly the number wanted, in order.
            for (var i = 0; at < count; i++)
                if (RandomStream.Unit(random.NextWord()) * (rows.Length - i) < count - at) drawn[at++] = rows[i];
        }
        return drawn;
    }

    /// <summary>The forest as plain arrays; the trees' own importances are not kept.</summary>
    public StoredTrees Store() => StoredTrees.Of([.. Trees.Select(t => t.Arrays)], (t, leaf) => Trees[t].Values(leaf), Outputs, Importance);

    /// <summary>A forest read back.</summary>
    /// <exception cref="DataException">SB5042: the arrays do not make trees.</exception>
    public static RandomForest Load(StoredTrees stored)
    {
        var (arrays, first) = stored.Read();
        if (arrays.Length == 0) throw StoredTrees.Damaged("no tree is there");
        var trees = new DecisionTree[arrays.Length];
        for (var t = 0; t < trees.Length; t++)
            trees[t] = new DecisionTree(arrays[t], stored.Values[first[t]..(t + 1 < first.Length ? first[t + 1] : stored.Values.Length)], stored.Outputs, new double[stored.Features]);
        return new RandomForest(trees, [.. stored.Importance]);
    }
}
