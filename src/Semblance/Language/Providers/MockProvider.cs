using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Semblance.Numerics;

namespace Semblance.Language;

/// <summary>A fixed answer of the mock to some requests.</summary>
/// <param name="When">Pattern that must occur in the last message.</param>
/// <param name="Reply">What is answered.</param>
public sealed record MockReply(string When, string Reply);

/// <summary>
/// A provider that knows no network: its answer is a pure function of the request. It keeps to the JSON Schema of a request and takes the examples in it; where the request holds a document, it says sentences of that document. So
/// every job runs offline, for tests and to see what comes out before anything is paid.
/// </summary>
public sealed class MockProvider : ILanguageProvider, IEmbeddingProvider
{
    private static readonly string[] Vocabulary =
        ("the order was late and nobody answered our letter about the small invoice for april please tell me how long it takes to change an address when the account has two owners " +
        "a good guide names each step in turn gives one example and ends with what to do if it fails we compared three plans and chose the one with clear terms").Split(' ');

    private readonly ImmutableArray<(Regex When, string Reply)> replies;

    /// <summary>Makes one.</summary>
    /// <param name="replies">Fixed answers; the first that fits is given.</param>
    public MockProvider(params IEnumerable<MockReply> replies) =>
        this.replies = [.. replies.Select(r => (SafePattern.Of(r.When, why => new RecipeException("SB2401", why)), r.Reply))];

    /// <inheritdoc/>
    public string Id => "mock";

    /// <inheritdoc/>
    public Task<ProviderAnswer> AskAsync(ChatRequest request, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var text = Answer(request);
        var body = new JsonObject
        {
            ["text"] = text, ["input"] = request.LikelyInputTokens, ["output"] = Encoding.UTF8.GetByteCount(text) / 4 + 1,
        };
        return Task.FromResult(new ProviderAnswer(ProviderOutcome.Answered, body.ToJsonString(JsonValues.Plain)));
    }

    /// <inheritdoc/>
    public Completion? Read(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return new(json.RootElement.GetProperty("text").GetString()!, "stop", JsonCounts.Of(json.RootElement, "input"), JsonCounts.Of(json.RootElement, "output"));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>32 numbers that depend on the words of a text: texts that share words are near.</summary>
    public Task<float[][]> EmbedAsync(string model, IReadOnlyList<string> texts, CancellationToken ct = default)
    {
        var vectors = new float[texts.Count][];
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = new float[32];
            foreach (var word in texts[i].ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                var words = new RandomStream(new Seed(0), word).Words(0);
                vectors[i][words.A & 31] += 1;
                vectors[i][words.B & 31] -= 1;
            }
        }
        return Task.FromResult(vectors);
    }

    /// <inheritdoc/>
    public void Dispose() { }

    private string Answer(ChatRequest request)
    {
        var last = request.Messages[^1].Content;
        foreach (var (when, reply) in replies)
            if (when.IsMatch(last)) return reply;
        var random = new RandomStream(new Seed((ulong)request.Name.High), "mock").Sequence();
        var sentences = Sentences(request);
        return request.Schema is { } schema ? Value((JsonObject)JsonNode.Parse(request.Examples ?? schema)!, ref random, sentences)?.ToJsonString(JsonValues.Plain) ?? "null" : Text(ref random, sentences);
    }

    private static JsonNode? Value(JsonObject shape, ref RandomSequence random, string[] sentences)
    {
        if (shape.ContainsKey("const")) return shape["const"]?.DeepClone();
        if ((shape["examples"] ?? shape["enum"]) is JsonArray given) return given[random.NextBelow(given.Count)]?.DeepClone();
        if (shape["anyOf"] is JsonArray choices) return Value((JsonObject)choices[random.NextBelow(choices.Count)]!, ref random, sentences);
        var type = shape["type"] is JsonArray several ? (string)several[0]! : (string?)shape["type"] ?? (shape.ContainsKey("properties") ? "object" : "string");
        switch (type)
        {
            case "object":
                var map = new JsonObject();
                foreach (var (name, inner) in shape["properties"] as JsonObject ?? []) map[name] = Value((JsonObject)inner!, ref random, sentences);
                return map;
            case "array":
                int least = (int?)shape["minItems"] ?? 1, most = Math.Min((int?)shape["maxItems"] ?? least + 2, least + 64);
                var list = new JsonArray();
                var inside = shape["items"] as JsonObject ?? new JsonObject { ["type"] = "string" };
                for (var left = least + random.NextBelow(Math.Max(most - least, 0) + 1); left > 0; left--) list.Add(Value(inside, ref random, sentences));
                return list;
            case "integer" or "number":
                double low = shape["minimum"] is { } min ? JsonValues.Number(min) : 0, high = shape["maximum"] is { } max ? JsonValues.Number(max) : low + 100;
                return type == "integer" ? (long)(low + random.NextBelow((int)Math.Min(high - low, 1e9) + 1)) : Math.Round(low + random.NextUnit() * (high - low), 2);
            case "boolean": return (random.NextWord() & 1) == 0;
            case "null": return null;
            default:
                var text = Text(ref random, sentences);
                if (shape["maxLength"] is { } longest && text.Length > (int)longest) text = text[..(int)longest].TrimEnd();
                for (var needed = (int?)shape["minLength"] ?? 0; text.Length < needed;) text += " " + Vocabulary[random.NextBelow(Vocabulary.Length)];
                return text;
        }
    }

    private static string Text(ref RandomSequence random, string[] sentences)
    {
        if (sentences.Length > 0) return sentences[random.NextBelow(sentences.Length)];
        var text = new StringBuilder();
        for (var left = 8 + random.NextBelow(8); left > 0; left--) text.Append(text.Length == 0 ? "" : " ").Append(Vocabulary[random.NextBelow(Vocabulary.Length)]);
        text[0] = char.ToUpper(text[0], CultureInfo.InvariantCulture);
        return text.Append('.').ToString();
    }

    /// <summary>Sentences of the document in the question, if there is one.</summary>
    private static string[] Sentences(ChatRequest request)
    {
        foreach (var message in request.Messages)
        {
            if (message.Role != "user" || PromptTemplate.DocumentIn(message.Content) is not { } document) continue;
            return [.. document.Split(['.', '!', '?', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(s => s.Length > 10).Select(s => s + ".")];
        }
        return [];
    }
}
