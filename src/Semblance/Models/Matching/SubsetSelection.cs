using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// Chooses rows of a pool so that their counts come near to the targets: weights by raking (Deming and Stephan 1940: each target in turn multiplies the weights of its cells by wanted / present), a
/// somewhat too large draw by these weights, then the rows that stand most in the way are taken out until the number is right.
/// </summary>
internal sealed class SubsetSelection(MarginalTarget[] targets, MatchedColumn[] columns, int rows)
{
    private const int Sweeps = 8, Steps = 40;

    /// <summary>A row weighs at most so many times the mean, at least its inverse: what only a row in a thousand could mend is left.</summary>
    private const double MostWeight = 10;

    /// <summary>Rows drawn by weight for each that is wanted.</summary>
    private const double Surplus = 1.25;

    /// <summary>Numbers of the chosen rows, in order.</summary>
    public int[] Choose(int count, Run run, CancellationToken ct)
    {
        var weights = Rake(run, ct);
        var drawn = Draw(weights, (int)Math.Min(rows, (long)Math.Ceiling(count * Surplus)), run);
        return Trim(drawn, count, run, ct);
    }

    private double[] Rake(Run run, CancellationToken ct)
    {
        var weights = new double[rows];
        Array.Fill(weights, 1);
        var blocks = Blocks.Count(rows);
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            run.Report(Stage.Generate, "matching counts", sweep, Sweeps + Steps);
            foreach (var target in targets)
            {
                var sums = new double[blocks][];
                Blocks.For(blocks, run, ct, b =>
                {
                    var (start, cells) = CellsOf(target, b);
                    var sum = sums[b] = new double[target.Shares.Length];
                    for (var i = 0; i < cells.Length; i++) sum[cells[i]] += weights[start + i];
                });
                var factors = new double[target.Shares.Length];
                foreach (var sum in sums)
                    for (var c = 0; c < factors.Length; c++) factors[c] += sum[c];
                var total = factors.Sum();
                for (var c = 0; c < factors.Length; c++) factors[c] = factors[c] > 0 ? target.Shares[c] * total / factors[c] : 1;
                Blocks.For(blocks, run, ct, b =>
                {
                    var (start, cells) = CellsOf(target, b);
                    for (var i = 0; i < cells.Length; i++) weights[start + i] = Math.Clamp(weights[start + i] * factors[cells[i]], 1 / MostWeight, MostWeight);
                });
            }
        }
        return weights;
    }

    private (int Start, int[] Cells) CellsOf(MarginalTarget target, int block)
    {
        var start = block * Blocks.Rows;
        var cells = new int[Math.Min(Blocks.Rows, rows - start)];
        target.Cells(columns, start, cells);
        return (start, cells);
    }

    /// <summary>Systematic sampling: each row with a chance in proportion to its weight, at most once, exactly as many as wanted.</summary>
    private static int[] Draw(double[] weights, int wanted, Run run)
    {
        // rows whose chance would pass 1 are taken surely, which leaves less for the others: until none is left that does
        double scale = 0, sure = 0, others = weights.Sum();
        for (var before = -1.0; before != sure;)
        {
            before = sure;
            scale = (wanted - sure) / others;
            (sure, others) = (0, 0);
            foreach (var w in weights)
                if (w * scale >= 1) sure++;
                else others += w;
            if (others == 0) break;
        }
        var chosen = new List<int>(wanted);
        var at = RandomStream.Unit(run.Stream("match/draw").Words(0).A);
        double sum = 0;
        for (var row = 0; row < weights.Length; row++)
        {
            sum += Math.Min(1, weights[row] * scale);
            if (sum <= at) continue;
            chosen.Add(row);
            at++;
        }
        return [.. chosen];
    }

    /// <summary>Takes out, step by step, the rows without which the counts lie nearest to the targets.</summary>
    private int[] Trim(int[] chosen, int count, Run run, CancellationToken ct)
    {
        for (var step = 0; chosen.Length > count; step++)
        {
            run.Report(Stage.Generate, "matching counts", Math.Min(Sweeps + step, Sweeps + Steps), Sweeps + Steps);
            var gains = new float[chosen.Length];
            var kept = chosen;
            var found = new float[targets.Length][];
            Blocks.For(targets.Length, run, ct, t => found[t] = Gains(targets[t], kept, count));
            Blocks.ForRange(kept.Length, Blocks.Rows, run, ct, (start, end) =>
            {
                foreach (var (target, gain) in targets.Zip(found))
                    for (var i = start; i < end; i++) gains[i] += gain[CellOf(target, kept[i])];
            });
            // in a step no more than a part: what is taken out changes what stands in the way
            var out_ = Math.Min(chosen.Length - count, Math.Max((chosen.Length - count) / 8, Math.Max(1, count / 400)));
            var order = new int[kept.Length];
            for (var i = 0; i < order.Length; i++) order[i] = i;
            Array.Sort(gains, order); // equal gains: any order would do, this one is the same on every machine
            var gone = new bool[kept.Length];
            for (var i = kept.Length - out_; i < kept.Length; i++) gone[order[i]] = true;
            chosen = [.. kept.Where((_, i) => !gone[i])];
        }
        return chosen;
    }

    /// <summary>For each cell: by how much the distance to the target falls when one row goes, relative to all rows.</summary>
    private float[] Gains(MarginalTarget target, int[] chosen, int count)
    {
        var counts = new int[target.Shares.Length];
        foreach (var row in chosen) counts[CellOf(target, row)]++;
        var gains = new float[counts.Length];
        for (var c = 0; c < gains.Length; c++)
        {
            var over = counts[c] - target.Shares[c] * count;
            gains[c] = Math.Abs(over) - Math.Abs(over - 1);
        }
        return gains;
    }

    private int CellOf(MarginalTarget target, int row)
    {
        var which = target.Columns;
        int cell = columns[which[0]].Made(which.Length)[row];
        for (var k = 1; k < which.Length; k++) cell = cell * columns[which[k]].Bins(which.Length) + columns[which[k]].Made(which.Length)[row];
        return cell;
    }

    /// <summary>Mean over the targets of half the sum of absolute differences.</summary>
    public static double Distance(MarginalTarget[] targets, MatchedColumn[] columns, int[] chosen)
    {
        if (targets.Length == 0) return 0;
        double total = 0;
        var cells = new int[columns[0].Made(1).Length];
        foreach (var target in targets)
        {
            target.Cells(columns, 0, cells);
            var counts = new int[target.Shares.Length];
            foreach (var row in chosen) counts[cells[row]]++;
            double sum = 0;
            for (var c = 0; c < counts.Length; c++) sum += Math.Abs(counts[c] / (double)chosen.Length - target.Shares[c]);
            total += sum / 2;
        }
        return total / targets.Length;
    }
}
