using System.Collections.Immutable;
using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// Every column predicted from all others, after learning from synthetic and from real rows: what share of what real rows teach about any column do synthetic ones
/// teach? A target of one's choice is not needed, and no single strong column can make up for the others.
/// </summary>
internal sealed class GlobalUtility : TableMetric
{
    private const int RowLimit = 4_000, TestRows = 3_000, LeastRows = 30, MostColumns = 30, MostInputs = 100;

    /// <summary>A column of which real rows teach less than this does not count: its ratio would be noise.</summary>
    private const double LeastSkill = 0.05;

    /// <summary>A column counts by skill / (skill + this): well predicted ones nearly alike, barely predicted ones little.</summary>
    private const double HalfWeight = 0.1;

    /// <summary>More than twice what real rows teach counts as twice.</summary>
    private const double MostRatio = 2;

    private static readonly ForestSettings Settings = new() { Trees = 24, Tree = new TreeSettings { MinLeaf = 5 }, Stream = "evaluate/global/forest" };

    public override string Name => "utility.global";
    public override string Title => "Every column predicted";
    public override string What => "How well each column is predicted from all others on unseen real rows after learning from synthetic rows, compared with learning from real rows, over all columns: 1 = as well.";
    public override Bounds Bounds => new(0, MostRatio);

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        if (!data.HasHoldout) return Finding.None("needs a holdout: real rows to test predictions on");
        var known = data.Features.Where(f => f.Type != FeatureType.Identifier).ToArray();
        var inputs = Some(known, MostInputs, run, "inputs");
        var columns = Some([.. inputs.Where(f => f.Kind != ColumnKind.Text)], MostColumns, run, "columns");
        if (inputs.Length < 2) return Finding.None("needs at least two columns that can be predicted from each other");
        var real = data.Sample(Side.Real, 2 * RowLimit, run, "evaluate/global");
        var size = Math.Min(RowLimit, Math.Min(real.Length / 2, data.Rows(Side.Synthetic)));
        var tests = data.Sample(Side.Holdout, TestRows, run, "evaluate/global");
        if (size < LeastRows || tests.Length < LeastRows) return Finding.None($"needs at least {LeastRows} synthetic and holdout rows and {2 * LeastRows} real ones");
        Set[] sets = [new(Side.Synthetic, data.Sample(Side.Synthetic, size, run, "evaluate/global")), new(Side.Real, real[..size]), new(Side.Real, real[^size..]), new(Side.Holdout, tests)];

        var tasks = columns.Select(c => ColumnTask.Of(c, inputs, sets)).OfType<ColumnTask>().ToArray();
        var alone = run with { Threads = 1, Progress = null };
        Blocks.For(3 * tasks.Length, run, ct, job => tasks[job / 3].Learn(job % 3, alone, ct));
        var skills = Array.ConvertAll(tasks, t => new ColumnSkill(t.Name, t.Skill(0, null), (t.Skill(1, null) + t.Skill(2, null)) / 2, false));
        skills = Array.ConvertAll(skills, s => s with { Counts = s.Real >= LeastSkill });
        var counting = Enumerable.Range(0, tasks.Length).Where(t => skills[t].Counts).ToArray();
        if (counting.Length == 0) return Finding.None("no column can be predicted from the others, not after learning from real rows either");
        ImmutableArray<ColumnSkill> details = [.. skills.OrderByDescending(s => s.Real)];

        var value = Mean(t => Ratio(skills[t].Synthetic, skills[t].Real));
        var chance = run.Stream("evaluate/global/chance");
        // Real skills vary by chance, too: a half differs from the mean of both by half their difference, which is scaled to what a synthetic sample and that mean vary.
        var interval = Downstream.Bootstrap(tests.Length, (drawn, sample) =>
        {
            var normals = chance.Sequence(sample);
            return Mean(t =>
            {
                double first = tasks[t].Skill(1, drawn), second = tasks[t].Skill(2, drawn);
                return Ratio(tasks[t].Skill(0, drawn), (first + second) / 2 + Math.Sqrt(3) / 2 * (first - second) * normals.NextNormal());
            });
        }, "evaluate/global/bootstrap", run, ct);
        if (interval is { } ends) interval = new(Math.Min(ends.Low, value), Math.Max(ends.High, value));
        // As many real rows are what it is divided by, so fresh ones reach 1.
        return new Finding(new Score(value, interval, Ceiling: 1)) { SampledRows = size, Learning = detail => detail with { Columns = details } };

        double Mean(Func<int, double> ratio)
        {
            double sum = 0, weights = 0;
            foreach (var t in counting)
            {
                var weight = skills[t].Real / (skills[t].Real + HalfWeight);
                sum += weight * ratio(t);
                weights += weight;
            }
            return sum / weights;
        }
    }

    internal static double Ratio(double synthetic, double real) => Math.Clamp(synthetic / Math.Max(real, 1e-3), 0, MostRatio);

    private static Feature[] Some(Feature[] features, int most, Run run, string what) => features.Length <= most ? features
        : [.. RowSample.Of(features.Length, most, run.Stream($"evaluate/global/{what}")).Order().Select(i => features[i])];

    private readonly record struct Set(Side Side, int[] Rows);

    /// <summary>One column to be predicted: a class, or the rank of a number among the real ones, so that no extreme decides.</summary>
    private sealed class ColumnTask(Feature feature, Feature[] inputs, Set[] sets, PredictionTarget target, float[][] outcomes, int[] places)
    {
        private readonly float[]?[] predicted = new float[3][];
        private double[][]? errors; // by set and test row; the last: of knowing nothing

        public string Name => feature.Name;

        public static ColumnTask? Of(Feature feature, Feature[] all, Set[] sets)
        {
            if (PredictionTarget.OfRanks(feature, [.. sets.Select(s => (s.Side, s.Rows))]) is not { } target) return null;
            // Only rows that have the value; of a side that has too few, nothing is learned.
            var present = Array.ConvertAll(sets, set => set with { Rows = Array.FindAll(set.Rows, r => !float.IsNaN(target.Values[(int)set.Side][r])) });
            if (present[1].Rows.Length < LeastRows || present[2].Rows.Length < LeastRows || present[3].Rows.Length < LeastRows) return null;
            var outcomes = Array.ConvertAll(present, set => Array.ConvertAll(set.Rows, r => target.Values[(int)set.Side][r]));
            if (outcomes[3].Distinct().Take(2).Count() < 2) return null;
            var tests = sets[3].Rows;
            var places = Array.FindAll([.. Enumerable.Range(0, tests.Length)], i => !float.IsNaN(target.Values[(int)sets[3].Side][tests[i]]));
            return new ColumnTask(feature, [.. all.Where(f => f != feature)], present, target, outcomes, places);
        }

        public void Learn(int set, Run run, CancellationToken ct)
        {
            if (sets[set].Rows.Length < LeastRows) return;
            var levels = Array.ConvertAll(inputs, f => f.Type == FeatureType.Category ? f.RealLevels : 0);
            var lesson = new Lesson(FeatureMatrix.Of(inputs, (sets[set].Side, sets[set].Rows)), levels, outcomes[set]);
            predicted[set] = new ForestLearner(Settings).Fit(target, lesson, run, ct)(FeatureMatrix.Of(inputs, (sets[3].Side, sets[3].Rows)));
        }

        /// <summary>Share of the squared error of knowing nothing (the shares of classes, the mean rank, in the real rows) that the prediction takes away.</summary>
        public double Skill(int set, int[]? drawn)
        {
            if (predicted[set] is null) return 0;
            errors ??= Errors();
            double error = 0, nothing = 0;
            for (var i = 0; i < errors[3].Length; i++)
            {
                var times = drawn?[places[i]] ?? 1;
                error += times * errors[set][i];
                nothing += times * errors[3][i];
            }
            return nothing > 0 ? 1 - error / nothing : double.NaN;
        }

        private double[][] Errors()
        {
            var k = target.Classes;
            var regress = target.Task == PredictionTask.Regression;
            var guess = new float[k];
            foreach (var y in (IEnumerable<float>)[.. outcomes[1], .. outcomes[2]])
                if (regress) guess[0] += y / (outcomes[1].Length + outcomes[2].Length);
                else guess[(int)y] += 1f / (outcomes[1].Length + outcomes[2].Length);
            var result = new double[4][];
            for (var set = 0; set < 4; set++)
            {
                var error = result[set] = new double[outcomes[3].Length];
                if (set < 3 && predicted[set] is null) continue;
                for (var i = 0; i < error.Length; i++)
                    for (var c = 0; c < k; c++)
                    {
                        double truth = regress ? outcomes[3][i] : outcomes[3][i] == c ? 1 : 0, said = set == 3 ? guess[c] : predicted[set]![i * k + c];
                        error[i] += (said - truth) * (said - truth);
                    }
            }
            return result;
        }
    }
}
