namespace Semblance.Numerics;

/// <summary>Whole numbers known by the ratios of neighbouring probabilities.</summary>
internal sealed class TabledDistribution(double min, double max, double mean, double variance, double mode, Func<double, double> ratio) : CountDistribution
{
    public override double Mean => mean;
    public override double Variance => variance;
    public override (double Min, double Max) Support => (min, max);

    private protected override CountTable MakeTable() => CountTable.FromRatios(min, mode, max, ratio);
}

internal sealed class BernoulliDistribution(double p) : UnitDistribution
{
    public override double Mean => p;
    public override double Variance => p * (1 - p);
    public override (double Min, double Max) Support => (p == 1 ? 1 : 0, p == 0 ? 0 : 1);
    public override bool IsDiscrete => true;

    public override double Cumulative(double x) => x >= 1 ? 1 : x >= 0 ? 1 - p : double.IsNaN(x) ? x : 0;
    public override double Survival(double x) => x >= 1 ? 0 : x >= 0 ? p : double.IsNaN(x) ? x : 1;

    private protected override double Lower(double probability) => probability <= 1 - p ? 0 : 1;
    private protected override double Upper(double q) => q >= p ? 0 : 1;
    private protected override double OfUnit(double u) => u < p ? 1 : 0; // u as the upper tail
}

internal sealed class GeometricDistribution(double p) : UnitDistribution
{
    private readonly double log = FastMath.Log1p(-p);

    public override double Mean => (1 - p) / p;
    public override double Variance => (1 - p) / (p * p);
    public override (double Min, double Max) Support => (0, double.PositiveInfinity);
    public override bool IsDiscrete => true;

    public override double Cumulative(double x) => x < 0 ? 0 : -FastMath.Expm1((Math.Floor(x) + 1) * log);
    public override double Survival(double x) => x < 0 ? 1 : FastMath.Exp((Math.Floor(x) + 1) * log);

    private protected override double Lower(double probability) => Least(FastMath.Log1p(-probability), k => Cumulative(k) >= probability);
    private protected override double Upper(double q) => Least(FastMath.Log(q), k => Survival(k) <= q);
    private protected override double OfUnit(double u) => Math.Floor(FastMath.Log(u) / log);

    // The formula can be one off where the logarithm lies next to a whole number.
    private double Least(double depth, Func<double, bool> holds)
    {
        var k = Math.Max(0, Math.Ceiling(depth / log) - 1);
        while (k > 0 && holds(k - 1)) k--;
        while (!holds(k)) k++;
        return k;
    }
}

/// <summary>Ranks 1 to n like k^-s: a table of the first ranks, beyond it the Euler-Maclaurin sum, whose inverse is nearly a formula.</summary>
internal sealed class ZipfDistribution : UnitDistribution
{
    private const int Tabled = 4096;
    private readonly double s, n, total;
    private readonly double[] below; // sum of the first k terms over all

    public ZipfDistribution(double s, long n)
    {
        (this.s, this.n) = (s, n);
        var size = (int)Math.Min(n, Tabled);
        below = new double[size + 1];
        for (var k = 1; k <= size; k++) below[k] = below[k - 1] + FastMath.Pow(k, -s);
        total = below[size] + Tail(size);
        for (var k = 1; k <= size; k++) below[k] /= total;
        if (n <= Tabled) below[size] = 1;
        (Mean, var square) = (Moment(s - 1), Moment(s - 2));
        Variance = square - Mean * Mean;
    }

    public override double Mean { get; }
    public override double Variance { get; }
    public override (double Min, double Max) Support => (1, n);
    public override bool IsDiscrete => true;

    public override double Cumulative(double x) => x < 1 ? 0 : x >= n ? 1 : x < below.Length ? below[(int)x] : 1 - Tail(Math.Floor(x)) / total;

    public override double Survival(double x)
    {
        if (!(x >= 1)) return double.IsNaN(x) ? x : 1;
        if (x >= n) return 0;
        x = Math.Floor(x);
        var sum = 0.0;
        for (; x < 16 && x < n; x++) sum += FastMath.Pow(x + 1, -s); // the series needs terms that change slowly
        return Math.Min(1, (sum + Tail(x)) / total);
    }

    private protected override double Lower(double p)
    {
        if (p <= below[^1])
        {
            int low = 0, high = below.Length - 1; // below[low] < p <= below[high]
            while (high - low > 1)
            {
                var middle = (low + high) >> 1;
                if (below[middle] < p) low = middle;
                else high = middle;
            }
            return high;
        }
        var k = Start(1 - p);
        while (k > below.Length && Cumulative(k - 1) >= p) k--;
        while (k < n && Cumulative(k) < p) k++;
        return k;
    }

    private protected override double Upper(double q)
    {
        if (q >= 1 - below[^1])
        {
            int low = 0, high = below.Length - 1;
            while (high - low > 1)
            {
                var middle = (low + high) >> 1;
                if (Survival(middle) > q) low = middle;
                else high = middle;
            }
            return high;
        }
        var k = Start(q);
        while (k > below.Length && Survival(k - 1) <= q) k--;
        while (k < n && Survival(k) > q) k++;
        return k;
    }

    /// <summary>The rank with about q above it: the sum is nearly the integral between the middles of the ranks.</summary>
    private double Start(double q)
    {
        double end = n + 0.5, power = 1 - s;
        var x = Math.Abs(power) < 1e-9 ? end * FastMath.Exp(-q * total) : FastMath.Pow(FastMath.Pow(end, power) - power * q * total, 1 / power);
        return Math.Clamp(Math.Ceiling(x - 0.5), below.Length - 1, n);
    }

    /// <summary>Sum of k^-s over ranks above k, to n.</summary>
    private double Tail(double k) => k >= n ? 0 : k + 1 == n ? FastMath.Pow(n, -s) : Sum(k + 1, n, s);

    /// <summary>Sum of x^-s from a to b by Euler and Maclaurin.</summary>
    private static double Sum(double a, double b, double s)
    {
        var power = 1 - s;
        // b^power - a^power over power, without cancellation when power or the range is small.
        var log = FastMath.Log(b / a);
        var integral = Math.Abs(power * log) < 1e-8 ? FastMath.Pow(a, power) * log * (1 + power * log / 2) : FastMath.Pow(a, power) * FastMath.Expm1(power * log) / power;
        double fa = FastMath.Pow(a, -s), fb = FastMath.Pow(b, -s);
        var third = s * (s + 1) * (s + 2);
        var fifth = third * (s + 3) * (s + 4);
        return integral + (fa + fb) / 2 + s * (fa / a - fb / b) / 12 - third * (fa / (a * a * a) - fb / (b * b * b)) / 720
            + fifth * (fa / (a * a * a * a * a) - fb / (b * b * b * b * b)) / 30240;
    }

    private double Moment(double exponent)
    {
        var sum = 0.0;
        for (var k = 1; k < below.Length; k++) sum += FastMath.Pow(k, -exponent);
        return (sum + (n > below.Length - 1 ? Sum(below.Length, n, exponent) : 0)) / total;
    }
}
