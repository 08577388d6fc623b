using System.CommandLine;
using System.Globalization;
using Semblance.Formats;
using Semblance.Models;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance show</c>: what a model file holds.</summary>
internal static class ShowVerb
{
    private static readonly Argument<string> Input = new("model") { Description = "A model file" };

    public static Verb Command { get; } = new("show", "Tell what a model file is: model, settings, columns, where it came from", RunAsync)
    {
        Arguments = { Input },
        Examples = ["semblance show adult.semblance", "semblance show adult.semblance --json"],
    };

    private static async Task<int> RunAsync(Call call)
    {
        using var generator = await ModelCatalog.Default.OpenAsync(call.Get(Input), call.Cancel);
        var about = generator.About;
        if (call.Screen.Json)
        {
            JsonOutput.Write(json => { json.About(about); json.Schema(generator.Schema); });
            return ExitCode.Done;
        }
        var output = call.Screen.Out;
        output.Write(Grid.Of(
        [
            ["model", about.Model], ["seed", about.Seed.ToString()], ["fitted on", Grid.Count(about.FittedRows) + " rows"], ["data", about.DataFingerprint], ["made by", "Semblance " + about.Version],
            .. about.Spec.Select(s => new[] { "  " + s.Key, s.Value }),
        ], "", numbersRight: false));
        foreach (var note in about.Notes) output.WriteLine("note       " + note);
        if (!about.Trail.IsEmpty)
        {
            output.WriteLine();
            output.Write(Grid.Of(about.Trail.Select(t => new[] { t.Chosen ? "chosen" : "", t.Model, t.Spec, string.Join(", ", t.Scores.Select(s => $"{s.Key} {s.Value.ToString("0.###", CultureInfo.InvariantCulture)}")), t.Why })));
        }
        output.WriteLine();
        output.Write(Grid.Of(generator.Schema.Columns.Select(c => new[] { c.Name, TableOptions.WordOf(c.Kind), c.Format ?? "" })));
        return ExitCode.Done;
    }
}
