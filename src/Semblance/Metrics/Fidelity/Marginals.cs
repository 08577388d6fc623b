using System.Globalization;
using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// Accuracy of k-way marginals: the mean over combinations of k columns of 1 - total variation distance of their joint distributions, every column in at most ten
/// classes of the real data (quantiles, spikes, frequent levels) plus one for missing. Platzer and Reutterer: Holdout-based empirical assessment of mixed-type
/// synthetic data (2021). Many combinations are represented by a random sample of them.
/// </summary>
internal sealed class Marginals(int ways) : TableMetric
{
    /// <summary>Most combinations of columns that are compared.</summary>
    public const int CombinationLimit = 2_000;

    public override string Name => $"fidelity.marginals-{ways.ToString(CultureInfo.InvariantCulture)}";
    public override string Title => ways switch { 1 => "Single columns, in classes", 2 => "Two columns at a time, in classes", _ => "Three columns at a time, in classes" };
    public override string What => ways switch
    {
        1 => "How closely the share of rows in each class of each column matches the real data.",
        2 => "How closely the share of rows in each combination of classes of two columns matches the real data.",
        _ => "How closely the share of rows in each combination of classes of three columns matches the real data.",
    };

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        var columns = data.Codes(run, ct).Columns;
        var possible = Choose(columns.Length);
        if (possible == 0) return Finding.None(columns.Length == 0 ? "no column has values that can be compared" : $"there are fewer than {ways} columns that can be compared");
        var combinations = Combinations(columns.Length, possible, run);
        var scores = new (double Synthetic, double Holdout)[combinations.Count];
        Blocks.For(scores.Length, run, ct, k => scores[k] = Score(columns, combinations[k], data.HasHoldout));

        double sum = 0, squares = 0, ceiling = 0;
        foreach (var (synthetic, holdout) in scores)
        {
            sum += synthetic;
            squares += synthetic * synthetic;
            ceiling += data.HasHoldout ? data.CeilingOf(holdout) : 0;
        }
        var count = scores.Length;
        var mean = sum / count;
        if (count == possible) return new Finding(new Score(mean, null, data.HasHoldout ? ceiling / count : null));
        var half = 1.96 * Math.Sqrt(Math.Max(0, squares / count - mean * mean) / count);
        return new Finding(new Score(mean, new Interval(Math.Max(0, mean - half), Math.Min(1, mean + half)), data.HasHoldout ? ceiling / count : null,
            string.Create(CultureInfo.InvariantCulture, $"a random {count:N0} of {possible:N0} combinations")));
    }

    private long Choose(long n) => ways switch { 1 => n, 2 => n * (n - 1) / 2, _ => n * (n - 1) * (n - 2) / 6 };

    private List<int[]> Combinations(int n, long possible, Run run)
    {
        var result = new List<int[]>();
        if (possible <= CombinationLimit)
        {
            for (var a = 0; a < n; a++)
            {
                if (ways == 1) result.Add([a]);
                for (var b = a + 1; b < n && ways > 1; b++)
                {
                    if (ways == 2) result.Add([a, b]);
                    for (var c = b + 1; c < n && ways > 2; c++) result.Add([a, b, c]);
                }
            }
            return result;
        }
        var sequence = run.Stream($"evaluate/marginals-{ways.ToString(CultureInfo.InvariantCulture)}").Sequence();
        var seen = new HashSet<(int, int, int)>();
        while (result.Count < CombinationLimit)
        {
            var drawn = new int[ways];
            for (var k = 0; k < ways; k++) drawn[k] = sequence.NextBelow(n);
            var ascending = true;
            for (var k = 1; k < ways; k++) ascending &= drawn[k - 1] < drawn[k];
            if (ascending && seen.Add((drawn[0], ways > 1 ? drawn[1] : 0, ways > 2 ? drawn[2] : 0))) result.Add(drawn);
        }
        return result;
    }

    private static (double Synthetic, double Holdout) Score(MarginalCodes.Coded[] columns, int[] combination, bool holdout)
    {
        var real = Counts(Side.Real);
        return (1 - Distance.TotalVariation(real, Counts(Side.Synthetic)), holdout ? 1 - Distance.TotalVariation(real, Counts(Side.Holdout)) : 0);

        int[] Counts(Side side)
        {
            var a = columns[combination[0]];
            byte[] ca = a.Codes[(int)side];
            if (combination.Length == 1)
            {
                var single = new int[a.Size];
                foreach (var code in ca) single[code]++;
                return single;
            }
            var b = columns[combination[1]];
            byte[] cb = b.Codes[(int)side];
            if (combination.Length == 2)
            {
                var pairs = new int[a.Size * b.Size];
                for (var i = 0; i < ca.Length; i++) pairs[ca[i] * b.Size + cb[i]]++;
                return pairs;
            }
            var c = columns[combination[2]];
            byte[] cc = c.Codes[(int)side];
            var triples = new int[a.Size * b.Size * c.Size];
            for (var i = 0; i < ca.Length; i++) triples[(ca[i] * b.Size + cb[i]) * c.Size + cc[i]]++;
            return triples;
        }
    }
}
