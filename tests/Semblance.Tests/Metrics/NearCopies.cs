using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Tests.Metrics;

/// <summary>Rows copied with small changes: the fault that a comparison of whole rows for equality cannot see.</summary>
internal static class NearCopies
{
    /// <summary>Numbers moved by a normal error of a share of their standard deviation, other cells replaced by those of a random row with the same chance.</summary>
    public static Table Of(Table table, double share) => new([.. table.Columns.Select(column =>
    {
        var stream = new RandomStream(new Seed(77), column.Name);
        if (column is NumberColumn number)
        {
            var present = number.Values.Where(double.IsFinite).ToArray();
            var mean = present.Average();
            var spread = Math.Sqrt(present.Average(v => (v - mean) * (v - mean)));
            var moved = number.Values.Select((v, row) => v + share * spread * stream.Sequence(row).NextNormal());
            return new NumberColumn(number.Schema, [.. column.Kind == ColumnKind.Integer ? moved.Select(v => Math.Round(v)) : moved]);
        }
        var rows = Enumerable.Range(0, table.Rows).Select(row =>
        {
            var sequence = stream.Sequence(row);
            return sequence.NextUnit() < share ? sequence.NextBelow(table.Rows) : row;
        });
        return column.Take([.. rows]);
    })]);
}
