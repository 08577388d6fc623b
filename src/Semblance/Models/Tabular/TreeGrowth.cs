using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Semblance.Models;

/// <summary>A predictor as byte bins.</summary>
/// <param name="Bins">Bin of each row.</param>
/// <param name="Ordered">Whether bins lie on a line; otherwise a split may part them in any way.</param>
internal sealed record Predictor(byte[] Bins, bool Ordered);

/// <summary>A split: rows whose bin is at most <paramref name="Cut"/> (ordered) or in the mask go left.</summary>
internal readonly record struct NodeSplit(int Predictor, int Cut, UInt128 MaskLow, UInt128 MaskHigh, bool ByMask)
{
    /// <summary>A split by mask: the given bins go left.</summary>
    public static NodeSplit ToLeft(int predictor, ReadOnlySpan<int> bins)
    {
        UInt128 low = 0, high = 0;
        foreach (var bin in bins)
        {
            if (bin < 128) low |= UInt128.One << bin;
            else high |= UInt128.One << (bin - 128);
        }
        return new NodeSplit(predictor, 0, low, high, true);
    }

    /// <summary>64 of the 256 bits that say which bins go left.</summary>
    public ulong Word(int word)
    {
        if (ByMask) return (ulong)((word < 2 ? MaskLow : MaskHigh) >> (word % 2 * 64));
        var bits = Cut + 1 - word * 64;
        return bits >= 64 ? ulong.MaxValue : bits <= 0 ? 0 : (1UL << bits) - 1;
    }

    /// <summary>Puts the rows that go left before the others; returns how many they are.</summary>
    public int Part(Span<int> rows, byte[] bins)
    {
        int low = 0, high = rows.Length - 1;
        while (low <= high)
        {
            if (GoesLeft(bins[rows[low]])) low++;
            else (rows[low], rows[high]) = (rows[high--], rows[low]);
        }
        return low;
    }

    public bool GoesLeft(byte bin) => ByMask ? ((bin < 128 ? MaskLow >> bin : MaskHigh >> (bin - 128)) & 1) != 0 : bin <= Cut;
}

/// <summary>
/// Grows one tree: at each node the split that moves the mean response vectors of the two sides furthest apart, down to leaves of a least size.
/// One histogram of response vectors per node and predictor, bins that occur are visited in order. Used by one thread.
/// </summary>
internal sealed class TreeGrowth(Predictor[] predictors, int[] responses, int lanes, int leastRows, int mostDepth)
{
    private readonly int[] histogram = new int[256 * lanes];
    private readonly int[] present = new int[256];
    private readonly float[] keys = new float[256];
    private readonly int[] total = new int[lanes], left = new int[lanes];
    private readonly float[] centred = new float[256 * lanes], direction = new float[lanes], moved = new float[lanes];

    /// <summary>Called for each node in depth-first order: its split, or null for a leaf.</summary>
    public void Grow(Span<int> rows, Action<NodeSplit?> visit) => Grow(rows, 0, visit);

    private void Grow(Span<int> rows, int depth, Action<NodeSplit?> visit)
    {
        var split = rows.Length < 2 * leastRows || depth >= mostDepth ? null : Best(rows);
        visit(split);
        if (split is not { } s) return;
        var left = s.Part(rows, predictors[s.Predictor].Bins);
        Grow(rows[..left], depth + 1, visit);
        Grow(rows[left..], depth + 1, visit);
    }

    private NodeSplit? Best(ReadOnlySpan<int> rows)
    {
        Array.Clear(total);
        foreach (var row in rows) Add(ref total[0], ref responses[row * lanes]);
        var parent = Strength(total);
        var best = parent * 1.000001f + 1;
        NodeSplit? found = null;
        for (var p = 0; p < predictors.Length; p++)
        {
            var occurring = Fill(rows, predictors[p].Bins);
            if (occurring < 2) continue;
            if (!predictors[p].Ordered && occurring > 2) SortByDirection(occurring);
            Array.Clear(left);
            for (var i = 0; i < occurring - 1; i++)
            {
                Add(ref left[0], ref histogram[present[i] * lanes]);
                if (left[0] < leastRows) continue;
                if (total[0] - left[0] < leastRows) break;
                var score = StrengthOfBoth();
                if (score <= best) continue;
                best = score;
                found = predictors[p].Ordered ? new NodeSplit(p, present[i], 0, 0, false) : NodeSplit.ToLeft(p, present.AsSpan(0, i + 1));
            }
        }
        return found;
    }

    /// <summary>Sums response vectors by bin; <see cref="present"/> lists the bins that occur, ascending.</summary>
    private int Fill(ReadOnlySpan<int> rows, byte[] bins)
    {
        Span<ulong> masks = [0, 0, 0, 0];
        foreach (var row in rows)
        {
            int bin = bins[row];
            ref var sum = ref histogram[bin * lanes];
            ref var response = ref responses[row * lanes];
            ref var mask = ref masks[bin >> 6];
            var bit = 1UL << bin;
            if ((mask & bit) != 0) Add(ref sum, ref response);
            else
            {
                mask |= bit;
                for (var k = 0; k < lanes; k += 8) Vector256.LoadUnsafe(ref Unsafe.Add(ref response, k)).StoreUnsafe(ref Unsafe.Add(ref sum, k));
            }
        }
        var count = 0;
        for (var word = 0; word < 4; word++)
            for (var bits = masks[word]; bits != 0; bits &= bits - 1)
                present[count++] = word * 64 + BitOperations.TrailingZeroCount(bits);
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(ref int sum, ref int term)
    {
        for (var k = 0; k < lanes; k += 8)
            (Vector256.LoadUnsafe(ref Unsafe.Add(ref sum, k)) + Vector256.LoadUnsafe(ref Unsafe.Add(ref term, k))).StoreUnsafe(ref Unsafe.Add(ref sum, k));
    }

    /// <summary>Squared length of the mean vector, times rows; lane 0 is the row count.</summary>
    private float Strength(int[] sums)
    {
        var squares = Vector256<float>.Zero;
        for (var k = 0; k < lanes; k += 8)
        {
            var x = Vector256.ConvertToSingle(Vector256.LoadUnsafe(ref sums[k]));
            if (k == 0) x = x.WithElement(0, 0f);
            squares += x * x;
        }
        return SumOf(squares) / sums[0];
    }

    private static readonly Vector256<float> withoutCount = Vector256.Create(0f, 1f, 1f, 1f, 1f, 1f, 1f, 1f);

    private float StrengthOfBoth()
    {
        Vector256<float> a = Vector256<float>.Zero, b = Vector256<float>.Zero;
        for (var k = 0; k < lanes; k += 8)
        {
            var l = Vector256.LoadUnsafe(ref left[k]);
            var x = Vector256.ConvertToSingle(l);
            var y = Vector256.ConvertToSingle(Vector256.LoadUnsafe(ref total[k]) - l);
            if (k == 0) (x, y) = (x * withoutCount, y * withoutCount);
            a += x * x;
            b += y * y;
        }
        return SumOf(a) / left[0] + SumOf(b) / (total[0] - left[0]);
    }

    /// <summary>Sum of eight lanes in one fixed order, so that it has the same bits everywhere.</summary>
    private static float SumOf(Vector256<float> v)
    {
        var h = v.GetLower() + v.GetUpper();
        return h.GetElement(0) + h.GetElement(1) + (h.GetElement(2) + h.GetElement(3));
    }

    /// <summary>
    /// Sorts unordered bins along the direction in which their mean vectors differ most (power iteration from the widest bin), so that the best of
    /// the cuts along it stands for the best partition: exact for one lane (Fisher 1958), near it for more.
    /// </summary>
    private void SortByDirection(int occurring)
    {
        var widest = Centre(occurring);
        Array.Copy(centred, widest * lanes, direction, 0, lanes);
        for (var step = 0; step < 3; step++)
        {
            Array.Clear(moved);
            for (var i = 0; i < occurring; i++)
            {
                // weight of a bin = its rows; centred holds sums, so one factor of rows is already there
                var along = Vector256.Create(Dot(i) / histogram[present[i] * lanes]);
                for (var k = 0; k < lanes; k += 8) (Vector256.LoadUnsafe(ref moved[k]) + along * Vector256.LoadUnsafe(ref centred[i * lanes + k])).StoreUnsafe(ref moved[k]);
            }
            var squares = Vector256<float>.Zero;
            for (var k = 0; k < lanes; k += 8) squares += Vector256.LoadUnsafe(ref moved[k]) * Vector256.LoadUnsafe(ref moved[k]);
            var length = MathF.Sqrt(SumOf(squares));
            if (!(length > 0) || !float.IsFinite(length)) break;
            for (var k = 0; k < lanes; k += 8) (Vector256.LoadUnsafe(ref moved[k]) / length).StoreUnsafe(ref direction[k]);
        }
        for (var i = 0; i < occurring; i++) keys[i] = Dot(i) / histogram[present[i] * lanes];
        Array.Sort(keys, present, 0, occurring);
    }

    /// <summary>Sums of the occurring bins less what their rows would have on average; returns the bin that is furthest from the average.</summary>
    private int Centre(int occurring)
    {
        var perRow = 1f / total[0];
        for (var k = 0; k < lanes; k++) direction[k] = k == 0 ? 0 : total[k] * perRow; // the mean, for now
        var widest = 0;
        var most = -1f;
        for (var i = 0; i < occurring; i++)
        {
            var at = present[i] * lanes;
            var rows = Vector256.Create((float)histogram[at]);
            var squares = Vector256<float>.Zero;
            for (var k = 0; k < lanes; k += 8)
            {
                var d = Vector256.ConvertToSingle(Vector256.LoadUnsafe(ref histogram[at + k])) - rows * Vector256.LoadUnsafe(ref direction[k]);
                if (k == 0) d *= withoutCount;
                d.StoreUnsafe(ref centred[i * lanes + k]);
                squares += d * d;
            }
            var length = SumOf(squares) / histogram[at];
            if (length > most) (most, widest) = (length, i);
        }
        return widest;
    }

    private float Dot(int i)
    {
        var sum = Vector256<float>.Zero;
        for (var k = 0; k < lanes; k += 8) sum += Vector256.LoadUnsafe(ref centred[i * lanes + k]) * Vector256.LoadUnsafe(ref direction[k]);
        return SumOf(sum);
    }
}
