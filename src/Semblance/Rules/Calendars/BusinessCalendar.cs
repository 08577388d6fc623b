using System.Collections.Frozen;
using System.Collections.Immutable;
using static System.DayOfWeek;
using static Semblance.Rules.HolidayRule;

namespace Semblance.Rules;

/// <summary>
/// Working days of a country by rule: weekends, fixed holidays, those counted from Easter and n-th weekdays, moved off the weekend where the law says so. Nationwide holidays only, as they stand today;
/// regional and one-off ones are left out. From 1950 to 2149.
/// </summary>
public sealed class BusinessCalendar
{
    private const int FirstYear = 1950, LastYear = 2149;

    private static readonly HolidayRule NewYear = On(1, 1, "New Year's Day"), GoodFriday = Easter(-2, "Good Friday"), EasterMonday = Easter(1, "Easter Monday"), LabourDay = On(5, 1, "Labour Day"),
        Ascension = Easter(39, "Ascension Day"), WhitMonday = Easter(50, "Whit Monday"), Assumption = On(8, 15, "Assumption"), AllSaints = On(11, 1, "All Saints' Day"), Christmas = On(12, 25, "Christmas Day"),
        SecondChristmas = On(12, 26, "Second Christmas Day"), Epiphany = On(1, 6, "Epiphany");

    private static readonly FrozenDictionary<string, BusinessCalendar> ByCode = new BusinessCalendar[]
    {
        new("weekdays", Moving.None),
        new("US", Moving.Nearest, NewYear, OnWeekday(1, 3, Monday, "Martin Luther King Jr. Day", 1986), OnWeekday(2, 3, Monday, "Presidents' Day", 1971), OnWeekday(5, -1, Monday, "Memorial Day", 1971),
            On(6, 19, "Juneteenth", 2021), On(7, 4, "Independence Day"), OnWeekday(9, 1, Monday, "Labor Day"), OnWeekday(10, 2, Monday, "Columbus Day", 1971), On(11, 11, "Veterans Day"),
            OnWeekday(11, 4, Thursday, "Thanksgiving"), Christmas),
        new("GB", Moving.Onward, NewYear, GoodFriday, EasterMonday, OnWeekday(5, 1, Monday, "Early May Bank Holiday", 1978), OnWeekday(5, -1, Monday, "Spring Bank Holiday", 1971),
            OnWeekday(8, -1, Monday, "Summer Bank Holiday", 1971), Christmas, On(12, 26, "Boxing Day")),
        new("DE", Moving.None, NewYear, GoodFriday, EasterMonday, LabourDay, Ascension, WhitMonday, On(10, 3, "German Unity Day", 1990), Christmas, SecondChristmas),
        new("FR", Moving.None, NewYear, EasterMonday, LabourDay, On(5, 8, "Victory Day"), Ascension, WhitMonday, On(7, 14, "Bastille Day"), Assumption, AllSaints, On(11, 11, "Armistice Day"), Christmas),
        new("ES", Moving.None, NewYear, Epiphany, GoodFriday, LabourDay, Assumption, On(10, 12, "National Day"), AllSaints, On(12, 6, "Constitution Day", 1983), On(12, 8, "Immaculate Conception"), Christmas),
        new("IT", Moving.None, NewYear, Epiphany, EasterMonday, On(4, 25, "Liberation Day"), LabourDay, On(6, 2, "Republic Day"), Assumption, AllSaints, On(12, 8, "Immaculate Conception"), Christmas, SecondChristmas),
        new("NL", Moving.None, NewYear, EasterMonday, On(4, 27, "King's Day", 2014), Ascension, WhitMonday, Christmas, SecondChristmas),
        new("PL", Moving.None, NewYear, On(1, 6, "Epiphany", 2011), EasterMonday, LabourDay, On(5, 3, "Constitution Day", 1990), Easter(60, "Corpus Christi"), Assumption, AllSaints, On(11, 11, "Independence Day", 1989),
            On(12, 24, "Christmas Eve", 2025), Christmas, SecondChristmas),
        new("SE", Moving.None, NewYear, Epiphany, GoodFriday, EasterMonday, LabourDay, Ascension, On(6, 6, "National Day", 2005), Christmas, SecondChristmas),
        new("BR", Moving.None, NewYear, GoodFriday, On(4, 21, "Tiradentes"), LabourDay, Easter(60, "Corpus Christi"), On(9, 7, "Independence Day"), On(10, 12, "Our Lady of Aparecida", 1980), On(11, 2, "All Souls' Day"),
            On(11, 15, "Republic Day"), On(11, 20, "Black Consciousness Day", 2024), Christmas),
    }.ToFrozenDictionary(c => c.Code);

    private readonly HolidayRule[] rules;
    private readonly Moving moving;
    private readonly Lazy<int[]> days;

    private BusinessCalendar(string code, Moving moving, params HolidayRule[] rules)
    {
        (Code, this.moving, this.rules) = (code, moving, rules);
        days = new(List);
    }

    /// <summary>What happens to a holiday on a weekend.</summary>
    private enum Moving
    {
        /// <summary>It is lost.</summary>
        None,
        /// <summary>From Saturday to Friday, from Sunday to Monday.</summary>
        Nearest,
        /// <summary>To the next working day that is none already.</summary>
        Onward,
    }

    /// <summary>All codes.</summary>
    public static ImmutableArray<string> All { get; } = [.. ByCode.Keys.Order(StringComparer.Ordinal)];

    /// <summary>ISO 3166 code of the country, or <c>weekdays</c> for Monday to Friday without holidays.</summary>
    public string Code { get; }

    /// <summary>A calendar by code.</summary>
    /// <exception cref="RecipeException"><c>SB2150</c>: there is none; names the nearest.</exception>
    public static BusinessCalendar Find(string code) => ByCode.GetValueOrDefault(code)
        ?? throw new RecipeException("SB2150", $"there is no calendar '{code}'; {(Nearest.Of(code, ByCode.Keys) is { } near && code.Length > 2 ? $"did you mean '{near}'?" : "known: " + string.Join(", ", All))}");

    /// <summary>The holidays of a year that fall, or are moved, on a working day, in order.</summary>
    public ImmutableArray<(DateOnly Day, string Name)> Holidays(int year)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(year, FirstYear);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(year, LastYear);
        var found = new SortedDictionary<DateOnly, string>();
        foreach (var around in moving == Moving.Nearest ? new[] { year, year + 1 } : [year]) // New Year's Day on a Saturday is kept on 31 December
            foreach (var rule in rules)
            {
                if (rule.In(around) is not { } day) continue;
                if (moving == Moving.Nearest) day = day.AddDays(day.DayOfWeek switch { Saturday => -1, Sunday => 1, _ => 0 });
                else if (moving == Moving.Onward)
                    while (IsWeekend(day) || found.ContainsKey(day)) day = day.AddDays(1);
                if (day.Year == year && !IsWeekend(day)) found.TryAdd(day, rule.Name);
            }
        return [.. found.Select(p => (p.Key, p.Value))];
    }

    /// <summary>Whether a day is worked on.</summary>
    public bool IsBusinessDay(DateOnly day) => Array.BinarySearch(days.Value, Within(day).DayNumber) >= 0;

    /// <summary>Number of the first working day that is not before a day, counted from 1950. <see cref="At"/> gives it back.</summary>
    public int Ordinal(DateOnly day) => Array.BinarySearch(days.Value, Within(day).DayNumber) is var i && i < 0 ? ~i : i;

    /// <summary>The working day of a number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none between 1950 and 2149.</exception>
    public DateOnly At(int ordinal)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)ordinal, (uint)days.Value.Length, nameof(ordinal));
        return DateOnly.FromDayNumber(days.Value[ordinal]);
    }

    /// <summary>The n-th working day after a day (before it, for n below 0); 0 gives the day itself, or the next working day.</summary>
    public DateOnly Add(DateOnly day, int n)
    {
        var from = Ordinal(day);
        return At(from + n - (n > 0 && !IsBusinessDay(day) ? 1 : 0));
    }

    /// <summary>Working days from one day up to, not including, another; below 0 when that is earlier.</summary>
    public int Count(DateOnly from, DateOnly to) => Ordinal(to) - Ordinal(from);

    /// <inheritdoc/>
    public override string ToString() => Code;

    private static bool IsWeekend(DateOnly day) => day.DayOfWeek is Saturday or Sunday;

    private static DateOnly Within(DateOnly day) => day.Year is >= FirstYear and <= LastYear ? day
        : throw new ArgumentOutOfRangeException(nameof(day), day, FormattableString.Invariant($"business calendars know the years {FirstYear} to {LastYear}"));

    private int[] List()
    {
        var list = new List<int>();
        for (var year = FirstYear; year <= LastYear; year++)
        {
            var closed = Holidays(year).Select(h => h.Day).ToHashSet();
            for (var day = new DateOnly(year, 1, 1); day.Year == year; day = day.AddDays(1))
                if (!IsWeekend(day) && !closed.Contains(day)) list.Add(day.DayNumber);
        }
        return [.. list];
    }
}
