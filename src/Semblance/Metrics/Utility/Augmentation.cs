using System.Collections.Immutable;
using System.Globalization;
using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// What synthetic rows add to real ones: the gain in quality on the holdout of learning from all real rows and the synthetic ones over learning from the real rows
/// alone; and the curve of both over how many real rows there are.
/// </summary>
internal sealed class Augmentation : TableMetric
{
    private const int RealLimit = 40_000, SyntheticLimit = 20_000, TestRows = 10_000;
    private const int CellLimit = 4_000_000; // fewer rows of wide tables
    private const double NoGain = 0.001; // an improvement nobody would notice

    // Shares of the real rows, and how many parts of them are learned from: of small parts several, for they differ by chance.
    private static readonly (double Share, int Parts)[] Steps = [(0.05, 3), (0.2, 2), (0.5, 2), (1, 1)];

    public override string Name => "utility.augmentation";
    public override string Title => "Gain of adding synthetic rows";
    public override string What => "How much better the target is predicted on unseen real rows after learning from all real rows and the synthetic ones than from the real rows alone: 0 = no gain.";
    public override Bounds Bounds => new(null, 1);

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        if (data.Target is null) return Finding.None("no target column was named");
        if (Downstream.Of(data, data.Target, run, out var why, TestRows) is not { } task) return Finding.None(why);
        var limit = Math.Clamp(CellLimit / task.Inputs.Length, 1_000, RealLimit);
        var real = task.Rows(Side.Real, limit, run, "evaluate/augmentation");
        real = Array.ConvertAll(RowSample.Of(real.Length, real.Length, run.Stream("evaluate/augmentation/parts")), i => real[i]);
        var synthetic = task.Rows(Side.Synthetic, Math.Min(limit, SyntheticLimit), run, "evaluate/augmentation");
        if (real.Length < 2 * Downstream.LeastRows) return Finding.None($"needs at least {2 * Downstream.LeastRows} real rows with a target");

        // Parts of a step share no row. A step of too few rows is left out.
        var steps = Steps.Where(s => s.Share * real.Length >= Downstream.LeastRows).ToArray();
        var parts = steps.SelectMany((s, step) => Enumerable.Range(0, s.Parts).Select(p => (Step: step, Rows: Part(real, s.Share, p)))).ToArray();
        var learned = new PredictionScores[2 * parts.Length + 1];
        var alone = run with { Threads = 1, Progress = null };
        // The longest fits first, so that two threads end together.
        Blocks.For(learned.Length, run, ct, job =>
        {
            var place = learned.Length - 1 - job;
            RowSet added = new(Side.Synthetic, synthetic);
            RowSet[] from = place == learned.Length - 1 ? [added] : place % 2 == 0 ? [new(Side.Real, parts[place / 2].Rows)] : [new(Side.Real, parts[place / 2].Rows), added];
            learned[place] = task.Learn(Downstream.Quick, from, alone, ct).Scores;
        });

        var whole = parts.Length - 1;
        double Gain(int part, int[]? drawn) => learned[2 * part + 1].Quality(drawn) - learned[2 * part].Quality(drawn);
        var value = Gain(whole, null);
        var spread = Math.Sqrt(Variance(parts, real.Length, part => Gain(part, null)));
        var chance = run.Stream("evaluate/augmentation/chance");
        var interval = task.Bootstrap((drawn, sample) => Gain(whole, drawn) + spread * chance.Sequence(sample).NextNormal(), "evaluate/augmentation/bootstrap", run, ct);
        if (interval is { } ends) interval = new(Math.Min(ends.Low, value), Math.Max(ends.High, value));
        var qualities = Array.ConvertAll(learned, l => l.Quality(null));
        ImmutableArray<AugmentationPoint> points = [.. steps.Select((s, step) =>
        {
            var of = Enumerable.Range(0, parts.Length).Where(p => parts[p].Step == step).ToArray();
            return new AugmentationPoint(parts[of[0]].Rows.Length, s.Share, of.Average(p => qualities[2 * p]), of.Average(p => qualities[2 * p + 1]));
        })];
        return new Finding(new Score(value, interval, Ceiling(points, synthetic.Length), Said(interval, real.Length, synthetic.Length)))
        {
            SampledRows = real.Length < data.Rows(Side.Real) ? real.Length : null,
            Learning = detail => detail with { Measure = PredictionScores.QualityName(task.Target.Task), Augmentation = new(synthetic.Length, qualities[^1], points) },
        };
    }

    private static int[] Part(int[] real, double share, int part)
    {
        var size = (int)(share * real.Length);
        return real[(part * size)..((part + 1) * size)];
    }

    /// <summary>Variance of the gain by which real rows were drawn: that between parts of a step, which shrinks with the rows, carried on to all rows.</summary>
    internal static double Variance((int Step, int[] Rows)[] parts, int rows, Func<int, double> gain)
    {
        double sum = 0;
        var freedom = 0;
        foreach (var step in Enumerable.Range(0, parts.Length).GroupBy(p => parts[p].Step))
        {
            var gains = step.Select(gain).ToArray();
            var mean = gains.Average();
            foreach (var g in gains) sum += (g - mean) * (g - mean) * parts[step.First()].Rows.Length / rows;
            freedom += gains.Length - 1;
        }
        return freedom == 0 ? 0 : sum / freedom;
    }

    /// <summary>
    /// What as many fresh real rows would add. Quality falls short of its limit by b / sqrt(n), as is usual of learning curves; b is the slope of least squares over the
    /// curve, a point weighing by its rows.
    /// </summary>
    internal static double? Ceiling(ImmutableArray<AugmentationPoint> points, int added)
    {
        if (points.Length < 2) return null;
        double weights = 0, x = 0, y = 0;
        foreach (var p in points)
        {
            weights += p.RealRows;
            x += p.RealRows * Root(p.RealRows);
            y += p.RealRows * p.RealOnly;
        }
        double across = 0, along = 0;
        foreach (var p in points)
        {
            var distance = Root(p.RealRows) - x / weights;
            across += p.RealRows * distance * (p.RealOnly - y / weights);
            along += p.RealRows * distance * distance;
        }
        var all = points[^1].RealRows;
        return along > 0 ? Math.Max(0, -across / along * (Root(all) - Root(all + added))) : null;

        static double Root(int rows) => 1 / Math.Sqrt(rows);
    }

    private static string Said(Interval? interval, int real, int synthetic)
    {
        var what = interval switch
        {
            null => "the gain is uncertain",
            { High: < 0 } => "no gain: synthetic rows do harm",
            { Low: <= 0 } => "no gain could be shown",
            { High: < NoGain } => "no gain worth having",
            _ => "a gain",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{what}, {synthetic:N0} synthetic rows beside {real:N0} real ones");
    }
}
