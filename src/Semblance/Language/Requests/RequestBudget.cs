namespace Semblance.Language;

/// <summary>Price of a model, in any currency.</summary>
/// <param name="Input">For a million tokens of questions.</param>
/// <param name="Output">For a million tokens of answers.</param>
public sealed record ModelPrice(double Input, double Output)
{
    /// <summary>Price of so many tokens.</summary>
    public double Of(long input, long output) => (input * Input + output * Output) / 1e6;
}

/// <summary>What a job may spend, in all its runs together. Null is no bound.</summary>
/// <param name="Cost">Money, in the currency of the prices.</param>
/// <param name="Tokens">Tokens, questions and answers.</param>
/// <param name="Requests">Requests sent.</param>
/// <param name="Minutes">Minutes of one run.</param>
public sealed record SpendingLimit(double? Cost = null, long? Tokens = null, long? Requests = null, double? Minutes = null);

/// <summary>
/// Keeps a job within its budget. A request is let pass only if the bound holds even when it, and all that is under way, costs the most it can; where that does not fit now but may when others have come back
/// for less, it waits for them.
/// </summary>
internal sealed class RequestBudget(SpendingLimit limit, Spent before, DateTimeOffset start)
{
    private readonly Lock gate = new();
    private readonly Queue<TaskCompletionSource> waiting = new();
    private Spent spent = before, underWay;
    private int count;

    /// <summary>Time until the budget's minutes are over; what is under way then gets no longer.</summary>
    public TimeSpan TimeLeft(DateTimeOffset now) => limit.Minutes is { } minutes ? start + TimeSpan.FromMinutes(minutes) - now : TimeSpan.FromDays(30);

    /// <summary>Sets aside the most a request can cost.</summary>
    /// <returns>Null, or which bound of the budget leaves no room.</returns>
    public async Task<string?> ReserveAsync(Spent most, TimeProvider clock, CancellationToken ct)
    {
        while (true)
        {
            Task turn;
            if (TimeLeft(clock.GetUtcNow()) <= TimeSpan.Zero) return "minutes";
            lock (gate)
            {
                if (Passed(spent + underWay + most) is not { } bound)
                {
                    underWay += most;
                    count++;
                    return null;
                }
                if (count == 0 || Passed(spent + most) is not null) return bound;
                var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                waiting.Enqueue(source);
                turn = source.Task;
            }
            await turn.WaitAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>Puts what a request did cost in place of what was set aside for it.</summary>
    public void Settle(Spent most, Spent actual)
    {
        lock (gate)
        {
            underWay -= most;
            spent += actual;
            count--;
            while (waiting.TryDequeue(out var next)) next.SetResult(); // each looks again
        }
    }

    private string? Passed(Spent total) =>
        total.Cost > limit.Cost ? "cost" : total.Tokens > limit.Tokens ? "tokens" : total.Requests > limit.Requests ? "requests" : null;
}

/// <summary>Money, tokens and requests.</summary>
/// <param name="Cost">Money.</param>
/// <param name="Tokens">Tokens.</param>
/// <param name="Requests">Requests.</param>
public readonly record struct Spent(double Cost, long Tokens, long Requests)
{
    /// <summary>Together.</summary>
    public static Spent operator +(Spent a, Spent b) => new(a.Cost + b.Cost, a.Tokens + b.Tokens, a.Requests + b.Requests);

    /// <summary>What is left.</summary>
    public static Spent operator -(Spent a, Spent b) => new(a.Cost - b.Cost, a.Tokens - b.Tokens, a.Requests - b.Requests);
}
