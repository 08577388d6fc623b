using System.Runtime.Intrinsics;

namespace Semblance.Profiles;

/// <summary>Dependence of two columns over the rows looked at.</summary>
internal static class PairMeasures
{
    private const int MostLevels = 64;

    public static PairDependence Of(CodedColumn a, CodedColumn b)
    {
        var pair = new PairDependence(a.Index, b.Index, 0) { MutualInformation = MutualInformation(a, b) };
        switch (a.IsNumeric, b.IsNumeric)
        {
            case (true, true):
                var (pearson, both) = Pearson(a, b);
                return pair with { Rows = both, Pearson = pearson };
            case (false, false):
                var (v, shared) = CramersV(a, b);
                return pair with { Rows = shared, CramersV = v };
            case var (first, _):
                var (ratio, rows) = first ? CorrelationRatio(b, a) : CorrelationRatio(a, b);
                return pair with { Rows = rows, CorrelationRatio = ratio };
        }
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

    /// <summary>Pearson's correlation over the rows that have both numbers, and how many these are. Eight lanes on every machine, so every machine gives the same bits.</summary>
    public static (double? Value, int Rows) Pearson(CodedColumn a, CodedColumn b)
    {
        double[] x = a.Numbers!, y = b.Numbers!;
        Vector512<double> meanX = Vector512.Create(a.Mean), meanY = Vector512.Create(b.Mean);
        Vector512<double> n = default, sx = default, sy = default, sxx = default, syy = default, sxy = default;
        var i = 0;
        for (; i + 8 <= x.Length; i += 8) Add(Vector512.Create(x, i), Vector512.Create(y, i));
        if (i < x.Length)
        {
            Span<double> lastX = stackalloc double[8], lastY = stackalloc double[8];
            lastX.Fill(double.NaN);
            lastY.Fill(double.NaN);
            x.AsSpan(i).CopyTo(lastX);
            y.AsSpan(i).CopyTo(lastY);
            Add(Vector512.Create<double>(lastX), Vector512.Create<double>(lastY));
        }

        var rows = Sum(n);
        double u = Sum(sx), v = Sum(sy), uu = Sum(sxx), vv = Sum(syy);
        if (rows < 2) return (null, (int)rows);
        double varianceX = uu - u * u / rows, varianceY = vv - v * v / rows, covariance = Sum(sxy) - u * v / rows;
        if (!(varianceX > 1e-12 * uu) || !(varianceY > 1e-12 * vv)) return (null, (int)rows); // constant where both are present
        var r = covariance / (Math.Sqrt(varianceX) * Math.Sqrt(varianceY));
        return (double.IsFinite(r) ? Math.Clamp(r, -1, 1) : null, (int)rows);

        void Add(Vector512<double> left, Vector512<double> right)
        {
            var present = Vector512.Equals(left, left) & Vector512.Equals(right, right); // NaN equals nothing
            var dx = (left - meanX) & present;
            var dy = (right - meanY) & present;
            n += Vector512<double>.One & present;
            sx += dx;
            sy += dy;
            sxx = Vector512.FusedMultiplyAdd(dx, dx, sxx);
            syy = Vector512.FusedMultiplyAdd(dy, dy, syy);
            sxy = Vector512.FusedMultiplyAdd(dx, dy, sxy);
        }
    }

    private static double Sum(Vector512<double> lanes)
    {
        var sum = lanes[0];
        for (var i = 1; i < 8; i++) sum += lanes[i];
        return sum;
    }

    private static (double? Value, int Rows) CorrelationRatio(CodedColumn groups, CodedColumn numbers)
    {
        var y = numbers.Numbers!;
        var (sums, counts) = (new double[groups.Levels + 1], new int[groups.Levels + 1]);
        double mean = numbers.Mean, sum = 0, squares = 0;
        var n = 0;
        for (var i = 0; i < y.Length; i++)
        {
            var code = groups.Codes[i];
            if (code == 0 || double.IsNaN(y[i])) continue;
            n++;
            var v = y[i] - mean;
            sums[code] += v;
            counts[code]++;
            sum += v;
            squares += v * v;
        }
        if (n < 2) return (null, n);
        var total = squares - sum * sum / n;
        if (!(total > 1e-12 * squares)) return (null, n);
        double between = 0;
        var used = 0;
        for (var code = 1; code < sums.Length; code++)
            if (counts[code] > 0)
            {
                between += sums[code] * sums[code] / counts[code];
                used++;
            }
        if (used < 2) return (null, n);
        var share = (between - sum * sum / n) / total;
        return (double.IsFinite(share) ? Math.Sqrt(Math.Clamp(share, 0, 1)) : null, n);
    }

    private static (double? Value, int Rows) CramersV(CodedColumn a, CodedColumn b)
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
        if (n < 2 || r < 2 || k < 2) return (null, (int)n);
        var phi = -1.0; // chi squared over n
        for (var x = 0; x < height; x++)
            for (var y = 0; y < width; y++)
                if (joint[x * width + y] > 0) phi += (double)joint[x * width + y] * joint[x * width + y] / ((double)rows[x] * columns[y]);
        phi = Math.Max(0, phi - (r - 1.0) * (k - 1.0) / (n - 1.0));
        double rc = r - (r - 1.0) * (r - 1.0) / (n - 1.0), kc = k - (k - 1.0) * (k - 1.0) / (n - 1.0);
        var least = Math.Min(rc, kc) - 1;
        return (least > 0 ? Math.Sqrt(Math.Min(1, phi / least)) : null, (int)n);
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
