using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Semblance.Rules;

/// <summary>
/// How much happens at which hour of which weekday: weights of the 168 hours of a week, 1 on average. It also turns time into the time that counts: a steady process seen through
/// <see cref="After"/> becomes one that follows the profile, which is exact for Poisson processes (time change).
/// </summary>
public sealed class TimeProfile
{
    private const int Hours = 168;

    private static readonly FrozenDictionary<string, TimeProfile> Known = new Dictionary<string, TimeProfile>
    {
        // Shapes written for the product: what is customary, not measured. Hours from midnight; days from Monday.
        ["flat"] = new(Flat(24), Flat(7)),
        ["office"] = new([0, 0, 0, 0, 0, 0, 1, 4, 8, 10, 10, 9, 6, 8, 10, 9, 7, 4, 1, 0, 0, 0, 0, 0], [10, 11, 11, 10, 8, 0, 0]),
        ["shop"] = new([0, 0, 0, 0, 0, 0, 0, 1, 3, 5, 7, 8, 8, 7, 7, 8, 10, 11, 9, 5, 2, 0, 0, 0], [9, 9, 9, 10, 13, 15, 4]),
        ["online"] = new([3, 1.5, 1, 0.6, 0.5, 0.7, 1.5, 3, 4.5, 5.5, 6, 6, 6, 5.5, 5.5, 5.5, 6, 6.5, 7, 8, 9, 9, 7.5, 5], [10, 10, 10, 10, 9.5, 9, 10.5]),
        ["calls"] = new([0.3, 0.2, 0.1, 0.1, 0.1, 0.3, 1, 3, 6, 8.5, 9, 8.5, 7, 7.5, 8, 8, 8, 7.5, 6.5, 5, 3.5, 2, 1, 0.5], [11, 10.5, 10.5, 10.5, 10.5, 6, 4]),
        ["network"] = new([2, 1.5, 1.3, 1.2, 1.2, 1.4, 2, 3.5, 6, 7.5, 8, 8, 7, 7.5, 8, 8, 7.5, 6.5, 5, 4.5, 4, 3.5, 3, 2.5], [10.5, 11, 11, 11, 10, 5, 4.5]),
    }.ToFrozenDictionary();

    private readonly double[] weights = new double[Hours];
    private readonly double[] sums = new double[Hours + 1];

    /// <summary>A profile from the weights of hours and of weekdays, multiplied.</summary>
    /// <param name="hours">24 weights from midnight on, at least 0.</param>
    /// <param name="weekdays">7 weights from Monday on, at least 0.</param>
    /// <exception cref="ArgumentException">Other counts, or weights that are none.</exception>
    public TimeProfile(ReadOnlySpan<double> hours, ReadOnlySpan<double> weekdays)
    {
        if (hours.Length != 24 || weekdays.Length != 7) throw new ArgumentException("a profile has 24 hours and 7 weekdays", nameof(hours));
        var total = 0.0;
        for (var i = 0; i < Hours; i++)
        {
            weights[i] = hours[i % 24] * weekdays[i / 24];
            total += weights[i] >= 0 ? weights[i] : throw new ArgumentException("weights of a profile are at least 0", nameof(hours));
        }
        if (!(total > 0) || !double.IsFinite(total)) throw new ArgumentException("the weights of a profile add up to nothing", nameof(hours));
        for (var i = 0; i < Hours; i++)
        {
            weights[i] *= Hours / total;
            sums[i + 1] = sums[i] + weights[i];
        }
        sums[Hours] = Hours;
    }

    /// <summary>Names of the ready-made profiles: <c>flat</c>, <c>office</c>, <c>shop</c>, <c>online</c>, <c>calls</c>, <c>network</c>.</summary>
    public static ImmutableArray<string> All { get; } = [.. Known.Keys.Order(StringComparer.Ordinal)];

    /// <summary>A ready-made profile.</summary>
    /// <exception cref="RecipeException"><c>SB2151</c>: there is none; names the nearest.</exception>
    public static TimeProfile Find(string name) => Known.GetValueOrDefault(name)
        ?? throw new RecipeException("SB2151", $"there is no time profile '{name}'; {(Nearest.Of(name, Known.Keys) is { } near ? $"did you mean '{near}'?" : "known: " + string.Join(", ", All))}");

    /// <summary>How much happens at a time, 1 on average over a week.</summary>
    public double Intensity(DateTime time) => weights[(int)(time.Ticks / TimeSpan.TicksPerHour % Hours)];

    /// <summary>The greatest intensity, for thinning.</summary>
    public double Greatest => weights.Max();

    /// <summary>Hours that count between two times: the integral of the intensity.</summary>
    public double Counted(DateTime from, DateTime to) => Clock(to.Ticks) - Clock(from.Ticks);

    /// <summary>The time at which as many hours have counted since a time.</summary>
    /// <param name="from">Start.</param>
    /// <param name="counted">Hours that count, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">Below 0, or beyond the year 9999.</exception>
    public DateTime After(DateTime from, double counted)
    {
        if (!(counted >= 0)) throw new ArgumentOutOfRangeException(nameof(counted), counted, "must be at least 0");
        // Within the week, so that a long calendar costs no digits.
        var week = from.Ticks / (Hours * TimeSpan.TicksPerHour);
        var target = Clock(from.Ticks - week * Hours * TimeSpan.TicksPerHour) + counted;
        var weeks = Math.Floor(target / Hours);
        target -= weeks * Hours;
        int low = 0, high = Hours; // sums[low] <= target < sums[high]
        while (high - low > 1)
        {
            var middle = (low + high) >> 1;
            if (sums[middle] <= target) low = middle;
            else high = middle;
        }
        var part = weights[low] > 0 ? Math.Min((target - sums[low]) / weights[low], 1) : 0;
        var ticks = (week + weeks) * Hours * TimeSpan.TicksPerHour + (low + part) * TimeSpan.TicksPerHour;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ticks, DateTime.MaxValue.Ticks, nameof(counted));
        var whole = ((long)(week + weeks) * Hours + low) * TimeSpan.TicksPerHour + (long)(part * TimeSpan.TicksPerHour);
        return new DateTime(Math.Max(from.Ticks, whole), from.Kind);
    }

    /// <summary>The time of a day that a number in [0, 1) picks, by the weights of that day's hours; evenly where the day has none.</summary>
    public DateTime OnDay(DateOnly day, double u)
    {
        var start = (int)day.DayOfWeek is var d && d == 0 ? 144 : (d - 1) * 24; // the first of January of year 1 was a Monday
        var (before, whole) = (sums[start], sums[start + 24] - sums[start]);
        if (whole <= 0) return day.ToDateTime(TimeOnly.MinValue).AddTicks((long)(u * TimeSpan.TicksPerDay));
        var target = before + u * whole;
        var hour = start;
        while (hour < start + 23 && sums[hour + 1] <= target) hour++;
        var part = weights[hour] > 0 ? Math.Clamp((target - sums[hour]) / weights[hour], 0, 1 - 1e-12) : 0;
        return day.ToDateTime(TimeOnly.MinValue).AddTicks((long)((hour - start + part) * TimeSpan.TicksPerHour));
    }

    private static double[] Flat(int n) => [.. Enumerable.Repeat(1.0, n)];

    private double Clock(long ticks)
    {
        var (hours, rest) = Math.DivRem(ticks, TimeSpan.TicksPerHour);
        var (week, hour) = Math.DivRem(hours, Hours);
        return week * (double)Hours + sums[hour] + weights[hour] * ((double)rest / TimeSpan.TicksPerHour);
    }
}
