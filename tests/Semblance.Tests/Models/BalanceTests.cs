using Semblance.Data;
using Semblance.Models;
using Semblance.Numerics;

namespace Semblance.Tests.Models;

/// <summary>A balance moves the frequencies of its groups and nothing else.</summary>
public sealed class BalanceTests
{
    private static readonly Run Five = Run.With(5) with { Threads = 2 };

    /// <summary>
    /// Within each group, facts of other columns have the share they have in that group among 80,000 free rows. Both sides are samples of at least 500 rows; 5 standard errors plus 0.02
    /// (resampling is exact only in the limit) alarm falsely less than once in 10^6.
    /// </summary>
    [Theory]
    [InlineData("cart")]
    [InlineData("copula")]
    [InlineData("independent")]
    public async Task Other_columns_keep_their_conditionals(string id)
    {
        using var generator = await ModelCatalog.Default.Create(id).FitAsync(MadeTable.Of(6_000, 1), Five);
        var free = await generator.GenerateAsync(80_000, Run.With(1) with { Threads = 2 });
        // the first column a model draws, one in the middle, and two together
        foreach (var (balance, groups) in new (string, string[])[] { ("group", ["group = 'common'", "group = 'scarce'"]), ("both", ["both", "not both"]), ("group, left: scarce/yes 3, common/no 1", ["group = 'scarce' and left", "group = 'common' and not left"]) })
        {
            var made = await generator.GenerateAsync(new Request(4_000) { Balance = new(balance) }, Five);
            Assert.Equal(4_000, groups.Sum(g => made.Where(new(g)).Rows));
            foreach (var group in groups)
            {
                Table expected = free.Where(new(group)), own = made.Where(new(group));
                Assert.Equal(balance.Contains(':') ? group.Contains("scarce", StringComparison.Ordinal) ? 3_000 : 1_000 : 2_000, own.Rows);
                foreach (var fact in new[] { "height < 150", "height > 170", "height > 185", "spiky = 0", "spiky > 700", "right", "left and both" })
                {
                    double p = Share(expected, fact), q = Share(own, fact);
                    var error = Math.Sqrt(p * (1 - p) * (1.0 / expected.Rows + 1.0 / own.Rows));
                    Assert.True(Math.Abs(p - q) < 5 * error + 0.02, $"{id}, {balance}, {group}: {fact} in {q:P1} of rows, should be {p:P1}");
                }
            }
        }
    }

    [Fact]
    public async Task A_combination_nobody_saw_is_named_with_what_to_do()
    {
        var random = new RandomStream(new Seed(2), "impossible").Sequence();
        int[] sex = new int[2_000], expecting = new int[2_000];
        for (var row = 0; row < sex.Length; row++)
            if ((sex[row] = random.NextBelow(2)) == 1) expecting[row] = random.NextBelow(3) == 0 ? 1 : 0;
        var table = new Table([new CategoryColumn(new("sex", ColumnKind.Category), sex, ["M", "F"]), new CategoryColumn(new("expecting", ColumnKind.Boolean), expecting, ["no", "yes"])]);
        using var generator = await table.FitAsync(new Cart(), Five);
        var error = await Assert.ThrowsAsync<GenerateException>(() => generator.GenerateAsync(new Request(10) { Balance = new("sex, expecting") }, Five));
        Assert.Equal("SB4021", error.Code);
        Assert.Contains("sex = 'M' and expecting = 'yes'", error.Message, StringComparison.Ordinal);
        var mended = await generator.GenerateAsync(new Request(9) { Balance = new("sex, expecting: F/yes 1, F/no 1, M/no 1") }, Five);
        Assert.Equal(3, mended.Where(new("expecting")).Rows);
    }

    /// <summary>Rows of a group are spread over the whole, not put at one end: of 4,000 rows in two halves each half has 1,000 of a group, give or take 5 standard errors (once in 10^6).</summary>
    [Fact]
    public async Task Groups_are_spread_over_the_rows()
    {
        using var generator = await MadeTable.Of(1_000, 1).FitAsync(new Independent(), Five);
        var made = await generator.GenerateAsync(new Request(4_000) { Balance = new("group") }, Five);
        var first = MadeTable.Codes(made, "group")[..2_000].Count(code => code == 1);
        Assert.InRange(first, 1_000 - 80, 1_000 + 80);
    }

    [Fact]
    public async Task Many_shares_that_do_not_divide_still_add_up()
    {
        using var generator = await MadeTable.Of(1_000, 1).FitAsync(new Independent(), Five);
        foreach (var count in new[] { 1, 2, 3, 7, 10, 101 })
        {
            var made = await generator.GenerateAsync(new Request(count) { Balance = new("left, right, both: no/no/no 1, no/no/yes 1, yes/no/no 1, yes/yes/yes 4") }, Five);
            var most = made.Where(new("left and right")).Rows;
            Assert.InRange(most, Math.Floor(count * 4 / 7.0), Math.Ceiling(count * 4 / 7.0));
            Assert.Equal(count, most + made.Where(new("not right")).Rows);
        }
    }

    private static double Share(Table table, string fact) => table.Where(new(fact)).Rows / (double)table.Rows;
}
