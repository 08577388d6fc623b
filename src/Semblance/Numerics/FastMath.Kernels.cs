using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

// The functions of FastMath.Spans over registers. Polynomials in float are Chebyshev fits computed for this library.
public static partial class FastMath
{
    internal readonly struct FloatExp : IMap<float>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x) where V : struct, ILanes<V, float>
        {
            // Adding 1.5·2^23 rounds to a whole number n and leaves n in the low bits, from where it moves into the exponent.
            var shifted = V.Fma(x, V.All(1.442695f), V.All(12582912));
            var n = V.All(12582912) - shifted;
            var r = V.Fma(n, V.All(-1.9046542e-9f), V.Fma(n, V.All(0.6931472f), x));
            var p = V.Fma(V.All(0.0013933734f), r, V.All(0.008363236f));
            p = V.Fma(p, r, V.All(0.041666463f));
            p = V.Fma(p, r, V.All(0.16666576f));
            p = V.Fma(p, r, V.All(0.5f));
            p = V.All(1) + V.Fma(p, r * r, r);
            p = V.AddBits(p, V.ShiftLeft(shifted, 23));
            p = V.IfLess(V.All(88.72283f), x, V.All(float.PositiveInfinity), p);
            p = V.IfLess(x, V.All(-87.3f), V.All(0), p);
            return KeepNaN<V, float>(x, p, V.All(float.PositiveInfinity));
        }
    }

    internal readonly struct FloatLog : IMap<float>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x) where V : struct, ILanes<V, float>
        {
            var tiny = V.All(1.1754944e-38f);
            var y = V.IfLess(x, tiny, x * V.All(8388608), x);
            var result = Scaled(y, V.IfLess(x, tiny, V.All(8388608 + 127 + 23), V.All(8388608 + 127)));
            return LogEnds<V, float>(x, result, V.All(0), V.All(float.MaxValue), V.All(float.NegativeInfinity), V.All(float.NaN));
        }

        /// <summary>The same bits for what is known to be positive, finite and not subnormal, in two thirds of the time.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V OfNormal<V>(V x) where V : struct, ILanes<V, float> => Scaled(x, V.All(8388608 + 127));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Scaled<V>(V y, V bias) where V : struct, ILanes<V, float>
        {
            // y = m·2^k with m in [sqrt(1/2), sqrt(2)): k + 127 comes out of the exponent field of y/sqrt(1/2), and into a float by way of 2^23.
            var biased = V.ShiftRightUnsigned(V.AddBits(V.SubtractBits(y, V.All(0.70710677f)), V.All(1)), 23);
            var m = V.AddBits(V.SubtractBits(y, V.ShiftLeft(biased, 23)), V.All(1));
            var k = V.Or(biased, V.All(8388608)) - bias;
            var f = m - V.All(1);
            var q = V.Fma(V.All(0.0714975372f), f, V.All(-0.115712009f));
            q = V.Fma(q, f, V.All(0.116615109f));
            q = V.Fma(q, f, V.All(-0.124110505f));
            q = V.Fma(q, f, V.All(0.142499372f));
            q = V.Fma(q, f, V.All(-0.166684806f));
            q = V.Fma(q, f, V.All(0.200007081f));
            q = V.Fma(q, f, V.All(-0.249999896f));
            q = V.Fma(q, f, V.All(0.333333313f));
            var square = f * f;
            var small = V.Fma(square * f, q, k * V.All(-1.9046542e-9f));
            return V.Fma(k, V.All(0.6931472f), f + V.Fma(V.All(-0.5f), square, small));
        }
    }

    internal readonly struct FloatSigmoid : IMap<float>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x) where V : struct, ILanes<V, float>
        {
            var e = FloatExp.Of(V.All(0) - V.Abs(x));
            return V.IfLess(x, V.All(0), e, V.All(1)) / (V.All(1) + e);
        }
    }

    internal readonly struct FloatTanh : IMap<float>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x) where V : struct, ILanes<V, float>
        {
            var a = V.Abs(x);
            var s = x * x;
            var p = V.Fma(V.All(-0.0060536973f), s, V.All(0.0209681876f));
            p = V.Fma(p, s, V.All(-0.0538449883f));
            p = V.Fma(p, s, V.All(0.133327335f));
            p = V.Fma(p, s, V.All(-0.333333284f));
            var near = V.Fma(p, s * a, a);
            var far = V.All(1) - V.All(2) / (FloatExp.Of(a + a) + V.All(1));
            var value = V.IfLess(a, V.All(0.625f), near, far);
            return V.Or(value, V.And(x, V.All(-0.0f))); // the sign of x
        }
    }

    internal readonly struct FloatSin : IMap<float>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x) where V : struct, ILanes<V, float> => Turn(x, V.All(0));
    }

    internal readonly struct FloatCos : IMap<float>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x) where V : struct, ILanes<V, float> => Turn(x, V.All(float.Epsilon)); // a whole number one: a quarter turn ahead of the sine
    }

    /// <summary>The sine of x and some more quarter turns, these as a whole number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Turn<V>(V x, V quarters) where V : struct, ILanes<V, float>
    {
        // As in FloatExp. The first of three parts of pi/2 leaves no rounding for |x| < 65536, since what is left is below 1 and a multiple of 2^-23.
        var shifted = V.Fma(x, V.All(0.63661975f), V.All(12582912));
        var n = V.All(12582912) - shifted;
        var r = V.Fma(n, V.All(-1.7151245e-15f), V.Fma(n, V.All(-4.371139e-08f), V.Fma(n, V.All(1.5707964f), x)));
        var s = r * r;
        var sin = V.Fma(V.All(-0.00019582831f), s, V.All(0.008332725f));
        sin = V.Fma(V.Fma(sin, s, V.All(-0.16666664f)), s * r, r);
        var cos = V.Fma(V.All(2.4542871e-05f), s, V.All(-0.0013888279f));
        cos = V.Fma(V.Fma(cos, s, V.All(0.041666664f)), s * s, V.Fma(V.All(-0.5f), s, V.All(1)));
        var turns = V.AddBits(shifted, quarters);
        var odd = V.SubtractBits(V.All(0), V.ShiftRightUnsigned(V.ShiftLeft(turns, 31), 31));
        var value = V.Xor(sin, V.And(V.Xor(sin, cos), odd));
        value = V.Xor(value, V.And(V.ShiftLeft(turns, 30), V.All(-0.0f)));
        return V.IfLess(V.Abs(x), V.All(65536), value, V.All(float.NaN));
    }

    internal readonly struct DoubleExp : IMap<double>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x) where V : struct, ILanes<V, double>
        {
            const double round = 6755399441055744; // 1.5·2^52
            var bounded = V.IfLess(x, V.All(-746), V.All(-746), V.IfLess(V.All(746), x, V.All(746), x)); // the registers' own minimum is slower: it minds NaN and -0
            var shifted = bounded * V.All(Log2E) + V.All(round);
            var n = shifted - V.All(round);
            var r = V.Fma(V.All(0) - n, V.All(Ln2Low), V.Fma(V.All(0) - n, V.All(Ln2High), bounded));
            var p = V.All(1) + V.Fma(r * r, Horner(r, ExpTail), r);
            // 2^n as 2^half · 2^(n - half), so that neither factor leaves the range of exponents.
            var half = n * V.All(0.5) + V.All(round);
            var rest = n - (half - V.All(round)) + V.All(round);
            var value = p * Power(rest) * Power(half);
            value = V.IfLess(V.All(745.9), x, V.All(double.PositiveInfinity), value);
            return KeepNaN<V, double>(x, V.IfLess(x, V.All(-745.9), V.All(0), value), V.All(double.PositiveInfinity));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Power<V>(V shifted) where V : struct, ILanes<V, double> => V.AddBits(V.All(1), V.ShiftLeft(shifted, 52));
    }

    internal readonly struct DoubleLog : IMap<double>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x) where V : struct, ILanes<V, double>
        {
            var tiny = V.All(2.2250738585072014e-308);
            var y = V.IfLess(x, tiny, x * V.All(18014398509481984), x);
            const double two52 = 4503599627370496;
            var biased = V.ShiftRightUnsigned(V.AddBits(V.SubtractBits(y, V.All(0.70710678118654757)), V.All(1)), 52);
            var m = V.AddBits(V.SubtractBits(y, V.ShiftLeft(biased, 52)), V.All(1));
            var k = V.Or(biased, V.All(two52)) - V.IfLess(x, tiny, V.All(two52 + 1023 + 54), V.All(two52 + 1023));
            var f = m - V.All(1);
            var s = f / (V.All(2) + f);
            var z = s * s;
            var half = V.All(0.5) * f * f;
            var small = V.Fma(s, half + z * Horner(z, LogSeries), k * V.All(Ln2Low));
            var result = V.Fma(k, V.All(Ln2High), f - (half - small));
            return LogEnds<V, double>(x, result, V.All(0), V.All(double.MaxValue), V.All(double.NegativeInfinity), V.All(double.NaN));
        }
    }

    internal readonly struct DoubleSigmoid : IMap<double>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x) where V : struct, ILanes<V, double>
        {
            var e = DoubleExp.Of(V.All(0) - V.Abs(x));
            return V.IfLess(x, V.All(0), e, V.All(1)) / (V.All(1) + e);
        }
    }

    /// <summary>Sine and cosine of y quarter turns for |y| &lt;= 1/2, within 2 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (V Sin, V Cos) QuarterTurn<V>(V y) where V : struct, ILanes<V, float>
    {
        var s = y * y;
        var sin = V.Fma(V.All(0.000158206531f), s, V.All(-0.00468126638f));
        sin = V.Fma(sin, s, V.All(0.0796925798f));
        sin = V.Fma(sin, s, V.All(-0.645964086f));
        sin = V.Fma(sin, s, V.All(1.57079637f));
        var cos = V.Fma(V.All(0.00090362987f), s, V.All(-0.0208600704f));
        cos = V.Fma(cos, s, V.All(0.253669202f));
        cos = V.Fma(cos, s, V.All(-1.23370051f));
        return (sin * y, V.Fma(cos, s, V.All(1)));
    }

    private static ReadOnlySpan<double> QuarterSin =>
    [
        1.5707963267948966, -0.6459640975062463, 0.07969262624616705, -0.004681754135318685, 0.00016044118478728591,
        -3.5988432343578283e-06, 5.692172341883667e-08, -6.687805477489891e-10, 6.017884121789838e-12,
    ];

    private static ReadOnlySpan<double> QuarterCos =>
    [
        1.0, -1.2337005501361697, 0.25366950790104803, -0.020863480763352916, 0.0009192602748385332,
        -2.520204236273445e-05, 4.710874077590596e-07, -6.386325476717035e-09, 6.506655568464767e-11,
    ];

    /// <summary>The same in double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (V Sin, V Cos) QuarterTurnDouble<V>(V y) where V : struct, ILanes<V, double>
    {
        var s = y * y;
        return (Horner(s, QuarterSin) * y, Horner(s, QuarterCos));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Horner<V>(V x, ReadOnlySpan<double> coefficients) where V : struct, ILanes<V, double>
    {
        var sum = V.All(coefficients[^1]);
        for (var i = coefficients.Length - 2; i >= 0; i--) sum = V.Fma(sum, x, V.All(coefficients[i]));
        return sum;
    }

    /// <summary>value, except where x is NaN: there x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V KeepNaN<V, T>(V x, V value, V infinity) where V : struct, ILanes<V, T> where T : unmanaged => V.IfLess(x, infinity, value, x + value);

    /// <summary>The logarithm of what is not positive and finite: infinity and NaN stay, zero gives -infinity, negative numbers NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LogEnds<V, T>(V x, V result, V zero, V largest, V minusInfinity, V nan) where V : struct, ILanes<V, T> where T : unmanaged
    {
        result = V.IfLess(largest, x, x, result);
        return V.IfLess(zero, x, result, V.IfLess(x, zero, nan, minusInfinity + x));
    }
}
