using Semblance.Rules;
using static Semblance.Tests.Rules.RuleSamples;

namespace Semblance.Tests.Rules;

/// <summary>A rules file is read strictly: what is wrong is told with file, line, column and the nearest known word.</summary>
public sealed class RuleErrorTests
{
    [Theory]
    [InlineData("a: {norml: {mean: 3}}", "SB2130", "line 4, column 7", "`normal`")]
    [InlineData("a: {normal: {maen: 3}}", "SB2121", "line 4, column 15", "'mean'")]
    [InlineData("a: {normal: {sd: -3}}", "SB2123", "line 4", "sd")]
    [InlineData("a: {normal: {mean: abc}}", "SB2131", "line 4, column 22", "number")]
    [InlineData("a: {min: 3}", "SB2133", "line 4", "nothing makes")]
    [InlineData("a: {normal: {}, sequence: 1}", "SB2133", "line 4", "both")]
    [InlineData("a: {normal: {}, missing: 2}", "SB2131", "column 28", "from 0 to 1")]
    [InlineData("a: {form: emial}", "SB2134", "line 4", "'email'")]
    [InlineData("aa: sequence\nb: {expression: ab * 2}", "SB2067", "line 5", "`aa`")]
    [InlineData("aa: sequence\nb: {given: {ab: {x: {choice: [1]}}}}", "SB2134", "line 5", "`aa`")]
    [InlineData("aa: sequence\nb: {template: 'is {ab}'}", "SB2134", "line 5", "`aa`")]
    [InlineData("a: {expression: b + 1}\nb: {expression: a - 1}", "SB2135", "line", "test.a -> test.b -> test.a")]
    [InlineData("a: {choice: {x: 1, y: -1}}", "SB2131", "line 4", "at least 0")]
    [InlineData("a: {pattern: '\\q{3}'}", "SB2138", "line 4", "pattern")]
    [InlineData("a: {date: {from: 2024-01-01}}", "SB2132", "line 4", "`to`")]
    [InlineData("a: {date: {from: 2024-13-01, to: 2024-01-01}}", "SB", "line 4", "2024")]
    [InlineData("a: {date: {from: 2024-05-01, to: 2024-01-01}}", "SB2137", "line 4", "2024-05-01")]
    [InlineData("a: {reference: customer}", "SB2134", "line 4", "no table")]
    [InlineData("a: {uniform: {min: 0, max: 1}, min: 2}", "SB2137", "line 4", "no value")]
    [InlineData("a: {normal: {}, unique: true}", "SB2136", "line 4", "integer-uniform")]
    [InlineData("a: {normal: {}, kind: intger}", "SB2131", "line 4", "integer")]
    [InlineData("a: {aggregate: {sum: test.a}}", "SB2132", "line 4", "children")]
    public void Errors_name_place_and_nearest_word(string columns, string code, string place, string word)
    {
        var e = Assert.Throws<RecipeException>(() => One(columns));
        Assert.StartsWith(code, e.Code);
        Assert.Contains("`test.rules.yaml`", e.Message);
        Assert.Contains(place, e.Message);
        Assert.Contains(word, e.Message);
    }

    [Theory]
    [InlineData("rules: 2\ncolumns: {a: sequence}", "SB2131")]
    [InlineData("columns: {a: sequence}", "SB2132")]
    [InlineData("rules: 1\ntabels: {}", "SB2130")]
    [InlineData("rules: 1\ntables: {a: {rows: 0, columns: {x: sequence}}}", "SB2131")]
    [InlineData("rules: 1\ntables: {a: {per: b, columns: {x: sequence}}, b: {columns: {x: sequence}}}", "SB2132")]
    [InlineData("rules: 1\ntables: {a: {rows: 3, columns: {x: sequence}}, b: {per: a, rows: 3, columns: {x: sequence}}}", "SB2133")]
    [InlineData("rules: 1\ntables: {a: {rows: 3, columns: {x: sequence}}, b: {per: c, columns: {x: sequence}}, c: {per: b, columns: {x: sequence}}}", "SB2135")]
    [InlineData("rules: 1\ntables: {a: {rows: 3, key: y, columns: {x: sequence}}}", "SB2134")]
    [InlineData("rules: 1\ntables: {a: {rows: 3, key: [x, y], columns: {x: {normal: {}}, y: {normal: {}}}}}", "SB2136")]
    [InlineData("rules: 1\ncolumns: {a: *x}", "SB2002")]
    public void Files_are_checked_whole(string yaml, string code) => Assert.Equal(code, Assert.Throws<RecipeException>(() => Read(yaml)).Code);

    [Fact]
    public void A_circle_through_tables_is_named()
    {
        var e = Assert.Throws<RecipeException>(() => Read("rules: 1\ntables:\n  a: {rows: 3, key: id, columns: {id: sequence, x: {aggregate: {sum: b.y}}}}\n  b: {per: a, columns: {a: {reference: a}, y: {expression: a.x + 1}}}"));
        Assert.Equal("SB2135", e.Code);
        Assert.Contains("a.x -> b.y -> b.a.x -> a.x", e.Message);
    }

    [Fact]
    public async Task What_rules_cannot_take_is_refused()
    {
        var rules = One("a: sequence");
        Assert.Equal("SB4076", (await Assert.ThrowsAsync<GenerateException>(() => MakeAsync(rules, request: new Request(3) { Where = new("a > 1") }))).Code);
        Assert.Equal("SB4077", (await Assert.ThrowsAsync<GenerateException>(() => MakeAsync(rules, request: new Request(3) { First = 2, Total = 4 }))).Code);
        Assert.Equal("SB4077", Assert.Throws<GenerateException>(() => rules.Rows(Run.With(1)).Make(0, [5000])).Code);
    }

    [Fact]
    public async Task Cancelling_stops_it()
    {
        using var cancel = new CancellationTokenSource();
        var seen = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var block in One("a: {normal: {}}").StreamAsync(new Request(10_000_000), Run.With(1), cancel.Token))
                if (++seen == 3) cancel.Cancel();
        });
        Assert.InRange(seen, 3, 8);
    }
}
