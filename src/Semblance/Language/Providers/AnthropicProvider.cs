using System.Buffers;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Semblance.Language;

/// <summary>Anthropic's messages. An answer of a given shape is asked for as the input of a tool that must be called.</summary>
public sealed class AnthropicProvider : ILanguageProvider
{
    private const string Default = "https://api.anthropic.com", Version = "2023-06-01", Tool = "answer";
    private readonly HttpClient http;
    private readonly Uri address;
    private readonly string? key;
    private readonly TimeProvider clock;

    /// <summary>Makes one.</summary>
    /// <param name="url">Address without <c>/v1/messages</c>; null for Anthropic's own.</param>
    /// <param name="key">The secret; null where the endpoint asks for none.</param>
    /// <param name="clock">Clock for dates in Retry-After; null for the system's.</param>
    public AnthropicProvider(Uri? url, string? key, TimeProvider? clock = null)
    {
        var start = url?.ToString().TrimEnd('/') ?? Default;
        (address, this.key, this.clock) = (new Uri(start + "/v1/messages"), key, clock ?? TimeProvider.System);
        Id = "anthropic " + start;
        http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <inheritdoc/>
    public string Id { get; }

    /// <inheritdoc/>
    public async Task<ProviderAnswer> AskAsync(ChatRequest request, CancellationToken ct)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(Body(request)) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.Add("anthropic-version", Version);
        if (key is not null) message.Headers.Add("x-api-key", key);
        try
        {
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
            var stream = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
            return await HttpAnswer.ReadAsync((int)response.StatusCode, Header, stream, clock, ct).ConfigureAwait(false);

            string? Header(string name) => response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values) ? values.First() : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !ct.IsCancellationRequested)
        {
            return HttpAnswer.Of(e);
        }
    }

    /// <inheritdoc/>
    public Completion? Read(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var text = new StringBuilder();
            foreach (var block in json.RootElement.GetProperty("content").EnumerateArray())
            {
                switch (block.GetProperty("type").GetString())
                {
                    case "text": text.Append(block.GetProperty("text").GetString()); break;
                    case "tool_use": text.Clear().Append(block.GetProperty("input").GetRawText()); break;
                }
            }
            var finish = json.RootElement.TryGetProperty("stop_reason", out var why) && why.ValueKind == JsonValueKind.String ? why.GetString()! : "end_turn";
            var usage = json.RootElement.TryGetProperty("usage", out var counted) && counted.ValueKind == JsonValueKind.Object ? counted : default;
            finish = finish switch { "end_turn" or "stop_sequence" or "tool_use" => "stop", "max_tokens" => "length", _ => finish };
            return usage.ValueKind != JsonValueKind.Object ? new(text.ToString(), finish)
                : new(text.ToString(), finish, JsonCounts.Of(usage, "input_tokens"), JsonCounts.Of(usage, "output_tokens"), JsonCounts.Of(usage, "cache_read_input_tokens"));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static byte[] Body(ChatRequest request)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("model", request.Model);
            json.WriteNumber("max_tokens", request.MaxTokens);
            if (request.Temperature is { } temperature) json.WriteNumber("temperature", Math.Min(temperature, 1));
            if (request.TopP is { } share) json.WriteNumber("top_p", share);
            var system = string.Join("\n\n", request.Messages.Where(m => m.Role == "system").Select(m => m.Content));
            if (system.Length > 0) json.WriteString("system", system);
            json.WriteStartArray("messages");
            foreach (var message in request.Messages)
            {
                if (message.Role == "system") continue;
                json.WriteStartObject();
                json.WriteString("role", message.Role);
                json.WriteString("content", message.Content);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            if (request.Schema is { } schema && request.Form == AnswerForm.Schema)
            {
                json.WriteStartArray("tools");
                json.WriteStartObject();
                json.WriteString("name", Tool);
                json.WriteString("description", "Gives the answer.");
                json.WritePropertyName("input_schema");
                json.WriteRawValue(schema);
                json.WriteEndObject();
                json.WriteEndArray();
                json.WriteStartObject("tool_choice");
                json.WriteString("type", "tool");
                json.WriteString("name", Tool);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        return bytes.WrittenSpan.ToArray();
    }
}
