namespace Semblance.Numerics;

/// <summary>
/// The one way to use several threads. Work is cut into numbered blocks whose borders do not depend on the thread count; each block writes only its own
/// place, so results cannot depend on scheduling. Sums over blocks are the caller's to add up in block order afterwards.
/// </summary>
public static class Blocks
{
    /// <summary>Rows in a block wherever rows are cut: large enough to hide the cost of handing out work, small enough to stay in cache.</summary>
    public const int Rows = 4096;

    /// <summary>Number of blocks of <paramref name="size"/> that cover <paramref name="count"/> items.</summary>
    public static int Count(long count, int size = Rows) => checked((int)((count + size - 1) / size));

    /// <summary>Runs <paramref name="body"/> once for each block in [0, blocks), on at most <see cref="Run.Threads"/> threads, and returns when all are done.</summary>
    /// <remarks>The calling thread works too; with one thread or one block nothing is scheduled. The first error of a block, in block order, is thrown as it is.</remarks>
    /// <exception cref="OperationCanceledException">Cancelled; checked before each block.</exception>
    public static void For(int blocks, Run run, CancellationToken ct, Action<int> body)
    {
        ct.ThrowIfCancellationRequested();
        var threads = Math.Min(Math.Max(1, run.Threads), blocks);
        if (threads <= 1)
        {
            for (var block = 0; block < blocks; block++)
            {
                ct.ThrowIfCancellationRequested();
                body(block);
            }
            return;
        }
        var work = new Work(blocks, ct, body);
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ => work.Drain());
        work.Finish();
    }

    /// <summary>Runs <paramref name="body"/> for each range [start, end) of <paramref name="size"/> items that covers <paramref name="count"/>.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static void ForRange(int count, int size, Run run, CancellationToken ct, Action<int, int> body) =>
        For(Count(count, size), run, ct, block => body(block * size, Math.Min(count, (block + 1) * size)));

    /// <summary>Blocks handed out one at a time, lowest first. A worker that never starts is not missed: whoever is there takes all.</summary>
    private sealed class Work(int blocks, CancellationToken ct, Action<int> body)
    {
        private readonly Lock gate = new();
        private int next = -1;
        private int failedBlock = int.MaxValue;
        private Exception? failure;

        public void Drain()
        {
            while (true)
            {
                var block = Interlocked.Increment(ref next);
                if (block >= blocks || ct.IsCancellationRequested || Volatile.Read(ref failedBlock) < block) return;
                try
                {
                    body(block);
                }
                catch (Exception error) // carried to the caller, which is where it would have surfaced with one thread
                {
                    lock (gate)
                        if (block < failedBlock) (failedBlock, failure) = (block, error);
                }
            }
        }

        public void Finish()
        {
            if (failure is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
            ct.ThrowIfCancellationRequested();
        }
    }
}
