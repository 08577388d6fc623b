using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Codecs;

/// <summary>
/// One column as cells: values -> cell numbers -> values. Cells [0, <see cref="MissingCells"/>) are the missing markers; the others are values or ranges
/// that at least a few rows share, so that a model that knows only cells knows no row's own value.
/// </summary>
public abstract class ColumnCodec
{
    private protected ColumnCodec(ColumnSchema schema, int cells, bool ordered) => (Schema, Cells, Ordered) = (schema, cells, ordered);

    /// <summary>Schema of the column as it was and as it comes back.</summary>
    public ColumnSchema Schema { get; }

    /// <summary>Number of cells, missing markers included; at most <see cref="MaxCells"/>.</summary>
    public int Cells { get; }

    /// <summary>Number of missing markers; they are the first cells.</summary>
    public int MissingCells => Schema.MissingMarkers.Length;

    /// <summary>Whether the cells after the missing ones lie on a line, smallest first. Otherwise they are sorted by frequency, most frequent first.</summary>
    public bool Ordered { get; }

    /// <summary>Cells fit an unsigned 16-bit number.</summary>
    public const int MaxCells = 65_535;

    /// <summary>Cell of each row, or -1 for a protected value that has no cell (a rare category).</summary>
    public abstract void Encode(Column column, Span<int> cells);

    /// <summary>Values for cells. What a cell leaves open (where in its range) is drawn from (stream, row, draw).</summary>
    /// <param name="cells">One cell a row.</param>
    /// <param name="rows">Global index of each row.</param>
    /// <param name="stream">Stream of this column.</param>
    /// <param name="draw">Draw number: 0, or more when a row is drawn again.</param>
    public abstract Column Decode(ReadOnlySpan<int> cells, ReadOnlySpan<long> rows, RandomStream stream, uint draw);

    /// <summary>
    /// Columns of the values that each cell can give, for asking a condition which cells can satisfy it: <c>cells[i]</c> is the cell of candidate i;
    /// a range gives its ends and its middle.
    /// </summary>
    public abstract Column Candidates(out int[] cells);

    /// <summary>Whether cells only tell present from missing, and the texts themselves are made anew for each row.</summary>
    internal virtual bool WritesAnew => false;

    /// <summary>Whether values that stand for persons or for few rows come back as made-up ones, so that no real value may be set beside them.</summary>
    internal virtual bool MakesUp => WritesAnew;

    /// <summary>Everything needed to make this codec again.</summary>
    public abstract CodecState State { get; }

    /// <summary>What was protected or replaced, in words; null when nothing was.</summary>
    public virtual string? Note => null;

    /// <summary>Whether a cell may stand for a range of numbers or moments, of which no single row's own value may be told.</summary>
    internal virtual bool HasRanges => Ordered;

    /// <summary>Learns the cells of a column.</summary>
    /// <param name="column">The real column.</param>
    /// <param name="rare">Rows below which a category, a value or a range is not kept.</param>
    /// <param name="encoding">How numbers and moments are cut; others have one way only.</param>
    /// <exception cref="RecipeException">An encoding other than a line for a column that is neither (SB2026).</exception>
    public static ColumnCodec Learn(Column column, int rare, ColumnEncoding encoding = default) => column switch
    {
        NumberColumn or DateTimeColumn when encoding.IsLevels => LevelsCodec.Learn(column, column is NumberColumn number ? NumberCodec.Learn(number, rare, encoding) : DateTimeCodec.Learn((DateTimeColumn)column, rare, encoding)),
        NumberColumn number => NumberCodec.Learn(number, rare, encoding),
        DateTimeColumn moment => DateTimeCodec.Learn(moment, rare, encoding),
        _ when encoding != ColumnEncoding.Line => throw Refused(column.Schema, encoding),
        CategoryColumn category => CategoryCodec.Learn(category, rare),
        TextColumn { Kind: ColumnKind.Identifier } text => PatternCodec.Learn(text),
        TextColumn text => (ColumnCodec?)PatternCodec.LearnWritten(text) ?? TextCodec.Learn(text, rare),
        _ => throw new FitException("SB3004", $"column `{column.Name}`: no codec for {column.GetType().Name}"),
    };

    internal static RecipeException Refused(ColumnSchema column, ColumnEncoding encoding) =>
        new("SB2026", $"encoding: column `{column.Name}` holds neither numbers nor moments, and can't be taken as `{encoding}`; leave it out, or say with `columns` that it holds numbers");

    /// <summary>Makes a codec from its saved state.</summary>
    /// <exception cref="DataException">The state does not make sense (SB5030).</exception>
    public static ColumnCodec FromState(CodecState state) => state.Type switch
    {
        NumberCodec.Type => new NumberCodec(state),
        DateTimeCodec.Type => new DateTimeCodec(state),
        CategoryCodec.Type => new CategoryCodec(state),
        LevelsCodec.Type => new LevelsCodec(state),
        PatternCodec.Type => new PatternCodec(state),
        TextCodec.Type => new TextCodec(state),
        _ => throw state.Unfit($"unknown codec `{state.Type}`"),
    };
}

/// <summary>A codec as plain values, ready for any file format.</summary>
/// <param name="Type">Which codec.</param>
/// <param name="Schema">Schema of the column.</param>
/// <param name="Numbers">Its numbers; their meaning is the codec's.</param>
/// <param name="Texts">Its texts; their meaning is the codec's.</param>
public sealed record CodecState(string Type, ColumnSchema Schema, double[] Numbers, string[] Texts)
{
    internal DataException Unfit(string why) => new("SB5030", $"column `{Schema.Name}` of the model file: {why}; the file is damaged or was made by another version: fit the model again");
}
