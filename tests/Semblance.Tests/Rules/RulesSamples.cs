using Semblance.Data;

namespace Semblance.Tests.Rules;

/// <summary>A small table with every kind of column and with gaps, for the tests of expressions.</summary>
internal static class RulesSamples
{
    public static Table People { get; } = new(
    [
        new NumberColumn(new("age", ColumnKind.Integer) { MissingMarkers = ["?"] }, [17, 25, 40, 61, double.NaN, 90]),
        new NumberColumn(new("hours-per-week", ColumnKind.Integer), [10, 40, 38, 60, 20, 0]),
        new NumberColumn(new("pay", ColumnKind.Decimal) { MissingMarkers = [""] }, [0, 1250.5, 3000, double.NaN, 10, -4]),
        new CategoryColumn(new("job", ColumnKind.Category) { MissingMarkers = ["?"] }, [0, 1, 2, 1, -1, 0], ["clerk", "nurse", "it's é"]),
        new CategoryColumn(new("code", ColumnKind.Category), [0, 1, 2, 0, 1, 2], ["007", "12", "x"]),
        new CategoryColumn(new("member", ColumnKind.Boolean) { MissingMarkers = ["NA"] }, [0, 1, 0, 1, -1, 0], ["yes", "no"]),
        new CategoryColumn(new("site", ColumnKind.Constant), [0, 0, 0, 0, 0, 0], ["3"]),
        new DateTimeColumn(new("since", ColumnKind.DateTime) { Format = "dd/MM/yyyy", MissingMarkers = [""] },
            [Ticks(2020, 1, 31), Ticks(2021, 6, 1), long.MinValue, Ticks(1999, 12, 31), Ticks(2024, 2, 29), Ticks(2021, 6, 1)]),
        new DateTimeColumn(new("seen", ColumnKind.DateTime) { Format = "yyyy-MM-dd HH:mm:ss" },
            [Ticks(2020, 2, 1, 6), Ticks(2021, 6, 1, 23), Ticks(2022, 1, 1), Ticks(2023, 5, 5, 12), Ticks(2024, 2, 29), Ticks(2021, 5, 31, 18)]),
        new TextColumn(new("note", ColumnKind.Text), "good100%a_bÜber"u8.ToArray(), [4, 8, 8, 11, 11, 16], [0, 0, 1, 0, 0, 0]),
        new NumberColumn(new("a", ColumnKind.Integer), [1, 2, 3, 4, 5, 6]),
        new NumberColumn(new("b.c", ColumnKind.Integer), [6, 5, 4, 3, 2, 1]),
        new NumberColumn(new("odd `name", ColumnKind.Integer), [0, 1, 0, 1, 0, 1]),
    ]);

    public static long Ticks(int year, int month, int day, int hour = 0) => new DateTime(year, month, day, hour, 0, 0).Ticks;

    /// <summary>Positions of the rows for which a condition is true, end to end: <c>"034"</c>.</summary>
    public static string Rows(string condition)
    {
        var mask = new bool[People.Rows];
        Semblance.Rules.Expression.Parse(condition).Bind(People.Schema).Evaluate(People, mask);
        return string.Concat(Enumerable.Range(0, mask.Length).Where(i => mask[i]));
    }
}
