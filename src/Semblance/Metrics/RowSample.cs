using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>Random rows without repetition.</summary>
internal static class RowSample
{
    /// <summary><paramref name="count"/> of the rows [0, n) in random order (all of them, shuffled, when there are no more).</summary>
    public static int[] Of(int n, int count, RandomStream stream)
    {
        var rows = new int[n];
        for (var i = 0; i < n; i++) rows[i] = i;
        var sequence = stream.Sequence();
        count = Math.Min(n, count);
        for (var i = 0; i < count; i++)
        {
            var j = i + sequence.NextBelow(n - i);
            (rows[i], rows[j]) = (rows[j], rows[i]);
        }
        return rows[..count];
    }
}
