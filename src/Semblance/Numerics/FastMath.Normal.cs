namespace Semblance.Numerics;

// The error function, the normal distribution and the gamma function. The polynomials are Chebyshev expansions computed for this library with 50 digits.
public static partial class FastMath
{
    private static ReadOnlySpan<double> ErfSeries =>
    [
        1.1283791670955126, -0.37612638903183754, 0.11283791670955126, -0.026866170645131252, 0.005223977625442188, -0.0008548327023450853,
        0.00012055332981789664, -1.492565035840625e-05, 1.6462114365889248e-06, -1.6365844691234924e-07, 1.4807192815879218e-08,
        -1.2290555301717928e-09, 9.422759064650411e-11, -6.7113668551641105e-12,
    ];

    // (1 + 2x) exp(x²) erfc(x) in t = (x - 3.75)/(x + 3.75), x in [0.5, 28]. The transform is that of Shepherd and Laframboise (1981).
    private static ReadOnlySpan<double> ScaledErfc =>
    [
        1.2375126308378275, -0.14024059858554702, 0.003585415485463715, 0.08227673849015014, -0.10880393014171016, 0.09230432116023797,
        -0.05869339859044385, 0.028362277420687483, -0.009746579549557419, 0.001755625842009458, 0.0002937136154380418, -0.0002901540470204703,
        5.1649271495291804e-05, 2.2384219301519647e-05, -1.1444464525920987e-05, -9.737647311550102e-07, 1.7517827856250458e-06,
        -5.6478305619542416e-08, -2.580354771665193e-07, 2.2083999439073922e-08, 3.7247311626701955e-08, -2.7972932150691477e-09, -3.916314077419573e-09,
    ];

    // z(1/2 + y)/y in u = 2y²/0.09 - 1, |y| <= 0.3.
    private static ReadOnlySpan<double> QuantileCentre =>
    [
        2.638092834323769, 0.1467238196192381, 0.017484795058402523, 0.002587452884639032, 0.0004246321334565066, 7.404250226363965e-05,
        1.343501554935243e-05, 2.507335525796074e-06, 4.778320395067718e-07, 9.25467579493854e-08, 1.8156336241412333e-08, 3.5995829840108715e-09,
        7.20424147828072e-10, 1.4516639604394543e-10, 2.8888944105440882e-11, 5.872434416682944e-12, 1.4910055526710938e-12, 3.104124948765098e-13,
    ];

    // |z|/r for r = sqrt(-2 log p): r in [1.79, 4] in (r - 2)/(r + 2), r in [4, 38.7] in (r - 6)/(r + 6), each stretched to [-1, 1].
    private static ReadOnlySpan<double> QuantileFlank =>
    [
        0.7097460063575813, 0.18159054798529375, -0.049128242209108955, 0.009610882849512963, -0.0017955960924555716, 0.0003238006381072213,
        -5.792450743485321e-05, 1.021939385448091e-05, -1.797627143504281e-06, 3.139205663527372e-07, -5.477431424003471e-08, 9.510935768763093e-09,
        -1.6517061732245707e-09, 2.835061770441834e-10, -4.903337679629427e-11, 9.691900193995708e-12, -1.6869020505972686e-12,
    ];

    private static ReadOnlySpan<double> QuantileTail =>
    [
        0.9693037068893071, 0.05251663509363862, -0.03680328220202826, 0.0172160498550129, -0.007452783819815625, 0.0030358403355300306,
        -0.0012131665071156883, 0.00047214961330920355, -0.00018306841730830994, 6.973877264946722e-05, -2.6687628254396942e-05, 1.0035550767987652e-05,
        -3.820978231237306e-06, 1.4215594498400488e-06, -5.442772967058618e-07, 1.9826903583549356e-07, -7.344002517062539e-08, 2.814969188526028e-08,
        -1.3958577566590167e-08, 3.1282827135535424e-09, 2.446556256363097e-10, 7.616328628137146e-10, -7.761181932415278e-10, 4.023888867059556e-12,
    ];

    // B(2k)/(2k (2k - 1)), Stirling's series.
    private static ReadOnlySpan<double> Stirling =>
    [
        0.08333333333333333, -0.002777777777777778, 0.0007936507936507937, -0.0005952380952380953, 0.0008417508417508417,
        -0.0019175269175269176, 0.00641025641025641, -0.029550653594771242,
    ];

    /// <summary>Error function, within 2 ulp.</summary>
    public static double Erf(double x)
    {
        if (Math.Abs(x) <= 0.5) return x * Horner(x * x, ErfSeries);
        var tail = 1 - Erfc(Math.Abs(x));
        return x < 0 ? -tail : tail;
    }

    /// <summary>Complementary error function 1 - erf(x), within 4 ulp in the whole tail.</summary>
    public static double Erfc(double x)
    {
        if (double.IsNaN(x)) return x;
        if (Math.Abs(x) <= 0.5) return 1 - x * Horner(x * x, ErfSeries);
        if (x < 0) return 2 - Erfc(-x);
        if (x > 28) return 0;
        var square = x * x;
        return Exp(-square, -Math.FusedMultiplyAdd(x, x, -square)) * ErfcRatio(x);
    }

    /// <summary>Standard normal distribution function, within 5 ulp, also in the far lower tail.</summary>
    public static double NormalCdf(double x)
    {
        const double rootHalf = 0.7071067811865476;
        if (double.IsNaN(x)) return x;
        var u = Math.Abs(x) * rootHalf;
        if (u <= 0.5) return 0.5 + 0.5 * Erf(x * rootHalf);
        if (u > 28) return x < 0 ? 0 : 1;
        var square = x * x;
        var tail = 0.5 * ErfcRatio(u) * Exp(-0.5 * square, -0.5 * Math.FusedMultiplyAdd(x, x, -square));
        return x < 0 ? tail : 1 - tail;
    }

    /// <summary>Standard normal density.</summary>
    public static double NormalDensity(double x) => 0.3989422804014327 * Exp(-0.5 * x * x);

    /// <summary>The z with <c>NormalCdf(z) = p</c>, within 4 ulp. 0 gives -infinity, 1 infinity, outside [0, 1] NaN.</summary>
    public static double NormalQuantile(double p)
    {
        if (!(p > 0 && p < 1)) return p == 0 ? double.NegativeInfinity : p == 1 ? double.PositiveInfinity : double.NaN;
        var y = p - 0.5;
        if (Math.Abs(y) <= 0.3) return y * Horner(Math.FusedMultiplyAdd(y * y, 2 / 0.09, -1), QuantileCentre);
        var r = Math.Sqrt(-2 * Log(y < 0 ? p : 1 - p));
        var z = r <= 4
            ? Horner(Math.FusedMultiplyAdd((r - 2) / (r + 2), 5.144796380090498, -0.7149321266968326), QuantileFlank)
            : Horner(Math.FusedMultiplyAdd((r - 6) / (r + 6), 2.146974063400576, -0.5706051873198847), QuantileTail);
        return y < 0 ? -r * z : r * z;
    }

    /// <summary>Logarithm of the gamma function for x &gt; 0, error below 7e-15 times max(1, |result|); NaN for other x.</summary>
    public static double LogGamma(double x)
    {
        if (!(x > 0)) return double.NaN;
        if (x > 1e17) return x * (Log(x) - 1);
        // Stirling's series needs x >= 10: climb there by gamma(x + 1) = x gamma(x).
        var product = 1.0;
        while (x < 10) product *= x++;
        var inverse = 1 / x;
        var series = inverse * Horner(inverse * inverse, Stirling);
        return (x - 0.5) * Log(x) - x + 0.9189385332046728 + series - Log(product);
    }

    /// <summary>exp(x²) erfc(x) for x in [0.5, 28].</summary>
    private static double ErfcRatio(double x) => Horner((x - 3.75) / (x + 3.75), ScaledErfc) / Math.FusedMultiplyAdd(2, x, 1);
}
