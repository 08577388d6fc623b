using Semblance.Data;

namespace Semblance.Rules;

/// <summary>Frames that belong together: the rows of one block, table by table. Used by one thread.</summary>
internal sealed class RowScope(RuleRows rows)
{
    private const int Near = 4096; // rows that are made as a run rather than one by one, even if not all are asked for

    private readonly RowFrame?[] blocks = new RowFrame?[rows.Tables.Length];

    /// <summary>All tables.</summary>
    public RuleRows Rows => rows;

    /// <summary>Names the rows of a table that the block holds; who needs some of them finds what is made already.</summary>
    public RowFrame Block(int table, long first, int count) => blocks[table] = new RowFrame(rows.Tables[table], this, Run(first, count), true);

    /// <summary>Rows of a table that follow one another.</summary>
    public RowFrame Frame(int table, long first, int count) =>
        blocks[table] is { } block && block.Count == count && count > 0 && block.Rows[0] == first ? block : new RowFrame(rows.Tables[table], this, Run(first, count), true);

    /// <summary>Any rows of a table.</summary>
    public RowFrame Frame(int table, long[] wanted) => new(rows.Tables[table], this, wanted, false);

    /// <summary>A column of any rows of a table.</summary>
    public Column Column(int table, int column, long[] wanted)
    {
        if (wanted.Length == 0) return Frame(table, wanted).Column(column);
        long low = wanted[0], high = wanted[0];
        foreach (var row in wanted) (low, high) = (Math.Min(low, row), Math.Max(high, row));
        var block = blocks[table];
        if (block is null || block.Count == 0 || low < block.Rows[0] || high > block.Rows[^1])
        {
            if (high - low >= Math.Max(Near, 2L * wanted.Length)) return Frame(table, wanted).Column(column);
            block = Frame(table, low, (int)(high - low + 1));
            blocks[table] ??= block;
        }
        var first = block.Rows[0];
        return block.Column(column).Take(Array.ConvertAll(wanted, row => (int)(row - first)));
    }

    private static long[] Run(long first, int count)
    {
        var run = new long[count];
        for (var i = 0; i < run.Length; i++) run[i] = first + i;
        return run;
    }
}
