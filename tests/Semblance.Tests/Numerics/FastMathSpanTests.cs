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
    }

    private static double[] Doubles(double low, double high)
    {
        var numbers = new RandomStream(new Seed(6), "tests/spans").Sequence();
        return [.. Special, .. Enumerable.Range(0, 3001).Select(_ => low + (high - low) * numbers.NextUnit())];
    }

    private static float[] Floats(double low, double high) => Doubles(low, high).Select(v => (float)v).ToArray();
}
