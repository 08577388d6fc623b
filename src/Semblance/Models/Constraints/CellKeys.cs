using Semblance.Codecs;
using Semblance.Data;

namespace Semblance.Models;

/// <summary>Cells of a column as 64-bit numbers that are equal when the cells are: the code of a level, the bits of a number, the ticks of a date; gaps below all of these.</summary>
internal static class CellKeys
{
    /// <summary>No key: a value that may not be told.</summary>
    public const long None = -2;

    private const int MostMarkers = 1_000;

    public static bool IsMissing(long key) => key < long.MinValue + MostMarkers;

    /// <summary>Keys of generated cells.</summary>
    public static long[] Of(Column column) => column switch
    {
        NumberColumn number => [.. number.Values.Select((v, row) => double.IsNaN(v) ? long.MinValue + number.MissingCode(row) : BitConverter.DoubleToInt64Bits(v + 0.0))],
        DateTimeColumn moment => moment.Ticks,
        _ => Array.ConvertAll(((CategoryColumn)column).Codes, c => c >= 0 ? c : long.MinValue + (-1 - c)),
    };

    /// <summary>Keys of real cells, as the codec's values have them; <see cref="None"/> for a category that the codec does not keep.</summary>
    public static long[] OfReal(Column real, ColumnCodec codec)
    {
        if (real is not CategoryColumn category) return Of(real);
        var places = new Dictionary<string, long>(StringComparer.Ordinal);
        var levels = Levels(codec);
        for (var i = 0; i < levels.Length; i++) places.TryAdd(levels[i], i);
        var map = Array.ConvertAll(category.Levels, level => places.GetValueOrDefault(level, None));
        return Array.ConvertAll(category.Codes, c => c >= 0 ? map[c] : long.MinValue + (-1 - c));
    }

    /// <summary>A column like another with other cells; the same column when nothing changes.</summary>
    public static Column With(Column column, long[] keys)
    {
        switch (column)
        {
            case NumberColumn:
                var values = new double[keys.Length];
                var markers = column.Schema.MissingMarkers.Length > 1 ? new byte[keys.Length] : null;
                for (var i = 0; i < keys.Length; i++)
                {
                    values[i] = IsMissing(keys[i]) ? double.NaN : BitConverter.Int64BitsToDouble(keys[i]);
                    if (markers is not null && IsMissing(keys[i])) markers[i] = (byte)(keys[i] - long.MinValue);
                }
                return new NumberColumn(column.Schema, values, markers);
            case DateTimeColumn: return new DateTimeColumn(column.Schema, keys);
            default: return ((CategoryColumn)column).WithCodes(Array.ConvertAll(keys, k => IsMissing(k) ? -1 - (int)(k - long.MinValue) : (int)k));
        }
    }

    /// <summary>Whether a key from a file is a cell that this codec's column can hold.</summary>
    public static bool IsSound(long key, ColumnCodec codec)
    {
        if (IsMissing(key)) return key - long.MinValue < codec.MissingCells;
        return codec.Schema switch
        {
            { IsNumeric: true } => double.IsFinite(BitConverter.Int64BitsToDouble(key)),
            { Kind: ColumnKind.DateTime } => key >= 0 && key <= DateTime.MaxValue.Ticks,
            _ => key >= 0 && key < Levels(codec).Length,
        };
    }

    private static string[] Levels(ColumnCodec codec) => ((CategoryColumn)codec.Candidates(out _)).Levels;
}
