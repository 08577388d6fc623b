using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// One column given the earlier ones. Two boosters, each fitted on half of the rows, sum up what the earlier columns tell (<see cref="EmbeddingBooster"/>);
/// a forest on the earlier columns and on these sums then holds the distributions. Training rows are summed up by the booster that has not seen
/// them, and a new row by either, by chance: so the forest meets at generation what it met in the fit, and near rows in a leaf are
/// alike in what they tell of this column rather than neighbours in every column, which keeps copies away.
/// </summary>
internal sealed class ColumnModel
{
    /// <summary>Rows trees learn from at most; more rows make different trees, not larger ones.</summary>
    private const int MostRows = 65_536;

    private readonly EmbeddingBooster[] boosters; // none or two
    private readonly FeatureScale[] scales;
    private readonly ConditionalForest forest;

    private readonly Lazy<FeatureScales> together;

    private ColumnModel(EmbeddingBooster[] boosters, FeatureScale[] scales, ConditionalForest forest)
    {
        (this.boosters, this.scales, this.forest) = (boosters, scales, forest);
        together = new(() => new FeatureScales(scales));
    }

    public static ColumnModel Fit(Cart cart, CellTable table, int column, int[] earlier, Predictor[] predictors, Run run, CancellationToken ct)
    {
        var cells = table.Cells[column];
        var name = table.Schema.Columns[column].Name;
        var builder = new ConditionalForest.Builder();
        if (predictors.Length == 0 || table.Codecs[column].Cells == 1)
        {
            builder.Add([null], [], [], Rows(cells.Length), cells);
            return new ColumnModel([], [], builder.Build());
        }
        var embedding = ResponseEmbedding.Of(table.Codecs[column], cells);
        var responses = embedding.Spread(cells);
        var (boosters, scales) = Boost(cart, name, embedding.Lanes, responses, table.Schema.Columns.Length, ref earlier, ref predictors, run, ct);
        for (var tree = 0; tree < cart.Trees; tree++)
        {
            ct.ThrowIfCancellationRequested();
            var rows = Rows(cells.Length);
            run.Stream($"fit/cart/{name}/{tree}").Sequence().Shuffle<int>(rows);
            var filling = rows.AsSpan(0, Math.Min(rows.Length, MostRows)).ToArray();
            var growing = rows.AsSpan(0, Math.Max(1, (int)(filling.Length * cart.Sample)));
            var splits = new List<NodeSplit?>();
            new TreeGrowth(predictors, responses, embedding.Lanes, cart.LeafRows, 60).Grow(growing, splits.Add);
            builder.Add(splits, earlier, predictors, filling, cells);
        }
        return new ColumnModel(boosters, scales, builder.Build());
    }

    private static int[] Rows(int count)
    {
        var rows = new int[count];
        for (var row = 0; row < count; row++) rows[row] = row;
        return rows;
    }

    /// <summary>Fits the boosters and puts their outputs beside the earlier columns, as further predictors.</summary>
    private static (EmbeddingBooster[], FeatureScale[]) Boost(Cart cart, string name, int lanes, int[] responses, int columns, ref int[] earlier, ref Predictor[] predictors, Run run, CancellationToken ct)
    {
        var rows = responses.Length / lanes;
        if (cart.Rounds == 0 || rows < 100) return ([], []);
        var shuffled = Rows(rows);
        run.Stream($"fit/cart/{name}/halves").Sequence().Shuffle<int>(shuffled);
        var predictions = new float[rows * 8];
        var boosters = new EmbeddingBooster[2];
        var options = new EmbeddingBooster.Options(cart.Rounds, (float)cart.Rate, 2 * cart.LeafRows, cart.BoostSample);
        for (var half = 0; half < 2; half++)
        {
            int[] mine = shuffled[..(rows / 2)], other = shuffled[(rows / 2)..];
            if (half == 1) (mine, other) = (other, mine);
            var train = mine.AsSpan(0, Math.Min(mine.Length, MostRows)).ToArray();
            boosters[half] = EmbeddingBooster.Fit(options, predictors, earlier, responses, lanes, train, other, run.Stream($"fit/cart/{name}/boost{half}").Sequence(), predictions, ct);
        }
        if (boosters[0].Trees + boosters[1].Trees == 0) return ([], []);
        var scales = new FeatureScale[EmbeddingBooster.Outputs];
        var more = new Predictor[scales.Length];
        var values = new float[rows];
        for (var k = 0; k < scales.Length; k++)
        {
            for (var row = 0; row < rows; row++) values[row] = predictions[row * 8 + k + 1];
            var scale = scales[k] = FeatureScale.Of(values);
            more[k] = new Predictor(Array.ConvertAll(values, scale.Bin), true);
        }
        earlier = [.. earlier, .. Enumerable.Range(columns, scales.Length)];
        predictors = [.. predictors, .. more];
        return (boosters, scales);
    }

    /// <summary>Draws the cells of a block.</summary>
    /// <param name="bins">Bins of the columns drawn so far; those beside the columns are scratch.</param>
    /// <param name="columns">Number of columns of the table.</param>
    /// <param name="first">A random word a row.</param>
    /// <param name="second">Another.</param>
    /// <param name="allowed">Cells that may be drawn; null for all.</param>
    /// <param name="cells">What was drawn.</param>
    /// <param name="weights">Multiplied by the probability of what was allowed; may be null when all is.</param>
    public void Draw(BlockBins bins, int columns, ReadOnlySpan<uint> first, ReadOnlySpan<uint> second, bool[]? allowed, Span<int> cells, double[]? weights)
    {
        if (boosters.Length > 0) Summarise(bins, columns, first);
        if (allowed is null) forest.Draw(bins, first, second, cells);
        else forest.DrawAllowed(bins, first, allowed, cells, weights);
    }

    /// <summary>Adds to <see cref="SampleBlock.LogWeights"/> what the given cells of this column tell of the cells before it.</summary>
    public void Weigh(BlockBins bins, int columns, uint[] first, int[] given, bool[] weighed, EvidenceScale scale, double[] logs)
    {
        if (boosters.Length > 0) Summarise(bins, columns, first, weighed);
        forest.Weigh(bins, given, weighed, scale, logs);
    }

    /// <summary>What this column's cells are worth as evidence.</summary>
    public EvidenceScale Scale(int cells, int missing, bool ordered) => new(forest.Counts(cells), missing, ordered);

    private void Summarise(BlockBins bins, int columns, ReadOnlySpan<uint> words, bool[]? only = null)
    {
        var sums = bins.Sums;
        var rows = bins.Halves;
        Span<int> counts = [0, bins.Rows];
        for (var row = 0; row < bins.Rows; row++)
        {
            if (only is not null && !only[row]) continue;
            // the tree is picked by the high bits of the same word; the even ones lie at the front, the odd ones from the middle on
            var half = (int)(words[row] & 1);
            rows[counts[half]++] = row;
        }
        boosters[0].Predict(bins.All, bins.Rows, rows.AsSpan(0, counts[0]), sums);
        boosters[1].Predict(bins.All, bins.Rows, rows.AsSpan(bins.Rows, counts[1] - bins.Rows), sums);
        together.Value.Apply(sums, bins.Wide, columns, bins.Width);
    }

    public void Save(ModelArchive archive, int column)
    {
        forest.Save(archive, $"forest/{column}");
        if (boosters.Length == 0) return;
        for (var half = 0; half < 2; half++) boosters[half].Save(archive, $"boost/{column}/{half}");
        archive.Add<float>($"boost/{column}/scale", [.. scales.Select(s => s.Low), .. scales.Select(s => s.PerStep)]);
        archive.Add<byte>($"boost/{column}/table", [.. scales.SelectMany(s => s.Table)]);
    }

    public static ColumnModel Load(ModelArchive archive, int column, bool[] usable, int cells, int columns)
    {
        if (!archive.Has($"boost/{column}/scale")) return new ColumnModel([], [], ConditionalForest.Load(archive, $"forest/{column}", usable, cells));
        var boosters = new[] { EmbeddingBooster.Load(archive, $"boost/{column}/0", usable), EmbeddingBooster.Load(archive, $"boost/{column}/1", usable) };
        var numbers = archive.Get<float>($"boost/{column}/scale", 2 * EmbeddingBooster.Outputs);
        var tables = archive.Get<byte>($"boost/{column}/table", FeatureScale.Steps * EmbeddingBooster.Outputs);
        var scales = new FeatureScale[EmbeddingBooster.Outputs];
        for (var k = 0; k < scales.Length; k++)
        {
            if (!float.IsFinite(numbers[k]) || !float.IsFinite(numbers[scales.Length + k])) throw archive.Unfit($"the scales of column {column} are no numbers");
            scales[k] = new FeatureScale(numbers[k], numbers[scales.Length + k], tables[(k * FeatureScale.Steps)..((k + 1) * FeatureScale.Steps)]);
        }
        var all = usable.ToArray();
        all.AsSpan(columns).Fill(true);
        return new ColumnModel(boosters, scales, ConditionalForest.Load(archive, $"forest/{column}", all, cells));
    }
}
