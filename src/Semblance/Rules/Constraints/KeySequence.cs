using Semblance.Data;
using Semblance.Forms;

namespace Semblance.Rules;

/// <summary>
/// Different numbers or dates for different rows, each a function of its row alone: the row's number goes through a keyed permutation of the range that the real
/// values span (rounded outward, so that it tells no real value), and on to the next such range when that is full.
/// </summary>
internal sealed record KeySequence(long Origin, long Size, long Unit)
{
    private const long MostNumber = 1L << 53;

    private static ReadOnlySpan<long> Units => [TimeSpan.TicksPerDay, TimeSpan.TicksPerHour, TimeSpan.TicksPerMinute, TimeSpan.TicksPerSecond, 1];

    /// <summary>Rows, counted from row 0, that get different values.</summary>
    public long Room(ColumnSchema column) => ((column.Kind == ColumnKind.DateTime ? DateTime.MaxValue.Ticks / Unit : MostNumber) - Origin) / Size * Size;

    public static KeySequence Learn(Column column)
    {
        long[] values;
        var unit = 1L;
        if (column is NumberColumn number)
        {
            var scale = Scale(column.Schema);
            values = [.. number.Values.Where(v => Math.Abs(v) * scale < MostNumber / 4).Select(v => (long)Math.Round(v * scale))];
        }
        else
        {
            var ticks = ((DateTimeColumn)column).Ticks.Where(t => t >= 0).ToArray();
            foreach (var candidate in Units)
                if (Array.TrueForAll(ticks, t => t % candidate == 0))
                {
                    unit = candidate;
                    break;
                }
            values = Array.ConvertAll(ticks, t => t / unit);
        }
        if (values.Length == 0) return new(0, 1000, unit);
        long low = values.Min(), high = values.Max(), grain = 1;
        while ((high - low) / grain >= 100) grain *= 10;
        var origin = (long)Math.Floor(low / (double)grain) * grain;
        if (column is DateTimeColumn) origin = Math.Max(0, origin);
        return new(origin, ((high - origin) / grain + 1) * grain, unit);
    }

    /// <summary>The column with other values in its present cells.</summary>
    public Column Apply(Column column, ReadOnlySpan<long> rows, ulong key)
    {
        if (column is NumberColumn number)
        {
            var scale = Scale(column.Schema);
            var values = new double[rows.Length];
            for (var i = 0; i < values.Length; i++) values[i] = double.IsNaN(number.Values[i]) ? double.NaN : At(rows[i], key) / scale;
            return new NumberColumn(column.Schema, values, number.Markers);
        }
        var ticks = ((DateTimeColumn)column).Ticks.ToArray();
        for (var i = 0; i < ticks.Length; i++)
            if (ticks[i] >= 0) ticks[i] = At(rows[i], key) * Unit;
        return new DateTimeColumn(column.Schema, ticks);
    }

    private long At(long row, ulong key) => Origin + row / Size * Size + (long)KeyedPermutation.Permute((ulong)(row % Size), (ulong)Size, key + (ulong)(row / Size));

    private static double Scale(ColumnSchema column)
    {
        var scale = 1.0;
        for (var d = 0; d < Math.Min(9, column.Number.MaxDecimals); d++) scale *= 10;
        return scale;
    }

    /// <summary>Whether it can have been learnt; a model file may say anything.</summary>
    public bool IsSound(ColumnSchema column) =>
        Size is > 0 and <= 1L << 53 && Unit is > 0 and <= TimeSpan.TicksPerDay && Math.Abs(Origin) <= MostNumber
        && (column.Kind == ColumnKind.DateTime ? Origin >= 0 && Origin <= DateTime.MaxValue.Ticks / Unit && Size <= DateTime.MaxValue.Ticks / Unit : Unit == 1) && Room(column) > 0;
}
