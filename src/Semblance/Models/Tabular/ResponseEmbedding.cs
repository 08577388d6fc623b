using Semblance.Codecs;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// A column to be predicted, as a short vector per cell such that the distance of two mean vectors is a distance of two distributions. A split that moves
/// the means apart then separates distributions, not only averages, and one scan serves every kind of column.
/// <list type="bullet">
/// <item>Numbers: cosines of the rank, cos(k pi u) / k. The squared distance of means is, term by term, the Cramér-von Mises distance (Durbin and Knott:
/// Components of Cramér-von Mises statistics I, JRSS B 1972). Frequent single values get a lane of their own.</item>
/// <item>Categories: indicators weighted by 1 / sqrt(p): the squared distance is the chi-squared distance.</item>
/// </list>
/// Lanes are integers so that sums are exact in any order; lane 0 counts rows.
/// </summary>
internal sealed class ResponseEmbedding
{
    private const double Scale = 256; // a lane is good to 1/256; 2^31 / (256 * 18) = 465,000 rows fit a sum
    private const int MostLanes = 32;
    private const double LeastShare = 0.003; // weights of rarer categories are capped: a handful of rows should not rule a split
    private const double SpikeShare = 0.02;

    private ResponseEmbedding(int lanes, int[] vectors) => (Lanes, Vectors) = (lanes, vectors);

    /// <summary>Lanes per cell, a multiple of 8.</summary>
    public int Lanes { get; }

    /// <summary>[cell][lane], row-major.</summary>
    public int[] Vectors { get; }

    public static ResponseEmbedding Of(ColumnCodec codec, ReadOnlySpan<ushort> cells)
    {
        var counts = new double[codec.Cells];
        foreach (var cell in cells) counts[cell]++;
        for (var c = 0; c < counts.Length; c++) counts[c] /= cells.Length;
        return codec.Ordered && codec.Cells > 2 ? Numbers(counts, codec.MissingCells) : Categories(counts);
    }

    private static ResponseEmbedding Numbers(double[] shares, int missing)
    {
        // missing markers and frequent values: a lane each, the most frequent first
        var spikes = Enumerable.Range(0, shares.Length).Where(c => shares[c] > 0 && (c < missing || shares[c] >= SpikeShare)).OrderByDescending(c => shares[c]).Take(8).ToArray();
        var lanes = spikes.Length == 0 ? 8 : 16;
        var vectors = new int[shares.Length * lanes];
        double below = 0, present = 0;
        for (var c = missing; c < shares.Length; c++) present += shares[c];
        for (var c = 0; c < shares.Length; c++)
        {
            var at = c * lanes;
            vectors[at] = 1;
            var rank = c < missing || present == 0 ? 0.5 : (below + shares[c] / 2) / present;
            if (c >= missing) below += shares[c];
            // a booster keeps lanes 1 to 7: with spikes, four cosines and the three greatest spikes stand there
            for (var k = 1; k < 8; k++) vectors[at + (lanes == 8 || k < 5 ? k : k + 3)] = Round(FastMath.Cos(Math.PI * k * rank) * 1.4142135623730951 / k);
            var spike = Array.IndexOf(spikes, c);
            if (spike >= 0) vectors[at + (spike < 3 ? 5 : 8) + spike] = Round(1 / Math.Sqrt(Math.Max(shares[c], LeastShare)));
        }
        return new ResponseEmbedding(lanes, vectors);
    }

    private static ResponseEmbedding Categories(double[] shares)
    {
        var order = Enumerable.Range(0, shares.Length).OrderByDescending(c => shares[c]).ToArray();
        var lanes = Math.Min(MostLanes, (shares.Length + 8) / 8 * 8);
        var vectors = new int[shares.Length * lanes];
        for (var i = 0; i < order.Length; i++)
        {
            var at = order[i] * lanes;
            vectors[at] = 1;
            // beyond the last lane categories share lanes: each still differs from most others
            var lane = 1 + (i < lanes - 1 ? i : i % (lanes - 1));
            vectors[at + lane] = Round(1 / Math.Sqrt(Math.Max(shares[order[i]], LeastShare)));
        }
        return new ResponseEmbedding(lanes, vectors);
    }

    private static int Round(double x) => (int)Math.Round(x * Scale);

    /// <summary>The vector of each row, [row][lane].</summary>
    public int[] Spread(ushort[] cells)
    {
        var responses = new int[cells.Length * Lanes];
        for (var row = 0; row < cells.Length; row++) Vectors.AsSpan(cells[row] * Lanes, Lanes).CopyTo(responses.AsSpan(row * Lanes));
        return responses;
    }
}
