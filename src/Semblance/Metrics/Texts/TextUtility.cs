using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>Labels of unseen real texts told after learning from synthetic texts, over the same after learning from real ones: macro F1 of logistic regression on words and pairs of words.</summary>
internal sealed class TextUtility : TableMetric
{
    private const int RowLimit = 30_000, MostClasses = 500, Draws = 200;

    public override string Name => "utility.text";
    public override string Title => "Learning labels from texts";
    public override string What => "How well labels of unseen real texts are told after learning from synthetic texts, compared with learning from real ones: 1 = as well.";
    public override Bounds Bounds => new(0, null);

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        if (ComparedTexts.Column(data) is not { } column) return Finding.None(ComparedTexts.NoColumn);
        if (data.Target is not { } target) return Finding.None("no target given");
        if (!data.HasHoldout) return Finding.None("needs a holdout");
        if (data.Full(Side.Real)![target] is not CategoryColumn) return Finding.None("the target is no label");
        var test = Labelled(Side.Holdout);
        var classes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var side in (Side[])[Side.Real, Side.Synthetic, Side.Holdout])
            foreach (var row in Labelled(side)) classes.TryAdd(data.Full(side)![target].Text(row), classes.Count);
        if (classes.Count > MostClasses) return Finding.None($"the target has more than {MostClasses} labels");
        var truth = Array.ConvertAll(test, row => classes[data.Full(Side.Holdout)![target].Text(row)]);
        if (test.Length == 0 || truth.Distinct().Count() < 2) return Finding.None("the holdout needs texts of two labels or more");
        var known = Terms(Side.Holdout, test);
        int[]? real = null, made = null;
        Blocks.For(2, run, ct, i =>
        {
            if (i == 0) real = Told(Side.Real);
            else made = Told(Side.Synthetic);
        });
        if (real is null || made is null) return Finding.None("needs texts of two labels or more to learn from");
        var own = MacroF1(truth, made, classes.Count);
        var reference = MacroF1(truth, real, classes.Count);
        if (reference <= 0) return Finding.None("nothing can be learned from the real texts");
        return new Finding(new Score(own / reference, Bootstrapped(truth, made, real, classes.Count, run), Ceiling: 1)) { SampledRows = test.Length };

        int[] Labelled(Side side) => [.. ComparedTexts.Rows(data, side, column, RowLimit, run, "evaluate/text-utility").Where(row => !data.Full(side)![target].IsMissing(row))];

        ulong[][] Terms(Side side, int[] rows) => Array.ConvertAll(ComparedTexts.Of(data, side, column, rows), TextFeatures.Terms);

        int[]? Told(Side side)
        {
            var rows = Labelled(side);
            var labels = Array.ConvertAll(rows, row => classes[data.Full(side)![target].Text(row)]);
            if (labels.Distinct().Count() < 2) return null;
            var terms = Terms(side, rows);
            var features = TextFeatures.Learn(terms);
            return SparseLogistic.Fit(features.Rows(terms), labels, classes.Count, c: 10, balanced: true, ct).Classify(features.Rows(known));
        }
    }

    /// <summary>Mean over labels that are true or told of 2·hits / (true + told).</summary>
    internal static double MacroF1(ReadOnlySpan<int> truth, ReadOnlySpan<int> told, int classes)
    {
        var hits = new int[classes];
        var all = new int[classes];
        for (var i = 0; i < truth.Length; i++)
        {
            all[truth[i]]++;
            all[told[i]]++;
            if (truth[i] == told[i]) hits[truth[i]]++;
        }
        double sum = 0;
        var labels = 0;
        for (var k = 0; k < classes; k++)
        {
            if (all[k] == 0) continue;
            labels++;
            sum += 2.0 * hits[k] / all[k];
        }
        return labels == 0 ? 0 : sum / labels;
    }

    // Percentiles of draws of the test texts.
    private static Interval Bootstrapped(int[] truth, int[] made, int[] real, int classes, Run run)
    {
        var stream = run.Stream("evaluate/text-utility/bootstrap");
        var ratios = new double[Draws];
        int[] t = new int[truth.Length], m = new int[truth.Length], r = new int[truth.Length];
        for (var draw = 0; draw < Draws; draw++)
        {
            var sequence = stream.Sequence(draw);
            for (var i = 0; i < t.Length; i++)
            {
                var at = sequence.NextBelow(t.Length);
                (t[i], m[i], r[i]) = (truth[at], made[at], real[at]);
            }
            ratios[draw] = MacroF1(t, m, classes) / Math.Max(1e-9, MacroF1(t, r, classes));
        }
        Array.Sort(ratios);
        var value = MacroF1(truth, made, classes) / MacroF1(truth, real, classes);
        return new(Math.Min(value, RankStatistics.Quantile(ratios, 0.025)), Math.Max(value, RankStatistics.Quantile(ratios, 0.975)));
    }
}
