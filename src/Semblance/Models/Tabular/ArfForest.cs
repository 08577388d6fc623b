using System.Numerics;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// Trees that cut the space of rows into boxes, and the cells of the rows in each box, column by column and each sorted by itself. As a distribution: choose a tree, a leaf by its
/// rows, and every column from its own cells in the leaf, smoothed (<see cref="ArfColumn.Piece"/>), or with the share of a few doubtful rows from the marginal inside the box.
/// </summary>
internal sealed class ArfForest
{
    private const ushort Leaf = ushort.MaxValue, ByMask = 0x8000;

    private readonly int[] roots;
    private readonly ushort[] features; // column to look at, | ByMask; Leaf for a leaf
    private readonly int[] cuts; // greatest bin that goes left; or index of a mask
    private readonly int[] nexts; // left child (right = left + 1); or number of the leaf
    private readonly ulong[] masks; // four words each
    private readonly int[] starts; // rows of leaf l: starts[l] .. starts[l + 1]
    private readonly ushort[] cells; // [starts[l] * columns + column * rows of the leaf + row]
    private readonly int[] parents; // of nodes
    private readonly int[] nodes; // of leaves

    private ArfForest(ArfColumn[] columns, double doubt, int[] roots, ushort[] features, int[] cuts, int[] nexts, ulong[] masks, int[] starts, ushort[] cells)
    {
        (Columns, Doubt, this.roots, this.features, this.cuts, this.nexts, this.masks, this.starts, this.cells) = (columns, doubt, roots, features, cuts, nexts, masks, starts, cells);
        parents = new int[features.Length];
        nodes = new int[starts.Length - 1];
        Array.Fill(parents, -1);
        for (var node = 0; node < features.Length; node++)
            if (features[node] == Leaf) nodes[nexts[node]] = node;
            else parents[nexts[node]] = parents[nexts[node] + 1] = node;
    }

    public ArfColumn[] Columns { get; }

    /// <summary>Rows of the marginal inside its box that every leaf has besides its own.</summary>
    public double Doubt { get; }

    public int Leaves => nodes.Length;

    /// <summary>Rows of all leaves of all trees.</summary>
    public int Rows => starts[^1];

    public int RowsOf(int leaf) => starts[leaf + 1] - starts[leaf];

    /// <summary>Leaf of a row of all.</summary>
    public int LeafAt(int row)
    {
        int low = 0, high = nodes.Length - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (starts[middle] <= row) low = middle;
            else high = middle - 1;
        }
        return low;
    }

    /// <summary>Cells of a leaf's rows, ascending.</summary>
    public ReadOnlySpan<ushort> Donors(int leaf, int column)
    {
        var rows = RowsOf(leaf);
        return cells.AsSpan(starts[leaf] * Columns.Length + column * rows, rows);
    }

    /// <summary>Bins of a column inside a leaf's box.</summary>
    public BinSet Box(int leaf, int column)
    {
        var open = new BinSet(UInt128.MaxValue, UInt128.MaxValue);
        for (int node = nodes[leaf], parent = parents[node]; parent >= 0; node = parent, parent = parents[node])
            if ((features[parent] & ~ByMask) == column) open = open.And(LeftOf(parent), node != nexts[parent]);
        return open;
    }

    /// <summary>Finds every leaf whose box can hold a row with these cells (-1: unknown).</summary>
    public void Visit(ReadOnlySpan<int> given, Stack<int> open, List<int> leaves)
    {
        foreach (var root in roots) open.Push(root);
        while (open.TryPop(out var node))
        {
            if (features[node] == Leaf)
            {
                leaves.Add(nexts[node]);
                continue;
            }
            var column = features[node] & ~ByMask;
            if (given[column] < 0)
            {
                open.Push(nexts[node] + 1);
                open.Push(nexts[node]);
            }
            else open.Push(nexts[node] + (LeftOf(node).Has(Columns[column].BinOfCell[given[column]]) ? 0 : 1));
        }
    }

    private BinSet LeftOf(int node) => (features[node] & ByMask) == 0 ? BinSet.UpTo(cuts[node])
        : new(new(masks[cuts[node] * 4 + 1], masks[cuts[node] * 4]), new(masks[cuts[node] * 4 + 3], masks[cuts[node] * 4 + 2]));

    /// <summary>Collects trees.</summary>
    public sealed class Builder(ArfColumn[] columns)
    {
        private readonly List<int> roots = [], cuts = [], nexts = [], starts = [0];
        private readonly List<ushort> features = [], cells = [];
        private readonly List<ulong> masks = [];

        /// <summary>Adds a tree whose nodes come in depth-first order, and fills its leaves.</summary>
        /// <param name="splits">Splits, null for a leaf.</param>
        /// <param name="predictors">Bins of the rows, by column.</param>
        /// <param name="rows">Rows that fill the leaves; their order is changed.</param>
        /// <param name="table">Cells of each column.</param>
        public void Add(IReadOnlyList<NodeSplit?> splits, Predictor[] predictors, int[] rows, ushort[][] table)
        {
            roots.Add(features.Count);
            Append();
            var at = 0;
            Place(features.Count - 1, rows);

            void Append()
            {
                features.Add(Leaf);
                cuts.Add(0);
                nexts.Add(0);
            }

            void Place(int node, Span<int> own)
            {
                if (splits[at++] is not { } split)
                {
                    nexts[node] = starts.Count - 1;
                    starts.Add(starts[^1] + own.Length);
                    var sorted = new ushort[own.Length];
                    for (var c = 0; c < columns.Length; c++)
                    {
                        for (var i = 0; i < own.Length; i++) sorted[i] = table[c][own[i]];
                        Array.Sort(sorted); // each column by itself: no row can be put together again
                        cells.AddRange(sorted);
                    }
                    return;
                }
                features[node] = (ushort)(split.Predictor | (split.ByMask ? ByMask : 0));
                cuts[node] = split.ByMask ? masks.Count / 4 : split.Cut;
                for (var word = 0; split.ByMask && word < 4; word++) masks.Add(split.Word(word));
                var left = split.Part(own, predictors[split.Predictor].Bins);
                var child = nexts[node] = features.Count;
                Append();
                Append();
                Place(child, own[..left]);
                Place(child + 1, own[left..]);
            }
        }

        public ArfForest Build(double doubt) => new(columns, doubt, [.. roots], [.. features], [.. cuts], [.. nexts], [.. masks], [.. starts], [.. cells]);
    }

    public void Save(ModelArchive archive)
    {
        archive.Json["doubt"] = Doubt;
        for (var c = 0; c < Columns.Length; c++)
        {
            archive.Add<int>($"counts/{c}", Columns[c].Counts());
            archive.Add<byte>($"bins/{c}", Columns[c].BinOfCell);
        }
        archive.Add<int>("roots", roots);
        archive.Add<ushort>("features", features);
        archive.Add<int>("cuts", cuts);
        archive.Add<int>("nexts", nexts);
        archive.Add<long>("masks", Array.ConvertAll(masks, m => (long)m));
        archive.Add<int>("starts", starts);
        archive.Add<ushort>("cells", cells);
    }

    /// <summary>Loads a forest; nothing in it is trusted.</summary>
    public static ArfForest Load(ModelArchive archive, TabularParts parts)
    {
        var doubt = archive.Number("doubt");
        if (!(doubt is >= 0 and <= Arf.MostDoubt)) throw archive.Unfit("its doubt is no number of rows");
        var columns = new ArfColumn[parts.Codecs.Length];
        for (var c = 0; c < columns.Length; c++)
        {
            var codec = parts.Codecs[c];
            var counts = archive.Get<int>($"counts/{c}", codec.Cells);
            var bins = archive.Get<byte>($"bins/{c}", codec.Cells);
            if (counts.Min() < 0 || counts.Sum(n => (long)n) is < 1 or > int.MaxValue) throw archive.Unfit($"the marginal of column {c} is no distribution");
            for (var cell = 1; cell < bins.Length && codec.Ordered; cell++)
                if (bins[cell] < bins[cell - 1]) throw archive.Unfit($"the bins of column {c} are not in order");
            columns[c] = new ArfColumn(counts, bins, codec.Ordered, codec.MissingCells);
        }
        var features = archive.Get<ushort>("features");
        int[] nexts = archive.Get<int>("nexts", features.Length), cuts = archive.Get<int>("cuts", features.Length), roots = archive.Get<int>("roots"), starts = archive.Get<int>("starts");
        var masks = Array.ConvertAll(archive.Get<long>("masks"), m => (ulong)m);
        var cells = archive.Get<ushort>("cells");
        if (!AreTrees(columns, roots, features, cuts, nexts, masks, starts.Length - 1)) throw archive.Unfit("its trees do not hold together");
        if (!AreLeaves(columns, starts, cells)) throw archive.Unfit("its leaves do not hold together");
        return new ArfForest(columns, doubt, roots, features, cuts, nexts, masks, starts, cells);
    }

    private static bool AreTrees(ArfColumn[] columns, int[] roots, ushort[] features, int[] cuts, int[] nexts, ulong[] masks, int leaves)
    {
        if (roots.Length is 0 or > Arf.MostTrees || leaves < 1) return false;
        bool[] met = new bool[features.Length], filled = new bool[leaves];
        foreach (var root in roots)
            if ((uint)root >= met.Length || met[root]) return false;
            else met[root] = true;
        for (var node = 0; node < features.Length; node++)
        {
            var next = nexts[node];
            if (!met[node]) return false; // a node comes after the one above it, and hangs on one only
            if (features[node] == Leaf)
            {
                if ((uint)next >= leaves || filled[next]) return false;
                filled[next] = true;
                continue;
            }
            var isMask = (features[node] & ByMask) != 0;
            if ((features[node] & ~ByMask) >= columns.Length || cuts[node] < 0 || (isMask ? cuts[node] >= masks.Length / 4 : cuts[node] > 255)) return false;
            if (next <= node || next + 1 >= met.Length || met[next] || met[next + 1]) return false;
            met[next] = met[next + 1] = true;
        }
        return !filled.Contains(false);
    }

    private static bool AreLeaves(ArfColumn[] columns, int[] starts, ushort[] cells)
    {
        if (starts[0] != 0 || (long)starts[^1] * columns.Length != cells.Length) return false;
        for (var leaf = 0; leaf + 1 < starts.Length; leaf++)
        {
            var rows = starts[leaf + 1] - starts[leaf];
            if (rows < 1 || starts[leaf + 1] > starts[^1]) return false;
            for (var c = 0; c < columns.Length; c++)
            {
                var donors = cells.AsSpan(starts[leaf] * columns.Length + c * rows, rows);
                for (var i = 0; i < rows; i++)
                    if (donors[i] >= columns[c].Cells || columns[c].Count(donors[i]) == 0 || i > 0 && donors[i] < donors[i - 1]) return false;
            }
        }
        return true;
    }
}

/// <summary>Some of 256 bins.</summary>
internal readonly record struct BinSet(UInt128 Low, UInt128 High)
{
    public static BinSet UpTo(int bin) => bin < 127 ? new((UInt128.One << (bin + 1)) - 1, 0) : bin == 127 ? new(UInt128.MaxValue, 0)
        : new(UInt128.MaxValue, bin == 255 ? UInt128.MaxValue : (UInt128.One << (bin - 127)) - 1);

    public bool Has(int bin) => ((bin < 128 ? Low >> bin : High >> (bin - 128)) & 1) != 0;

    /// <summary>The bins that are in another set, too; or that are not.</summary>
    public BinSet And(BinSet other, bool negated) => negated ? new(Low & ~other.Low, High & ~other.High) : new(Low & other.Low, High & other.High);

    /// <summary>First bin, or 256 for none.</summary>
    public int First => Low != 0 ? (int)UInt128.TrailingZeroCount(Low) : High != 0 ? 128 + (int)UInt128.TrailingZeroCount(High) : 256;

    /// <summary>Last bin, or -1 for none.</summary>
    public int Last => High != 0 ? 255 - (int)UInt128.LeadingZeroCount(High) : 127 - (int)UInt128.LeadingZeroCount(Low);
}
