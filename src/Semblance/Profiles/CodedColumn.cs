using Semblance.Data;

namespace Semblance.Profiles;

/// <summary>A column over the rows looked at: each cell a code, ordered where values are; and, for pairs, a bin and a number.</summary>
internal sealed class CodedColumn
{
    private const int MostBins = 20;

    /// <summary>Position in the table.</summary>
    public required int Index { get; init; }

    /// <summary>The column itself.</summary>
    public required Column Source { get; init; }

    /// <summary>Per row 0 when missing, else 1 to <see cref="Levels"/>; ascending with the value for numbers and dates.</summary>
    public required int[] Codes { get; init; }

    /// <summary>Number of different values.</summary>
    public required int Levels { get; init; }

    /// <summary>Rows of each code; at 0 the missing ones.</summary>
    public required int[] Counts { get; init; }

    /// <summary>Values by code - 1 of a number or date column (ticks); null otherwise.</summary>
    public double[]? Values { get; init; }

    /// <summary>Level by code - 1 of a category column; null otherwise.</summary>
    public int[]? LevelOf { get; init; }

    /// <summary>Per row the value, NaN when missing; null for columns without numbers. Dates are ticks.</summary>
    public double[]? Numbers { get; init; }

    /// <summary>Mean of <see cref="Numbers"/>, 0 when there is none: taken off before squares are summed.</summary>
    public double Mean { get; init; }

    /// <summary>Whether the column takes part in pairs.</summary>
    public bool IsNumeric => Numbers is not null;

    /// <summary>Rows with a value.</summary>
    public int Present => Codes.Length - Counts[0];

    /// <summary>Per row a bin from 0: quantile bins of numbers, the most frequent levels (and one for the rest), and one for missing. Made by <see cref="Bin"/>.</summary>
    public byte[] Bins { get; private set; } = [];

    /// <summary>Number of bins in use.</summary>
    public int BinCount { get; private set; }

    /// <summary>Entropy of the bins, nats.</summary>
    public double Entropy { get; private set; }

    /// <summary>Codes the rows of a column that <paramref name="rows"/> lists, or all when it is null.</summary>
    public static CodedColumn Of(int index, Column column, int[]? rows)
    {
        var count = rows?.Length ?? column.Count;
        switch (column)
        {
            case CategoryColumn category:
                var (codes, levels) = Categories(category, rows, count);
                return Make(index, column, (codes, levels.Length), levelOf: levels);
            case TextColumn text:
                return Make(index, column, Texts(text, rows, count));
            default:
                var numbers = Doubles(column, rows, count);
                var distinct = DistinctNumbers.Of(numbers);
                return Make(index, column, (Ranks(numbers, distinct.Values), distinct.Values.Length), distinct.Values, numbers, mean: distinct.Mean());
        }
    }

    private static CodedColumn Make(int index, Column column, (int[] Codes, int Levels) coded, double[]? values = null, double[]? numbers = null, int[]? levelOf = null, double mean = 0)
    {
        var counts = new int[coded.Levels + 1];
        foreach (var code in coded.Codes) counts[code]++;
        return new CodedColumn { Index = index, Source = column, Codes = coded.Codes, Levels = coded.Levels, Counts = counts, Values = values, Numbers = numbers, LevelOf = levelOf, Mean = mean };
    }

    private static (int[] Codes, int[] Levels) Categories(CategoryColumn column, int[]? rows, int count)
    {
        var used = new int[column.Levels.Length];
        var codes = new int[count];
        var levels = new List<int>();
        for (var i = 0; i < count; i++)
        {
            var level = column.Codes[rows is null ? i : rows[i]];
            if (level < 0) continue;
            if (used[level] == 0)
            {
                levels.Add(level);
                used[level] = levels.Count;
            }
            codes[i] = used[level];
        }
        return (codes, [.. levels]);
    }

    private static (int[], int) Texts(TextColumn column, int[]? rows, int count)
    {
        var known = new TextCodes(column);
        var codes = new int[count];
        for (var i = 0; i < count; i++)
        {
            var row = rows is null ? i : rows[i];
            if (!column.IsMissing(row)) codes[i] = known.Add(row) + 1;
        }
        return (codes, known.Distinct);
    }

    private static double[] Doubles(Column column, int[]? rows, int count)
    {
        var numbers = new double[count];
        if (column is NumberColumn number)
        {
            for (var i = 0; i < count; i++)
            {
                var value = number.Values[rows is null ? i : rows[i]];
                numbers[i] = double.IsFinite(value) ? value : double.NaN;
            }
            return numbers;
        }
        var ticks = ((DateTimeColumn)column).Ticks;
        for (var i = 0; i < count; i++)
        {
            var value = ticks[rows is null ? i : rows[i]];
            numbers[i] = value < 0 ? double.NaN : value;
        }
        return numbers;
    }

    // Rank of each number among the different ones, from 1; 0 for NaN. A table over equal steps of the range leaves a short stretch to search.
    private static int[] Ranks(double[] numbers, double[] values)
    {
        var codes = new int[numbers.Length];
        if (values.Length == 0) return codes;
        var buckets = Math.Min(values.Length, 1 << 20);
        var scale = buckets / (values[^1] - values[0]);
        if (!double.IsFinite(scale)) (scale, buckets) = (0, 1);
        var starts = new int[buckets + 2];
        int Bucket(double value) => Math.Min(buckets, (int)((value - values[0]) * scale));
        foreach (var value in values) starts[Bucket(value) + 1]++;
        for (var i = 1; i < starts.Length; i++) starts[i] += starts[i - 1];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (double.IsNaN(numbers[i])) continue;
            var bucket = Bucket(numbers[i]);
            var (start, end) = (starts[bucket], starts[bucket + 1]);
            codes[i] = 1 + (end - start == 1 ? start : Array.BinarySearch(values, start, end - start, numbers[i]));
        }
        return codes;
    }

    /// <summary>Makes the bins for mutual information: as many as the rows can fill, so that small tables do not see dependence in noise.</summary>
    public void Bin()
    {
        var rows = Codes.Length;
        var most = Math.Clamp((int)Math.Sqrt(rows / 5.0), 2, MostBins);
        var binOf = new byte[Levels + 1]; // 0: missing, then values from 1, closed up below
        if (Levels <= most)
            for (var code = 1; code <= Levels; code++) binOf[code] = (byte)code;
        else if (IsNumeric)
        {
            long before = 0;
            for (var code = 1; code <= Levels; code++)
            {
                binOf[code] = (byte)(1 + (int)(most * (before + Counts[code] / 2.0) / Present));
                before += Counts[code];
            }
        }
        else
        {
            var order = Enumerable.Range(1, Levels).OrderByDescending(code => Counts[code]).ThenBy(code => code).ToArray();
            for (var i = 0; i < order.Length; i++) binOf[order[i]] = (byte)(1 + Math.Min(i, most - 1));
        }

        var counts = new int[most + 2];
        for (var code = 0; code <= Levels; code++) counts[binOf[code]] += Counts[code];
        var closed = new byte[counts.Length];
        var used = 0;
        for (var bin = 0; bin < counts.Length; bin++)
            if (counts[bin] > 0) closed[bin] = (byte)used++;
        Bins = new byte[rows];
        for (var i = 0; i < rows; i++) Bins[i] = closed[binOf[Codes[i]]];
        BinCount = used;
        Entropy = Information.Entropy(counts, rows);
    }
}
