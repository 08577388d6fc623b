using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>The rounds of a fit: a forest tells real rows from those of the forest before, and is then taken as a distribution itself.</summary>
internal sealed class ArfFit
{
    private const int MostRows = 65_536; // a tree learns from at most; more rows make different trees, not larger ones
    private const int MostHeld = 1_024; // rows, real and as many made, that judge a forest
    private const long MostCells = 500_000_000; // in all leaves

    private readonly Arf model;
    private readonly CellTable table;
    private readonly Run run;
    private readonly CancellationToken ct;
    private readonly CellBins[] binnings;
    private readonly ArfColumn[] columns;
    private readonly ArfData data;
    private readonly int[] growing, held; // real rows that shape trees, and that judge them

    public ArfFit(Arf model, CellTable table, Run run, CancellationToken ct)
    {
        (this.model, this.table, this.run, this.ct) = (model, table, run, ct);
        binnings = new CellBins[table.Codecs.Length];
        columns = new ArfColumn[binnings.Length];
        data = new ArfData(new Predictor[binnings.Length], new int[binnings.Length][], new int[binnings.Length], table.Rows);
        Blocks.For(binnings.Length, run, ct, Prepare);
        var rows = Numbers(table.Rows);
        run.Stream("fit/arf/held").Sequence().Shuffle<int>(rows);
        var holding = Math.Min(rows.Length / 20, MostHeld);
        (held, growing) = (rows[..holding], rows[holding..]);
    }

    /// <summary>Share of held-out rows that each forest told right.</summary>
    public List<double> Accuracies { get; } = [];

    /// <summary>Grows forests until real rows can't be told from made ones, or no better than before.</summary>
    public ArfForest Learn()
    {
        ArfForest? before = null, best = null;
        var least = double.PositiveInfinity;
        for (var round = 1; ; round++)
        {
            run.Report(Stage.Fit, "adversary", round - 1, model.Rounds, Accuracies.Count > 0 ? Accuracies[^1] : null);
            var both = data with { Predictors = WithMade(before, round) };
            var (forest, accuracy) = Grow(both, round);
            Accuracies.Add(accuracy);
            // a forest is judged by the next one; the first judges shuffled columns
            if (before is not null && accuracy <= 0.5 + model.Delta) return before;
            if (before is not null && accuracy >= least) return best!;
            if (before is not null) (best, least) = (before, accuracy);
            before = forest;
            if (round == model.Rounds) return forest;
        }
    }

    private void Prepare(int c)
    {
        var (codec, cells) = (table.Codecs[c], table.Cells[c]);
        var binning = binnings[c] = CellBins.Of(codec, cells);
        var counts = new int[codec.Cells];
        foreach (var cell in cells) counts[cell]++;
        columns[c] = new ArfColumn(counts, binning.BinOfCell, codec.Ordered, codec.MissingCells);
        data.Predictors[c] = binning.Apply(cells);
        (data.Lanes[c], data.Vectors[c]) = codec.Ordered && codec.Cells > 2 ? Line(c, counts, ResponseEmbedding.Of(codec, cells)) : Groups(c, counts);
    }

    /// <summary>Numbers and dates: a bin's vector is the mean of its rows'.</summary>
    private (int, int[]) Line(int c, int[] counts, ResponseEmbedding embedding)
    {
        var lanes = embedding.Lanes;
        var rows = new long[columns[c].Bins];
        var sums = new long[rows.Length * lanes];
        for (var cell = 0; cell < counts.Length; cell++)
        {
            var bin = columns[c].BinOfCell[cell];
            rows[bin] += counts[cell];
            for (var k = 1; k < lanes; k++) sums[bin * lanes + k] += (long)counts[cell] * embedding.Vectors[cell * lanes + k];
        }
        return (lanes, [.. sums.Select((sum, i) => rows[i / lanes] == 0 ? 0 : (int)(sum / rows[i / lanes]))]);
    }

    /// <summary>Categories in at most seven groups, the most frequent apart: indicators over the square root of the share, so that distances are chi-squared and many categories make no more noise than few.</summary>
    private (int, int[]) Groups(int c, int[] counts)
    {
        const int lanes = 8;
        var rows = new double[columns[c].Bins];
        for (var cell = 0; cell < counts.Length; cell++) rows[columns[c].BinOfCell[cell]] += counts[cell];
        var order = Enumerable.Range(0, rows.Length).OrderByDescending(bin => rows[bin]).ToArray();
        var groups = new double[lanes];
        for (var i = 0; i < order.Length; i++) groups[1 + i % (lanes - 1)] += rows[order[i]];
        var vectors = new int[rows.Length * lanes];
        for (var i = 0; i < order.Length; i++)
            vectors[order[i] * lanes + 1 + i % (lanes - 1)] = (int)Math.Round(256 / Math.Sqrt(Math.Max(groups[1 + i % (lanes - 1)] / table.Rows, 0.003)));
        return (lanes, vectors);
    }

    /// <summary>Bins of the real rows, and of as many rows of a forest behind them; without a forest, of every column shuffled by itself.</summary>
    private Predictor[] WithMade(ArfForest? forest, int round)
    {
        var n = table.Rows;
        var both = new Predictor[columns.Length];
        var streams = new RandomStream[columns.Length];
        Blocks.For(columns.Length, run, ct, c =>
        {
            streams[c] = run.Stream($"fit/arf/{round}/{table.Schema.Columns[c].Name}");
            var bins = new byte[2 * n];
            data.Predictors[c].Bins.CopyTo(bins, 0);
            data.Predictors[c].Bins.CopyTo(bins, n);
            if (forest is null) streams[c].Sequence().Shuffle(bins.AsSpan(n));
            both[c] = new Predictor(bins, data.Predictors[c].Ordered);
        });
        if (forest is null) return both;
        var sampler = new ArfSampler(forest);
        Blocks.ForRange(n, Blocks.Rows, run, ct, (from, to) =>
        {
            var block = new SampleBlock(streams, [.. Enumerable.Range(from, to - from).Select(i => (long)i)], 0);
            sampler.Sample(block);
            for (var c = 0; c < both.Length; c++) binnings[c].Apply(block.Cells[c], both[c].Bins.AsSpan(n + from, to - from));
        });
        return both;
    }

    private (ArfForest Forest, double Accuracy) Grow(ArfData both, int round)
    {
        var n = table.Rows;
        var most = (int)Math.Clamp(MostCells / ((long)model.Trees * columns.Length), 1_000, MostRows);
        var trees = new List<NodeSplit?>[model.Trees];
        var filling = new int[model.Trees][];
        var votes = new float[model.Trees][];
        Blocks.For(model.Trees, run, ct, t =>
        {
            var random = run.Stream($"fit/arf/{round}/tree").Sequence(t);
            var own = growing.ToArray();
            random.Shuffle<int>(own);
            own = own[..Math.Min(own.Length, most)];
            // rows of the table that did not shape the tree fill its leaves, too
            filling[t] = own.Length == growing.Length ? Numbers(n) : own.ToArray();
            var rows = new int[2 * own.Length];
            for (var i = 0; i < own.Length; i++) (rows[i], rows[own.Length + i]) = (own[i], n + own[i]);
            random.Shuffle<int>(rows);
            trees[t] = new ArfGrowth(both, model.LeafRows, ct).Grow(rows, ref random);
            votes[t] = ArfVote.Of(trees[t], both.Predictors, rows, n, held);
        });
        var builder = new ArfForest.Builder(columns);
        for (var t = 0; t < trees.Length; t++) builder.Add(trees[t], both.Predictors, filling[t], table.Cells);
        return (builder.Build(model.Doubt), ArfVote.Accuracy(votes, held.Length));
    }

    private static int[] Numbers(int count) => [.. Enumerable.Range(0, count)];
}

/// <summary>How well a forest tells real rows from made ones that it has not seen: each tree's leaf says what share of its rows was real, the trees' mean decides.</summary>
internal static class ArfVote
{
    /// <summary>One tree's share for the held real rows, then for the made rows of the same numbers.</summary>
    public static float[] Of(IReadOnlyList<NodeSplit?> tree, Predictor[] predictors, int[] grown, int realRows, int[] held)
    {
        var shares = new float[2 * held.Length];
        var places = Enumerable.Range(0, shares.Length).ToArray();
        var at = 0;
        Walk(grown, places);
        return shares;

        int RowOf(int place) => place < held.Length ? held[place] : realRows + held[place - held.Length];

        void Walk(Span<int> rows, Span<int> judged)
        {
            if (tree[at++] is not { } split)
            {
                var real = 0;
                foreach (var row in rows)
                    if (row < realRows) real++;
                foreach (var place in judged) shares[place] = (real + 0.5f) / (rows.Length + 1);
                return;
            }
            var bins = predictors[split.Predictor].Bins;
            var left = split.Part(rows, bins);
            int low = 0, high = judged.Length - 1;
            while (low <= high)
            {
                if (split.GoesLeft(bins[RowOf(judged[low])])) low++;
                else (judged[low], judged[high]) = (judged[high--], judged[low]);
            }
            Walk(rows[..left], judged[..low]);
            Walk(rows[left..], judged[low..]);
        }
    }

    /// <summary>Share of the held rows told right; one half where there are none.</summary>
    public static double Accuracy(float[][] votes, int held)
    {
        if (held == 0) return 0.5;
        double right = 0;
        for (var place = 0; place < 2 * held; place++)
        {
            var sum = 0f;
            foreach (var vote in votes) sum += vote[place];
            var mean = sum / votes.Length;
            right += mean == 0.5f ? 0.5 : mean > 0.5f == place < held ? 1 : 0;
        }
        return right / (2 * held);
    }
}
