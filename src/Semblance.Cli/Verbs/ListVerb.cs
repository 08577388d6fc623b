using System.CommandLine;
using Semblance.Language;
using Semblance.Metrics;
using Semblance.Models;
using Semblance.Recipes;
using Semblance.Worlds;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance list</c>: what there is.</summary>
internal static class ListVerb
{
    private static readonly Argument<string> What = new("what") { Description = "models, metrics, packs, recipes or recipe-keys" };

    public static Verb Command { get; } = new("list", "Name the models, the metrics, the packs, the ready text jobs or the keys of recipes there are", RunAsync)
    {
        Arguments = { What },
        Examples = ["semblance list models", "semblance list metrics", "semblance list packs", "semblance list recipes", "semblance list recipe-keys"],
    };

    private static Task<int> RunAsync(Call call)
    {
        var rows = call.Get(What).ToLowerInvariant() switch
        {
            "models" or "model" => ModelCatalog.Default.Entries.Select(e => (Name: e.Id, Text: e.Summary)),
            "metrics" or "metric" => MetricCatalog.Default.Metrics.Select(m => (m.Name, Text: m.What)),
            "packs" or "pack" => Pack.Names.Select(n => (Name: n, Text: Pack.Named(n).About)).Append((Name: "network", Text: NetworkPack.Shipped.About)),
            "recipe-keys" or "recipe-key" => RecipeKeys.All.Select(k => (k.Name, Text: k.Summary)),
            "recipes" or "recipe" => TextRecipes.All.Select(r => (r.Name, Text: r.Summary)),
            var other => throw new UsageException($"list {other}: there are models, metrics, packs, recipes and recipe-keys"),
        };
        if (call.Screen.Json) JsonOutput.Write(json => { foreach (var (name, text) in rows) json.WriteString(name, text); });
        else call.Screen.Out.Write(Grid.Of(rows.Select(r => new[] { r.Name, r.Text }), ""));
        return Task.FromResult(ExitCode.Done);
    }
}
