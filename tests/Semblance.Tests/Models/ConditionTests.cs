using Semblance.Data;
using Semblance.Models;
using Semblance.Numerics;

namespace Semblance.Tests.Models;

/// <summary>Rows made under a condition are distributed as the rows that satisfy it among all rows the model makes, whichever way they are found.</summary>
public sealed class ConditionTests
{
    private static readonly Run Nine = Run.With(9) with { Threads = 2 };

    // a decides b, b decides the number x and the day; z is on its own.
    private static readonly Table Chain = Make(6_000);

    // `auto` gives one of the others
    public static TheoryData<string> Models => [.. ModelCatalog.Default.Entries.Select(e => e.Id).Where(id => id != "auto")];

    /// <summary>
    /// For each condition the shares of a, b and z's halves are compared with those among 80,000 free rows. Both sides are samples of at least 500 rows; a
    /// difference of 5 standard errors plus 0.02 (resampling is exact only in the limit) alarms falsely less than once in 10^6.
    /// </summary>
    [Theory, MemberData(nameof(Models))]
    public async Task Conditions_change_nothing_but_what_they_say(string id)
    {
        using var generator = await ModelCatalog.Default.Create(id).FitAsync(Chain, Nine);
        var free = await generator.GenerateAsync(80_000, Run.With(1) with { Threads = 2 });
        foreach (var (text, rare) in new[] { ("b = 'q'", false), ("x > 0 and z < 0.25", false), ("a = 'v' and b = 'q'", true), ("b = 'r' and x > 4", true), ("day >= '2020-03-01' and z > 0.9", true), ("x > 2 and z > x / 3", false) })
        {
            var expected = free.Where(new Condition(text));
            if (expected.Rows < 500) continue; // too rare under this model to be measured
            Assert.True(!rare || expected.Rows < free.Rows / 40, $"{id}: {text} holds in {expected.Rows} rows");
            var made = await generator.GenerateAsync(new Request(2_000) { Where = new Condition(text) }, Nine);
            Assert.Equal(2_000, made.Where(new Condition(text)).Rows);
            foreach (var fact in new[] { "a = 'u'", "a = 'v'", "b = 'p'", "b = 'q'", "z < 0.5", "z < 0.1", "x > 0", "x > 2.5", "day < '2020-02-15'" })
            {
                double p = Share(expected, fact), q = Share(made, fact);
                var error = Math.Sqrt(p * (1 - p) * (1.0 / expected.Rows + 1.0 / made.Rows));
                Assert.True(Math.Abs(p - q) < 5 * error + 0.02, $"{id}, where {text}: {fact} in {q:P1} of rows, should be {p:P1}");
            }
        }
    }

    [Fact]
    public async Task Trees_and_the_copula_keep_relations_and_independent_columns_do_not()
    {
        // Rank correlation of b's effect: mean of x is 3 where b = 'r' and 0 where b = 'p'. 4,000 rows: the standard error of a difference of means is below 0.08.
        foreach (var (id, least, most) in new[] { ("cart", 2.6, 3.4), ("copula", 1.5, 3.6), ("independent", -0.4, 0.4) })
        {
            using var generator = await ModelCatalog.Default.Create(id).FitAsync(Chain, Nine);
            var made = await generator.GenerateAsync(4_000, Nine);
            Assert.InRange(Mean(made.Where(new Condition("b = 'r'"))) - Mean(made.Where(new Condition("b = 'p'"))), least, most);
        }
    }

    private static double Share(Table table, string fact) => table.Where(new Condition(fact)).Rows / (double)table.Rows;

    private static double Mean(Table table) => ((NumberColumn)table["x"]).Values.Average();

    private static Table Make(int rows)
    {
        var random = new RandomStream(new Seed(4), "chain").Sequence();
        int[] a = new int[rows], b = new int[rows];
        double[] x = new double[rows], z = new double[rows];
        var day = new long[rows];
        for (var row = 0; row < rows; row++)
        {
            a[row] = random.NextUnit() < 0.8 ? 0 : 1;
            var u = random.NextUnit();
            b[row] = a[row] == 0 ? (u < 0.6 ? 0 : u < 0.7 ? 1 : 2) : (u < 0.1 ? 0 : u < 0.2 ? 1 : 2);
            x[row] = Math.Round(b[row] * 1.5 + random.NextUnit() + random.NextUnit() + random.NextUnit() - 1.5, 3);
            z[row] = Math.Round(random.NextUnit(), 4);
            day[row] = new DateTime(2020, 1, 1).AddDays(20 * b[row] + random.NextBelow(30)).Ticks;
        }
        return new(
        [
            new CategoryColumn(new("a", ColumnKind.Category), a, ["u", "v"]),
            new CategoryColumn(new("b", ColumnKind.Category), b, ["p", "q", "r"]),
            new NumberColumn(new("x", ColumnKind.Decimal) { Number = new(0, 3) }, x),
            new NumberColumn(new("z", ColumnKind.Decimal) { Number = new(0, 4) }, z),
            new DateTimeColumn(new("day", ColumnKind.DateTime) { Format = "yyyy-MM-dd" }, day),
        ]);
    }
}
