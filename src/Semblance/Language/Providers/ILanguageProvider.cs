namespace Semblance.Language;

/// <summary>Someone who answers requests: an endpoint, a mock, a journal.</summary>
public interface ILanguageProvider : IDisposable
{
    /// <summary>Kind and address, as it stands in a request's name.</summary>
    string Id { get; }

    /// <summary>Asks once: no retry, no limit, no memory of what was asked. What goes wrong outside comes back as an outcome, not as an exception.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="ct">Gives up; the caller counts the time.</param>
    Task<ProviderAnswer> AskAsync(ChatRequest request, CancellationToken ct);

    /// <summary>Understands the raw body of an answer; null when it is none. Reading lies outside the journal, so that a better reader costs nothing.</summary>
    Completion? Read(string body);
}

/// <summary>Someone who turns texts into vectors.</summary>
public interface IEmbeddingProvider
{
    /// <summary>A vector for every text, in their order.</summary>
    /// <param name="model">The model, as the provider calls it.</param>
    /// <param name="texts">At most 2,048 texts.</param>
    /// <param name="ct">Stops.</param>
    /// <exception cref="ProviderException">SB6010: the provider did not answer, or not with a vector for every text.</exception>
    Task<float[][]> EmbedAsync(string model, IReadOnlyList<string> texts, CancellationToken ct = default);
}

/// <summary>What became of one request.</summary>
public enum ProviderOutcome
{
    /// <summary>There is an answer.</summary>
    Answered,
    /// <summary>Too many requests: come back later.</summary>
    Limited,
    /// <summary>Something that may pass: an overloaded server, a cut line. Nothing was paid.</summary>
    Transient,
    /// <summary>As <see cref="Transient"/>, but the request was under way, and may have been paid.</summary>
    Lost,
    /// <summary>This request won't be answered, another may be.</summary>
    Refused,
    /// <summary>No request will be answered: a wrong key, an unknown model.</summary>
    Fatal,
}

/// <summary>What a provider gave back.</summary>
/// <param name="Outcome">What became of the request.</param>
/// <param name="Body">The raw answer where there is one, else what went wrong, in a few words.</param>
/// <param name="Reason">Short word for the ledger: <c>timeout</c>, <c>not-json</c>, <c>http-500</c>.</param>
/// <param name="RetryAfter">How long the provider asks to wait.</param>
public sealed record ProviderAnswer(ProviderOutcome Outcome, string Body, string Reason = "", TimeSpan? RetryAfter = null);

/// <summary>An answer as it was understood.</summary>
/// <param name="Text">What the model said.</param>
/// <param name="Finish">Why it ended: <c>stop</c>, <c>length</c> (cut off), <c>refusal</c>, or the provider's own word.</param>
/// <param name="InputTokens">Tokens of the question, as counted by the provider; 0 when it does not say.</param>
/// <param name="OutputTokens">Tokens of the answer.</param>
/// <param name="CachedTokens">Tokens of the question that the provider had in its cache.</param>
public sealed record Completion(string Text, string Finish, long InputTokens = 0, long OutputTokens = 0, long CachedTokens = 0);
