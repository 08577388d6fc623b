using System.Runtime.InteropServices;
using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// Whether gaps are where they are in the real data: the mean of three similarities over the columns that have gaps on either side.
/// Shares: 1 - mean over all columns of |share of gaps - share in the real data|. Patterns: 1 - total variation distance of which columns are missing together.
/// Conditions: for each column with gaps, the share of gaps in each class of the column its gaps depend on most in the real data (Cramér's V), 1 - the mean
/// difference weighted by the real class shares, relative to 2p(1 - p), the greatest that losing all dependence can make.
/// </summary>
internal sealed class Missingness : TableMetric
{
    // Conditions are searched on at most so many columns with gaps, columns they may depend on, and rows: work stays bounded on wide tables.
    private const int MostGaps = 50, MostPartners = 100, MostRows = 20_000;

    public override string Name => "fidelity.missingness";
    public override string Title => "Gaps";
    public override string What => "How closely empty cells occur as often, together, and in the same kinds of rows as in the real data.";

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        var gaps = data.Features.Where(f => f.MissingShare(Side.Real) > 0 || f.MissingShare(Side.Synthetic) > 0).ToArray();
        if (gaps.Length == 0) return new Finding(new Score(1, Ceiling: data.HasHoldout ? 1 : null, Why: "no column has gaps"));
        var partners = Partners(data, gaps, run, ct);
        double? ceiling = data.HasHoldout ? data.CeilingOf(Of(data, gaps, partners, Side.Holdout)) : null;
        return new Finding(new Score(Of(data, gaps, partners, Side.Synthetic), null, ceiling));
    }

    private static double Of(Comparison data, Feature[] gaps, MarginalCodes.Coded?[] partners, Side side)
    {
        double shares = 0;
        foreach (var feature in gaps) shares += Math.Abs(feature.MissingShare(Side.Real) - feature.MissingShare(side));
        var parts = 2;
        var sum = 1 - shares / data.Features.Length + (1 - PatternDistance(data, gaps, side));
        double conditions = 0;
        var conditional = 0;
        for (var i = 0; i < gaps.Length; i++)
        {
            if (partners[i] is not { } partner) continue;
            conditions += ConditionDistance(gaps[i], partner, side);
            conditional++;
        }
        if (conditional > 0) (sum, parts) = (sum + 1 - conditions / conditional, 3);
        return sum / parts;
    }

    private static double PatternDistance(Comparison data, Feature[] gaps, Side side)
    {
        // A pattern is the set of missing columns; patterns are numbered as they are met.
        var numbers = new Dictionary<UInt128, int>();
        var real = Patterns(Side.Real);
        var other = Patterns(side);
        int[] a = new int[numbers.Count], b = new int[numbers.Count];
        foreach (var pattern in real) a[pattern]++;
        foreach (var pattern in other) b[pattern]++;
        return Distance.TotalVariation(a, b);

        int[] Patterns(Side of)
        {
            var result = new int[data.Rows(of)];
            for (var row = 0; row < result.Length; row++)
            {
                UInt128 pattern = 0;
                // Beyond 120 columns with gaps the set is hashed: a collision only makes two patterns one.
                for (var k = 0; k < gaps.Length; k++)
                    if (gaps[k].IsMissing(of, row)) pattern = gaps.Length <= 120 ? pattern | UInt128.One << k : pattern * 1_000_003 + (UInt128)(k + 1);
                ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, pattern, out var seen);
                if (!seen) number = numbers.Count - 1;
                result[row] = number;
            }
            return result;
        }
    }

    /// <summary>Per column with gaps, the column its gaps depend on most in the real data; null where they depend on none or there are no real gaps.</summary>
    private static MarginalCodes.Coded?[] Partners(Comparison data, Feature[] gaps, Run run, CancellationToken ct)
    {
        var columns = Some(data.Codes(run, ct).Columns, MostPartners, run);
        var searched = Some([.. Enumerable.Range(0, gaps.Length)], MostGaps, run);
        var step = Math.Max(1, data.Rows(Side.Real) / MostRows);
        var partners = new MarginalCodes.Coded?[gaps.Length];
        Blocks.For(searched.Length, run, ct, k =>
        {
            var i = searched[k];
            var flags = new int[data.Rows(Side.Real) / step];
            for (var row = 0; row < flags.Length; row++) flags[row] = gaps[i].IsMissing(Side.Real, row * step) ? 1 : 0;
            var codes = new int[flags.Length];
            double best = 0.05; // below it a dependence of the gaps is as good as none
            foreach (var column in columns)
            {
                if (column.Feature == gaps[i]) continue;
                for (var row = 0; row < codes.Length; row++) codes[row] = column.Codes[0][row * step];
                var strength = Contingency.Of(flags, codes, 2, column.Size).CramerV();
                if (strength > best) (best, partners[i]) = (strength, column);
            }
        });
        return partners;

        static T[] Some<T>(T[] items, int most, Run run) => items.Length <= most ? items
            : Array.ConvertAll(RowSample.Of(items.Length, most, run.Stream("evaluate/missingness")), i => items[i]);
    }

    private static double ConditionDistance(Feature gaps, MarginalCodes.Coded partner, Side side)
    {
        var real = Shares(Side.Real, out var weights, out var p);
        var other = Shares(side, out _, out var q);
        double sum = 0;
        for (var k = 0; k < real.Length; k++)
        {
            if (double.IsNaN(real[k])) continue;
            // A class the other side never has says nothing about its gaps: its overall share stands in.
            sum += weights[k] * Math.Abs(real[k] - (double.IsNaN(other[k]) ? q : other[k]));
        }
        var scale = 2 * p * (1 - p);
        return scale <= 0 ? Math.Min(1, sum) : Math.Min(1, sum / scale);

        double[] Shares(Side of, out double[] classes, out double overall)
        {
            var codes = partner.Codes[(int)of];
            var rows = new int[partner.Size];
            var missing = new int[partner.Size];
            for (var row = 0; row < codes.Length; row++)
            {
                rows[codes[row]]++;
                if (gaps.IsMissing(of, row)) missing[codes[row]]++;
            }
            classes = Array.ConvertAll(rows, r => codes.Length == 0 ? 0 : (double)r / codes.Length);
            overall = codes.Length == 0 ? 0 : (double)missing.Sum() / codes.Length;
            var shares = new double[rows.Length];
            for (var k = 0; k < rows.Length; k++) shares[k] = rows[k] == 0 ? double.NaN : (double)missing[k] / rows[k];
            return shares;
        }
    }
}
