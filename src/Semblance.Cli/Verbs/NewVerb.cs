using System.CommandLine;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Recipes;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance new</c>: a recipe to begin with.</summary>
internal static class NewVerb
{
    private static readonly Argument<string> Input = new("data") { Description = "The table the recipe is for" };

    public static Verb Command { get; } = new("new", "Write a recipe for a table, to be changed and run", RunAsync)
    {
        Arguments = { Input },
        Options = { SharedOptions.To, SharedOptions.Target },
        Examples = ["semblance new adult.csv > adult.recipe.yaml", "semblance new adult.csv --target income --to adult.recipe.yaml"],
    };

    private static async Task<int> RunAsync(Call call)
    {
        var input = call.Get(Input);
        var run = call.Run(0, null);
        var table = await Table.ReadAsync(input, new TableOptions(), run, call.Cancel);
        var schema = table.Schema;
        if (call.Get(SharedOptions.Target) is { } target) schema.Require(target, "--target");
        var to = call.Get(SharedOptions.To) ?? "-";
        var folder = to == "-" ? "." : Path.GetDirectoryName(Path.GetFullPath(to))!;
        var text = RecipeTemplate.For(input, schema, call.Get(SharedOptions.Target), folder, table.Profile(run, call.Cancel));
        if (to == "-") call.Screen.Out.Write(text);
        else
        {
            await using var file = StagedFile.Create(to);
            await file.Stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), call.Cancel);
            file.Commit();
        }
        return ExitCode.Done;
    }
}
