using Semblance.Codecs;

namespace Semblance.Models;

/// <summary>Byte bins of a column's cells, for use as a predictor: each cell its own bin where 256 suffice, else neighbours (or the rare ones) together.</summary>
internal sealed class CellBins(byte[] binOfCell, bool ordered)
{
    private const int Bins = 256;

    /// <summary>Bin of each cell.</summary>
    public byte[] BinOfCell => binOfCell;

    /// <summary>Whether cells lie on a line.</summary>
    public bool Ordered => ordered;

    public static CellBins Of(ColumnCodec codec, ReadOnlySpan<ushort> cells)
    {
        var bins = new byte[codec.Cells];
        if (codec.Cells <= Bins)
            for (var c = 0; c < bins.Length; c++) bins[c] = (byte)c;
        else if (!codec.Ordered)
            for (var c = 0; c < bins.Length; c++) bins[c] = (byte)Math.Min(c, Bins - 1);
        else
        {
            var counts = new int[codec.Cells];
            foreach (var cell in cells) counts[cell]++;
            // near-equal rows a bin; a frequent value fills one alone, and what it takes too much is shared out over the rest
            double left = cells.Length;
            var bin = 0;
            double inBin = 0;
            for (var c = 0; c < bins.Length; c++)
            {
                var share = left / (Bins - bin);
                if (inBin > 0 && (c <= codec.MissingCells || inBin + counts[c] / 2.0 > share) && bin < Bins - 1)
                {
                    left -= inBin;
                    bin++;
                    inBin = 0;
                }
                bins[c] = (byte)bin;
                inBin += counts[c];
            }
        }
        return new CellBins(bins, codec.Ordered);
    }

    public Predictor Apply(ReadOnlySpan<ushort> cells)
    {
        var bins = new byte[cells.Length];
        for (var row = 0; row < bins.Length; row++) bins[row] = binOfCell[cells[row]];
        return new Predictor(bins, ordered);
    }

    public void Apply(ReadOnlySpan<int> cells, Span<byte> bins)
    {
        for (var row = 0; row < cells.Length; row++) bins[row] = binOfCell[cells[row]];
    }

    /// <summary>Puts the bins of drawn cells into a block.</summary>
    public void Apply(ReadOnlySpan<int> cells, BlockBins bins, int column)
    {
        var (all, width, place) = (bins.Wide, bins.Width, column);
        var of = bins.Of(column);
        for (var row = 0; row < of.Length; row++, place += width) all[place] = of[row] = binOfCell[cells[row]];
    }
}

/// <summary>Bins of a block of rows, in two orders: column after column for what looks at one column of many rows, row after row for what walks with one row.</summary>
internal sealed class BlockBins(int rows, int columns, int more)
{
    /// <summary>Of columns alone: [column * <see cref="Rows"/> + row].</summary>
    public byte[] All { get; } = new byte[rows * columns];

    /// <summary>Of columns and what else is known of a row: [row * <see cref="Width"/> + feature].</summary>
    public byte[] Wide { get; } = new byte[rows * (columns + more)];

    public int Rows => rows;

    /// <summary>Features of a row.</summary>
    public int Width => columns + more;

    /// <summary>Scratch: the outputs of boosters, [row][8].</summary>
    public float[] Sums { get; } = new float[rows * 8];

    /// <summary>Scratch: rows of the first half, then of the second.</summary>
    public int[] Halves { get; } = new int[rows * 2];

    public Span<byte> Of(int column) => All.AsSpan(column * rows, rows);
}
