using Semblance.Data;
using Semblance.Formats;
using Semblance.Models;

namespace Semblance.Tests.Models;

public sealed class MatchingTests
{
    private sealed class Notes : IProgress<Step>
    {
        public List<string> All { get; } = [];

        public void Report(Step value)
        {
            if (value.IsNote) All.Add(value.What);
        }
    }

    private static Table Pairs(int rows, ulong seed)
    {
        // b follows a in nine rows of ten; c is free
        var words = Run.With(seed).Stream("pairs").Sequence();
        var text = new System.Text.StringBuilder("a,b,c\n");
        for (var i = 0; i < rows; i++)
        {
            var a = words.NextBelow(4);
            text.Append("xyzw"[a]).Append(',').Append("xyzw"[words.NextBelow(10) == 0 ? words.NextBelow(4) : a]).Append(',').Append(words.NextBelow(1_000_000) / 1000.0).Append('\n');
        }
        return Table.Read(System.Text.Encoding.UTF8.GetBytes(text.ToString()), new TableOptions());
    }

    private static double SameShare(Table table) =>
        Enumerable.Range(0, table.Rows).Count(i => table.Columns[0].Text(i) == table.Columns[1].Text(i)) / (double)table.Rows;

    [Fact]
    public async Task What_the_model_lacks_is_chosen_from_the_pool()
    {
        var real = Pairs(4_000, 1);
        using var generator = await real.FitAsync(new Independent(), Run.With(2));
        var plain = await generator.GenerateAsync(2_000, Run.With(3));
        var notes = new Notes();
        var matched = await generator.MatchedAsync(real, 2_000, new Matching(), Run.With(3) with { Progress = notes });
        Assert.Equal(2_000, matched.Rows);
        Assert.InRange(SameShare(plain), 0.2, 0.3);
        // a pool of five rows for one holds 1.25 in which b follows a for each that is wanted
        Assert.InRange(SameShare(matched), SameShare(real) - 0.05, SameShare(real) + 0.02);
        Assert.Contains(notes.All, n => n.StartsWith("matched: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_row_that_occurs_once_is_never_repeated()
    {
        // 16 x 16 rows of two categories, each combination once or (the first half) twice: independent columns repeat them all the time
        var lines = from a in Enumerable.Range(0, 16) from b in Enumerable.Range(0, 16) from _ in Enumerable.Range(0, a < 8 ? 2 : 1) select $"l{a},r{b}";
        var real = Table.Read(System.Text.Encoding.UTF8.GetBytes("a,b\n" + string.Join('\n', lines) + "\n"), new TableOptions());
        using var generator = await real.FitAsync(new Independent(), Run.With(2));
        var single = Enumerable.Range(8, 8).Select(a => $"l{a}").ToHashSet();
        Assert.Contains(Enumerable.Range(0, 200), i => single.Contains(generator.GenerateAsync(200, Run.With(3)).Result.Columns[0].Text(i)));
        var matched = await generator.MatchedAsync(real, 200, new Matching(), Run.With(3));
        Assert.DoesNotContain(Enumerable.Range(0, 200), i => single.Contains(matched.Columns[0].Text(i)));
    }

    [Fact]
    public async Task Same_seed_gives_same_rows_at_any_thread_count()
    {
        var real = Pairs(1_000, 1);
        using var generator = await real.FitAsync(new Cart(), Run.With(2));
        var one = await generator.MatchedAsync(real, 700, new Matching(), Run.With(3) with { Threads = 1 });
        var three = await generator.MatchedAsync(real, 700, new Matching(), Run.With(3) with { Threads = 3 });
        Assert.Equal(Enumerable.Range(0, 700).Select(i => string.Join('|', one.Columns.Select(c => c.Text(i)))), Enumerable.Range(0, 700).Select(i => string.Join('|', three.Columns.Select(c => c.Text(i)))));
    }

    [Fact]
    public async Task A_pool_from_the_same_distribution_is_left_nearly_as_it_is()
    {
        // targets are smoothed towards the made rows: a sample's own noise must not be learned by heart. 4,000 fresh rows of the same kind judge, as many as were learned from.
        var (real, fresh) = (Pairs(4_000, 1), Pairs(4_000, 9));
        using var generator = await real.FitAsync(new Cart(), Run.With(2));
        var matched = await generator.MatchedAsync(real, 4_000, new Matching(), Run.With(3));
        // the share's standard error is 0.0043 for either sample; six of them together come by chance less than once in 10^5
        Assert.InRange(SameShare(matched) - SameShare(fresh), -0.036, 0.036);
    }

    [Fact]
    public async Task What_can_not_be_matched_is_refused()
    {
        var real = Pairs(300, 1);
        using var generator = await real.FitAsync(new Independent(), Run.With(2));
        async Task<string> Code(Table table, long count, Matching matching) => (await Assert.ThrowsAnyAsync<SemblanceException>(() => generator.MatchedAsync(table, count, matching, Run.With(1)))).Code;
        Assert.Equal("SB4060", await Code(MadeTable.Of(100, 3), 100, new Matching()));
        Assert.Equal("SB4060", await Code(real.Take([0, 1, 2]), 100, new Matching()));
        Assert.Equal("SB4061", await Code(real, 3_000_000_000, new Matching()));
        Assert.Equal("SB4001", await Code(real, 0, new Matching()));
        Assert.Equal("SB2022", await Code(real, 100, new Matching { Pool = 1 }));
    }
}
