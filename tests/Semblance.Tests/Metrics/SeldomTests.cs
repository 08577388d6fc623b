using Semblance.Data;
using Semblance.Metrics;
using Semblance.Numerics;

namespace Semblance.Tests.Metrics;

public sealed class SeldomTests
{
    private static Score Measured(string name, Table real, Table made, Table? holdout = null) =>
        MetricCatalog.Default.Require(name).Measure(new Evidence<Table>(real, made) { Holdout = holdout }, Run.With(1));

    private static Table Levels(params (string Level, int Rows)[] counts) => new(
    [
        new CategoryColumn(new("level", ColumnKind.Category), [.. counts.SelectMany((c, code) => Enumerable.Repeat(code, c.Rows))], [.. counts.Select(c => c.Level)]),
    ]);

    private static Table Numbers(IEnumerable<double> values) => new([new NumberColumn(new ColumnSchema("x", ColumnKind.Decimal) { Number = new(0, 3) }, [.. values])]);

    private static IEnumerable<double> Normal(int rows, ulong seed)
    {
        var stream = new RandomStream(new Seed(seed), "normal");
        for (var i = 0; i < rows; i++) yield return Math.Round(FastMath.NormalQuantile((stream.Words(i).A + 0.5) / 4294967296.0), 3);
    }

    [Fact]
    public void Rare_values_worked_by_hand()
    {
        // rare: b (1 % of 1,000) and c (.6 %); d is held by four rows, and protected
        var real = Levels(("a", 980), ("b", 10), ("c", 6), ("d", 4));
        Assert.Equal(1, Measured("diversity.rare-values", real, real).Value!.Value, 9);
        Assert.Equal((0.5 + 0) / 2, Measured("diversity.rare-values", real, Levels(("a", 995), ("b", 5))).Value!.Value, 9);
        Assert.Equal((1 + 1) / 2.0, Measured("diversity.rare-values", real, Levels(("a", 900), ("b", 60), ("c", 40))).Value!.Value, 9);
    }

    [Fact]
    public void Tails_worked_by_hand()
    {
        var real = Numbers(Enumerable.Range(0, 1_001).Select(i => (double)i)); // ten values below the 1 % quantile, ten above the 99 % quantile
        Assert.Equal(1, Measured("diversity.tails", real, real).Value!.Value, 9);
        Assert.Equal(0, Measured("diversity.tails", real, Numbers(Enumerable.Range(10, 981).Select(i => (double)i))).Value!.Value, 9);
        Assert.Equal(0.5, Measured("diversity.tails", real, Numbers(Enumerable.Range(0, 1_001).Select(i => (double)Math.Min(i, 990)))).Value!.Value, 9);
    }

    [Fact]
    public void Distinct_rows_worked_by_hand()
    {
        var real = Numbers(Enumerable.Range(0, 100).Select(i => i % 80 / 2.0));
        var score = Measured("diversity.distinct-rows", real, Numbers(Enumerable.Range(0, 100).Select(i => i % 25 / 2.0)));
        Assert.Equal((0.25, 0.8), (score.Value!.Value, score.Ceiling!.Value));
    }

    [Theory]
    [InlineData("diversity.tails")]
    [InlineData("diversity.rare-values")]
    public void The_interval_of_fresh_rows_reaches_the_ceiling(string name)
    {
        // 40 populations; an interval that ends below the ceiling once in twenty would be seen five times or more here with a chance of 5 %
        var alarms = 0;
        for (ulong seed = 0; seed < 40; seed++)
        {
            Table Sample(ulong part) => name == "diversity.tails" ? Numbers(Normal(1_500, 10 * seed + part)) : Drawn(1_500, 10 * seed + part);
            var score = Measured(name, Sample(0), Sample(1), Sample(2));
            if (score.Interval!.Value.High < score.Ceiling!.Value) alarms++;
        }
        Assert.InRange(alarms, 0, 4);

        static Table Drawn(int rows, ulong seed)
        {
            var stream = new RandomStream(new Seed(seed), "levels");
            var codes = new int[rows];
            for (var i = 0; i < rows; i++) codes[i] = RandomStream.Unit(stream.Words(i).A) is < 0.09 and var u ? 1 + (int)(u * 100) : 0;
            return new([new CategoryColumn(new("level", ColumnKind.Category), codes, ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"])]);
        }
    }

    [Fact]
    public void A_group_that_is_made_wrong_is_named()
    {
        Table real = Population.Sample(3_000, 1), made = Population.Sample(3_000, 2), holdout = Population.Sample(3_000, 3);
        var city = (CategoryColumn)made["city"];
        int chur = Array.IndexOf(city.Levels, "Chur"), age = made.Schema.IndexOf("age");
        var ages = ((NumberColumn)made.Columns[age]).Values.ToArray();
        for (var i = 0; i < ages.Length; i++)
            if (city.Codes[i] == chur) ages[i] = 20;
        var wrong = new Table(made.Columns.SetItem(age, new NumberColumn(made.Columns[age].Schema, ages)));
        Score right = Measured("fidelity.subgroups", real, made, holdout), bad = Measured("fidelity.subgroups", real, wrong, holdout);
        Assert.True(bad.Value < right.Value - 0.05, $"{bad.Value} {right.Value}");
        Assert.Contains("`city` = Chur", bad.Why, StringComparison.Ordinal);
    }
}
