using System.Globalization;
using Semblance.Data;
using Semblance.Profiles;

namespace Semblance.Tests.Profiles;

public sealed class WrittenNumbersTests
{
    [Theory]
    [InlineData("{0},{1:00}", true)]            // 17,07
    [InlineData("${0}.{1:00}", true)]
    [InlineData("-$1,{2:000},{2:000}.5", true)]
    [InlineData("1.{2:000},{1:00} €", true)]
    [InlineData("{0}.5 %", true)]
    [InlineData("0{0}", false)]                 // a code
    [InlineData("10.0.{0}.{1}", false)]         // an address
    [InlineData("{1:00}.12.2023", false)]       // a date
    [InlineData("1,{1}", true)]
    [InlineData("{0},{1},{0},{1}", false)]      // a list
    [InlineData("A{0},{1}", false)]
    public void Numbers_that_are_read_as_texts_are_warned_of(string format, bool expected)
    {
        var column = Made.Texts("x", 300, i => string.Format(CultureInfo.InvariantCulture, format, i + 1, i % 97, i));
        Assert.Equal(expected, new Table([column]).Profile(run: Made.Run).Columns[0].Warnings.Any(w => w.Code == "written-numbers"));
    }
}
