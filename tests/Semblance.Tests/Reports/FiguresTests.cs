using FsCheck;
using FsCheck.Fluent;
using Semblance.Reports;

namespace Semblance.Tests.Reports;

public sealed class FiguresTests
{
    [Theory]
    [InlineData(0.9534, "0.953")]
    [InlineData(1.0, "1.000")]
    [InlineData(0.0004, "0.0004")]
    [InlineData(-0.00001, "0.0000")]
    [InlineData(12.345, "12.35")]
    [InlineData(1234567.0, "1.235M")]
    [InlineData(double.NaN, "–")]
    [InlineData(double.NegativeInfinity, "–")]
    public void Scores(double value, string text) => Assert.Equal(text, Figures.Score(value));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.00012, "0.0001")]
    [InlineData(0.00000012, "1.2e-7")]
    [InlineData(38.6, "38.6")]
    [InlineData(9999.4, "9999")]
    [InlineData(9999.6, "10k")]
    [InlineData(189654, "189.7k")]
    [InlineData(1500000, "1.5M")]
    [InlineData(-2.5e9, "-2.5G")]
    [InlineData(1e300, "1e300")]
    public void Data_numbers_are_short(double value, string text) => Assert.Equal(text, Figures.Short(value));

    [Theory]
    [InlineData(0.0, "0.0\u00a0%")]
    [InlineData(0.0001, "< 0.1\u00a0%")]
    [InlineData(0.99999, "> 99.9\u00a0%")]
    [InlineData(1.0, "100.0\u00a0%")]
    [InlineData(0.1234, "12.3\u00a0%")]
    public void A_small_share_is_not_none_and_a_large_one_not_all(double share, string text) => Assert.Equal(text, Figures.Percent(share));

    [Fact]
    public void Axis_ticks_lie_inside_in_order_and_few()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(ArbMap.Default.ArbFor<double>(), ArbMap.Default.ArbFor<double>(), (double a, double b) =>
        {
            var axis = new Axis(Math.Min(a, b), Math.Max(a, b), 0, 100);
            var ticks = axis.Ticks(5);
            var step = ticks.Count > 1 ? ticks[1] - ticks[0] : 0;
            return ticks.Count <= 7 && ticks.Zip(ticks.Skip(1)).All(p => p.First < p.Second) && ticks.All(t => t >= axis.Low - step * 1e-6 && t <= axis.High + step * 1e-6)
                && axis.At(axis.Low) == 0 && axis.At(axis.High) == 100;
        }));
    }

    [Fact]
    public void Time_ticks_are_round_and_few()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (int a, int b) =>
        {
            var low = (long)(a / (double)int.MaxValue * DateTime.MaxValue.Ticks);
            var span = (long)(Math.Pow(b / (double)int.MaxValue, 6) * (DateTime.MaxValue.Ticks - low));
            var (ticks, format) = TimeTicks.Of(low, low + span);
            return ticks.Count <= 8 && ticks.All(t => t >= low && t <= low + span) && ticks.Select(t => TimeTicks.Text(t, format)).Distinct().Count() == ticks.Count;
        }));
    }
}
