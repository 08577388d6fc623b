using Semblance.Data;
using Semblance.Forms;

namespace Semblance.Rules;

/// <summary>Dates between two ends, each of which is fixed or an expression, in whole units.</summary>
internal sealed class MomentMaker(long from, long to, RowExpression? fromOf, RowExpression? toOf, long unit, int stream, bool unique, RowBound[] bounds, bool tried, double[] weights, BusinessCalendar? calendar, TimeProfile? hours, int clock) : ColumnMaker
{
    /// <summary>Days are numbered where they have times of their own or a calendar leaves some out, else units.</summary>
    private readonly long step = calendar is null && hours is null ? unit : TimeSpan.TicksPerDay;

    /// <summary>First and last unit of the fixed ends.</summary>
    private readonly long first = Up(from, calendar, calendar is null && hours is null ? unit : TimeSpan.TicksPerDay), last = Down(to, calendar, calendar is null && hours is null ? unit : TimeSpan.TicksPerDay);

    /// <summary>Number of the first unit that is not before a time.</summary>
    public static long Up(long ticks, BusinessCalendar? calendar, long step) => calendar is null ? (ticks + step - 1) / step : calendar.Ordinal(Day((ticks + TimeSpan.TicksPerDay - 1) / TimeSpan.TicksPerDay));

    /// <summary>Number of the last unit that is not after a time.</summary>
    public static long Down(long ticks, BusinessCalendar? calendar, long step) => calendar is null ? ticks / step : calendar.Ordinal(Day(ticks / TimeSpan.TicksPerDay + 1)) - 1;

    private static DateOnly Day(long number) => DateOnly.FromDayNumber((int)number);

    private long At(long number) => calendar is null ? number * step : calendar.At((int)number).DayNumber * TimeSpan.TicksPerDay;

    /// <summary>Gives days their times, where these are drawn.</summary>
    private DateTimeColumn Timed(RowFrame frame, long[] ticks)
    {
        if (step == unit) return new DateTimeColumn(Schema, ticks);
        var random = frame.Stream(clock);
        for (var i = 0; i < ticks.Length; i++)
        {
            if (ticks[i] < 0) continue;
            var u = random.UnitAt(frame.Draws[i]);
            var time = hours is null ? (long)(u * TimeSpan.TicksPerDay) : hours.OnDay(Day(ticks[i] / TimeSpan.TicksPerDay), u).Ticks % TimeSpan.TicksPerDay;
            ticks[i] += time / unit * unit;
        }
        return new DateTimeColumn(Schema, ticks);
    }

    public override ulong? Room => unique ? (ulong)(last - first + 1) : null;

    public override Column Make(RowFrame frame)
    {
        var ticks = new long[frame.Count];
        var random = frame.Stream(stream);
        if (unique)
        {
            var size = (ulong)(last - first + 1);
            for (var i = 0; i < ticks.Length; i++) ticks[i] = At(first + (long)KeyedPermutation.Permute((ulong)frame.Rows[i] % size, size, random.Key));
            return Timed(frame, ticks);
        }
        var units = new double[frame.Count];
        frame.FillUnit(stream, units);
        if (fromOf is null && toOf is null && bounds.Length == 0)
        {
            var size = last - first + 1;
            if (weights.Length > 0)
                foreach (ref var u in units.AsSpan()) u = Weighted(u);
            for (var i = 0; i < ticks.Length; i++) ticks[i] = At(first + (long)(units[i] * size));
            return Timed(frame, ticks);
        }
        OfRows(frame, units, ticks);
        return new DateTimeColumn(Schema, ticks);
    }

    /// <summary>Shares of the time that lie before each part, and the end.</summary>
    private readonly double[] before = Summed(weights);

    private static double[] Summed(double[] weights)
    {
        var sums = new double[weights.Length + 1];
        for (var i = 0; i < weights.Length; i++) sums[i + 1] = sums[i] + weights[i];
        var total = sums[^1];
        for (var i = 0; i < sums.Length && total > 0; i++) sums[i] /= total;
        return sums;
    }

    private double Weighted(double u)
    {
        var part = Array.BinarySearch(before, u);
        if (part < 0) part = ~part - 1;
        while (part + 1 < weights.Length && weights[part] == 0) part++;
        part = Math.Min(part, weights.Length - 1);
        return Math.Min((part + Math.Clamp((u - before[part]) / (before[part + 1] - before[part]), 0, 1)) / weights.Length, 1 - 1e-16);
    }

    /// <summary>A unit between two, by the weights of the parts it may lie in.</summary>
    private long Weighted(double u, long begin, long end)
    {
        double size = last - first + 1;
        double from = Before((begin - first) / size), to = Before((end + 1 - first) / size);
        return to > from ? Math.Clamp(first + (long)(Weighted(from + u * (to - from)) * size), begin, end) : begin + (long)(u * (end - begin + 1));
    }

    /// <summary>Share that lies before a point of the time from 0 to 1.</summary>
    private double Before(double point)
    {
        var at = Math.Clamp(point, 0, 1) * weights.Length;
        var part = Math.Min((int)at, weights.Length - 1);
        return before[part] + (at - part) * (before[part + 1] - before[part]);
    }

    private void OfRows(RowFrame frame, double[] units, long[] ticks)
    {
        var (low, high) = (new long[frame.Count], new long[frame.Count]);
        Array.Fill(low, from);
        Array.Fill(high, to);
        if (fromOf is not null)
        {
            fromOf.Moments(frame, low);
            for (var i = 0; i < low.Length; i++)
                if (low[i] >= 0) low[i] = Math.Max(low[i], from);
        }
        if (toOf is not null)
        {
            toOf.Moments(frame, high);
            for (var i = 0; i < high.Length; i++)
                if (high[i] >= 0) high[i] = Math.Min(high[i], to);
        }
        foreach (var bound in bounds)
        {
            var other = ((DateTimeColumn)frame.Column(bound.Column)).Ticks;
            for (var i = 0; i < other.Length; i++)
            {
                if (other[i] < 0) continue;
                if (bound.IsLow) low[i] = low[i] < 0 ? low[i] : Math.Max(low[i], other[i] + (bound.Strict ? 1 : 0));
                else high[i] = high[i] < 0 ? high[i] : Math.Min(high[i], other[i] - (bound.Strict ? 1 : 0));
            }
        }
        for (var i = 0; i < ticks.Length; i++)
        {
            if (low[i] < 0 || high[i] < 0)
            {
                ticks[i] = long.MinValue; // an end that is missing leaves nothing to draw from
                continue;
            }
            long begin = Up(low[i], calendar, step), end = Down(high[i], calendar, step);
            if (begin > end && tried)
            {
                ticks[i] = At(Math.Max(end, 0)); // breaks the order, which is a condition too: another draw of the other columns will do
                continue;
            }
            if (begin > end)
                throw new GenerateException("SB4072", $"table `{frame.Table.Plan.Name}`, column `{Schema.Name}`, row {frame.Rows[i]}: there is no date from {new DateTime(low[i]):yyyy-MM-dd HH:mm:ss} to {new DateTime(Math.Max(0, high[i])):yyyy-MM-dd HH:mm:ss}; widen `from` and `to`, or take a finer `step`");
            ticks[i] = At(weights.Length == 0 ? begin + (long)(units[i] * (end - begin + 1)) : Weighted(units[i], begin, end));
        }
    }
}
