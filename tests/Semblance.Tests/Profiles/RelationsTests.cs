using Semblance.Data;
using Semblance.Profiles;

namespace Semblance.Tests.Profiles;

public sealed class RelationsTests
{
    private static readonly string[] Cities = ["Aarhus", "Bern", "Cork", "Delft", "Essen", "Faro", "Ghent", "Hull"];

    [Fact]
    public void A_column_that_determines_another_is_found()
    {
        var profile = Made.Profile(
            Made.Categories("city", 2000, i => Cities[Made.Hash(i, 1) % 8]),
            Made.Categories("land", 2000, i => Made.Hash(i, 1) % 8 < 3 ? "north" : Made.Hash(i, 1) % 8 < 6 ? "west" : "south"),
            Made.Integers("code", 2000, i => 100 + Made.Hash(i, 1) % 8),
            Made.Categories("other", 2000, i => Made.Hash(i, 2) % 2 == 0 ? "yes" : "no"));
        Assert.Equal<FunctionalDependency>(
            [new FunctionalDependency(0, 2, 1, true), new FunctionalDependency(2, 0, 1, true), new FunctionalDependency(0, 1, 1, false), new FunctionalDependency(2, 1, 1, false)],
            profile.Dependencies);
    }

    [Fact]
    public void A_nearly_kept_dependency_is_found_with_its_share()
    {
        var profile = Made.Profile(
            Made.Categories("city", 5000, i => Cities[Made.Hash(i, 1) % 8]),
            Made.Categories("land", 5000, i => i % 500 == 0 ? "typo" : Made.Hash(i, 1) % 8 < 4 ? "north" : "south"),
            Made.Categories("loose", 5000, i => i % 50 == 0 ? "typo" : Made.Hash(i, 1) % 8 < 4 ? "north" : "south"));
        var dependency = Assert.Single(profile.Dependencies, d => d.Dependent == 1 && d.Determinant == 0);
        Assert.Equal(0.998, dependency.Share, 12);
        Assert.False(dependency.Exact);
        Assert.DoesNotContain(profile.Dependencies, d => d.Dependent == 2 && d.Determinant == 0); // 98 %
    }

    [Fact]
    public void Trivial_dependencies_are_left_out()
    {
        var profile = Made.Profile(
            Made.Integers("serial", 1000, i => i),                                             // determines all, tells nothing
            Made.Integers("pairs", 1000, i => i / 2 % 300),                                    // hardly repeats
            Made.Categories("group", 1000, i => Cities[Made.Hash(i, 1) % 8]),
            Made.Categories("nearly always", 1000, i => i == 5 ? "b" : "a"));                  // whatever it is guessed from
        Assert.Empty(profile.Dependencies);
    }

    [Fact]
    public void Agreement_by_chance_is_no_dependency()
    {
        // Twelve twins that agree in one of two values do so once in 4,096 tables: that is no proof. Sixty do.
        FunctionalDependency[] Twins(int twins) => [.. Made.Profile(Made.Integers("twin", 2 * twins, i => i / 2), Made.Categories("side", 2 * twins, i => Made.Hash(i / 2, 1) % 2 == 0 ? "x" : "y")).Dependencies];
        Assert.Empty(Twins(12));
        Assert.Single(Twins(60));
    }

    [Fact]
    public void Keys_are_columns_or_smallest_sets()
    {
        var profile = Made.Profile(
            Made.Texts("id", 1200, i => Made.Text($"k{i:0000}"), ColumnKind.Identifier),
            Made.Integers("shop", 1200, i => i / 40), Made.Integers("line", 1200, i => i % 40), Made.Categories("colour", 1200, i => Cities[Made.Hash(i, 3) % 8]),
            Made.Decimals("weight", 1200, i => Made.Unit(i, 4)));
        Assert.Equal<int>([0], profile.Keys[0].Columns);
        Assert.Equal<int>([1, 2], profile.Keys[1].Columns);
        Assert.Equal(2, profile.Keys.Length); // not shop + line + colour, not the weights, which differ by chance
        Assert.Equal(1200 * 1200 / 2.0 / 30 / 40, profile.Keys[1].ExpectedDuplicates!.Value, 6);
    }

    [Fact]
    public void Rows_that_repeat_leave_no_key()
    {
        var profile = Made.Profile(Made.Integers("a", 500, i => i == 499 ? 0 : i / 25), Made.Integers("b", 500, i => i == 499 ? 0 : i % 25));
        Assert.Equal(1, profile.DuplicateRows);
        Assert.Empty(profile.Keys);
        Assert.Contains(profile.Warnings, w => w.Code == "duplicate-rows");
    }

    [Theory]
    [InlineData(FormulaKind.Sum, "total = net + tax")]
    [InlineData(FormulaKind.Difference, "total = net - tax")]
    [InlineData(FormulaKind.Product, "total = net * tax")]
    [InlineData(FormulaKind.Ratio, "total = net / tax")]
    [InlineData(FormulaKind.Linear, "total = 1.2 * net - 3 * tax + 40")]
    public void A_computed_column_is_found(FormulaKind kind, string text)
    {
        double Net(int i) => Math.Round(5 + 100 * Made.Unit(i, 1), 2);
        double Tax(int i) => Math.Round(1 + 30 * Made.Unit(i, 2), 2);
        var profile = Made.Profile(
            Made.Decimals("net", 800, Net, 2), Made.Decimals("tax", 800, Tax, 2), Made.Decimals("noise", 800, i => 50 * Made.Unit(i, 3), 2),
            Made.Decimals("total", 800, i => kind switch
            {
                FormulaKind.Sum => Net(i) + Tax(i),
                FormulaKind.Difference => Net(i) - Tax(i),
                FormulaKind.Product => Net(i) * Tax(i),
                FormulaKind.Ratio => Net(i) / Tax(i),
                _ => 1.2 * Net(i) - 3 * Tax(i) + 40,
            }, 4));
        var formula = Assert.Single(profile.Formulas);
        // A sum is also a difference told the other way round; the table's own rounding decides between product and quotient.
        if (kind is FormulaKind.Difference) Assert.Equal("net = tax + total", formula.Text);
        else if (kind is FormulaKind.Ratio) Assert.Contains(formula.Text, new[] { "total = net / tax", "net ~ tax * total", "net = tax * total" });
        else Assert.Equal(text, formula.Text);
        Assert.True(formula.Explained > 0.999);
    }

    [Fact]
    public void A_nearly_computed_column_is_found()
    {
        var profile = Made.Profile(
            Made.Integers("months", 3000, i => Made.Hash(i, 1) % 72), Made.Decimals("fee", 3000, i => 20 + 100 * Made.Unit(i, 2), 2), Made.Decimals("age", 3000, i => 18 + 60 * Made.Unit(i, 4)),
            Made.Decimals("paid", 3000, i => Made.Hash(i, 1) % 72 * (20 + 100 * Made.Unit(i, 2)) * (0.97 + 0.06 * Made.Unit(i, 3)), 2));
        var formula = Assert.Single(profile.Formulas);
        Assert.Equal("paid ~ months * fee", formula.Text);
        Assert.InRange(formula.Explained, 0.99, 0.9999);
        Assert.True(formula.NearShare > 0.99 && formula.ExactShare < 0.2);
    }

    [Fact]
    public void Another_unit_of_the_same_thing_is_one_linear_formula()
    {
        var profile = Made.Profile(Made.Decimals("celsius", 500, i => 40 * Made.Unit(i, 1), 1), Made.Decimals("fahrenheit", 500, i => 1.8 * Math.Round(40 * Made.Unit(i, 1), 1) + 32, 2));
        Assert.Equal("fahrenheit = 1.8 * celsius + 32", Assert.Single(profile.Formulas).Text);
    }

    [Fact]
    public void Correlation_alone_is_no_formula() => Assert.Empty(Made.Profile(
        Made.Decimals("x", 2000, i => Made.Unit(i, 1)), Made.Decimals("y", 2000, i => Made.Unit(i, 1) + 0.05 * Made.Unit(i, 2)), Made.Decimals("z", 2000, i => Made.Unit(i, 1) + 0.3 * Made.Unit(i, 3))).Formulas);

    [Fact]
    public void Order_is_found_where_chance_would_break_it()
    {
        DateTime Start(int i) => new DateTime(2020, 1, 1).AddMinutes((int)(Made.Hash(i, 1) % 500_000));
        var profile = Made.Profile(
            Made.Dates("start", 1000, Start), Made.Dates("end", 1000, i => Start(i).AddMinutes(1 + (int)(Made.Hash(i, 2) % 9000))),
            Made.Integers("low", 1000, i => Made.Hash(i, 3) % 100), Made.Integers("high", 1000, i => Made.Hash(i, 3) % 100 + Made.Hash(i, 4) % 20),
            Made.Integers("far", 1000, i => 1000 + Made.Hash(i, 5) % 100));                    // above low and high anyway: nothing found out
        Assert.Equal<OrderRelation>([new OrderRelation(0, 1, 1, true), new OrderRelation(2, 3, 1, false)], profile.Orders);
    }

    [Fact]
    public void What_follows_from_two_orders_is_not_said_again()
    {
        double A(int i) => Made.Hash(i, 1) % 100;
        double B(int i) => A(i) + Made.Hash(i, 2) % 50;
        var profile = Made.Profile(Made.Integers("a", 1000, A), Made.Integers("b", 1000, B), Made.Integers("c", 1000, i => B(i) + Made.Hash(i, 3) % 50));
        Assert.Equal([(0, 1), (1, 2)], profile.Orders.Select(o => (o.Lesser, o.Greater)));
    }

    [Fact]
    public void Columns_missing_together_are_one_pattern()
    {
        var profile = Made.Profile(
            Made.Integers("a", 100, i => i < 10 ? double.NaN : i), Made.Categories("b", 100, i => i < 10 ? null : "x"), Made.Integers("c", 100, i => i is >= 5 and < 20 ? double.NaN : i));
        Assert.Equal(["[] 80", "[2] 10", "[0,1] 5", "[0,1,2] 5"], profile.MissingPatterns.Select(p => Made.Text($"[{string.Join(',', p.Columns)}] {p.Rows}")));
    }

    [Fact]
    public void The_condition_for_a_gap_is_found()
    {
        var profile = Made.Profile(
            Made.Integers("tenure", 1000, i => Made.Hash(i, 1) % 40), Made.Decimals("total", 1000, i => Made.Hash(i, 1) % 40 == 0 ? double.NaN : i),
            Made.Integers("age of child", 1000, i => Made.Hash(i, 2) % 18), Made.Categories("school", 1000, i => Made.Hash(i, 2) % 18 < 6 ? null : i % 2 == 0 ? "A" : "B"),
            Made.Categories("status", 1000, i => Made.Hash(i, 3) % 3 == 0 ? "it's new" : "old"), Made.Integers("score", 1000, i => Made.Hash(i, 3) % 3 == 0 ? double.NaN : i % 50));
        var rules = profile.MissingRules.Select(r => (profile.Columns[r.Column].Name, r.Condition, r.Exact)).ToList();
        Assert.Contains(("total", "tenure = 0", true), rules);
        Assert.Contains(("school", "`age of child` <= 5", true), rules);
        Assert.Contains(("score", "status = 'it''s new'", true), rules);
        Assert.Equal(3, rules.Count);
    }

    [Fact]
    public void Gaps_at_random_have_no_condition() => Assert.Empty(Made.Profile(
        Made.Integers("x", 1000, i => Made.Hash(i, 1) % 5 == 0 ? double.NaN : i), Made.Integers("y", 1000, i => Made.Hash(i, 2) % 10), Made.Categories("z", 1000, i => Made.Hash(i, 3) % 3 == 0 ? null : "a")).MissingRules);

    [Fact]
    public void A_clock_in_parts_is_found_with_its_gaps()
    {
        var first = new DateTime(2019, 12, 30);
        var hours = Enumerable.Range(0, 1000).Where(h => h % 10 != 3).Select(h => first.AddHours(h)).ToArray();
        var profile = Made.Profile(
            Made.Integers("Year", 900, i => hours[i].Year), Made.Integers("month", 900, i => hours[i].Month), Made.Integers("day", 900, i => hours[i].Day), Made.Integers("hour", 900, i => hours[i].Hour));
        var clock = profile.Clock!;
        Assert.Equal<int>([0, 1, 2, 3], clock.Columns);
        Assert.Equal((first, TimeSpan.FromHours(1), 0.9, true, true), (clock.First, clock.Step, clock.Filled, clock.Unique, clock.Sorted));
    }

    [Fact]
    public void A_date_column_of_even_steps_is_a_clock_and_one_of_events_is_not()
    {
        Assert.Equal(TimeSpan.FromMinutes(15), Made.Profile(Made.Dates("at", 200, i => new DateTime(2021, 5, 1).AddMinutes(15 * i)))!.Clock!.Step);
        Assert.Null(Made.Profile(Made.Dates("at", 200, i => new DateTime(2021, 5, 1).AddMinutes((int)(Made.Hash(i, 1) % 1_000_000)))).Clock);
        Assert.Null(Made.Profile(Made.Integers("year", 50, i => 2000 + i % 5), Made.Integers("month", 50, i => i % 14)).Clock); // there is no month 13
    }
}
