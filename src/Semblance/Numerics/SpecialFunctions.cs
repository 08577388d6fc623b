namespace Semblance.Numerics;

/// <summary>
/// The incomplete gamma and beta functions, their inverses, and the arc tangent; the same bits on every machine. Both tails keep their digits: relative errors are about 1e-13,
/// growing to 1e-12 for parameters of a million.
/// </summary>
public static partial class SpecialFunctions
{
    private const double Tiny = 1e-300;

    /// <summary>Regularised lower and upper incomplete gamma functions P(a, x) and Q(a, x) = 1 - P, for a &gt; 0.</summary>
    public static (double P, double Q) IncompleteGamma(double a, double x)
    {
        if (double.IsNaN(x)) return (x, x);
        if (!(x > 0)) return (0, 1);
        if (double.IsPositiveInfinity(x)) return (1, 0);
        var power = GammaPower(a, x);
        if (x < a + 1)
        {
            double term = 1, sum = 1;
            for (var n = 1; term > 1e-17 * sum && n < 1_000_000; n++)
            {
                term *= x / (a + n);
                sum += term;
            }
            var p = Math.Min(1, power * sum);
            return (p, 1 - p);
        }
        // Continued fraction by Lentz's method.
        double b = x + 1 - a, c = 1 / Tiny, d = 1 / b, h = d;
        for (var n = 1; n < 1_000_000; n++)
        {
            var an = -n * (n - a);
            b += 2;
            d = an * d + b;
            if (Math.Abs(d) < Tiny) d = Tiny;
            c = b + an / c;
            if (Math.Abs(c) < Tiny) c = Tiny;
            d = 1 / d;
            h *= d * c;
            if (Math.Abs(d * c - 1) < 1e-16) break;
        }
        var q = Math.Min(1, power * a * h);
        return (1 - q, q);
    }

    /// <summary>x^a e^-x / Gamma(a + 1).</summary>
    private static double GammaPower(double a, double x)
    {
        if (a < 10) return FastMath.Exp(a * FastMath.Log(x) - x - FastMath.LogGamma(a + 1));
        return FastMath.Exp(-a * LogGap(x, a) - StirlingRest(a)) / Math.Sqrt(6.283185307179586 * a);
    }

    /// <summary>The x with P(a, x) = p, or with <paramref name="upper"/> that with Q(a, x) = p; p in (0, 1).</summary>
    public static double InverseIncompleteGamma(double a, double p, bool upper = false)
    {
        double start;
        if (a > 0.5)
        {
            var z = upper ? -FastMath.NormalQuantile(p) : FastMath.NormalQuantile(p);
            var cube = 1 - 1 / (9 * a) + z / (3 * Math.Sqrt(a)); // Wilson and Hilferty 1931
            start = cube > 0.1 ? FastMath.Log(a * cube * cube * cube) : ((upper ? FastMath.Log1p(-p) : FastMath.Log(p)) + FastMath.LogGamma(a + 1)) / a;
        }
        else start = Math.Min(3, ((upper ? FastMath.Log1p(-p) : FastMath.Log(p)) + FastMath.LogGamma(a + 1)) / a);
        return FastMath.Exp(Root.Find(p, start, !upper, t =>
        {
            var x = FastMath.Exp(t);
            var (lower, rest) = IncompleteGamma(a, x);
            return (upper ? rest : lower, x > 0 ? a * GammaPower(a, x) : 0);
        }));
    }

    /// <summary>Regularised incomplete beta function I of (a, b) at x, and 1 - I.</summary>
    /// <param name="a">First shape, above 0.</param>
    /// <param name="b">Second shape, above 0.</param>
    /// <param name="x">In [0, 1].</param>
    /// <param name="y">1 - x, given apart so that it keeps its digits where x is near 1.</param>
    public static (double Lower, double Upper) IncompleteBeta(double a, double b, double x, double y)
    {
        if (double.IsNaN(x)) return (x, x);
        if (!(x > 0)) return (0, 1);
        if (!(y > 0)) return (1, 0);
        if (a > 1 && b > 1 ? b * x > a * y : x > (a + 1) / (a + b + 2))
        {
            var upper = Math.Min(1, BetaPower(b, a, y, x) * BetaFraction(b, a, y, x));
            return (1 - upper, upper);
        }
        var lower = Math.Min(1, BetaPower(a, b, x, y) * BetaFraction(a, b, x, y));
        return (lower, 1 - lower);
    }

    private static double BetaFraction(double a, double b, double x, double y) => a > 1 && b > 1 ? GentleFraction(a, b, x, y) : BetaFraction(a, b, x) / a;

    // The fraction of DiDonato and Morris (TOMS 708, 1992), up to the mean: its terms do not cancel, however large the shapes.
    private static double GentleFraction(double a, double b, double x, double y)
    {
        double gap = 1 + (a * y - b * x), ratio = b / a, one = 1 + 1 / a;
        double before = 0, beforeBelow = 1, now = 1, below = gap / one, value = 1 / below, p = 1, s = a + 1;
        for (var n = 1; n < 1_000_000; n++)
        {
            var t = n / a;
            var w = n * (b - n) * x;
            var e = a / s;
            var alpha = p * (p + ratio) * e * e * (w * x);
            var beta = n + w / s + (1 + t) / (one + 2 * t) * (gap + n * (1 + y));
            (p, s) = (1 + t, s + 2);
            (before, now) = (now, alpha * before + beta * now);
            (beforeBelow, below) = (below, alpha * beforeBelow + beta * below);
            var last = value;
            value = now / below;
            if (Math.Abs(value - last) <= 1e-16 * value) break;
            (before, beforeBelow, now, below) = (before / below, beforeBelow / below, value, 1);
        }
        return value;
    }

    private static double BetaFraction(double a, double b, double x)
    {
        double c = 1, d = 1 - (a + b) * x / (a + 1);
        if (Math.Abs(d) < Tiny) d = Tiny;
        d = 1 / d;
        var h = d;
        for (var m = 1; m < 1_000_000; m++)
        {
            var even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 + even * d;
            if (Math.Abs(d) < Tiny) d = Tiny;
            c = 1 + even / c;
            if (Math.Abs(c) < Tiny) c = Tiny;
            d = 1 / d;
            h *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 + odd * d;
            if (Math.Abs(d) < Tiny) d = Tiny;
            c = 1 + odd / c;
            if (Math.Abs(c) < Tiny) c = Tiny;
            d = 1 / d;
            h *= d * c;
            if (Math.Abs(d * c - 1) < 1e-16) break;
        }
        return h;
    }

    /// <summary>x^a y^b / B(a, b).</summary>
    private static double BetaPower(double a, double b, double x, double y)
    {
        if (a < 10 || b < 10) return FastMath.Exp(a * FastMath.Log(x) + b * (x < 0.5 ? FastMath.Log1p(-x) : FastMath.Log(y)) - LogBeta(a, b));
        var sum = a + b;
        var exponent = -a * LogGap(x * sum, a) - b * LogGap(y * sum, b) + StirlingRest(sum) - StirlingRest(a) - StirlingRest(b);
        return Math.Sqrt(a / sum * b / 6.283185307179586) * FastMath.Exp(exponent);
    }

    /// <summary>Logarithm of the beta function B(a, b), a and b &gt; 0, without cancellation where one is large.</summary>
    public static double LogBeta(double a, double b)
    {
        if (a > b) (a, b) = (b, a);
        if (b < 10) return FastMath.LogGamma(a) + FastMath.LogGamma(b) - FastMath.LogGamma(a + b);
        return FastMath.LogGamma(a) - (b - 0.5) * FastMath.Log1p(a / b) - a * FastMath.Log(a + b) + a + StirlingRest(b) - StirlingRest(a + b);
    }

    /// <summary>The (x, 1 - x) with I = p, or with <paramref name="upper"/> that with 1 - I = p; p in (0, 1). Both numbers keep their digits.</summary>
    public static (double X, double Y) InverseIncompleteBeta(double a, double b, double p, bool upper = false)
    {
        // Start from the nearer tail's power law, or from the mean.
        var logBeta = LogBeta(a, b);
        var left = ((upper ? FastMath.Log1p(-p) : FastMath.Log(p)) + FastMath.Log(a) + logBeta) / a;
        var right = ((upper ? FastMath.Log(p) : FastMath.Log1p(-p)) + FastMath.Log(b) + logBeta) / b;
        var start = left < -2 && a * FastMath.Exp(left) < 1 && left <= right ? left : right < -2 && b * FastMath.Exp(right) < 1 ? -right : FastMath.Log(a / b);
        var t = Root.Find(p, start, !upper, t =>
        {
            var (x, y) = (Half(t), Half(-t));
            var (lower, rest) = IncompleteBeta(a, b, x, y);
            return (upper ? rest : lower, x > 0 && y > 0 ? BetaPower(a, b, x, y) : 0);
        });
        return (Half(t), Half(-t));

        static double Half(double t) => t < 0 ? FastMath.Exp(t) / (1 + FastMath.Exp(t)) : 1 / (1 + FastMath.Exp(-t));
    }

    /// <summary>Arc tangent in radians, within 3 ulp.</summary>
    public static double Atan(double x)
    {
        if (double.IsNaN(x)) return x;
        var a = Math.Abs(x);
        var value = a > 1 ? 1.5707963267948966 - (Near(1 / a) - 6.123233995736766e-17) : Near(a);
        return x < 0 ? -value : value;

        // tan(u + v) taken apart twice, then the series.
        static double Near(double z)
        {
            var quarter = z > 0.4142135623730951;
            if (quarter) z = (z - 1) / (1 + z);                          // less pi/4
            z /= 1 + Math.Sqrt(1 + z * z);                               // half the angle: |z| <= 0.2
            var s = z * z;
            var sum = 0.0;
            for (var k = 25; k >= 3; k -= 2) sum = s * (1.0 / k - sum);
            var angle = 2 * (z - z * sum);
            return quarter ? 0.7853981633974483 + (angle + 3.061616997868383e-17) : angle;
        }
    }

    /// <summary>d - log(1 + d) for 1 + d = x / a, without cancellation.</summary>
    private static double LogGap(double x, double a)
    {
        var d = (x - a) / a;
        if (Math.Abs(d) > 0.4) return d - FastMath.Log(x / a);
        var s = d / (2 + d); // log(1 + d) = 2 (s + s^3/3 + ...), and d - 2 s = d s
        var z = s * s;
        var sum = 0.0;
        for (var k = 29; k >= 3; k -= 2) sum = sum * z + 1.0 / k;
        return s * (d - 2 * z * sum);
    }

    /// <summary>What Stirling's formula leaves out of log Gamma(z): z &gt;= 10.</summary>
    private static double StirlingRest(double z)
    {
        var inverse = 1 / z;
        var s = inverse * inverse;
        return inverse * (1.0 / 12 + s * (-1.0 / 360 + s * (1.0 / 1260 + s * (-1.0 / 1680 + s * (1.0 / 1188 + s * (-691.0 / 360360 + s / 156))))));
    }
}
