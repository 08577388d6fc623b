using System.CommandLine;
using Semblance.Models;
using Semblance.Recipes;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance refine</c>: tries models and settings until the gates are met.</summary>
internal static class RefineVerb
{
    private static readonly Argument<string> Input = new("input") { Description = "A table (.csv, .tsv, .jsonl, each also .gz); none with --refresh", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string[]> Until = new("--until") { Description = "A score to reach; those on privacy are bounds. May be given several times. Default: the best within the budget", HelpName = "gate" };
    internal static readonly Option<string[]> Families = new("--model") { Description = "A family of models to choose from; may be given several times. Default: those worth trying", HelpName = "id" };

    public static Verb Command { get; } = new("refine", "Try models and settings, mending what fails, until the gates are met", RunAsync)
    {
        Arguments = { Input },
        Options =
        {
            SharedOptions.To, SharedOptions.Target, Until, SharedOptions.Budget, Families, SharedOptions.Prefer, SharedOptions.Seed, SharedOptions.Count, RunVerb.Holdout, SharedOptions.Column, SharedOptions.Constraint,
            SharedOptions.Require, SharedOptions.Quasi, RunVerb.DryRun, RunVerb.Again, SharedOptions.Threads, GenerationsMode.Generations, RefreshMode.Refresh, GenerationsMode.Keep,
        },
        Examples =
        [
            "semblance refine adult.csv --target income --until \"fidelity.c2st>=0.95\" --budget 10m --to best/",
            "semblance refine adult.csv --target income --until \"utility.tstr>=0.98 and privacy.dcr-share\" --to best/",
            "semblance refine adult.csv --model cart --model argn --budget 2m --to best/",
            "semblance refine adult.csv --generations 5 --keep replace --target income --to worn/",
            "semblance refine --refresh 2027.csv --model adult.semblance --target income --to newer/",
        ],
    };

    private static Task<int> RunAsync(Call call)
    {
        var input = call.Get(Input);
        if (call.Get(RefreshMode.Refresh) is not null)
        {
            Refuse(call, "--refresh", RefreshMode.Options);
            if (input is not null) throw new UsageException($"refine --refresh: the new data are named once; leave {input} out");
            return RefreshMode.RunAsync(call);
        }
        if (input is null) throw new UsageException("<input> is missing: a table (.csv, .tsv, .jsonl, each also .gz)");
        if (input == "-") throw new UsageException("refine needs a file, not stdin: its recipe and its proof name the data they came from");
        if (call.Get(GenerationsMode.Generations) is not null)
        {
            Refuse(call, "--generations", GenerationsMode.Options);
            return GenerationsMode.RunAsync(input, call);
        }
        if (call.Get(GenerationsMode.Keep) is not null) throw new UsageException("--keep says what a model learns from beside made rows; it goes with --generations or --refresh");
        var wish = new RefineWish
        {
            Until = [.. call.Get(Until) ?? []],
            Families = [.. call.Get(Families) ?? []],
            Prefer = call.Get(SharedOptions.Prefer) is not { } prefer ? AutoPreference.Quality : Enum.TryParse<AutoPreference>(prefer, true, out var word) ? word : throw new UsageException($"--prefer {prefer}: give speed or quality"),
        };
        var recipe = RunVerb.Overridden(new Recipe { Data = input, Refine = wish }, call);
        return RunVerb.DoAsync(recipe with { Set = recipe.Set.Clear() }, "refine", call); // `prefer` is the wish's own
    }

    /// <summary>A mode has options of its own: one that would do nothing in it is refused.</summary>
    private static void Refuse(Call call, string mode, Option[] own)
    {
        foreach (var option in Command.Options)
            if (call.Parsed.GetResult(option) is { Implicit: false } && !own.Contains(option) && !SharedOptions.Everywhere.Contains(option))
                throw new UsageException($"{option.Name} does not go with {mode}, which searches no model; leave one of them out");
    }
}
