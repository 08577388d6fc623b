using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Codecs;

/// <summary>Numbers or moments taken by their values (<see cref="ColumnEncoding.Levels"/>): the cells of a line, most frequent first, as if they were categories. What a cell covers, and so what it tells of rows, is the line's own affair.</summary>
public sealed class LevelsCodec : ColumnCodec
{
    internal const string Type = "levels";
    private readonly ColumnCodec line;
    private readonly int[] placeOf; // cell of the line -> cell
    private readonly int[] cellAt; // cell -> cell of the line

    private LevelsCodec(ColumnCodec line, int[] cellAt) : base(line.Schema, line.Cells, false)
    {
        (this.line, this.cellAt, placeOf) = (line, cellAt, new int[cellAt.Length]);
        for (var cell = 0; cell < cellAt.Length; cell++) placeOf[cellAt[cell]] = cell;
    }

    internal LevelsCodec(CodecState state) : this(LineOf(state), OrderOf(state)) { }

    internal static LevelsCodec Learn(Column column, ColumnCodec line)
    {
        var cells = new int[column.Count];
        line.Encode(column, cells);
        var counts = new int[line.Cells];
        foreach (var cell in cells)
            if (cell >= 0) counts[cell]++;
        var order = new int[line.Cells];
        for (var cell = 0; cell < order.Length; cell++) order[cell] = cell;
        order.AsSpan(line.MissingCells).Sort((a, b) => counts[a] != counts[b] ? counts[b].CompareTo(counts[a]) : a.CompareTo(b));
        return new LevelsCodec(line, order);
    }

    /// <summary>Whether a column is one of numbers or moments that can be taken by its values: at least half of those present have a level of their own, and there are more than two.</summary>
    internal static bool Suits(Column column, int rare)
    {
        if (column is not (NumberColumn or DateTimeColumn)) return false;
        var codec = ColumnCodec.Learn(column, rare, ColumnEncoding.Levels);
        codec.Candidates(out var of);
        var candidates = new int[codec.Cells];
        foreach (var cell in of) candidates[cell]++; // a range has its ends and its middle
        var cells = new int[column.Count];
        codec.Encode(column, cells);
        var (own, present, kinds) = (0, 0, new HashSet<int>());
        foreach (var cell in cells)
        {
            if (cell < codec.MissingCells) continue;
            present++;
            if (candidates[cell] != 1) continue;
            own++;
            kinds.Add(cell);
        }
        return 2 * own >= present && kinds.Count > 2;
    }

    private static ColumnCodec LineOf(CodecState state) => state.Texts switch
    {
        [NumberCodec.Type] => new NumberCodec(state with { Type = NumberCodec.Type, Numbers = state.Numbers[Places(state)..], Texts = [] }),
        [DateTimeCodec.Type] => new DateTimeCodec(state with { Type = DateTimeCodec.Type, Numbers = state.Numbers[Places(state)..], Texts = [] }),
        _ => throw state.Unfit("it names no line"),
    };

    private static int Places(CodecState state) => state.Numbers.Length > 0 && state.Numbers[0] >= 0 && state.Numbers[0] < state.Numbers.Length ? 1 + (int)state.Numbers[0] : throw state.Unfit("its order of values is missing");

    private static int[] OrderOf(CodecState state)
    {
        var order = new int[Places(state) - 1];
        var seen = new bool[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            var cell = state.Numbers[i + 1];
            if (!(cell >= 0 && cell < order.Length) || cell != (int)cell || seen[(int)cell] || i < state.Schema.MissingMarkers.Length && cell != i) throw state.Unfit("its order of values is not one");
            seen[order[i] = (int)cell] = true;
        }
        return order.Length == LineOf(state).Cells ? order : throw state.Unfit("its order of values does not fit them");
    }

    /// <inheritdoc/>
    public override void Encode(Column column, Span<int> cells)
    {
        line.Encode(column, cells);
        for (var row = 0; row < cells.Length; row++)
            if (cells[row] >= 0) cells[row] = placeOf[cells[row]];
    }

    /// <inheritdoc/>
    public override Column Decode(ReadOnlySpan<int> cells, ReadOnlySpan<long> rows, RandomStream stream, uint draw)
    {
        var own = new int[cells.Length];
        for (var i = 0; i < own.Length; i++) own[i] = cellAt[cells[i]];
        return line.Decode(own, rows, stream, draw);
    }

    /// <inheritdoc/>
    public override Column Candidates(out int[] cells)
    {
        var candidates = line.Candidates(out cells);
        for (var i = 0; i < cells.Length; i++) cells[i] = placeOf[cells[i]];
        return candidates;
    }

    internal override bool HasRanges => true;

    /// <inheritdoc/>
    public override string Note => $"column `{Schema.Name}`: taken by its values";

    /// <inheritdoc/>
    public override CodecState State => new(Type, Schema, [cellAt.Length, .. cellAt.Select(c => (double)c), .. line.State.Numbers], [line.State.Type]);
}
