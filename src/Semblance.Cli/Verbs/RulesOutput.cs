using System.Globalization;
using System.Text;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Recipes;
using Semblance.Rules;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance generate shop.rules.yaml</c>: the tables of a rules file, in a folder, a file, a database or on stdout.</summary>
internal static class RulesOutput
{
    private const int Preview = 5; // root rows of several tables on stdout

    public static async Task<int> RunAsync(RuleSchema rules, Call call)
    {
        var to = call.Get(SharedOptions.To) ?? "-";
        var several = rules.Tables.Length > 1;
        using var faulted = new FaultedRules(rules);
        var wanted = call.Get(SharedOptions.Count);
        if (wanted <= 0) throw new UsageException($"--count {wanted}: give a number of rows, at least 1");
        if (to == "-" && several && wanted is null) call.Screen.Note($"a preview of {Preview} rows of {rules.Tables[0].Name}; give --to a folder for all, or --count");
        // a preview shows the first rows of the whole, whose other tables are as large as the rules say
        var request = wanted is null && to == "-" && several ? new Request(Math.Min(Preview, rules.Count)) { Total = rules.Count } : new Request(wanted ?? rules.Count);
        var seed = call.SeedOrDrawn();
        var rows = new long[faulted.Schemas.Tables.Length];
        await using (var progress = call.Screen.Progress())
        {
            var run = call.Run(seed, progress);
            if (to == "-" && several) await PrintAsync(faulted, request, run, call);
            else if (!several && IsTableFile(to)) rows[0] = await TableAsync(faulted, request, run, to, call);
            else
            {
                await using var writer = await DatabaseOutput.WriterAsync(to, faulted.Schemas, call);
                await foreach (var block in faulted.StreamAsync(request, run, call.Cancel)) await writer.WriteAsync(block, call.Cancel);
                await writer.CommitAsync(call.Cancel);
                rows = writer.Rows;
            }
        }
        if (to == "-") return ExitCode.Done;
        if (call.Screen.Json)
            JsonOutput.Write(json =>
            {
                json.WriteString("to", to);
                json.WriteStartObject("rows");
                for (var t = 0; t < rows.Length; t++) json.WriteNumber(faulted.Schemas.Tables[t].Name, rows[t]);
                json.WriteEndObject();
                json.WriteString("seed", seed.ToString(CultureInfo.InvariantCulture));
            });
        else call.Screen.Note(rows[1..].Any(n => n > 0) ? $"wrote {string.Join(", ", faulted.Schemas.Tables.Select((t, i) => $"{Grid.Count(rows[i])} {t.Name}"))} to {to}" : $"wrote {Grid.Count(rows[0])} rows to {to}");
        return ExitCode.Done;
    }

    /// <summary>The tables, their columns and how they refer to each other.</summary>
    public static int Show(RuleSchema rules, Call call)
    {
        if (call.Screen.Json)
        {
            JsonOutput.Write(json =>
            {
                json.WriteStartObject("tables");
                for (var t = 0; t < rules.Tables.Length; t++)
                {
                    var (rule, table) = (rules.Tables[t], rules.Schemas.Tables[t]);
                    json.WriteStartObject(table.Name);
                    if (rule.Per is null) json.WriteNumber("rows", rule.Rows);
                    else json.WriteString("per", rule.Per);
                    json.Texts("key", table.Key);
                    json.WriteStartObject("columns");
                    foreach (var column in table.Schema.Columns) json.WriteString(column.Name, TableOptions.WordOf(column.Kind));
                    json.WriteEndObject();
                    json.WriteStartObject("references");
                    foreach (var reference in table.ForeignKeys) json.WriteString(string.Join(", ", reference.Columns), reference.Table);
                    json.WriteEndObject();
                    json.Texts("constraints", rule.Constraints);
                    json.WriteEndObject();
                }
                json.WriteEndObject();
            });
            return ExitCode.Done;
        }
        for (var t = 0; t < rules.Tables.Length; t++)
        {
            var (rule, table) = (rules.Tables[t], rules.Schemas.Tables[t]);
            if (t > 0) call.Screen.Out.WriteLine();
            call.Screen.Out.WriteLine($"{table.Name}: {(rule.Per is null ? Grid.Count(rule.Rows) + " rows" : $"per {rule.Per}")}{(table.Key.IsEmpty ? "" : $", key {string.Join(", ", table.Key)}")}");
            call.Screen.Out.Write(Grid.Of(table.Schema.Columns.Select((column, c) => new[] { column.Name, TableOptions.WordOf(column.Kind), Word(rule.Columns[c].Source), table.ForeignKeys.FirstOrDefault(f => f.Columns.Contains(column.Name)) is { } f ? "-> " + f.Table : "" })));
            foreach (var constraint in rule.Constraints) call.Screen.Out.WriteLine("  kept: " + constraint);
        }
        return ExitCode.Done;

        static string Word(ColumnSource source) => source switch
        {
            ColumnSource.Law => "distribution",
            ColumnSource.Shape => "pattern",
            ColumnSource.Moment => "date",
            ColumnSource.Formula => "expression",
            ColumnSource.Modelled => "model",
            _ => source.GetType().Name.ToLowerInvariant(),
        };
    }

    /// <summary>Whether a path names a file of one table: stdout, or a name with the ending of a table.</summary>
    private static bool IsTableFile(string to)
    {
        if (to == "-") return true;
        var name = to.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? to[..^3] : to;
        return Path.GetExtension(name).ToLowerInvariant() is ".csv" or ".tsv" or ".txt" or ".jsonl" or ".ndjson";
    }

    /// <summary>One table, and where it has faults the answer key in a file beside it; on stdout the table alone.</summary>
    private static async Task<long> TableAsync(FaultedRules rules, Request request, Run run, string to, Call call)
    {
        await using var writer = TableOutput.Writer(to, call);
        var dot = to.LastIndexOf('.', to.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? to.Length - 4 : to.Length - 1);
        await using var key = rules.Schemas.Tables.Length > 1 && to != "-" ? TableOutput.Writer(to[..dot] + ".faults" + to[dot..], call) : null;
        await foreach (var block in rules.StreamAsync(request, run, call.Cancel))
        {
            await writer.WriteAsync(block.Tables[0], call.Cancel);
            if (key is not null) await key.WriteAsync(block.Tables[1], call.Cancel);
        }
        if (key is not null) await key.CommitAsync(call.Cancel);
        await writer.CommitAsync(call.Cancel);
        return writer.Rows;
    }

    /// <summary>Tables one after another, each under its name.</summary>
    private static async Task PrintAsync(FaultedRules rules, Request request, Run run, Call call)
    {
        if (request.Count > 100_000) throw new UsageException("--count: so many rows of several tables are no preview; give --to a folder");
        var blocks = new List<Database>();
        await foreach (var block in rules.StreamAsync(request, run, call.Cancel)) blocks.Add(block);
        await using var output = TableOutput.StandardOutput();
        var options = TableOutput.Options(call);
        for (var t = 0; t < rules.Schemas.Tables.Length; t++)
        {
            await output.WriteAsync(Encoding.UTF8.GetBytes($"{(t > 0 ? "\n" : "")}# {rules.Schemas.Tables[t].Name}: {Grid.Count(blocks.Sum(b => b.Tables[t].Count))} rows\n"), call.Cancel);
            await using var writer = TableWriter.Create(output, options);
            foreach (var block in blocks) await writer.WriteAsync(block.Tables[t], call.Cancel);
            await writer.CommitAsync(call.Cancel);
        }
    }
}
