using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Semblance.Models;

/// <summary>
/// Predictions of complete trees without walking: every inner node is asked of 32 rows at once, and the answers are folded, level by level, into the numbers of their leaves.
/// All 31 questions of a tree cost less than the five that a walk asks one after another, each waiting for the last.
/// </summary>
internal sealed unsafe class BoosterWalk
{
    private const int Inner = EmbeddingBooster.Inner, Leaves = EmbeddingBooster.Leaves;

    /// <summary>Rows worked on together, and trees: answers, bins and leaf values stay in the first-level cache.</summary>
    private const int Chunk = 256, Batch = 16;

    private const int Lanes = 32;

    private readonly ushort[] used; // features that any node looks at
    private readonly Node[] nodes; // [tree][inner node]
    private readonly ulong[] masks; // [tree][inner node][4]: bins that go left
    private readonly float[] start, values;

    /// <param name="start">What the sums start from: 8.</param>
    /// <param name="features">Feature of each node, [tree][inner node].</param>
    /// <param name="masks">Bins that go left, [tree][inner node][4].</param>
    /// <param name="values">Vectors of the leaves, [tree][leaf][8].</param>
    public BoosterWalk(float[] start, ushort[] features, ulong[] masks, float[] values)
    {
        (this.start, this.masks, this.values) = (start, masks, values);
        used = [.. features.Distinct().Order()];
        nodes = new Node[features.Length];
        for (var node = 0; node < nodes.Length; node++)
        {
            var (kind, cut) = KindOf(masks.AsSpan(node * 4, 4));
            nodes[node] = new Node((ushort)Array.BinarySearch(used, features[node]), kind, cut);
        }
    }

    /// <summary>How the question of a node is asked.</summary>
    private enum Kind : byte
    {
        /// <summary>Bins up to a greatest go left.</summary>
        Cut,

        /// <summary>Some bins below 128 go left.</summary>
        LowMask,

        /// <summary>Any bins go left.</summary>
        Mask,
    }

    private readonly record struct Node(ushort Slot, Kind Kind, byte Cut);

    private static (Kind Kind, byte Cut) KindOf(ReadOnlySpan<ulong> mask)
    {
        var ones = 0;
        while (ones < 256 && (mask[ones >> 6] >> ones & 1) != 0) ones++;
        var more = false;
        for (var bin = ones; bin < 256; bin++) more |= (mask[bin >> 6] >> bin & 1) != 0;
        if (ones > 0 && !more) return (Kind.Cut, (byte)(ones - 1));
        return (mask[2] == 0 && mask[3] == 0 ? Kind.LowMask : Kind.Mask, 0);
    }

    /// <summary>Predicts some rows of a block.</summary>
    /// <param name="bins">Bins, [feature * stride + row].</param>
    /// <param name="stride">Rows between two features.</param>
    /// <param name="rows">Rows of the block to predict.</param>
    /// <param name="output">Gets [row][8]; lane 0 is unused.</param>
    [SkipLocalsInit]
    public void Predict(ReadOnlySpan<byte> bins, int stride, ReadOnlySpan<int> rows, Span<float> output)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Math.Max(1, used.Length * Chunk));
        byte* answers = stackalloc byte[Inner * Chunk], leaves = stackalloc byte[Batch * Chunk];
        fixed (byte* all = bins, near = rented)
        fixed (int* row = rows)
        fixed (float* sums = output, begin = start, value = values)
        fixed (ulong* mask = masks)
        {
            for (var first = 0; first < rows.Length; first += Chunk)
            {
                var count = Math.Min(Chunk, rows.Length - first);
                for (var i = 0; i < count; i++) Vector256.Load(begin).Store(sums + (nint)row[first + i] * 8);
                for (var slot = 0; slot < used.Length; slot++) Gather(all + (nint)used[slot] * stride, row + first, count, near + slot * Chunk);
                var trees = nodes.Length / Inner;
                for (var tree = 0; tree < trees; tree += Batch)
                {
                    var batch = Math.Min(Batch, trees - tree);
                    for (var t = 0; t < batch; t++)
                    {
                        for (var node = 0; node < Inner; node++)
                        {
                            var place = (tree + t) * Inner + node;
                            Ask(nodes[place], mask + place * 4, near, answers + node * Chunk, count);
                        }
                        Fold(answers, leaves + t * Chunk, count);
                    }
                    AddUp(leaves, value + (nint)tree * Leaves * 8, batch, row + first, count, sums);
                }
            }
        }
        ArrayPool<byte>.Shared.Return(rented);
    }

    private static void Gather(byte* from, int* rows, int count, byte* to)
    {
        for (var i = 0; i < count; i++) to[i] = from[rows[i]];
    }

    /// <summary>Answers of one node: all bits set where a row goes left. Works on whole registers; what lies beyond the last row is never used.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Ask(Node node, ulong* mask, byte* near, byte* answers, int count)
    {
        var bins = near + node.Slot * Chunk;
        if (node.Kind == Kind.Cut)
        {
            var cut = Vector256.Create(node.Cut);
            for (var i = 0; i < count; i += Lanes)
            {
                var bin = Vector256.Load(bins + i);
                Vector256.Equals(Vector256.Min(bin, cut), bin).Store(answers + i);
            }
        }
        else if (!Avx2.IsSupported)
            for (var i = 0; i < count; i++) answers[i] = (byte)-(int)(mask[bins[i] >> 6] >> bins[i] & 1);
        else
        {
            // a bin's upper five bits pick a byte of the mask, its lower three a bit of it; a shuffle gives 0 where the highest bit of its index is set
            var low = Vector256.Create(Vector128.Create(mask[0], mask[1])).AsByte();
            var high = Vector256.Create(Vector128.Create(mask[2], mask[3])).AsByte();
            var bits = Vector256.Create(0x8040201008040201).AsByte();
            if (node.Kind == Kind.LowMask)
                for (var i = 0; i < count; i += Lanes)
                {
                    var bin = Vector256.Load(bins + i);
                    var bit = Avx2.Shuffle(bits, bin & Vector256.Create((byte)7));
                    Vector256.Equals(Avx2.Shuffle(low, ByteOf(bin) + Vector256.Create((byte)0x70)) & bit, bit).Store(answers + i);
                }
            else
                for (var i = 0; i < count; i += Lanes)
                {
                    var bin = Vector256.Load(bins + i);
                    var bit = Avx2.Shuffle(bits, bin & Vector256.Create((byte)7));
                    var of = ByteOf(bin);
                    var word = Avx2.Shuffle(low, of + Vector256.Create((byte)0x70)) | Avx2.Shuffle(high, of - Vector256.Create((byte)16));
                    Vector256.Equals(word & bit, bit).Store(answers + i);
                }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> ByteOf(Vector256<byte> bin) => (bin.AsUInt16() >>> 3).AsByte() & Vector256.Create((byte)31);

    /// <summary>Leaf of each row from the answers of all nodes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Fold(byte* answers, byte* leaves, int count)
    {
        for (var i = 0; i < count; i += Lanes) Either(answers + i, 0, 16, Below2(answers + i, 1), Below2(answers + i, 2)).Store(leaves + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Below2(byte* answers, int node) => Either(answers, node, 8, Below3(answers, 2 * node + 1), Below3(answers, 2 * node + 2));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Below3(byte* answers, int node) => Either(answers, node, 4, Below4(answers, 2 * node + 1), Below4(answers, 2 * node + 2));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Below4(byte* answers, int node) => Either(answers, node, 2, Last(answers, 2 * node + 1), Last(answers, 2 * node + 2));

    /// <summary>At the last level: 0 for the left leaf (all bits set), 1 for the right.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Last(byte* answers, int node) => Vector256.Load(answers + node * Chunk) + Vector256<byte>.One;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Either(byte* answers, int node, byte step, Vector256<byte> left, Vector256<byte> right) =>
        Vector256.ConditionalSelect(Vector256.Load(answers + node * Chunk), left, right | Vector256.Create(step));

    /// <summary>Adds the vectors of the leaves, tree after tree.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void AddUp(byte* leaves, float* values, int trees, int* rows, int count, float* sums)
    {
        for (var i = 0; i < count; i++)
        {
            var to = sums + (nint)rows[i] * 8;
            var sum = Vector256.Load(to);
            var leaf = leaves + i;
            var value = values;
            for (var tree = 0; tree < trees; tree++, leaf += Chunk, value += Leaves * 8) sum += Vector256.Load(value + *leaf * 8);
            sum.Store(to);
        }
    }
}
