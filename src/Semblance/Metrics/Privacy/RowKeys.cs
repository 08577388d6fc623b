using System.Globalization;
using System.Text;
using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// One 64-bit key per row from what its cells say, kinds decided by the real table: rows of any size are compared in memory of eight bytes each. Numbers agree
/// when they do at six decimals. Two different rows share a key once in 10^19 pairs.
/// </summary>
internal static class RowKeys
{
    /// <summary>Keys of a table over the given columns of the real one.</summary>
    public static ulong[] Of(Table real, Table table, IReadOnlyList<int> columns, Run run, CancellationToken ct)
    {
        var cells = new Func<int, ulong>[columns.Count];
        for (var k = 0; k < cells.Length; k++)
        {
            var column = real.Columns[columns[k]];
            cells[k] = Cell(column, table.Columns[table.Schema.Require(column.Name, "judged data")]);
        }
        var keys = new ulong[table.Rows];
        Blocks.ForRange(keys.Length, Blocks.Rows, run, ct, (from, to) =>
        {
            for (var row = from; row < to; row++)
            {
                ulong key = 0;
                foreach (var cell in cells) key = Mix(key + 0x9E3779B97F4A7C15 ^ cell(row));
                keys[row] = key;
            }
        });
        return keys;
    }

    private static Func<int, ulong> Cell(Column real, Column column)
    {
        switch (real.Kind)
        {
            case ColumnKind.Integer or ColumnKind.Decimal:
                return row => column.IsMissing(row) ? 1 : Number(Comparison.Number(column, row));
            case ColumnKind.DateTime:
                return row => column.IsMissing(row) ? 1 : Number(Comparison.Days(column, row, real.Schema.Format) * TimeSpan.SecondsPerDay);
            case ColumnKind.Text or ColumnKind.Identifier:
                return row => column.IsMissing(row) ? 1 : column is TextColumn text ? Text(text.Utf8(row)) : Text(Encoding.UTF8.GetBytes(column.Text(row)));
            default:
                var key = Comparison.LevelKey(real);
                if (column is not CategoryColumn category) return row => column.IsMissing(row) ? 1 : Text(Encoding.UTF8.GetBytes(key(column.Text(row))));
                var levels = Array.ConvertAll(category.Levels, l => Text(Encoding.UTF8.GetBytes(key(l))));
                return row => category.Codes[row] < 0 ? 1 : levels[category.Codes[row]];
        }
    }

    private static ulong Number(double value)
    {
        if (!double.IsFinite(value)) return 1; // cannot be read: a gap
        var rounded = Math.Abs(value) < 1e9 ? Math.Round(value * 1e6) / 1e6 : value;
        return Mix(BitConverter.DoubleToUInt64Bits(rounded + 0.0)); // no minus zero
    }

    public static ulong Text(ReadOnlySpan<byte> utf8)
    {
        var hash = 0xCBF29CE484222325; // FNV-1a, stirred at the end
        foreach (var b in utf8) hash = (hash ^ b) * 0x100000001B3;
        return Mix(hash ^ (ulong)utf8.Length << 56);
    }

    /// <summary>The finaliser of SplitMix64 (Steele, Lea and Flood 2014): every bit in depends on every bit out.</summary>
    public static ulong Mix(ulong x)
    {
        x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9;
        x = (x ^ x >> 27) * 0x94D049BB133111EB;
        return x ^ x >> 31;
    }
}
