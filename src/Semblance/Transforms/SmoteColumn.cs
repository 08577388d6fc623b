using Semblance.Data;

namespace Semblance.Transforms;

/// <summary>What SMOTE-NC makes of one column: its part of the distance, and its made cells.</summary>
internal static class SmoteColumn
{
    private const int MostLevels = 64; // dimensions of one column; rarer categories share the last
    private static readonly long[] Units = [TimeSpan.TicksPerDay, TimeSpan.TicksPerHour, TimeSpan.TicksPerMinute, TimeSpan.TicksPerSecond, TimeSpan.TicksPerMillisecond, 1];

    /// <summary>
    /// Rows as numbers: numbers and dates in units of their standard deviation within these rows; two categories that differ, or a value and a gap, are as far apart as one standard
    /// deviation, which is the median of them. Texts and identifiers tell nothing.
    /// </summary>
    public static (float[] Matrix, int Dimensions) Matrix(Table table, int[] rows)
    {
        var parts = table.Columns.SelectMany(column => Parts(column, rows)).ToList();
        if (parts.Count == 0) parts.Add(new float[rows.Length]);
        var matrix = new float[checked(rows.Length * parts.Count)];
        for (var d = 0; d < parts.Count; d++)
            for (var i = 0; i < rows.Length; i++) matrix[i * parts.Count + d] = parts[d][i];
        return (matrix, parts.Count);
    }

    private static IEnumerable<float[]> Parts(Column column, int[] rows) => column switch
    {
        NumberColumn number => Line(Array.ConvertAll(rows, row => number.Values[row])),
        DateTimeColumn moment => Line(Array.ConvertAll(rows, row => moment.Ticks[row] < 0 ? double.NaN : moment.Ticks[row])),
        CategoryColumn category => Levels(Array.ConvertAll(rows, row => Math.Max(category.Codes[row], -1))),
        _ => [],
    };

    private static IEnumerable<float[]> Line(double[] values)
    {
        double sum = 0, squares = 0;
        var present = 0;
        foreach (var value in values)
            if (!double.IsNaN(value)) (sum, present) = (sum + value, present + 1);
        var mean = present > 0 ? sum / present : 0;
        foreach (var value in values)
            if (!double.IsNaN(value)) squares += (value - mean) * (value - mean);
        var deviation = present > 0 ? Math.Sqrt(squares / present) : 0;
        if (deviation > 0) yield return Array.ConvertAll(values, v => double.IsNaN(v) ? 0f : (float)((v - mean) / deviation));
        if (present > 0 && present < values.Length) yield return Array.ConvertAll(values, v => double.IsNaN(v) ? 1f : 0f);
    }

    private static IEnumerable<float[]> Levels(int[] codes)
    {
        var frequent = codes.CountBy(code => code).OrderByDescending(c => c.Value).ThenBy(c => c.Key).Select(c => c.Key).ToArray();
        if (frequent.Length < 2) yield break;
        var half = MathF.Sqrt(0.5f); // two dimensions differ: together they make 1
        var dimensions = Math.Min(frequent.Length, MostLevels);
        for (var d = 0; d < dimensions; d++)
        {
            var own = d == MostLevels - 1 ? frequent[d..].ToHashSet() : [frequent[d]];
            yield return Array.ConvertAll(codes, code => own.Contains(code) ? half : 0f);
        }
    }

    /// <summary>The column with the made rows behind its own: numbers and dates between base and neighbour, categories as most neighbours have them, texts and identifiers left empty.</summary>
    public static Column Extend(Column column, List<MadeRow> made) => column switch
    {
        NumberColumn number => Extend(number, made),
        DateTimeColumn moment => Extend(moment, made),
        CategoryColumn category => Extend(category, made),
        _ => Extend((TextColumn)column, made),
    };

    private static NumberColumn Extend(NumberColumn column, List<MadeRow> made)
    {
        var rows = column.Count;
        double[] values = [.. column.Values, .. new double[made.Count]];
        byte[]? markers = column.Markers is null ? null : [.. column.Markers, .. new byte[made.Count]];
        var power = 1.0;
        for (var d = 0; d < column.Schema.Number.MaxDecimals && power < 1e15; d++) power *= 10;
        for (var i = 0; i < made.Count; i++)
        {
            double from = values[made[i].Base], to = values[made[i].Other];
            if (double.IsNaN(from) || double.IsNaN(to))
            {
                var source = Nearer(made[i]);
                values[rows + i] = values[source];
                if (markers is not null) markers[rows + i] = markers[source];
                continue;
            }
            var value = from + made[i].Gap * (to - from);
            if (Math.Abs(value) * power < 1L << 53) value = Math.Round(value * power) / power;
            values[rows + i] = Math.Clamp(value, Math.Min(from, to), Math.Max(from, to));
        }
        return new(column.Schema, values, markers, column.Verbatim);
    }

    private static DateTimeColumn Extend(DateTimeColumn column, List<MadeRow> made)
    {
        var unit = Array.Find(Units, u => Array.TrueForAll(column.Ticks, t => t < 0 || t % u == 0));
        var rows = column.Count;
        long[] ticks = [.. column.Ticks, .. new long[made.Count]];
        for (var i = 0; i < made.Count; i++)
        {
            long from = ticks[made[i].Base], to = ticks[made[i].Other];
            ticks[rows + i] = from < 0 || to < 0 ? ticks[Nearer(made[i])] : (from / unit + (long)Math.Round(made[i].Gap * (to / unit - from / unit))) * unit;
        }
        return new(column.Schema, ticks);
    }

    private static CategoryColumn Extend(CategoryColumn column, List<MadeRow> made)
    {
        var codes = column.Codes;
        return column.WithCodes([.. codes, .. made.Select(row => Mode(codes, row.Near))]);
    }

    /// <summary>The most frequent code; of several, the one whose row is nearest.</summary>
    private static int Mode(int[] codes, int[] near)
    {
        var (best, most) = (codes[near[0]], 0);
        foreach (var row in near)
        {
            var count = 0;
            foreach (var other in near)
                if (codes[other] == codes[row]) count++;
            if (count > most) (best, most) = (codes[row], count);
        }
        return best;
    }

    private static TextColumn Extend(TextColumn column, List<MadeRow> made)
    {
        var schema = made.Count > 0 && column.Schema.MissingMarkers.IsEmpty ? column.Schema with { MissingMarkers = [""] } : column.Schema;
        var rows = column.Count;
        var utf8 = new MemoryStream();
        var ends = new int[rows + made.Count];
        var markers = new byte[ends.Length];
        for (var row = 0; row < ends.Length; row++)
        {
            if (row >= rows) markers[row] = 1;
            else if (column.MissingCode(row) is >= 0 and var code) markers[row] = (byte)(code + 1);
            else utf8.Write(column.Utf8(row));
            ends[row] = checked((int)utf8.Length);
        }
        return new(schema, utf8.ToArray(), ends, markers);
    }

    /// <summary>Of base and neighbour the one that is nearer to the made row: where one of them has a gap there is nothing between.</summary>
    private static int Nearer(MadeRow row) => row.Gap < 0.5 ? row.Base : row.Other;
}
