namespace Semblance.Tests.Language;

/// <summary>A clock that runs a thousand times as fast: a pause of a minute takes 60 ms, and nobody sleeps.</summary>
internal sealed class FastClock(int factor = 1_000) : TimeProvider
{
    private readonly long start = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddYears(50) + System.GetElapsedTime(start) * factor;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Scaled(System.CreateTimer(callback, state, Of(dueTime), Of(period)), Of);

    private TimeSpan Of(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / factor;

    private sealed class Scaled(ITimer timer, Func<TimeSpan, TimeSpan> of) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(of(dueTime), of(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}

/// <summary>A clock that stands until it is moved.</summary>
internal sealed class HandClock : TimeProvider
{
    private readonly List<Hand> hands = [];
    private DateTimeOffset now = DateTimeOffset.UnixEpoch.AddYears(50);

    public override DateTimeOffset GetUtcNow() => now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var hand = new Hand(this, () => callback(state));
        lock (hands) hands.Add(hand);
        hand.Change(dueTime, period);
        return hand;
    }

    public void Advance(TimeSpan time)
    {
        now += time;
        Hand[] due;
        lock (hands) due = [.. hands.Where(h => h.Due <= now)];
        foreach (var hand in due) hand.Fire();
    }

    private sealed class Hand(HandClock clock, Action callback) : ITimer
    {
        public DateTimeOffset Due { get; private set; } = DateTimeOffset.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue : clock.now + dueTime;
            return true;
        }

        public void Fire()
        {
            Due = DateTimeOffset.MaxValue;
            callback();
        }

        public void Dispose() { lock (clock.hands) clock.hands.Remove(this); }

        public ValueTask DisposeAsync() { Dispose(); return ValueTask.CompletedTask; }
    }
}
