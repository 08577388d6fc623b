using System.Globalization;

namespace Semblance.Reports;

/// <summary>Ticks of a time axis on round moments: the first of a year, of a month, a day, an hour.</summary>
internal static class TimeTicks
{
    private const int Most = 5;

    private static readonly int[] MonthSteps = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 12000];

    /// <summary>Round moments between two ticks counts (100 ns since year 1), at most five, and how they are written.</summary>
    public static (IReadOnlyList<long> Ticks, string Format) Of(long low, long high)
    {
        low = Math.Clamp(low, 0, DateTime.MaxValue.Ticks);
        high = Math.Clamp(high, low, DateTime.MaxValue.Ticks);
        var days = (double)(high - low) / TimeSpan.TicksPerDay;
        if (days >= 75)
            foreach (var months in MonthSteps)
                if (days / 30.44 / months <= Most) return (Months(low, high, months), months >= 12 ? "yyyy" : "yyyy-MM");
        foreach (var minutes in (ReadOnlySpan<int>)[1, 5, 15, 60, 180, 360, 720, 1440, 2880, 7200, 14400, 43200])
            if (days * 1440 / minutes <= Most) return (Steps(low, high, minutes * TimeSpan.TicksPerMinute), minutes >= 1440 ? "yyyy-MM-dd" : days > 1 ? "MM-dd HH:mm" : "HH:mm");
        return ([low], "yyyy-MM-dd");
    }

    /// <summary>Text of a moment.</summary>
    public static string Text(double ticks, string format) => new DateTime((long)Math.Clamp(ticks, 0, DateTime.MaxValue.Ticks)).ToString(format, CultureInfo.InvariantCulture);

    private static List<long> Months(long low, long high, int step)
    {
        var ticks = new List<long>();
        var first = new DateTime(low);
        var month = (first.Year * 12 + first.Month - 1 + step - 1) / step * step;
        for (; month / 12 <= 9999; month += step)
        {
            if (month / 12 < 1) continue;
            var at = new DateTime(month / 12, month % 12 + 1, 1).Ticks;
            if (at > high) break;
            if (at >= low) ticks.Add(at);
        }
        return ticks;
    }

    private static List<long> Steps(long low, long high, long step)
    {
        var ticks = new List<long>();
        for (var at = (low + step - 1) / step * step; at <= high && ticks.Count <= 2 * Most; at += step) ticks.Add(at);
        return ticks;
    }
}
