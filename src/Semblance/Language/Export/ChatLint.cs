using System.Text.Json;
using System.Text.Json.Nodes;

namespace Semblance.Language;

/// <summary>Whether the turns of a conversation can be trained on.</summary>
internal static class ChatLint
{
    /// <summary>What is wrong with turns, or null: an optional system turn first, then user and assistant in turn, tools only after an assistant, no empty turn, an assistant at the end.</summary>
    public static string? Fault(JsonArray? turns)
    {
        if (turns is not { Count: > 0 }) return "it has no turns";
        var before = "";
        for (var i = 0; i < turns.Count; i++)
        {
            if (turns[i] is not JsonObject turn || Text(turn["role"]) is not { } role) return $"turn {i + 1} has no role";
            var calls = turn["tool_calls"] is JsonArray { Count: > 0 };
            if (!calls && (turn["content"] is null || turn["content"] is JsonValue && string.IsNullOrWhiteSpace(Text(turn["content"])))) return $"turn {i + 1} ({role}) is empty";
            var fits = role switch
            {
                "system" => i == 0,
                "user" => before is "" or "system" or "assistant",
                "assistant" => before is "user" or "tool",
                "tool" => before is "assistant" or "tool",
                _ => false,
            };
            if (!fits) return role is "system" or "user" or "assistant" or "tool" ? $"turn {i + 1} is `{role}` after {(before.Length == 0 ? "nothing" : $"`{before}`")}" : $"turn {i + 1} has the unknown role `{role}`";
            before = role;
        }
        return before == "assistant" ? null : $"the last turn is `{before}`, not `assistant`";
    }

    private static string? Text(JsonNode? value) => value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
}
