using System.Runtime.Intrinsics;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// Gradient boosting of a whole distribution: shallow trees whose leaves hold vectors add up to E[embedding of y | x] (<see cref="ResponseEmbedding"/>).
/// A few numbers then say what x tells of y, more sharply than a single tree's leaf can. Trees are complete (every walk has the same number of
/// steps and no branch), so that a row costs some nanoseconds a tree.
/// </summary>
internal sealed class EmbeddingBooster
{
    /// <summary>Outputs kept: the lanes after the count lane, the first <see cref="Outputs"/> of them.</summary>
    public const int Outputs = 7;

    private const int Depth = 5;

    /// <summary>Inner nodes and leaves of each tree.</summary>
    internal const int Inner = (1 << Depth) - 1, Leaves = 1 << Depth;

    private readonly float[] start; // [8]
    private readonly ushort[] features; // [tree][inner node]
    private readonly ulong[] masks; // [tree][inner node][4]: bins that go left
    private readonly float[] values; // [tree][leaf][8]

    private readonly Lazy<BoosterWalk> walk;

    private EmbeddingBooster(float[] start, ushort[] features, ulong[] masks, float[] values)
    {
        (this.start, this.features, this.masks, this.values) = (start, features, masks, values);
        walk = new(() => new BoosterWalk(start, features, masks, values));
    }

    /// <summary>Number of trees.</summary>
    public int Trees => values.Length / (Leaves * 8);

    /// <summary>Settings of a fit.</summary>
    /// <param name="Rounds">Most trees.</param>
    /// <param name="Rate">Share of a tree's vector that is added.</param>
    /// <param name="LeafRows">Least rows in a leaf.</param>
    /// <param name="Sample">Share of the training rows each tree sees.</param>
    internal sealed record Options(int Rounds, float Rate, int LeafRows, double Sample);

    /// <summary>Fits on some rows; the others decide when to stop, and get predictions that have not seen them.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="predictors">Predictors.</param>
    /// <param name="columns">Feature number of each predictor at prediction time.</param>
    /// <param name="responses">Response vectors, [row][lane].</param>
    /// <param name="lanes">Lanes a row.</param>
    /// <param name="train">Rows to learn from; reordered.</param>
    /// <param name="held">Rows held out.</param>
    /// <param name="random">Random numbers of this fit.</param>
    /// <param name="predictions">Gets the held rows' predictions, [row][8].</param>
    /// <param name="ct">Cancels.</param>
    public static EmbeddingBooster Fit(Options options, Predictor[] predictors, int[] columns, int[] responses, int lanes, int[] train, int[] held, RandomSequence random, float[] predictions, CancellationToken ct)
    {
        var rows = responses.Length / lanes;
        var current = new float[rows * lanes];
        var mean = new double[lanes];
        foreach (var row in train)
            for (var k = 1; k < lanes; k++) mean[k] += responses[row * lanes + k];
        for (var k = 0; k < lanes; k++) mean[k] /= train.Length;
        for (var i = 0; i < current.Length; i++) current[i] = (float)mean[i % lanes];

        var residuals = new int[rows * lanes];
        List<ushort> features = [];
        List<ulong> masks = [];
        List<float> values = [];
        double best = Loss(responses, current, lanes, held);
        var kept = 0;
        Keep(current, lanes, held, predictions);
        var sampled = Math.Max(1, (int)(train.Length * options.Sample));
        var growth = new TreeGrowth(predictors, residuals, lanes, options.LeafRows, Depth);
        for (var round = 0; round < options.Rounds && round - kept < 6; round++)
        {
            ct.ThrowIfCancellationRequested();
            for (var i = 0; i < sampled; i++)
            {
                var j = i + random.NextBelow(train.Length - i);
                (train[i], train[j]) = (train[j], train[i]);
            }
            var seen = train.AsSpan(0, sampled);
            Residuals(responses, current, lanes, seen, residuals);
            var splits = new List<NodeSplit?>();
            growth.Grow(seen, splits.Add);
            if (splits.Count == 1) break; // nothing left to part
            var tree = new TreeShape(splits, predictors);
            var leafValues = LeafValues(tree, seen, residuals, lanes, options.Rate);
            Update(tree, leafValues, current, lanes);
            tree.AppendTo(columns, features, masks);
            for (var leaf = 0; leaf < Leaves; leaf++)
                for (var k = 0; k < 8; k++) values.Add(leafValues[leaf * lanes + k]);
            var loss = Loss(responses, current, lanes, held);
            if (loss >= best * 0.9998) continue;
            (best, kept) = (loss, round + 1);
            Keep(current, lanes, held, predictions);
        }
        return new EmbeddingBooster([.. mean.Take(8).Select(m => (float)m)], [.. features.Take(kept * Inner)], [.. masks.Take(kept * Inner * 4)], [.. values.Take(kept * Leaves * 8)]);
    }

    private static void Residuals(int[] responses, float[] current, int lanes, ReadOnlySpan<int> rows, int[] residuals)
    {
        foreach (var row in rows)
        {
            var at = row * lanes;
            for (var k = 0; k < lanes; k += 8)
                Vector256.ConvertToInt32(Vector256.ConvertToSingle(Vector256.LoadUnsafe(ref responses[at + k])) - Vector256.LoadUnsafe(ref current[at + k])).StoreUnsafe(ref residuals[at + k]);
            residuals[at] = 1; // lane 0 counts rows
        }
    }

    private static float[] LeafValues(TreeShape tree, ReadOnlySpan<int> rows, int[] residuals, int lanes, float rate)
    {
        var sums = new long[Leaves * lanes];
        foreach (var row in rows)
        {
            var at = tree.Find(row) * lanes;
            for (var k = 0; k < lanes; k++) sums[at + k] += residuals[row * lanes + k];
        }
        var leafValues = new float[sums.Length];
        for (var i = 0; i < sums.Length; i++)
        {
            var count = sums[i / lanes * lanes];
            leafValues[i] = i % lanes == 0 || count == 0 ? 0 : rate * sums[i] / (count + 1);
        }
        return leafValues;
    }

    private static void Update(TreeShape tree, float[] leafValues, float[] current, int lanes)
    {
        for (var row = 0; row < current.Length / lanes; row++)
        {
            var from = tree.Find(row) * lanes;
            for (var k = 0; k < lanes; k += 8)
                (Vector256.LoadUnsafe(ref current[row * lanes + k]) + Vector256.LoadUnsafe(ref leafValues[from + k])).StoreUnsafe(ref current[row * lanes + k]);
        }
    }

    private static double Loss(int[] responses, float[] current, int lanes, int[] rows)
    {
        double loss = 0;
        foreach (var row in rows)
        {
            var squares = Vector256<float>.Zero;
            for (var k = row * lanes; k < (row + 1) * lanes; k += 8)
            {
                var d = Vector256.ConvertToSingle(Vector256.LoadUnsafe(ref responses[k])) - Vector256.LoadUnsafe(ref current[k]);
                squares += d * d;
            }
            var h = squares.GetLower() + squares.GetUpper();
            loss += h.GetElement(0) + h.GetElement(1) + (h.GetElement(2) + h.GetElement(3)); // in one fixed order: the same bits everywhere
        }
        return loss;
    }

    private static void Keep(float[] current, int lanes, int[] rows, float[] predictions)
    {
        foreach (var row in rows) current.AsSpan(row * lanes, 8).CopyTo(predictions.AsSpan(row * 8));
    }

    /// <summary>Predicts some rows of a block.</summary>
    /// <param name="bins">Bins, [feature * stride + row].</param>
    /// <param name="stride">Rows between two features.</param>
    /// <param name="rows">Rows of the block to predict.</param>
    /// <param name="output">Gets [row][8]; lane 0 is unused.</param>
    public void Predict(ReadOnlySpan<byte> bins, int stride, ReadOnlySpan<int> rows, Span<float> output) => walk.Value.Predict(bins, stride, rows, output);

    public void Save(ModelArchive archive, string name)
    {
        archive.Add<float>($"{name}/start", start);
        archive.Add<ushort>($"{name}/features", features);
        archive.Add<long>($"{name}/masks", Array.ConvertAll(masks, m => (long)m));
        archive.Add<float>($"{name}/values", values);
    }

    /// <summary>Loads a booster; nothing in it is trusted.</summary>
    public static EmbeddingBooster Load(ModelArchive archive, string name, bool[] usable)
    {
        var values = archive.Get<float>($"{name}/values");
        var trees = values.Length / (Leaves * 8);
        if (values.Length % (Leaves * 8) != 0 || trees > 4_096) throw archive.Unfit($"the trees of `{name}` are not whole");
        var booster = new EmbeddingBooster(archive.Get<float>($"{name}/start", 8), archive.Get<ushort>($"{name}/features", trees * Inner),
            Array.ConvertAll(archive.Get<long>($"{name}/masks", trees * Inner * 4), m => (ulong)m), values);
        foreach (var feature in booster.features)
            if (feature >= usable.Length || !usable[feature]) throw archive.Unfit($"a tree of `{name}` looks at a column that comes later");
        foreach (var value in values)
            if (!float.IsFinite(value)) throw archive.Unfit($"a tree of `{name}` holds a value that is no number");
        return booster;
    }

    /// <summary>One tree as a complete binary tree; a leaf that came early sends all its rows down the left edge below it.</summary>
    private sealed class TreeShape
    {
        private readonly byte[][] bins = new byte[Inner][];
        private readonly int[] predictor = new int[Inner];
        private readonly ulong[] left = new ulong[Inner * 4];

        public TreeShape(List<NodeSplit?> splits, Predictor[] predictors)
        {
            var at = 0;
            Array.Fill(bins, predictors[0].Bins);
            Array.Fill(left, ulong.MaxValue);
            Place(0);

            void Place(int node)
            {
                if (splits[at++] is not { } split || node >= Inner) return;
                bins[node] = predictors[predictor[node] = split.Predictor].Bins;
                for (var word = 0; word < 4; word++) left[node * 4 + word] = split.Word(word);
                Place(2 * node + 1);
                Place(2 * node + 2);
            }
        }

        /// <summary>Leaf of a row.</summary>
        public int Find(int row)
        {
            var node = 0;
            while (node < Inner)
            {
                int bin = bins[node][row];
                node = 2 * node + 2 - (int)(left[node * 4 + (bin >> 6)] >> bin & 1);
            }
            return node - Inner;
        }

        public void AppendTo(int[] columns, List<ushort> features, List<ulong> masks)
        {
            foreach (var p in predictor) features.Add((ushort)columns[p]);
            masks.AddRange(left);
        }
    }
}
