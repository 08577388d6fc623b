namespace Semblance.Worlds;

/// <summary>Something that happens in time: a conversation, a session of a user, a campaign. It is a pure function of its key and is always run from its start.</summary>
internal abstract class Actor
{
    /// <summary>An <see cref="Time"/> that never comes: the actor has ended.</summary>
    public const long Never = long.MaxValue;

    /// <summary>Microsecond of its next step.</summary>
    public long Time { get; protected set; }

    /// <summary>Unique number; who of two steps at one time comes first depends on it.</summary>
    public ulong Key { get; protected set; }

    /// <summary>Does what is due at <see cref="Time"/> and sets the next time.</summary>
    public abstract void Step(TrafficShard shard);

    /// <summary>Called once after the last step.</summary>
    public virtual void End(TrafficShard shard)
    {
    }

    /// <summary>Called where the capture ends before the actor does.</summary>
    public virtual void Cut(TrafficShard shard, long time)
    {
    }
}

/// <summary>Actors in order of time, then key: a binary heap.</summary>
internal sealed class ActorQueue
{
    private Actor[] heap = new Actor[256];

    /// <summary>Actors in it.</summary>
    public int Count { get; private set; }

    /// <summary>The one whose step comes next.</summary>
    public Actor First => heap[0];

    /// <summary>All of them, in no order.</summary>
    public ReadOnlySpan<Actor> All => heap.AsSpan(0, Count);

    /// <summary>Takes an actor in.</summary>
    public void Add(Actor actor)
    {
        if (Count == heap.Length) Array.Resize(ref heap, 2 * Count);
        var at = Count++;
        while (at > 0 && Precedes(actor, heap[at - 1 >> 1]))
        {
            heap[at] = heap[at - 1 >> 1];
            at = at - 1 >> 1;
        }
        heap[at] = actor;
    }

    /// <summary>Puts the first actor where its new time belongs.</summary>
    public void FirstMoved() => Sink(heap[0]);

    /// <summary>Removes the first actor.</summary>
    public void RemoveFirst()
    {
        var last = heap[--Count];
        heap[Count] = null!;
        if (Count > 0) Sink(last);
    }

    private void Sink(Actor actor)
    {
        var at = 0;
        while (2 * at + 1 < Count)
        {
            var child = 2 * at + 1;
            if (child + 1 < Count && Precedes(heap[child + 1], heap[child])) child++;
            if (!Precedes(heap[child], actor)) break;
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = actor;
    }

    private static bool Precedes(Actor a, Actor b) => a.Time < b.Time || a.Time == b.Time && a.Key < b.Key;
}
