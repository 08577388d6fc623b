using System.CommandLine;
using System.Globalization;
using Semblance.Formats;
using Semblance.Profiles;
using Semblance.Reports;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance profile</c>: what a table looks like.</summary>
internal static class ProfileVerb
{
    private static readonly Argument<string> Input = new("input") { Description = "A table; - reads stdin" };

    public static Verb Command { get; } = new("profile", "Describe a table: kinds, gaps, dependence, keys, likely personal data", RunAsync)
    {
        Arguments = { Input },
        Options = { SharedOptions.To, SharedOptions.Column, SharedOptions.Threads },
        Examples = ["semblance profile adult.csv", "semblance profile adult.csv --to profile.html", "semblance profile adult.csv --json > profile.json"],
    };

    private static async Task<int> RunAsync(Call call)
    {
        var input = call.Get(Input);
        Profile profile;
        await using (var progress = call.Screen.Progress())
        {
            var run = call.Run(0, progress); // a profile draws only samples of large tables, always the same ones
            var table = await call.ReadAsync(input, run, call.Kinds());
            profile = table.Profile(run, call.Cancel);
        }
        var context = new ReportContext { Title = input == "-" ? null : Path.GetFileName(input) };
        if (call.Get(SharedOptions.To) is { } to && to != "-")
        {
            await profile.WriteAsync(to, context, call.Cancel);
            call.Screen.Note($"wrote {to}");
        }
        else if (call.Screen.Json) call.Screen.Out.WriteLine(profile.ToJson(context));
        else WriteText(profile, call.Screen);
        return ExitCode.Done;
    }

    private static void WriteText(Profile profile, Screen screen)
    {
        screen.Out.WriteLine($"{Counted(profile.Rows, "row")}, {Counted(profile.Columns.Length, "column")}, {Counted(profile.DuplicateRows, "repeated row")}");
        screen.Out.WriteLine();
        var rows = new List<string[]> { new[] { "column", "kind", "distinct", "missing", "" } };
        foreach (var column in profile.Columns)
        {
            var remark = column.Personal.IsEmpty ? column.Warnings.IsEmpty ? "" : column.Warnings[0].Message : $"looks like {column.Personal[0].Form}";
            rows.Add([column.Name, TableOptions.WordOf(column.Kind), Grid.Count(column.Distinct), column.Missing == 0 ? "" : (100 * column.MissingShare).ToString("0.0", CultureInfo.InvariantCulture) + " %", remark]);
        }
        screen.Out.Write(Grid.Of(rows));
        screen.Out.WriteLine();
        Rules(screen, "Rules that hold in every row, which `fit` keeps:", profile.Constraints.Where(c => c.Kept).Select(c => c.Text));
        Rules(screen, "Rules that nearly hold, and keys; to have one kept, give it to `fit` or `run`:", profile.Constraints.Where(c => !c.Kept).Select(c => $"{c.Option}   ({c.Why})"));
        screen.Out.WriteLine("For dependence, keys and pictures: --to profile.html");
    }

    private static void Rules(Screen screen, string title, IEnumerable<string> rules)
    {
        const int most = 20;
        var all = rules.ToArray();
        if (all.Length == 0) return;
        screen.Out.WriteLine(title);
        foreach (var rule in all.Take(most)) screen.Out.WriteLine($"  {rule}");
        if (all.Length > most) screen.Out.WriteLine($"  and {all.Length - most} more: --json");
        screen.Out.WriteLine();
    }

    private static string Counted(long n, string word) => $"{Grid.Count(n)} {word}{(n == 1 ? "" : "s")}";
}
