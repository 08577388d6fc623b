using System.Globalization;
using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// Attribute inference (Giomi and others 2023): somebody knows all of a person but one column and guesses it as the nearest synthetic row has it. Every column is the
/// secret in turn, on training rows and, as the control, on as many holdout rows: what can be guessed of people the generator never saw is knowledge of the population,
/// not a leak.
/// </summary>
/// <remarks>
/// A number is guessed right within 5 % of the true value, and within 5 % of the middle nine tenths of the column: the first alone would let every guess of a year pass,
/// the second alone every guess of a small amount. Two gaps agree.
/// </remarks>
internal sealed class AttributeInference : TableMetric
{
    private const int Targets = 1_500, LeastTargets = 50, SyntheticLimit = 40_000;
    private const double Tolerance = 0.05;

    public override string Name => "privacy.inference";
    public override string Title => "Inferring a secret";
    public override string What => "How much better the synthetic rows help to guess one column of a training row than of a row the generator never saw, for the column where it is worst: 0 means no better.";
    public override Direction Direction => Direction.Lower;
    public override Bounds Bounds => new(-1, 1);

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        if (!data.HasHoldout) return Finding.None("needs a holdout: real rows the generator never saw");
        var space = new RowSpace(data, 0.5);
        var columns = space.Columns.ToArray();
        if (columns.Length < 2) return Finding.None("needs two columns that can be compared");
        var size = Math.Min(space.RowLimit(Targets), Math.Min(data.Rows(Side.Real), data.Rows(Side.Holdout)));
        if (size < LeastTargets) return Finding.None($"needs at least {LeastTargets} rows of train and holdout");
        var synthetic = data.Sample(Side.Synthetic, space.RowLimit(SyntheticLimit), run, "evaluate/inference");
        var references = space.Of(Side.Synthetic, synthetic);
        int[] attack = Hits(Side.Real), control = Hits(Side.Holdout);

        var risks = new List<(Feature Secret, AttackRisk Risk)>();
        for (var k = 0; k < columns.Length; k++)
            if (Risk(k, columns.Length) is { } risk) risks.Add((columns[k], risk));
        if (risks.Count == 0) return Finding.None("every column of held-out rows can be guessed, so there is nothing to gain");
        var worst = risks.MaxBy(r => r.Risk.Interval.Low);
        var details = new List<AttackDetail> { Detail(worst.Secret, worst.Risk, risks.Count) };
        var target = Array.FindIndex(columns, c => c.Name == data.Target); // chosen beforehand, so its interval need not hold together with others
        if (target >= 0 && worst.Secret != columns[target] && Risk(target, 1) is { } aimed) details.Add(Detail(columns[target], aimed, 1));
        return new Finding(new Score(worst.Risk.Value, worst.Risk.Interval, 0, $"worst for `{worst.Secret.Name}`"))
        {
            SampledRows = size,
            Privacy = panel => panel with { Attacks = panel.Attacks.AddRange(details) },
        };

        AttackRisk? Risk(int k, int choices) => AttackRisk.Of((double)attack[k] / size, size, (double)control[k] / size, size, choices);

        int[] Hits(Side side)
        {
            var targets = data.Sample(side, size, run, "evaluate/inference");
            var nearest = space.NearestWithoutEach(references, space.Of(side, targets), run, ct);
            var hits = new int[columns.Length];
            for (var k = 0; k < columns.Length; k++)
            {
                var close = Closeness(columns[k]);
                for (var i = 0; i < targets.Length; i++)
                    if (Agree(columns[k], side, targets[i], synthetic[nearest[i * columns.Length + k]], close)) hits[k]++;
            }
            return hits;
        }

        AttackDetail Detail(Feature secret, AttackRisk risk, int outOf) => new()
        {
            Metric = Name, Title = $"Guessing {secret.Name}", Measure = "risk", Value = risk.Value, Interval = risk.Interval, Reference = 0,
            Said = string.Create(CultureInfo.InvariantCulture,
                $"`{secret.Name}`{(outOf > 1 ? $", the worst of {outOf} columns," : ", the target,")} is guessed right for {100 * risk.Attack:0.0}% of {size:N0} training rows from all their other columns, and for {100 * risk.Control:0.0}% of as many unseen rows."),
        };
    }

    /// <summary>How far a guess of a number may be off in any case: 5 % of the way between the real values' 5th and 95th percentile.</summary>
    private static double Closeness(Feature feature)
    {
        if (!feature.IsNumber) return 0;
        var sorted = feature.Sorted(Side.Real);
        return sorted.Length == 0 ? 0 : Tolerance * (RankStatistics.Quantile(sorted, 0.95) - RankStatistics.Quantile(sorted, 0.05));
    }

    internal static bool Agree(Feature feature, Side side, int row, int synthetic, double close)
    {
        bool missing = feature.IsMissing(side, row), guessed = feature.IsMissing(Side.Synthetic, synthetic);
        if (missing || guessed) return missing && guessed;
        if (!feature.IsNumber) return feature.Codes[(int)side][row] == feature.Codes[(int)Side.Synthetic][synthetic];
        double truth = feature.Numbers[(int)side][row], guess = feature.Numbers[(int)Side.Synthetic][synthetic];
        return Math.Abs(guess - truth) <= Math.Min(Tolerance * Math.Abs(truth), close);
    }
}
