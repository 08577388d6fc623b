using Semblance.Numerics;

namespace Semblance.Profiles;

/// <summary>Entropy of counts.</summary>
internal static class Information
{
    /// <summary>Plug-in entropy in nats; 0 for no rows.</summary>
    public static double Entropy(ReadOnlySpan<int> counts, long total)
    {
        if (total == 0) return 0;
        var sum = 0.0;
        foreach (var count in counts)
            if (count > 1) sum += count * FastMath.Log(count);
        return FastMath.Log(total) - sum / total;
    }

    /// <summary>Cells that hold something.</summary>
    public static int Occupied(ReadOnlySpan<int> counts)
    {
        var occupied = 0;
        foreach (var count in counts)
            if (count > 0) occupied++;
        return occupied;
    }
}
