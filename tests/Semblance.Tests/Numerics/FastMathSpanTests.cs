using Semblance.Numerics;

namespace Semblance.Tests.Numerics;

public sealed class FastMathSpanTests
{
    private static readonly double[] Special = [0, -0.0, 1, -1, 88.7, 88.8, -87.2, -87.4, 745, -745, -740, 709.7, 710, 1e30, -1e30, double.PositiveInfinity, double.NegativeInfinity, double.NaN, 1e-310, 5e-324, 1e-40, 3e38, 1e300];

    [Fact]
    public void Every_tier_gives_the_same_bits_in_float()
    {
        Same<FastMath.FloatExp>(Floats(-90, 90));
        Same<FastMath.FloatLog>(Floats(0, 1e4));
        Same<FastMath.FloatSigmoid>(Floats(-20, 20));
        Same<FastMath.FloatTanh>(Floats(-3, 3));
        Same<FastMath.FloatSin>(Floats(-100, 100));
        Same<FastMath.FloatCos>(Floats(-66_000, 66_000));
    }

    private static void Same<F>(float[] x) where F : struct, FastMath.IMap<float>
    {
        float[] By(int tier)
        {
            var y = new float[x.Length];
            FastMath.Apply<F>(x, y, tier);
            return y;
        }
        Assert.Equal(By(512), By(256));
        Assert.Equal(By(512), By(1));
    }

    [Fact]
    public void Every_tier_gives_the_bits_of_the_scalar_function_in_double()
    {
        Same<FastMath.DoubleExp>(FastMath.Exp, Doubles(-745, 710));
        Same<FastMath.DoubleExp>(FastMath.Exp, Doubles(-2, 2));
        Same<FastMath.DoubleLog>(FastMath.Log, Doubles(0, 10));
        Same<FastMath.DoubleSigmoid>(FastMath.Sigmoid, Doubles(-40, 40));
    }

    private static void Same<F>(Func<double, double> scalar, double[] x) where F : struct, FastMath.IMap<double>
    {
        foreach (var tier in new[] { 512, 256, 1 })
        {
            var y = new double[x.Length];
            FastMath.Apply<F>(x, y, tier);
            for (var i = 0; i < x.Length; i++) Assert.True(scalar(x[i]).Equals(y[i]), $"tier {tier}, x = {x[i]:R}: {y[i]:R}, not {scalar(x[i]):R}");
        }
    }

    [Fact]
    public void Floats_are_within_the_stated_error()
    {
        Within(2, FastMath.Exp, Math.Exp, Floats(-87.2, 88.7));
        Within(2, FastMath.Exp, Math.Exp, Floats(-1, 1));
        Within(2, FastMath.Log, Math.Log, Floats(0, 3));
        Within(2, FastMath.Log, Math.Log, Floats(0.9, 1.1));
        Within(2, FastMath.Log, Math.Log, Floats(0, 1e30));
        Within(3, FastMath.Sigmoid, x => 1 / (1 + Math.Exp(-x)), Floats(-80, 20));
        Within(3, FastMath.Tanh, Math.Tanh, Floats(-4, 4));
        foreach (var range in new[] { 0.8, 7, 1000, 65_535 })
        {
            Within(2, FastMath.Sin, x => Math.Abs(x) < 65_536 ? Math.Sin(x) : double.NaN, Floats(-range, range));
            Within(2, FastMath.Cos, x => Math.Abs(x) < 65_536 ? Math.Cos(x) : double.NaN, Floats(-range, range));
        }
        // Multiples of π/2 rounded to floats: results next to zero, where a rounding of the argument would show.
        var zeros = Enumerable.Range(-40_000, 80_001).Select(n => (float)(n * Math.PI / 2)).ToArray();
        Within(2, FastMath.Sin, Math.Sin, zeros);
        Within(2, FastMath.Cos, Math.Cos, zeros);
    }

    /// <summary>Box and Muller's formula in double.</summary>
    [Fact]
    public void Float_normals_are_within_the_stated_error()
    {
        const int count = 20_000;
        var stream = new RandomStream(new Seed(9), "tests/normals");
        float[] a = new float[count], b = new float[count], c = new float[count], d = new float[count];
        stream.FillNormal(0, 0, a, b, c, d);
        for (var i = 0; i < count; i++)
        {
            var words = stream.Words(i);
            Near(words.A, words.B, a[i], b[i]);
            Near(words.C, words.D, c[i], d[i]);
        }

        static void Near(uint radiusWord, uint angleWord, float first, float second)
        {
            var u = MathF.FusedMultiplyAdd((int)(radiusWord >> 1), 1 / 2147483648f, 0.5f / 2147483648f); // a float: what follows is held against it
            var radius = Math.Sqrt(-2 * Math.Log(u));
            var (sin, cos) = Math.SinCos(2 * Math.PI * angleWord / 4294967296.0);
            Assert.True(Math.Abs(first - radius * cos) <= 1e-6 && Math.Abs(second - radius * sin) <= 1e-6, $"{radiusWord}, {angleWord}: {first:R}, {second:R} instead of {radius * cos:R}, {radius * sin:R}");
        }
    }

    private delegate void OnSpan(ReadOnlySpan<float> x, Span<float> y);

    private static void Within(double ulps, OnSpan ours, Func<double, double> exact, float[] x)
    {
        var y = new float[x.Length];
        ours(x, y);
        for (var i = 0; i < x.Length; i++)
        {
            var want = exact(x[i]);
            if (!double.IsFinite(want) || Math.Abs(want) > float.MaxValue || Math.Abs(want) < 1.3e-38) continue;
            var ulp = Math.ScaleB(1, Math.ILogB(want) - 23);
            Assert.True(Math.Abs(y[i] - want) <= ulps * ulp, $"x = {x[i]:R}: {y[i]:R}, not {want:R} ({Math.Abs(y[i] - want) / ulp:F2} ulp)");
        }
    }

    [Fact]
    public void Special_values_are_kept()
    {
        float[] x = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0];
        float[] Of(OnSpan f)
        {
            var y = new float[x.Length];
            f(x, y);
            return y;
        }
        Assert.Equal([float.NaN, float.PositiveInfinity, 0, 1], Of(FastMath.Exp));
        Assert.Equal([float.NaN, float.PositiveInfinity, float.NaN, float.NegativeInfinity], Of(FastMath.Log));
        Assert.Equal([float.NaN, 1, 0, 0.5f], Of(FastMath.Sigmoid));
        Assert.Equal([float.NaN, 1, -1, 0], Of(FastMath.Tanh));
        Assert.Equal([float.NaN, float.NaN, float.NaN, 0], Of(FastMath.Sin));
        Assert.Equal([float.NaN, float.NaN, float.NaN, 1], Of(FastMath.Cos));
    }

    private static double[] Doubles(double low, double high)
    {
        var numbers = new RandomStream(new Seed(6), "tests/spans").Sequence();
        return [.. Special, .. Enumerable.Range(0, 3001).Select(_ => low + (high - low) * numbers.NextUnit())];
    }

    private static float[] Floats(double low, double high) => Doubles(low, high).Select(v => (float)v).ToArray();
}
