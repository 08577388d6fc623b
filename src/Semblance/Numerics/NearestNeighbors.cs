using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Semblance.Numerics;

/// <summary>
/// Exact k nearest neighbours by squared Euclidean distance on row-major float matrices. Every distance is the sum of (query - reference)² over the dimensions in
/// order, one fused multiply-add each: equal rows have distance 0 exactly, and the bits depend neither on the machine's registers nor on threads.
/// </summary>
public static class NearestNeighbors
{
    // References are laid out in panels, transposed: 32 rows side by side, so that a register holds one dimension of 16 (8) rows and no sum crosses lanes.
    private const int Panel = 32;
    private const int QueryTile = 4;
    private const int QueryBlock = 128; // a panel stays in the first-level cache while a block of queries passes over it

    /// <summary>Finds for each query the k references nearest to it, sorted by distance, then by index.</summary>
    /// <param name="reference">Row-major, a multiple of <paramref name="dimensions"/>; finite.</param>
    /// <param name="queries">Row-major, the same dimensions; finite.</param>
    /// <param name="dimensions">Columns, at least 1.</param>
    /// <param name="k">Neighbours per query, from 1 to the number of references (less one with <paramref name="excludeSelf"/>).</param>
    /// <param name="run">Threads.</param>
    /// <param name="ct">Checked for each block of queries.</param>
    /// <param name="excludeSelf">True when queries are the references themselves: row i is then no neighbour of query i (its copies are).</param>
    /// <returns>k reference indices and squared distances per query. Only where fewer than k distances are finite does an index stay -1 at distance infinity.</returns>
    public static (int[] Index, float[] Distance) Find(ReadOnlyMemory<float> reference, ReadOnlyMemory<float> queries, int dimensions, int k, Run run, CancellationToken ct,
        bool excludeSelf = false)
    {
        var tier = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 1;
        return Find(reference, queries, dimensions, k, run, ct, excludeSelf, tier);
    }

    /// <summary>The same by a chosen tier: registers of 512 or 256 bits, or 1 for scalar code.</summary>
    internal static (int[] Index, float[] Distance) Find(ReadOnlyMemory<float> reference, ReadOnlyMemory<float> queries, int dimensions, int k, Run run, CancellationToken ct,
        bool excludeSelf, int tier)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        if (reference.Length % dimensions != 0 || queries.Length % dimensions != 0) throw new ArgumentException("both matrices must hold whole rows");
        var (references, count) = (reference.Length / dimensions, queries.Length / dimensions);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, references - (excludeSelf ? 1 : 0));

        var panels = Pack(reference.Span, references, dimensions);
        var index = new int[count * k];
        var distance = new float[count * k];
        Array.Fill(index, -1);
        Array.Fill(distance, float.PositiveInfinity);
        Blocks.ForRange(count, QueryBlock, run, ct, (from, to) =>
        {
            var search = new Search(panels, queries.Span, dimensions, k, excludeSelf, index, distance);
            switch (tier)
            {
                case 512: search.Run<Float512>(from, to); break;
                case 256: search.Run<Float256>(from, to); break;
                default: search.Run<Float1>(from, to); break;
            }
        });
        return (index, distance);
    }

    /// <summary>[panel][dimension][row within panel]; the last panel is filled up with rows at infinity, which are nobody's neighbours.</summary>
    private static float[] Pack(ReadOnlySpan<float> reference, int rows, int dimensions)
    {
        var panels = new float[(long)((rows + Panel - 1) / Panel) * Panel * dimensions];
        Array.Fill(panels, float.PositiveInfinity);
        for (var row = 0; row < rows; row++)
        {
            var source = reference.Slice(row * dimensions, dimensions);
            var target = panels.AsSpan(row / Panel * Panel * dimensions + row % Panel);
            for (var d = 0; d < source.Length; d++) target[d * Panel] = source[d];
        }
        return panels;
    }

    private readonly ref struct Search(float[] panels, ReadOnlySpan<float> queries, int dimensions, int k, bool excludeSelf, int[] index, float[] distance)
    {
        private readonly ReadOnlySpan<float> queries = queries;

        public void Run<V>(int from, int to) where V : struct, ILanes<V, float>
        {
            Span<float> sums = stackalloc float[QueryTile * Panel];
            for (var panel = 0; panel < panels.Length / (Panel * dimensions); panel++)
            {
                var references = panels.AsSpan(panel * Panel * dimensions, Panel * dimensions);
                for (var query = from; query < to; query += QueryTile)
                {
                    // The last tile of a block repeats its last query; what it finds twice is dropped.
                    Distances<V>(references, query, Math.Min(query + 1, to - 1), Math.Min(query + 2, to - 1), Math.Min(query + 3, to - 1), sums);
                    for (var i = 0; i < QueryTile && query + i < to; i++) Offer<V>(query + i, panel * Panel, sums.Slice(i * Panel, Panel));
                }
            }
        }

        /// <summary>Distances of four queries to a panel: eight sums in flight hide the latency of the fused multiply-add. Calls nothing, so that all stay in registers.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private void Distances<V>(ReadOnlySpan<float> panel, int first, int second, int third, int fourth, Span<float> sums) where V : struct, ILanes<V, float>
        {
            ref var q0 = ref MemoryMarshal.GetReference(queries.Slice(first * dimensions, dimensions));
            ref var q1 = ref MemoryMarshal.GetReference(queries.Slice(second * dimensions, dimensions));
            ref var q2 = ref MemoryMarshal.GetReference(queries.Slice(third * dimensions, dimensions));
            ref var q3 = ref MemoryMarshal.GetReference(queries.Slice(fourth * dimensions, dimensions));
            ref var reference = ref MemoryMarshal.GetReference(panel);
            ref var target = ref MemoryMarshal.GetReference(sums);
            for (var lane = 0; lane < Panel; lane += 2 * V.Count)
            {
                V a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
                var offset = (nuint)lane;
                for (nuint d = 0; d < (nuint)dimensions; d++)
                {
                    var near = V.Load(ref reference, offset);
                    var far = V.Load(ref reference, offset + (nuint)V.Count);
                    var q = V.All(Unsafe.Add(ref q0, d));
                    a0 = SquareAndAdd(q - near, a0);
                    a1 = SquareAndAdd(q - far, a1);
                    q = V.All(Unsafe.Add(ref q1, d));
                    b0 = SquareAndAdd(q - near, b0);
                    b1 = SquareAndAdd(q - far, b1);
                    q = V.All(Unsafe.Add(ref q2, d));
                    c0 = SquareAndAdd(q - near, c0);
                    c1 = SquareAndAdd(q - far, c1);
                    q = V.All(Unsafe.Add(ref q3, d));
                    d0 = SquareAndAdd(q - near, d0);
                    d1 = SquareAndAdd(q - far, d1);
                    offset += Panel;
                }
                var (here, beside) = ((nuint)lane, (nuint)(lane + V.Count));
                a0.Store(ref target, here);
                a1.Store(ref target, beside);
                b0.Store(ref target, here + Panel);
                b1.Store(ref target, beside + Panel);
                c0.Store(ref target, here + 2 * Panel);
                c1.Store(ref target, beside + 2 * Panel);
                d0.Store(ref target, here + 3 * Panel);
                d1.Store(ref target, beside + 3 * Panel);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V SquareAndAdd<V>(V difference, V sum) where V : struct, ILanes<V, float> => V.Fma(difference, difference, sum);

        /// <summary>Keeps those that are nearer than the k-th so far. References come in ascending order, so a tie goes to the one that is there already.</summary>
        private void Offer<V>(int query, int first, ReadOnlySpan<float> distances) where V : struct, ILanes<V, float>
        {
            ref var values = ref MemoryMarshal.GetReference(distances);
            var worst = V.All(distance[query * k + k - 1]);
            for (var lane = 0; lane < Panel; lane += V.Count)
                for (var mask = V.LessMask(V.Load(ref Unsafe.AsRef(in values), (nuint)lane), worst); mask != 0; mask &= mask - 1)
                {
                    var place = lane + BitOperations.TrailingZeroCount(mask);
                    if (!(excludeSelf && first + place == query)) Insert(query, first + place, distances[place]);
                }
        }

        private void Insert(int query, int row, float value)
        {
            var distances = distance.AsSpan(query * k, k);
            var rows = index.AsSpan(query * k, k);
            var place = k - 1;
            if (!(value < distances[place])) return; // an earlier lane has moved the border
            for (; place > 0 && value < distances[place - 1]; place--) (distances[place], rows[place]) = (distances[place - 1], rows[place - 1]);
            (distances[place], rows[place]) = (value, row);
        }
    }
}
