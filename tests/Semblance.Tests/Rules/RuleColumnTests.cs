using Semblance.Data;
using Semblance.Numerics;
using Semblance.Rules;
using static Semblance.Tests.Rules.RuleSamples;

namespace Semblance.Tests.Rules;

public sealed class RuleColumnTests
{
    // Kolmogorov's statistic exceeds this once in a million samples.
    private const double KsLimit = 2.7;

    [Theory]
    [InlineData("normal: {mean: 5, sd: 2}", "", double.NegativeInfinity, double.PositiveInfinity)]
    [InlineData("normal: {mean: 5, sd: 2}", ", min: 8", 8, double.PositiveInfinity)]
    [InlineData("gamma: {shape: 2, scale: 3}", ", min: 1, max: 4", 1, 4)]
    [InlineData("mixture: [{weight: 3, normal: {mean: 0, sd: 1}}, {weight: 1, uniform: {min: 10, max: 20}}]", "", double.NegativeInfinity, double.PositiveInfinity)]
    [InlineData("empirical: {probabilities: [0, 0.5, 1], values: [0, 1, 10]}", "", double.NegativeInfinity, double.PositiveInfinity)]
    public async Task Numbers_follow_their_distribution(string law, string bounds, double low, double high)
    {
        var rules = One($"x: {{{law}{bounds}, decimals: 12}}", 20_000);
        var values = Numbers(await TableAsync(rules), "x");
        var expected = ((ColumnSource.Law)rules.Tables[0].Columns[0].Source).Distribution.Truncated(low, high);
        Array.Sort(values);
        var worst = values.Select((v, i) => Math.Max(Math.Abs(expected.Cumulative(v) - i / 20_000.0), Math.Abs(expected.Cumulative(v) - (i + 1) / 20_000.0))).Max();
        Assert.InRange(worst * Math.Sqrt(20_000), 0, KsLimit);
    }

    [Fact]
    public async Task A_bounded_draw_follows_the_part_of_the_distribution_that_is_left()
    {
        var table = await TableAsync(One("a: {uniform: {min: 0, max: 2}}\nb: {normal: {mean: 0, sd: 1}, decimals: 12}", 20_000, "constraints: [a <= b]\n"));
        var normal = Distribution.Normal();
        var uniform = Numbers(table, "a").Zip(Numbers(table, "b"), (a, b) => 1 - normal.Survival(b) / normal.Survival(a)).Order().ToArray();
        var worst = uniform.Select((u, i) => Math.Abs(u - (i + 0.5) / uniform.Length)).Max();
        Assert.InRange(worst * Math.Sqrt(20_000), 0, KsLimit);
    }

    [Fact]
    public async Task Choices_come_by_weight_and_never_with_weight_0()
    {
        var texts = Texts(await TableAsync(One("x: {choice: {a: 50, b: 30, c: 0, d: 19.5, e: 0.5}}", 50_000)), "x");
        var square = new[] { ("a", 0.5), ("b", 0.3), ("d", 0.195), ("e", 0.005) }.Sum(p => Math.Pow(texts.Count(t => t == p.Item1) - 50_000 * p.Item2, 2) / (50_000 * p.Item2));
        Assert.InRange(square, 0, 30.7); // chi-square of 3 degrees: exceeded once in a million
        Assert.DoesNotContain("c", texts);
    }

    [Fact]
    public async Task Children_follow_their_law()
    {
        var made = await MakeAsync(Read("rules: 1\ntables:\n  a: {rows: 20000, key: id, columns: {id: sequence, n: {aggregate: {count: b}}}}\n  b: {per: a, count: {poisson: 2}, columns: {a: {reference: a}}}"));
        var counts = Numbers(made["a"], "n");
        var law = Distribution.Poisson(2);
        var square = Enumerable.Range(0, 8).Sum(k => { var e = 20_000 * (law.Cumulative(k) - law.Cumulative(k - 1)); return Math.Pow(counts.Count(c => c == k) - e, 2) / e; });
        Assert.InRange(square, 0, 42.7); // chi-square of 8 degrees: exceeded once in a million
    }

    [Fact]
    public async Task Popularity_follows_its_power()
    {
        var made = await MakeAsync(Read("rules: 1\ntables:\n  sales: {rows: 40000, columns: {item: {reference: {table: items, by: zipf, exponent: 1.2}}}}\n  items: {rows: 500, key: id, columns: {id: sequence}}"));
        var counts = Texts(made["sales"], "item").GroupBy(t => t).Select(g => (double)g.Count()).OrderDescending().ToArray();
        var total = Enumerable.Range(1, 500).Sum(r => Math.Pow(r, -1.2));
        foreach (var rank in new[] { 1, 2, 3, 5, 10 })
        {
            var share = Math.Pow(rank, -1.2) / total;
            Assert.InRange(counts[rank - 1], 40_000 * share - 5 * Math.Sqrt(40_000 * share), 40_000 * share + 5 * Math.Sqrt(40_000 * share)); // 5 sigma
        }
        Assert.NotEqual("1", Texts(made["sales"], "item").GroupBy(t => t).MaxBy(g => g.Count())!.Key); // the seed says which is popular
    }

    [Fact]
    public async Task Unique_columns_have_no_value_twice_and_run_out_loudly()
    {
        const string Columns = "a: {pattern: '[A-F]\\d{3}', unique: true}\nb: {integer-uniform: {min: 5, max: 6004}, unique: true}\nc: {date: {from: 1900-01-01, to: 2020-12-31}, unique: true}\nd: {sequence: {prefix: A, width: 6}}";
        var table = await TableAsync(One(Columns, 6000));
        foreach (var column in table.Schema.Columns) Assert.Equal(6000, Texts(table, column.Name).Distinct().Count());
        Assert.Equal("A000001", table["d"].Text(0));
        var e = await Assert.ThrowsAsync<GenerateException>(() => TableAsync(One(Columns, 6001)));
        Assert.Equal("SB4074", e.Code);
    }

    [Fact]
    public async Task Cases_take_their_rows()
    {
        var table = await TableAsync(One("""
            s: {choice: {x: 40, y: 40, z: 20}}
            n: {uniform: {min: 0, max: 10}}
            v: {given: {s: {x: {uniform: {min: 0, max: 1}}, y: {integer-uniform: {min: 5, max: 6}}}}, decimals: 1}
            w: {given: [{when: "s = 'x' and n < 5", choice: [low]}, {when: "n >= 9", form: email}, {choice: [rest]}]}
            """));
        for (var r = 0; r < table.Rows; r++)
        {
            var (s, n, v, w) = (table["s"].Text(r), Numbers(table, "n")[r], Numbers(table, "v")[r], table["w"].Text(r));
            if (s == "x") Assert.InRange(v, 0, 1);
            else if (s == "y") Assert.True(v is 5 or 6);
            else Assert.True(table["v"].IsMissing(r));
            if (s == "x" && n < 5) Assert.Equal("low", w);
            else if (n >= 9) Assert.Contains("@example.", w);
            else Assert.Equal("rest", w);
        }
    }

    [Fact]
    public async Task Texts_with_holes_hold_columns_and_words()
    {
        var table = await TableAsync(One("id: sequence\nt: {template: {text: ['{a} no. {id} {{x}}', '{id}: {a}'], words: {a: [red, blue]}}}", 500));
        for (var r = 0; r < 500; r++) Assert.Matches($"^((red|blue) no\\. {r + 1} {{x}}|{r + 1}: (red|blue))$", table["t"].Text(r));
        Assert.Equal(2, Texts(table, "t").Select(t => t.Contains("no.")).Distinct().Count());
    }

    [Fact]
    public async Task Expressions_make_numbers_dates_texts_and_truths()
    {
        var table = await TableAsync(One("a: {integer-uniform: {min: 1, max: 9}}\nb: {expression: a * 0.25}\nc: {expression: \"if(a > 5, 'big', 'small')\"}\nd: {date: {from: 2024-01-01, to: 2024-01-31}}\ne: {expression: d + a}\nf: {expression: a >= 5}\ng: {expression: 'month(e)'}", 300));
        for (var r = 0; r < 300; r++)
        {
            var a = Numbers(table, "a")[r];
            Assert.Equal(a * 0.25, Numbers(table, "b")[r]);
            Assert.Equal(a > 5 ? "big" : "small", table["c"].Text(r));
            Assert.Equal(a, (((DateTimeColumn)table["e"]).Ticks[r] - ((DateTimeColumn)table["d"]).Ticks[r]) / TimeSpan.TicksPerDay);
            Assert.Equal(a >= 5 ? "true" : "false", table["f"].Text(r));
        }
        Assert.Equal([ColumnKind.Decimal, ColumnKind.Category, ColumnKind.DateTime, ColumnKind.Boolean, ColumnKind.Integer], new[] { "b", "c", "e", "f", "g" }.Select(n => table[n].Kind));
        Assert.Equal("yyyy-MM-dd", table["e"].Schema.Format);
    }

    [Fact]
    public async Task Gaps_kinds_decimals_and_formats_are_as_told()
    {
        var table = await TableAsync(One("a: {normal: {}, missing: 0.25, decimals: 3}\nb: {integer-uniform: {min: 1, max: 9}, kind: identifier}\nc: {choice: {'01': 1, '02': 1}}\nd: {date: {from: 2024-01-01, to: 2024-12-31}, format: dd/MM/yyyy}\ne: {date: {from: 2020-01-01, to: 2023-12-31, weights: [0, 1, 0, 3]}}", 8000));
        Assert.InRange(Enumerable.Range(0, 8000).Count(table["a"].IsMissing), 1800, 2200);
        Assert.Equal(ColumnKind.Identifier, table["b"].Kind);
        Assert.Equal(ColumnKind.Category, table["c"].Kind);
        Assert.Matches(@"^\d\d/\d\d/2024$", table["d"].Text(0));
        var years = ((DateTimeColumn)table["e"]).Ticks.GroupBy(t => new DateTime(t).Year).ToDictionary(g => g.Key, g => g.Count());
        Assert.InRange(years[2023], 5700, 6300);
        Assert.DoesNotContain(2022, years.Keys.Where(y => years[y] > 20));
    }

    [Fact]
    public async Task Dates_keep_a_calendar_and_hours()
    {
        var table = await TableAsync(One("a: {date: {from: 2024-01-01, to: 2024-12-31, calendar: DE}}\nb: {date: {from: a, to: a + 20, calendar: DE}}\nc: {date: {from: 2024-01-01, to: 2024-12-31, calendar: weekdays, hours: office}}\nd: {date: {from: 2024-01-01, to: 2025-12-31, calendar: DE}}", 3000, "constraints: [d >= a]\n"));
        var calendar = BusinessCalendar.Find("DE");
        for (var r = 0; r < 3000; r++)
        {
            foreach (var column in new[] { "a", "b", "d" }) Assert.True(calendar.IsBusinessDay(DateOnly.FromDateTime(new DateTime(((DateTimeColumn)table[column]).Ticks[r]))));
            Assert.True(((DateTimeColumn)table["b"]).Ticks[r] >= ((DateTimeColumn)table["a"]).Ticks[r] && ((DateTimeColumn)table["d"]).Ticks[r] >= ((DateTimeColumn)table["a"]).Ticks[r]);
        }
        var times = ((DateTimeColumn)table["c"]).Ticks.Select(t => new DateTime(t)).ToArray();
        Assert.All(times, t => Assert.False(t.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday));
        Assert.True(times.Count(t => t.Hour is >= 8 and < 18) > 2400);
    }

    [Fact]
    public async Task Forms_of_one_person_fit_together()
    {
        var table = await TableAsync(One("given: {form: given-name, locale: de-DE}\nfamily: {form: family-name, locale: de-DE}\nname: {form: person-name, locale: de-DE}\nother: {form: person-name, locale: de-DE, as: friend}\nmail: {form: email, locale: de-DE}", 500));
        for (var r = 0; r < 500; r++) Assert.Equal($"{table["given"].Text(r)} {table["family"].Text(r)}", table["name"].Text(r));
        Assert.InRange(Enumerable.Range(0, 500).Count(r => table["name"].Text(r) == table["other"].Text(r)), 0, 20);
    }

    [Fact]
    public async Task Adding_a_column_changes_no_other()
    {
        var before = await TableAsync(One("a: {normal: {}}\nb: {choice: [x, y]}"));
        var after = await TableAsync(One("a: {normal: {}}\nnew: {form: email}\nb: {choice: [x, y]}"));
        Assert.Equal(Texts(before, "a"), Texts(after, "a"));
        Assert.Equal(Texts(before, "b"), Texts(after, "b"));
    }
}
