using Semblance.Data;
using Semblance.Forms;

namespace Semblance.Rules;

/// <summary>
/// Different numbers or dates for different rows, each a function of its row alone: the row's number goes through a keyed permutation of the range that the real
/// values span (rounded outward, so that it tells no real value), and on to the next such range when that is full.
/// </summary>
/// <param name="Origin">First value, in units.</param>
/// <param name="Size">Values of a range.</param>
/// <param name="Unit">Ticks of a step of a date; 1 for numbers, whose unit is their last decimal.</param>
/// <param name="End">What no value reaches, in units.</param>
internal sealed record KeySequence(long Origin, long Size, long Unit, long End)
{
    private const long MostNumber = 1L << 53;

    private static ReadOnlySpan<long> Units => [TimeSpan.TicksPerDay, TimeSpan.TicksPerHour, TimeSpan.TicksPerMinute, TimeSpan.TicksPerSecond, 1];

    /// <summary>Rows, counted from row 0, that get different values.</summary>
    public long Room => End - Origin;

    /// <summary>Learns the range of a column, within bounds.</summary>
    public static KeySequence Learn(Column column, NumberInterval bounds)
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
        // bounds in units, rounded inward; whole and open ends count as such
        var step = column is NumberColumn ? 1 / Scale(column.Schema) : unit;
        var most = column is NumberColumn ? MostNumber : DateTime.MaxValue.Ticks / unit;
        var first = Bound(bounds.Low / step, bounds.LowIncluded, 1, column is NumberColumn ? -MostNumber : 0, most);
        var end = Bound(bounds.High / step, bounds.HighIncluded, -1, column is NumberColumn ? -MostNumber : 0, most) + 1;
        values = Array.FindAll(values, v => v >= first && v < end);
        if (values.Length == 0)
        {
            var start = Math.Clamp(0, first, Math.Max(first, end - 1));
            return new(start, Math.Clamp(end - start, 1, 1000), unit, Math.Max(end, start + 1));
        }
        long low = values.Min(), high = values.Max(), grain = 1;
        while ((high - low) / grain >= 100) grain *= 10;
        var origin = (long)Math.Floor(low / (double)grain) * grain;
        origin = Math.Max(first, origin);
        return new(origin, Math.Min(((high - origin) / grain + 1) * grain, end - origin), unit, end);
    }

    private static long Bound(double value, bool included, int inward, long least, long most)
    {
        var whole = inward > 0 ? Math.Ceiling(value - 1e-6) : Math.Floor(value + 1e-6);
        if (!included && Math.Abs(whole - value) <= 1e-6) whole += inward;
        return (long)Math.Clamp(whole, least, most);
    }

    /// <summary>The column with other values in its present cells, or in those of them that are open.</summary>
    public Column Apply(Column column, ReadOnlySpan<long> rows, ulong key, bool[]? open)
    {
        if (column is NumberColumn number)
        {
            var scale = Scale(column.Schema);
            var values = number.Values.ToArray();
            for (var i = 0; i < values.Length; i++)
                if (!double.IsNaN(values[i]) && open?[i] != false) values[i] = At(rows[i], key) / scale;
            return new NumberColumn(column.Schema, values, number.Markers);
        }
        var ticks = ((DateTimeColumn)column).Ticks.ToArray();
        for (var i = 0; i < ticks.Length; i++)
            if (ticks[i] >= 0 && open?[i] != false) ticks[i] = At(rows[i], key) * Unit;
        return new DateTimeColumn(column.Schema, ticks);
    }

    private long At(long row, ulong key)
    {
        row %= Room; // trials look at rows that no request reaches
        var start = Origin + row / Size * Size;
        var size = Math.Min(Size, End - start);
        return start + (long)KeyedPermutation.Permute((ulong)(row % Size), (ulong)size, key + (ulong)(row / Size));
    }

    private static double Scale(ColumnSchema column)
    {
        var scale = 1.0;
        for (var d = 0; d < Math.Min(9, column.Number.MaxDecimals); d++) scale *= 10;
        return scale;
    }

    /// <summary>Whether it can have been learnt; a model file may say anything.</summary>
    public bool IsSound(ColumnSchema column) =>
        Size is > 0 and <= 1L << 53 && Unit is > 0 and <= TimeSpan.TicksPerDay && Origin >= -MostNumber && End > Origin && Origin <= long.MaxValue - Size
        && (column.Kind == ColumnKind.DateTime ? Origin >= 0 && End - 1 <= DateTime.MaxValue.Ticks / Unit : Unit == 1 && End - 1 <= MostNumber);
}
