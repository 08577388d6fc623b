using System.Globalization;
using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// Membership inference with the synthetic rows alone: is this person's row among those the generator learned from? Five scores are tried on training rows and on
/// holdout rows; another part of the holdout serves as what the attacker knows of the population. The greatest area under the ROC curve counts.
/// </summary>
/// <remarks>
/// Distance to the nearest synthetic row; the same less that to the nearest reference row (Chen, Yu, Zhang and Fritz 2020); density of synthetic over density of reference
/// rows by a normal kernel on the nearest neighbours (DOMIAS: van Breugel, Sun, Qian and van der Schaar 2023); share of synthetic rows among the neighbours (DPI: Ward,
/// Wang and Cheng 2024); a classifier of synthetic against reference rows. Both kinds of target are as fresh to the reference, so that 0.5 is exact where nothing leaked.
/// </remarks>
internal sealed class Membership : TableMetric
{
    private const int TargetLimit = 4_000, ReferenceLimit = 5_000, SyntheticLimit = 40_000, LeastRows = 50;
    private const int Neighbours = 20;

    private static readonly Boosting Options = new() { Rounds = 60, Depth = 5, LearningRate = 0.2, Stream = "evaluate/membership/boosting" };

    public override string Name => "privacy.membership";
    public override string Title => "Telling who was learned from";
    public override string What => "How often the best of five attacks on the synthetic rows picks, of a training row and an unseen row, the training row: a half is guessing.";
    public override Direction Direction => Direction.Lower;

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        if (!data.HasHoldout) return Finding.None("needs a holdout: real rows the generator never saw");
        var space = new RowSpace(data, 0.5);
        if (space.IsEmpty) return Finding.None("the table has identifiers only");
        var unseen = data.Sample(Side.Holdout, data.Rows(Side.Holdout), run, "evaluate/membership");
        var reference = unseen[..Math.Min(unseen.Length / 2, space.RowLimit(ReferenceLimit))];
        var others = unseen[(unseen.Length / 2)..Math.Min(unseen.Length, unseen.Length / 2 + space.RowLimit(TargetLimit))];
        var members = data.Sample(Side.Real, space.RowLimit(TargetLimit), run, "evaluate/membership");
        if (reference.Length < LeastRows || members.Length < LeastRows) return Finding.None($"needs at least {LeastRows} rows of train and {2 * LeastRows} of holdout");
        var synthetic = data.Sample(Side.Synthetic, space.RowLimit(SyntheticLimit), run, "evaluate/membership");

        double? bandwidth = null; // one for both kinds of target, from those that nothing was learned from
        double[][] outside = Scores(Side.Holdout, others), inside = Scores(Side.Real, members);
        (inside[^1], outside[^1]) = Classified();
        var attacks = Names.Select((name, k) => (Name: name, Found: MembershipScore.Of(inside[k], outside[k])!)).ToArray();
        var z = FastMath.NormalQuantile(1 - 0.025 / attacks.Length);
        var best = attacks.MaxBy(a => a.Found.Auc.Value);
        return new Finding(new Score(best.Found.Auc.Value, Range(best.Found, z), 0.5, $"the best attack is {best.Name}"))
        {
            SampledRows = others.Length,
            Privacy = panel => panel with { Attacks = panel.Attacks.AddRange(attacks.Select(a => Detail(a.Name, a.Found, Range(a.Found, 1.959963984540054)))) },
        };

        double[][] Scores(Side side, int[] targets)
        {
            var points = space.Of(side, targets);
            var (_, toSynthetic) = space.Nearest(space.Of(Side.Synthetic, synthetic), points, Neighbours, run, ct);
            var (_, toReference) = space.Nearest(space.Of(Side.Holdout, reference), points, Neighbours, run, ct);
            var scores = new double[Names.Length][];
            for (var k = 0; k < scores.Length; k++) scores[k] = new double[targets.Length];
            var width = bandwidth ??= KernelDensity.Bandwidth(Enumerable.Range(0, targets.Length).Select(i => toReference[i * Neighbours]));
            for (var i = 0; i < targets.Length; i++)
            {
                ReadOnlySpan<double> near = toSynthetic.AsSpan(i * Neighbours, Neighbours), known = toReference.AsSpan(i * Neighbours, Neighbours);
                scores[0][i] = -near[0];
                scores[1][i] = known[0] - near[0];
                scores[2][i] = KernelDensity.Log(near, width) - KernelDensity.Log(known, width);
                scores[3][i] = Share(near, known);
            }
            return scores;
        }

        (double[] Inside, double[] Outside) Classified()
        {
            var features = data.Features.Where(f => f.IsComparable).ToArray();
            var lesson = synthetic[..Math.Min(synthetic.Length, reference.Length)];
            var x = BinnedMatrix.Build(FeatureMatrix.Of(features, (Side.Synthetic, lesson), (Side.Holdout, reference), (Side.Real, members), (Side.Holdout, others)), run, ct);
            var y = new float[x.Rows];
            y.AsSpan(0, lesson.Length).Fill(1);
            var learned = lesson.Length + reference.Length;
            var trees = BoostedTrees.Fit(Options, BoostingLoss.Logistic, x, y, 2, [.. Enumerable.Range(0, learned)], run with { Progress = null }, ct);
            var scores = Array.ConvertAll(trees.Predict(x, [.. Enumerable.Range(learned, members.Length + others.Length)], run), s => (double)s);
            return (scores[..members.Length], scores[members.Length..]);
        }
    }

    private static readonly string[] Names = ["by distance", "by distance beside a reference", "by density beside a reference", "by neighbours", "by a classifier"];

    private static Interval Range(MembershipScore found, double z) =>
        new(Math.Max(0, found.Auc.Value - z * found.Auc.StandardError), Math.Min(1, found.Auc.Value + z * found.Auc.StandardError));

    private AttackDetail Detail(string name, MembershipScore found, Interval interval) => new()
    {
        Metric = Name, Title = $"Membership {name}", Measure = "AUC", Value = found.Auc.Value, Interval = interval, Reference = 0.5,
        TruePositiveRate = found.TruePositives, TruePositiveInterval = found.TruePositiveInterval,
        Said = string.Create(CultureInfo.InvariantCulture,
            $"Of a training row and an unseen row it picks the training row {100 * found.Auc.Value:0.0}% of the time; where it may be wrong about 1% of unseen rows it recognises {100 * found.TruePositives:0.0}% of training rows."),
    };

    /// <summary>Share of synthetic rows among the nearest of both; of equal distances half.</summary>
    private static double Share(ReadOnlySpan<double> synthetic, ReadOnlySpan<double> reference)
    {
        int i = 0, j = 0;
        double share = 0;
        while (i + j < Neighbours)
        {
            if (synthetic[i] == reference[j] && i + j + 1 < Neighbours) (share, i, j) = (share + 1, i + 1, j + 1);
            else if (synthetic[i] == reference[j]) return (share + 0.5) / Neighbours;
            else if (synthetic[i] < reference[j]) (share, i) = (share + 1, i + 1);
            else j++;
        }
        return share / Neighbours;
    }
}
