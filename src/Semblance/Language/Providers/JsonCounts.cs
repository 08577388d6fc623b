using System.Text.Json;

namespace Semblance.Language;

/// <summary>Counts in an answer of a provider: what is absent, negative or no number is 0.</summary>
internal static class JsonCounts
{
    public static long Of(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var count) && count >= 0 ? count : 0;
}
