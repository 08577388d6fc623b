namespace Semblance.Metrics;

/// <summary>Columns coded for contingency tables: levels, or 10 bins of equal width over the real data's range; code 0 is a missing cell.</summary>
internal sealed class PairCodes
{
    private const int Bins = 10;

    private readonly Comparison data;
    private readonly int[]?[][] codes; // per feature, per side; null where a column cannot be used
    private readonly int[] sizes;

    public PairCodes(Comparison data)
    {
        this.data = data;
        codes = new int[]?[data.Features.Length][];
        sizes = new int[data.Features.Length];
        for (var i = 0; i < codes.Length; i++) (codes[i], sizes[i]) = Code(data.Features[i]);
    }

    /// <summary>Whether a column has real values that can be compared.</summary>
    public bool IsUsable(int feature) => sizes[feature] > 0;

    /// <summary>Scores a pair; null when it is not defined (a number that is constant in the real data).</summary>
    public PairTable.Pair? Score(int a, int b)
    {
        Feature first = data.Features[a], second = data.Features[b];
        if (first.IsNumber && second.IsNumber)
        {
            var real = Pearson(first, second, Side.Real);
            if (double.IsNaN(real)) return null;
            double synthetic = Or0(Pearson(first, second, Side.Synthetic)), holdout = Or0(Pearson(first, second, Side.Holdout));
            return new(a, b, 1 - Math.Abs(real - synthetic) / 2, 1 - Math.Abs(real - holdout) / 2, (real, synthetic, holdout), IsPearson: true);
        }
        var tables = new Contingency[3];
        for (var side = 0; side < 3; side++) tables[side] = Contingency.Of(codes[a][side]!, codes[b][side]!, sizes[a], sizes[b]);
        return new(a, b, 1 - tables[0].TotalVariation(tables[1]), data.HasHoldout ? 1 - tables[0].TotalVariation(tables[2]) : 0,
            (tables[0].CramerV(), tables[1].CramerV(), tables[2].CramerV()), IsPearson: false);
    }

    private static double Or0(double value) => double.IsNaN(value) ? 0 : value;

    /// <summary>Pearson's r over the rows where both have a value; NaN when it is not defined.</summary>
    private static double Pearson(Feature first, Feature second, Side side)
    {
        double[] x = first.Numbers[(int)side], y = second.Numbers[(int)side];
        double sx = 0, sy = 0;
        var n = 0;
        for (var i = 0; i < x.Length; i++)
        {
            if (double.IsNaN(x[i]) || double.IsNaN(y[i])) continue;
            sx += x[i];
            sy += y[i];
            n++;
        }
        if (n < 2) return double.NaN;
        double mx = sx / n, my = sy / n, xx = 0, yy = 0, xy = 0;
        for (var i = 0; i < x.Length; i++)
        {
            if (double.IsNaN(x[i]) || double.IsNaN(y[i])) continue;
            double dx = x[i] - mx, dy = y[i] - my;
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }
        // A constant whose mean rounds leaves squares of the size of rounding errors.
        var noise = 1e-24 * n;
        if (xx <= noise * mx * mx || yy <= noise * my * my) return double.NaN;
        return Math.Clamp(xy / (Math.Sqrt(xx) * Math.Sqrt(yy)), -1, 1);
    }

    private static (int[]?[] Codes, int Size) Code(Feature feature)
    {
        var coded = new int[]?[3];
        if (!feature.IsComparable) return (coded, 0);
        if (!feature.IsNumber)
        {
            for (var side = 0; side < 3; side++) coded[side] = Array.ConvertAll(feature.Codes[side], c => c + 1);
            return (coded, feature.RealLevels == 0 ? 0 : feature.Levels.Length + 1);
        }
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (var value in feature.Numbers[0])
            if (!double.IsNaN(value)) (low, high) = (Math.Min(low, value), Math.Max(high, value));
        if (low > high) return (coded, 0);
        if (low == high) (low, high) = (low - 0.5, high + 0.5);
        var edges = new double[Bins - 1];
        var step = (high - low) / Bins;
        for (var k = 0; k < edges.Length; k++) edges[k] = low + (k + 1) * step;
        for (var side = 0; side < 3; side++)
        {
            var values = feature.Numbers[side];
            var target = coded[side] = new int[values.Length];
            for (var i = 0; i < values.Length; i++)
            {
                if (double.IsNaN(values[i])) continue;
                var bin = 1;
                foreach (var edge in edges)
                    if (values[i] >= edge) bin++;
                target[i] = bin;
            }
        }
        return (coded, Bins + 1);
    }
}
