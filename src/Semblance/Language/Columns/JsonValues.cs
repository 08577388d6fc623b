using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Semblance.Language;

/// <summary>Cells of a text job are JSON values: a text, a number, a truth, a list, a map.</summary>
internal static class JsonValues
{
    /// <summary>Letters stay letters; what comes out is never pasted into HTML.</summary>
    public static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 64 };

    public static readonly JsonWriterOptions PlainWriter = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string TypeOf(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject => "object",
        JsonArray => "array",
        _ => value.GetValueKind() switch
        {
            JsonValueKind.String => "string",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            JsonValueKind.Number => Number(value) is var number && number == Math.Floor(number) && Math.Abs(number) < 1e15 ? "integer" : "number",
            _ => "null",
        },
    };

    public static double Number(JsonNode value) => double.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>A cell as it stands in a prompt or a CSV: a text as it is, the rest as JSON, nothing as an empty text.</summary>
    public static string TextOf(JsonNode? value) => value switch
    {
        null => "",
        JsonValue single when single.GetValueKind() == JsonValueKind.String => single.GetValue<string>(),
        _ => value.ToJsonString(Plain),
    };

    /// <summary>A value for a message, at most 60 characters.</summary>
    public static string Short(JsonNode? value)
    {
        var text = value?.ToJsonString(Plain) ?? "null";
        return text.Length > 60 ? text[..57] + "..." : text;
    }
}
