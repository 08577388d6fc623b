using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Semblance.Data;

namespace Semblance.Tests.Data;

public sealed class NumberColumnTests
{
    private static string Format(double value, int min, int max)
    {
        var buffer = new byte[NumberColumn.MaxLength];
        return Encoding.ASCII.GetString(buffer, 0, NumberColumn.Format(value, new NumberForm(min, max), buffer));
    }

    [Theory]
    [InlineData(0, 0, 0, "0")]
    [InlineData(-0.0, 0, 2, "0")]
    [InlineData(1.5, 2, 2, "1.50")]
    [InlineData(1.5, 0, 2, "1.5")]
    [InlineData(3, 1, 4, "3.0")]
    [InlineData(-12, 0, 0, "-12")]
    [InlineData(0.1, 1, 1, "0.1")]
    [InlineData(0.30000000000000004, 0, 2, "0.30000000000000004")]
    [InlineData(1e15, 0, 0, "1000000000000000")]
    [InlineData(1e22, 1, 1, "10000000000000000000000.0")]
    [InlineData(1e-7, 0, 7, "0.0000001")]
    [InlineData(1e-7, 0, 0, "0.0000001")]
    [InlineData(-1.25e-5, 0, 2, "-0.0000125")]
    [InlineData(123456789012345.6, 0, 1, "123456789012345.6")]
    [InlineData(0.5, 0, 17, "0.5")]
    public void Writes_shortest_digits_without_exponent(double value, int min, int max, string text) => Assert.Equal(text, Format(value, min, max));

    [Fact]
    public void Any_double_comes_back_and_no_fewer_digits_would_do() => Prop.ForAll(
        ArbMap.Default.ArbFor<long>().Filter(bits => double.IsFinite(BitConverter.Int64BitsToDouble(bits))), ArbMap.Default.ArbFor<int>(), (bits, decimals) => Agrees(BitConverter.Int64BitsToDouble(bits), decimals & 15)).QuickCheckThrowOnFailure();

    [Fact]
    public void Digits_agree_with_the_runtime_on_many_sizes()
    {
        var numbers = new Semblance.Numerics.RandomStream(new Seed(7), "test/digits").Sequence();
        for (var i = 0; i < 200_000; i++)
        {
            var unit = numbers.NextUnit();
            var size = (i % 20) switch { 0 => 1e-4, 1 => 1e-3, < 8 => 1, < 12 => 1000, < 16 => 1e9, 16 => 1e14, 17 => 4.6e15, 18 => 1e17, _ => 1e-9 };
            var value = unit * size;
            if (i % 7 == 0) value = Math.Floor(value * 64) / 64; // binary fractions: half way between decimals
            if (i % 3 == 0) value = Math.Round(value, i % 13);
            Assert.True(Agrees(value, i % 9), value.ToString("R", CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void Long_decimals_read_as_the_runtime_reads_them()
    {
        var numbers = new Semblance.Numerics.RandomStream(new Seed(7), "test/decimals").Sequence();
        var answered = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var digits = (ulong)(numbers.NextUnit() * 1e18) / (i % 4 == 0 ? 10ul : i % 4 == 1 ? 100ul : 1ul);
            if (i % 5 == 0) digits = digits / 10 * 10;
            var decimals = 1 + i % 19;
            if (!ShortestDigits.TryRead(digits, decimals, out var value, out var shortest)) continue;
            answered++;
            var text = digits.ToString("D20", CultureInfo.InvariantCulture).Insert(20 - decimals, ".").TrimStart('0');
            if (text[0] == '.') text = "0" + text;
            var expected = double.Parse(text, CultureInfo.InvariantCulture);
            Assert.Equal(expected, value);
            Assert.Equal(expected.ToString("R", CultureInfo.InvariantCulture) == text, shortest);
        }
        Assert.True(answered > 100_000, $"only {answered} were answered");
    }

    private static bool Agrees(double value, int decimals)
    {
        var text = Format(value, 0, decimals);
        if (double.Parse(text, CultureInfo.InvariantCulture) != value || text.Contains('E')) return false;
        var runtime = value.ToString("R", CultureInfo.InvariantCulture);
        return runtime.Contains('E') ? Digits(runtime[..runtime.IndexOf('E')]) == Digits(text) : runtime == text || value == 0;
    }

    private static string Digits(string text) => text.Replace(".", "", StringComparison.Ordinal).Trim('-').Trim('0');
}
