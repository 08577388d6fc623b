namespace Semblance.Numerics;

/// <summary>Columns of a tensor that belong together: the classes of one categorical variable, say.</summary>
/// <param name="Start">First column.</param>
/// <param name="Width">Number of columns, at least 1.</param>
public readonly record struct ColumnBlock(int Start, int Width)
{
    /// <summary>The column after the last.</summary>
    public int End => Start + Width;
}

/// <summary>Blocks of columns from left to right, with or without gaps. Operations over blocks leave the columns in gaps as they are.</summary>
public sealed class ColumnBlocks
{
    private readonly ColumnBlock[] blocks;

    /// <summary>Blocks at given places.</summary>
    /// <exception cref="ArgumentException">They overlap, are empty, or do not go from left to right.</exception>
    public ColumnBlocks(params ReadOnlySpan<ColumnBlock> blocks)
    {
        this.blocks = blocks.ToArray();
        for (var (i, end) = (0, 0); i < blocks.Length; end = blocks[i++].End)
            if (blocks[i].Start < end || blocks[i].Width < 1)
                throw new ArgumentException($"block {i} has {blocks[i].Width} columns from column {blocks[i].Start} on; it must have one at least and start at {end} or later", nameof(blocks));
    }

    /// <summary>Number of blocks.</summary>
    public int Count => blocks.Length;

    /// <summary>The column after the last block.</summary>
    public int End => blocks.Length == 0 ? 0 : blocks[^1].End;

    /// <summary>A block by its number, counted from 0.</summary>
    public ColumnBlock this[int block] => blocks[block];

    /// <summary>Blocks of given widths, one after another from the first column on.</summary>
    public static ColumnBlocks OfWidths(params ReadOnlySpan<int> widths)
    {
        var blocks = new ColumnBlock[widths.Length];
        for (var (i, start) = (0, 0); i < widths.Length; start += widths[i++]) blocks[i] = new(start, widths[i]);
        return new ColumnBlocks(blocks);
    }

    internal ReadOnlySpan<ColumnBlock> Span => blocks;

    /// <summary>Throws where a tensor has too few columns.</summary>
    internal void RequireWithin(string operation, Tensor x)
    {
        if (End > x.Columns) throw Shapes.Unfit(operation, x, $"the blocks of columns end at {End}");
    }
}
