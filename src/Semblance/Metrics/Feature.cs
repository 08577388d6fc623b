namespace Semblance.Metrics;

/// <summary>Which of the compared tables.</summary>
internal enum Side
{
    Real,
    Synthetic,
    Holdout,
}

/// <summary>What a column is to a metric.</summary>
internal enum FeatureType
{
    /// <summary>Numbers; dates and times as days since 1970-01-01; of free text its length in characters.</summary>
    Number,
    /// <summary>Codes into levels.</summary>
    Category,
    /// <summary>Names of rows: only their length and gaps can be compared. Personal data (e-mail addresses, names of people): only their gaps.</summary>
    Identifier,
}

/// <summary>One column of all compared tables in the same form, decided on the real one.</summary>
internal sealed class Feature
{
    public required string Name { get; init; }
    public required ColumnKind Kind { get; init; }
    public required FeatureType Type { get; init; }

    /// <summary>Per side, a value per row, NaN where missing. For numbers and identifiers (length); empty arrays for categories.</summary>
    public required double[][] Numbers { get; init; }

    /// <summary>Per side, a code per row, -1 where missing. Empty arrays unless a category.</summary>
    public required int[][] Codes { get; init; }

    /// <summary>Texts of the codes: first those of the real data in ordinal order, then those seen only elsewhere.</summary>
    public string[] Levels { get; init; } = [];

    /// <summary>How many of <see cref="Levels"/> the real data have.</summary>
    public int RealLevels { get; init; }

    /// <summary>Per side, cells that could not be read as this kind of column; they count as missing everywhere else.</summary>
    public required int[] Unreadable { get; init; }

    private Lazy<(double Low, double Width, double Median)>? scale;

    /// <summary>Least value, range and median of the real numbers, found on first use; (0, 1, 0) where there are none. The range is 1 where all are equal.</summary>
    public (double Low, double Width, double Median) Scale => (scale ??= new(RealScale)).Value;

    /// <summary>True where distributions and dependence can be compared.</summary>
    public bool IsComparable => Type != FeatureType.Identifier;

    public bool IsNumber => Type == FeatureType.Number;

    public bool IsMissing(Side side, int row) =>
        Type == FeatureType.Category ? Codes[(int)side][row] < 0 : double.IsNaN(Numbers[(int)side][row]);

    /// <summary>Share of rows without a value.</summary>
    public double MissingShare(Side side)
    {
        int missing = 0, rows;
        if (Type == FeatureType.Category)
        {
            var codes = Codes[(int)side];
            rows = codes.Length;
            foreach (var code in codes)
                if (code < 0) missing++;
        }
        else
        {
            var numbers = Numbers[(int)side];
            rows = numbers.Length;
            foreach (var number in numbers)
                if (double.IsNaN(number)) missing++;
        }
        return rows == 0 ? 0 : (double)missing / rows;
    }

    /// <summary>The present numbers of a side in ascending order.</summary>
    public double[] Sorted(Side side)
    {
        var present = Array.FindAll(Numbers[(int)side], n => !double.IsNaN(n));
        Array.Sort(present);
        return present;
    }

    /// <summary>Rows per level of a side.</summary>
    public int[] Counts(Side side)
    {
        var counts = new int[Levels.Length];
        foreach (var code in Codes[(int)side])
            if (code >= 0) counts[code]++;
        return counts;
    }

    private (double, double, double) RealScale()
    {
        var sorted = Sorted(Side.Real);
        if (sorted.Length == 0) return (0, 1, 0);
        var width = sorted[^1] - sorted[0];
        return (sorted[0], width > 0 && double.IsFinite(width) ? width : 1, sorted[(sorted.Length - 1) / 2] / 2 + sorted[sorted.Length / 2] / 2);
    }
}
