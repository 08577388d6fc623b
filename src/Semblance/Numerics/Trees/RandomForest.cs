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
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, run.Threads), CancellationToken = ct };
        Parallel.For(0, trees.Length, options, () => new ImpurityGrower(x, targets, limits), (t, _, grower) =>
        {
            var random = stream.Sequence(t);
            trees[t] = grower.Grow(Draw(targets.Rows, settings, ref random), random, ct);
            return grower;
        }, _ => { });
        var importance = new double[x.Features];
        foreach (var tree in trees)
            for (var f = 0; f < importance.Length; f++) importance[f] += tree.Importance[f];
        return new RandomForest(trees, ImpurityGrower.Shares(importance));
    }

    /// <summary>Per row, in order: the mean of the trees' values, or of their class shares side by side.</summary>
    /// <param name="x">Features, coded by the same edges as the matrix of the fit.</param>
    /// <param name="rows">Rows to predict, empty for all.</param>
    public float[] Predict(BinnedMatrix x, ReadOnlySpan<int> rows = default)
    {
        var sums = Trees[0].Predict(x, rows);
        for (var t = 1; t < Trees.Count; t++)
        {
            var add = Trees[t].Predict(x, rows);
            for (var i = 0; i < sums.Length; i++) sums[i] += add[i];
        }
        foreach (ref var sum in sums.AsSpan()) sum /= Trees.Count;
        return sums;
    }

    private static int[] Draw(int[] rows, ForestSettings settings, ref RandomSequence random)
    {
        var count = Math.Max(1, (int)Math.Round(rows.Length * settings.Rows));
        int[] drawn;
        if (settings.Replace)
        {
            drawn = new int[count];
            for (var i = 0; i < count; i++) drawn[i] = rows[random.NextBelow(rows.Length)];
        }
        else
        {
            drawn = [.. rows];
            for (var i = 0; i < count && count < rows.Length; i++)
            {
                var j = i + random.NextBelow(rows.Length - i);
                (drawn[i], drawn[j]) = (drawn[j], drawn[i]);
            }
            Array.Resize(ref drawn, count);
        }
        Array.Sort(drawn); // columns are then read forwards
        return drawn;
    }
}
