using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Profiles;

/// <summary>What a person should look at in a column.</summary>
internal static class ColumnWarnings
{
    public static ImmutableArray<Warning> Of(ColumnProfile column, long rows)
    {
        var warnings = ImmutableArray.CreateBuilder<Warning>();
        void Warn(string code, string message) => warnings.Add(new Warning(code, message));

        if (rows > 0 && column.Present == 0) Warn("all-missing", $"`{column.Name}` has no value in any row; leave it out or find out why");
        else if (column.MissingShare > 0.5) Warn("mostly-missing", string.Create(CultureInfo.InvariantCulture, $"`{column.Name}` has no value in {column.MissingShare:P0} of the rows; what is learnt of it rests on the few others"));
        if (column.Present > 1 && column.Distinct == 1) Warn("constant", $"`{column.Name}` has the same value wherever it has one; it tells nothing");
        if (column.Kind == ColumnKind.Integer && column.Present >= 100 && column.Distinct >= 0.95 * column.Present)
            Warn("near-unique", $"`{column.Name}` is a whole number that hardly repeats; if it names a row, declare it an identifier (--column {column.Name}=identifier)");
        if (column.Kind is ColumnKind.Category && column.RareValues > 0)
            Warn("rare-values", string.Create(CultureInfo.InvariantCulture, $"`{column.Name}` has {column.RareValues:N0} values that only a few rows share; they are protected: not shown here and not copied by models"));
        if (Sentinel(column) is { } sentinel)
            Warn("sentinel", string.Create(CultureInfo.InvariantCulture, $"`{column.Name}` holds {sentinel} far from all other values; if it stands for \"unknown\" or \"more than\", declare it a missing marker"));
        foreach (var form in column.Personal.Take(1))
            Warn("personal-data", $"`{column.Name}` may hold personal data ({form.Title}); its values are not shown here");
        return warnings.ToImmutable();
    }

    // A least or greatest value of nines (or -1), shared by rows and far from its neighbour: -999, 99999.
    private static string? Sentinel(ColumnProfile column)
    {
        if (column.Numbers is not { } numbers || column.Distinct < 3) return null;
        foreach (var (value, near) in ((double, double)[])[(numbers.Minimum, numbers.Quantiles[^1]), (numbers.Maximum, numbers.Quantiles[0])])
        {
            if (!IsNines(value)) continue;
            // The bulk must be on the other side, and nothing between: the histogram of the bulk does not reach it, or its neighbours are empty.
            var histogram = numbers.Histogram;
            var width = histogram.Edges[^1] - histogram.Edges[0];
            var distance = value > near ? value - histogram.Edges[^1] : histogram.Edges[0] - value;
            var shared = column.Top.FirstOrDefault(t => t.Value == value.ToString("R", CultureInfo.InvariantCulture)) is not null || column.Spikes.Any(s => s.Value == value);
            if (shared && distance > 0.25 * width) return value.ToString("R", CultureInfo.InvariantCulture);
        }
        return null;
    }

    private static bool IsNines(double value)
    {
        var size = Math.Abs(value);
        return value == -1 || size is 99 or 999 or 9999 or 99999 or 999999 or 9999999 or 99999999 or 999999999;
    }
}
