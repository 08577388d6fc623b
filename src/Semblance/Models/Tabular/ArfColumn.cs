namespace Semblance.Models;

/// <summary>
/// One column as a forest of leaves needs it: where its cells stand when all rows are put in the order of their cells. A place is a row number in that order; an interval of places is
/// a piece of the marginal.
/// </summary>
internal sealed class ArfColumn
{
    private const int Guides = 4096;

    /// <summary>Furthest that a row of a leaf reaches to either side, as a share of all rows.</summary>
    private const double MostReach = 0.05;

    private readonly int[] guide; // cell of every rows / Guides-th place
    private readonly double reach;

    public ArfColumn(int[] counts, byte[] binOfCell, bool ordered, int missing)
    {
        (Cells, BinOfCell, Ordered, Missing) = (counts.Length, binOfCell, ordered, missing);
        Starts = new int[counts.Length + 1];
        for (var c = 0; c < counts.Length; c++) Starts[c + 1] = Starts[c] + counts[c];
        reach = MostReach * Starts[^1];
        guide = new int[Guides + 1];
        for (int g = 0, cell = 0; g <= Guides; g++)
        {
            var place = (int)((long)Starts[^1] * g / Guides);
            while (cell < Cells - 1 && Starts[cell + 1] <= place) cell++;
            guide[g] = cell;
        }
        var last = 0;
        foreach (var bin in binOfCell) last = Math.Max(last, bin);
        Bins = last + 1;
    }

    public int Cells { get; }

    public byte[] BinOfCell { get; }

    public int Bins { get; }

    /// <summary>Whether cells lie on a line, after those of the missing markers.</summary>
    public bool Ordered { get; }

    public int Missing { get; }

    /// <summary>First place of each cell, and the number of rows.</summary>
    public int[] Starts { get; }

    public int Count(int cell) => Starts[cell + 1] - Starts[cell];

    public int[] Counts() => [.. Enumerable.Range(0, Cells).Select(Count)];

    /// <summary>Cell of a place.</summary>
    public int CellAt(double place)
    {
        var cell = guide[(int)(place / Starts[^1] * Guides)];
        while (cell > 0 && Starts[cell] > place) cell--;
        while (cell < Cells - 1 && Starts[cell + 1] <= place) cell++;
        return cell;
    }

    /// <summary>
    /// The piece of the marginal that one row of a leaf stands for: its cell and, where cells lie on a line, half of the way to the next rows of the leaf on either side.
    /// </summary>
    /// <param name="donors">Cells of the leaf's rows, ascending.</param>
    /// <param name="i">Which of them.</param>
    public (double From, double To) Piece(ReadOnlySpan<ushort> donors, int i)
    {
        int cell = donors[i];
        double from = Starts[cell], to = Starts[cell + 1];
        if (!Ordered || cell < Missing) return (from, to);
        var (start, end) = (from, to);
        if (i > 0 && donors[i - 1] < cell && donors[i - 1] >= Missing) from = Math.Max((Starts[donors[i - 1] + 1] + start) / 2, start - reach);
        if (i + 1 < donors.Length && donors[i + 1] > cell) to = Math.Min((Starts[donors[i + 1]] + end) / 2, end + reach);
        return (from, to);
    }

    /// <summary>First cell and one past the last of an ordered column inside a box.</summary>
    public (int First, int End) Range(BinSet box)
    {
        int first = FirstOf(box.First), end = FirstOf(box.Last + 1);
        return (first, Math.Max(first, end));
    }

    private int FirstOf(int bin)
    {
        int low = 0, high = Cells;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (BinOfCell[middle] < bin) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}

/// <summary>Some cells of a column, and how many rows of the table have one of them.</summary>
internal sealed class ArfCells
{
    private readonly ArfColumn column;
    private readonly bool[]? allowed;
    private readonly int[] before; // rows of allowed cells before each

    /// <summary>The cells for which <paramref name="allowed"/> holds; all of them for null.</summary>
    public ArfCells(ArfColumn column, bool[]? allowed)
    {
        (this.column, this.allowed) = (column, allowed);
        before = new int[column.Cells + 1];
        for (var c = 0; c < column.Cells; c++) before[c + 1] = before[c] + (Has(c) ? column.Count(c) : 0);
    }

    public bool Has(int cell) => allowed is null || allowed[cell];

    /// <summary>Allowed rows before a place.</summary>
    public double Before(double place)
    {
        if (place >= column.Starts[^1]) return before[^1];
        var cell = column.CellAt(place);
        return before[cell] + (Has(cell) ? place - column.Starts[cell] : 0);
    }

    /// <summary>The allowed cell before which so many allowed rows lie.</summary>
    public int CellOf(double rows)
    {
        int low = 0, high = column.Cells - 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (before[middle + 1] > rows) high = middle;
            else low = middle + 1;
        }
        while (low > 0 && before[low + 1] == before[low]) low--; // at the very end
        return low;
    }

    /// <summary>Allowed rows inside a box.</summary>
    public double In(BinSet box)
    {
        if (column.Ordered)
        {
            var (first, end) = column.Range(box);
            return before[end] - before[first];
        }
        double rows = 0;
        for (var cell = 0; cell < column.Cells; cell++)
            if (Has(cell) && box.Has(column.BinOfCell[cell])) rows += column.Count(cell);
        return rows;
    }

    /// <summary>An allowed cell inside a box, by the marginal; -1 where there is none.</summary>
    public int Draw(BinSet box, double u)
    {
        u *= In(box);
        if (column.Ordered)
        {
            var (first, end) = column.Range(box);
            return before[end] > before[first] ? CellOf(before[first] + u) : -1;
        }
        var last = -1;
        for (var cell = 0; cell < column.Cells; cell++)
        {
            if (!Has(cell) || column.Count(cell) == 0 || !box.Has(column.BinOfCell[cell])) continue;
            last = cell;
            if (u < column.Count(cell)) return cell;
            u -= column.Count(cell);
        }
        return last;
    }
}
