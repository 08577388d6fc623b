using System.Globalization;
using Semblance.Rules;

namespace Semblance.Metrics;

/// <summary>What share of a group a model gives the outcome to.</summary>
internal enum Rate
{
    /// <summary>Of all its rows.</summary>
    Selected,
    /// <summary>Of its rows that have the outcome.</summary>
    TruePositive,
    /// <summary>Of its rows that do not.</summary>
    FalsePositive,
}

/// <summary>
/// Decisions of two models, trained on synthetic and on real rows, about the same holdout rows, by sensitive group. Two classes: whether the later one in order
/// (1, true, yes, >50K) is predicted; more classes: each against the rest; numbers: whether the prediction lies above the real median.
/// </summary>
internal sealed class GroupTreatment
{
    /// <summary>Rows with (without) the outcome below which a group has no rate of true (false) positives.</summary>
    public const int LeastCases = 30;

    private readonly int[] codes;           // per test row the group, -1 where it is left out
    private readonly bool[][] actual;       // per outcome and test row
    private readonly bool[][][] predicted;  // per model (0 synthetic, 1 real), outcome, test row
    private readonly int[] groups;          // groups that are compared

    private readonly SensitiveGroups all;

    private GroupTreatment(Downstream task, SensitiveGroups all, int[] codes, int[] groups, string[] outcomes, bool[][] actual, bool[][][] predicted) =>
        (Task, this.all, this.codes, this.groups, Outcomes, this.actual, this.predicted) = (task, all, codes, groups, outcomes, actual, predicted);

    public Downstream Task { get; }

    /// <summary>Names of all groups.</summary>
    public string[] Names => all.Names;

    /// <summary>What is predicted or not: <c>income = >50K</c>.</summary>
    public string[] Outcomes { get; }

    /// <summary>How two groups differ in one rate of one outcome.</summary>
    public readonly record struct Gap(int Outcome, Rate Rate, int High, int Low);

    /// <summary>The decisions; null and why, when nothing is predicted or fewer than two groups are large enough.</summary>
    public static GroupTreatment? Of(Comparison data, Run run, CancellationToken ct, out string why)
    {
        if (data.Groups(out why) is not { } names || data.Prediction(run, ct, out why) is not { } pair) return null;
        var task = pair.Task;
        var codes = Array.ConvertAll(task.TestRows, row => names.Codes[(int)Side.Holdout][row]);
        var counts = new int[names.Names.Length];
        foreach (var code in codes)
            if (code >= 0) counts[code]++;
        var large = Enumerable.Range(0, counts.Length).Where(g => counts[g] >= BoundFairness.LeastRows).ToArray();
        if (large.Length < 2)
        {
            why = string.Create(CultureInfo.InvariantCulture, $"fewer than two groups of {data.Sensitive} have {BoundFairness.LeastRows} rows of the holdout");
            return null;
        }
        for (var i = 0; i < codes.Length; i++)
            if (codes[i] >= 0 && counts[codes[i]] < BoundFairness.LeastRows) codes[i] = -1;
        var feature = data.Features.First(f => f.Name == data.Target);
        var (outcomes, actual, predicted) = Decisions(task, feature, [pair.Synthetic.Predicted, pair.Real.Predicted]);
        return new GroupTreatment(task, names, codes, large, outcomes, actual, predicted);
    }

    /// <summary>The largest gap of a model in the given rates over outcomes and groups; null where no two groups have a rate.</summary>
    /// <param name="model">0: trained on synthetic rows; 1: on real rows.</param>
    /// <param name="rates">Rates that count.</param>
    /// <param name="size">How far a high rate is from a low one; the largest counts.</param>
    public Gap? Worst(int model, Rate[] rates, Func<double, double, double> size)
    {
        Gap? worst = null;
        var largest = double.NegativeInfinity;
        for (var outcome = 0; outcome < actual.Length; outcome++)
            foreach (var rate in rates)
            {
                var known = groups.Select(g => (Group: g, Share: Share(model, outcome, rate, g))).Where(g => g.Share is not null).ToArray();
                if (known.Length < 2) continue;
                var (high, low) = (known.MaxBy(g => g.Share), known.MinBy(g => g.Share));
                if (size(high.Share!.Value, low.Share!.Value) is var gap && gap > largest) (largest, worst) = (gap, new Gap(outcome, rate, high.Group, low.Group));
            }
        return worst;
    }

    /// <summary>A rate of a group, each test row counted as often as it was drawn (null: once); null where too few rows count, NaN where a sample drew none.</summary>
    public double? Share(int model, int outcome, Rate rate, int group, int[]? drawn = null)
    {
        long cases = 0, selected = 0, rows = 0;
        for (var i = 0; i < codes.Length; i++)
        {
            if (codes[i] != group || (rate != Rate.Selected && actual[outcome][i] != (rate == Rate.TruePositive))) continue;
            var times = drawn?[i] ?? 1;
            rows++;
            cases += times;
            if (predicted[model][outcome][i]) selected += times;
        }
        if (rows < (rate == Rate.Selected ? BoundFairness.LeastRows : LeastCases)) return null;
        return cases == 0 ? double.NaN : (double)selected / cases;
    }

    /// <summary>Rates of every group for the report, for the outcome in whose selection groups differ most.</summary>
    public FairnessDetail AddTo(FairnessDetail detail)
    {
        detail = all.AddTo(detail);
        var outcome = Worst(0, [Rate.Selected], (high, low) => high - low)?.Outcome ?? 0;
        var places = groups.ToDictionary(g => Names[g], StringComparer.Ordinal);
        var small = detail.Groups.Count(g => !places.ContainsKey(g.Name));
        return detail with
        {
            Outcome = Outcomes[outcome],
            Groups = [.. detail.Groups.Select(g => places.TryGetValue(g.Name, out var place) ? g with { TestRows = codes.Count(c => c == place), Synthetic = Rates(0, outcome, place), Real = Rates(1, outcome, place) } : g)],
            Notes = small == 0 ? detail.Notes : detail.Notes.Add(string.Create(CultureInfo.InvariantCulture,
                $"{small} of these groups {(small == 1 ? "has" : "have")} fewer than {BoundFairness.LeastRows} rows in the holdout: how models treat {(small == 1 ? "it" : "them")} cannot be said.")),
        };
    }

    private GroupRates Rates(int model, int outcome, int group) =>
        new(Share(model, outcome, Rate.Selected, group)!.Value, Share(model, outcome, Rate.TruePositive, group), Share(model, outcome, Rate.FalsePositive, group));

    private static (string[] Outcomes, bool[][] Actual, bool[][][] Predicted) Decisions(Downstream task, Feature feature, float[][] answers)
    {
        var (target, truth) = (task.Target, task.Truth);
        if (target.Task == PredictionTask.Regression)
        {
            var real = Array.FindAll(target.Values[(int)Side.Real], v => !float.IsNaN(v));
            Array.Sort(real);
            var median = real[(real.Length - 1) / 2];
            return ([$"{feature.Name} above its median"], [Array.ConvertAll(truth, v => v > median)], Array.ConvertAll(answers, a => (bool[][])[Array.ConvertAll(a, v => v > median)]));
        }
        var k = target.Classes;
        int[] classes = target.Task == PredictionTask.Binary ? [1] : [.. Enumerable.Range(0, k)];
        var best = Array.ConvertAll(answers, a => Best(a, k));
        return (
            Array.ConvertAll(classes, c => $"{feature.Name} = {target.Labels[c]}"),
            Array.ConvertAll(classes, c => Array.ConvertAll(truth, t => (int)t == c)),
            Array.ConvertAll(best, b => Array.ConvertAll(classes, c => Array.ConvertAll(b, at => at == c))));
    }

    private static int[] Best(float[] answers, int classes)
    {
        var best = new int[answers.Length / classes];
        for (var i = 0; i < best.Length; i++)
            for (var c = 1; c < classes; c++)
                if (answers[i * classes + c] > answers[i * classes + best[i]]) best[i] = c;
        return best;
    }
}
