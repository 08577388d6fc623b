using Semblance.Numerics;

namespace Semblance.Worlds;

/// <summary>When things happen: the times of one source, in seconds since the start. Drawn from the frame's random numbers.</summary>
internal abstract class Law
{
    /// <summary>More than these from one source is an error, never an endless loop.</summary>
    public const int MaxTimes = 1_000_000;

    /// <summary>Appends the times within [from, length).</summary>
    /// <returns>False when there would be more than <see cref="MaxTimes"/>.</returns>
    public abstract bool Times(Frame frame, PackTime time, List<double> times);
}

/// <summary>How a rate varies over the hours, days and months: cumulated over the whole span, mean 1 over a plain week of an average month.</summary>
internal sealed class Profile
{
    private readonly double[] cumulative; // at every full hour

    public Profile(double[] hours, double[] weekdays, double[] months, PackTime time)
    {
        Normalise(hours);
        Normalise(weekdays);
        Normalise(months);
        cumulative = new double[(int)Math.Ceiling(time.Length / 3600) + 1];
        for (var h = 1; h < cumulative.Length; h++)
        {
            var moment = time.Start.AddHours(h - 1);
            cumulative[h] = cumulative[h - 1] + hours[moment.Hour] * weekdays[((int)moment.DayOfWeek + 6) % 7] * months[moment.Month - 1];
        }
    }

    /// <summary>Average hours of activity in all.</summary>
    public double Total => cumulative[^1];

    /// <summary>Where an amount of activity, in average hours, is reached: seconds.</summary>
    public double Seconds(double amount)
    {
        var (low, high) = (1, cumulative.Length - 1);
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (cumulative[middle] > amount) high = middle;
            else low = middle + 1;
        }
        var below = cumulative[low - 1];
        return (low - 1 + (amount - below) / (cumulative[low] - below)) * 3600;
    }

    private static void Normalise(double[] weights)
    {
        var mean = weights.Sum() / weights.Length;
        for (var i = 0; i < weights.Length; i++) weights[i] /= mean;
    }
}

/// <summary>Events at a rate, independent of each other; the rate may follow a profile. Times are the inverse of the cumulated rate at the points of a unit process, which is exact for rates that are constant within an hour.</summary>
internal sealed class PoissonLaw(Node ratePerDay, Profile? profile) : Law
{
    public override bool Times(Frame frame, PackTime time, List<double> times)
    {
        var rate = ratePerDay.Eval(frame) / 24; // an hour
        if (!(rate > 0)) return true;
        var total = profile?.Total ?? time.Length / 3600;
        if (rate * total > MaxTimes) return false;
        for (var at = ParametricDraws.Exponential(ref frame.Random) / rate; at < total; at += ParametricDraws.Exponential(ref frame.Random) / rate)
        {
            var seconds = profile?.Seconds(at) ?? at * 3600;
            if (seconds >= time.Length) break;
            if (times.Count >= MaxTimes) return false;
            times.Add(seconds);
        }
        return true;
    }
}

/// <summary>Events one after another, the gaps drawn; the first comes a part of a gap after the start.</summary>
internal sealed class RenewalLaw(Node gapSeconds) : Law
{
    public override bool Times(Frame frame, PackTime time, List<double> times)
    {
        var at = gapSeconds.Eval(frame) * frame.Random.NextUnit();
        while (at < time.Length && !double.IsNaN(at))
        {
            if (times.Count >= MaxTimes) return false;
            if (at >= 0) times.Add(at);
            at += Math.Max(1e-6, gapSeconds.Eval(frame));
        }
        return true;
    }
}

/// <summary>Bursts: events at a rate, each of which sets off on average <c>offspring</c> more, after exponential delays (Hawkes 1971, as clusters).</summary>
internal sealed class HawkesLaw(Node ratePerDay, Profile? profile, Node offspring, Node delaySeconds) : Law
{
    private readonly PoissonLaw immigrants = new(ratePerDay, profile);

    public override bool Times(Frame frame, PackTime time, List<double> times)
    {
        var first = times.Count;
        if (!immigrants.Times(frame, time, times)) return false;
        for (var i = first; i < times.Count; i++) // grows while it is walked: children have children
        {
            for (var children = ParametricDraws.Poisson(ref frame.Random, Math.Min(0.99, offspring.Eval(frame))); children > 0; children--)
            {
                var at = times[i] + delaySeconds.Eval(frame) * ParametricDraws.Exponential(ref frame.Random);
                if (!(at < time.Length)) continue;
                if (times.Count >= MaxTimes) return false;
                times.Add(at);
            }
        }
        times.Sort(first, times.Count - first, null);
        return true;
    }
}

/// <summary>On and off by turns, with events at a rate while on. With heavy-tailed turns the sum of many is self-similar (Willinger and others 1997).</summary>
internal sealed class OnOffLaw(Node onSeconds, Node offSeconds, Node ratePerDay) : Law
{
    public override bool Times(Frame frame, PackTime time, List<double> times)
    {
        var on = frame.Random.NextUnit() < 0.5;
        var at = 0.0;
        for (var turns = 0; at < time.Length; turns++, on = !on)
        {
            if (turns >= MaxTimes) return false;
            var length = (on ? onSeconds : offSeconds).Eval(frame);
            if (!(length >= 0)) return true;
            var end = at + Math.Max(1e-6, length);
            if (on)
            {
                var rate = ratePerDay.Eval(frame) / 86_400;
                for (var next = at + ParametricDraws.Exponential(ref frame.Random) / rate; next < end && next < time.Length; next += ParametricDraws.Exponential(ref frame.Random) / rate)
                {
                    if (times.Count >= MaxTimes) return false;
                    times.Add(next);
                }
            }
            at = end;
        }
        return true;
    }
}

/// <summary>By the calendar: a day of the month or of the week, at an hour; what falls on a weekend may move to the Monday after.</summary>
internal sealed class CalendarLaw(bool monthly, Node day, Node hour, bool workdays) : Law
{
    public override bool Times(Frame frame, PackTime time, List<double> times)
    {
        var wanted = (int)day.Eval(frame);
        for (var d = 0; d < time.Days; d++)
        {
            var date = time.Start.AddDays(d);
            if (monthly ? date.Day != Math.Clamp(wanted, 1, DateTime.DaysInMonth(date.Year, date.Month)) : ((int)date.DayOfWeek + 6) % 7 + 1 != Math.Clamp(wanted, 1, 7)) continue;
            var shift = !workdays ? 0 : date.DayOfWeek switch { DayOfWeek.Saturday => 2, DayOfWeek.Sunday => 1, _ => 0 };
            var at = (d + shift) * 86_400.0 + hour.Eval(frame) * 3600;
            if (at >= 0 && at < time.Length) times.Add(at);
        }
        return true;
    }
}

/// <summary>Once, at a time.</summary>
internal sealed class OnceLaw(Node at) : Law
{
    public override bool Times(Frame frame, PackTime time, List<double> times)
    {
        var seconds = at.Eval(frame);
        if (seconds >= 0 && seconds < time.Length) times.Add(seconds);
        return true;
    }
}
