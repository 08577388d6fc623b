using Semblance.Codecs;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>In which order columns are drawn.</summary>
public enum ColumnOrder
{
    /// <summary>The target, then the others as they stand in the table.</summary>
    TargetFirst,
    /// <summary>As they stand in the table, the target last.</summary>
    TargetLast,
    /// <summary>As they stand in the table.</summary>
    AsGiven,
}

/// <summary>
/// Sequential trees: each column is drawn from a forest of trees on the columns before it. After Reiter (Using CART to generate partially synthetic public
/// use microdata, 2005) and synthpop (Nowok, Raab, Dibben 2016), with these changes: several trees on subsamples instead of one, so that a row's
/// successive values rarely come from one real row; splits that separate distributions (<see cref="ResponseEmbedding"/>) rather than means; leaves hold
/// cells (values or ranges that several rows share) rather than values.
/// </summary>
public sealed record Cart : IModel<Table>
{
    /// <summary>Rows a tree is grown on and leaves are filled from at most; more rows make more different trees, not larger ones.</summary>
    private const int MostRows = 65_536;

    /// <inheritdoc/>
    public string Id => "cart";

    /// <summary>Column the user would predict; null when there is none.</summary>
    public string? Target { get; init; }

    /// <summary>Order of the columns. Default: target first, so that every class keeps its own relations.</summary>
    public ColumnOrder Order { get; init; } = ColumnOrder.TargetFirst;

    /// <summary>Trees per column, 1 to 200. Default 10: more smooth a little further and cost as much again.</summary>
    public int Trees { get; init; } = 10;

    /// <summary>Least rows in a leaf, 2 or more. Default 10. Larger is smoother and more private, smaller is sharper.</summary>
    public int LeafRows { get; init; } = 10;

    /// <summary>Share of rows each tree is grown on, in (0, 1]. Default 0.632, what a bootstrap would see.</summary>
    public double Sample { get; init; } = 0.632;

    /// <inheritdoc/>
    public Task<IGenerator<Table>> FitAsync(Table real, Run run, CancellationToken ct = default) => Task.Run<IGenerator<Table>>(() =>
    {
        Check();
        var table = CellTable.Learn(real, run, ct);
        var order = OrderOf(table.Schema);
        var binnings = Array.ConvertAll(Enumerable.Range(0, order.Length).ToArray(), c => CellBins.Of(table.Codecs[c], table.Cells[c]));
        var forests = FitForests(table, order, binnings, run, ct);
        return new TabularGenerator(table.Schema, table.Codecs, new Sampler(order, binnings, forests), table.Describe(this, run));
    }, ct);

    private void Check()
    {
        if (Trees is < 1 or > 200) throw new RecipeException("SB2022", $"cart: trees = {Trees} is out of range; give 1 to 200");
        if (LeafRows is < 2 or > 100_000) throw new RecipeException("SB2022", $"cart: leafRows = {LeafRows} is out of range; give 2 to 100000");
        if (!(Sample is > 0 and <= 1)) throw new RecipeException("SB2022", $"cart: sample = {Sample} is out of range; give a share above 0, at most 1");
    }

    private int[] OrderOf(Schema schema)
    {
        var order = Enumerable.Range(0, schema.Columns.Length).ToList();
        if (Target is null || Order == ColumnOrder.AsGiven) return [.. order];
        var target = schema.Require(Target, "target");
        order.Remove(target);
        order.Insert(Order == ColumnOrder.TargetFirst ? 0 : order.Count, target);
        return [.. order];
    }

    private ConditionalForest[] FitForests(CellTable table, int[] order, CellBins[] binnings, Run run, CancellationToken ct)
    {
        var predictors = new Predictor[order.Length];
        Blocks.For(order.Length, run, ct, c => predictors[c] = binnings[c].Apply(table.Cells[c]));
        var forests = new ConditionalForest[order.Length];
        var done = 0;
        Blocks.For(order.Length, run, ct, back =>
        {
            // the last columns have the most predictors: they go first, so that no thread is left with the longest at the end
            var place = order.Length - 1 - back;
            forests[place] = FitForest(table, order, place, predictors, run, ct);
            run.Report(Stage.Fit, table.Schema.Columns[order[place]].Name, Interlocked.Increment(ref done), order.Length);
        });
        return forests;
    }

    private ConditionalForest FitForest(CellTable table, int[] order, int place, Predictor[] predictors, Run run, CancellationToken ct)
    {
        var column = order[place];
        var cells = table.Cells[column];
        var earlier = order[..place].Where(c => table.Codecs[c].Cells > 1).ToArray();
        var used = Array.ConvertAll(earlier, c => predictors[c]);
        var builder = new ConditionalForest.Builder();
        var embedding = ResponseEmbedding.Of(table.Codecs[column], cells);
        var responses = used.Length == 0 ? [] : Spread(embedding, cells);
        for (var tree = 0; tree < (used.Length == 0 ? 1 : Trees); tree++)
        {
            ct.ThrowIfCancellationRequested();
            var rows = Enumerable.Range(0, table.Rows).ToArray();
            run.Stream($"fit/cart/{table.Schema.Columns[column].Name}/{tree}").Sequence().Shuffle<int>(rows);
            var filling = rows.AsSpan(0, Math.Min(rows.Length, MostRows)).ToArray();
            var growing = rows.AsSpan(0, Math.Max(1, (int)(filling.Length * Sample)));
            var splits = new List<Split?>();
            if (used.Length == 0) splits.Add(null);
            else new TreeGrowth(used, responses, embedding.Lanes, LeafRows, 60).Grow(growing, splits.Add);
            builder.Add(splits, earlier, used, filling, cells);
        }
        return builder.Build();
    }

    private static int[] Spread(ResponseEmbedding embedding, ushort[] cells)
    {
        var lanes = embedding.Lanes;
        var responses = new int[cells.Length * lanes];
        for (var row = 0; row < cells.Length; row++)
            embedding.Vectors.AsSpan(cells[row] * lanes, lanes).CopyTo(responses.AsSpan(row * lanes));
        return responses;
    }

    internal static ISampler Load(ModelArchive archive, TabularParts parts)
    {
        var columns = parts.Codecs.Length;
        var order = archive.Get<int>("order", columns);
        if (!order.Order().SequenceEqual(Enumerable.Range(0, columns))) throw archive.Unfit("its order of columns is not one");
        var binnings = new CellBins[columns];
        for (var c = 0; c < columns; c++) binnings[c] = new CellBins(archive.Get<byte>($"bins/{c}", parts.Codecs[c].Cells), parts.Codecs[c].Ordered);
        var usable = new bool[columns];
        var forests = new ConditionalForest[columns];
        for (var place = 0; place < columns; place++)
        {
            forests[place] = ConditionalForest.Load(archive, $"forest/{order[place]}", usable, parts.Codecs[order[place]].Cells);
            usable[order[place]] = true;
        }
        return new Sampler(order, binnings, forests);
    }

    private sealed class Sampler(int[] order, CellBins[] binnings, ConditionalForest[] forests) : ISampler
    {
        public void Sample(SampleBlock block)
        {
            var rows = block.Rows.Length;
            uint[] first = new uint[rows], second = new uint[rows];
            var bins = new byte[order.Length][];
            for (var place = 0; place < order.Length; place++)
            {
                var column = order[place];
                block.Words(column, first, second);
                if (block.Allowed?[column] is { } allowed) forests[place].DrawAllowed(bins, first, allowed, block.Cells[column], block.Weights);
                else forests[place].Draw(bins, first, second, block.Cells[column]);
                bins[column] = binnings[column].Apply(block.Cells[column]);
            }
        }

        public void Save(ModelArchive archive)
        {
            archive.Add<int>("order", order);
            for (var c = 0; c < order.Length; c++) archive.Add<byte>($"bins/{c}", binnings[c].BinOfCell);
            for (var place = 0; place < order.Length; place++) forests[place].Save(archive, $"forest/{order[place]}");
        }
    }
}
