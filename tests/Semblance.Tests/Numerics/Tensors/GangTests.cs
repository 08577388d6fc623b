using Semblance.Numerics;

namespace Semblance.Tests.Numerics.Tensors;

public sealed class GangTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(17)] // more than any machine that runs the tests has to spare
    public void Every_block_of_many_quick_jobs_runs_exactly_once(int size)
    {
        using var gang = new Gang(size);
        Assert.Equal(size, gang.Size);
        for (var job = 0; job < 3000; job++)
        {
            var runs = new int[job % 41];
            gang.For(runs.Length, (block, _) => Interlocked.Increment(ref runs[block]));
            Assert.All(runs, r => Assert.Equal(1, r));
        }
    }

    /// <summary>Two threads that are certainly both there race for blocks of no work at all: the sharpest test of who gets which.</summary>
    [Fact]
    public void No_block_is_given_out_twice_in_a_race()
    {
        using var gang = new Gang(2);
        var runs = new byte[1_000_000];
        for (var job = 0; job < 3; job++)
        {
            using var together = new Barrier(2);
            Array.Clear(runs);
            gang.For(runs.Length, (block, _) =>
            {
                runs[block]++;
                if (block < 2) together.SignalAndWait();
            });
            Assert.Equal(-1, runs.AsSpan().IndexOfAnyExcept((byte)1));
        }
    }

    [Fact]
    public void Workspaces_are_never_shared_by_two_threads()
    {
        using var gang = new Gang(4);
        var users = new System.Collections.Concurrent.ConcurrentDictionary<Workspace, int>();
        for (var job = 0; job < 500; job++)
            gang.For(64, (_, workspace) => Assert.Equal(Environment.CurrentManagedThreadId, users.GetOrAdd(workspace, _ => Environment.CurrentManagedThreadId)));
        Assert.Equal(users.Count, users.Values.Distinct().Count());
        Assert.Equal(Environment.CurrentManagedThreadId, users[gang.Own]);
    }

    /// <summary>Worker and caller each wait inside a block until the other is in one too: it ends only if both work at the same time.</summary>
    [Fact]
    public void Workers_do_join()
    {
        using var gang = new Gang(2);
        for (var job = 0; job < 200; job++)
        {
            using var together = new Barrier(2);
            gang.For(2, (_, _) => together.SignalAndWait());
        }
    }

    /// <summary>The worker is held before it looks for work, as on a machine that gives it no processor. A caller that waited for it would never come back.</summary>
    [Fact]
    public void A_worker_that_has_not_joined_is_not_waited_for()
    {
        using var gate = new ManualResetEventSlim();
        using var gang = new Gang(3, gate.Wait);
        try
        {
            for (var job = 0; job < 100; job++)
            {
                var caller = Environment.CurrentManagedThreadId;
                var blocks = new int[64];
                gang.For(blocks.Length, (block, workspace) =>
                {
                    blocks[block] = Environment.CurrentManagedThreadId;
                    Assert.Same(gang.Own, workspace);
                });
                Assert.All(blocks, thread => Assert.Equal(caller, thread));
            }
        }
        finally { gate.Set(); }
        var runs = new int[64]; // late workers find nothing of the past and take part from now on
        gang.For(runs.Length, (block, _) => Interlocked.Increment(ref runs[block]));
        Assert.All(runs, r => Assert.Equal(1, r));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void An_error_surfaces_as_it_is_and_the_gang_goes_on(int size)
    {
        using var gang = new Gang(size);
        for (var job = 0; job < 200; job++)
        {
            var error = Assert.Throws<FormatException>(() => gang.For(50, (block, _) =>
            {
                if (block == job % 50) throw new FormatException($"block {block}");
            }));
            Assert.Equal($"block {job % 50}", error.Message);
            var sum = 0;
            gang.For(10, (block, _) => Interlocked.Add(ref sum, block));
            Assert.Equal(45, sum);
        }
        Assert.Throws<FormatException>(() => gang.For(8, (_, _) => throw new FormatException())); // where every block fails, one error is told
    }

    [Fact]
    public void Nothing_to_do_is_done_at_once()
    {
        using var gang = new Gang(2);
        gang.For(0, (_, _) => throw new InvalidOperationException());
        var ran = 0;
        gang.For(1, (block, workspace) =>
        {
            Assert.Same(gang.Own, workspace);
            ran++;
        });
        Assert.Equal(1, ran);
    }

    /// <summary>Right after it was made, right after a job, and asleep: workers end, and what they leave is freed.</summary>
    [Fact]
    public void It_can_be_disposed_of_whenever_idle()
    {
        for (var round = 0; round < 30; round++)
        {
            new Gang(3).Dispose();
            using var used = new Gang(3);
            used.For(9, (_, _) => { });
        }
        var sleepy = new Gang(3);
        while (sleepy.Asleep < 2) Thread.Yield();
        sleepy.Dispose();
        var woken = new Gang(2);
        while (woken.Asleep < 1) Thread.Yield();
        using (var together = new Barrier(2)) woken.For(2, (_, _) => together.SignalAndWait()); // the bell is heard
        woken.Dispose();
    }
}
