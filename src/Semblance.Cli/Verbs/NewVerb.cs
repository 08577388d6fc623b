using System.CommandLine;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Language;
using Semblance.Recipes;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance new</c>: a recipe to begin with.</summary>
internal static class NewVerb
{
    private static readonly Argument<string?> Input = new("data") { Description = "The table the recipe is for", Arity = ArgumentArity.ZeroOrOne };

    private static readonly Option<string?> Ready = new("--recipe") { Description = "A ready text job of `semblance list recipes`, in place of a recipe for a table", HelpName = "name" };

    private static readonly Option<string?> For = new("--for") { Description = "What the data are made for; chooses model, gates and what is judged: train (models on them), test (software with them), share (give them away), augment (add them to real rows). Asked for on a terminal, else train", HelpName = "purpose" };

    private static readonly Option<bool> Rules = new("--rules") { Description = "Write a rules file instead: columns like those of the table, from its profile alone, to be changed and made without it" };

    private static readonly (string Word, RecipePurpose Purpose, string What)[] Purposes =
    [
        ("train", RecipePurpose.Train, "train models on them"),
        ("test", RecipePurpose.Test, "test software with them"),
        ("share", RecipePurpose.Share, "give them away"),
        ("augment", RecipePurpose.Augment, "add them to real rows"),
    ];

    public static Verb Command { get; } = new("new", "Write a recipe or rules for a table, to be changed and run", RunAsync)
    {
        Arguments = { Input },
        Options = { Ready, For, Rules, SharedOptions.Target, SharedOptions.To },
        Examples =
        [
            "semblance new adult.csv > adult.recipe.yaml",
            "semblance new adult.csv --target income --for share --to adult.recipe.yaml",
            "semblance new adult.csv --for test --to adult.recipe.yaml",
            "semblance new adult.csv --rules --to adult.rules.yaml",
            "semblance new --recipe customer-queries --to job.yaml",
        ],
    };

    private static async Task<int> RunAsync(Call call)
    {
        if (call.Get(Ready) is { } name)
        {
            if (call.Parsed.GetValue(Input) is not null || call.Get(For) is not null || call.Get(Rules) || call.Get(SharedOptions.Target) is not null) throw new UsageException("new: --recipe writes a text job, which is for no table; give one of them");
            return await WriteAsync(TextRecipes.Find(name).Text, call);
        }
        var input = call.Parsed.GetValue(Input) ?? throw new UsageException("new: name the table the recipe is for, or a ready text job with --recipe");
        var rules = call.Get(Rules);
        if (rules && (call.Get(For) is not null || call.Get(SharedOptions.Target) is not null)) throw new UsageException("--rules writes what a table looks like: leave --for and --target out");
        var purpose = rules ? RecipePurpose.Test : Purpose(call);
        var run = call.Run(0, null);
        var table = await Table.ReadAsync(input, new TableOptions(), run, call.Cancel);
        var schema = table.Schema;
        if (call.Get(SharedOptions.Target) is { } target) schema.Require(target, "--target");
        var to = call.Get(SharedOptions.To) ?? "-";
        var folder = to == "-" ? "." : Path.GetDirectoryName(Path.GetFullPath(to))!;
        var text = rules ? RuleTemplate.For(NameOf(input), table, table.Profile(run, call.Cancel)) : RecipeTemplate.For(input, schema, call.Get(SharedOptions.Target), folder, table.Profile(run, call.Cancel), purpose);
        return await WriteAsync(text, call);
    }

    private static async Task<int> WriteAsync(string text, Call call)
    {
        var to = call.Get(SharedOptions.To) ?? "-";
        if (to == "-") call.Screen.Out.Write(text);
        else
        {
            await using var file = StagedFile.Create(to);
            await file.Stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), call.Cancel);
            file.Commit();
        }
        return ExitCode.Done;
    }

    private static string NameOf(string input) => Path.GetFileName(input).Split('.') is [{ Length: > 0 } name, ..] ? name : "table";

    private static RecipePurpose Purpose(Call call)
    {
        var words = Purposes.Select(p => p.Word).ToArray();
        if (call.Get(For) is { } given)
            return Of(given) ?? throw new UsageException($"--for {given}: give {string.Join(", ", words[..^1])} or {words[^1]}" + (Nearest.Of(given, words) is { } near ? $"; did you mean `{near}`?" : ""));
        // stdout may be a file here, and is not asked on; a question that nobody can answer is none
        if (Console.IsInputRedirected || Console.IsErrorRedirected || call.Get(SharedOptions.Quiet)) return RecipePurpose.Train;
        while (true)
        {
            Console.Error.WriteLine("What are the data for?");
            for (var i = 0; i < Purposes.Length; i++) Console.Error.WriteLine($"  {i + 1}  {Purposes[i].Word,-8} {Purposes[i].What}");
            Console.Error.Write("1 to 4, or the word [1]: ");
            var answer = Console.ReadLine()?.Trim() ?? "";
            if (answer.Length == 0) return RecipePurpose.Train;
            if (int.TryParse(answer, out var number) && number >= 1 && number <= Purposes.Length) return Purposes[number - 1].Purpose;
            if (Of(answer) is { } purpose) return purpose;
        }

        static RecipePurpose? Of(string word) => Array.Find(Purposes, p => p.Word == word.ToLowerInvariant()) is { Word: not null } found ? found.Purpose : null;
    }
}
