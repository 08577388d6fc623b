using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// Trees that hold the conditional distribution of one column given earlier ones. A leaf lists the cells of the rows that fell into it; a draw picks a tree,
/// walks down, and picks one of the leaf's cells: the mixture over trees smooths what one tree alone would copy.
/// </summary>
internal sealed class ConditionalForest
{
    /// <summary>Marks of a node: it is a leaf; its cut is the index of a mask.</summary>
    internal const ushort Leaf = ushort.MaxValue, ByMask = 0x8000;

    private const int MostWeighed = 64; // rows of a leaf

    private readonly int[] roots;
    private readonly ushort[] features; // column to look at, | ByMask; Leaf for a leaf
    private readonly ushort[] cuts; // greatest bin that goes left; or index of a mask
    private readonly int[] nexts; // left child (right = left + 1); or number of the leaf
    private readonly ulong[] masks; // four words each
    private readonly int[] starts; // cells of leaf l: donors[starts[l] .. starts[l + 1])
    private readonly ushort[] donors;
    private readonly Lazy<ForestWalk> walk;

    private ConditionalForest(int[] roots, ushort[] features, ushort[] cuts, int[] nexts, ulong[] masks, int[] starts, ushort[] donors)
    {
        (this.roots, this.features, this.cuts, this.nexts, this.masks, this.starts, this.donors) = (roots, features, cuts, nexts, masks, starts, donors);
        walk = new(() => new ForestWalk(features, cuts, nexts, masks));
    }

    /// <summary>Draws one cell a row.</summary>
    /// <param name="bins">Bins of the earlier columns.</param>
    /// <param name="first">A random word a row: the tree.</param>
    /// <param name="second">A random word a row: the donor.</param>
    /// <param name="cells">The drawn cells.</param>
    public void Draw(BlockBins bins, ReadOnlySpan<uint> first, ReadOnlySpan<uint> second, Span<int> cells)
    {
        int[] rows = new int[cells.Length], at = new int[cells.Length];
        // rows in the order of their trees
        var ends = new int[roots.Length + 1];
        for (var i = 0; i < rows.Length; i++) ends[RandomStream.Below(first[i], roots.Length) + 1]++;
        for (var tree = 0; tree < roots.Length; tree++) ends[tree + 1] += ends[tree];
        for (var i = 0; i < rows.Length; i++) rows[ends[RandomStream.Below(first[i], roots.Length)]++] = i;
        for (int tree = 0, start = 0; tree < roots.Length; start = ends[tree++])
            walk.Value.Find(roots[tree], bins, rows.AsSpan(start..ends[tree]), at.AsSpan(start..ends[tree]), cells);
        for (var i = 0; i < cells.Length; i++)
        {
            var leaf = nexts[cells[i]];
            var start = starts[leaf];
            cells[i] = donors[start + RandomStream.Below(second[i], starts[leaf + 1] - start)];
        }
    }

    /// <summary>Draws among allowed cells only, over all trees, and multiplies each row's weight by the probability of what was allowed.</summary>
    public void DrawAllowed(BlockBins bins, ReadOnlySpan<uint> words, bool[] allowed, Span<int> cells, Span<double> weights)
    {
        Span<int> leaves = stackalloc int[roots.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            double mass = 0;
            for (var t = 0; t < roots.Length; t++)
            {
                var leaf = leaves[t] = Find(roots[t], bins, i);
                mass += Hits(leaf, allowed) / (double)(starts[leaf + 1] - starts[leaf]);
            }
            if (!weights.IsEmpty) weights[i] *= mass / roots.Length;
            if (mass == 0)
            {
                // no leaf knows an allowed cell: the row has weight 0, whatever is drawn
                cells[i] = donors[starts[leaves[0]]];
                continue;
            }
            var u = RandomStream.Unit(words[i]) * mass;
            var tree = 0;
            int hits = 0, size = 1;
            for (; tree < roots.Length; tree++)
            {
                hits = Hits(leaves[tree], allowed);
                size = starts[leaves[tree] + 1] - starts[leaves[tree]];
                if (u * size < hits || tree == roots.Length - 1 && hits > 0) break;
                u -= hits / (double)size;
            }
            if (tree == roots.Length)
                for (tree = 0; (hits = Hits(leaves[tree], allowed)) == 0;) tree++;
            size = starts[leaves[tree] + 1] - starts[leaves[tree]];
            var pick = Math.Clamp((int)(u * size), 0, hits - 1);
            for (var k = starts[leaves[tree]]; ; k++)
                if (allowed[donors[k]] && pick-- == 0)
                {
                    cells[i] = donors[k];
                    break;
                }
        }
    }

    /// <summary>Adds to each row how much likelier its given cell is in its leaves than overall, as a logarithm.</summary>
    /// <param name="bins">Bins of the earlier columns.</param>
    /// <param name="given">Given cell of each row.</param>
    /// <param name="weighed">Rows to weigh.</param>
    /// <param name="scale">How cells of this column speak for each other.</param>
    /// <param name="logs">One per row.</param>
    public void Weigh(BlockBins bins, int[] given, bool[] weighed, EvidenceScale scale, double[] logs)
    {
        for (var i = 0; i < logs.Length; i++)
        {
            if (!weighed[i]) continue;
            double sum = 0;
            var trees = 0;
            foreach (var root in roots)
            {
                var leaf = Find(root, bins, i);
                // rows of a leaf stand in random order: the first are a sample, and of a large leaf enough
                var end = Math.Min(starts[leaf + 1], starts[leaf] + MostWeighed);
                double kernel = 0;
                var present = 0;
                for (var k = starts[leaf]; k < end; k++)
                {
                    if (scale.IsGap(donors[k])) continue;
                    kernel += scale.Kernel(donors[k], given[i]);
                    present++;
                }
                if (present == 0) continue;
                sum += kernel / present;
                trees++;
            }
            if (trees > 0) logs[i] += scale.LogRatio(given[i], sum / trees);
        }
    }

    /// <summary>How often each cell of the column occurs in the leaves.</summary>
    public long[] Counts(int cells)
    {
        var counts = new long[cells];
        foreach (var donor in donors) counts[donor]++;
        return counts;
    }

    private int Hits(int leaf, bool[] allowed)
    {
        var hits = 0;
        for (var k = starts[leaf]; k < starts[leaf + 1]; k++)
            if (allowed[donors[k]]) hits++;
        return hits;
    }

    private int Find(int node, BlockBins bins, int row)
    {
        var of = bins.Wide.AsSpan(row * bins.Width, bins.Width);
        while (true)
        {
            var feature = features[node];
            if (feature == Leaf) return nexts[node];
            int bin = of[feature & ~ByMask];
            var goesLeft = (feature & ByMask) == 0 ? bin <= cuts[node] : (masks[cuts[node] * 4 + (bin >> 6)] >> bin & 1) != 0;
            node = nexts[node] + (goesLeft ? 0 : 1);
        }
    }

    /// <summary>Collects trees.</summary>
    public sealed class Builder
    {
        private readonly List<int> roots = [], nexts = [], starts = [0];
        private readonly List<ushort> features = [], cuts = [], donors = [];
        private readonly List<ulong> masks = [];

        /// <summary>Adds a tree whose nodes come in depth-first order, and fills its leaves.</summary>
        /// <param name="splits">Splits, null for a leaf.</param>
        /// <param name="columns">Column of each predictor.</param>
        /// <param name="predictors">Predictors of the rows that fill the leaves.</param>
        /// <param name="rows">Rows that fill the leaves.</param>
        /// <param name="cells">Cell of each row.</param>
        public void Add(IReadOnlyList<NodeSplit?> splits, int[] columns, Predictor[] predictors, ReadOnlySpan<int> rows, ushort[] cells)
        {
            // depth-first order to numbered children: left and right child side by side
            var root = features.Count;
            roots.Add(root);
            Append();
            var at = 0;
            var leafStart = starts.Count - 1;
            var leaves = 0;
            Place(root);

            var size = new int[leaves + 1];
            var leafOf = new int[rows.Length];
            for (var i = 0; i < rows.Length; i++)
            {
                leafOf[i] = Walk(rows[i]);
                size[leafOf[i] + 1]++;
            }
            for (var l = 0; l < leaves; l++) size[l + 1] += size[l];
            var filled = new ushort[rows.Length];
            var next = size.ToArray();
            for (var i = 0; i < rows.Length; i++) filled[next[leafOf[i]]++] = cells[rows[i]];
            var offset = donors.Count;
            for (var l = 1; l <= leaves; l++) starts.Add(offset + size[l]);
            donors.AddRange(filled);

            void Append()
            {
                features.Add(Leaf);
                cuts.Add(0);
                nexts.Add(0);
            }

            void Place(int node)
            {
                if (splits[at++] is not { } split)
                {
                    nexts[node] = leafStart + leaves++;
                    return;
                }
                features[node] = (ushort)(columns[split.Predictor] | (split.ByMask ? ByMask : 0));
                if (split.ByMask)
                {
                    cuts[node] = checked((ushort)(masks.Count / 4));
                    for (var word = 0; word < 4; word++) masks.Add(split.Word(word));
                }
                else cuts[node] = (ushort)split.Cut;
                var child = nexts[node] = features.Count;
                Append();
                Append();
                Place(child);
                Place(child + 1);
            }

            int Walk(int row)
            {
                var node = root;
                while (features[node] != Leaf)
                {
                    int bin = predictors[Array.IndexOf(columns, features[node] & ~ByMask)].Bins[row];
                    var goesLeft = (features[node] & ByMask) == 0 ? bin <= cuts[node] : (masks[cuts[node] * 4 + (bin >> 6)] >> bin & 1) != 0;
                    node = nexts[node] + (goesLeft ? 0 : 1);
                }
                return nexts[node] - leafStart;
            }
        }

        public ConditionalForest Build() => new([.. roots], [.. features], [.. cuts], [.. nexts], [.. masks], [.. starts], [.. donors]);
    }

    public void Save(ModelArchive archive, string name)
    {
        archive.Add<int>($"{name}/roots", roots);
        archive.Add<ushort>($"{name}/features", features);
        archive.Add<ushort>($"{name}/cuts", cuts);
        archive.Add<int>($"{name}/nexts", nexts);
        archive.Add<long>($"{name}/masks", Array.ConvertAll(masks, m => (long)m));
        archive.Add<int>($"{name}/starts", starts);
        archive.Add<ushort>($"{name}/donors", donors);
    }

    /// <summary>Loads a forest; nothing in it is trusted.</summary>
    /// <param name="archive">Model file.</param>
    /// <param name="name">Prefix of its arrays.</param>
    /// <param name="usable">Columns it may look at.</param>
    /// <param name="cells">Number of cells of its own column.</param>
    public static ConditionalForest Load(ModelArchive archive, string name, bool[] usable, int cells)
    {
        var features = archive.Get<ushort>($"{name}/features");
        var forest = new ConditionalForest(archive.Get<int>($"{name}/roots"), features, archive.Get<ushort>($"{name}/cuts", features.Length), archive.Get<int>($"{name}/nexts", features.Length),
            Array.ConvertAll(archive.Get<long>($"{name}/masks"), m => (ulong)m), archive.Get<int>($"{name}/starts"), archive.Get<ushort>($"{name}/donors"));
        if (!forest.IsSound(usable, cells)) throw archive.Unfit($"the trees of `{name}` do not hold together");
        return forest;
    }

    private bool IsSound(bool[] usable, int cells)
    {
        if (roots.Length is 0 or > 4_096 || starts.Length < 2 || starts[0] != 0 || starts[^1] != donors.Length) return false;
        for (var l = 1; l < starts.Length; l++)
            if (starts[l] <= starts[l - 1]) return false;
        foreach (var root in roots)
            if ((uint)root >= features.Length) return false;
        foreach (var donor in donors)
            if (donor >= cells) return false;
        for (var node = 0; node < features.Length; node++)
        {
            if (features[node] == Leaf)
            {
                if ((uint)nexts[node] >= starts.Length - 1) return false;
                continue;
            }
            var column = features[node] & ~ByMask;
            // children come after their parent, so every walk ends
            if (column >= usable.Length || !usable[column] || nexts[node] <= node || nexts[node] + 1 >= features.Length) return false;
            if ((features[node] & ByMask) != 0 && cuts[node] * 4 + 3 >= masks.Length) return false;
        }
        return true;
    }
}
