using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>The fitted heart of a tabular model: draws cells, row by row, from counter-based streams.</summary>
internal interface ISampler
{
    /// <summary>Draws the cells of a block of rows. Row i depends on its index and the draw number only (and on what is given in it).</summary>
    void Sample(SampleBlock block);

    /// <summary>
    /// Whether <see cref="Sample"/> takes <see cref="SampleBlock.Given"/>: it then copies given cells to <see cref="SampleBlock.Cells"/>, draws the others, and adds to
    /// <see cref="SampleBlock.LogWeights"/>. A sampler that does not is never asked to complete rows.
    /// </summary>
    bool TakesGiven => false;

    /// <summary>Adds its parameters to an archive.</summary>
    void Save(ModelArchive archive);
}

/// <summary>Rows to be drawn together, and what was drawn.</summary>
internal sealed class SampleBlock
{
    private readonly RandomStream[] streams;

    public SampleBlock(RandomStream[] streams, long[] rows, uint draw)
    {
        (this.streams, Rows, Draw) = (streams, rows, draw);
        Cells = new int[streams.Length][];
        for (var c = 0; c < streams.Length; c++) Cells[c] = new int[rows.Length];
    }

    /// <summary>Global index of each row.</summary>
    public long[] Rows { get; }

    /// <summary>Draw number: 0 at first, more when rows are drawn again.</summary>
    public uint Draw { get; }

    /// <summary>What was drawn, [column][row].</summary>
    public int[][] Cells { get; }

    /// <summary>Cells that may be drawn, by column; null for a column that is free.</summary>
    public bool[]?[]? Allowed { get; init; }

    /// <summary>Probability of the allowed cells along the way, one per row: a sampler multiplies it in. Null where nobody asks, as when cells are given.</summary>
    public double[]? Weights { get; init; }

    /// <summary>Cells that are known beforehand, [column][row], -1 where one is to be drawn. Null: all are to be drawn.</summary>
    public int[][]? Given { get; init; }

    /// <summary>
    /// Set together with <see cref="Given"/>, one per row: a sampler adds log p(given cells | what it drew before them) - log p(given cells), so that a row drawn from the
    /// sampler's own proposal, taken with weight exp of it, is drawn given the given cells. Terms that are the same for every draw of a row may be left out; a row
    /// whose cells are drawn exactly as they should be is left at 0 and drawn once. Must stay finite.
    /// </summary>
    public double[]? LogWeights { get; init; }

    /// <summary>
    /// Log weights met before, by row number and <see cref="DrawnCells"/>: for samplers that draw everything first and then weigh it by the cells alone, so that a value drawn
    /// twice is weighed once. Null where nobody keeps them.
    /// </summary>
    public Dictionary<(long Row, ulong Cells), double>? Met { get; init; }

    /// <summary>A hash of the cells of a row that were not given.</summary>
    public ulong DrawnCells(int row)
    {
        var hash = 14695981039346656037; // FNV-1a
        for (var c = 0; c < Cells.Length; c++)
            if (Given![c][row] < 0) hash = (hash ^ (uint)Cells[c][row]) * 1099511628211;
        return hash;
    }

    /// <summary>Two random words a row from the stream of a column.</summary>
    public void Words(int column, Span<uint> first, Span<uint> second)
    {
        for (var i = 0; i < Rows.Length; i++)
        {
            var words = streams[column].Words(Rows[i], Draw);
            (first[i], second[i]) = (words.A, words.B);
        }
    }

    /// <summary>The same two words of one row.</summary>
    public (uint First, uint Second) Words(int column, int row)
    {
        var words = streams[column].Words(Rows[row], Draw);
        return (words.A, words.B);
    }
}
