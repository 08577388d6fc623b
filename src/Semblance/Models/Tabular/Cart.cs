using Semblance.Codecs;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// Sequential trees: each column is drawn from a forest of trees on the columns before it. After Reiter (Using CART to generate partially synthetic public
/// use microdata, 2005) and synthpop (Nowok, Raab, Dibben 2016), with these changes: several trees on subsamples instead of one, so that a row's
/// successive values rarely come from one real row; splits that separate distributions (<see cref="ResponseEmbedding"/>) rather than means; leaves hold
/// cells (values or ranges that several rows share) rather than values.
/// </summary>
public sealed record Cart : IModel<Table>, IRanged, IEncodes
{
    /// <inheritdoc/>
    public string Id => "cart";

    /// <summary>Column the user would predict; null when there is none.</summary>
    public string? Target { get; init; }

    /// <summary>Order of the columns. Default: target first, so that every class keeps its own relations.</summary>
    public ColumnOrder Order { get; init; } = ColumnOrder.TargetFirst;

    /// <summary>Trees per column, 1 to 200. Default 10: fewer repeat single rows more often, more cost as much again and change little.</summary>
    public int Trees { get; init; } = 10;

    /// <summary>Least rows in a leaf, 2 or more. Default 10. Larger is smoother and more private, smaller is sharper and copies more.</summary>
    public int LeafRows { get; init; } = 10;

    /// <summary>Share of rows each tree is grown on, in (0, 1]. Default 0.632, what a bootstrap would see.</summary>
    public double Sample { get; init; } = 0.632;

    /// <summary>Most rounds of boosting per column, 0 to 1000; 0 turns it off. Default 60. It stops by itself where held-out rows gain no more.</summary>
    public int Rounds { get; init; } = 60;

    /// <summary>Share of each boosted tree that is added, in (0, 1]. Default 0.15.</summary>
    public double Rate { get; init; } = 0.15;

    /// <summary>Share of its half of the rows that each boosted tree sees, in (0, 1]. Default 0.4: as good as more, and faster.</summary>
    public double BoostSample { get; init; } = 0.4;

    /// <inheritdoc cref="ColumnEncodings"/>
    public ColumnEncodings Encoding { get; init; } = ColumnEncodings.None;

    /// <inheritdoc/>
    public Task<IGenerator<Table>> FitAsync(Table real, Run run, CancellationToken ct = default) => Task.Run<IGenerator<Table>>(() =>
    {
        Check();
        var table = CellTable.Learn(real, Encoding, run, ct);
        var order = Order.Of(table.Schema, Target);
        var binnings = Array.ConvertAll(Enumerable.Range(0, order.Length).ToArray(), c => CellBins.Of(table.Codecs[c], table.Cells[c]));
        var models = FitColumns(table, order, binnings, run, ct);
        return new TabularGenerator(table.Schema, table.Codecs, new Sampler(order, binnings, models, GapsOf(table.Codecs)), table.Describe(this, run));
    }, ct);

    void IRanged.Check() => Check();

    private void Check()
    {
        if (Trees is < 1 or > 200) throw new RecipeException("SB2022", $"cart: trees = {Trees} is out of range; give 1 to 200");
        if (LeafRows is < 2 or > 100_000) throw new RecipeException("SB2022", $"cart: leafRows = {LeafRows} is out of range; give 2 to 100000");
        if (Rounds is < 0 or > 1_000) throw new RecipeException("SB2022", $"cart: rounds = {Rounds} is out of range; give 0 to 1000");
        if (!(Rate is > 0 and <= 1)) throw new RecipeException("SB2022", $"cart: rate = {Rate} is out of range; give a share above 0, at most 1");
        if (!(BoostSample is > 0 and <= 1)) throw new RecipeException("SB2022", $"cart: boostSample = {BoostSample} is out of range; give a share above 0, at most 1");
        if (!(Sample is > 0 and <= 1)) throw new RecipeException("SB2022", $"cart: sample = {Sample} is out of range; give a share above 0, at most 1");
    }

    private ColumnModel[] FitColumns(CellTable table, int[] order, CellBins[] binnings, Run run, CancellationToken ct)
    {
        var predictors = new Predictor[order.Length];
        Blocks.For(order.Length, run, ct, c => predictors[c] = binnings[c].Apply(table.Cells[c]));
        var models = new ColumnModel[order.Length];
        var done = 0;
        Blocks.For(order.Length, run, ct, back =>
        {
            // the last columns have the most predictors: they go first, so that no thread is left with the longest at the end
            var place = order.Length - 1 - back;
            var earlier = order[..place].Where(c => table.Codecs[c].Cells > 1).ToArray();
            models[place] = ColumnModel.Fit(this, table, order[place], earlier, Array.ConvertAll(earlier, c => predictors[c]), run, ct);
            run.Report(Stage.Fit, table.Schema.Columns[order[place]].Name, Interlocked.Increment(ref done), order.Length);
        });
        return models;
    }

    internal static ISampler Load(ModelArchive archive, TabularParts parts)
    {
        var columns = parts.Codecs.Length;
        var order = archive.Get<int>("order", columns);
        if (!order.Order().SequenceEqual(Enumerable.Range(0, columns))) throw archive.Unfit("its order of columns is not one");
        var binnings = new CellBins[columns];
        for (var c = 0; c < columns; c++) binnings[c] = new CellBins(archive.Get<byte>($"bins/{c}", parts.Codecs[c].Cells), parts.Codecs[c].Ordered);
        var usable = new bool[columns + EmbeddingBooster.Outputs];
        var models = new ColumnModel[columns];
        for (var place = 0; place < columns; place++)
        {
            models[place] = ColumnModel.Load(archive, order[place], usable, parts.Codecs[order[place]].Cells, columns);
            usable[order[place]] = true;
        }
        return new Sampler(order, binnings, models, GapsOf(parts.Codecs));
    }

    private static int[] GapsOf(ColumnCodec[] codecs) => Array.ConvertAll(codecs, c => c.MissingCells);

    private sealed class Sampler(int[] order, CellBins[] binnings, ColumnModel[] models, int[] gaps) : ISampler
    {
        private readonly Lazy<EvidenceScale[]> scales = new(() =>
            [.. models.Select((model, place) => model.Scale(binnings[order[place]].BinOfCell.Length, gaps[order[place]], binnings[order[place]].Ordered))]);

        public bool TakesGiven => true;

        public void Sample(SampleBlock block)
        {
            var rows = block.Rows.Length;
            uint[] first = new uint[rows], second = new uint[rows];
            var bins = new BlockBins(rows, order.Length, EmbeddingBooster.Outputs);
            if (block.Given is not null)
            {
                SampleGiven(block, block.Given, bins);
                return;
            }
            for (var place = 0; place < order.Length; place++)
            {
                var column = order[place];
                block.Words(column, first, second);
                models[place].Draw(bins, order.Length, first, second, block.Allowed?[column], block.Cells[column], block.Weights);
                binnings[column].Apply(block.Cells[column], bins, column);
            }
        }

        /// <summary>
        /// Draws what is not given column after column. A given cell after a drawn one then tells how well the drawn one was guessed (likelihood weighting; Fung and Chang 1990).
        /// Where all drawn columns come after the given ones nothing is weighed, and the draw is exact.
        /// </summary>
        private void SampleGiven(SampleBlock block, int[][] given, BlockBins bins)
        {
            var rows = block.Rows.Length;
            uint[] first = new uint[rows], second = new uint[rows];
            for (var place = 0; place < order.Length; place++)
            {
                var column = order[place];
                var (known, cells, allowed) = (given[column], block.Cells[column], block.Allowed?[column]);
                if (Array.Exists(known, cell => cell < 0))
                {
                    block.Words(column, first, second);
                    models[place].Draw(bins, order.Length, first, second, allowed, cells, null);
                }
                for (var i = 0; i < rows; i++)
                    if (known[i] >= 0) cells[i] = known[i];
                    else if (allowed is not null && !allowed[cells[i]]) cells[i] = scales.Value[place].Draw(RandomStream.Unit(second[i])); // no leaf knew one
                binnings[column].Apply(cells, bins, column);
            }
            if (block.LogWeights is { } logs) Weigh(block, given, bins, logs);
        }

        private void Weigh(SampleBlock block, int[][] given, BlockBins bins, double[] logs)
        {
            var rows = block.Rows.Length;
            uint[] first = new uint[rows], second = new uint[rows];
            bool[] drawn = new bool[rows], weighed = new bool[rows], isNew = new bool[rows];
            for (var i = 0; i < rows; i++)
                if (block.Met is not { } met || !met.TryGetValue((block.Rows[i], block.DrawnCells(i)), out logs[i])) isNew[i] = true;
            for (var place = 0; place < order.Length; place++)
            {
                var column = order[place];
                var known = given[column];
                var any = false;
                for (var i = 0; i < rows; i++)
                {
                    any |= weighed[i] = isNew[i] && drawn[i] && known[i] >= 0;
                    drawn[i] |= known[i] < 0;
                }
                if (!any) continue;
                block.Words(column, first, second);
                models[place].Weigh(bins, order.Length, first, known, weighed, scales.Value[place], logs);
            }
            for (var i = 0; i < rows; i++)
                if (isNew[i]) block.Met?.TryAdd((block.Rows[i], block.DrawnCells(i)), logs[i]);
        }

        public void Save(ModelArchive archive)
        {
            archive.Add<int>("order", order);
            for (var c = 0; c < order.Length; c++) archive.Add<byte>($"bins/{c}", binnings[c].BinOfCell);
            for (var place = 0; place < order.Length; place++) models[place].Save(archive, order[place]);
        }
    }
}
