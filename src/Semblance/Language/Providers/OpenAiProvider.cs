using System.Buffers;
using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;

namespace Semblance.Language;

/// <summary>
/// Any endpoint that speaks as OpenAI does, through the official client. Its retries and its timeout are off: when to try again, what that may cost and how long to wait are decided in one place for all providers.
/// </summary>
public sealed class OpenAiProvider : ILanguageProvider, IEmbeddingProvider
{
    private const string Default = "https://api.openai.com/v1";
    private readonly HttpClient http;
    private readonly OpenAIClient client;
    private readonly TimeProvider clock;
    private readonly string limitKey;

    /// <summary>Makes one.</summary>
    /// <param name="url">Address, such as <c>http://localhost:8000/v1</c>; null for OpenAI's own.</param>
    /// <param name="key">The secret; null where the endpoint asks for none.</param>
    /// <param name="limitKey">How the endpoint names the most tokens of an answer: <c>max_tokens</c>, or <c>max_completion_tokens</c>.</param>
    /// <param name="clock">Clock for dates in Retry-After; null for the system's.</param>
    public OpenAiProvider(Uri? url, string? key, string limitKey = "max_tokens", TimeProvider? clock = null)
    {
        (this.limitKey, this.clock) = (limitKey, clock ?? TimeProvider.System);
        http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
        Id = "openai " + (url?.ToString().TrimEnd('/') ?? Default);
        client = new OpenAIClient(new ApiKeyCredential(key ?? "none"), new OpenAIClientOptions
        {
            Endpoint = url ?? new Uri(Default),
            RetryPolicy = new ClientRetryPolicy(0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            Transport = new HttpClientPipelineTransport(http),
        });
    }

    /// <inheritdoc/>
    public string Id { get; }

    /// <inheritdoc/>
    public async Task<ProviderAnswer> AskAsync(ChatRequest request, CancellationToken ct)
    {
        using var content = BinaryContent.Create(BinaryData.FromBytes(Body(request)));
        return await SendAsync(options => client.GetChatClient(request.Model).CompleteChatAsync(content, options), ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Completion? Read(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var choice = json.RootElement.GetProperty("choices")[0];
            var message = choice.GetProperty("message");
            var text = message.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String ? content.GetString()! : "";
            var finish = choice.TryGetProperty("finish_reason", out var why) && why.ValueKind == JsonValueKind.String ? why.GetString()! : "stop";
            if (message.TryGetProperty("refusal", out var refusal) && refusal.ValueKind == JsonValueKind.String) (text, finish) = (refusal.GetString()!, "refusal");
            if (!json.RootElement.TryGetProperty("usage", out var usage) || usage.ValueKind != JsonValueKind.Object) return new(text, finish);
            return new(text, finish, JsonCounts.Of(usage, "prompt_tokens"), JsonCounts.Of(usage, "completion_tokens"),
                usage.TryGetProperty("prompt_tokens_details", out var details) && details.ValueKind == JsonValueKind.Object ? JsonCounts.Of(details, "cached_tokens") : 0);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<float[][]> EmbedAsync(string model, IReadOnlyList<string> texts, CancellationToken ct = default)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("model", model);
            json.WriteStartArray("input");
            foreach (var text in texts) json.WriteStringValue(text);
            json.WriteEndArray();
            json.WriteString("encoding_format", "float");
            json.WriteEndObject();
        }
        using var content = BinaryContent.Create(BinaryData.FromBytes(bytes.WrittenMemory));
        var answer = await SendAsync(options => client.GetEmbeddingClient(model).GenerateEmbeddingsAsync(content, options), ct).ConfigureAwait(false);
        try
        {
            if (answer.Outcome != ProviderOutcome.Answered) throw new ProviderException("SB6010", $"{Id} gave no embeddings: {answer.Body}; check the model `{model}` and the endpoint");
            using var json = JsonDocument.Parse(answer.Body);
            var vectors = new float[texts.Count][];
            foreach (var item in json.RootElement.GetProperty("data").EnumerateArray())
                vectors[item.GetProperty("index").GetInt32()] = [.. item.GetProperty("embedding").EnumerateArray().Select(x => x.GetSingle())];
            return Array.TrueForAll(vectors, v => v is { Length: > 0 } && v.Length == vectors[0].Length) ? vectors : throw new KeyNotFoundException("a text has no vector, or vectors differ in length");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException or FormatException)
        {
            throw new ProviderException("SB6010", $"{Id} answered with something else than embeddings: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task<ProviderAnswer> SendAsync(Func<RequestOptions, Task<ClientResult>> send, CancellationToken ct)
    {
        try
        {
            var result = await send(new RequestOptions { BufferResponse = false, ErrorOptions = ClientErrorBehaviors.NoThrow, CancellationToken = ct }).ConfigureAwait(false);
            using var response = result.GetRawResponse();
            return await HttpAnswer.ReadAsync(response.Status, name => response.Headers.TryGetValue(name, out var value) ? value : null, response.ContentStream, clock, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or ClientResultException && !ct.IsCancellationRequested)
        {
            return HttpAnswer.Of(e as HttpRequestException ?? e.InnerException ?? e);
        }
    }

    private byte[] Body(ChatRequest request)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("model", request.Model);
            json.WriteStartArray("messages");
            foreach (var message in request.Messages)
            {
                json.WriteStartObject();
                json.WriteString("role", message.Role);
                json.WriteString("content", message.Content);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            if (request.Temperature is { } temperature) json.WriteNumber("temperature", temperature);
            if (request.TopP is { } share) json.WriteNumber("top_p", share);
            json.WriteNumber(limitKey, request.MaxTokens);
            if (request.Schema is { } schema && request.Form != AnswerForm.Plain)
            {
                json.WriteStartObject("response_format");
                json.WriteString("type", request.Form == AnswerForm.Schema ? "json_schema" : "json_object");
                if (request.Form == AnswerForm.Schema)
                {
                    json.WriteStartObject("json_schema");
                    json.WriteString("name", "answer");
                    json.WriteBoolean("strict", JsonShape.IsClosed(schema));
                    json.WritePropertyName("schema");
                    json.WriteRawValue(schema);
                    json.WriteEndObject();
                }
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        return bytes.WrittenSpan.ToArray();
    }
}
