using System.CommandLine;
using Semblance.Data;
using Semblance.Formats;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance convert</c>: one table format to another.</summary>
internal static class ConvertVerb
{
    private static readonly Argument<string> Input = new("input") { Description = "A table; - reads stdin" };

    public static Verb Command { get; } = new("convert", "Rewrite a table in another format", RunAsync)
    {
        Arguments = { Input },
        Options = { SharedOptions.To, TableOutput.Format, SharedOptions.Column },
        Examples = ["semblance convert a.csv --to a.jsonl", "semblance convert a.jsonl.gz --to a.csv", "semblance convert a.csv --format jsonl | head"],
    };

    private static async Task<int> RunAsync(Call call)
    {
        var (input, to) = (call.Get(Input), call.Get(SharedOptions.To) ?? "-");
        long rows = 0;
        await using (var progress = call.Screen.Progress())
        {
            var run = call.Run(0, progress);
            await using var writer = TableOutput.Writer(to, call);
            if (input == "-")
            {
                var table = await call.ReadAsync(input, run, call.Kinds());
                await writer.WriteAsync(table, call.Cancel);
                rows = table.Rows;
            }
            else
            {
                // Two passes in constant memory: the kinds first, then the rows.
                var schema = await Table.InferSchemaAsync(input, new TableOptions { Kinds = call.Kinds() }, run, call.Cancel);
                var any = false;
                await foreach (var block in Table.ReadBlocksAsync(input, new TableOptions { Schema = schema }, run, call.Cancel))
                {
                    await writer.WriteAsync(block, call.Cancel);
                    (rows, any) = (rows + block.Rows, true);
                }
                if (!any) await writer.WriteAsync(await Table.ReadAsync(input, new TableOptions { Schema = schema }, run, call.Cancel), call.Cancel);
            }
            await writer.CommitAsync(call.Cancel);
        }
        if (to != "-") call.Screen.Note($"wrote {Grid.Count(rows)} rows to {to}");
        return ExitCode.Done;
    }
}
