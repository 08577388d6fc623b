using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Semblance.Numerics;

/// <summary>
/// The edges that cut each feature into byte codes: 0 = missing (NaN), real codes from 1 in the order of the values. A feature with no more distinct values
/// than bins allowed gets one bin for each; another is cut by quantiles, and a value that alone fills a bin has that bin for itself.
/// An edge lies half-way between the neighbouring values seen, so a value never seen falls to the nearer one.
/// </summary>
public sealed class BinEdges
{
    /// <summary>Most real bins a feature may have; one more byte value is kept for missing.</summary>
    public const int MaxBins = 255;

    private const int Lanes = 16, LadderLength = 256;
    private readonly float[][] cuts;    // ascending; code = 1 + number of cuts <= value
    private readonly float[][] ladders; // the same, filled up with NaN, which is below no value; then the last of every 16

    private BinEdges(float[][] cuts)
    {
        this.cuts = cuts;
        ladders = new float[cuts.Length][];
        for (var f = 0; f < cuts.Length; f++)
        {
            ladders[f] = new float[LadderLength + Lanes];
            ladders[f].AsSpan().Fill(float.NaN);
            cuts[f].CopyTo(ladders[f], 0);
            for (var rung = 0; rung < Lanes; rung++) ladders[f][LadderLength + rung] = ladders[f][rung * Lanes + Lanes - 1];
        }
    }

    /// <summary>Features.</summary>
    public int Features => cuts.Length;

    /// <summary>Codes a feature uses, missing included: real codes are 1 to <c>Bins - 1</c>.</summary>
    public int Bins(int feature) => cuts[feature].Length + 2;

    /// <summary>Ascending edges of a feature: a value's code is 1 + the number of edges at or below it. At most 254.</summary>
    public ReadOnlySpan<float> Cuts(int feature) => cuts[feature];

    /// <summary>Edges read back from a store.</summary>
    /// <exception cref="DataException">SB5041: more than 254 edges, a NaN, or edges that do not ascend.</exception>
    public static BinEdges FromCuts(IReadOnlyList<float[]> cuts)
    {
        for (var f = 0; f < cuts.Count; f++)
        {
            var edges = cuts[f];
            var ascend = edges.Length < MaxBins && (edges.Length == 0 || !float.IsNaN(edges[0]));
            for (var i = 1; ascend && i < edges.Length; i++) ascend = edges[i] > edges[i - 1];
            if (!ascend) throw new DataException("SB5041", $"The bin edges of feature {f} are damaged: at most 254 ascending numbers are expected. Fit and save the model again.");
        }
        return new BinEdges([.. cuts.Select(c => c.ToArray())]);
    }

    /// <summary>Finds the edges of features. Exact quantiles: every row is looked at.</summary>
    /// <param name="features">One array per feature, all of one length; NaN = missing, infinities are ordinary extremes.</param>
    /// <param name="run">Gives the threads.</param>
    /// <param name="maxBins">Most real bins of a feature, 2 to 255.</param>
    /// <param name="ct">Cancels between features.</param>
    public static BinEdges Find(IReadOnlyList<float[]> features, Run run, int maxBins = MaxBins, CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBins, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxBins, MaxBins);
        var cuts = new float[features.Count][];
        var sorters = new ConcurrentBag<FloatSorter>();
        Blocks.For(cuts.Length, run, ct, f =>
        {
            if (!sorters.TryTake(out var sorter)) sorter = new FloatSorter();
            cuts[f] = FindOne(features[f], sorter, maxBins);
            sorters.Add(sorter);
        });
        return new BinEdges(cuts);
    }

    /// <summary>Codes of a feature's values.</summary>
    public void Encode(int feature, ReadOnlySpan<float> values, Span<byte> codes)
    {
        // Counting the cuts at or below a value, first the last of every sixteen, then the sixteen in question, needs no branch to guess.
        ref var ladder = ref ladders[feature][0];
        var coarse = Vector512.LoadUnsafe(ref ladder, LadderLength);
        for (var i = 0; i < codes.Length; i++)
        {
            var v = Vector512.Create(values[i]);
            var rung = Lanes * BitOperations.PopCount(Vector512.LessThanOrEqual(coarse, v).ExtractMostSignificantBits());
            var below = rung + BitOperations.PopCount(Vector512.LessThanOrEqual(Vector512.LoadUnsafe(ref ladder, (nuint)rung), v).ExtractMostSignificantBits());
            codes[i] = (byte)(float.IsNaN(values[i]) ? 0 : below + 1);
        }
    }

    /// <summary>Code of one value.</summary>
    public byte Encode(int feature, float value)
    {
        byte code = 0;
        Encode(feature, new ReadOnlySpan<float>(in value), new Span<byte>(ref code));
        return code;
    }

    private static float[] FindOne(float[] values, FloatSorter sorter, int maxBins)
    {
        var sorted = sorter.Sort(values);
        if (sorted.IsEmpty) return [];
        var distinct = 1;
        for (var i = 1; i < sorted.Length; i++) distinct += sorted[i] != sorted[i - 1] ? 1 : 0;
        var edges = new List<float>(Math.Min(distinct, maxBins));
        if (distinct <= maxBins)
        {
            for (var i = 1; i < sorted.Length; i++)
                if (sorted[i] != sorted[i - 1]) edges.Add(Between(sorted[i - 1], sorted[i]));
            return [.. edges];
        }
        // A value with at least a bin's fair share of rows gets a bin alone; the others share the rest evenly.
        var fair = (double)sorted.Length / maxBins;
        int lightRows = sorted.Length, lightBins = maxBins;
        for (var i = 0; i < sorted.Length;)
        {
            var end = EndOfRun(sorted, i);
            if (end - i >= fair) (lightRows, lightBins) = (lightRows - (end - i), lightBins - 1);
            i = end;
        }
        var filled = 0;
        for (int i = 0, end; i < sorted.Length && edges.Count < maxBins - 1; i = end)
        {
            end = EndOfRun(sorted, i);
            if (end == sorted.Length) break;
            var heavy = end - i >= fair;
            var share = lightBins > 0 ? (double)lightRows / lightBins : double.PositiveInfinity;
            filled += end - i;
            var reach = end + (int)Math.Ceiling(fair) - 1;
            var nextHeavy = reach < sorted.Length && sorted[reach] == sorted[end] && lightBins > 1;
            if (!heavy && filled < share && !nextHeavy) continue;
            edges.Add(Between(sorted[i], sorted[end]));
            if (!heavy) (lightRows, lightBins) = (lightRows - filled, lightBins - 1);
            filled = 0;
        }
        return [.. edges];
    }

    private static int EndOfRun(ReadOnlySpan<float> sorted, int start)
    {
        var end = start + 1;
        while (end < sorted.Length && sorted[end] == sorted[start]) end++;
        return end;
    }

    private static float Between(float low, float high)
    {
        var middle = low * 0.5f + high * 0.5f;
        return middle > low && middle <= high ? middle : high; // neighbours in float, or infinities: the upper value itself is the edge
    }
}
