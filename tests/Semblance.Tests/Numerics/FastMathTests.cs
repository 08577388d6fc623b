using FsCheck;
using FsCheck.Fluent;
using Semblance.Numerics;

namespace Semblance.Tests.Numerics;

public sealed class FastMathTests
{
    private static readonly RandomStream Stream = new(new Seed(1), "tests/fast-math");

    /// <summary>The C library is itself good to about one ulp, so bounds here are one more than stated in the docs.</summary>
    [Fact]
    public void Agrees_with_the_C_library_to_a_few_ulp()
    {
        Agree(FastMath.Exp, Math.Exp, -700, 700, 2);
        Agree(FastMath.Exp, Math.Exp, -1, 1, 2);
        Agree(x => FastMath.Log(Math.Exp(x)), x => Math.Log(Math.Exp(x)), -700, 700, 2);
        Agree(FastMath.Log, Math.Log, 0.5, 2, 2);
        Agree(FastMath.Log2, Math.Log2, 1e-5, 10, 2);
        Agree(FastMath.Log10, Math.Log10, 1e-5, 1e9, 2);
        Agree(FastMath.Sin, Math.Sin, -1e6, 1e6, 2);
        Agree(FastMath.Cos, Math.Cos, -1e6, 1e6, 2);
        Agree(FastMath.Sin, Math.Sin, -4, 4, 2);
        Agree(FastMath.Cos, Math.Cos, -4, 4, 2);
        Agree(FastMath.Tanh, Math.Tanh, -5, 5, 6);
        Agree(x => FastMath.Pow(x, 3.7), x => Math.Pow(x, 3.7), 0, 100, 2);
        Agree(x => FastMath.Pow(1.5, x), x => Math.Pow(1.5, x), -1000, 1000, 2);
        Agree(FastMath.Sigmoid, x => 1 / (1 + Math.Exp(-x)), -30, 30, 5);
    }

    private static void Agree(Func<double, double> ours, Func<double, double> theirs, double low, double high, double ulps)
    {
        var numbers = Stream.Sequence();
        for (var i = 0; i < 4000; i++)
        {
            var x = low + (high - low) * numbers.NextUnit();
            var (a, b) = (ours(x), theirs(x));
            Assert.True(a == b || Math.Abs(a - b) <= ulps * (Math.BitIncrement(Math.Abs(b)) - Math.Abs(b)), $"x = {x:R}: {a:R} against {b:R}");
        }
    }

    [Fact]
    public void Special_values_are_those_of_IEEE_754()
    {
        double[] odd = [0, -0.0, 1, -1, 2, -2, 3, 0.5, -0.5, double.PositiveInfinity, double.NegativeInfinity, double.NaN, double.Epsilon, double.MaxValue, 1e300, -1e300, 800, -800];
        foreach (var x in odd)
        {
            Assert.True(Math.Exp(x).Equals(FastMath.Exp(x)) || Math.Abs(FastMath.Exp(x) / Math.Exp(x) - 1) < 1e-15);
            Assert.Equal(Math.Log(x), FastMath.Log(x), 13);
            Assert.Equal(Math.Log2(x), FastMath.Log2(x), 12);
            Assert.Equal(Math.Log10(x), FastMath.Log10(x), 13);
            Assert.Equal(Math.Tanh(x), FastMath.Tanh(x), 15);
            Assert.InRange(double.IsNaN(x) ? 0 : FastMath.Sigmoid(x), 0, 1);
            foreach (var y in odd)
            {
                var (want, got) = (Math.Pow(x, y), FastMath.Pow(x, y));
                Assert.True(want.Equals(got) || Math.Abs(got / want - 1) < 1e-15, $"{x} ^ {y}: {got:R}, not {want:R}");
            }
        }
    }

    [Fact]
    public void Powers_of_ten_and_two_have_exact_logarithms()
    {
        for (var k = -22; k <= 22; k++)
        {
            if (k >= 0) Assert.Equal(k, FastMath.Log10(Math.Pow(10, k)));
            Assert.Equal(k, FastMath.Log2(Math.ScaleB(1, k)));
            Assert.Equal(Math.ScaleB(1, k), FastMath.Pow(2, k));
        }
    }

    [Fact]
    public void Subnormal_results_and_arguments_are_kept()
    {
        Assert.Equal(Math.Exp(-740), FastMath.Exp(-740), double.Epsilon);
        Assert.Equal(double.Epsilon, FastMath.Exp(-744.5));
        Assert.Equal(Math.Log(double.Epsilon), FastMath.Log(double.Epsilon), 13);
    }

    // Values from 50-digit arithmetic.
    [Theory]
    [InlineData(0.3, 0.32862675945912742)]
    [InlineData(1.0, 0.8427007929497149)]
    [InlineData(-2.5, -0.9995930479825550)]
    public void Erf_has_known_values(double x, double want) => Assert.Equal(want, FastMath.Erf(x), 1e-15);

    [Theory]
    [InlineData(-37.0, 5.7255712225245768e-300)]
    [InlineData(-8.0, 6.2209605742717841e-16)]
    [InlineData(-1.0, 0.15865525393145705)]
    [InlineData(0.5, 0.6914624612740131)]
    [InlineData(3.0, 0.9986501019683699)]
    public void NormalCdf_has_known_values(double x, double want) => Assert.Equal(1, FastMath.NormalCdf(x) / want, 1e-14);

    [Theory]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.5, 0)]
    [InlineData(0.0001, -3.719016485455681)]
    [InlineData(1e-300, -37.0470962993612)]
    public void NormalQuantile_has_known_values(double p, double want) => Assert.Equal(want, FastMath.NormalQuantile(p), 2e-14);

    [Theory]
    [InlineData(0.5, 0.5723649429247001)]
    [InlineData(1.0, 0)]
    [InlineData(2.0, 0)]
    [InlineData(10.0, 12.801827480081469)]
    [InlineData(1000.5, 5908.674175848677)]
    public void LogGamma_has_known_values(double x, double want) => Assert.Equal(want, FastMath.LogGamma(x), 1e-14 * Math.Max(1, want));

    [Fact]
    public void NormalQuantile_inverts_NormalCdf()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<NormalFloat>().Filter(x => Math.Abs(x.Get) < 37), x =>
        {
            var z = -Math.Abs(x.Get);
            return Math.Abs(FastMath.NormalQuantile(FastMath.NormalCdf(z)) - z) < 1e-14 * Math.Max(1, -z);
        }).QuickCheckThrowOnFailure();
    }
}
