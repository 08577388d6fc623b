namespace Semblance.Worlds;

/// <summary>
/// A part of a capture, window after window of time: the shards make a window side by side, their frames are merged in order of (time, flow), and while they are
/// written the next window is made. Windows are as short as it takes to hold some megabytes; no byte depends on where they end, nor on the number of shards.
/// </summary>
internal sealed class NetworkCapture
{
    private const int Wanted = 4 << 20;
    private const long LongestWindow = 2_000_000, ShortestWindow = 500;
    private readonly NetworkWorld world;
    private readonly long from, to;

    /// <summary>A part of a capture.</summary>
    /// <param name="world">The network.</param>
    /// <param name="first">First of the parts wanted, from 0.</param>
    /// <param name="count">Parts wanted.</param>
    /// <param name="parts">Parts of the whole, equal in time.</param>
    public NetworkCapture(NetworkWorld world, long first, long count, long parts)
    {
        this.world = world;
        var length = (Int128)world.Traffic.Length;
        (from, to) = (world.Traffic.Start + (long)(length * first / parts), world.Traffic.Start + (long)(length * (first + count) / parts));
    }

    /// <summary>Hands over everything, in order, window after window; who enumerates empties the sink in between.</summary>
    /// <param name="sink">Who takes it.</param>
    /// <param name="run">Gives threads and progress.</param>
    /// <param name="ct">Cancels between windows.</param>
    /// <returns>Bytes of the frames of each window.</returns>
    public IEnumerable<long> Write(ICaptureSink sink, Run run, CancellationToken ct = default)
    {
        var shards = new TrafficShard[Math.Clamp(run.Threads, 1, 64)];
        for (var i = 0; i < shards.Length; i++) shards[i] = new TrafficShard(world, i, shards.Length, from, to);
        var merge = new FrameMerge(shards);
        var window = 100_000L;
        // what lies before the part has no frames, but conversations on their way
        for (long at = Math.Max(world.Origin, from - Session.Longest - TcpConversation.Longest), until; at < to; at = until)
        {
            ct.ThrowIfCancellationRequested();
            until = at < from ? Math.Min(from, at + 60_000_000) : Math.Min(to, at + window);
            Run(shards, until);
            var bytes = merge.Write(sink);
            window = Math.Clamp((long)(window * Math.Clamp((double)Wanted / (bytes + 1), 0.25, 2)), ShortestWindow, LongestWindow);
            yield return bytes;
            run.Report(Stage.Generate, "network", Math.Max(0, until - from) / 1_000_000, (to - from) / 1_000_000);
        }
        if (to < world.Traffic.End) yield break;
        foreach (var shard in shards) shard.Finish();
        yield return merge.Write(sink);
    }

    private static void Run(TrafficShard[] shards, long until)
    {
        if (shards.Length == 1) shards[0].Run(until);
        else Parallel.For(0, shards.Length, new ParallelOptions { MaxDegreeOfParallelism = shards.Length }, i => shards[i].Run(until));
    }
}

/// <summary>Takes frames and flows in order.</summary>
internal interface ICaptureSink
{
    /// <summary>A frame. Its offset says nothing to who takes it.</summary>
    void Take(in CapturedFrame frame, ReadOnlySpan<byte> bytes);

    /// <summary>A flow that ended; in order of its end.</summary>
    void Take(in FlowRecord flow);
}

/// <summary>Merges what shards made of one window.</summary>
internal sealed class FrameMerge(TrafficShard[] shards)
{
    private readonly int[] at = new int[shards.Length];

    /// <summary>Hands over frames, then flows.</summary>
    /// <returns>Bytes of frames.</returns>
    public long Write(ICaptureSink sink)
    {
        var bytes = 0L;
        Array.Clear(at);
        for (; ; )
        {
            var best = -1;
            for (var i = 0; i < shards.Length; i++)
            {
                if (at[i] == shards[i].FrameCount) continue;
                if (best < 0) best = i;
                else
                {
                    ref readonly var a = ref shards[i].Frames[at[i]];
                    ref readonly var b = ref shards[best].Frames[at[best]];
                    if (a.Time < b.Time || a.Time == b.Time && a.Flow < b.Flow) best = i;
                }
            }
            if (best < 0) break;
            ref readonly var frame = ref shards[best].Frames[at[best]++];
            bytes += frame.Length;
            sink.Take(frame, shards[best].BytesOf(frame));
        }
        Array.Clear(at);
        for (; ; )
        {
            var best = -1;
            for (var i = 0; i < shards.Length; i++)
            {
                if (at[i] == shards[i].FlowCount) continue;
                if (best < 0) best = i;
                else
                {
                    ref readonly var a = ref shards[i].Flows[at[i]];
                    ref readonly var b = ref shards[best].Flows[at[best]];
                    if (a.Closed < b.Closed || a.Closed == b.Closed && a.Id < b.Id) best = i;
                }
            }
            if (best < 0) break;
            sink.Take(shards[best].Flows[at[best]++]);
        }
        return bytes;
    }
}
