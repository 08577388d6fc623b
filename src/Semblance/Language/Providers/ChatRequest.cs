using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Semblance.Language;

/// <summary>One message of a conversation.</summary>
/// <param name="Role"><c>system</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">What it says.</param>
public sealed record ChatMessage(string Role, string Content);

/// <summary>How an answer of a given shape is asked for.</summary>
public enum AnswerForm
{
    /// <summary>The provider is given the JSON Schema and holds the answer to it.</summary>
    Schema,
    /// <summary>The provider promises JSON, the prompt says of which shape.</summary>
    Json,
    /// <summary>Only the prompt says what is wanted.</summary>
    Plain,
}

/// <summary>A question to a language model. It is a value: two that say the same have the same <see cref="Name"/>, and the same is never paid twice.</summary>
public sealed record ChatRequest
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Who is asked: the kind of the provider and its address, never a key.</summary>
    public required string Provider { get; init; }

    /// <summary>The model, as the provider calls it.</summary>
    public required string Model { get; init; }

    /// <summary>The conversation so far.</summary>
    public required ImmutableArray<ChatMessage> Messages { get; init; }

    /// <summary>Temperature, 0 to 2; null leaves it to the provider.</summary>
    public double? Temperature { get; init; }

    /// <summary>Nucleus sampling, above 0 to 1; null leaves it to the provider.</summary>
    public double? TopP { get; init; }

    /// <summary>Most tokens of the answer.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>JSON Schema of the answer, or null for free text.</summary>
    public string? Schema { get; init; }

    /// <summary>The schema with its examples, which only the mock takes; no part of what is asked.</summary>
    internal string? Examples { get; init; }

    /// <summary>How the schema is asked for.</summary>
    public AnswerForm Form { get; init; } = AnswerForm.Plain;

    /// <summary>Row, attempt and sample: the same words asked for two rows are two requests.</summary>
    public ImmutableArray<int> Sample { get; init; } = [];

    /// <summary>The request as canonical JSON: keys in a fixed order, what is not set left out.</summary>
    public byte[] ToCanonicalJson()
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes, Plain))
        {
            json.WriteStartObject();
            json.WriteString("provider", Provider);
            json.WriteString("model", Model);
            json.WriteStartArray("messages");
            foreach (var message in Messages)
            {
                json.WriteStartArray();
                json.WriteStringValue(message.Role);
                json.WriteStringValue(message.Content);
                json.WriteEndArray();
            }
            json.WriteEndArray();
            if (Temperature is { } temperature) json.WriteNumber("temperature", temperature);
            if (TopP is { } share) json.WriteNumber("top-p", share);
            json.WriteNumber("max-tokens", MaxTokens);
            if (Schema is not null)
            {
                json.WriteString("schema", Schema);
                json.WriteString("form", Form.ToString());
            }
            json.WriteStartArray("sample");
            foreach (var number in Sample) json.WriteNumberValue(number);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>SHA-256 of <see cref="ToCanonicalJson"/>.</summary>
    public RequestName Name => RequestName.Of(SHA256.HashData(ToCanonicalJson()));

    /// <summary>More tokens than the messages can have: none is shorter than a byte; 16 a message for what frames it.</summary>
    public int MostInputTokens
    {
        get
        {
            var bytes = 16 + (Schema?.Length ?? 0);
            foreach (var message in Messages) bytes += System.Text.Encoding.UTF8.GetByteCount(message.Content) + 16;
            return bytes;
        }
    }

    /// <summary>Tokens the messages are likely to have: a quarter of <see cref="MostInputTokens"/>, as in most languages written with the Latin alphabet.</summary>
    public int LikelyInputTokens => MostInputTokens / 4;
}

/// <summary>SHA-256 of a request.</summary>
/// <param name="High">First half.</param>
/// <param name="Low">Second half.</param>
public readonly record struct RequestName(UInt128 High, UInt128 Low)
{
    /// <summary>From 32 bytes.</summary>
    public static RequestName Of(ReadOnlySpan<byte> hash) =>
        new(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash), System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));

    /// <summary>From 64 hexadecimal digits; false when it is something else.</summary>
    public static bool TryParse(ReadOnlySpan<char> hex, out RequestName name)
    {
        Span<byte> bytes = stackalloc byte[32];
        name = default;
        if (hex.Length != 64 || Convert.FromHexString(hex, bytes, out _, out _) != OperationStatus.Done) return false;
        name = Of(bytes);
        return true;
    }

    /// <summary>64 hexadecimal digits, lower-case.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{High:x32}{Low:x32}");
}
