namespace Semblance.Language;

/// <summary>
/// Lets requests to one model pass: so many at once, so many a minute, so many tokens a minute, none while the provider asks to wait. The number at once is found: it starts at four and grows by one with every
/// success, so it doubles with every round; "too many requests" halves it, once a round, and from then on it grows by one a round (additive increase, multiplicative decrease; Chiu and Jain 1989).
/// </summary>
internal sealed class RequestLimiter : IDisposable
{
    private const double First = 4;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private readonly RequestLimits limits;
    private readonly TimeProvider clock;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private readonly LinkedList<Waiting> queue = new();
    private readonly Bucket? requests, tokens;
    private double width;
    private int underWay, pauses;
    private bool cut;
    private DateTimeOffset open, lastCut, lastAnswer;

    public RequestLimiter(RequestLimits limits, TimeProvider clock)
    {
        (this.limits, this.clock) = (limits, clock);
        width = Math.Min(First, limits.Concurrency);
        lastAnswer = open = clock.GetUtcNow();
        requests = limits.RequestsPerMinute is { } r ? new Bucket(r, clock.GetUtcNow()) : null;
        tokens = limits.TokensPerMinute is { } t ? new Bucket(t, clock.GetUtcNow()) : null;
        timer = clock.CreateTimer(_ => Pump(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private sealed class Waiting(long tokens)
    {
        public long Tokens => tokens;

        public TaskCompletionSource<RequestPermit> Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>How many may be under way now.</summary>
    public int Width => (int)Volatile.Read(ref width);

    /// <summary>Waits for the turn of a request. The timeout of a request begins after this, never in the queue.</summary>
    /// <param name="estimate">Tokens it is likely to take.</param>
    /// <param name="ct">Gives the turn up.</param>
    public async Task<RequestPermit> EnterAsync(long estimate, CancellationToken ct)
    {
        var waiting = new Waiting(estimate);
        LinkedListNode<Waiting> node;
        lock (gate) node = queue.AddLast(waiting);
        Pump();
        using var stop = ct.Register(() =>
        {
            lock (gate) { if (node.List is not null) queue.Remove(node); }
            waiting.Granted.TrySetCanceled(ct);
        });
        return await waiting.Granted.Task.ConfigureAwait(false);
    }

    /// <summary>It was answered.</summary>
    public void Answered(RequestPermit permit, long used)
    {
        lock (gate)
        {
            underWay--;
            (pauses, lastAnswer) = (0, clock.GetUtcNow());
            width = Math.Min(limits.Concurrency, width + (cut ? 1 / width : 1));
            if (used > 0) tokens?.Take(used - permit.Estimate);
        }
        Pump();
    }

    /// <summary>It failed for a reason that says nothing about load.</summary>
    public void Failed(RequestPermit permit)
    {
        _ = permit;
        lock (gate) underWay--;
        Pump();
    }

    /// <summary>"Too many requests".</summary>
    /// <returns>False when the provider has said nothing else for longer than there is patience.</returns>
    public bool Refused(RequestPermit permit, TimeSpan? wait)
    {
        bool patient;
        lock (gate)
        {
            underWay--;
            var now = clock.GetUtcNow();
            if (permit.Sent >= lastCut) // those sent before the last cut tell of the width before it
            {
                (width, lastCut, cut) = (Math.Max(1, width / 2), now, true);
                pauses++;
            }
            var pause = wait ?? TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, 1L << Math.Min(Math.Max(pauses - 1, 0), 6)));
            if (now + pause > open) open = now + pause;
            patient = now - lastAnswer + pause <= limits.Patience;
        }
        Pump();
        return patient;
    }

    public void Dispose() => timer.Dispose();

    private void Pump()
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            var next = TimeSpan.Zero;
            while (queue.First is { } node && underWay < Width)
            {
                next = open - now;
                if (requests?.Wait(now) is { } r && r > next) next = r;
                if (tokens?.Wait(now) is { } t && t > next) next = t;
                if (next > TimeSpan.Zero) break;
                queue.RemoveFirst();
                requests?.Take(1);
                tokens?.Take(node.Value.Tokens);
                if (node.Value.Granted.TrySetResult(new RequestPermit(node.Value.Tokens, now))) underWay++;
            }
            if (next > TimeSpan.Zero) timer.Change(next + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>So much a minute, at most a second's worth at once. What is larger passes when the bucket is full, and is paid off after.</summary>
    private sealed class Bucket(double perMinute, DateTimeOffset start)
    {
        private readonly double most = Math.Max(1, perMinute / 60);
        private double level = Math.Max(1, perMinute / 60);
        private DateTimeOffset at = start;

        public TimeSpan Wait(DateTimeOffset now)
        {
            level = Math.Min(most, level + (now - at).TotalMinutes * perMinute);
            at = now;
            return level >= Math.Min(1, most) ? TimeSpan.Zero : TimeSpan.FromMinutes((Math.Min(1, most) - level) / perMinute);
        }

        public void Take(double amount) => level = Math.Min(most, level - amount);
    }
}

/// <summary>The turn of a request.</summary>
/// <param name="Estimate">Tokens it was let pass with.</param>
/// <param name="Sent">When.</param>
internal readonly record struct RequestPermit(long Estimate, DateTimeOffset Sent);
