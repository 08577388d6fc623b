using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>The fitted heart of a tabular model: draws cells, row by row, from counter-based streams.</summary>
internal interface ISampler
{
    /// <summary>Draws the cells of a block of rows. Row i depends on its index and the draw number only.</summary>
    void Sample(SampleBlock block);

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
        Contiguous = rows.Length == 0 || rows[^1] - rows[0] == rows.Length - 1;
    }

    /// <summary>Global index of each row.</summary>
    public long[] Rows { get; }

    /// <summary>Draw number: 0 at first, more when rows are drawn again.</summary>
    public uint Draw { get; }

    /// <summary>What was drawn, [column][row].</summary>
    public int[][] Cells { get; }

    /// <summary>Cells that a condition allows, by column; null for a column that is free.</summary>
    public bool[]?[]? Allowed { get; init; }

    /// <summary>Probability of the allowed cells along the way, one per row; only filled when <see cref="Allowed"/> is set.</summary>
    public double[]? Weights { get; init; }

    private bool Contiguous { get; }

    /// <summary>Two random words a row from the stream of a column.</summary>
    public void Words(int column, Span<uint> first, Span<uint> second)
    {
        for (var i = 0; i < Rows.Length; i++)
        {
            var words = streams[column].Words(Rows[i], Draw);
            (first[i], second[i]) = (words.A, words.B);
        }
    }
}
