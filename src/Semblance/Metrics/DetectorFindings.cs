using System.Collections.Immutable;
using System.Globalization;
using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// What gives synthetic data away, in sentences: values the real data never have, classes of a column and of pairs of columns that are too frequent or too rare.
/// Only differences that chance makes less than once in 10,000 tables are told, and no value of fewer than five real rows.
/// </summary>
internal static class DetectorFindings
{
    private const int Most = 8;
    private const int MostPerColumn = 2;
    private const int Leading = 8;     // columns whose pairs are searched
    private const double LeastZ = 6;   // some thousands of cells are looked at
    private const double LeastGap = 0.002;

    private readonly record struct Slice(string Text, double Weight, ImmutableArray<string> Columns);

    public static ImmutableArray<string> Of(Comparison data, Detection detection, Run run, CancellationToken ct)
    {
        var slices = new List<Slice>();
        foreach (var feature in data.Features) NewValues(data, feature, slices);
        var coded = data.Codes(run, ct).Columns;
        foreach (var column in coded) Classes(data, column, slices);
        var importance = data.Features.Select((f, i) => (f.Name, Share: detection.Importance[i])).ToDictionary(p => p.Name, p => p.Share, StringComparer.Ordinal);
        var leading = coded.OrderByDescending(c => importance[c.Feature.Name]).ThenBy(c => Array.IndexOf(coded, c)).Take(Leading).OrderBy(c => Array.IndexOf(coded, c)).ToArray();
        var pairs = new List<(MarginalCodes.Coded, MarginalCodes.Coded)>();
        for (var a = 0; a < leading.Length; a++)
            for (var b = a + 1; b < leading.Length; b++) pairs.Add((leading[a], leading[b]));
        var found = new List<Slice>[pairs.Count];
        Blocks.For(found.Length, run, ct, k => found[k] = Regions(data, pairs[k].Item1, pairs[k].Item2));
        foreach (var list in found) slices.AddRange(list);

        var result = ImmutableArray.CreateBuilder<string>();
        var told = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var slice in slices.OrderByDescending(s => s.Weight).ThenBy(s => s.Text, StringComparer.Ordinal))
        {
            if (result.Count == Most) break;
            if (slice.Columns.Any(c => told.GetValueOrDefault(c) >= MostPerColumn)) continue;
            foreach (var column in slice.Columns) told[column] = told.GetValueOrDefault(column) + 1;
            result.Add(slice.Text);
        }
        if (result.Count == 0)
            result.Add(detection.Auc < 0.55 ? "No column, value or combination stands out: the detector does little better than guessing."
                : "No single value or pair of values stands out; the detector goes by finer combinations of columns.");
        return result.ToImmutable();
    }

    /// <summary>Values that the real data never have, beyond what the holdout shows to be usual.</summary>
    private static void NewValues(Comparison data, Feature feature, List<Slice> slices)
    {
        if (!feature.IsComparable || feature.Kind == ColumnKind.Text) return;
        var (share, rows) = NewShare(feature, Side.Synthetic);
        if (rows == 0) return;
        double usual;
        if (data.HasHoldout) usual = NewShare(feature, Side.Holdout).Share;
        else if (feature.IsNumber) return; // unseen numbers may be quite usual
        else usual = 0;
        var z = (share - usual) / Math.Sqrt((Math.Max(usual, 1.0 / rows) * (1 - usual) + 1e-12) / rows + (data.HasHoldout ? Math.Max(usual, 1.0 / data.Rows(Side.Holdout)) / data.Rows(Side.Holdout) : 0));
        if (z < LeastZ || share - usual < LeastGap) return;
        slices.Add(new($"{P(share)} of the synthetic values of `{feature.Name}` never occur in the real data{(data.HasHoldout ? $" (of fresh real values {P(usual)})" : "")}.",
            Weight(usual, share), [feature.Name]));
    }

    private static (double Share, int Rows) NewShare(Feature feature, Side side)
    {
        int rows = 0, unseen = 0;
        if (feature.IsNumber)
        {
            var real = new HashSet<double>(feature.Numbers[0]);
            foreach (var value in feature.Numbers[(int)side])
            {
                if (double.IsNaN(value)) continue;
                rows++;
                if (!real.Contains(value)) unseen++;
            }
        }
        else
        {
            foreach (var code in feature.Codes[(int)side])
            {
                if (code < 0) continue;
                rows++;
                if (code >= feature.RealLevels) unseen++;
            }
        }
        return (rows == 0 ? 0 : (double)unseen / rows, rows);
    }

    private static void Classes(Comparison data, MarginalCodes.Coded column, List<Slice> slices)
    {
        double n = data.Rows(Side.Real), m = data.Rows(Side.Synthetic);
        var (real, synthetic) = (Count(column.Codes[0], column.Size), Count(column.Codes[1], column.Size));
        for (var k = 0; k < column.Size; k++)
        {
            double p = real[k] / n, q = synthetic[k] / m;
            if (!Stands(p, q, n, m)) continue;
            slices.Add(new($"`{column.Feature.Name}` {column.Labels[k]} in {P(q)} of the synthetic rows and {P(p)} of the real ones.", Weight(p, q), [column.Feature.Name]));
        }
    }

    /// <summary>Combinations of two classes that are off by more than their two columns alone explain.</summary>
    private static List<Slice> Regions(Comparison data, MarginalCodes.Coded a, MarginalCodes.Coded b)
    {
        double n = data.Rows(Side.Real), m = data.Rows(Side.Synthetic);
        int[] real = Cells(Side.Real), synthetic = Cells(Side.Synthetic);
        int[] realA = Count(a.Codes[0], a.Size), realB = Count(b.Codes[0], b.Size), syntheticA = Count(a.Codes[1], a.Size), syntheticB = Count(b.Codes[1], b.Size);
        var slices = new List<Slice>();
        for (var k = 0; k < real.Length; k++)
        {
            double p = real[k] / n, q = synthetic[k] / m;
            if (!Stands(p, q, n, m)) continue;
            // What the synthetic share would be, had only the two columns' own shares changed.
            double fa = Ratio(syntheticA[k / b.Size] / m, realA[k / b.Size] / n), fb = Ratio(syntheticB[k % b.Size] / m, realB[k % b.Size] / n);
            var explained = Math.Min(1, p * fa * fb);
            if (!Stands(explained, q, n, m)) continue;
            slices.Add(new($"`{a.Feature.Name}` {a.Labels[k / b.Size]} together with `{b.Feature.Name}` {b.Labels[k % b.Size]}: {P(q)} of the synthetic rows, {P(p)} of the real ones.",
                Math.Min(Weight(p, q), Weight(explained, q)), [a.Feature.Name, b.Feature.Name]));
        }
        return slices;

        int[] Cells(Side side)
        {
            var cells = new int[a.Size * b.Size];
            byte[] ca = a.Codes[(int)side], cb = b.Codes[(int)side];
            for (var i = 0; i < ca.Length; i++) cells[ca[i] * b.Size + cb[i]]++;
            return cells;
        }
        static double Ratio(double synthetic, double real) => real > 0 ? synthetic / real : 1;
    }

    private static int[] Count(byte[] codes, int size)
    {
        var counts = new int[size];
        foreach (var code in codes) counts[code]++;
        return counts;
    }

    private static bool Stands(double p, double q, double n, double m)
    {
        var pooled = (p * n + q * m) / (n + m);
        return Math.Abs(p - q) > LeastGap && Math.Abs(p - q) > LeastZ * Math.Sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
    }

    /// <summary>What a slice gives a detector: the squared Hellinger distance of one cell.</summary>
    private static double Weight(double p, double q)
    {
        var difference = Math.Sqrt(p) - Math.Sqrt(q);
        return difference * difference;
    }

    private static string P(double share) => share is > 0 and < 0.0005 ? "under 0.1%" : (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + "%";
}
