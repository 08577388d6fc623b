using Semblance.Numerics;
using Semblance.Profiles;

namespace Semblance.Metrics;

/// <summary>
/// Mean over the rules that a profile finds in the real data of the share of rows that keep them: columns that determine another (the most frequent partner of each
/// value), columns that never exceed another, columns computed from others to the written precision. Rows with a value that the rule says nothing about are left out.
/// </summary>
internal sealed class ValidDependencies : TableMetric
{
    private const double LeastExact = 0.995; // a formula that real rows break more often is a tendency, not a rule

    public override string Name => "validity.dependencies";
    public override string Title => "Rules kept";
    public override string What => "Whether rows obey the rules between columns that hold in the real data, such as a code that belongs to one name.";

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        var profile = data.Profile(run, ct);
        var rules = new List<Func<Side, double?>>();
        foreach (var dependency in profile.Dependencies)
        {
            Feature from = data.Features[dependency.Determinant], to = data.Features[dependency.Dependent];
            if (HasValues(from) && HasValues(to)) rules.Add(Determines(from, to));
        }
        foreach (var order in profile.Orders) rules.Add(side => Ordered(data.Features[order.Lesser], data.Features[order.Greater], side));
        foreach (var formula in profile.Formulas.Where(f => f.ExactShare >= LeastExact && f.Inputs.Append(f.Column).All(i => data.Features[i].IsNumber)))
            rules.Add(side => Computed(formula, data, side));
        if (rules.Count == 0) return Finding.None("the real data have no rule between columns");

        var shares = new (double? Synthetic, double? Holdout)[rules.Count];
        Blocks.For(shares.Length, run, ct, k => shares[k] = (rules[k](Side.Synthetic), data.HasHoldout ? rules[k](Side.Holdout) : null));
        var kept = shares.Where(s => s.Synthetic is not null).Select(s => s.Synthetic!.Value).ToArray();
        if (kept.Length == 0) return Finding.None("no synthetic row falls under a rule of the real data");
        var usual = shares.Where(s => s.Holdout is not null).Select(s => s.Holdout!.Value).ToArray();
        return new Finding(new Score(kept.Average(), null, usual.Length == 0 ? null : usual.Average()));
    }

    private static Func<Side, double?> Determines(Feature determinant, Feature dependent)
    {
        var counts = new Dictionary<(double, double), int>();
        for (var row = 0; row < Rows(determinant, Side.Real); row++)
        {
            var pair = (Cell(determinant, Side.Real, row), Cell(dependent, Side.Real, row));
            counts[pair] = counts.GetValueOrDefault(pair) + 1;
        }
        var partner = new Dictionary<double, double>();
        // Most frequent partner; of equally frequent ones the least, so that the order of the dictionary does not matter.
        foreach (var ((from, to), _) in counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key.Item1).ThenBy(c => c.Key.Item2)) partner.TryAdd(from, to);
        return side =>
        {
            int kept = 0, all = 0;
            for (var row = 0; row < Rows(determinant, side); row++)
            {
                if (!partner.TryGetValue(Cell(determinant, side, row), out var to)) continue;
                all++;
                if (Cell(dependent, side, row) == to) kept++;
            }
            return all == 0 ? null : (double)kept / all;
        };
    }

    private static double? Ordered(Feature lesser, Feature greater, Side side)
    {
        double[] low = lesser.Numbers[(int)side], high = greater.Numbers[(int)side];
        int kept = 0, all = 0;
        for (var row = 0; row < low.Length; row++)
        {
            if (double.IsNaN(low[row]) || double.IsNaN(high[row])) continue;
            all++;
            if (low[row] <= high[row]) kept++;
        }
        return all == 0 ? null : (double)kept / all;
    }

    private static double? Computed(Formula formula, Comparison data, Side side)
    {
        var target = data.Features[formula.Column].Numbers[(int)side];
        var a = data.Features[formula.Inputs[0]].Numbers[(int)side];
        var b = formula.Inputs.Length > 1 ? data.Features[formula.Inputs[1]].Numbers[(int)side] : null;
        var unit = 1.0;
        for (var d = 0; d < data.Full(Side.Real)!.Columns[formula.Column].Schema.Number.MaxDecimals; d++) unit /= 10;
        int kept = 0, all = 0;
        for (var row = 0; row < target.Length; row++)
        {
            var expected = formula.Kind switch
            {
                FormulaKind.Product => a[row] * b![row],
                FormulaKind.Ratio => a[row] / b![row],
                FormulaKind.Sum => a[row] + b![row],
                FormulaKind.Difference => a[row] - b![row],
                _ => formula.Factors[0] * a[row] + (b is null ? 0 : formula.Factors[1] * b[row]) + formula.Constant,
            };
            if (double.IsNaN(target[row]) || !double.IsFinite(expected)) continue;
            all++;
            if (Math.Abs(target[row] - expected) <= 0.5 * unit + 1e-9 * Math.Abs(expected)) kept++;
        }
        return all == 0 ? null : (double)kept / all;
    }

    /// <summary>Of texts and identifiers only lengths are compared, which determine nothing.</summary>
    private static bool HasValues(Feature feature) => feature.IsComparable && feature.Kind != ColumnKind.Text;

    private static int Rows(Feature feature, Side side) => feature.Type == FeatureType.Category ? feature.Codes[(int)side].Length : feature.Numbers[(int)side].Length;

    /// <summary>A cell as a number that can be compared: a missing one is infinity, which no cell is.</summary>
    private static double Cell(Feature feature, Side side, int row)
    {
        if (feature.IsMissing(side, row)) return double.PositiveInfinity;
        return feature.Type == FeatureType.Category ? feature.Codes[(int)side][row] : feature.Numbers[(int)side][row];
    }
}
