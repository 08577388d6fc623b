using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Metrics;

/// <summary>Bins of a column for a picture. They show no value that fewer than <see cref="LeastRows"/> real rows have, and no extreme.</summary>
internal static class ColumnBins
{
    /// <summary>Values of fewer real rows are gathered.</summary>
    public const int LeastRows = 5;

    private const int MostLevels = 30;   // bars that can be read
    private const int MostRanges = 30;
    private const double Spike = 0.05;   // share from which one number is a bar of its own

    public static ImmutableArray<ColumnBin> Of(Feature feature, bool holdout) => feature.IsNumber ? Numbers(feature, holdout) : Categories(feature, holdout);

    private static ImmutableArray<ColumnBin> Categories(Feature feature, bool holdout)
    {
        var counts = new[] { feature.Counts(Side.Real), feature.Counts(Side.Synthetic), feature.Counts(Side.Holdout) };
        var shown = Enumerable.Range(0, feature.RealLevels).Where(k => counts[0][k] >= LeastRows)
            .OrderByDescending(k => counts[0][k]).ThenBy(k => k).Take(MostLevels).ToList();
        var others = Enumerable.Range(0, feature.RealLevels).Except(shown).ToList();
        var unseen = Enumerable.Range(feature.RealLevels, feature.Levels.Length - feature.RealLevels).ToList();
        var totals = counts.Select(c => Math.Max(1.0, c.Sum(k => (long)k))).ToArray();

        var bins = ImmutableArray.CreateBuilder<ColumnBin>();
        foreach (var level in shown) bins.Add(Bin(feature.Levels[level], [level]));
        if (others.Count > 0) bins.Add(Bin(others.All(k => counts[0][k] < LeastRows) ? "(rare)" : "(other)", others));
        if (unseen.Count > 0) bins.Add(Bin("(new)", unseen));
        return bins.ToImmutable();

        ColumnBin Bin(string label, List<int> levels) =>
            new(label, null, null, Share(0, levels), Share(1, levels), holdout ? Share(2, levels) : null, IsRange: false);
        double Share(int side, List<int> levels) => levels.Sum(k => (long)counts[side][k]) / totals[side];
    }

    private static ImmutableArray<ColumnBin> Numbers(Feature feature, bool holdout)
    {
        double[][] sorted = [feature.Sorted(Side.Real), feature.Sorted(Side.Synthetic), feature.Sorted(Side.Holdout)];
        var real = sorted[0];
        if (real.Length == 0) return [];
        var spikes = Spikes(real, out var distinct);
        var rest = Array.FindAll(real, v => !spikes.Contains(v));
        var edges = rest.Length == 0 ? [] : Edges(rest, distinct - spikes.Count, feature.Kind);
        var isDate = feature.Kind == ColumnKind.DateTime;

        var bins = ImmutableArray.CreateBuilder<ColumnBin>();
        foreach (var value in spikes) bins.Add(new(Text(value, isDate), null, null, Value(0, value), Value(1, value), holdout ? Value(2, value) : null, IsRange: false));
        if (edges.Length == 0)
        {
            if (!bins.Any() || sorted.Skip(1).Any(s => s.Any(v => !spikes.Contains(v))))
                bins.Add(new("(other)", null, null, Other(0), Other(1), holdout ? Other(2) : null, IsRange: false));
            return bins.ToImmutable();
        }
        for (var k = 0; k <= edges.Length; k++)
        {
            double? low = k == 0 ? null : edges[k - 1], high = k == edges.Length ? null : edges[k];
            var label = low is null ? $"below {Text(high!.Value, isDate)}" : high is null ? $"{Text(low.Value, isDate)} and more" : $"{Text(low.Value, isDate)} to {Text(high.Value, isDate)}";
            bins.Add(new(label, low, high, Range(0, low, high), Range(1, low, high), holdout ? Range(2, low, high) : null, IsRange: true));
        }
        return bins.ToImmutable();

        double Total(int side) => Math.Max(1, sorted[side].Length);
        double Value(int side, double value) => (Rank(sorted[side], value, after: true) - Rank(sorted[side], value, after: false)) / Total(side);
        double Other(int side) => sorted[side].Count(v => !spikes.Contains(v)) / Total(side);
        double Range(int side, double? low, double? high)
        {
            var count = (high is { } h ? Rank(sorted[side], h, after: false) : sorted[side].Length) - (low is { } l ? Rank(sorted[side], l, after: false) : 0);
            foreach (var spike in spikes) // a spike has its own bar
                if ((low is null || spike >= low) && (high is null || spike < high))
                    count -= Rank(sorted[side], spike, after: true) - Rank(sorted[side], spike, after: false);
            return count / Total(side);
        }
    }

    /// <summary>Numbers that are bars of their own, ascending: those with 5 % of the rows, or all of them when there are few.</summary>
    internal static List<double> Spikes(ReadOnlySpan<double> sorted, out int distinct)
    {
        var all = new List<(double Value, int Count)>();
        distinct = 0;
        var spikes = new List<double>();
        var few = true;
        for (int i = 0, j; i < sorted.Length; i = j)
        {
            j = i;
            while (j < sorted.Length && sorted[j] == sorted[i]) j++;
            distinct++;
            few &= j - i >= LeastRows;
            if (j - i >= Math.Max(LeastRows, Spike * sorted.Length)) spikes.Add(sorted[i]);
            if (distinct <= 20) all.Add((sorted[i], j - i));
        }
        return few && distinct <= 20 ? [.. all.Select(v => v.Value)] : spikes;
    }

    /// <summary>Inner edges of ranges of equal width between the 0.5 % and the 99.5 % quantile, on round numbers; the ranges beyond are open.</summary>
    private static double[] Edges(double[] rest, int distinct, ColumnKind kind)
    {
        if (rest.Length < 2 * LeastRows || distinct < 2) return [];
        var skip = Math.Max(LeastRows, (int)(0.005 * rest.Length));
        double low = rest[Math.Min(skip, rest.Length - 1)], high = rest[Math.Max(0, rest.Length - 1 - skip)];
        if (!(high > low)) return [];
        var step = Round((high - low) / Math.Min(MostRanges, Math.Max(4, distinct)));
        if (kind == ColumnKind.Integer) step = Math.Max(1, Math.Round(step));
        var first = Math.Floor(low / step) + 1;
        var count = (int)Math.Min(2 * MostRanges, Math.Floor(high / step) - first + 1);
        if (count < 1) return [];
        var edges = new double[count];
        for (var k = 0; k < count; k++) edges[k] = (first + k) * step;
        return edges;
    }

    /// <summary>The least of 1, 2, 2.5, 5 times a power of ten that is not below <paramref name="width"/>.</summary>
    private static double Round(double width)
    {
        var power = 1.0;
        while (power > width && power > 1e-300) power /= 10;
        while (power * 10 <= width) power *= 10;
        foreach (var factor in (ReadOnlySpan<double>)[1, 2, 2.5, 5])
            if (factor * power >= width) return factor * power;
        return 10 * power;
    }

    /// <summary>Values below <paramref name="value"/> (or not above it, when <paramref name="after"/>).</summary>
    internal static int Rank(ReadOnlySpan<double> sorted, double value, bool after)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] < value || after && sorted[middle] == value) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// <summary>A number or a date for a person, at most six digits.</summary>
    internal static string Text(double value, bool isDate)
    {
        if (!isDate) return (value == 0 ? 0 : value).ToString(Math.Abs(value) is >= 1e-4 and < 1e15 or 0 ? (Math.Abs(value) >= 1e6 || value == Math.Floor(value) ? "0" : "G6") : "G6", CultureInfo.InvariantCulture);
        var ticks = DateTime.UnixEpoch.Ticks + value * TimeSpan.TicksPerDay;
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks) return value.ToString("G6", CultureInfo.InvariantCulture);
        var date = new DateTime((long)ticks);
        return date.ToString(date.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
    }
}
