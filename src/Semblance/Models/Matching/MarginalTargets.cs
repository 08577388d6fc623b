using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>Counts of one to three columns together that made rows should have.</summary>
/// <param name="Columns">The columns, by their places among those that are matched.</param>
/// <param name="Shares">Share of the rows in each cell; the cell of codes a, b, c is (a · bins of b + b) · bins of c + c.</param>
internal sealed record MarginalTarget(int[] Columns, float[] Shares)
{
    /// <summary>Cell of each made row.</summary>
    public void Cells(MatchedColumn[] columns, int start, Span<int> cells) => Fill(columns, Columns, false, start, cells);

    public static void Fill(MatchedColumn[] columns, int[] which, bool real, int start, Span<int> cells)
    {
        var first = real ? columns[which[0]].Real(which.Length) : columns[which[0]].Made(which.Length);
        for (var i = 0; i < cells.Length; i++) cells[i] = first[start + i];
        for (var k = 1; k < which.Length; k++)
        {
            var (bins, codes) = (columns[which[k]].Bins(which.Length), real ? columns[which[k]].Real(which.Length) : columns[which[k]].Made(which.Length));
            for (var i = 0; i < cells.Length; i++) cells[i] = cells[i] * bins + codes[start + i];
        }
    }
}

/// <summary>
/// Chooses what to aim at. The counts of a sample are not those of the population: aimed at as they are, they would be learned by heart. So each count is moved towards that of the made rows,
/// which come from a model that smooths, as far as makes real rows likeliest that were left out: (real count + k · made share) / (rows + k), k by twofold cross-validation. Where the made rows
/// alone do best, nothing is aimed at.
/// </summary>
internal static class MarginalTargets
{
    /// <summary>Rows that the made share counts for, as multiples of the real rows.</summary>
    private static ReadOnlySpan<double> Weights => [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5];

    private const int MostPairsForTriples = 40;

    public static MarginalTarget[] Learn(MatchedColumn[] columns, Matching matching, Run run, CancellationToken ct)
    {
        var n = columns.Length;
        var singles = Enumerable.Range(0, n).Select(c => new[] { c }).ToArray();
        var pairs = (from a in Enumerable.Range(0, n) from b in Enumerable.Range(a + 1, n - a - 1) select new[] { a, b }).ToArray();
        var found = Score([.. singles, .. pairs], columns, run, ct);
        var together = found.Skip(n).OrderByDescending(f => f.Dependence).ToArray();
        var triples = together.Take(MostPairsForTriples).SelectMany(p => Enumerable.Range(0, n).Where(c => !p.Columns.Contains(c)).Select(c => (int[])[.. p.Columns.Append(c).Order()]))
            .DistinctBy(t => ((long)t[0] * n + t[1]) * n + t[2]).ToArray();
        var more = matching.Triples == 0 ? [] : Score(triples, columns, run, ct);
        return
        [
            .. found.Take(n).Where(f => f.Shares is not null).Select(f => new MarginalTarget(f.Columns, f.Shares!)),
            .. together.Where(f => f.Shares is not null).OrderByDescending(f => f.Gain).Take(matching.Pairs).Select(f => new MarginalTarget(f.Columns, f.Shares!)),
            .. more.Where(f => f.Shares is not null).OrderByDescending(f => f.Gain).Take(matching.Triples).Select(f => new MarginalTarget(f.Columns, f.Shares!)),
        ];
    }

    /// <param name="Columns">The columns.</param>
    /// <param name="Shares">What to aim at; null where the made rows alone do best.</param>
    /// <param name="Gain">Nats a left-out row by which it is likelier than under the made rows.</param>
    /// <param name="Dependence">Mutual information of two columns in the real rows; 0 for others.</param>
    private sealed record Found(int[] Columns, float[]? Shares, double Gain, double Dependence);

    private static Found[] Score(int[][] sets, MatchedColumn[] columns, Run run, CancellationToken ct)
    {
        var found = new Found[sets.Length];
        if (sets.Length == 0) return found;
        int rows = columns[0].Real(1).Length, made = columns[0].Made(1).Length;
        var half = new bool[rows];
        var words = run.Stream("match/halves").Sequence();
        for (var i = 0; i < rows; i++) half[i] = (words.NextWord() & 1) == 0;
        Blocks.For(sets.Length, run, ct, s =>
        {
            var set = sets[s];
            var cells = set.Aggregate(1, (product, c) => product * columns[c].Bins(set.Length));
            var (first, second, ofMade) = (new int[cells], new int[cells], new int[cells]);
            var codes = new int[Math.Max(rows, made)];
            MarginalTarget.Fill(columns, set, true, 0, codes.AsSpan(0, rows));
            for (var i = 0; i < rows; i++) (half[i] ? first : second)[codes[i]]++;
            MarginalTarget.Fill(columns, set, false, 0, codes.AsSpan(0, made));
            for (var i = 0; i < made; i++) ofMade[codes[i]]++;
            found[s] = Smooth(set, first, second, Array.ConvertAll(ofMade, count => (count + 0.5 / cells) / (made + 0.5)), columns);
        });
        return found;
    }

    private static Found Smooth(int[] set, int[] first, int[] second, double[] made, MatchedColumn[] columns)
    {
        double a = first.Sum(), b = second.Sum();
        var (best, bestWeight) = (0.0, double.NaN);
        var alone = Likelihood(first, made) + Likelihood(second, made);
        foreach (var weight in Weights)
        {
            var k = weight * (a + b);
            double gain = -alone;
            for (var c = 0; c < made.Length; c++)
            {
                // k is for all rows; a half has half as much to say against it
                if (second[c] > 0) gain += second[c] * FastMath.Log((first[c] + k / 2 * made[c]) / (a + k / 2));
                if (first[c] > 0) gain += first[c] * FastMath.Log((second[c] + k / 2 * made[c]) / (b + k / 2));
            }
            if (gain > best) (best, bestWeight) = (gain, weight);
        }
        float[]? shares = null;
        if (best > 0)
        {
            var k = bestWeight * (a + b);
            shares = new float[made.Length];
            for (var c = 0; c < shares.Length; c++) shares[c] = (float)((first[c] + second[c] + k * made[c]) / (a + b + k));
        }
        return new Found(set, shares, best / (a + b), set.Length == 2 ? Dependence(first, second, columns[set[1]].Bins(2)) : 0);
    }

    private static double Likelihood(int[] counts, double[] shares)
    {
        double sum = 0;
        for (var c = 0; c < counts.Length; c++)
            if (counts[c] > 0) sum += counts[c] * FastMath.Log(shares[c]);
        return sum;
    }

    private static double Dependence(int[] first, int[] second, int bins)
    {
        var all = new double[first.Length];
        double total = 0;
        for (var c = 0; c < all.Length; c++) total += all[c] = first[c] + second[c];
        var (down, across) = (new double[all.Length / bins], new double[bins]);
        for (var c = 0; c < all.Length; c++)
        {
            down[c / bins] += all[c];
            across[c % bins] += all[c];
        }
        double sum = 0;
        for (var c = 0; c < all.Length; c++)
            if (all[c] > 0) sum += all[c] / total * FastMath.Log(all[c] * total / (down[c / bins] * across[c % bins]));
        return sum;
    }
}
