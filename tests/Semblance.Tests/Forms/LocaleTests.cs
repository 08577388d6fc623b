using System.Buffers;
using System.Text;
using Semblance.Forms;

namespace Semblance.Tests.Forms;

public sealed class LocaleTests
{
    public static TheoryData<string> Ids => [.. Locale.All];

    [Fact]
    public void There_are_15_countries_or_more() => Assert.InRange(Locale.All.Select(id => Locale.Find(id).CountryCode).Distinct().Count(), 15, 100);

    [Theory, MemberData(nameof(Ids))]
    public void Every_value_is_short_valid_and_the_same_each_time(string id)
    {
        var locale = Locale.Find(id);
        var utf8 = new UTF8Encoding(false, throwOnInvalidBytes: true);
        var span = new byte[LocalForm.MaxLength];
        foreach (var form in locale.Forms.Select(locale.Form))
        {
            var seen = new HashSet<string>();
            for (ulong row = 0; row < 300; row++)
            {
                var length = form.Write(row, span);
                Assert.InRange(length, 1, LocalForm.MaxLength / 2);
                var text = utf8.GetString(span, 0, length);
                Assert.Equal(span[..length], utf8.GetBytes(text));
                Assert.Equal(text, form.Make(row));
                var buffer = new ArrayBufferWriter<byte>();
                form.Write(row, buffer);
                Assert.Equal(text, utf8.GetString(buffer.WrittenSpan));
                Assert.Equal(text.Trim(), text);
                Assert.DoesNotContain("  ", text, StringComparison.Ordinal);
                Assert.DoesNotContain('_', text);
                Assert.DoesNotContain('#', text);
                seen.Add(text);
            }
            if (form.Id is not ("country" or "country-code" or "currency" or "sex")) Assert.InRange(seen.Count, form.Id == "region" ? 4 : 9, 300);
        }
    }

    [Theory, MemberData(nameof(Ids))]
    public void What_is_made_is_recognised(string id)
    {
        var locale = Locale.Find(id);
        foreach (var name in new[] { "email", "company-email", "phone", "card", "iban", "ipv4", "ipv6", "mac", "url", "uuid", "national-id" })
        {
            if (!locale.Forms.Contains(name)) continue;
            var recognising = name switch { "company-email" => "email", "national-id" => locale.Id switch { "en-US" => "us-ssn", "en-GB" => "uk-nino", "pl-PL" => "pl-pesel", _ => null }, _ => name };
            if (recognising is null || FormCatalog.Find(recognising) is not { } form) continue;
            for (ulong row = 0; row < 500; row++)
            {
                var text = locale.Form(name).Make(row * 7919);
                Assert.True(form.Recognises(Encoding.UTF8.GetBytes(text)), $"{name}: {text}");
            }
        }
    }

    [Theory, MemberData(nameof(Ids))]
    public void Addresses_lead_to_reserved_domains_only(string id)
    {
        var locale = Locale.Find(id);
        for (ulong row = 0; row < 500; row++)
        {
            Assert.Matches(@"^[a-z.0-9]+@example\.(com|org|net)$", locale.Form("email").Make(row));
            Assert.Matches(@"^[a-z0-9]+@firm\d{3}\.example$", locale.Form("company-email").Make(row));
            Assert.Matches(@"^https://firm\d{3}\.example/\d{6}$", locale.Form("url").Make(row));
        }
    }

    [Fact]
    public void The_parts_of_a_person_and_of_an_address_fit_together()
    {
        var us = Locale.Find("en-US");
        var (women, men) = (0, 0);
        for (ulong row = 0; row < 2000; row++)
        {
            string Of(string form) => us.Form(form).Make(row);
            var (given, family) = (Of("given-name"), Of("family-name"));
            Assert.Equal($"{given} {family}", Of("person-name"));
            var letters = string.Concat(family.Where(char.IsLetter)).ToLowerInvariant();
            Assert.StartsWith($"{given.ToLowerInvariant()}.{letters}", Of("email"), StringComparison.Ordinal);
            Assert.StartsWith($"{char.ToLowerInvariant(given[0])}{letters}", Of("username"), StringComparison.Ordinal);
            Assert.EndsWith(Of("email").Split('@')[0][^2..], Of("username"), StringComparison.Ordinal);
            if (given is "Mary" or "Linda") women += Of("sex") == "F" ? 1 : -1000;
            if (given is "James" or "Robert") men += Of("sex") == "M" ? 1 : -1000;
            Assert.Equal($"{Of("street-address")}, {Of("city")}, {Of("region")} {Of("postcode")}", Of("address"));
            if (Of("city") != "Chicago") continue;
            Assert.Equal("IL", Of("region"));
            Assert.StartsWith("606", Of("postcode"), StringComparison.Ordinal);
            Assert.Matches(@"^\+1 312-555-01\d\d$", Of("phone"));
        }
        Assert.True(women > 50 && men > 50);
        var (kanji, latin) = (Locale.Find("ja-JP"), Locale.Find("ja-Latn-JP"));
        for (ulong row = 0; row < 200; row++) Assert.Equal(kanji.Form("email").Make(row), latin.Form("email").Make(row));
        Assert.All(Enumerable.Range(0, 200), row => Assert.Matches("^[A-Za-z' -]+$", latin.Form("person-name").Make((ulong)row)));
        Assert.All(Enumerable.Range(0, 200), row => Assert.DoesNotMatch("[A-Za-z]", kanji.Form("person-name").Make((ulong)row)));
    }

    // 200,000 names; a name with an expected count of c is off by more than 5 roots of c once in a million times.
    [Fact]
    public void Common_names_are_common()
    {
        var list = LocaleData.Read("de-DE", false).List("family");
        var count = new int[40];
        for (ulong row = 0; row < 200_000; row++) count[list.Pick(Person.Of(row).Family)]++;
        var total = Enumerable.Range(0, 40).Sum(i => 1.0 / (i + 12));
        for (var i = 0; i < count.Length; i++)
        {
            var expected = 200_000 / (i + 12.0) / total;
            Assert.InRange(count[i], expected - 5 * Math.Sqrt(expected), expected + 5 * Math.Sqrt(expected));
        }
    }

    [Fact]
    public void Numbers_and_dates_are_written_as_is_customary()
    {
        Assert.Equal("1.234.567,89", Locale.Find("de-DE").FormatNumber(1234567.891, 2));
        Assert.Equal("-1,234.6", Locale.Find("en-US").FormatNumber(-1234.56, 1));
        Assert.Equal("1\u00a0234", Locale.Find("fr-FR").FormatNumber(1234, 0));
        Assert.Equal("09.02.2024", Locale.Find("de-DE").FormatDate(new(2024, 2, 9)));
        Assert.Equal("9.2.2024", Locale.Find("fi-FI").FormatDate(new(2024, 2, 9)));
    }

    [Theory]
    [InlineData("de-DD", "SB2140", "did you mean 'de-DE'?")]
    [InlineData("klingon", "SB2140", "known: cs-CZ")]
    [InlineData("en-US/iban", "SB2141", "United States (en-US) has no iban")]
    [InlineData("de-DE/phones", "SB2141", "did you mean 'phone'?")]
    public void Errors_name_the_nearest(string what, string code, string says)
    {
        var error = Assert.Throws<RecipeException>(() => Locale.Find(what.Split('/')[0]).Form(what.Split('/')[1]));
        Assert.Equal(code, error.Code);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }
}
