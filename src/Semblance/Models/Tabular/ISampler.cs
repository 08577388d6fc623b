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
    /// <summary>Streams that belong to no column.</summary>
    public const int MostFours = 65;

    private readonly RandomStream[] streams, shared;

    /// <summary>Rows to be drawn.</summary>
    /// <param name="streams">One for each column.</param>
    /// <param name="rows">Their numbers.</param>
    /// <param name="draw">0 at first, more when rows are drawn again.</param>
    /// <param name="shared">Streams for what no column owns, <see cref="MostFours"/>; none: a sampler that needs them is not asked.</param>
    public SampleBlock(RandomStream[] streams, long[] rows, uint draw, RandomStream[]? shared = null)
    {
        (this.streams, this.shared, Rows, Draw) = (streams, shared ?? [], rows, draw);
        Cells = new int[streams.Length][];
        for (var c = 0; c < streams.Length; c++) Cells[c] = new int[rows.Length];
    }

    /// <summary>Global index of each row.</summary>
    public long[] Rows { get; }

    /// <summary>Draw number: 0 at first, more when rows are drawn again.</summary>
    public uint Draw { get; }

    /// <summary>What was drawn, [column][row].</summary>
    public int[][] Cells { get; }

    /// <summary>Whether each row keeps the constraints of its generator; null where there are none that a row could break. Set when cells are decoded.</summary>
    public bool[]? Keeps { get; set; }

    /// <summary>Some of its rows, with their cells.</summary>
    public SampleBlock Part(int[] places)
    {
        var part = new SampleBlock(streams, Array.ConvertAll(places, i => Rows[i]), Draw, shared);
        for (var c = 0; c < Cells.Length; c++)
            for (var i = 0; i < places.Length; i++) part.Cells[c][i] = Cells[c][places[i]];
        return part;
    }

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

    /// <summary>Other rows under the same restrictions, from the same streams.</summary>
    public SampleBlock Beside(long[] rows, uint draw)
    {
        var weights = new double[rows.Length];
        Array.Fill(weights, 1.0);
        return new SampleBlock(streams, rows, draw, shared) { Allowed = Allowed, Weights = weights };
    }

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
        const int chunk = 512;
        Span<uint> third = stackalloc uint[chunk], fourth = stackalloc uint[chunk];
        for (int start = 0, count; start < Rows.Length; start += count)
        {
            count = Together(start, chunk);
            if (count == 1) (first[start], second[start]) = Words(column, start);
            else streams[column].FillWords(Rows[start], Draw, first.Slice(start, count), second.Slice(start, count), third[..count], fourth[..count]);
        }
    }

    /// <summary>Four standard normals a row for what no column owns, such as a code that all columns are drawn from.</summary>
    /// <param name="four">Which four of a row's numbers, below <see cref="MostFours"/>; what <see cref="Units"/> was asked for is another number.</param>
    /// <param name="a">The first of each row.</param>
    /// <param name="b">The second.</param>
    /// <param name="c">The third.</param>
    /// <param name="d">The fourth.</param>
    public void Normals(int four, Span<float> a, Span<float> b, Span<float> c, Span<float> d)
    {
        for (int start = 0, count; start < Rows.Length; start += count)
        {
            count = Together(start);
            shared[four].FillNormal(Rows[start], Draw, a.Slice(start, count), b.Slice(start, count), c.Slice(start, count), d.Slice(start, count));
        }
    }

    /// <summary>A number in [0, 1) a row for what no column owns.</summary>
    /// <param name="four">As in <see cref="Normals"/>.</param>
    /// <param name="values">Receives them.</param>
    public void Units(int four, Span<float> values)
    {
        for (int start = 0, count; start < Rows.Length; start += count)
        {
            count = Together(start);
            shared[four].FillUnit(Rows[start], Draw, values.Slice(start, count));
        }
    }

    /// <summary>How many rows from a place on follow each other.</summary>
    private int Together(int start, int most = int.MaxValue)
    {
        var (end, last) = (start + 1, (int)Math.Min(Rows.Length, (long)start + most));
        while (end < last && Rows[end] == Rows[end - 1] + 1) end++;
        return end - start;
    }

    /// <summary>A word that all rows share, whatever the block.</summary>
    public uint Key(int column) => (uint)streams[column].Key;

    /// <summary>A third word of one row.</summary>
    public uint Third(int column, int row) => streams[column].Words(Rows[row], Draw).C;

    /// <summary>A word that 64 neighbouring rows share, for what they may have in common without being alike.</summary>
    public uint Shared(int column, int row) => streams[column].Words(Rows[row] >> 6, Draw).D;

    /// <summary>The first two words of one row.</summary>
    public (uint First, uint Second) Words(int column, int row)
    {
        var words = streams[column].Words(Rows[row], Draw);
        return (words.A, words.B);
    }
}
