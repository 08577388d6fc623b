using Semblance.Data;
using Semblance.Metrics;
using Semblance.Models;
using Semblance.Numerics;

namespace Semblance.Tests.Models;

/// <summary>The target is independent of the sensitive columns, to a row; all else stays as it is given both.</summary>
public sealed class FairnessTests
{
    private static readonly Run Five = Run.With(5) with { Threads = 2 };

    private static readonly Lazy<Task<IGenerator<Table>>> Cart = new(() => MadeTable.Of(6_000, 1).FitAsync(new Cart { Trees = 4, Rounds = 0 }, Five));

    private static readonly Lazy<Task<IGenerator<Table>>> Circuit = new(() => MadeTable.Of(6_000, 1).FitAsync(new Circuit { Components = 60 }, Five));

    /// <summary>Shares of a class in both groups differ by less than two rows, and stay what they were overall (5 standard errors of the model's pilot and of 80,000 free rows: once in 10^6).</summary>
    [Fact]
    public async Task Shares_of_the_target_are_the_same_in_every_group_and_stay_what_they_were_overall()
    {
        var generator = await Circuit.Value;
        var free = await generator.GenerateAsync(80_000, Run.With(1) with { Threads = 2 });
        var made = await generator.GenerateAsync(new Request(5_001) { Fair = new("both", "left, right") }, Five);
        Assert.Equal(5_001, made.Rows);
        var overall = Share(made, "both");
        foreach (var group in new[] { "left and right", "left and not right", "not left and right", "not left and not right" })
        {
            var own = made.Where(new(group));
            Assert.InRange(Share(own, "both") - overall, -2.0 / own.Rows, 2.0 / own.Rows);
            Near(Share(free, group), Share(made, group), 16_384);
        }
        Assert.True(Math.Abs(Share(free.Where(new("left and right")), "both") - Share(free.Where(new("left and not right")), "both")) > 0.3, "the model itself is not fair here, or nothing is shown");
        Near(Share(free, "both"), overall, 16_384);
    }

    /// <summary>Facts of a third column have the share that they have among free rows of the same pair (5 standard errors and 0.02 for resampling).</summary>
    [Fact]
    public async Task Other_columns_keep_their_conditionals()
    {
        var generator = await Cart.Value;
        var free = await generator.GenerateAsync(80_000, Run.With(1) with { Threads = 2 });
        var made = await generator.GenerateAsync(new Request(6_000) { Fair = new("both", "group") }, Five);
        foreach (var pair in new[] { "group = 'scarce' and both", "group = 'scarce' and not both", "group = 'common' and both" })
            foreach (var fact in new[] { "height > 170", "spiky = 0", "spiky > 700", "left" })
            {
                Table expected = free.Where(new(pair)), own = made.Where(new(pair));
                double p = Share(expected, fact), q = Share(own, fact);
                Assert.True(Math.Abs(p - q) < 5 * Math.Sqrt(p * (1 - p) * (1.0 / expected.Rows + 1.0 / own.Rows)) + 0.02, $"{pair}: {fact} in {q:P1} of rows, should be {p:P1}");
            }
    }

    /// <summary>The height depends on the group by three standard deviations; by tenths it no longer does. Tenths are equal to a row, so that only what lies within them is left.</summary>
    [Fact]
    public async Task A_number_is_made_independent_by_tenths()
    {
        var generator = await Circuit.Value;
        var notes = new Notes();
        var made = await generator.GenerateAsync(new Request(4_000) { Fair = new("height", "group") }, Five with { Progress = notes });
        double Mean(Table table, string group) => MadeTable.Values(table.Where(new($"group = '{group}'")), "height").Average();
        var free = await generator.GenerateAsync(4_000, Five);
        Assert.True(Mean(free, "scarce") - Mean(free, "common") > 25);
        Assert.InRange(Mean(made, "scarce") - Mean(made, "common"), -4, 4);
        var parity = new StatisticalParity(made, new Fairness("height", "group").Bind(made.Schema));
        Assert.True(parity.Difference(free) > 0.3);
        var note = Assert.Single(notes.Texts);
        Assert.Contains("height made independent of group", note, StringComparison.Ordinal);
        Assert.Contains("the largest difference is 0.00", note, StringComparison.Ordinal);
        // and the other way round: a number as the sensitive column
        var other = await generator.GenerateAsync(new Request(4_000) { Fair = new("group", "height") }, Five);
        Assert.InRange(Mean(other, "scarce") - Mean(other, "common"), -4, 4);
    }

    [Fact]
    public async Task Under_a_condition_the_rows_that_satisfy_it_are_fair()
    {
        var made = await (await Cart.Value).GenerateAsync(new Request(1_000) { Fair = new("both", "left"), Where = new("right") }, Five);
        Assert.Equal(1_000, made.Where(new("right")).Rows);
        Table yes = made.Where(new("left")), no = made.Where(new("not left"));
        Assert.InRange(Share(yes, "both") - Share(no, "both"), -2.0 / Math.Min(yes.Rows, no.Rows), 2.0 / Math.Min(yes.Rows, no.Rows));
    }

    [Theory]
    [InlineData("both", "grup", "SB1202", "`group`")]
    [InlineData("bth", "group", "SB1202", "`both`")]
    [InlineData("both", "group, both", "SB2102", "target itself")]
    [InlineData("both", "group, group", "SB2102", "twice")]
    [InlineData("both", "", "SB2102", "no column")]
    public async Task Columns_that_make_no_sense_are_named(string target, string sensitive, string code, string word)
    {
        var generator = await Cart.Value;
        var error = await Assert.ThrowsAnyAsync<SemblanceException>(() => generator.GenerateAsync(new Request(10) { Fair = new(target, sensitive) }, Five));
        Assert.Equal(code, error.Code);
        Assert.Contains(word, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_contradicts_fairness_is_refused()
    {
        var generator = await Cart.Value;
        var fair = new Fairness("both", "group");
        Assert.Equal("SB4050", (await Assert.ThrowsAsync<GenerateException>(() => generator.GenerateAsync(new Request(10) { Fair = fair, Balance = new("left") }, Five))).Code);
        Assert.Equal("SB4030", (await Assert.ThrowsAsync<GenerateException>(() => generator.GenerateAsync(new Request(2) { Fair = fair, Complete = MadeTable.Of(2, 1) }, Five))).Code);
        var wide = new Table([.. "abcd".Select(name => new NumberColumn(new(name.ToString(), ColumnKind.Integer), [.. Enumerable.Range(0, 500).Select(i => (double)(i * (name - 'a' + 7) % 499))]))]);
        using var independent = await wide.FitAsync(new Independent(), Five);
        var many = await Assert.ThrowsAsync<GenerateException>(() => independent.GenerateAsync(new Request(10) { Fair = new("a", "b, c, d") }, Five));
        Assert.Equal("SB4052", many.Code);
    }

    [Fact]
    public async Task A_group_that_cannot_be_is_named()
    {
        var random = new RandomStream(new Seed(2), "impossible").Sequence();
        int[] sex = new int[2_000], expecting = new int[2_000];
        for (var row = 0; row < sex.Length; row++)
            if ((sex[row] = random.NextBelow(2)) == 1) expecting[row] = random.NextBelow(3) == 0 ? 1 : 0;
        var table = new Table([new CategoryColumn(new("sex", ColumnKind.Category), sex, ["M", "F"]), new CategoryColumn(new("expecting", ColumnKind.Boolean), expecting, ["no", "yes"])]);
        using var generator = await table.FitAsync(new Cart(), Five);
        var error = await Assert.ThrowsAsync<GenerateException>(() => generator.GenerateAsync(new Request(200) { Fair = new("expecting", "sex") }, Five));
        Assert.Equal("SB4051", error.Code);
        Assert.Contains("sex = 'M' and expecting = 'yes'", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Two groups of 200 rows: 150 and 50 say yes, so .75 and .25; a third of 99 is too small to count. Numbers count by tenths of the real rows.</summary>
    [Fact]
    public void Parity_is_that_of_a_pencil()
    {
        int[] group = [.. Enumerable.Range(0, 499).Select(i => i < 200 ? 0 : i < 400 ? 1 : 2)];
        var table = new Table([
            new CategoryColumn(new("g", ColumnKind.Category), group, ["a", "b", "c"]),
            new CategoryColumn(new("y", ColumnKind.Boolean), [.. group.Select((g, i) => g == 2 || i % 4 < (g == 0 ? 3 : 1) ? 1 : 0)], ["no", "yes"]),
            new NumberColumn(new("x", ColumnKind.Integer), [.. group.Select((g, i) => (double)(i % 200))]),
            new NumberColumn(new("z", ColumnKind.Integer), [.. group.Select((g, i) => (double)i)]),
        ]);
        double? Of(string target, string sensitive) => new StatisticalParity(table, new Fairness(target, sensitive).Bind(table.Schema)).Difference(table);
        Assert.Equal(0.5, Of("y", "g")!.Value, 1e-12);
        Assert.True(Of("x", "g") < 0.01);
        Assert.True(Of("z", "g") > 0.2);
        Assert.Null(new StatisticalParity(table, new Fairness("y", "g").Bind(table.Schema)).Difference(table.Take([.. Enumerable.Range(0, 250)])));
    }

    private static double Share(Table table, string fact) => table.Where(new(fact)).Rows / (double)table.Rows;

    private static void Near(double p, double q, int rows) => Assert.InRange(q - p, -5 * Math.Sqrt(p * (1 - p) * (1.0 / rows + 1.0 / 80_000)) - 2e-4, 5 * Math.Sqrt(p * (1 - p) * (1.0 / rows + 1.0 / 80_000)) + 2e-4);

    private sealed class Notes : IProgress<Step>
    {
        public List<string> Texts { get; } = [];

        public void Report(Step value)
        {
            if (value.IsNote) lock (Texts) Texts.Add(value.What);
        }
    }
}
