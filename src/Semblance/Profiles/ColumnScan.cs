using System.Collections.Immutable;
using System.Text;
using Semblance.Data;
using Semblance.Forms;

namespace Semblance.Profiles;

/// <summary>Describes one column from all its cells.</summary>
internal static class ColumnScan
{
    public static ColumnProfile Describe(Column column, ProfileOptions options)
    {
        var (markers, missing) = Markers(column);
        var profile = new ColumnProfile
        {
            Name = column.Name, Kind = column.Kind, Present = column.Count - missing, Missing = missing, Markers = markers, Distinct = 0,
        };
        profile = column switch
        {
            NumberColumn number => Numbers(profile, number, options),
            DateTimeColumn date => Dates(profile, date, options),
            CategoryColumn category => Categories(profile, category, options),
            TextColumn text => Texts(profile, text, options),
            _ => profile,
        };
        if (options.Parts.HasFlag(ProfileParts.Personal))
        {
            profile = profile with { Personal = PersonalScan.Find(column, options.PersonalCells) };
            if (!profile.Personal.IsEmpty) profile = profile with { Top = [] };
        }
        return profile with { Warnings = profile.Warnings.AddRange(ColumnWarnings.Of(profile, column.Count, WrittenNumbers.Are(column))) };
    }

    private static (ImmutableArray<MarkerCount> Markers, long Missing) Markers(Column column)
    {
        var counts = new long[Math.Max(1, column.Schema.MissingMarkers.Length)];
        long missing = 0;
        for (var row = 0; row < column.Count; row++)
        {
            var code = column.MissingCode(row);
            if (code < 0) continue;
            missing++;
            if (code < counts.Length) counts[code]++;
        }
        var markers = ImmutableArray.CreateBuilder<MarkerCount>();
        for (var code = 0; code < counts.Length; code++)
            if (counts[code] > 0) markers.Add(new MarkerCount(code < column.Schema.MissingMarkers.Length ? column.Schema.MissingMarkers[code] : "", counts[code]));
        return (markers.ToImmutable(), missing);
    }

    private static ColumnProfile Numbers(ColumnProfile profile, NumberColumn column, ProfileOptions options)
    {
        var numbers = DistinctNumbers.Of(column);
        var buffer = new byte[NumberColumn.MaxLength];
        string Text(double value) => Encoding.ASCII.GetString(buffer.AsSpan(0, NumberColumn.Format(value, column.Schema.Number, buffer)));
        var sentinel = NumberDescription.Sentinel(numbers) is { } value ? ColumnWarnings.Sentinel(profile.Name, Text(value)) : null;
        return profile with
        {
            Warnings = sentinel is null ? [] : [sentinel],
            Distinct = numbers.Values.Length,
            Numbers = NumberDescription.Summary(numbers, column.Kind == ColumnKind.Integer),
            Spikes = NumberDescription.Spikes(numbers),
            Top = Top(numbers.Counts, i => Text(numbers.Values[i]), options),
            RareValues = Rare(numbers.Counts, options),
        };
    }

    private static ColumnProfile Dates(ColumnProfile profile, DateTimeColumn column, ProfileOptions options)
    {
        var numbers = DistinctNumbers.Of(column);
        if (numbers.Total == 0) return profile;
        var format = column.Schema.Format ?? "yyyy-MM-dd HH:mm:ss";
        return profile with
        {
            Distinct = numbers.Values.Length,
            Moments = new MomentSummary
            {
                Minimum = Moment(numbers.Values[0]),
                Maximum = Moment(numbers.Values[^1]),
                Quantiles = [.. NumberSummary.QuantileLevels.Select(level => Moment(numbers.AtRank((long)(level * (numbers.Total - 1)))))],
                Histogram = Histograms.Of(numbers, whole: true),
            },
            Top = Top(numbers.Counts, i => Moment(numbers.Values[i]).ToString(format, System.Globalization.CultureInfo.InvariantCulture), options),
            RareValues = Rare(numbers.Counts, options),
        };
    }

    /// <summary>A date from ticks that went through a double: those are good to 13 microseconds, so the nearest millisecond is meant.</summary>
    internal static DateTime Moment(double ticks) =>
        new(Math.Clamp((long)Math.Round(ticks / TimeSpan.TicksPerMillisecond) * TimeSpan.TicksPerMillisecond, 0, DateTime.MaxValue.Ticks));

    private static ColumnProfile Categories(ColumnProfile profile, CategoryColumn column, ProfileOptions options)
    {
        var counts = new int[column.Levels.Length];
        foreach (var code in column.Codes)
            if (code >= 0) counts[code]++;
        return profile with
        {
            Distinct = counts.Count(c => c > 0),
            Top = Top(counts, i => column.Levels[i], options),
            RareValues = Rare(counts, options),
        };
    }

    private static ColumnProfile Texts(ColumnProfile profile, TextColumn column, ProfileOptions options)
    {
        var codes = new TextCodes(column);
        int shortest = int.MaxValue, longest = 0;
        long bytes = 0, words = 0;
        for (var row = 0; row < column.Count; row++)
        {
            if (column.IsMissing(row)) continue;
            codes.Add(row);
            var text = column.Utf8(row);
            shortest = Math.Min(shortest, text.Length);
            longest = Math.Max(longest, text.Length);
            bytes += text.Length;
            words += Words(text);
        }
        if (profile.Present == 0) return profile;
        return profile with
        {
            Distinct = codes.Distinct,
            RareValues = Rare(codes.Counts, options),
            Texts = new TextSummary
            {
                MinimumLength = shortest,
                MaximumLength = longest,
                MeanLength = bytes / (double)profile.Present,
                MeanWords = words / (double)profile.Present,
                Shape = column.Kind == ColumnKind.Identifier ? Pattern.Learn(column).Shape : null,
            },
        };
    }

    private static int Words(ReadOnlySpan<byte> text)
    {
        var words = 0;
        var inside = false;
        foreach (var b in text)
        {
            var space = b is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r';
            if (!space && !inside) words++;
            inside = !space;
        }
        return words;
    }

    private static ImmutableArray<ValueCount> Top(ReadOnlySpan<int> counts, Func<int, string> text, ProfileOptions options)
    {
        var least = Math.Max(1, options.MinimumCount);
        var common = new List<(int Count, int Index)>();
        for (var i = 0; i < counts.Length; i++)
            if (counts[i] >= least) common.Add((counts[i], i));
        common.Sort((a, b) => a.Count != b.Count ? b.Count.CompareTo(a.Count) : a.Index.CompareTo(b.Index));
        // Texts are made only for counts that can make the list; ties go by text so that the order of first sight does not show.
        var top = common.Count <= options.TopValues ? common : common.FindAll(c => c.Count >= common[options.TopValues - 1].Count);
        return [.. top.Select(c => new ValueCount(text(c.Index), c.Count)).OrderByDescending(v => v.Count).ThenBy(v => v.Value, StringComparer.Ordinal).Take(options.TopValues)];
    }

    private static long Rare(ReadOnlySpan<int> counts, ProfileOptions options)
    {
        long rare = 0;
        foreach (var count in counts)
            if (count > 0 && count < options.MinimumCount) rare++;
        return rare;
    }
}
