using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Semblance.Language;

/// <summary>
/// A JSON Schema, the part of it that a text job may use; every other word is an error when the job is read, never a rule that is silently not kept. Texts are checked, and numbers or truths written as texts are taken as what
/// the schema declares.
/// </summary>
public sealed class JsonShape
{
    private static readonly string[] Words =
        ["type", "properties", "required", "additionalProperties", "items", "enum", "const", "minimum", "maximum", "minLength", "maxLength", "pattern", "minItems", "maxItems", "anyOf", "description", "title", "examples"];

    private static readonly string[] Types = ["object", "array", "string", "number", "integer", "boolean", "null"];
    private readonly JsonObject schema;
    private readonly Dictionary<string, Regex> patterns = new(StringComparer.Ordinal);

    /// <summary>Reads a schema.</summary>
    /// <param name="schema">The schema; it is an object.</param>
    /// <exception cref="RecipeException">SB2405: a word that is not known here, or one whose value makes no sense.</exception>
    public JsonShape(JsonObject schema)
    {
        this.schema = schema;
        Check(schema, "");
        var sent = (JsonObject)schema.DeepClone();
        Strip(sent);
        Sent = sent.ToJsonString(JsonValues.Plain);
    }

    /// <summary>The schema as JSON, as providers get it: examples are for the mock.</summary>
    public string Sent { get; }

    /// <summary>The schema with its examples.</summary>
    internal JsonObject Schema => schema;

    /// <summary>Whether every object of a schema names all its keys and demands all of them: only such a schema can be held strictly by providers.</summary>
    public static bool IsClosed(string schema) => IsClosed(JsonNode.Parse(schema));

    /// <summary>What is wrong with a value, as a sentence for the model that made it; null when nothing is.</summary>
    /// <param name="value">The value; coerced in place where a text stands for a number or a truth.</param>
    public string? Fault(ref JsonNode? value) => Fault(schema, ref value, "the answer");

    private string? Fault(JsonObject shape, ref JsonNode? value, string at)
    {
        if (shape["anyOf"] is JsonArray choices)
        {
            string? first = null;
            foreach (var choice in choices)
            {
                var copy = value?.DeepClone();
                if (Fault((JsonObject)choice!, ref copy, at) is not { } fault) { value = copy; return null; }
                first ??= fault;
            }
            return first;
        }
        if (shape["type"] is { } type)
        {
            var wanted = type is JsonArray several ? several.Select(t => (string)t!).ToArray() : [(string)type!];
            var kind = JsonValues.TypeOf(value);
            if (!Array.Exists(wanted, w => w == kind || w == "number" && kind == "integer"))
            {
                if (Coerced(value, wanted) is not { } other) return $"{at} must be {string.Join(" or ", wanted)}, not {kind}";
                value = other;
            }
        }
        if (shape["enum"] is JsonArray allowed)
        {
            var here = value;
            if (!allowed.Any(a => JsonNode.DeepEquals(a, here))) return $"{at} must be one of {string.Join(", ", allowed.Select(JsonValues.Short))}, not {JsonValues.Short(value)}";
        }
        if (shape.ContainsKey("const") && !JsonNode.DeepEquals(shape["const"], value)) return $"{at} must be {JsonValues.Short(shape["const"])}";
        return value switch
        {
            JsonObject map => ObjectFault(shape, map, at),
            JsonArray list => ArrayFault(shape, list, at),
            JsonValue single when single.GetValueKind() == JsonValueKind.String => TextFault(shape, single.GetValue<string>(), at),
            JsonValue single when single.GetValueKind() == JsonValueKind.Number => NumberFault(shape, JsonValues.Number(single), at),
            _ => null,
        };
    }

    private string? ObjectFault(JsonObject shape, JsonObject map, string at)
    {
        if (shape["required"] is JsonArray required)
            foreach (var name in required)
                if (!map.ContainsKey((string)name!)) return $"{at} lacks the key `{name}`";
        var properties = shape["properties"] as JsonObject;
        foreach (var name in map.Select(p => p.Key).ToArray())
        {
            if (properties?[name] is JsonObject inner)
            {
                var value = map[name];
                var before = value;
                if (Fault(inner, ref value, $"`{name}` of {at}") is { } fault) return fault;
                if (!ReferenceEquals(before, value)) map[name] = value;
            }
            else if (shape["additionalProperties"] is JsonValue closed && closed.GetValueKind() == JsonValueKind.False) return $"{at} has the key `{name}`, which is not asked for";
        }
        return null;
    }

    private string? ArrayFault(JsonObject shape, JsonArray list, string at)
    {
        if (shape["minItems"] is { } min && list.Count < (int)min) return $"{at} has {list.Count} items; it needs at least {min}";
        if (shape["maxItems"] is { } max && list.Count > (int)max) return $"{at} has {list.Count} items; it may have at most {max}";
        if (shape["items"] is not JsonObject inner) return null;
        for (var i = 0; i < list.Count; i++)
        {
            var value = list[i];
            var before = value;
            if (Fault(inner, ref value, string.Create(CultureInfo.InvariantCulture, $"item {i + 1} of {at}")) is { } fault) return fault;
            if (!ReferenceEquals(before, value)) list[i] = value;
        }
        return null;
    }

    private string? TextFault(JsonObject shape, string text, string at)
    {
        if (shape["minLength"] is { } min && text.Length < (int)min) return $"{at} has {text.Length} characters; it needs at least {min}";
        if (shape["maxLength"] is { } max && text.Length > (int)max) return $"{at} has {text.Length} characters; it may have at most {max}";
        return shape["pattern"] is { } pattern && !patterns[(string)pattern!].IsMatch(text) ? $"{at} does not match the pattern {pattern}" : null;
    }

    private static string? NumberFault(JsonObject shape, double number, string at)
    {
        if (shape["minimum"] is { } min && number < JsonValues.Number(min)) return $"{at} must be at least {min}";
        return shape["maximum"] is { } max && number > JsonValues.Number(max) ? $"{at} must be at most {max}" : null;
    }

    /// <summary>A text or number as what is declared; <c>8/10</c> and <c>8 out of 10</c> are the number before the scale. Null when it is nothing of the kind.</summary>
    private static JsonNode? Coerced(JsonNode? value, string[] wanted)
    {
        if (value is not JsonValue single) return null;
        var kind = single.GetValueKind();
        if (kind == JsonValueKind.Number && wanted.Contains("string")) return JsonValue.Create(single.ToJsonString());
        if (kind == JsonValueKind.Number && wanted.Contains("integer")) // 7.0 is one, 7.5 is the nearest even one of two
            return JsonValues.Number(single) is var fraction && fraction is > -1e15 and < 1e15 ? JsonValue.Create((long)Math.Round(fraction)) : null;
        if (kind != JsonValueKind.String) return null;
        var text = single.GetValue<string>().Trim();
        if (wanted.Contains("boolean") && text.ToLowerInvariant() is "true" or "yes" or "false" or "no") return JsonValue.Create(text.ToLowerInvariant() is "true" or "yes");
        if (!wanted.Contains("number") && !wanted.Contains("integer")) return null;
        var end = text.IndexOf('/');
        if (end < 0) end = text.IndexOf(" out of ", StringComparison.OrdinalIgnoreCase);
        if (!double.TryParse(end < 0 ? text : text.AsSpan(0, end), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number) || Math.Abs(number) > 1e15) return null;
        return wanted.Contains("number") ? JsonValue.Create(number) : JsonValue.Create((long)Math.Round(number));
    }

    private void Check(JsonObject shape, string at)
    {
        foreach (var (word, value) in shape)
        {
            var here = $"{at}/{word}";
            switch (word)
            {
                case "type" when (value is JsonArray several ? several : new JsonArray(value?.DeepClone())).FirstOrDefault(t => t?.GetValueKind() != JsonValueKind.String || !Types.Contains((string)t!)) is { } other:
                    throw Wrong(here, $"`{other}` is no type; the types are {string.Join(", ", Types)}");
                case "properties":
                    foreach (var (name, inner) in value as JsonObject ?? throw Wrong(here, "it must be a map of names")) Check(inner as JsonObject ?? throw Wrong($"{here}/{name}", "it must be a schema"), $"{here}/{name}");
                    break;
                case "items": Check(value as JsonObject ?? throw Wrong(here, "it must be a schema"), here); break;
                case "anyOf":
                    foreach (var inner in value as JsonArray ?? throw Wrong(here, "it must be a list of schemas")) Check(inner as JsonObject ?? throw Wrong(here, "it must be a list of schemas"), here);
                    break;
                case "required" when value is not JsonArray names || names.Any(n => n?.GetValueKind() != JsonValueKind.String): throw Wrong(here, "it must be a list of names");
                case "enum" or "examples" when value is not JsonArray { Count: > 0 }: throw Wrong(here, "it must be a list");
                case "minLength" or "maxLength" or "minItems" or "maxItems" when value is not JsonValue count || JsonValues.TypeOf(count) != "integer" || !count.TryGetValue<int>(out var n) && !(int.TryParse(count.ToJsonString(), out n)) || n < 0:
                    throw Wrong(here, "it must be a whole number, at least 0");
                case "minimum" or "maximum" when value?.GetValueKind() != JsonValueKind.Number: throw Wrong(here, "it must be a number");
                case "additionalProperties" when value?.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False): throw Wrong(here, "it must be true or false");
                case "pattern":
                    patterns[(string)value!] = SafePattern.Of((string)value!, e => Wrong(here, e));
                    break;
                default:
                    if (!Words.Contains(word)) throw Wrong(here, $"there is no word `{word}` here; " + (Nearest.Of(word, Words) is { } near ? $"did you mean `{near}`?" : $"the words are {string.Join(", ", Words)}"));
                    break;
            }
        }
    }

    private static RecipeException Wrong(string at, string why) => new("SB2405", $"schema, {at}: {why}");

    private static bool IsClosed(JsonNode? node) => node switch
    {
        JsonObject shape => (shape["properties"] is not JsonObject properties || shape.ContainsKey("type") && shape["additionalProperties"]?.GetValueKind() == JsonValueKind.False
                && properties.All(p => shape["required"] is JsonArray required && required.Any(r => (string?)r == p.Key)))
            && shape.All(p => p.Key is "enum" or "const" || (p.Key == "properties" ? ((JsonObject)p.Value!).All(q => IsClosed(q.Value)) : IsClosed(p.Value))),
        JsonArray list => list.All(IsClosed),
        _ => true,
    };

    private static void Strip(JsonNode? node)
    {
        if (node is JsonArray list) foreach (var item in list) Strip(item);
        if (node is not JsonObject shape) return;
        shape.Remove("examples");
        foreach (var (name, value) in shape)
            if (name == "properties") foreach (var (_, inner) in (JsonObject)value!) Strip(inner);
            else if (name is "items" or "anyOf") Strip(value);
    }
}
