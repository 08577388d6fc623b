using System.Text.Json.Nodes;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Rules;

/// <summary>The JSON Schema of rules files, for editors that complete and check YAML by one. It follows the words that the reader knows; what the values must be is told by the reader.</summary>
public static class RuleFileSchema
{
    /// <summary>The schema (draft 2020-12).</summary>
    public static string ToJson()
    {
        var column = new JsonObject();
        foreach (var word in ColumnReader.Makers) column[word] = new JsonObject();
        foreach (var entry in DistributionCatalog.All)
        {
            var parameters = new JsonObject();
            foreach (var parameter in entry.Forms.SelectMany(f => f.Parameters).DistinctBy(p => p.Name))
                parameters[parameter.Name] = new JsonObject { ["type"] = "number", ["description"] = $"{parameter.Meaning} ({parameter.Range})" };
            column[entry.Name] = new JsonObject { ["description"] = entry.Meaning, ["type"] = new JsonArray("object", "number", "null"), ["additionalProperties"] = false, ["properties"] = parameters };
        }
        foreach (var word in ColumnReader.Modifiers)
            column[word] = word switch
            {
                "missing" => new JsonObject { ["type"] = "number", ["minimum"] = 0, ["maximum"] = 1 },
                "decimals" => new JsonObject { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = 15 },
                "unique" => new JsonObject { ["type"] = "boolean" },
                "kind" => new JsonObject { ["enum"] = new JsonArray([.. Enum.GetValues<ColumnKind>().Select(k => (JsonNode)TableOptions.WordOf(k))]) },
                _ => new JsonObject { ["type"] = new JsonArray("string", "number") },
            };
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Rules of Semblance",
            ["description"] = "Tables written down: how many rows, which columns, how they join, what every row keeps.",
            ["type"] = "object",
            ["required"] = new JsonArray("rules"),
            ["additionalProperties"] = false,
            ["properties"] = Table(new JsonObject { ["rules"] = new JsonObject { ["const"] = RuleReader.FormatVersion }, ["name"] = new JsonObject { ["type"] = "string" }, ["tables"] = new JsonObject { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["$ref"] = "#/$defs/table" } } }),
            ["$defs"] = new JsonObject
            {
                ["table"] = new JsonObject { ["type"] = "object", ["required"] = new JsonArray("columns"), ["additionalProperties"] = false, ["properties"] = Table([]) },
                ["column"] = new JsonObject { ["type"] = new JsonArray("object", "string"), ["additionalProperties"] = false, ["properties"] = column },
            },
        };
        return schema.ToJsonString(new() { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
    }

    private static JsonObject Table(JsonObject properties)
    {
        foreach (var word in RuleReader.TableWords)
            properties[word] = word switch
            {
                "rows" => new JsonObject { ["type"] = "integer", ["minimum"] = 1 },
                "scales" => new JsonObject { ["type"] = "boolean" },
                "count" => new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "integer", ["minimum"] = 0 }, new JsonObject { ["$ref"] = "#/$defs/column" }) },
                "columns" => new JsonObject { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["$ref"] = "#/$defs/column" } },
                "key" or "constraints" => new JsonObject { ["type"] = new JsonArray("string", "array"), ["items"] = new JsonObject { ["type"] = "string" } },
                "faults" => new JsonObject { ["type"] = "array", ["items"] = Faults() },
                _ => new JsonObject { ["type"] = "string" },
            };
        return properties;
    }

    private static JsonObject Faults() => new()
    {
        ["type"] = "object",
        ["minProperties"] = 1,
        ["maxProperties"] = 1,
        ["additionalProperties"] = false,
        ["properties"] = new JsonObject(FaultReader.Words.Select(fault => KeyValuePair.Create<string, JsonNode?>(fault.Key, new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject(fault.Value.Select(word => KeyValuePair.Create<string, JsonNode?>(word, new JsonObject()))),
        }))),
    };
}
