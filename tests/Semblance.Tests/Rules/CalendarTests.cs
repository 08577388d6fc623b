using FsCheck;
using FsCheck.Fluent;
using Semblance.Numerics;
using Semblance.Rules;

namespace Semblance.Tests.Rules;

public sealed class CalendarTests
{
    private static string Days(string code, int year) => string.Join(' ', BusinessCalendar.Find(code).Holidays(year).Select(h => h.Day.ToString("MMdd")));

    // From the countries' own published lists, without those on weekends.
    [Theory]
    [InlineData("US", 2024, "0101 0115 0219 0527 0619 0704 0902 1014 1111 1128 1225")]
    [InlineData("US", 2021, "0101 0118 0215 0531 0618 0705 0906 1011 1111 1125 1224 1231")]
    [InlineData("GB", 2024, "0101 0329 0401 0506 0527 0826 1225 1226")]
    [InlineData("GB", 2021, "0101 0402 0405 0503 0531 0830 1227 1228")]
    [InlineData("DE", 2024, "0101 0329 0401 0501 0509 0520 1003 1225 1226")]
    [InlineData("FR", 2024, "0101 0401 0501 0508 0509 0520 0815 1101 1111 1225")]
    [InlineData("IT", 2024, "0101 0401 0425 0501 0815 1101 1225 1226")]
    [InlineData("weekdays", 2024, "")]
    public void Holidays_are_those_of_the_country(string code, int year, string days) => Assert.Equal(days, Days(code, year));

    [Theory]
    [InlineData(1961, 4, 2)]
    [InlineData(2000, 4, 23)]
    [InlineData(2008, 3, 23)]
    [InlineData(2024, 3, 31)]
    [InlineData(2038, 4, 25)]
    public void Easter_falls_where_it_falls(int year, int month, int day) => Assert.Equal(new DateOnly(year, month, day), HolidayRule.EasterSunday(year));

    [Fact]
    public void Adding_and_counting_working_days_agree()
    {
        Prop.ForAll(Gen.Choose(0, 30_000).Zip(Gen.Choose(-300, 300)).Zip(Gen.Elements(BusinessCalendar.All.ToArray())).ToArbitrary(), input =>
        {
            var ((offset, n), code) = input;
            var calendar = BusinessCalendar.Find(code);
            var day = new DateOnly(1990, 1, 1).AddDays(offset);
            var there = calendar.Add(day, n);
            Assert.True(calendar.IsBusinessDay(there));
            var walked = day;
            while (n == 0 && !calendar.IsBusinessDay(walked)) walked = walked.AddDays(1);
            for (var left = Math.Abs(n); left > 0;)
            {
                walked = walked.AddDays(Math.Sign(n));
                if (calendar.IsBusinessDay(walked)) left--;
            }
            Assert.Equal(walked, there);
            Assert.Equal(there, calendar.At(calendar.Ordinal(there)));
            if (n > 0) Assert.Equal(n, calendar.Count(day.AddDays(1), there) + 1);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Every_profile_averages_one_and_its_clock_inverts()
    {
        var monday = new DateTime(2024, 1, 1);
        foreach (var profile in TimeProfile.All.Select(TimeProfile.Find))
        {
            Assert.Equal(168, profile.Counted(monday, monday.AddDays(7)), 1e-6);
            Assert.Equal(168, Enumerable.Range(0, 168).Sum(h => profile.Intensity(monday.AddHours(h))), 1e-9);
            Prop.ForAll(Gen.Choose(0, 1_000_000).Zip(Gen.Choose(0, 1_000_000)).ToArbitrary(), input =>
            {
                var from = monday.AddSeconds(input.Item1 * 17.0);
                var counted = input.Item2 / 1000.0;
                var then = profile.After(from, counted);
                Assert.Equal(counted, profile.Counted(from, then), 1e-5);
            }).QuickCheckThrowOnFailure();
        }
        var office = TimeProfile.Find("office");
        Assert.Equal(0, office.Intensity(new DateTime(2024, 1, 6, 12, 0, 0))); // a Saturday
        Assert.Equal(0, office.Intensity(new DateTime(2024, 1, 2, 3, 0, 0)));
        Assert.Equal(office.Greatest, office.Intensity(new DateTime(2024, 1, 2, 10, 0, 0)), 1e-12);
    }

    // 100,000 events of a steady process seen through the profile; a count is off by 5 roots once in a million times.
    [Fact]
    public void A_steady_process_seen_through_a_profile_follows_it()
    {
        var profile = TimeProfile.Find("shop");
        var random = new RandomStream(new Seed(4), "tests/calendar").Sequence();
        var count = new int[168];
        var exponential = Distribution.Exponential(0.5);
        var time = new DateTime(2024, 1, 1);
        for (var i = 0; i < 100_000; i++)
        {
            time = profile.After(time, exponential.Sample(ref random));
            count[time.Ticks / TimeSpan.TicksPerHour % 168]++;
        }
        for (var hour = 0; hour < 168; hour++)
        {
            var expected = profile.Intensity(new DateTime(2024, 1, 1).AddHours(hour)) * 100_000 / 168;
            Assert.InRange(count[hour], expected - 5 * Math.Sqrt(expected + 1), expected + 5 * Math.Sqrt(expected + 1));
        }
        for (var u = 0.0; u < 1; u += 0.001) Assert.True(profile.Intensity(profile.OnDay(new DateOnly(2024, 3, 9), u)) > 0);
        Assert.Equal(new DateTime(2024, 1, 6, 12, 0, 0), TimeProfile.Find("office").OnDay(new DateOnly(2024, 1, 6), 0.5));
    }

    [Fact]
    public void Errors_name_the_nearest()
    {
        Assert.Equal("SB2150", Assert.Throws<RecipeException>(() => BusinessCalendar.Find("weekday")).Code);
        Assert.Contains("did you mean 'weekdays'?", Assert.Throws<RecipeException>(() => BusinessCalendar.Find("weekday")).Message, StringComparison.Ordinal);
        Assert.Contains("did you mean 'office'?", Assert.Throws<RecipeException>(() => TimeProfile.Find("ofice")).Message, StringComparison.Ordinal);
    }
}
