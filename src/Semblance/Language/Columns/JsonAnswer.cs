using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Semblance.Language;

/// <summary>Finds the JSON in what a model said: thinking and fences are cut, the first balanced value is taken, trailing commas are mended.</summary>
internal static class JsonAnswer
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 64, AllowDuplicateProperties = false };

    /// <param name="text">What the model said.</param>
    /// <param name="value">The value; null is one too.</param>
    /// <returns>What is wrong, as a sentence for the model; null when there is a value.</returns>
    public static string? Read(string text, out JsonNode? value)
    {
        var said = WithoutThinking(text);
        if (TryParse(said.Trim(), out value)) return null;
        var from = 0;
        for (var tries = 0; tries < 16; tries++)
        {
            from = said.AsSpan(from).IndexOfAny('{', '[') is var at and >= 0 ? from + at : -1;
            if (from < 0) return "it holds no JSON";
            var end = End(said, from);
            if (end < 0) return "its JSON is cut off";
            if (TryParse(said[from..end], out value)) return null;
            from++;
        }
        return "it holds no sound JSON";
    }

    /// <summary>Leaves out what reasoning models think aloud.</summary>
    public static string WithoutThinking(string text)
    {
        foreach (var tag in (ReadOnlySpan<string>)["think", "thinking", "reasoning"])
        {
            var open = text.IndexOf($"<{tag}>", StringComparison.OrdinalIgnoreCase);
            var close = text.LastIndexOf($"</{tag}>", StringComparison.OrdinalIgnoreCase);
            if (close >= 0 && (open >= 0 && open < close || open < 0)) text = text[..Math.Max(open, 0)] + text[(close + tag.Length + 3)..];
        }
        return text;
    }

    private static bool TryParse(string text, out JsonNode? value)
    {
        value = null;
        if (text.Length == 0) return false;
        try
        {
            value = JsonNode.Parse(text, documentOptions: Lenient);
            return value is JsonObject or JsonArray || value is null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            value = null;
            return false;
        }
    }

    /// <summary>Where the value that begins here ends; -1 when it does not.</summary>
    private static int End(string text, int from)
    {
        var depth = 0;
        var quoted = false;
        for (var i = from; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted)
            {
                if (c == '\\') i++;
                else if (c == '"') quoted = false;
            }
            else if (c == '"') quoted = true;
            else if (c is '{' or '[') depth++;
            else if (c is '}' or ']' && --depth == 0) return i + 1;
        }
        return -1;
    }
}
