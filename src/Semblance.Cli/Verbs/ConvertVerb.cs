using System.CommandLine;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Transforms;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance convert</c>: one table format to another.</summary>
internal static class ConvertVerb
{
    private static readonly Argument<string> Input = new("input") { Description = "A table; - reads stdin" };

    private static readonly Option<string?> Distinct = new("--distinct") { Description = "Leave out rows whose text in this column is a near copy of an earlier row's", HelpName = "column" };
    private static readonly Option<double?> Similarity = new("--similarity") { Description = "Least similarity of a near copy, 0.5 to 1; 1 = the same letters and digits. Default: 0.8", HelpName = "share" };
    private static readonly Option<string[]> Without = new("--without") { Description = "With --distinct: also leave out rows that hold a text of this table (a benchmark's); may be given several times", HelpName = "file" };

    public static Verb Command { get; } = new("convert", "Rewrite a table in another format", RunAsync)
    {
        Arguments = { Input },
        Options = { SharedOptions.To, TableOutput.Format, SharedOptions.Column, Distinct, Similarity, Without },
        Examples = ["semblance convert a.csv --to a.jsonl", "semblance convert a.jsonl.gz --to a.csv", "semblance convert a.csv --format jsonl | head", "semblance convert chats.jsonl --distinct text --without benchmark.jsonl --to clean.jsonl"],
    };

    private static async Task<int> RunAsync(Call call)
    {
        var (input, to) = (call.Get(Input), call.Get(SharedOptions.To) ?? "-");
        if (call.Get(Distinct) is null && (call.Get(Similarity) is not null || call.Get(Without) is { Length: > 0 })) throw new UsageException("--similarity and --without go with --distinct: name the column of texts");
        var similarity = call.Get(Similarity) ?? 0.8;
        if (!(similarity is >= 0.5 and <= 1)) throw new UsageException($"--similarity {similarity}: give 0.5 to 1");
        long rows = 0;
        DistinctTexts? distinct = null;
        await using (var progress = call.Screen.Progress())
        {
            var run = call.Run(0, progress);
            if (call.Get(Distinct) is { } column)
            {
                Decontamination? forbidden = null;
                foreach (var file in call.Get(Without) ?? []) DistinctTexts.Forbid(forbidden ??= new(similarity), await call.ReadAsync(file, run), column);
                distinct = new(column, new(similarity), forbidden);
            }
            await using var writer = TableOutput.Writer(to, call);
            if (input == "-")
            {
                var table = Kept(await call.ReadAsync(input, run, call.Kinds()));
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
                    var kept = Kept(block);
                    await writer.WriteAsync(kept, call.Cancel);
                    (rows, any) = (rows + kept.Rows, true);
                }
                if (!any) await writer.WriteAsync(await Table.ReadAsync(input, new TableOptions { Schema = schema }, run, call.Cancel), call.Cancel);
            }
            await writer.CommitAsync(call.Cancel);
        }
        if (distinct is not null) call.Screen.Note($"left out {Grid.Count(distinct.Copies)} near copies" + (distinct.Contaminated > 0 || call.Get(Without) is { Length: > 0 } ? $" and {Grid.Count(distinct.Contaminated)} rows that hold a text of --without" : ""));
        if (to != "-") call.Screen.Note($"wrote {Grid.Count(rows)} rows to {to}");
        return ExitCode.Done;

        Table Kept(Table block) => distinct?.Keep(block) ?? block;
    }
}
