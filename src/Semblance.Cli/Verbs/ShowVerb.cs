using System.CommandLine;
using System.Globalization;
using Semblance.Formats;
using Semblance.Metrics;
using Semblance.Models;
using Semblance.Recipes;
using Semblance.Worlds;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance show</c>: what a model file holds, what a model or metric of the catalogues is, or the schema of recipes.</summary>
internal static class ShowVerb
{
    private static readonly Argument<string> Input = new("what") { Description = "A model file, a rules file, a pack, the id of a model or metric, recipe-schema or rules-schema" };

    public static Verb Command { get; } = new("show", "Tell what a model file or rules file holds, what settings a model or pack takes, or the JSON Schema of recipes or rules", RunAsync)
    {
        Arguments = { Input },
        Examples = ["semblance show adult.semblance", "semblance show shop.rules.yaml", "semblance show adult.semblance --json", "semblance show cart", "semblance show payments", "semblance show privacy.dcr-share", "semblance show recipe-schema"],
    };

    private static async Task<int> RunAsync(Call call)
    {
        if (!File.Exists(call.Get(Input)))
        {
            if (FromCatalogue(call)) return ExitCode.Done;
            if (NetworkOutput.Pack(call.Get(Input)) is { } network) return WorldOutput.Show("network", network.About, network.Parameters, call);
            if (Pack.Names.Contains(call.Get(Input))) return WorldOutput.Show(Pack.Named(call.Get(Input)), call);
            if (!Path.HasExtension(call.Get(Input)))
                throw new UsageException($"show {call.Get(Input)}: there is no such model file, and no model, metric or pack of that name; `semblance list models`, `list metrics` and `list packs` name them");
        }
        using var opened = await Opening.OpenAsync(call.Get(Input), call.Cancel);
        if (opened.Pack is { } pack) return WorldOutput.Show(pack, call);
        if (opened.Rules is { } rules) return RulesOutput.Show(rules, call);
        var generator = opened.Model!;
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

    /// <summary>Shows a model or metric of that id; false when there is none.</summary>
    private static bool FromCatalogue(Call call)
    {
        var id = call.Get(Input);
        if (id == "recipe-schema")
        {
            call.Screen.Out.Write(Recipes.RecipeSchema.ToJson());
            return true;
        }
        if (id == "rules-schema")
        {
            call.Screen.Out.Write(Rules.RuleFileSchema.ToJson());
            return true;
        }
        if (ModelCatalog.Default.Entries.FirstOrDefault(e => e.Id == id) is { } entry)
        {
            var settings = ModelSettings.Of(entry.Model);
            if (call.Screen.Json) JsonOutput.Write(json =>
            {
                json.WriteString("model", entry.Id);
                json.WriteString("title", entry.Title);
                json.WriteString("summary", entry.Summary);
                json.WriteStartObject("settings");
                foreach (var (key, value) in settings) json.WriteString(key, value);
                json.WriteEndObject();
            });
            else
            {
                call.Screen.Out.WriteLine($"{entry.Id}: {entry.Title}. {entry.Summary}");
                if (!settings.IsEmpty) call.Screen.Out.WriteLine("\nSettings for --set and recipes, with their defaults:");
                call.Screen.Out.Write(Grid.Of(settings.Select(s => new[] { s.Key, s.Value }), numbersRight: false));
            }
            return true;
        }
        if (MetricCatalog.Default.Metrics.FirstOrDefault(m => m.Name == id) is not { } metric) return false;
        var best = metric.Direction switch { Direction.Higher => "more is better", Direction.Lower => "less is better", Direction.NotAbove => "more than fresh real rows get is worse", Direction.NotBelow => "less than fresh real rows get is worse", _ => "best where fresh real rows are" };
        if (call.Screen.Json) JsonOutput.Write(json =>
        {
            json.WriteString("metric", metric.Name);
            json.WriteString("title", metric.Title);
            json.WriteString("what", metric.What);
            json.WriteString("direction", metric.Direction.ToString().ToLowerInvariant());
        });
        else call.Screen.Out.WriteLine($"{metric.Name}: {metric.Title}. {metric.What} ({best})");
        return true;
    }
}
