using System.Collections.Concurrent;

namespace Semblance.Language;

/// <summary>A model of a provider, with what it costs and how fast it may be asked.</summary>
internal sealed record DeskModel(string Name, ILanguageProvider Provider, RequestLimiter Limiter, RequestLimits Limits, ModelPrice? Price);

/// <summary>What a question got: an answer, or a reason why there is none.</summary>
/// <param name="Completion">The answer.</param>
/// <param name="Reason">Word for the ledger where there is none.</param>
/// <param name="Detail">What went wrong.</param>
/// <param name="Name">The request.</param>
internal sealed record DeskAnswer(Completion? Completion, string Reason, string Detail, RequestName Name);

/// <summary>
/// Where every request of a job passes: the journal is asked first; then the budget, the limits, the provider, and again where that may help. An answer is in the journal before it is given out.
/// </summary>
internal sealed class RequestDesk(RequestJournal journal, RequestBudget budget, TimeProvider clock)
{
    private const int MostFatal = 3;
    private readonly ConcurrentDictionary<RequestName, Task<DeskAnswer>> asking = new();
    private long sent, kept, again;
    private int fatal, answered;
    private volatile ProviderException? closed;

    /// <summary>Requests sent, answers taken from the journal, requests sent again.</summary>
    public (long Sent, long Kept, long Again) Counts => (Interlocked.Read(ref sent), Interlocked.Read(ref kept), Interlocked.Read(ref again));

    /// <exception cref="ProviderException">SB6002: the provider will not answer anything; SB6004: it only says "too many requests".</exception>
    /// <exception cref="BudgetReachedException">The budget leaves no room.</exception>
    public async Task<DeskAnswer> AskAsync(DeskModel model, ChatRequest request, string column, CancellationToken ct)
    {
        var name = request.Name;
        if (journal.Find(name) is { } entry && model.Provider.Read(entry.Body) is { } told)
        {
            Interlocked.Increment(ref kept);
            return new(told, "", "", name);
        }
        return await asking.GetOrAdd(name, _ => SendAsync(model, request, name, column, ct)).ConfigureAwait(false);
    }

    private async Task<DeskAnswer> SendAsync(DeskModel model, ChatRequest request, RequestName name, string column, CancellationToken ct)
    {
        await Task.Yield(); // the dictionary must have the task before the work begins
        try
        {
            for (var failures = 0; ;)
            {
                var answer = await OnceAsync(model, request, name, column, ct).ConfigureAwait(false);
                switch (answer.Outcome)
                {
                    case ProviderOutcome.Answered:
                        return new(model.Provider.Read(answer.Body), "", "", name);
                    case ProviderOutcome.Limited:
                        Interlocked.Increment(ref again);
                        continue;
                    case ProviderOutcome.Transient or ProviderOutcome.Lost when failures < model.Limits.Retries:
                        Interlocked.Increment(ref again);
                        var pause = answer.RetryAfter ?? TimeSpan.FromSeconds((1L << Math.Min(failures++, 6)) * (0.5 + (double)(name.Low % 1000) / 2000));
                        if (answer.RetryAfter is not null) failures++;
                        await Task.Delay(pause < TimeSpan.FromMinutes(2) ? pause : TimeSpan.FromMinutes(2), clock, ct).ConfigureAwait(false);
                        continue;
                    case ProviderOutcome.Fatal when Interlocked.Increment(ref fatal) >= MostFatal || Volatile.Read(ref answered) == 0:
                        throw closed = new ProviderException("SB6002", $"{model.Provider.Id} refuses model `{request.Model}` ({answer.Reason}: {answer.Body}); check key, address and the model's name, then run again: what was answered is kept");
                    default:
                        return new(null, "provider-" + answer.Reason, answer.Body, name);
                }
            }
        }
        finally
        {
            asking.TryRemove(name, out _);
        }
    }

    private async Task<ProviderAnswer> OnceAsync(DeskModel model, ChatRequest request, RequestName name, string column, CancellationToken ct)
    {
        var permit = await model.Limiter.EnterAsync(request.LikelyInputTokens + request.MaxTokens, ct).ConfigureAwait(false);
        var most = new Spent(model.Price?.Of(request.MostInputTokens, request.MaxTokens) ?? 0, request.MostInputTokens + request.MaxTokens, 1);
        bool reserved = false, settled = false, left = false;
        try
        {
            if (await budget.ReserveAsync(most, clock, ct).ConfigureAwait(false) is { } bound) throw new BudgetReachedException(bound);
            reserved = true;
            if (closed is { } why) throw new ProviderException(why.Code, why.Message, why); // nothing more is sent
            Interlocked.Increment(ref sent);
            var answer = await InTimeAsync(model, request, ct).ConfigureAwait(false);
            var completion = answer.Outcome == ProviderOutcome.Answered ? model.Provider.Read(answer.Body) : null;
            if (answer.Outcome == ProviderOutcome.Answered && completion is null) answer = new(ProviderOutcome.Lost, "the answer is JSON of another shape", "not-an-answer");
            var used = completion is not null ? Used(model, completion, most)
                : answer.Outcome == ProviderOutcome.Lost || answer.Reason == "too-long" ? most // nobody can tell what it cost
                : new Spent(0, 0, 1);
            left = true; // the provider has done its part: the next request need not wait for the disk
            if (answer.Outcome == ProviderOutcome.Limited)
            {
                if (!model.Limiter.Refused(permit, answer.RetryAfter))
                    throw closed = new ProviderException("SB6004", $"{model.Provider.Id} has answered nothing but \"too many requests\" for {model.Limits.Patience.TotalMinutes:0} minutes; run again later, or lower its concurrency: what was answered is kept");
            }
            else if (completion is not null) model.Limiter.Answered(permit, used.Tokens);
            else model.Limiter.Failed(permit);
            if (completion is not null)
            {
                Interlocked.Exchange(ref fatal, 0);
                Volatile.Write(ref answered, 1);
                await journal.AppendAsync(new JournalEntry(name, column, request.Model, completion.InputTokens, completion.OutputTokens, used.Cost, answer.Body)).ConfigureAwait(false);
            }
            budget.Settle(most, used);
            settled = true;
            return answer;
        }
        catch
        {
            if (reserved && !settled) budget.Settle(most, closed is null ? most : default);
            if (!left) model.Limiter.Failed(permit);
            throw;
        }
    }

    /// <summary>The time counts from here, where the request is sent.</summary>
    private async Task<ProviderAnswer> InTimeAsync(DeskModel model, ChatRequest request, CancellationToken ct)
    {
        var left = budget.TimeLeft(clock.GetUtcNow());
        using var time = new CancellationTokenSource(left < model.Limits.Timeout ? left : model.Limits.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, time.Token);
        try
        {
            return await model.Provider.AskAsync(request, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException or ObjectDisposedException && !ct.IsCancellationRequested && time.IsCancellationRequested)
        {
            if (ct.IsCancellationRequested) throw;
            return new(ProviderOutcome.Lost, $"no answer within {model.Limits.Timeout.TotalSeconds:0.###} s", "timeout");
        }
    }

    private static Spent Used(DeskModel model, Completion completion, Spent most) => completion is { InputTokens: 0, OutputTokens: 0 }
        ? most // a provider that does not count
        : new(model.Price?.Of(completion.InputTokens, completion.OutputTokens) ?? 0, completion.InputTokens + completion.OutputTokens, 1);
}

/// <summary>The budget leaves no room for a request. It never leaves the room: the row is written down as not made.</summary>
internal sealed class BudgetReachedException(string bound) : Exception(bound);
