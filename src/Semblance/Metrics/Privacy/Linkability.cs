using System.Globalization;
using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// Linkability (Giomi and others 2023): somebody holds two halves of people's columns without names on them, and joins them by way of the synthetic rows: the row nearest
/// in one half and the row nearest in the other are one row. It is tried on training rows and, as the control, on as many holdout rows, over several random ways to halve
/// the columns.
/// </summary>
internal sealed class Linkability : TableMetric
{
    private const int Targets = 2_000, LeastTargets = 50, SyntheticLimit = 40_000, Halvings = 8;

    public override string Name => "privacy.linkability";
    public override string Title => "Linking what belongs to one person";
    public override string What => "How much better the synthetic rows help to join two halves of a training row than two halves of a row the generator never saw: 0 means no better.";
    public override Direction Direction => Direction.Lower;
    public override Bounds Bounds => new(-1, 1);

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        if (!data.HasHoldout) return Finding.None("needs a holdout: real rows the generator never saw");
        var features = data.Features.Where(f => f.IsComparable).ToArray();
        if (features.Length < 2) return Finding.None("needs two columns that can be compared");
        var whole = new RowSpace(features, 0.5);
        var size = Math.Min(whole.RowLimit(Targets), Math.Min(data.Rows(Side.Real), data.Rows(Side.Holdout)));
        if (size < LeastTargets) return Finding.None($"needs at least {LeastTargets} rows of train and holdout");
        var synthetic = data.Sample(Side.Synthetic, whole.RowLimit(SyntheticLimit), run, "evaluate/linkability");
        var train = data.Sample(Side.Real, size, run, "evaluate/linkability");
        var holdout = data.Sample(Side.Holdout, size, run, "evaluate/linkability");
        int attack = 0, control = 0;
        for (var halving = 0; halving < Halvings; halving++)
        {
            run.Stream("evaluate/linkability/halves").Sequence(halving).Shuffle<Feature>(features);
            RowSpace first = new(features[..(features.Length / 2)], 0.5), second = new(features[(features.Length / 2)..], 0.5);
            RowSpace.Points ones = first.Of(Side.Synthetic, synthetic), others = second.Of(Side.Synthetic, synthetic);
            attack += Links(Side.Real, train);
            control += Links(Side.Holdout, holdout);

            int Links(Side side, int[] targets)
            {
                var mine = targets.Where((_, i) => i % Halvings == halving).ToArray(); // each target is tried once: trials stay independent
                var (left, _) = first.Nearest(ones, first.Of(side, mine), 1, run, ct);
                var (right, _) = second.Nearest(others, second.Of(side, mine), 1, run, ct);
                var linked = 0;
                for (var i = 0; i < mine.Length; i++)
                    if (left[i] == right[i]) linked++;
                return linked;
            }
        }
        if (AttackRisk.Of((double)attack / size, size, (double)control / size, size) is not { } risk) return Finding.None("every held-out row can be joined, so there is nothing to gain");
        return new Finding(new Score(risk.Value, risk.Interval, 0))
        {
            SampledRows = size,
            Privacy = panel => panel with
            {
                Attacks = panel.Attacks.Add(new AttackDetail
                {
                    Metric = Name, Title = "Linking two halves of a row", Measure = "risk", Value = risk.Value, Interval = risk.Interval, Reference = 0,
                    Said = string.Create(CultureInfo.InvariantCulture,
                        $"Given half of a person's columns and the other half without a name, the synthetic rows join both for {100 * risk.Attack:0.0}% of {size:N0} training rows and {100 * risk.Control:0.0}% of as many unseen rows."),
                }),
            },
        };
    }
}
