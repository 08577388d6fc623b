using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>
/// Elementary functions that give the same bits on every machine: range reduction and polynomials in IEEE double with fused multiply-adds only, never the
/// C library, whose last bit differs between systems. Errors are stated in ulp (units in the last place) of the result and were measured against 50 digits.
/// </summary>
public static partial class FastMath
{
    private const double Ln2High = 0.6931471805599453, Ln2Low = 2.3190468138462996e-17;
    private const double Log2E = 1.4426950408889634;

    // 1/k! for k = 2..13: the Taylor series of exp is already below half an ulp on |r| <= ln 2 / 2, so nothing cleverer is needed.
    private static ReadOnlySpan<double> ExpTail =>
    [
        0.5, 0.16666666666666666, 0.041666666666666664, 0.008333333333333333, 0.001388888888888889, 0.0001984126984126984,
        2.48015873015873e-05, 2.7557319223985893e-06, 2.755731922398589e-07, 2.505210838544172e-08, 2.08767569878681e-09, 1.6059043836821613e-10,
    ];

    // 2/(2k + 1) for k = 1..11, the series of log((1 + s)/(1 - s)) / s - 2 in s^2.
    private static ReadOnlySpan<double> LogSeries =>
    [
        2.0 / 3, 2.0 / 5, 2.0 / 7, 2.0 / 9, 2.0 / 11, 2.0 / 13, 2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21, 2.0 / 23,
    ];

    // Coefficients of sin(r)/r and cos(r) in r^2 on |r| <= pi/4.
    private static ReadOnlySpan<double> SinSeries =>
    [
        -1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880, -1.0 / 39916800, 1.0 / 6227020800, -1.0 / 1307674368000, 1.0 / 355687428096000,
    ];

    private static ReadOnlySpan<double> CosSeries =>
    [
        1.0 / 24, -1.0 / 720, 1.0 / 40320, -1.0 / 3628800, 1.0 / 479001600, -1.0 / 87178291200, 1.0 / 20922789888000,
    ];

    /// <summary>Square root, correctly rounded on every machine by IEEE 754; here so that callers need not wonder.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sqrt(double x) => Math.Sqrt(x);

    /// <summary>e^x, within 1 ulp (subnormal results within 1 of their last place). Above 709.78 infinity, below -745.13 zero.</summary>
    public static double Exp(double x) => Exp(x, 0);

    /// <summary>e^(x + tail), tail being a small correction to x.</summary>
    private static double Exp(double x, double tail)
    {
        if (!(Math.Abs(x) < 746)) return double.IsNaN(x) ? x : x > 0 ? double.PositiveInfinity : 0;
        var n = Math.Round(x * Log2E);
        var r = Math.FusedMultiplyAdd(-n, Ln2High, x);
        r = Math.FusedMultiplyAdd(-n, Ln2Low, r + tail);
        return Scale(1 + Math.FusedMultiplyAdd(r * r, Horner(r, ExpTail), r), (int)n);
    }

    /// <summary>e^x - 1 without cancellation near zero, within 4 ulp.</summary>
    public static double Expm1(double x)
    {
        if (!(Math.Abs(x) < 0.34)) return Exp(x) - 1;
        return Math.FusedMultiplyAdd(x * x, Horner(x, ExpTail), x);
    }

    /// <summary>Natural logarithm, within 1 ulp. Zero gives -infinity, negative numbers NaN.</summary>
    public static double Log(double x)
    {
        if (!(x > 0) || double.IsPositiveInfinity(x)) return x == 0 ? double.NegativeInfinity : x > 0 ? x : double.NaN;
        var (k, m) = Split(x);
        var f = m - 1;
        var s = f / (2 + f);
        var z = s * s;
        var half = 0.5 * f * f;
        // log(1 + f) = f - (f²/2 - s (f²/2 + R)): the large part f is exact, so the rounding of s does not matter.
        var small = Math.FusedMultiplyAdd(s, half + z * Horner(z, LogSeries), k * Ln2Low);
        return Math.FusedMultiplyAdd(k, Ln2High, f - (half - small));
    }

    /// <summary>log(1 + x) without cancellation near zero, within 2 ulp.</summary>
    public static double Log1p(double x)
    {
        if (!(x > -1) || double.IsPositiveInfinity(x)) return x == -1 ? double.NegativeInfinity : x > -1 ? x : double.NaN;
        var u = 1 + x;
        var lost = Math.Abs(x) < 1 ? x - (u - 1) : 1 - (u - x); // what the sum rounded away
        return Log(u) + lost / u;
    }

    /// <summary>Logarithm to base 2, within 1 ulp; exact for powers of two.</summary>
    public static double Log2(double x)
    {
        if (!(x > 0) || double.IsPositiveInfinity(x)) return Log(x);
        var (k, m) = Split(x);
        var (high, low) = LogOfMantissa(m);
        var (product, rest) = Multiply(high, low, Log2E, 2.0355273740931033e-17);
        return k + product + ((k - (k + product)) + product + rest);
    }

    /// <summary>Logarithm to base 10, within 1 ulp; exact for powers of ten.</summary>
    public static double Log10(double x)
    {
        if (!(x > 0) || double.IsPositiveInfinity(x)) return Log(x);
        var (high, low) = LogPair(x);
        var (product, rest) = Multiply(high, low, 0.4342944819032518, 1.098319650216765e-17);
        return product + rest;
    }

    /// <summary>x^y, within 1 ulp; special cases as IEEE 754 (<c>Pow(x, 0) = 1</c>; a negative base needs a whole exponent, else NaN).</summary>
    public static double Pow(double x, double y)
    {
        if (y == 0 || x == 1) return 1;
        if (double.IsNaN(x) || double.IsNaN(y)) return double.NaN;
        var whole = Math.Floor(y) == y;
        var odd = whole && Math.Abs(y) < 9007199254740992 && ((long)y & 1) != 0;
        var sign = odd && double.IsNegative(x) ? -1.0 : 1.0;
        var a = Math.Abs(x);
        if (double.IsInfinity(y)) return a == 1 ? 1 : a > 1 == y > 0 ? double.PositiveInfinity : 0;
        if (a == 0 || double.IsInfinity(a)) return a == 0 == y > 0 ? sign * 0 : sign * double.PositiveInfinity;
        if (x < 0 && !whole) return double.NaN;
        if (y == 1) return x;
        var (high, low) = LogPair(a);
        if (!(Math.Abs(y * high) < 746)) return high > 0 == y > 0 ? sign * double.PositiveInfinity : sign * 0;
        var p = y * high;
        var rest = Math.FusedMultiplyAdd(y, high, -p) + y * low;
        return sign * Exp(p, rest);
    }

    /// <summary>Sine of x radians, within 1 ulp, for |x| &lt; 2^50; NaN beyond, where neighbouring doubles lie a radian apart.</summary>
    public static double Sin(double x)
    {
        if (!Reduce(x, out var quadrant, out var r, out var tail)) return double.NaN;
        var value = (quadrant & 1) == 0 ? SinNear(r, tail) : CosNear(r, tail);
        return (quadrant & 2) == 0 ? value : -value;
    }

    /// <summary>Cosine of x radians, within 1 ulp, for |x| &lt; 2^50; NaN beyond.</summary>
    public static double Cos(double x)
    {
        if (!Reduce(x, out var quadrant, out var r, out var tail)) return double.NaN;
        var value = (quadrant & 1) == 0 ? CosNear(r, tail) : SinNear(r, tail);
        return ((quadrant + 1) & 2) == 0 ? value : -value;
    }

    /// <summary>Hyperbolic tangent, within 5 ulp.</summary>
    public static double Tanh(double x)
    {
        var a = Math.Abs(x);
        if (!(a < 20)) return double.IsNaN(x) ? x : x > 0 ? 1 : -1;
        var value = a < 0.17 ? Expm1(2 * a) is var e ? e / (e + 2) : 0 : 1 - 2 / (Exp(2 * a) + 1);
        return x < 0 ? -value : value;
    }

    /// <summary>Logistic function 1 / (1 + e^-x), within 2 ulp; never overflows, in [0, 1].</summary>
    public static double Sigmoid(double x)
    {
        var e = Exp(-Math.Abs(x));
        return (x >= 0 ? 1 : e) / (1 + e);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Horner(double x, ReadOnlySpan<double> coefficients)
    {
        var sum = coefficients[^1];
        for (var i = coefficients.Length - 2; i >= 0; i--) sum = Math.FusedMultiplyAdd(sum, x, coefficients[i]);
        return sum;
    }

    /// <summary>x · 2^n in two exact steps and one rounding, so that subnormal and overflowing results come out right.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Scale(double x, int n)
    {
        if (n is > -1022 and < 1023) return x * PowerOfTwo(n);
        return n > 0 ? x * PowerOfTwo(1023) * PowerOfTwo(n - 1023) : x * PowerOfTwo(n + 512) * PowerOfTwo(-512);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double PowerOfTwo(int n) => BitConverter.Int64BitsToDouble((long)(n + 1023) << 52);

    /// <summary>x = m · 2^k with m in [sqrt(1/2), sqrt(2)); x positive and finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (double K, double M) Split(double x)
    {
        var shift = 0;
        if (x < 2.2250738585072014e-308) (x, shift) = (x * 18014398509481984.0, 54);
        const long rootHalf = 0x3FE6A09E667F3BCD;
        var bits = BitConverter.DoubleToInt64Bits(x);
        var k = (bits - rootHalf) >> 52;
        return (k - shift, BitConverter.Int64BitsToDouble(bits - (k << 52)));
    }

    /// <summary>Natural logarithm as an unevaluated sum, relative error about 2^-65.</summary>
    private static (double High, double Low) LogPair(double x)
    {
        var (k, m) = Split(x);
        var (high, low) = LogOfMantissa(m);
        var p = k * Ln2High;
        var e = Math.FusedMultiplyAdd(k, Ln2High, -p) + k * Ln2Low;
        var sum = p + high; // |p| is 0 or larger than |high|
        return FastSum(sum, p == 0 ? low : p - sum + high + e + low);
    }

    private static (double High, double Low) LogOfMantissa(double m)
    {
        var f = m - 1;
        var d = 2 + f;
        var dLow = 2 - d + f;
        var s = f / d;
        var sLow = (Math.FusedMultiplyAdd(-s, d, f) - s * dLow) / d;
        var z = s * s;
        var zLow = Math.FusedMultiplyAdd(s, s, -z) + 2 * s * sLow;
        // log m = 2 s + s z (2/3 + z (2/5 + ...)): the first two terms as sums of two doubles, the rest is small enough for one.
        var (c, cLow) = FastSum(2.0 / 3, Math.FusedMultiplyAdd(z, Horner(z, LogSeries[1..]), 3.700743415417188e-17));
        var (q, qLow) = Multiply(z, zLow, c, cLow);
        var (t, tLow) = Multiply(s, sLow, q, qLow);
        var (high, low) = FastSum(2 * s, t);
        return FastSum(high, low + 2 * sLow + tLow);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (double High, double Low) FastSum(double large, double small)
    {
        var sum = large + small;
        return (sum, large - sum + small);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (double High, double Low) Multiply(double a, double aLow, double b, double bLow)
    {
        var p = a * b;
        return FastSum(p, Math.FusedMultiplyAdd(a, b, -p) + (a * bLow + aLow * b));
    }

    /// <summary>x = quadrant · pi/2 + r + tail. The first fused step is exact; two further parts of pi/2 keep r good to 2^-100 even next to a multiple of pi/2.</summary>
    private static bool Reduce(double x, out int quadrant, out double r, out double tail)
    {
        const double first = 1.5707963267948966, second = 6.123233995736766e-17, third = -1.4973849048591698e-33;
        (quadrant, r, tail) = (0, x, 0);
        if (!(Math.Abs(x) < 1125899906842624)) return false;
        if (Math.Abs(x) <= 0.7853981633974483) return true;
        var n = Math.Round(x * 0.6366197723675814);
        quadrant = (int)((long)n & 3);
        var a = Math.FusedMultiplyAdd(-n, first, x);
        var p = n * second;
        var e = Math.FusedMultiplyAdd(n, second, -p) + n * third;
        r = a - p;
        var b = r - a;
        tail = a - (r - b) - (p + b) - e;
        return true;
    }

    private static double SinNear(double r, double tail)
    {
        var z = r * r;
        return r + Math.FusedMultiplyAdd(r * z, Horner(z, SinSeries), tail * Math.FusedMultiplyAdd(-0.5, z, 1));
    }

    private static double CosNear(double r, double tail)
    {
        var z = r * r;
        var half = 0.5 * z;
        var one = 1 - half;
        return one + (1 - one - half + Math.FusedMultiplyAdd(z * z, Horner(z, CosSeries), -r * tail));
    }
}
