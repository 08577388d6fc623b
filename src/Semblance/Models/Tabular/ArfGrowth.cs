using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>What a forest's trees are grown on: bins and, for each bin of each column, a vector such that the distance of two means is a distance of two distributions.</summary>
/// <param name="Predictors">Bins of the real rows, then of the made ones, by column.</param>
/// <param name="Vectors">[bin * lanes + lane] by column; lane 0 is empty.</param>
/// <param name="Lanes">Lanes of each column, a multiple of 8.</param>
/// <param name="RealRows">Rows before this are real, the others were made by the generation before.</param>
internal sealed record ArfData(Predictor[] Predictors, int[][] Vectors, int[] Lanes, int RealRows);

/// <summary>
/// Grows one tree. A cut is good when the rows on its two sides differ in the *other* columns: then rows drawn column by column from this node could be told from its real ones, and
/// after the cut less so. It is good, too, when real rows and rows of the generation before fall on different sides. The first is what an adversary could find with two cuts; with one it
/// finds nothing, because the marginals agree. Used by one thread.
/// </summary>
internal sealed class ArfGrowth(ArfData data, int leastRows, CancellationToken ct)
{
    private const int MostDepth = 60;
    private const int MostTried = 16; // columns to cut by, and columns to compare, a node
    private const int MostSeen = 4_096; // rows that choose a cut
    private const float Scale = 256f * 256f; // what one row can tell at most, in squared units of the vectors

    private readonly int columns = data.Predictors.Length;
    private readonly int[] order = [.. Enumerable.Range(0, data.Predictors.Length)];
    private readonly int[] offsets = new int[MostTried + 1], compared = new int[MostTried];
    private readonly int[] present = new int[256], real = new int[256], made = new int[256];
    private readonly float[] keys = new float[256];
    private int[] responses = [], histogram = [], total = [], left = [];
    private float[] centred = [], direction = [], moved = [];
    private int lanes;

    /// <summary>Nodes in depth-first order: the cut, or null for a leaf.</summary>
    public List<NodeSplit?> Grow(Span<int> rows, ref RandomSequence random)
    {
        var nodes = new List<NodeSplit?>();
        Grow(rows, 0, nodes, ref random);
        return nodes;
    }

    private void Grow(Span<int> rows, int depth, List<NodeSplit?> nodes, ref RandomSequence random)
    {
        ct.ThrowIfCancellationRequested();
        var split = rows.Length < 2 * leastRows || depth >= MostDepth ? null : Best(rows, ref random);
        nodes.Add(split);
        if (split is not { } s) return;
        var left = s.Part(rows, data.Predictors[s.Predictor].Bins);
        Grow(rows[..left], depth + 1, nodes, ref random);
        Grow(rows[left..], depth + 1, nodes, ref random);
    }

    private NodeSplit? Best(ReadOnlySpan<int> rows, ref RandomSequence random)
    {
        rows = rows[..Math.Min(rows.Length, MostSeen)];
        Compare(rows, ref random);
        var (reals, mades) = (0, 0);
        foreach (var row in rows)
            if (row < data.RealRows) reals++;
            else mades++;
        if (reals < 2 * leastRows) return null;
        var tries = Math.Min(columns, MostTried);
        var best = 0f;
        NodeSplit? found = null;
        for (var t = 0; t < tries; t++)
        {
            var at = t + (tries < columns ? random.NextBelow(columns - t) : 0);
            (order[t], order[at]) = (order[at], order[t]);
            var p = order[t];
            var own = Array.IndexOf(compared, p, 0, Math.Min(columns, MostTried));
            var (from, to) = own < 0 ? (lanes, lanes) : (offsets[own], offsets[own + 1]);
            var whole = Strength(total, from, to) / reals + Told(reals, mades);
            var occurring = Fill(rows, data.Predictors[p].Bins);
            if (occurring < 2) continue;
            if (!data.Predictors[p].Ordered && occurring > 2) SortByDirection(occurring, reals, from, to);
            Array.Clear(left, 0, lanes);
            int leftReal = 0, leftMade = 0;
            for (var i = 0; i < occurring - 1; i++)
            {
                leftReal += real[present[i]];
                leftMade += made[present[i]];
                Add(ref left[0], ref histogram[present[i] * lanes]);
                if (leftReal < leastRows) continue;
                if (reals - leftReal < leastRows) break;
                var score = StrengthOfBoth(from, to, leftReal, reals) + Told(leftReal, leftMade) + Told(reals - leftReal, mades - leftMade) - whole;
                if (score <= best) continue;
                best = score;
                found = data.Predictors[p].Ordered ? new NodeSplit(p, present[i], 0, 0, false) : NodeSplit.ToLeft(p, present.AsSpan(0, i + 1));
            }
        }
        return found;
    }

    /// <summary>How well a side tells real rows from made ones.</summary>
    private static float Told(int real, int made) => made + real == 0 ? 0 : Scale * (real - made) * (real - made) / (real + made);

    /// <summary>Draws the columns to be compared and lays the vectors of the rows side by side.</summary>
    private void Compare(ReadOnlySpan<int> rows, ref RandomSequence random)
    {
        var count = Math.Min(columns, MostTried);
        lanes = 0;
        for (var t = 0; t < count; t++)
        {
            var at = t + (count < columns ? random.NextBelow(columns - t) : 0);
            (order[t], order[at]) = (order[at], order[t]);
            compared[t] = order[t];
            offsets[t] = lanes;
            lanes += data.Lanes[order[t]];
        }
        offsets[count] = lanes;
        if (responses.Length < rows.Length * lanes) responses = new int[rows.Length * lanes];
        if (histogram.Length < 256 * lanes) (histogram, centred) = (new int[256 * lanes], new float[256 * lanes]);
        if (total.Length < lanes) (total, left, direction, moved) = (new int[lanes], new int[lanes], new float[lanes], new float[lanes]);
        Array.Clear(total, 0, lanes);
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i] >= data.RealRows) continue;
            for (var t = 0; t < count; t++)
            {
                var c = compared[t];
                var width = data.Lanes[c];
                data.Vectors[c].AsSpan(data.Predictors[c].Bins[rows[i]] * width, width).CopyTo(responses.AsSpan(i * lanes + offsets[t]));
            }
            Add(ref total[0], ref responses[i * lanes]);
        }
    }

    /// <summary>Sums the vectors of real rows by bin; <see cref="present"/> lists the bins that occur, ascending.</summary>
    private int Fill(ReadOnlySpan<int> rows, byte[] bins)
    {
        Span<ulong> masks = [0, 0, 0, 0];
        for (var i = 0; i < rows.Length; i++)
        {
            int bin = bins[rows[i]];
            ref var mask = ref masks[bin >> 6];
            var bit = 1UL << bin;
            if ((mask & bit) == 0)
            {
                mask |= bit;
                Array.Clear(histogram, bin * lanes, lanes);
                (real[bin], made[bin]) = (0, 0);
            }
            if (rows[i] >= data.RealRows)
            {
                made[bin]++;
                continue;
            }
            real[bin]++;
            Add(ref histogram[bin * lanes], ref responses[i * lanes]);
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

    /// <summary>Squared length of a vector, but for the lanes from one place to another.</summary>
    private float Strength(int[] sums, int from, int to)
    {
        var squares = Vector256<float>.Zero;
        for (var k = 0; k < lanes; k += 8)
        {
            if (k == from) k = to;
            if (k >= lanes) break;
            var x = Vector256.ConvertToSingle(Vector256.LoadUnsafe(ref sums[k]));
            squares += x * x;
        }
        return SumOf(squares);
    }

    private float StrengthOfBoth(int from, int to, int leftRows, int rows)
    {
        Vector256<float> a = Vector256<float>.Zero, b = Vector256<float>.Zero;
        for (var k = 0; k < lanes; k += 8)
        {
            if (k == from) k = to;
            if (k >= lanes) break;
            var l = Vector256.LoadUnsafe(ref left[k]);
            var x = Vector256.ConvertToSingle(l);
            var y = Vector256.ConvertToSingle(Vector256.LoadUnsafe(ref total[k]) - l);
            a += x * x;
            b += y * y;
        }
        return SumOf(a) / leftRows + SumOf(b) / (rows - leftRows);
    }

    /// <summary>Sum of eight lanes in one fixed order, so that it has the same bits everywhere.</summary>
    private static float SumOf(Vector256<float> v)
    {
        var h = v.GetLower() + v.GetUpper();
        return h.GetElement(0) + h.GetElement(1) + (h.GetElement(2) + h.GetElement(3));
    }

    /// <summary>Sorts unordered bins along the direction in which their means differ most (power iteration from the widest bin). Bins without a real row stand in the middle.</summary>
    private void SortByDirection(int occurring, int reals, int from, int to)
    {
        var widest = Centre(occurring, reals, from, to);
        Array.Copy(centred, widest * lanes, direction, 0, lanes);
        for (var step = 0; step < 2; step++)
        {
            Array.Clear(moved, 0, lanes);
            for (var i = 0; i < occurring; i++)
            {
                if (real[present[i]] == 0) continue;
                var along = Vector256.Create(Dot(i) / real[present[i]]);
                for (var k = 0; k < lanes; k += 8) (Vector256.LoadUnsafe(ref moved[k]) + along * Vector256.LoadUnsafe(ref centred[i * lanes + k])).StoreUnsafe(ref moved[k]);
            }
            var squares = Vector256<float>.Zero;
            for (var k = 0; k < lanes; k += 8) squares += Vector256.LoadUnsafe(ref moved[k]) * Vector256.LoadUnsafe(ref moved[k]);
            var length = MathF.Sqrt(SumOf(squares));
            if (!(length > 0) || !float.IsFinite(length)) break;
            for (var k = 0; k < lanes; k += 8) (Vector256.LoadUnsafe(ref moved[k]) / length).StoreUnsafe(ref direction[k]);
        }
        for (var i = 0; i < occurring; i++) keys[i] = real[present[i]] == 0 ? 0 : Dot(i) / real[present[i]];
        Array.Sort(keys, present, 0, occurring);
    }

    /// <summary>Sums of the occurring bins less what their rows would have on average; returns the bin that is furthest from the average.</summary>
    private int Centre(int occurring, int reals, int from, int to)
    {
        var perRow = 1f / reals;
        for (var k = 0; k < lanes; k++) direction[k] = total[k] * perRow; // the mean, for now
        var widest = 0;
        var most = -1f;
        for (var i = 0; i < occurring; i++)
        {
            var bin = present[i];
            var rows = Vector256.Create((float)real[bin]);
            var squares = Vector256<float>.Zero;
            for (var k = 0; k < lanes; k += 8)
            {
                var d = Vector256.ConvertToSingle(Vector256.LoadUnsafe(ref histogram[bin * lanes + k])) - rows * Vector256.LoadUnsafe(ref direction[k]);
                if (k >= from && k < to) d = Vector256<float>.Zero; // the column itself says nothing
                d.StoreUnsafe(ref centred[i * lanes + k]);
                squares += d * d;
            }
            if (real[bin] == 0) continue;
            var length = SumOf(squares) / real[bin];
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
