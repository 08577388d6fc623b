namespace Semblance.Language;

/// <summary>What may be asked of a provider's model at once and in a minute.</summary>
public sealed record RequestLimits
{
    /// <summary>Most requests under way at once, 1 to 4,096. Default 16: a hosted model stands it, one on a laptop wants 1 to 4.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>Requests a minute; null for no such bound.</summary>
    public double? RequestsPerMinute { get; init; }

    /// <summary>Tokens a minute, questions and answers; null for no such bound.</summary>
    public double? TokensPerMinute { get; init; }

    /// <summary>Time for one answer, from the moment the request is sent. Default two minutes: long answers of large models take one.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How often a request that failed for a reason that may pass is sent again. Default 4.</summary>
    public int Retries { get; init; } = 4;

    /// <summary>How long a provider may say "too many requests" without answering a single one. Default 15 minutes.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(15);
}
