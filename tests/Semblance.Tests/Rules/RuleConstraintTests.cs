using Semblance.Data;
using Semblance.Rules;
using static Semblance.Tests.Rules.RuleSamples;

namespace Semblance.Tests.Rules;

/// <summary>Constraints of rules are planned: all rows keep them, and what can't be kept is told before a row is made.</summary>
public sealed class RuleConstraintTests
{
    private static RuleSchema Constrained(string columns, params string[] constraints) =>
        One(columns, 4000, "constraints:\n" + string.Concat(constraints.Select(c => $"  - \"{c}\"\n")));

    [Theory]
    [InlineData("a: {normal: {mean: 0, sd: 1}}", "a >= 1.5")]
    [InlineData("a: {lognormal: {mu: 0, sigma: 2}}", "a between 3 and 4")]
    [InlineData("a: {poisson: 4}", "a > 2 and a != 5")]
    [InlineData("a: {choice: {1: 5, 2: 5, 3: 1}}", "a != 1")]
    [InlineData("a: {choice: {x: 5, y: 5, z: 1}}", "a in ('x', 'z')")]
    [InlineData("a: {date: {from: 2020-01-01, to: 2024-12-31}}", "a > '2024-06-30'")]
    [InlineData("a: {normal: {mean: 0, sd: 1}}\nb: {normal: {mean: 0, sd: 1}}", "a < b")]
    [InlineData("a: {normal: {mean: 9, sd: 1}}\nb: {uniform: {min: 0, max: 10}}\nc: {exponential: 2}", "ordered(c, a, b)")]
    [InlineData("a: {date: {from: 2020-01-01, to: 2024-12-31}}\nb: {date: {from: 2020-01-01, to: 2024-12-31, step: minute}}", "a < b")]
    [InlineData("a: {date: {from: 2020-01-01, to: 2024-12-31, weights: [3, 0, 1]}}\nb: {date: {from: 2020-01-01, to: 2024-12-31, weights: [1, 2, 0, 1]}}", "a <= b")]
    [InlineData("a: {integer-uniform: {min: 1, max: 6}}\nb: {integer-uniform: {min: 1, max: 6}}", "a > b")]
    [InlineData("a: {uniform: {min: 0, max: 9}, decimals: 2}\nb: {integer-uniform: {min: 1, max: 6}}\nc: {normal: {}}", "c = a * b - 1")]
    [InlineData("a: {integer-uniform: {min: 1, max: 6}}\nb: {integer-uniform: {min: 1, max: 6}}", "a + b = 7")]
    [InlineData("a: {choice: {x: 5, y: 5}}\nb: {choice: {p: 5, q: 5}}", "a = 'x' or b = 'q'")]
    [InlineData("a: {normal: {}}\nb: {expression: a * 2}\nc: {expression: b + 1}", "c > 0.5")]
    [InlineData("a: {choice: {0: 9, 1: 1}}\nb: {choice: {0: 5, 1: 5}}\nc: {choice: {0: 5, 1: 5}}", "onehot(a, b, c)")]
    [InlineData("a: {integer-uniform: {min: 1, max: 9000}}", "unique(a)")]
    [InlineData("a: {normal: {}}\nb: {choice: {x: 1, y: 1}, missing: 0.5}", "b is not missing or a > 0")]
    public async Task Every_row_keeps_them(string columns, string constraint)
    {
        var rules = Constrained(columns, constraint);
        foreach (var threads in new[] { 1, 2 })
        {
            var table = (await MakeAsync(rules, threads: threads)).Tables[0];
            foreach (var bound in Constraint.Parse(constraint).Bind(table.Schema)) Assert.DoesNotContain(false, bound.Holds(table));
        }
    }

    [Fact]
    public async Task The_check_itself_finds_rows_that_break_them()
    {
        var table = await TableAsync(One("a: {normal: {}}\nb: {normal: {}}", 4000));
        Assert.Contains(false, Constraint.Parse("a < b").Bind(table.Schema)[0].Holds(table));
    }

    [Fact]
    public async Task An_order_over_tables_and_a_free_condition_over_them_are_kept()
    {
        var made = await MakeAsync(Read("""
            rules: 1
            tables:
              items: {rows: 50, key: id, columns: {id: sequence, since: {date: {from: 2020-01-01, to: 2024-12-31}}, size: {integer-uniform: {min: 1, max: 20}}}}
              sales:
                rows: 3000
                columns: {item: {reference: items}, sold: {date: {from: 2020-01-01, to: 2025-06-30}}, n: {integer-uniform: {min: 1, max: 9}}, since: {expression: items.since}, size: {expression: items.size}}
                constraints: [sold >= items.since, items.size + n <= 15]
            """));
        var sales = made["sales"];
        for (var r = 0; r < sales.Rows; r++)
        {
            Assert.True(((DateTimeColumn)sales["sold"]).Ticks[r] >= ((DateTimeColumn)sales["since"]).Ticks[r]);
            Assert.True(Numbers(sales, "size")[r] + Numbers(sales, "n")[r] <= 15);
        }
    }

    [Theory]
    [InlineData("a: {uniform: {min: 0, max: 10}}", "SB2081", "a >= 20")]
    [InlineData("a: {normal: {}}", "SB2081", "a > 5", "a < 4")]
    [InlineData("a: {normal: {}}\nb: {normal: {}}", "SB2081", "a < b", "b < a")]
    [InlineData("a: {normal: {}}\nb: {normal: {}}", "SB2081", "a = b + 1", "b = a - 1")]
    [InlineData("a: {uniform: {min: 5, max: 6}}\nb: {uniform: {min: 0, max: 1}}", "SB2081", "a <= b")]
    [InlineData("a: {choice: {x: 1, y: 1}}", "SB2137", "a = 'z'")]
    [InlineData("a: {integer-uniform: {min: 1, max: 6}}", "SB2081", "a > 3 and a < 4")]
    [InlineData("a: sequence\nb: {expression: a * 2}", "SB2139", "b + a < 10")]
    [InlineData("a: {choice: {x: 1, y: 1}}\nb: {choice: {x: 1, y: 1}}", "SB2139", "combination(a, b)")]
    [InlineData("a: {normal: {}}", "SB2136", "unique(a)")]
    [InlineData("a: {date: {from: 2020-01-01, to: 2020-12-31}}", "SB2081", "a > '2021-01-01'")]
    public void Contradictions_are_told_before_a_row_is_made(string columns, string code, params string[] constraints)
    {
        var e = Assert.Throws<RecipeException>(() => Constrained(columns, constraints));
        Assert.Equal(code, e.Code);
        Assert.Contains("a", e.Message);
    }

    [Fact]
    public async Task A_condition_that_hardly_ever_holds_is_an_error_that_names_it()
    {
        var rules = Constrained("a: {uniform: {}}\nb: {uniform: {}}", "a * b > 0.9999999");
        var e = await Assert.ThrowsAsync<GenerateException>(() => TableAsync(rules));
        Assert.Equal("SB4071", e.Code);
        Assert.Contains("0.9999999", e.Message);
    }

    [Fact]
    public async Task A_redrawn_row_moves_no_other()
    {
        var free = await TableAsync(One("a: {uniform: {}}\nb: {uniform: {}}\nc: {form: email}", 4000));
        var held = await TableAsync(Constrained("a: {uniform: {}}\nb: {uniform: {}}\nc: {form: email}", "a + b < 1"));
        Assert.Equal(Texts(free, "c"), Texts(held, "c"));
        var same = 0;
        for (var r = 0; r < 4000; r++)
            if (Numbers(free, "a")[r] + Numbers(free, "b")[r] < 1)
            {
                Assert.Equal(Numbers(free, "a")[r], Numbers(held, "a")[r]);
                same++;
            }
        Assert.InRange(same, 1800, 2200);
        // what is drawn again is nobody else's draw
        Assert.Equal(4000, Numbers(held, "a").Zip(Numbers(held, "b")).Distinct().Count());
    }
}
