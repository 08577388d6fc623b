namespace Semblance.Profiles;

/// <summary>Dependence of two columns over the rows looked at.</summary>
internal static class PairMeasures
{
    private const int MostLevels = 64;

    public static PairDependence Of(CodedColumn a, CodedColumn b)
    {
        var rows = 0;
        for (var i = 0; i < a.Codes.Length; i++)
            if (a.Codes[i] != 0 && b.Codes[i] != 0) rows++;
        var pair = new PairDependence(a.Index, b.Index, rows) { MutualInformation = MutualInformation(a, b) };
        return (a.IsNumeric, b.IsNumeric) switch
        {
            (true, true) => pair with { Pearson = Pearson(a.Numbers!, b.Numbers!) },
            (false, false) => pair with { CramersV = CramersV(a, b) },
            (true, false) => pair with { CorrelationRatio = CorrelationRatio(b, a.Numbers!) },
            (false, true) => pair with { CorrelationRatio = CorrelationRatio(a, b.Numbers!) },
        };
    }

    private static double MutualInformation(CodedColumn a, CodedColumn b)
    {
        if (a.Entropy <= 0 || b.Entropy <= 0) return 0;
        Span<int> joint = stackalloc int[a.BinCount * b.BinCount];
        joint.Clear();
        var width = b.BinCount;
        byte[] left = a.Bins, right = b.Bins;
        for (var i = 0; i < left.Length; i++) joint[left[i] * width + right[i]]++;
        var information = a.Entropy + b.Entropy - Information.Entropy(joint, left.Length);
        information += (a.BinCount + b.BinCount - Information.Occupied(joint) - 1) / (2.0 * left.Length); // Miller and Madow 1955
        return Math.Clamp(information / Math.Sqrt(a.Entropy * b.Entropy), 0, 1);
    }

    internal static double? Pearson(double[] x, double[] y)
    {
        // Shifted by a first value, and its own mean taken off afterwards: two passes are not needed to keep the digits.
        double shiftX = double.NaN, shiftY = double.NaN;
        double sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
        var n = 0;
        for (var i = 0; i < x.Length; i++)
        {
            if (double.IsNaN(x[i]) || double.IsNaN(y[i])) continue;
            if (n++ == 0) (shiftX, shiftY) = (x[i], y[i]);
            double u = x[i] - shiftX, v = y[i] - shiftY;
            sx += u;
            sy += v;
            sxx += u * u;
            syy += v * v;
            sxy += u * v;
        }
        if (n < 2) return null;
        double vx = sxx - sx * sx / n, vy = syy - sy * sy / n, covariance = sxy - sx * sy / n;
        if (!(vx > 1e-12 * sxx) || !(vy > 1e-12 * syy)) return null;
        var r = covariance / (Math.Sqrt(vx) * Math.Sqrt(vy));
        return double.IsFinite(r) ? Math.Clamp(r, -1, 1) : null;
    }

    private static double? CorrelationRatio(CodedColumn groups, double[] y)
    {
        var (sums, counts) = (new double[groups.Levels + 1], new int[groups.Levels + 1]);
        double shift = double.NaN, sum = 0, squares = 0;
        var n = 0;
        for (var i = 0; i < y.Length; i++)
        {
            var code = groups.Codes[i];
            if (code == 0 || double.IsNaN(y[i])) continue;
            if (n++ == 0) shift = y[i];
            var v = y[i] - shift;
            sums[code] += v;
            counts[code]++;
            sum += v;
            squares += v * v;
        }
        if (n < 2) return null;
        var total = squares - sum * sum / n;
        if (!(total > 1e-12 * squares)) return null;
        double between = 0;
        var used = 0;
        for (var code = 1; code < sums.Length; code++)
            if (counts[code] > 0)
            {
                between += sums[code] * sums[code] / counts[code];
                used++;
            }
        if (used < 2) return null;
        var share = (between - sum * sum / n) / total;
        return double.IsFinite(share) ? Math.Sqrt(Math.Clamp(share, 0, 1)) : null;
    }

    internal static double? CramersV(CodedColumn a, CodedColumn b)
    {
        var (left, height) = Capped(a);
        var (right, width) = Capped(b);
        var joint = new int[height * width];
        for (var i = 0; i < a.Codes.Length; i++)
        {
            int x = left[a.Codes[i]], y = right[b.Codes[i]];
            if (x >= 0 && y >= 0) joint[x * width + y]++;
        }
        var (rows, columns) = (new long[height], new long[width]);
        long n = 0;
        for (var x = 0; x < height; x++)
            for (var y = 0; y < width; y++)
            {
                rows[x] += joint[x * width + y];
                columns[y] += joint[x * width + y];
                n += joint[x * width + y];
            }
        int r = rows.Count(c => c > 0), k = columns.Count(c => c > 0);
        if (n < 2 || r < 2 || k < 2) return null;
        var phi = -1.0; // chi squared over n
        for (var x = 0; x < height; x++)
            for (var y = 0; y < width; y++)
                if (joint[x * width + y] > 0) phi += (double)joint[x * width + y] * joint[x * width + y] / ((double)rows[x] * columns[y]);
        phi = Math.Max(0, phi - (r - 1.0) * (k - 1.0) / (n - 1.0));
        double rc = r - (r - 1.0) * (r - 1.0) / (n - 1.0), kc = k - (k - 1.0) * (k - 1.0) / (n - 1.0);
        var least = Math.Min(rc, kc) - 1;
        return least > 0 ? Math.Sqrt(Math.Min(1, phi / least)) : null;
    }

    // Code to row of the contingency table, -1 for missing; beyond 64 levels the rarest share the last.
    private static (int[] Map, int Count) Capped(CodedColumn column)
    {
        var map = new int[column.Levels + 1];
        map[0] = -1;
        if (column.Levels <= MostLevels)
        {
            for (var code = 1; code <= column.Levels; code++) map[code] = code - 1;
            return (map, column.Levels);
        }
        var order = Enumerable.Range(1, column.Levels).OrderByDescending(code => column.Counts[code]).ThenBy(code => code).ToArray();
        for (var i = 0; i < order.Length; i++) map[order[i]] = Math.Min(i, MostLevels - 1);
        return (map, MostLevels);
    }
}
