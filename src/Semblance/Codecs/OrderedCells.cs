namespace Semblance.Codecs;

/// <summary>
/// A line of numbers cut into cells. A value that many rows share is a cell of its own; the values between are gathered into ranges of at least
/// <c>rare</c> rows. No range ends at a row's own value: ends lie between neighbours, and the outermost ends are means of several extreme rows.
/// </summary>
internal sealed class OrderedCells
{
    /// <summary>Ranges of one column; more rows make longer ranges, not more of them.</summary>
    private const int MaxRanges = ColumnEncoding.MostRanges;

    /// <summary>Where values are levels: cells of one column at most, so that every model tells them apart, and ranges for what lies between.</summary>
    private const int MostLevels = 240, RangesBetween = 12;

    private OrderedCells(double[] from, double[] low, double[] high) => (From, Low, High) = (from, low, high);

    /// <summary>Cell i takes values in [From[i], From[i + 1]); the first takes all below, the last all above.</summary>
    public double[] From { get; }

    /// <summary>Least value that cell i gives back.</summary>
    public double[] Low { get; }

    /// <summary>Greatest value that cell i gives back; equal to <see cref="Low"/> for a single value.</summary>
    public double[] High { get; }

    public int Count => From.Length;

    /// <summary>Learns cells from the present values, sorted ascending.</summary>
    /// <param name="sorted">Values, ascending, none missing.</param>
    /// <param name="rare">Least rows of a value or a range that is kept as it is.</param>
    /// <param name="step">Distance of two neighbouring values that the column can write (1 for integers, 0.01 for two decimals); 0 when unknown.</param>
    /// <param name="encoding">A line, in so many ranges; or levels.</param>
    public static OrderedCells Learn(ReadOnlySpan<double> sorted, int rare, double step, ColumnEncoding encoding)
    {
        var n = sorted.Length;
        var atomRows = Math.Max(rare + 3, n / 65_536); // a little above `rare`: a value has to stand out to be told as it is
        // as ranges: a value stays alone only where it fills one
        if (encoding.Ranges > 0) return Cut(sorted, rare, step, Math.Max(atomRows, n / encoding.Ranges + 1), Math.Max(2 * rare, n / encoding.Ranges + 1));
        if (!encoding.IsLevels) return Cut(sorted, rare, step, atomRows, Math.Max(2 * rare, n / MaxRanges + 1));
        // where there are too many levels, the rarer ones go into ranges
        var rangeRows = Math.Max(2 * rare, n / RangesBetween + 1);
        while (true)
        {
            var cells = Cut(sorted, rare, step, atomRows, rangeRows);
            if (cells.Count <= MostLevels) return cells;
            atomRows += atomRows / 2;
        }
    }

    private static OrderedCells Cut(ReadOnlySpan<double> sorted, int rare, double step, int atomRows, int rangeRows)
    {
        var n = sorted.Length;
        var first = new List<int>();
        var isAtom = new List<bool>();
        for (var i = 0; i < n;)
        {
            // a run of values none of which is frequent, [i, j), then perhaps a frequent value [j, k)
            int j = i, k = i;
            while (j < n)
            {
                k = j + 1;
                while (k < n && sorted[k] == sorted[j]) k++;
                if (k - j >= atomRows) break;
                j = k;
            }
            AddRanges(sorted, i, j, rangeRows, first, isAtom);
            if (j < n)
            {
                first.Add(j);
                isAtom.Add(true);
            }
            i = j < n ? k : n;
        }
        return Bound(sorted, first, isAtom, rare, step);
    }

    /// <summary>Cuts [start, end) into near-equal ranges of at least <paramref name="rows"/> rows, never inside a run of equal values.</summary>
    private static void AddRanges(ReadOnlySpan<double> sorted, int start, int end, int rows, List<int> first, List<bool> isAtom)
    {
        if (end <= start) return;
        var parts = Math.Max(1, (end - start) / rows);
        var previous = -1;
        for (var part = 0; part < parts; part++)
        {
            var at = start + (int)((long)(end - start) * part / parts);
            while (at > start && sorted[at] == sorted[at - 1]) at--;
            if (at == previous) continue;
            first.Add(previous = at);
            isAtom.Add(false);
        }
    }

    private static OrderedCells Bound(ReadOnlySpan<double> sorted, List<int> first, List<bool> isAtom, int rare, double step)
    {
        var cells = first.Count;
        double[] from = new double[cells], low = new double[cells], high = new double[cells];
        var (bottom, top) = Extremes(sorted, rare);
        for (var c = 0; c < cells; c++)
        {
            int start = first[c], end = c + 1 < cells ? first[c + 1] : sorted.Length;
            double a = sorted[start], b = sorted[end - 1];
            from[c] = c == 0 ? double.NegativeInfinity : Middle(sorted[start - 1], a);
            if (isAtom[c])
            {
                low[c] = high[c] = a;
                continue;
            }
            var rows = end - start;
            if (rows < rare)
            {
                // too few rows to tell where between their frequent neighbours they lie
                low[c] = c == 0 ? a : sorted[start - 1] + step;
                high[c] = c == cells - 1 ? b : sorted[end] - step;
            }
            else
            {
                var margin = rows > 1 ? (b - a) / (rows - 1) / 2 : 0;
                low[c] = c == 0 ? a : Math.Max(from[c], a - margin);
                high[c] = c == cells - 1 ? b : Math.Min(Middle(b, sorted[end]), b + margin);
            }
            low[c] = Math.Clamp(low[c], bottom, top);
            high[c] = Math.Clamp(high[c], low[c], Math.Max(low[c], top));
        }
        return new OrderedCells(from, low, high);
    }

    /// <summary>
    /// What may be told of the extremes: the mean of the outermost rows, but no further out than the rows next to them suggest. Without that bound one
    /// row far outside would stretch the range to a fixed share of its own value, from which it could be computed.
    /// </summary>
    private static (double Bottom, double Top) Extremes(ReadOnlySpan<double> sorted, int rare)
    {
        var m = Math.Min(rare, sorted.Length);
        if (m == 0) return (0, 0);
        var n = sorted.Length;
        double bottom = 0, top = 0;
        for (var i = 0; i < m; i++)
        {
            bottom += sorted[i] / m;
            top += sorted[n - 1 - i] / m;
        }
        // Four times the spread of the next m rows leaves even the heaviest of common tails (Pareto with exponent 1) as it is.
        double innerLow = sorted[m - 1], innerHigh = sorted[n - m];
        double spreadLow = sorted[Math.Min(n, 2 * m) - 1] - innerLow, spreadHigh = innerHigh - sorted[Math.Max(0, n - 2 * m)];
        return (Math.Max(bottom, innerLow - 4 * spreadLow), Math.Min(top, innerHigh + 4 * spreadHigh));
    }

    private static double Middle(double a, double b) => a + (b - a) / 2 is var m && m > a ? m : b;

    /// <summary>Cell of a value.</summary>
    public int CellOf(double value)
    {
        int low = 0, high = From.Length - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (From[middle] <= value) low = middle;
            else high = middle - 1;
        }
        return low;
    }

    /// <summary>Ends and middle of every cell, for <see cref="ColumnCodec.Candidates"/>.</summary>
    public (double[] Values, int[] Cells) Candidates(int offset)
    {
        var values = new List<double>();
        var cells = new List<int>();
        for (var c = 0; c < Count; c++)
        {
            foreach (var value in Low[c] == High[c] ? [Low[c]] : new[] { Low[c], Middle(Low[c], High[c]), High[c] })
            {
                values.Add(value);
                cells.Add(c + offset);
            }
        }
        return ([.. values], [.. cells]);
    }

    public double[] ToNumbers() => [.. From, .. Low, .. High];

    public static OrderedCells FromNumbers(ReadOnlySpan<double> numbers, CodecState state)
    {
        if (numbers.Length % 3 != 0) throw state.Unfit("its cells are not whole");
        var n = numbers.Length / 3;
        var cells = new OrderedCells(numbers[..n].ToArray(), numbers[n..(2 * n)].ToArray(), numbers[(2 * n)..].ToArray());
        for (var c = 0; c < n; c++)
            if (!(cells.Low[c] <= cells.High[c]) || !double.IsFinite(cells.Low[c]) || !double.IsFinite(cells.High[c]) || c > 0 && !(cells.From[c] > cells.From[c - 1]))
                throw state.Unfit($"cell {c} has impossible bounds");
        return cells;
    }
}
