using Semblance.Numerics;

namespace Semblance.Tests.Numerics;

public sealed class BlocksTests
{
    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 4)]
    [InlineData(1000, 1)]
    [InlineData(1000, 3)]
    public void Every_block_runs_once(int blocks, int threads)
    {
        var seen = new int[blocks];
        Blocks.For(blocks, Run.With(1) with { Threads = threads }, CancellationToken.None, b => Interlocked.Increment(ref seen[b]));
        Assert.All(seen, n => Assert.Equal(1, n));
    }

    [Fact]
    public void Ranges_cover_all_items_without_overlap()
    {
        var seen = new int[10_001];
        Blocks.ForRange(seen.Length, 100, Run.With(1) with { Threads = 2 }, CancellationToken.None, (start, end) =>
        {
            for (var i = start; i < end; i++) seen[i]++;
        });
        Assert.All(seen, n => Assert.Equal(1, n));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void The_first_error_in_block_order_is_thrown_as_it_is(int threads)
    {
        var error = Assert.Throws<InvalidOperationException>(() =>
            Blocks.For(100, Run.With(1) with { Threads = threads }, CancellationToken.None, b =>
            {
                if (b % 10 == 7) throw new InvalidOperationException($"block {b}");
            }));
        Assert.Equal("block 7", error.Message);
    }

    [Fact]
    public void An_error_that_comes_later_in_time_but_earlier_in_order_wins()
    {
        using var secondFails = new ManualResetEventSlim();
        var error = Assert.Throws<InvalidOperationException>(() =>
            Blocks.For(2, Run.With(1) with { Threads = 2 }, CancellationToken.None, b =>
            {
                if (b == 1) secondFails.Set();
                else secondFails.Wait(2000); // gives up where no second thread is to be had
                throw new InvalidOperationException($"block {b}");
            }));
        Assert.Equal("block 0", error.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Cancelling_stops_the_rest(int threads)
    {
        using var source = new CancellationTokenSource();
        var done = 0;
        Assert.ThrowsAny<OperationCanceledException>(() =>
            Blocks.For(10_000, Run.With(1) with { Threads = threads }, source.Token, _ =>
            {
                if (Interlocked.Increment(ref done) == 5) source.Cancel();
            }));
        Assert.InRange(done, 5, 5 + threads);
    }
}
