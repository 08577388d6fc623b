using Semblance.Data;
using Semblance.Formats;
using Semblance.Rules;

namespace Semblance.Tests.Rules;

/// <summary>Rules for tests, and what comes out of them.</summary>
internal static class RuleSamples
{
    public const string Shop = """
        rules: 1
        tables:
          customers:
            rows: 700
            key: id
            columns:
              id: {sequence: 1}
              name: {form: person-name}
              email: {form: email, unique: true}
              segment: {choice: {retail: 80, business: 20}}
              joined: {date: {from: 2020-01-01, to: 2024-12-31}}
              rate: {given: {segment: {retail: {choice: {0: 90, 0.05: 10}}, business: {normal: {mean: 0.2, sd: 0.02}}}}, decimals: 2}
              orders: {aggregate: {count: orders}}
              spent: {aggregate: {sum: orders.total}}
              boss: {reference: customers, missing: 0.1}
          products:
            rows: 90
            key: sku
            columns:
              sku: {pattern: '[A-Z]{2}-\d{4}'}
              name: {template: {text: "{colour} {thing} {sku}", words: {colour: [red, green, blue], thing: [chair, lamp]}}}
              cost: {lognormal: {median: 20, sigma: 0.8}, max: 500, decimals: 2}
              price: {lognormal: {median: 30, sigma: 0.8}, max: 900, decimals: 2}
            constraints: [cost <= price]
          orders:
            per: customers
            count: {poisson: 3}
            key: id
            columns:
              id: {sequence: {start: 100001}}
              code: {pattern: '[a-f]{3}\d{6}'}
              customer_id: {reference: customers}
              placed: {date: {from: customers.joined, to: 2025-06-30}}
              delivered: {date: {from: placed, to: placed + 14}, missing: 0.05}
              total: {aggregate: {sum: lines.amount}}
              rush: {expression: "if(total > 100, 'large', 'small')"}
          lines:
            per: orders
            count: {choice: {0: 5, 1: 45, 2: 30, 3: 20}}
            key: [order_id, line]
            columns:
              order_id: {reference: orders}
              line: {sequence: {within: true}}
              sku: {reference: {table: products, by: zipf, exponent: 0.8, distinct: true}}
              quantity: {choice: {1: 70, 2: 20, 3: 10}}
              amount: {expression: "products.price * quantity", decimals: 2}
        """;

    public static RuleSchema Read(string yaml) => RuleSchema.Read(yaml, "test.rules.yaml");

    /// <summary>One table of the given columns.</summary>
    public static RuleSchema One(string columns, int rows = 5000, string more = "") =>
        Read($"rules: 1\nrows: {rows}\n{more}columns:\n" + string.Join('\n', columns.Split('\n').Select(l => "  " + l)));

    public static async Task<Database> MakeAsync(RuleSchema rules, ulong seed = 1, int threads = 2, Request? request = null)
    {
        var blocks = new List<Database>();
        await foreach (var block in rules.StreamAsync(request ?? new Request(rules.Count), Run.With(seed) with { Threads = threads })) blocks.Add(block);
        return new Database(rules.Schemas, [.. rules.Schemas.Tables.Select((t, i) => Table.Concatenate(t.Schema, [.. blocks.Select(b => b.Tables[i])]))]);
    }

    public static async Task<Table> TableAsync(RuleSchema rules, ulong seed = 1) => (await MakeAsync(rules, seed)).Tables[0];

    /// <summary>The bytes of all tables as CSV.</summary>
    public static async Task<string[]> TextsAsync(Database made)
    {
        var texts = new List<string>();
        foreach (var table in made.Tables)
        {
            using var stream = new MemoryStream();
            await table.WriteAsync(stream);
            texts.Add(System.Text.Encoding.UTF8.GetString(stream.ToArray()));
        }
        return [.. texts];
    }

    public static double[] Numbers(Table table, string column) => ((NumberColumn)table[column]).Values;

    public static string[] Texts(Table table, string column) => [.. Enumerable.Range(0, table.Rows).Select(r => table[column].Text(r))];
}
