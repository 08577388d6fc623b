using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Semblance.Metrics;
using Semblance.Numerics;

namespace Semblance.Recipes;

/// <summary>Measures that show how data wear out: three of the catalogue, and what goes first when models learn from models: tails, rare values and their pairs, spread.</summary>
internal static class GenerationMeasures
{
    private const string VarianceName = "variance", TailsName = "tails", LevelsName = "levels", PairsName = "pairs";

    private static readonly string[] Judged = ["fidelity.c2st", "utility.tstr", "diversity.beta-recall"];

    /// <summary>Groups of rows of the jackknife.</summary>
    private const int Groups = 20;

    /// <summary>Real rows that must hold a value or a pair: of as many fresh rows, one in 150 would lack it.</summary>
    private const int LeastCount = 5;

    /// <summary>Columns whose pairs are looked at: the first so many with categories.</summary>
    private const int MostPaired = 60;

    public static ImmutableArray<GenerationMeasure> All { get; } =
    [
        new("fidelity.c2st", "Detection", "How hard it is for a trained detector to tell a made row from an unseen real one: 1 = it can only guess."),
        new("diversity.beta-recall", "Variety of rows", "How much of the variety of the real rows the made rows cover."),
        new(VarianceName, "Spread of numbers", "Variance of the number columns over that of the real rows, mean over the columns: 1 = as wide."),
        new(TailsName, "Tails", "Share of values beyond the real 1 % and 99 % quantiles over that of the real rows: 1 = as many, 0 = none."),
        new(LevelsName, "Values kept", "Share of the categories held by 5 real rows or more that still occur."),
        new(PairsName, "Pairs kept", "Share of the pairs of categories of two columns held by 5 real rows or more that still occur."),
        new("utility.tstr", "Learning", "How well the target is predicted on unseen real rows after learning from made rows, compared with learning from real rows: 1 = as well."),
    ];

    /// <summary>Measures made rows against the real ones and the holdout.</summary>
    public static ImmutableSortedDictionary<string, Score> Of(Comparison data, Run run, CancellationToken ct)
    {
        var scores = ImmutableSortedDictionary.CreateBuilder<string, Score>(StringComparer.Ordinal);
        foreach (var metric in MetricCatalog.Default.Only(Judged).Metrics) scores.Add(metric.Name, ((TableMetric)metric).Judge(data, run, ct).Score);
        scores.Add(VarianceName, Variance(data));
        scores.Add(TailsName, Tails(data));
        scores.Add(LevelsName, Levels(data));
        scores.Add(PairsName, Pairs(data, ct));
        return scores.ToImmutable();
    }

    private static Feature[] Numbers(Comparison data) => [.. data.Features.Where(f => f.IsNumber && f.Kind is ColumnKind.Integer or ColumnKind.Decimal or ColumnKind.DateTime)];

    internal static Score Variance(Comparison data)
    {
        var columns = Numbers(data).Select(f => (Real: Variance(Moments(f, Side.Real), -1), Made: Moments(f, Side.Synthetic), Fresh: Moments(f, Side.Holdout))).Where(c => c.Real > 0).ToArray();
        return columns.Length == 0 ? Score.None("no column of numbers")
            : Jackknife(without => columns.Average(c => Variance(c.Made, without) / c.Real), data.HasHoldout ? columns.Average(c => Variance(c.Fresh, -1) / c.Real) : null);
    }

    internal static Score Tails(Comparison data)
    {
        var real = new long[Groups, 2];
        long[,] made = new long[Groups, 2], fresh = new long[Groups, 2];
        foreach (var feature in Numbers(data))
        {
            var sorted = feature.Sorted(Side.Real);
            if (sorted.Length == 0 || sorted[0] == sorted[^1]) continue;
            double low = RankStatistics.Quantile(sorted, 0.01), high = RankStatistics.Quantile(sorted, 0.99);
            Beyond(feature.Numbers[(int)Side.Real], low, high, real);
            Beyond(feature.Numbers[(int)Side.Synthetic], low, high, made);
            Beyond(feature.Numbers[(int)Side.Holdout], low, high, fresh);
        }
        var share = Share(real, -1);
        return share == 0 ? Score.None("no column of numbers has values beyond its 1 % and 99 % quantiles")
            : Jackknife(without => Share(made, without) / share, data.HasHoldout ? Share(fresh, -1) / share : null);
    }

    private static Score Levels(Comparison data)
    {
        int kept = 0, all = 0;
        double expected = 0;
        foreach (var feature in data.Features.Where(f => f.Type == FeatureType.Category))
        {
            int[] real = feature.Counts(Side.Real), made = feature.Counts(Side.Synthetic);
            for (var level = 0; level < feature.RealLevels; level++)
                if (real[level] >= LeastCount) Count(made[level], real[level], data, ref kept, ref all, ref expected);
        }
        return Kept(kept, all, expected, "no column of categories");
    }

    private static Score Pairs(Comparison data, CancellationToken ct)
    {
        var features = data.Features.Where(f => f.Type == FeatureType.Category).Take(MostPaired).ToArray();
        int kept = 0, all = 0;
        double expected = 0;
        for (var a = 0; a < features.Length; a++)
            for (var b = a + 1; b < features.Length; b++)
            {
                ct.ThrowIfCancellationRequested();
                Dictionary<long, int> real = Counts(features[a], features[b], Side.Real), made = Counts(features[a], features[b], Side.Synthetic);
                foreach (var (pair, count) in real)
                    if (count >= LeastCount) Count(made.GetValueOrDefault(pair), count, data, ref kept, ref all, ref expected);
            }
        return Kept(kept, all, expected, "no two columns of categories");
    }

    private static void Count(int made, int real, Comparison data, ref int kept, ref int all, ref double expected)
    {
        all++;
        if (made > 0) kept++;
        expected += 1 - FastMath.Exp(-(double)real * data.Rows(Side.Synthetic) / data.Rows(Side.Real)); // Poisson: that as many fresh rows hold it
    }

    private static Score Kept(int kept, int all, double expected, string why) => all == 0 ? Score.None(why) : new((double)kept / all, RankStatistics.Wilson(kept, all), expected / all);

    private static Dictionary<long, int> Counts(Feature a, Feature b, Side side)
    {
        int[] first = a.Codes[(int)side], second = b.Codes[(int)side];
        var counts = new Dictionary<long, int>();
        for (var row = 0; row < first.Length; row++)
            if (first[row] >= 0 && second[row] >= 0) CollectionsMarshal.GetValueRefOrAddDefault(counts, (long)first[row] * b.Levels.Length + second[row], out _)++;
        return counts;
    }

    /// <summary>Per group of rows: count, sum and sum of squares of the values, centred and scaled by the real column.</summary>
    private static double[,] Moments(Feature feature, Side side)
    {
        var moments = new double[Groups, 3];
        var values = feature.Numbers[(int)side];
        var (_, width, centre) = feature.Scale;
        for (var row = 0; row < values.Length; row++)
        {
            if (double.IsNaN(values[row])) continue;
            var (group, value) = (row % Groups, (values[row] - centre) / width);
            moments[group, 0]++;
            moments[group, 1] += value;
            moments[group, 2] += value * value;
        }
        return moments;
    }

    private static double Variance(double[,] moments, int without)
    {
        double count = 0, sum = 0, squares = 0;
        for (var g = 0; g < Groups; g++)
            if (g != without) (count, sum, squares) = (count + moments[g, 0], sum + moments[g, 1], squares + moments[g, 2]);
        return count < 2 ? 0 : Math.Max(0, squares - sum * sum / count) / (count - 1);
    }

    /// <summary>Adds per group of rows: values beyond the two ends, values.</summary>
    private static void Beyond(double[] values, double low, double high, long[,] counts)
    {
        for (var row = 0; row < values.Length; row++)
        {
            if (double.IsNaN(values[row])) continue;
            if (values[row] < low || values[row] > high) counts[row % Groups, 0]++;
            counts[row % Groups, 1]++;
        }
    }

    private static double Share(long[,] counts, int without)
    {
        long beyond = 0, all = 0;
        for (var g = 0; g < Groups; g++)
            if (g != without) (beyond, all) = (beyond + counts[g, 0], all + counts[g, 1]);
        return all == 0 ? 0 : (double)beyond / all;
    }

    /// <summary>A ratio with the 95 % interval of the delete-a-group jackknife.</summary>
    private static Score Jackknife(Func<int, double> without, double? ceiling)
    {
        var value = without(-1);
        var values = Enumerable.Range(0, Groups).Select(without).ToArray();
        var mean = values.Average();
        var half = 1.96 * Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) * (Groups - 1) / Groups);
        return new(value, new Interval(Math.Max(0, value - half), value + half), ceiling);
    }
}
