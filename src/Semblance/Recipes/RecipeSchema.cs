using System.Text.Json.Nodes;

namespace Semblance.Recipes;

/// <summary>The JSON Schema of recipes, for editors that complete and check YAML by one. It follows <see cref="RecipeKeys"/>.</summary>
public static class RecipeSchema
{
    /// <summary>The schema (draft 2020-12), keys in the order of a recipe.</summary>
    public static string ToJson()
    {
        var properties = new JsonObject();
        foreach (var key in RecipeKeys.All)
        {
            var value = (JsonObject)JsonNode.Parse(key.Schema)!;
            value.Insert(0, "description", char.ToUpperInvariant(key.Summary[0]) + key.Summary[1..]);
            properties[key.Name] = value;
        }
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Recipe of Semblance",
            ["description"] = "A whole run on one page: what to read, what to fit, what to make, what to demand.",
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["required"] = new JsonArray("version", "data"),
            ["properties"] = properties,
            ["$defs"] = new JsonObject { ["metric"] = new JsonObject { ["type"] = "string", ["pattern"] = "^[a-z]+(\\.[a-z0-9-]+)?$", ["examples"] = new JsonArray("privacy", "fidelity.c2st", "utility.tstr") } },
        };
        return schema.ToJsonString(new() { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
    }
}
