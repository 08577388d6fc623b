using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Semblance.Language;

/// <summary>Turns what came over HTTP into an outcome. A body is read up to a bound and no further.</summary>
internal static class HttpAnswer
{
    /// <summary>Most bytes of a body. The longest answers of today's models have about a tenth of it.</summary>
    public const int MaxBytes = 4 << 20;

    public static async Task<ProviderAnswer> ReadAsync(int status, Func<string, string?> header, Stream? stream, TimeProvider clock, CancellationToken ct)
    {
        byte[]? bytes;
        try
        {
            bytes = stream is null ? [] : await BoundedAsync(stream, ct).ConfigureAwait(false);
            if (bytes is not null && status is >= 200 and < 300 && long.TryParse(header("Content-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out var promised) && header("Content-Encoding") is null && bytes.Length < promised)
                return new(ProviderOutcome.Lost, "the answer was cut off", "cut-off");
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return new(ProviderOutcome.Lost, "the answer was cut off: " + e.Message, "cut-off");
        }
        if (bytes is null) return new(ProviderOutcome.Refused, $"the answer is longer than {MaxBytes >> 20} MiB and was not read to its end", "too-long");
        var body = Encoding.UTF8.GetString(bytes);
        var wait = RetryAfter(header, clock);
        return status switch
        {
            >= 200 and < 300 => IsJson(bytes) ? new(ProviderOutcome.Answered, body) : new(ProviderOutcome.Lost, "the answer is not JSON: " + Short(body), "not-json"),
            429 or 529 => new(ProviderOutcome.Limited, Short(body), "rate-limit", wait),
            503 when wait is not null => new(ProviderOutcome.Limited, Short(body), "overloaded", wait),
            408 or 409 or 425 or >= 500 => new(ProviderOutcome.Transient, Short(body), $"http-{status}", wait),
            401 or 403 or 404 => new(ProviderOutcome.Fatal, Short(body), $"http-{status}"),
            _ => new(ProviderOutcome.Refused, Short(body), $"http-{status}"),
        };
    }

    /// <summary>What an exception of the network says.</summary>
    public static ProviderAnswer Of(Exception e) => e is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError }
        ? new(ProviderOutcome.Transient, "no connection: " + e.Message, "no-connection")
        : new(ProviderOutcome.Lost, "the connection broke: " + (e.InnerException ?? e).Message, "cut-off");

    private static async Task<byte[]?> BoundedAsync(Stream stream, CancellationToken ct)
    {
        var all = new MemoryStream();
        var buffer = new byte[16 << 10];
        for (int n; (n = await stream.ReadAsync(buffer, ct).ConfigureAwait(false)) > 0;)
        {
            if (all.Length + n > MaxBytes) return null;
            all.Write(buffer, 0, n);
        }
        return all.ToArray();
    }

    private static bool IsJson(byte[] bytes)
    {
        var json = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = 64 });
        try { while (json.Read()) { } return json.BytesConsumed > 0 && json.TokenType == JsonTokenType.EndObject; }
        catch (JsonException) { return false; }
    }

    private static TimeSpan? RetryAfter(Func<string, string?> header, TimeProvider clock)
    {
        if (double.TryParse(header("retry-after-ms"), NumberStyles.Float, CultureInfo.InvariantCulture, out var ms) && ms is >= 0 and < 1e9) return TimeSpan.FromMilliseconds(ms);
        if (header("Retry-After") is not { } text) return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)) return seconds is >= 0 and < 1e6 ? TimeSpan.FromSeconds(seconds) : null;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)) return null;
        var wait = moment - clock.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    /// <summary>The beginning of a body, on one line: it may be a page of HTML.</summary>
    private static string Short(string body)
    {
        var text = new StringBuilder(200);
        foreach (var c in body.AsSpan().Trim())
        {
            if (text.Length == 200) return text.Append("...").ToString();
            text.Append(char.IsControl(c) ? ' ' : c);
        }
        return text.ToString();
    }
}
