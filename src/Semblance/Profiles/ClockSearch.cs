using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Semblance.Data;

namespace Semblance.Profiles;

/// <summary>Finds the time that runs through the rows in even steps: in one date column, or in whole-number columns named year, month, day, hour and so on.</summary>
internal static class ClockSearch
{
    private const int FewestMoments = 10;
    private const double EvenShare = 0.5; // of the steps must have the most frequent length

    private static readonly string[][] Parts = [["year", "yr"], ["month", "mon", "mo"], ["day", "dayofmonth"], ["hour", "hr"], ["minute", "min"], ["second", "sec"]];

    public static Clock? Find(Table table)
    {
        for (var i = 0; i < table.Columns.Length; i++)
            if (table.Columns[i] is DateTimeColumn date && Of([i], date.Ticks) is { } clock) return clock;
        var columns = ImmutableArray.CreateBuilder<int>();
        foreach (var names in Parts)
        {
            var found = -1;
            for (var i = 0; i < table.Columns.Length && found < 0; i++)
                if (table.Columns[i] is NumberColumn && names.Contains(table.Columns[i].Name, StringComparer.OrdinalIgnoreCase)) found = i;
            if (found < 0) break;
            columns.Add(found);
        }
        return columns.Count >= 2 && Moments(table, columns) is { } ticks ? Of(columns.ToImmutable(), ticks) : null;
    }

    // Ticks of every row, missing as negative; null when any row is no moment.
    private static long[]? Moments(Table table, ImmutableArray<int>.Builder columns)
    {
        var ticks = new long[table.Rows];
        Span<int> part = stackalloc int[6];
        for (var row = 0; row < ticks.Length; row++)
        {
            (part[0], part[1], part[2]) = (1, 1, 1);
            part[3..].Clear();
            var missing = false;
            for (var i = 0; i < columns.Count; i++)
            {
                var value = ((NumberColumn)table.Columns[columns[i]]).Values[row];
                missing |= double.IsNaN(value);
                if (missing) break;
                if (value != Math.Floor(value) || value is < 0 or > 9999) return null;
                part[i] = (int)value;
            }
            if (missing)
            {
                ticks[row] = -1;
                continue;
            }
            if (part[0] < 1 || part[1] is < 1 or > 12 || part[2] < 1 || part[2] > DateTime.DaysInMonth(part[0], part[1]) || part[3] > 23 || part[4] > 59 || part[5] > 59) return null;
            ticks[row] = new DateTime(part[0], part[1], part[2], part[3], part[4], part[5]).Ticks;
        }
        return ticks;
    }

    private static Clock? Of(ImmutableArray<int> columns, long[] ticks)
    {
        var sorted = true;
        long previous = -1;
        var moments = new List<long>(ticks.Length);
        foreach (var moment in ticks)
        {
            if (moment < 0) continue;
            sorted &= moment >= previous;
            moments.Add(previous = moment);
        }
        if (!sorted) moments.Sort();
        var present = moments.Count;
        var steps = new Dictionary<long, int>();
        var distinct = present == 0 ? 0 : 1;
        for (var i = 1; i < present; i++)
        {
            var step = moments[i] - moments[i - 1];
            if (step == 0) continue;
            distinct++;
            CollectionsMarshal.GetValueRefOrAddDefault(steps, step, out _)++;
        }
        if (distinct < FewestMoments) return null;
        var (length, count) = steps.OrderByDescending(s => s.Value).ThenBy(s => s.Key).First();
        if (count < EvenShare * (distinct - 1)) return null;
        var filled = distinct / ((moments[^1] - moments[0]) / (double)length + 1);
        return new Clock(columns, new DateTime(moments[0]), new DateTime(moments[^1]), new TimeSpan(length), Math.Min(1, filled), distinct == present, sorted);
    }
}
