using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Semblance.Forms;

namespace Semblance.Tests.Forms;

public sealed class PatternTests
{
    private const ulong Key = 0x243F6A8885A308D3;

    private static Pattern Learn(params string[] texts)
    {
        var utf8 = Array.ConvertAll(texts, Encoding.UTF8.GetBytes);
        return Pattern.Learn(texts.Length, row => utf8[row]);
    }

    private static string[] Texts(int count, Func<ulong, string> text) => [.. Enumerable.Range(1, count).Select(i => text(KeyedPermutation.Mix((ulong)i)))];

    private static string[] Customers(int count) => Texts(count, h =>
        string.Create(CultureInfo.InvariantCulture, $"{h % 10000:0000}-") + new string([.. Enumerable.Range(0, 5).Select(i => (char)('A' + (h >> (14 + 6 * i)) % 26))]));

    [Fact]
    public void Running_numbers_run_on_beyond_the_real_ones()
    {
        var pattern = Learn([.. Enumerable.Range(1, 891).Select(i => i.ToString(CultureInfo.InvariantCulture))]);
        Assert.Equal(@"\N", pattern.Shape);
        Assert.Equal(["900", "901", "902"], Enumerable.Range(0, 3).Select(i => pattern.Make(i, Key)));
    }

    [Fact]
    public void Padded_running_numbers_keep_prefix_and_width()
    {
        var pattern = Learn([.. Enumerable.Range(1, 500).Select(i => string.Create(CultureInfo.InvariantCulture, $"ID-{i * 2:000000}"))]);
        Assert.Equal(@"ID-\N{6}", pattern.Shape);
        Assert.Equal("ID-001100", pattern.Make(0, Key));
        Assert.Equal("ID-001102", pattern.Make(1, Key));
    }

    [Fact]
    public void Fixed_width_keys_keep_their_shape()
    {
        var pattern = Learn(Customers(7000));
        Assert.Equal(@"\d{4}-\u{5}", pattern.Shape);
        Assert.Matches(@"^\d{4}-[A-Z]{5}$", pattern.Make(12345, Key));
    }

    [Fact]
    public void Uuids_keep_version_and_variant()
    {
        var uuid = FormCatalog.Find("uuid")!;
        var pattern = Learn(Texts(500, uuid.Make));
        Assert.Equal(@"\h{8}-\h{4}-4\h{3}-[89ab]\h{3}-\h{12}", pattern.Shape);
        Assert.True(pattern.FreshRoom > 1_000_000);
    }

    [Fact]
    public void Addresses_are_made_by_their_form()
    {
        var pattern = Learn(Texts(100, h => string.Create(CultureInfo.InvariantCulture, $"user{h % 100000}@mail.test")));
        Assert.Equal("form email", pattern.ToString());
        Assert.Matches("@example", pattern.Make(7, Key));
    }

    [Fact]
    public void Shapes_take_turns_by_weight()
    {
        var pattern = Learn([.. Texts(300, h => "A" + (h % 1_000_000).ToString("D6", CultureInfo.InvariantCulture)), .. Texts(100, h => "B-" + (h % 10_000_000).ToString("D7", CultureInfo.InvariantCulture))]);
        var made = Enumerable.Range(0, 4000).Select(i => pattern.Make(i, Key)).ToArray();
        Assert.Equal(3000, made.Count(m => m[0] == 'A'));
        Assert.Equal(4000, made.Distinct().Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Rows_get_different_identifiers_that_are_not_real(int kind)
    {
        string[] real = kind switch
        {
            0 => Customers(3000),
            1 => [.. Enumerable.Range(1, 3000).Select(i => i.ToString(CultureInfo.InvariantCulture))],
            2 => Texts(3000, h => (h % 1_000_000_000).ToString(CultureInfo.InvariantCulture)),      // scattered, no fixed width
            3 => Texts(3000, h => h.ToString("x16", CultureInfo.InvariantCulture)),
            _ => [.. Texts(2000, h => "K" + (h % 100_000_000).ToString("D8", CultureInfo.InvariantCulture)), .. Texts(900, h => "L" + (h % 10_000_000).ToString("D7", CultureInfo.InvariantCulture))],
        };
        var pattern = Learn(real);
        Assert.True(pattern.FreshRoom >= 6000 && pattern.Room >= pattern.FreshRoom, pattern.ToString());
        var made = Enumerable.Range(0, 6000).Select(i => pattern.Make(i, Key)).ToHashSet();
        Assert.Equal(6000, made.Count);
        Assert.False(made.Overlaps(real), pattern.ToString());
    }

    [Fact]
    public void A_full_shape_says_that_it_can_not_avoid_the_real_ones()
    {
        var pattern = Learn(Texts(6000, h => (h % 10_000).ToString("D4", CultureInfo.InvariantCulture)));
        Assert.Equal(0ul, pattern.FreshRoom);
        Assert.Equal(10_000ul, pattern.Room);
        Assert.Equal(10_000, Enumerable.Range(0, 10_000).Select(i => pattern.Make(i, Key)).Distinct().Count());
    }

    [Fact]
    public void Rows_stay_different_when_fresh_identifiers_run_out()
    {
        var pattern = Learn(Texts(500, h => "X" + (h % 100_000).ToString("D5", CultureInfo.InvariantCulture)));
        Assert.InRange(pattern.FreshRoom, 625ul, 2_000ul);
        Assert.Equal(100_000, Enumerable.Range(0, 100_000).Select(i => pattern.Make(i, Key)).Distinct().Count());
    }

    [Fact]
    public void The_short_form_reads_back_and_makes_the_same()
    {
        string[][] columns =
        [
            Customers(500), [.. Enumerable.Range(5, 400).Select(i => "no. " + i.ToString(CultureInfo.InvariantCulture) + " [x]")],
            Texts(400, h => h.ToString("X8", CultureInfo.InvariantCulture)[..8] + @"\{" + (1 + h % 3)), Texts(60, FormCatalog.Find("url")!.Make), ["a", "bb", "ccc"], [""],
            [.. Customers(300), .. Texts(100, h => "B\t" + (h % 100_000).ToString("D5", CultureInfo.InvariantCulture))],
        ];
        foreach (var column in columns)
        {
            var pattern = Learn(column);
            var again = Pattern.Parse(pattern.ToString());
            Assert.Equal(pattern.ToString(), again.ToString());
            Assert.Equal((pattern.Room, pattern.FreshRoom), (again.Room, again.FreshRoom));
            for (var row = 0; row < 50; row++) Assert.Equal(pattern.Make(row * 37, Key), again.Make(row * 37, Key));
        }
    }

    [Fact]
    public void The_short_form_holds_no_real_value()
    {
        // Prefixes of 19 rows are a few people's; of 20 rows and more they are the column's.
        var rare = Enumerable.Range(0, 19).Select(i => string.Create(CultureInfo.InvariantCulture, $"SECRET{i:000}"));
        var common = Enumerable.Range(0, 200).Select(i => string.Create(CultureInfo.InvariantCulture, $"PUBLIC{i * 7:0000}"));
        var text = Learn([.. common, .. rare]).ToString();
        Assert.Contains("PUBLIC", text, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", text, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", Learn([.. rare]).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("ü", Learn([.. Enumerable.Range(0, 50).Select(i => "Müller-" + Customers(50)[i])]).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("form nothing")]
    [InlineData("999 \\d{4} *")]
    [InlineData("1000 \\d{99999} *")]
    [InlineData("1000 \\d{4} @0,0")]
    [InlineData("1000 \\d{4} @7,9")]
    [InlineData("1000 \\d{4} !5,5")]
    [InlineData("1000 \\N 1000:* 999999999999999999999 1")]
    [InlineData("1000 \\N 1000000000000000000:* 1 9")]
    [InlineData("1000 [ *")]
    [InlineData("1000 \\d{4")]
    public void A_damaged_short_form_is_refused(string text) => Assert.Equal("SB5040", Assert.Throws<DataException>(() => Pattern.Parse(text)).Code);

    [Fact]
    public void A_permutation_permutes()
    {
        foreach (var count in new ulong[] { 1, 2, 3, 7, 64, 100, 1000, 4096 })
            Assert.Equal(count, (ulong)Enumerable.Range(0, (int)count).Select(i => KeyedPermutation.Permute((ulong)i, count, Key)).Where(p => p < count).Distinct().LongCount());
    }

    [Fact]
    public void Any_texts_can_be_learnt() => Prop.ForAll<NonNull<string>[]>(texts =>
    {
        var pattern = Learn([.. texts.Select(t => t.Get)]);
        var again = Pattern.Parse(pattern.ToString());
        return pattern.Make(3, Key) == again.Make(3, Key) && pattern.Make(3, Key).Length > 0;
    }).QuickCheckThrowOnFailure();
}
