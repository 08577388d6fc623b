namespace Semblance.Numerics;

/// <summary>
/// Column-major features cut to byte bins, as histogram trees want them. Bin 0 = missing (NaN); real bins 1 to 255 in the order of the values
/// (see <see cref="BinEdges"/>). Immutable.
/// </summary>
public sealed class BinnedMatrix
{
    private readonly byte[][] columns;
    private PackedRows? packed;

    private BinnedMatrix(BinEdges edges, byte[][] columns, int rows) => (Edges, this.columns, Rows) = (edges, columns, rows);

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Features.</summary>
    public int Features => columns.Length;

    /// <summary>The edges that made the bins; a model needs them to code new rows.</summary>
    public BinEdges Edges { get; }

    /// <summary>The codes of a feature, one per row.</summary>
    public ReadOnlySpan<byte> Column(int feature) => columns[feature];

    /// <summary>Codes a feature uses, missing included: every code is below this. 2 to 256.</summary>
    public int Bins(int feature) => Edges.Bins(feature);

    /// <summary>Finds quantile edges and codes the rows by them.</summary>
    /// <param name="features">One array per feature, all of one length; NaN = missing.</param>
    /// <param name="run">Gives the threads; nothing is random here.</param>
    /// <param name="ct">Cancels between features.</param>
    /// <param name="maxBins">Most real bins of a feature, 2 to 255. The default is the most a byte can hold.</param>
    /// <exception cref="ArgumentException">The features differ in length.</exception>
    public static BinnedMatrix Build(IReadOnlyList<float[]> features, Run run, CancellationToken ct = default, int maxBins = BinEdges.MaxBins)
    {
        var rows = CommonLength(features);
        return Encode(BinEdges.Find(features, run, maxBins, ct), features, rows, run, ct);
    }

    /// <summary>Codes other rows by the same edges, so that trees fitted on this matrix can predict them.</summary>
    /// <param name="features">As many features as here, in the same order.</param>
    /// <param name="run">Gives the threads; null for the calling one alone.</param>
    public BinnedMatrix Bin(IReadOnlyList<float[]> features, Run? run = null) => Bin(Edges, features, run);

    /// <summary>Codes rows by edges, for example those read back with a stored model.</summary>
    /// <param name="edges">Edges.</param>
    /// <param name="features">As many features as the edges know, in their order.</param>
    /// <param name="run">Gives the threads; null for the calling one alone.</param>
    public static BinnedMatrix Bin(BinEdges edges, IReadOnlyList<float[]> features, Run? run = null)
    {
        if (features.Count != edges.Features)
            throw new ArgumentException($"The edges are for {edges.Features} features but {features.Count} were given.", nameof(features));
        return Encode(edges, features, CommonLength(features), run, CancellationToken.None);
    }

    /// <summary>Bins one after another for a row, the layout in which histograms are summed. Made once, on first use.</summary>
    internal PackedRows Packed => packed ??= PackedRows.Pack(this, null);

    /// <summary>Chosen rows, in the order given.</summary>
    internal BinnedMatrix Take(ReadOnlySpan<int> rows)
    {
        var taken = new byte[columns.Length][];
        for (var f = 0; f < taken.Length; f++)
        {
            var (from, to) = (columns[f], taken[f] = new byte[rows.Length]);
            for (var i = 0; i < to.Length; i++) to[i] = from[rows[i]];
        }
        return new BinnedMatrix(Edges, taken, rows.Length);
    }

    internal byte[] Codes(int feature) => columns[feature];

    private static int CommonLength(IReadOnlyList<float[]> features)
    {
        var rows = features.Count == 0 ? 0 : features[0].Length;
        for (var f = 1; f < features.Count; f++)
            if (features[f].Length != rows) throw new ArgumentException($"Feature {f} has {features[f].Length} rows, feature 0 has {rows}.", nameof(features));
        return rows;
    }

    private static BinnedMatrix Encode(BinEdges edges, IReadOnlyList<float[]> features, int rows, Run? run, CancellationToken ct)
    {
        var columns = new byte[features.Count][];
        if (run is null || rows < Blocks.Rows) run = (run ?? Run.With(0)) with { Threads = 1 };
        Blocks.For(columns.Length, run, ct, f => edges.Encode(f, features[f], columns[f] = new byte[rows]));
        return new BinnedMatrix(edges, columns, rows);
    }
}
