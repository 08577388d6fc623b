using System.CommandLine;
using System.Globalization;
using Semblance.Data;
using Semblance.Formats;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance smote</c>: small groups of real rows grown by rows between them.</summary>
internal static class SmoteVerb
{
    private static readonly Argument<string> Input = new("input") { Description = "A table; - reads stdin" };
    private static readonly Option<string?> Balance = new("--balance") { Description = "Columns whose groups are to become equally large, or shares: income, \"income: '<=50K' 0.6, '>50K' 0.4\"", HelpName = "columns", Required = true };
    private static readonly Option<int?> Neighbours = new("--neighbours") { Description = "Nearest rows of its group that a row may go towards. Default: 5", HelpName = "n" };
    private static readonly Option<string?> Mark = new("--mark") { Description = "Name of the column that says which rows are made. Default: made", HelpName = "column" };
    private static readonly Option<bool> Unmarked = new("--unmarked") { Description = "Leave that column out: real rows come first, as they were" };

    public static Verb Command { get; } = new("smote", "Grow small classes by rows between real ones (SMOTE); keeps the real rows", RunAsync)
    {
        Arguments = { Input },
        Options = { Balance, Neighbours, Mark, Unmarked, SharedOptions.To, TableOutput.Format, SharedOptions.Seed, SharedOptions.Column, SharedOptions.Threads },
        Examples =
        [
            "semblance smote train.csv --balance income --to even.csv",
            "semblance smote train.csv --balance \"income: '<=50K' 2, '>50K' 1\" --neighbours 3 --seed 1 --to third.csv",
        ],
    };

    private static async Task<int> RunAsync(Call call)
    {
        if (call.Get(Unmarked) && call.Get(Mark) is not null) throw new UsageException("--mark and --unmarked contradict each other; give one");
        var neighbours = call.Get(Neighbours) ?? 5;
        if (neighbours is < 1 or > 100) throw new UsageException($"--neighbours {neighbours}: give 1 to 100");
        var to = call.Get(SharedOptions.To) ?? "-";
        var seed = call.SeedOrDrawn();
        Transforms.Oversampled grown;
        await using (var progress = call.Screen.Progress())
        {
            var run = call.Run(seed, progress);
            var table = await call.ReadAsync(call.Get(Input), run, call.Kinds());
            grown = table.Smote(new Balance(call.Get(Balance)!), run, neighbours, call.Cancel);
            await using var writer = TableOutput.Writer(to, call);
            await writer.WriteAsync(call.Get(Unmarked) ? grown.Table : grown.Marked(call.Get(Mark) ?? "made"), call.Cancel);
            await writer.CommitAsync(call.Cancel);
        }
        if (to == "-") return ExitCode.Done;
        if (call.Screen.Json)
            JsonOutput.Write(json =>
            {
                json.WriteString("file", to);
                json.WriteNumber("rows", grown.Table.Rows);
                json.WriteNumber("realRows", grown.RealRows);
                json.WriteNumber("madeRows", grown.MadeRows);
                json.WriteString("seed", seed.ToString(CultureInfo.InvariantCulture));
            });
        else call.Screen.Note($"wrote {Grid.Count(grown.Table.Rows)} rows to {to}: {Grid.Count(grown.RealRows)} real ones, then {Grid.Count(grown.MadeRows)} made between them");
        return ExitCode.Done;
    }
}
