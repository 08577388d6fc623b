namespace Semblance.Numerics;

/// <summary>
/// A few threads that share out blocks of work within microseconds. The caller works too and never waits for a worker that has not joined: on a machine that others use,
/// a worker without a processor is simply missed, where a barrier would wait for it. Results cannot depend on who does what, since each block writes its own place.
/// </summary>
/// <remarks>One caller at a time. A body must not call back into its own gang.</remarks>
internal sealed class Gang : IDisposable
{
    private const int Spins = 4000; // some 50 µs: longer than the gap between two operations of a training step, shorter than anyone notices
    private const int Open = 1 << 30;
    private readonly Thread[] threads;
    private readonly Workspace[] workspaces;
    private readonly SemaphoreSlim doorbell = new(0);
    private Action<int, Workspace>? body;
    private Exception? failure;
    private int blocks;
    private int next;
    private int state; // Open while blocks may be left, plus the number of workers inside
    private int asleep;
    private volatile bool ended;

    /// <summary>A gang of <paramref name="size"/> threads, the caller's included.</summary>
    /// <param name="size">Threads; below one counts as one.</param>
    /// <param name="beforeWork">What each worker runs first, by which tests hold workers back.</param>
    public Gang(int size, Action? beforeWork = null)
    {
        workspaces = new Workspace[Math.Max(1, size)];
        for (var i = 0; i < workspaces.Length; i++) workspaces[i] = new Workspace();
        threads = new Thread[workspaces.Length - 1];
        for (var i = 0; i < threads.Length; i++)
        {
            var workspace = workspaces[i + 1];
            threads[i] = new Thread(() => { beforeWork?.Invoke(); Work(workspace); }) { IsBackground = true, Name = "Semblance gang" };
            threads[i].Start();
        }
    }

    /// <summary>Threads, the caller's included.</summary>
    public int Size => workspaces.Length;

    /// <summary>Workers that wait for the bell.</summary>
    public int Asleep => Volatile.Read(ref asleep);

    /// <summary>The caller's own scratch memory.</summary>
    public Workspace Own => workspaces[0];

    /// <summary>Runs <paramref name="action"/> once for each block in [0, count) and returns when all are done. The first error is thrown as it is.</summary>
    public void For(int count, Action<int, Workspace> action)
    {
        if (threads.Length == 0 || count <= 1)
        {
            for (var block = 0; block < count; block++) action(block, Own);
            return;
        }
        (body, blocks, failure) = (action, count, null);
        Volatile.Write(ref next, 0);
        Volatile.Write(ref state, Open);
        Interlocked.MemoryBarrier(); // the open door must be seen before we look for sleepers
        if (Asleep > 0 && doorbell.CurrentCount == 0) doorbell.Release(); // one ring at a time: a sleeper without a processor must not find a thousand
        Drain(Own);
        Interlocked.And(ref state, ~Open);
        var wait = new SpinWait();
        while (Volatile.Read(ref state) != 0) wait.SpinOnce(sleep1Threshold: -1); // workers inside hold a block each: they are at its end or have no processor, so give ours up now and then
        body = null;
        if (failure is { } error) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
    }

    public void Dispose()
    {
        ended = true;
        if (threads.Length > 0) doorbell.Release(threads.Length);
        foreach (var thread in threads) thread.Join();
        foreach (var workspace in workspaces) workspace.Dispose();
        doorbell.Dispose();
    }

    private void Drain(Workspace workspace)
    {
        try
        {
            for (int block; (block = Interlocked.Increment(ref next) - 1) < blocks;) body!(block, workspace);
        }
        catch (Exception error) // carried to the caller, which is where it would have surfaced with one thread
        {
            Interlocked.CompareExchange(ref failure, error, null);
            Volatile.Write(ref next, blocks);
        }
    }

    private void Work(Workspace workspace)
    {
        while (!ended)
        {
            if (Join())
            {
                Drain(workspace);
                Interlocked.Decrement(ref state);
            }
            else if (!Wait()) Sleep();
        }
    }

    /// <summary>Enters the open job, if there is one with blocks left.</summary>
    private bool Join()
    {
        while (true)
        {
            var seen = Volatile.Read(ref state);
            if ((seen & Open) == 0 || Volatile.Read(ref next) >= Volatile.Read(ref blocks)) return false;
            if (Interlocked.CompareExchange(ref state, seen + 1, seen) == seen) return true;
        }
    }

    private bool Wait()
    {
        for (var i = 0; i < Spins && !ended; i++)
        {
            if ((Volatile.Read(ref state) & Open) != 0 && Volatile.Read(ref next) < Volatile.Read(ref blocks)) return true;
            Thread.SpinWait(4);
        }
        return false;
    }

    private void Sleep()
    {
        Interlocked.Increment(ref asleep);
        if ((Volatile.Read(ref state) & Open) == 0 && !ended) doorbell.Wait();
        Interlocked.Decrement(ref asleep);
    }
}
