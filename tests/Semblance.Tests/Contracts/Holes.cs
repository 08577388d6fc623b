using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Tests.Contracts;

/// <summary>Tables with cells taken out.</summary>
internal static class Holes
{
    /// <summary>The table with some cells missing.</summary>
    /// <param name="table">A whole table.</param>
    /// <param name="takenOut">Whether a cell (column, row) is taken out.</param>
    public static Table In(Table table, Func<int, int, bool> takenOut) => new([.. table.Columns.Select((column, c) => Punched(column, row => takenOut(c, row)))]);

    /// <summary>A share of all cells missing completely at random.</summary>
    public static Table AtRandom(Table table, double share, ulong seed)
    {
        var random = new RandomStream(new Seed(seed), "holes");
        return In(table, (c, row) => RandomStream.Unit(random.Words(row, (uint)c).A) < share);
    }

    private static Column Punched(Column column, Func<int, bool> takenOut)
    {
        var rows = column.Count;
        switch (column)
        {
            case NumberColumn number:
                var values = new double[rows];
                for (var row = 0; row < rows; row++) values[row] = takenOut(row) ? double.NaN : number.Values[row];
                return new NumberColumn(number.Schema, values, number.Markers, number.Verbatim);
            case DateTimeColumn moment:
                var ticks = new long[rows];
                for (var row = 0; row < rows; row++) ticks[row] = takenOut(row) ? long.MinValue : moment.Ticks[row];
                return new DateTimeColumn(moment.Schema, ticks);
            case CategoryColumn category:
                var codes = new int[rows];
                for (var row = 0; row < rows; row++) codes[row] = takenOut(row) ? -1 : category.Codes[row];
                return new CategoryColumn(category.Schema, codes, category.Levels);
            default:
                var text = (TextColumn)column;
                var bytes = new List<byte>();
                var ends = new int[rows];
                var markers = new byte[rows];
                for (var row = 0; row < rows; row++)
                {
                    if (takenOut(row) || text.IsMissing(row)) markers[row] = 1;
                    else bytes.AddRange(text.Utf8(row));
                    ends[row] = bytes.Count;
                }
                return new TextColumn(text.Schema, [.. bytes], ends, markers);
        }
    }
}
