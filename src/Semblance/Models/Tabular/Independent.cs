using Semblance.Codecs;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// Every column alone: right marginals, no relations. It is the floor that any other model has to beat, and the honest answer when nothing but
/// marginals may be told.
/// </summary>
public sealed record Independent : IModel<Table>, IEncodes
{
    /// <inheritdoc/>
    public string Id => "independent";

    /// <inheritdoc cref="ColumnEncodings"/>
    public ColumnEncodings Encoding { get; init; } = ColumnEncodings.None;

    /// <inheritdoc/>
    public Task<IGenerator<Table>> FitAsync(Table real, Run run, CancellationToken ct = default) => Task.Run<IGenerator<Table>>(() =>
    {
        var table = CellTable.Learn(real, Encoding, run, ct);
        var cumulative = new double[table.Codecs.Length][];
        Blocks.For(cumulative.Length, run, ct, c => cumulative[c] = Cumulate(table.Cells[c], table.Codecs[c].Cells));
        return new TabularGenerator(table.Schema, table.Codecs, new Sampler(cumulative), table.Describe(this, run));
    }, ct);

    private static double[] Cumulate(ushort[] cells, int count)
    {
        var shares = new double[count];
        foreach (var cell in cells) shares[cell]++;
        for (var c = 0; c < count; c++) shares[c] = shares[c] / cells.Length + (c > 0 ? shares[c - 1] : 0);
        return shares;
    }

    internal static ISampler Load(ModelArchive archive, TabularParts parts)
    {
        var cumulative = new double[parts.Codecs.Length][];
        for (var c = 0; c < cumulative.Length; c++)
        {
            cumulative[c] = archive.Get<double>($"marginal/{c}", parts.Codecs[c].Cells);
            for (var i = 1; i < cumulative[c].Length; i++)
                if (!(cumulative[c][i] >= cumulative[c][i - 1])) throw archive.Unfit($"the marginal of column {c} is not a distribution");
        }
        return new Sampler(cumulative);
    }

    private sealed class Sampler(double[][] cumulative) : ISampler
    {
        public bool TakesGiven => true; // one cell tells nothing of another: what is drawn is exact

        public void Sample(SampleBlock block)
        {
            uint[] a = new uint[block.Rows.Length], b = new uint[block.Rows.Length];
            for (var c = 0; c < cumulative.Length; c++)
            {
                block.Words(c, a, b);
                var allowed = block.Allowed?[c];
                var shares = allowed is null ? cumulative[c] : Restrict(cumulative[c], allowed);
                for (var i = 0; i < a.Length; i++) block.Cells[c][i] = Find(shares, RandomStream.Unit(a[i]) * shares[^1]);
                if (block.Given?[c] is { } given)
                    for (var i = 0; i < given.Length; i++)
                        if (given[i] >= 0) block.Cells[c][i] = given[i];
                if (allowed is not null && block.Weights is { } weights)
                    for (var i = 0; i < weights.Length; i++) weights[i] *= shares[^1];
            }
        }

        private static double[] Restrict(double[] cumulative, bool[] allowed)
        {
            var shares = new double[cumulative.Length];
            for (var c = 0; c < shares.Length; c++)
                shares[c] = (c > 0 ? shares[c - 1] : 0) + (allowed[c] ? cumulative[c] - (c > 0 ? cumulative[c - 1] : 0) : 0);
            return shares;
        }

        private static int Find(double[] cumulative, double u)
        {
            int low = 0, high = cumulative.Length - 1;
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (cumulative[middle] > u) high = middle;
                else low = middle + 1;
            }
            return low;
        }

        public void Save(ModelArchive archive)
        {
            for (var c = 0; c < cumulative.Length; c++) archive.Add<double>($"marginal/{c}", cumulative[c]);
        }
    }
}
