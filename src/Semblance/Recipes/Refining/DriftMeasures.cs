using System.Collections.Immutable;
using System.Globalization;
using Semblance.Data;
using Semblance.Metrics;
using Semblance.Models;
using Semblance.Numerics;

namespace Semblance.Recipes;

/// <summary>Finds what a model's rows miss of new rows and a trial's do not. Verdicts on columns hold against chance at 1 % over all of them together, and each asks for a difference that matters.</summary>
internal sealed class DriftMeasures
{
    private const string DetectionName = "fidelity.c2st", LearningName = "utility.tstr";

    /// <summary>Chance of a false alarm, over all columns and their three tests.</summary>
    private const double Alarm = 0.01;

    /// <summary>Differences that matter: of distributions and of scores, and of shares.</summary>
    private const double LeastShift = 0.02, LeastShare = 0.01;

    /// <summary>Rows of the model in which a category would stand on average, for its absence to be no chance.</summary>
    private const int SureRows = 15;

    private readonly About about;
    private readonly Comparison old, trial;
    private readonly double alarm, z;

    private DriftMeasures(About about, Comparison old, Comparison trial)
    {
        (this.about, this.old, this.trial) = (about, old, trial);
        alarm = Alarm / (3 * Math.Max(1, old.Features.Length));
        z = -FastMath.NormalQuantile(alarm / 2);
    }

    /// <summary>Compares rows of a model and of the trial, which was fitted to <paramref name="learned"/>, with rows that neither has seen.</summary>
    public static DriftReport Of(About about, Table learned, Table judge, Table made, Table tried, string? target, Run run, CancellationToken ct)
    {
        var measures = new DriftMeasures(about, Side(judge, made), Side(judge, tried));
        var (detection, learning) = Rows(made);
        var (trialDetection, trialLearning) = Rows(tried);
        ImmutableArray<ColumnDrift> columns = [.. Enumerable.Range(0, measures.old.Features.Length).Select(measures.Column)];
        var reasons = new List<string>();
        if (measures.IsWorse(detection, trialDetection)) reasons.Add(Say($"a detector tells the model's rows from new ones more easily ({detection.Value:0.000}) than rows of the same model fitted to new ones ({trialDetection.Value:0.000})"));
        if (measures.IsWorse(learning, trialLearning)) reasons.Add(Say($"`{target}` of new rows is predicted worse after learning from the model's rows ({learning.Value:0.000}) than from those of the same model fitted to new ones ({trialLearning.Value:0.000})"));
        reasons.AddRange(columns.SelectMany(c => c.Reasons));
        return new DriftReport
        {
            About = about, Seed = run.Seed, Rows = learned.Rows + judge.Rows, Target = target, Detection = detection, TrialDetection = trialDetection, Learning = learning, TrialLearning = trialLearning,
            Columns = columns, Reasons = [.. reasons],
        };

        Comparison Side(Table real, Table synthetic) => Comparison.Of(new Evidence<Table>(real, synthetic) { Holdout = learned }, run);
        (Score Detection, Score Learning) Rows(Table rows)
        {
            var data = Comparison.Of(new Evidence<Table>(learned, rows) { Holdout = judge, Target = target }, run);
            var scores = MetricCatalog.Default.Only(DetectionName, LearningName).Metrics.ToDictionary(m => m.Name, m => ((TableMetric)m).Judge(data, run, ct).Score);
            return (scores[DetectionName], scores[LearningName]);
        }
    }

    /// <summary>
    /// Whether intervals do not meet, and the scores differ by more than two fits of one model do by luck. Without the second, 3 of 60 comparisons without drift were called drift: where 800 rows judge, the difference of model
    /// and trial varies by 0.09 (<c>copula</c>), 0.06 and less (others), so by 2.5 over the square root of the rows; this asks for 6.
    /// </summary>
    private bool IsWorse(Score model, Score again) =>
        model.Interval is { } a && again.Interval is { } b && a.High < b.Low && again.Value - model.Value > Math.Max(LeastShift, 6 / Math.Sqrt(old.Rows(Side.Real)));

    private ColumnDrift Column(int index)
    {
        Feature own = old.Features[index], other = trial.Features[index];
        var reasons = new List<string>();
        double missing = own.MissingShare(Side.Real), modelMissing = own.MissingShare(Side.Synthetic), trialMissing = other.MissingShare(Side.Synthetic);
        var variance = Variance(missing, modelMissing);
        double? distance = null, tried = null, noise = null, margin = null, share = 0, beyond = 0;
        if (own.IsComparable && Metrics.Shape.Of(own, Side.Synthetic) is { } shape)
        {
            (distance, tried, noise) = (1 - shape, 1 - Metrics.Shape.Of(other, Side.Synthetic), 1 - Metrics.Shape.Of(own, Side.Holdout));
            margin = own.IsNumber ? Math.Sqrt(variance * FastMath.Log(2 / alarm) / 2) : Spread(own, variance) + Math.Sqrt(variance * FastMath.Log(1 / alarm) / 2);
            if (distance - tried > Math.Max(margin.Value, LeastShift)) reasons.Add(Say($"`{own.Name}` has shifted: distance {distance:0.000}, where the same model fitted to new rows has {tried:0.000}"));
            if (own.IsNumber) beyond = Beyond(own, other, reasons);
            else share = New(own, other, reasons);
        }
        var both = (missing + modelMissing) / 2;
        if (Math.Abs(modelMissing - missing) - Math.Abs(trialMissing - missing) > Math.Max(LeastShare, z * Math.Sqrt(both * (1 - both) * Variance(0, 0)) + z * z / (2 * old.Rows(Side.Real))))
            reasons.Add(Say($"`{own.Name}` has no value in {missing:0.0%} of new rows, and in {modelMissing:0.0%} of the model's"));
        return new ColumnDrift(own.Name, own.Kind, distance, tried, noise, margin, missing, modelMissing, share.Value, beyond.Value, [.. reasons]);
    }

    /// <summary>1/n of the judging rows, of the model's rows and of the rows it learned from: each adds its own chance.</summary>
    private double Variance(double missing, double modelMissing) =>
        1 / Math.Max(1, old.Rows(Side.Real) * (1 - missing)) + 1 / Math.Max(1, old.Rows(Side.Synthetic) * (1 - modelMissing)) + 1 / Math.Max(1, about.FittedRows * (1 - modelMissing));

    /// <summary>Total variation distance of two samples of one population, on average.</summary>
    private static double Spread(Feature feature, double variance)
    {
        var counts = feature.Counts(Side.Real);
        double all = Math.Max(1, counts.Sum(c => (long)c)), sum = 0;
        foreach (var count in counts) sum += Math.Sqrt(count / all * (1 - count / all) * variance);
        return 0.5 * 0.7978845608028654 * sum; // a normal deviate is sqrt(2/pi) of its standard deviation away on average
    }

    private double Beyond(Feature own, Feature other, List<string> reasons)
    {
        var values = own.Sorted(Side.Real);
        int outside = Outside(values, own.Sorted(Side.Synthetic)), tried = Outside(values, other.Sorted(Side.Synthetic));
        if (values.Length == 0) return 0;
        var share = (double)outside / values.Length;
        if (RankStatistics.Wilson(outside, values.Length, z).Low > RankStatistics.Wilson(tried, values.Length, z).High + LeastShare)
            reasons.Add(Say($"`{own.Name}` lies beyond all that the model makes in {share:0.0%} of new rows"));
        return share;
    }

    private static int Outside(double[] values, double[] made) => made.Length == 0 ? values.Length : values.Count(v => v < made[0] || v > made[^1]);

    /// <summary>Categories that the trial makes and the model does not, frequent enough that neither chance nor the protection of rare values explains it.</summary>
    private double New(Feature own, Feature other, List<string> reasons)
    {
        int[] real = own.Counts(Side.Real), made = own.Counts(Side.Synthetic), tried = other.Counts(Side.Synthetic);
        var total = Math.Max(1.0, real.Sum(c => (long)c));
        var least = Math.Max((double)SureRows / Math.Max(1, old.Rows(Side.Synthetic)), 3.0 * CellTable.RareBelow((int)Math.Min(about.FittedRows, int.MaxValue)) / Math.Max(1, about.FittedRows));
        var found = new List<int>();
        for (var level = 0; level < own.RealLevels; level++) // levels of the judging rows come first, in one order in both comparisons
            if (made[level] == 0 && tried[level] > 0 && real[level] / total >= least) found.Add(level);
        var share = found.Sum(level => real[level] / total);
        if (share >= LeastShare) reasons.Add(Say($"`{own.Name}` has values that the model does not make, in {share:0.0%} of new rows: {string.Join(", ", found.OrderByDescending(l => real[l]).Take(5).Select(l => own.Levels[l]))}"));
        return share;
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
