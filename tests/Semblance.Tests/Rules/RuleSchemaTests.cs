using Semblance.Data;
using Semblance.Rules;
using static Semblance.Tests.Rules.RuleSamples;

namespace Semblance.Tests.Rules;

public sealed class RuleSchemaTests
{
    [Fact]
    public async Task One_and_two_threads_give_the_same_bytes()
    {
        var rules = Read(Shop);
        Assert.Equal(await TextsAsync(await MakeAsync(rules, threads: 1)), await TextsAsync(await MakeAsync(rules, threads: 2)));
        Assert.NotEqual(await TextsAsync(await MakeAsync(rules)), await TextsAsync(await MakeAsync(rules, seed: 2)));
    }

    [Theory]
    [InlineData(8, 3)]
    [InlineData(5, 0)]
    [InlineData(2, 1)]
    public async Task A_part_made_alone_is_that_part_of_the_whole(int parts, int part)
    {
        var rules = Read(Shop);
        var whole = await TextsAsync(await MakeAsync(rules));
        long total = rules.Count, first = total * part / parts, count = total * (part + 1) / parts - first;
        var alone = await MakeAsync(rules, request: new Request(count) { First = first, Total = total });
        var texts = await TextsAsync(alone);
        for (var t = 0; t < texts.Length; t++)
        {
            var body = texts[t][(texts[t].IndexOf('\n') + 1)..];
            Assert.True(alone.Tables[t].Rows > 0);
            Assert.Contains("\n" + body, whole[t]);
        }
        Assert.Equal(whole[0].Split('\n')[1..][(int)first..(int)(first + count)], texts[0].Split('\n')[1..^1]);
    }

    [Fact]
    public async Task All_parts_together_are_the_whole()
    {
        var rules = Read(Shop);
        var whole = await TextsAsync(await MakeAsync(rules));
        var together = whole.Select(t => t[..(t.IndexOf('\n') + 1)]).ToArray();
        for (var p = 0; p < 7; p++)
        {
            var part = await TextsAsync(await MakeAsync(rules, request: new Request(100) { First = 100 * p, Total = 700 }));
            for (var t = 0; t < together.Length; t++) together[t] += part[t][(part[t].IndexOf('\n') + 1)..];
        }
        Assert.Equal(whole, together);
    }

    [Fact]
    public async Task Rows_in_any_order_agree_with_the_whole()
    {
        var rules = Read(Shop);
        var whole = await MakeAsync(rules);
        var rows = rules.Rows(Run.With(1));
        for (var t = 0; t < whole.Tables.Length; t++)
        {
            var wanted = new long[] { 40, 3, 3, whole.Tables[t].Rows - 1, 0, 77 };
            var some = rows.Make(t, wanted);
            foreach (var column in some.Schema.Columns)
                for (var i = 0; i < wanted.Length; i++)
                    Assert.Equal(whole.Tables[t][column.Name].Text((int)wanted[i]), some[column.Name].Text(i));
        }
    }

    [Fact]
    public async Task Every_reference_resolves_and_keys_are_unique()
    {
        var made = await MakeAsync(Read(Shop));
        foreach (var table in made.Schemas.Tables)
        {
            var rows = made[table.Name];
            string Key(Table of, IEnumerable<string> columns, int row) => string.Join('|', columns.Select(c => of[c].Text(row)));
            Assert.Equal(rows.Rows, Enumerable.Range(0, rows.Rows).Select(r => Key(rows, table.Key, r)).Distinct().Count());
            foreach (var reference in table.ForeignKeys)
            {
                var target = made[reference.Table];
                var keys = Enumerable.Range(0, target.Rows).Select(r => Key(target, reference.References, r)).ToHashSet();
                for (var r = 0; r < rows.Rows; r++)
                    if (!rows[reference.Columns[0]].IsMissing(r)) Assert.Contains(Key(rows, reference.Columns, r), keys);
            }
        }
        Assert.Equal(["customers", "products", "orders"], made.Schemas.Tables.SelectMany(t => t.ForeignKeys).Select(f => f.Table).Distinct().Order().Order(StringComparer.Ordinal).OrderBy(n => Array.IndexOf(["customers", "products", "orders"], n)));
    }

    [Fact]
    public async Task Parents_sum_up_their_children()
    {
        var made = await MakeAsync(Read(Shop));
        var (orders, lines, customers) = (made["orders"], made["lines"], made["customers"]);
        var ids = Numbers(orders, "id");
        var amounts = Numbers(lines, "amount");
        var sums = new Dictionary<double, decimal>();
        var of = Numbers(lines, "order_id");
        for (var i = 0; i < of.Length; i++) sums[of[i]] = sums.GetValueOrDefault(of[i]) + (decimal)amounts[i];
        Assert.Contains(ids, id => !sums.ContainsKey(id)); // an order without lines
        for (var i = 0; i < ids.Length; i++) Assert.Equal(sums.GetValueOrDefault(ids[i]), (decimal)Numbers(orders, "total")[i]);
        var counts = Numbers(orders, "customer_id").GroupBy(id => id).ToDictionary(g => g.Key, g => g.Count());
        for (var i = 0; i < customers.Rows; i++) Assert.Equal(counts.GetValueOrDefault(Numbers(customers, "id")[i]), Numbers(customers, "orders")[i]);
    }

    [Fact]
    public async Task Children_look_at_their_parents_and_keep_orders()
    {
        var made = await MakeAsync(Read(Shop));
        var joined = ((DateTimeColumn)made["customers"]["joined"]).Ticks;
        var orders = made["orders"];
        var (placed, delivered) = (((DateTimeColumn)orders["placed"]).Ticks, ((DateTimeColumn)orders["delivered"]).Ticks);
        for (var i = 0; i < orders.Rows; i++)
        {
            Assert.True(placed[i] >= joined[(int)Numbers(orders, "customer_id")[i] - 1]);
            if (delivered[i] >= 0) Assert.InRange((delivered[i] - placed[i]) / TimeSpan.TicksPerDay, 0, 14);
        }
        Assert.InRange(delivered.Count(d => d < 0) / (double)delivered.Length, 0.03, 0.07);
        var products = made["products"];
        for (var i = 0; i < products.Rows; i++) Assert.True(Numbers(products, "cost")[i] <= Numbers(products, "price")[i]);
    }

    [Fact]
    public async Task Siblings_choose_different_rows_and_number_themselves()
    {
        var lines = (await MakeAsync(Read(Shop)))["lines"];
        var rows = Enumerable.Range(0, lines.Rows).GroupBy(r => Numbers(lines, "order_id")[r]);
        foreach (var order in rows)
        {
            Assert.Equal(order.Count(), order.Select(r => lines["sku"].Text(r)).Distinct().Count());
            Assert.Equal(Enumerable.Range(1, order.Count()).Select(n => (double)n), order.Select(r => Numbers(lines, "line")[r]));
        }
    }

    [Fact]
    public async Task A_tree_has_no_circle()
    {
        var made = (await MakeAsync(Read(Shop)))["customers"];
        for (var i = 0; i < made.Rows; i++)
            if (!made["boss"].IsMissing(i)) Assert.True(Numbers(made, "boss")[i] < Numbers(made, "id")[i]);
        Assert.True(made["boss"].IsMissing(0));
    }

    [Fact]
    public async Task Two_references_as_a_key_give_each_pair_once_and_tables_may_refer_in_a_circle()
    {
        var made = await MakeAsync(Read("""
            rules: 1
            tables:
              students: {rows: 40, key: id, columns: {id: sequence, friend: {reference: {table: students, by: uniform}}, favourite: {reference: courses}}}
              courses: {rows: 12, key: code, columns: {code: {pattern: '[A-Z]\d{3}'}, tutor: {reference: students}}}
              takes: {rows: 400, key: [student, course], columns: {student: {reference: students}, course: {reference: courses}}}
            """));
        var pairs = made["takes"];
        Assert.Equal(400, Enumerable.Range(0, 400).Select(r => pairs["student"].Text(r) + pairs["course"].Text(r)).Distinct().Count());
        Assert.Equal(12, Texts(pairs, "course").Distinct().Count());
    }

    [Fact]
    public async Task A_reference_of_two_columns_takes_them_from_one_row()
    {
        var made = await MakeAsync(Read("""
            rules: 1
            tables:
              orders: {rows: 50, key: id, columns: {id: sequence}}
              lines: {per: orders, count: 3, key: [order_id, line], columns: {order_id: {reference: orders}, line: {sequence: {within: true}}, code: {pattern: '\d{5}'}}}
              returns: {rows: 80, columns: {order_id: {reference: {table: lines, column: order_id}}, line: {reference: {table: lines, column: line, with: order_id}}, code: {reference: {table: lines, column: code, with: order_id}}}}
            """));
        Assert.Equal(["order_id", "line"], Assert.Single(made.Schemas.Tables[2].ForeignKeys).Columns.AsEnumerable());
        var lines = Enumerable.Range(0, 150).Select(r => string.Join('|', made["lines"].Columns.Select(c => c.Text(r)))).ToHashSet();
        for (var r = 0; r < 80; r++) Assert.Contains(string.Join('|', made["returns"].Columns.Select(c => c.Text(r))), lines);
    }

    [Fact]
    public async Task A_condition_of_a_reference_holds()
    {
        var made = await MakeAsync(Read("""
            rules: 1
            tables:
              sales: {rows: 3000, columns: {item: {reference: {table: items, where: "live = 'yes' and price > 5", by: zipf}}, live: {reference: {table: items, column: live, with: item}}, price: {expression: "items.price"}}}
              items: {rows: 60, key: id, columns: {id: sequence, live: {choice: {'yes': 60, 'no': 40}}, price: {uniform: {min: 0, max: 10}, decimals: 2}}}
            """));
        Assert.All(Texts(made["sales"], "live"), t => Assert.Equal("yes", t));
        Assert.All(Numbers(made["sales"], "price"), p => Assert.True(p > 5));
    }

    [Fact]
    public async Task The_root_count_scales_other_tables_unless_they_say_no()
    {
        var rules = Read("rules: 1\ntables:\n  a: {rows: 100, columns: {x: sequence}}\n  b: {rows: 30, columns: {x: sequence}}\n  c: {rows: 30, scales: false, columns: {x: sequence}}");
        Assert.Equal([1000, 300, 30], (await MakeAsync(rules, request: new Request(1000))).Tables.Select(t => t.Rows));
    }

    [Fact]
    public async Task Words_in_CSharp_say_the_same()
    {
        var rules = new RuleSchema([new TableRule("test")
        {
            Rows = 5000,
            Columns = [new("id", new ColumnSource.Sequence()), new("age", new ColumnSource.Law(Semblance.Numerics.Distribution.Normal(40, 12))) { Min = "18", Max = "90", Decimals = 0 }, new("ok", new ColumnSource.Formula("age >= 65"))],
        }]);
        var yaml = One("id: sequence\nage: {normal: {mean: 40, sd: 12}, min: 18, max: 90, decimals: 0}\nok: {expression: age >= 65}");
        Assert.Equal(await TextsAsync(await MakeAsync(yaml)), await TextsAsync(await MakeAsync(rules)));
    }
}
