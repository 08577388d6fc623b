namespace Semblance.Language;

/// <summary>A provider that knows no network: it answers what a journal holds, as the provider that was asked then. What was never asked has no answer.</summary>
public sealed class ReplayProvider : ILanguageProvider
{
    private readonly RequestJournal journal;
    private readonly ILanguageProvider asked;

    /// <summary>Makes one.</summary>
    /// <param name="journal">The journal; it is disposed with this.</param>
    /// <param name="asked">The provider that was asked: it reads the answers, and gives the name they were asked under. It is not asked again.</param>
    public ReplayProvider(RequestJournal journal, ILanguageProvider asked) => (this.journal, this.asked) = (journal, asked);

    /// <inheritdoc/>
    public string Id => asked.Id;

    /// <inheritdoc/>
    public Task<ProviderAnswer> AskAsync(ChatRequest request, CancellationToken ct) => Task.FromResult(journal.Find(request.Name) is { } entry
        ? new ProviderAnswer(ProviderOutcome.Answered, entry.Body)
        : new ProviderAnswer(ProviderOutcome.Refused, "the journal holds no answer to this request: the job has changed since, or never came this far", "not-recorded"));

    /// <inheritdoc/>
    public Completion? Read(string body) => asked.Read(body);

    /// <inheritdoc/>
    public void Dispose()
    {
        asked.Dispose();
        journal.Dispose();
    }
}
