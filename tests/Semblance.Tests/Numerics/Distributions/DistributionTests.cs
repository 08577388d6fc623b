using FsCheck;
using FsCheck.Fluent;
using Semblance.Numerics;

namespace Semblance.Tests.Numerics;

/// <summary>Every distribution against itself: what is drawn against its cumulative function, this against its quantile, its moments against an integral of the quantile.</summary>
public sealed class DistributionTests
{
    private static readonly RandomStream Stream = new(new Seed(6), "tests/distributions");

    public static TheoryData<string> Names => [.. DistributionCases.All.Keys];

    // n = 20,000; the statistic exceeds 2.69 once in a million tests (Kolmogorov's limit).
    [Theory, MemberData(nameof(Names))]
    public void Drawn_values_follow_the_cumulative_function(string name)
    {
        var distribution = DistributionCases.All[name];
        var values = new double[20_000];
        distribution.Fill(Stream, 0, 0, values);
        Array.Sort(values);
        if (distribution.IsDiscrete) AssertChiSquare(distribution, values);
        else
        {
            var distance = 0.0;
            for (var i = 0; i < values.Length; i++)
            {
                var p = distribution.Cumulative(values[i]);
                distance = Math.Max(distance, Math.Max(p - i / (double)values.Length, (i + 1) / (double)values.Length - p));
            }
            Assert.InRange(distance * Math.Sqrt(values.Length), 0, 2.69);
        }
        var (min, max) = distribution.Support;
        Assert.InRange(values[0], min, max);
        Assert.InRange(values[^1], min, max);
    }

    // Cells of at least 20 expected values; the bound is passed once in a million tests (Wilson and Hilferty).
    private static void AssertChiSquare(Distribution distribution, double[] sorted)
    {
        double chi = 0, before = 0;
        int cells = 0, at = 0, from = 0;
        while (at < sorted.Length)
        {
            var x = sorted[at];
            while (at < sorted.Length && sorted[at] == x) at++;
            var upTo = distribution.Cumulative(x);
            var expected = (upTo - before) * sorted.Length;
            if (expected < 20 || distribution.Survival(x) * sorted.Length < 20) continue;
            chi += (at - from - expected) * (at - from - expected) / expected;
            (cells, before, from) = (cells + 1, upTo, at);
        }
        var last = (1 - before) * sorted.Length;
        if (last > 0) (chi, cells) = (chi + (sorted.Length - from - last) * (sorted.Length - from - last) / last, cells + 1);
        if (cells < 2) return;
        var df = cells - 1.0;
        Assert.InRange(chi, 0, df * Math.Pow(1 - 2 / (9 * df) + 4.75 * Math.Sqrt(2 / (9 * df)), 3));
    }

    [Theory, MemberData(nameof(Names))]
    public void The_quantile_inverts_the_cumulative_function(string name)
    {
        var distribution = DistributionCases.All[name];
        var (min, max) = distribution.Support;
        Assert.Equal(min, distribution.Quantile(0));
        Assert.Equal(max, distribution.Quantile(1));
        Assert.Equal(max, distribution.UpperQuantile(0));
        Assert.True(double.IsNaN(distribution.Quantile(-0.1)) && double.IsNaN(distribution.Quantile(double.NaN)));
        Assert.Equal((0.0, 1.0), (distribution.Cumulative(double.NegativeInfinity), distribution.Cumulative(double.PositiveInfinity)));
        Assert.Equal((1.0, 0.0), (distribution.Survival(double.NegativeInfinity), distribution.Survival(double.PositiveInfinity)));
        Prop.ForAll(Gen.Choose(1, 999_999).Zip(Gen.Choose(0, 10)).ToArbitrary(), input =>
        {
            var (n, exponent) = input;
            if (name[0] == '*' && exponent > 3) return; // what is left after a difference has fewer digits
            var p = n / 1e6 * Math.Pow(10, -exponent); // into the tails
            var (lower, upper) = (distribution.Quantile(p), distribution.UpperQuantile(p));
            var (below, above) = (distribution.Cumulative(lower), distribution.Survival(upper));
            Assert.InRange(lower, min, max);
            Assert.InRange(upper, min, max);
            if (distribution.IsDiscrete)
            {
                Assert.True(below >= p * (1 - 1e-12) && distribution.Cumulative(Below(lower)) < p * (1 + 1e-12), $"{p}: {lower}, where it is {below:R}");
                Assert.True(above <= p * (1 + 1e-12) && distribution.Survival(Below(upper)) > p * (1 - 1e-12), $"{p} above: {upper}, where it is {above:R}");
                return;
            }
            Assert.True(Near(below, p, lower, distribution.Cumulative), $"{p:R}: {lower:R}, where it is {below:R}, {below / p - 1:e1}");
            Assert.True(Near(above, p, upper, distribution.Survival), $"{p:R} above: {upper:R}, where it is {above:R}, {above / p - 1:e1}");
            Assert.InRange(below + distribution.Survival(lower), 1 - 1e-12, 1 + 1e-12);
        }).QuickCheckThrowOnFailure();

        static double Below(double x) => x - 1e-9 * Math.Max(1, Math.Abs(x));
        // Relative to p, or as near as the neighbours of x let it be.
        static bool Near(double got, double p, double x, Func<double, double> f) =>
            Math.Abs(got - p) <= 1e-9 * p || Math.Abs(f(x * (1 + 4e-16)) - f(x * (1 - 4e-16))) >= Math.Abs(got - p) / 4;
    }

    [Theory, MemberData(nameof(Names))]
    public void Mean_and_variance_are_those_of_the_quantile(string name)
    {
        var distribution = DistributionCases.All[name];
        if (!double.IsFinite(distribution.Mean)) return;
        var mean = Integral(distribution, x => x);
        var tolerance = distribution.IsDiscrete || name == "*empirical" ? 1e-3 : 1e-6; // steps and corners are integrated less well
        Assert.InRange(distribution.Mean, mean - tolerance * (1 + Math.Abs(mean)), mean + tolerance * (1 + Math.Abs(mean)));
        if (!double.IsFinite(distribution.Variance)) return;
        var variance = Integral(distribution, x => (x - mean) * (x - mean));
        Assert.InRange(distribution.Variance, variance - 10 * tolerance * (1e-3 + variance), variance + 10 * tolerance * (1e-3 + variance));
    }

    // Double exponential rule over (0, 1), from both ends, so that tails count (Takahasi and Mori 1974). Steps of a discrete one need many points.
    private static double Integral(Distribution distribution, Func<double, double> f)
    {
        var step = distribution.IsDiscrete ? 1 / 8192.0 : 1 / 64.0;
        var sum = 0.0;
        for (var t = -6.0; t <= 6; t += step)
        {
            var s = Math.PI / 2 * Math.Sinh(t);
            var tail = 1 / (1 + Math.Exp(2 * Math.Abs(s)));
            var weight = Math.PI / 2 * Math.Cosh(t) * 2 * tail * (1 - tail);
            if (tail < 1e-280 || weight == 0) continue;
            sum += weight * f(s < 0 ? distribution.Quantile(tail) : distribution.UpperQuantile(tail));
        }
        return sum * step;
    }

    [Theory, MemberData(nameof(Names))]
    public void A_row_has_its_value_however_it_is_asked_for(string name)
    {
        var distribution = DistributionCases.All[name];
        const long first = 4_294_967_000;
        var block = new double[700];
        distribution.Fill(Stream, first, 128, block);
        var rows = new long[300];
        for (var i = 0; i < rows.Length; i++) rows[i] = first + i * 7919 % block.Length;
        var some = new double[rows.Length];
        distribution.Fill(Stream, rows, 128, some);
        for (var i = 0; i < rows.Length; i++) Assert.Equal(block[rows[i] - first], some[i]);
        for (var i = 0; i < block.Length; i++)
        {
            var random = Stream.Sequence(first + i, 128);
            Assert.Equal(block[i], distribution.Sample(ref random));
        }
        var part = new double[123];
        distribution.Fill(Stream, [.. Enumerable.Range(0, part.Length).Select(i => first + 400 + i)], 128, part);
        Assert.Equal(block[400..523], part);
    }
}
