namespace Semblance.Rules;

/// <summary>When a holiday falls: a date, a distance from Easter Sunday, or the n-th weekday of a month.</summary>
internal readonly record struct HolidayRule(string Name, int Month, int Day, int Kind, DayOfWeek Weekday, int Since)
{
    private const int Fixed = 0, FromEaster = 1, Nth = 2;

    public static HolidayRule On(int month, int day, string name, int since = 0) => new(name, month, day, Fixed, default, since);

    /// <summary>Days after Easter Sunday.</summary>
    public static HolidayRule Easter(int days, string name) => new(name, 0, days, FromEaster, default, 0);

    /// <summary>The n-th such weekday of a month; -1 for the last.</summary>
    public static HolidayRule OnWeekday(int month, int n, DayOfWeek weekday, string name, int since = 0) => new(name, month, n, Nth, weekday, since);

    /// <summary>The day of a year, or null before it was introduced.</summary>
    public DateOnly? In(int year)
    {
        if (year < Since) return null;
        if (Kind == Fixed) return new DateOnly(year, Month, Day);
        if (Kind == FromEaster) return EasterSunday(year).AddDays(Day);
        if (Day > 0)
        {
            var first = new DateOnly(year, Month, 1);
            return first.AddDays(((int)Weekday - (int)first.DayOfWeek + 7) % 7 + 7 * (Day - 1));
        }
        var last = new DateOnly(year, Month, DateTime.DaysInMonth(year, Month));
        return last.AddDays(-(((int)last.DayOfWeek - (int)Weekday + 7) % 7));
    }

    /// <summary>Easter Sunday of the Gregorian calendar (Butcher's rule, 1876).</summary>
    public static DateOnly EasterSunday(int year)
    {
        var a = year % 19;
        var (b, c) = (year / 100, year % 100);
        var h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
        var l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
        var m = (a + 11 * h + 22 * l) / 451;
        var n = h + l - 7 * m + 114;
        return new DateOnly(year, n / 31, n % 31 + 1);
    }
}
