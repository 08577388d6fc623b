using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>Restrictions weighed leaf by leaf: how likely each leaf's rows satisfy them all, which is exact, since columns are independent inside a leaf.</summary>
internal sealed class ArfEvidence
{
    private readonly ArfForest forest;
    private readonly ArfCells[] all;
    private readonly ArfCells?[] cells;
    private readonly double[] ends; // weights of the leaves, cumulated

    public ArfEvidence(ArfForest forest, ArfCells[] all, bool[]?[] allowed)
    {
        (this.forest, this.all) = (forest, all);
        cells = new ArfCells?[allowed.Length];
        for (var c = 0; c < cells.Length; c++) cells[c] = allowed[c] is { } ok ? new ArfCells(forest.Columns[c], ok) : null;
        ends = new double[forest.Leaves];
        var sum = 0.0;
        for (var leaf = 0; leaf < ends.Length; leaf++)
        {
            double weight = forest.RowsOf(leaf);
            for (var c = 0; c < cells.Length && weight > 0; c++) weight *= Share(leaf, c);
            ends[leaf] = sum += weight;
        }
        Probability = sum / forest.Rows;
    }

    /// <summary>Probability of all restrictions.</summary>
    public double Probability { get; }

    public bool Concerns(int column) => cells[column] is not null;

    /// <summary>A leaf, given the restrictions.</summary>
    public int Leaf(double u)
    {
        u *= ends[^1];
        int low = 0, high = ends.Length - 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (ends[middle] > u) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    /// <summary>Probability that a column of a leaf satisfies its restriction; 1 where there is none.</summary>
    public double Share(int leaf, int c)
    {
        if (cells[c] is not { } asked) return 1;
        var donors = forest.Donors(leaf, c);
        var sum = InBox(asked, leaf, c);
        for (var i = 0; i < donors.Length; i++) sum += Share(asked, c, donors, i);
        return sum / (donors.Length + forest.Doubt);
    }

    private double Share(ArfCells asked, int c, ReadOnlySpan<ushort> donors, int i)
    {
        if (!forest.Columns[c].Ordered) return asked.Has(donors[i]) ? 1 : 0;
        var (from, to) = forest.Columns[c].Piece(donors, i);
        return (asked.Before(to) - asked.Before(from)) / (to - from);
    }

    /// <summary>Doubtful rows that satisfy it.</summary>
    private double InBox(ArfCells asked, int leaf, int c)
    {
        if (forest.Doubt == 0) return 0;
        var box = forest.Box(leaf, c);
        var whole = all[c].In(box);
        return whole > 0 ? forest.Doubt * asked.In(box) / whole : 0;
    }

    /// <summary>An allowed cell of a column of a leaf.</summary>
    public int Draw(int leaf, int c, double u)
    {
        var asked = cells[c]!;
        var donors = forest.Donors(leaf, c);
        var box = InBox(asked, leaf, c);
        var sum = box;
        for (var i = 0; i < donors.Length; i++) sum += Share(asked, c, donors, i);
        u *= sum;
        var last = -1;
        for (var i = 0; i < donors.Length; i++)
        {
            var share = Share(asked, c, donors, i);
            if (share <= 0) continue;
            if (u < share) return Inside(asked, c, donors, i, u / share);
            last = i;
            u -= share;
        }
        if (box > 0 && asked.Draw(forest.Box(leaf, c), Math.Clamp(u / box, 0, 1 - 1e-9)) is >= 0 and var cell) return cell;
        return last >= 0 ? Inside(asked, c, donors, last, 1 - 1e-9) : donors[0]; // where nothing is allowed the row has no weight
    }

    private int Inside(ArfCells asked, int c, ReadOnlySpan<ushort> donors, int i, double u)
    {
        if (!forest.Columns[c].Ordered) return donors[i];
        var (from, to) = forest.Columns[c].Piece(donors, i);
        double low = asked.Before(from), high = asked.Before(to);
        return asked.CellOf(low + u * (high - low));
    }
}

/// <summary>Which leaf a row with known cells comes from: leaves whose box holds them, weighed by their rows and by how likely each makes the known cells. Used by one thread.</summary>
internal sealed class ArfPosterior(ArfForest forest, ArfCells[] all, ArfEvidence? evidence)
{
    private readonly List<int> leaves = [];
    private readonly Stack<int> open = [];
    private readonly int[] known = new int[forest.Columns.Length];
    private double[] ends = [];

    public int Draw(int[][] given, int row, double u)
    {
        for (var c = 0; c < known.Length; c++) known[c] = given[c][row];
        leaves.Clear();
        forest.Visit(known, open, leaves);
        if (ends.Length < leaves.Count) ends = new double[leaves.Count];
        var sum = 0.0;
        for (var i = 0; i < leaves.Count; i++) ends[i] = sum += Weight(leaves[i]);
        var at = 0;
        while (at < leaves.Count - 1 && ends[at] <= u * sum) at++;
        return leaves[at];
    }

    private double Weight(int leaf)
    {
        double weight = forest.RowsOf(leaf);
        for (var c = 0; c < known.Length && weight > 0; c++) weight *= known[c] < 0 ? evidence?.Share(leaf, c) ?? 1 : Likelihood(leaf, c, known[c]);
        return weight;
    }

    private double Likelihood(int leaf, int c, int cell)
    {
        var donors = forest.Donors(leaf, c);
        var column = forest.Columns[c];
        double start = column.Starts[cell], end = column.Starts[cell + 1], sum = 0;
        for (var i = 0; i < donors.Length; i++)
        {
            if (!column.Ordered)
            {
                if (donors[i] == cell) sum++;
                continue;
            }
            var (from, to) = column.Piece(donors, i);
            if (from < end && to > start) sum += (Math.Min(to, end) - Math.Max(from, start)) / (to - from);
        }
        if (forest.Doubt > 0 && all[c].In(forest.Box(leaf, c)) is > 0 and var whole) sum += forest.Doubt * (end - start) / whole;
        return sum / (donors.Length + forest.Doubt);
    }
}
