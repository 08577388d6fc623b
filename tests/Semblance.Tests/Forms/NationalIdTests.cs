using System.Globalization;
using System.Text;
using Semblance.Forms;

namespace Semblance.Tests.Forms;

/// <summary>Check digits against numbers published as examples, and each made id against rules written down a second time: the check holds (or must not), and nobody can have it.</summary>
public sealed class NationalIdTests
{
    [Fact]
    public void Check_digits_are_those_of_published_examples()
    {
        Assert.Equal(3, CheckDigits.Luhn("7992739871"u8));
        Assert.Equal(3, CheckDigits.Verhoeff("236"u8));
        Assert.Equal((byte)'X', CheckDigits.Pure("11010519491231002"u8));
        Assert.Equal(9, CheckDigits.Hybrid("8609574271"u8));
        Assert.Equal((byte)'S', CheckDigits.Italian("RSSMRA85T10A562"u8));
        Assert.Equal((byte)'X', CheckDigits.Italian("0542811101000000123456"u8));
    }

    private static IEnumerable<(string Text, int[] Digits, string Sex)> Made(string locale)
    {
        for (ulong row = 0; row < 2000; row++)
        {
            var text = Locale.Find(locale).Form("national-id").Make(row * 104729);
            yield return (text, [.. text.Where(char.IsDigit).Select(c => c - '0')], Locale.Find(locale).Form("sex").Make(row * 104729));
        }
    }

    private static int Sum(int[] digits, params int[] weights) => weights.Select((w, i) => w * digits[i]).Sum();

    private static long Number(IEnumerable<int> digits) => long.Parse(string.Concat(digits), CultureInfo.InvariantCulture);

    [Fact]
    public void German_ones_are_tests_with_one_digit_twice()
    {
        foreach (var (_, d, _) in Made("de-DE"))
        {
            Assert.Equal((11, 0), (d.Length, d[0]));
            Assert.Equal(9, d[..10].Distinct().Count());
        }
    }

    [Fact]
    public void French_ones_have_no_department()
    {
        foreach (var (text, d, sex) in Made("fr-FR"))
        {
            Assert.Equal(15, d.Length);
            Assert.Equal("00", text[5..7]);
            Assert.Equal(97 - Number(d[..13]) % 97, Number(d[13..]));
            Assert.Equal(sex == "F" ? 2 : 1, d[0]);
        }
    }

    [Fact]
    public void Spanish_and_Italian_ones_are_out_of_range()
    {
        foreach (var (text, d, _) in Made("es-ES"))
        {
            Assert.StartsWith("Z9", text, StringComparison.Ordinal);
            Assert.Equal("TRWAGMYFPDXBNJZSQVHLCKE"[(int)((20_000_000 + Number(d)) % 23)], text[^1]);
        }
        foreach (var (text, _, sex) in Made("it-IT"))
        {
            Assert.Matches("^[A-Z]{6}\\d\\d[ABCDEHLMPRST]\\d\\dX\\d{3}[A-Z]$", text);
            Assert.Equal(sex == "F", int.Parse(text.AsSpan(9, 2), CultureInfo.InvariantCulture) > 40);
        }
    }

    [Fact]
    public void Brazilian_and_Japanese_ones_do_not_check()
    {
        foreach (var (_, d, _) in Made("pt-BR"))
        {
            var first = (11 - Sum(d, 10, 9, 8, 7, 6, 5, 4, 3, 2) % 11) is > 9 ? 0 : 11 - Sum(d, 10, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
            var second = (11 - Sum(d, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2) % 11) is > 9 ? 0 : 11 - Sum(d, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
            Assert.Equal(first, d[9]);
            Assert.NotEqual(second, d[10]);
        }
        foreach (var (_, d, _) in Made("ja-JP"))
        {
            var remainder = Sum(d, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2) % 11;
            Assert.NotEqual(remainder <= 1 ? 0 : 11 - remainder, d[11]);
        }
    }

    [Fact]
    public void Dutch_ones_are_tests()
    {
        foreach (var (text, d, _) in Made("nl-NL"))
        {
            Assert.StartsWith("9999", text, StringComparison.Ordinal);
            Assert.Equal((9, 0), (d.Length, Sum(d, 9, 8, 7, 6, 5, 4, 3, 2, -1) % 11));
        }
    }

    [Fact]
    public void Nordic_ones_are_of_nobody()
    {
        foreach (var (text, d, sex) in Made("sv-SE"))
        {
            Assert.Matches("^22\\d{6}-\\d{4}$", text);
            Assert.Equal(0, d[2..].Select((x, i) => i % 2 == 0 ? (2 * x > 9 ? 2 * x - 9 : 2 * x) : x).Sum() % 10);
            Assert.Equal(sex == "F" ? 0 : 1, d[10] % 2);
        }
        foreach (var (text, d, sex) in Made("da-DK"))
        {
            Assert.Matches("^3002\\d\\d-\\d{4}$", text);
            Assert.Equal(0, Sum(d, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1) % 11);
            Assert.Equal(sex == "F" ? 0 : 1, d[9] % 2);
        }
        foreach (var (text, d, sex) in Made("fi-FI"))
        {
            Assert.Matches("^\\d{6}[-A]9\\d\\d.$", text);
            Assert.Equal("0123456789ABCDEFHJKLMNPRSTUVWXY"[(int)(Number(d[..9]) % 31)], text[^1]);
            Assert.Equal(sex == "F" ? 0 : 1, d[8] % 2);
        }
    }

    [Fact]
    public void Czech_Turkish_Chinese_Korean_and_Indian_ones_are_of_nobody()
    {
        foreach (var (text, d, sex) in Made("cs-CZ"))
        {
            Assert.Equal("30", text[4..6]);
            Assert.Equal(sex == "F" ? "52" : "02", text[2..4]);
            Assert.Equal(0, Number(d) % 11);
        }
        foreach (var (_, d, _) in Made("tr-TR"))
        {
            Assert.Equal((11, 0), (d.Length, d[0]));
            Assert.Equal(((d[0] + d[2] + d[4] + d[6] + d[8]) * 7 - (d[1] + d[3] + d[5] + d[7]) + 100) % 10, d[9]);
            Assert.Equal(d[..10].Sum() % 10, d[10]);
        }
        foreach (var (text, d, sex) in Made("zh-CN"))
        {
            Assert.StartsWith("99", text, StringComparison.Ordinal);
            Assert.Equal("10X98765432"[Sum(d, 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2) % 11], text[^1]);
            Assert.Equal(sex == "F" ? 0 : 1, d[16] % 2);
        }
        foreach (var (text, d, _) in Made("ko-KR"))
        {
            Assert.Equal("0230", text[2..6]);
            Assert.Equal((11 - Sum(d, 2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5) % 11) % 10, d[12]);
        }
        foreach (var (text, d, _) in Made("hi-IN"))
        {
            Assert.Matches("^0\\d{3} \\d{4} \\d{4}$", text);
            Assert.Equal(d[11], CheckDigits.Verhoeff(Encoding.ASCII.GetBytes(string.Concat(d[..11]))));
        }
    }

    [Fact]
    public void Accounts_are_at_banks_that_are_none_and_their_inner_checks_hold()
    {
        var banks = new Dictionary<string, string>
        {
            ["de-DE"] = "^DE..9", ["en-GB"] = "^GB..QQQQ", ["nl-NL"] = "^NL..QQQQ", ["fr-FR"] = "^FR..00000", ["es-ES"] = "^ES..9999", ["it-IT"] = "^IT...99999", ["pl-PL"] = "^PL..999",
            ["sv-SE"] = "^SE..000", ["da-DK"] = "^DK..0000", ["fi-FI"] = "^FI..0", ["cs-CZ"] = "^CZ..0000", ["tr-TR"] = "^TR..00000", ["pt-BR"] = "^BR..99999999",
        };
        foreach (var (locale, bank) in banks)
            for (ulong row = 0; row < 300; row++)
            {
                var iban = Locale.Find(locale).Form("iban").Make(row);
                Assert.Matches(bank, iban);
                var d = iban[4..].Select(c => char.IsDigit(c) ? c - '0' : c - 'A' + 10).ToArray();
                if (locale == "pl-PL") Assert.Equal(0, Sum(d, 3, 9, 7, 1, 3, 9, 7, 1) % 10);
                if (locale == "fr-FR") Assert.Equal(97 - Number(d[21..]), (89 * Number(d[..5]) + 15 * Number(d[5..10]) + 3 * Number(d[10..21])) % 97);
                if (locale == "fi-FI") Assert.Equal(0, d.Reverse().Select((x, i) => i % 2 == 1 ? (2 * x > 9 ? 2 * x - 9 : 2 * x) : x).Sum() % 10);
                if (locale == "es-ES") Assert.Equal(0, (Sum(d, 4, 8, 5, 10, 9, 7, 3, 6) + (d[8] == 1 && Sum(d, 4, 8, 5, 10, 9, 7, 3, 6) % 11 == 1 ? 10 : d[8])) % 11);
                if (locale == "it-IT") Assert.Equal((byte)iban[4], CheckDigits.Italian(Encoding.ASCII.GetBytes(iban[5..])));
            }
    }
}
