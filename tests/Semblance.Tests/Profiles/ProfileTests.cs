using System.Text;
using Semblance.Data;
using Semblance.Profiles;
using Xunit.Abstractions;

namespace Semblance.Tests.Profiles;

public sealed class ProfileTests(ITestOutputHelper output)
{
    private static Table Mixed(int rows)
    {
        var dates = Made.Dates("at", rows, i => new DateTime(2020, 1, 1).AddMinutes((int)(Made.Hash(i, 9) % 900_000)));
        return new Table([
            Made.Integers("n", rows, i => Made.Hash(i, 1) % 90), Made.Decimals("x", rows, i => i % 11 == 0 ? double.NaN : Made.Unit(i, 2), 4),
            Made.Decimals("y", rows, i => Made.Unit(i, 2) * (Made.Hash(i, 1) % 90), 4), Made.Categories("c", rows, i => i % 13 == 0 ? null : Made.Text($"level {Made.Hash(i, 3) % 30}")),
            Made.Texts("t", rows, i => Made.Text($"text {Made.Hash(i, 4) % 500}")), dates, Made.Texts("id", rows, i => Made.Text($"{i:x8}"), ColumnKind.Identifier)]);
    }

    [Fact]
    public void One_and_two_threads_say_the_same()
    {
        var table = Mixed(9000);
        var options = new ProfileOptions { PairRows = 4000 };
        var one = Made.Everything(table.Profile(options, Run.With(5) with { Threads = 1 }));
        Assert.Equal(one, Made.Everything(table.Profile(options, Run.With(5) with { Threads = 2 })));
        Assert.NotEqual(one, Made.Everything(table.Profile(options, Run.With(6) with { Threads = 2 }))); // another sample
    }

    [Fact]
    public void A_sample_is_said_and_its_findings_are_counted_on_all_rows()
    {
        var table = new Table([
            Made.Categories("a", 6000, i => Made.Text($"a{Made.Hash(i, 1) % 20}")), Made.Categories("b", 6000, i => i == 5999 ? "odd" : Made.Text($"b{Made.Hash(i, 1) % 20 / 2}")),
            Made.Integers("low", 6000, i => Made.Hash(i, 2) % 100), Made.Integers("high", 6000, i => i == 5998 ? -1 : Made.Hash(i, 2) % 100 + Made.Hash(i, 3) % 30)]);
        var profile = table.Profile(new ProfileOptions { PairRows = 1000 }, Run.With(3) with { Threads = 1 });
        Assert.Equal(1000, profile.PairRows);
        Assert.Single(profile.Notes);
        Assert.Equal(5999.0 / 6000, Assert.Single(profile.Dependencies).Share, 12);
        Assert.Equal(5999.0 / 6000, Assert.Single(profile.Orders).Share, 12);
        Assert.Equal(6000, profile["a"].Present);
    }

    [Fact]
    public void Two_thousand_columns_are_bounded()
    {
        var table = new Table([.. Enumerable.Range(0, 2000).Select(c => c % 3 == 0
            ? (Column)Made.Categories(Made.Text($"c{c}"), 200, i => Made.Text($"v{Made.Hash(i, c) % 5}"))
            : Made.Decimals(Made.Text($"c{c}"), 200, i => Made.Unit(i, c)))]);
        var profile = table.Profile(Run.With(1) with { Threads = 1 });
        Assert.Equal(2000, profile.Columns.Length);
        Assert.Equal(100, profile.PairColumns.Length);
        Assert.Equal(4950, profile.Pairs.Length);
        Assert.Contains(profile.Notes, n => n.Contains("100 of 2,000", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Tables_of_hardly_any_rows_have_a_profile(int rows)
    {
        var profile = Mixed(rows).Profile(Made.Run);
        Assert.Equal((rows, 7), (profile.Rows, profile.Columns.Length));
        Assert.Contains(profile.Warnings, w => w.Code == "few-rows");
        Made.Everything(profile);
        Made.Everything(new Table([]).Profile(Made.Run));
        Made.Everything(Made.Profile(Made.Integers("gone", rows, _ => double.NaN), Made.Categories("none", rows, _ => null)));
    }

    [Fact]
    public void Parts_can_be_left_out()
    {
        var profile = Mixed(500).Profile(new ProfileOptions { Parts = ProfileParts.None }, Made.Run);
        Assert.Equal((true, true, true, true), (profile.Pairs.IsEmpty, profile.Dependencies.IsEmpty, profile.Formulas.IsEmpty, profile.MissingPatterns.IsEmpty));
        Assert.NotNull(profile["n"].Numbers);
        Assert.NotEmpty(Mixed(500).Profile(new ProfileOptions { Parts = ProfileParts.Pairs }, Made.Run).Pairs);
    }

    [Fact]
    public void It_can_be_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => Mixed(100).Profile(Made.Run, cancelled.Token));
        using var soon = new CancellationTokenSource();
        var progress = new Cancelling(soon);
        Assert.ThrowsAny<OperationCanceledException>(() => Mixed(100).Profile(Made.Run with { Progress = progress }, soon.Token));
        Assert.InRange(progress.Steps, 1, 2);
    }

    private sealed class Cancelling(CancellationTokenSource source) : IProgress<Step>
    {
        public int Steps { get; private set; }

        public void Report(Step value)
        {
            Steps++;
            source.Cancel();
        }
    }

    [Fact]
    public void A_wrong_name_suggests_the_nearest() =>
        Assert.Contains("did you mean `income`?", Assert.Throws<SchemaException>(() => Made.Profile(Made.Integers("income", 3, i => i))["incone"]).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Adult_is_read_as_people_know_it()
    {
        if (await Read("adult.csv") is not { } table) return;
        var profile = table.Profile(Made.Run);
        int At(string name) => table.Schema.IndexOf(name);
        Assert.Contains(new FunctionalDependency(At("education"), At("education-num"), 1, true), profile.Dependencies);
        Assert.Contains(new FunctionalDependency(At("education-num"), At("education"), 1, true), profile.Dependencies);
        Assert.Equal(2, profile.Dependencies.Length);
        var spike = profile["capital-gain"].Spikes[0];
        Assert.Equal((0, 44807), (spike.Value, spike.Count));
        Assert.Equal(40, profile["hours-per-week"].Spikes[0].Value);
        Assert.Contains(profile["capital-gain"].Warnings, w => w.Code == "sentinel");
        Assert.Equal(52, profile.DuplicateRows);
        Assert.Equal((2799, 2809, 857), (profile["workclass"].Missing, profile["occupation"].Missing, profile["native-country"].Missing));
        Assert.Contains(profile.MissingRules, r => r.Condition == "workclass is missing" && r.Column == At("occupation") && r.Precision == 1);
        Assert.All(profile.Columns, c => Assert.Empty(c.Personal));
        Assert.Equal(105, profile.Pairs.Length);
        Made.Everything(profile);
    }

    [Fact]
    public async Task Churn_explains_its_gaps_and_its_totals()
    {
        if (await Read("churn.csv") is not { } table) return;
        var profile = table.Profile(Made.Run);
        var formula = Assert.Single(profile.Formulas);
        Assert.Equal("TotalCharges ~ tenure * MonthlyCharges", formula.Text);
        Assert.InRange(formula.Explained, 0.999, 0.9995);
        var rule = Assert.Single(profile.MissingRules);
        Assert.Equal(("tenure = 0", 11L, true), (rule.Condition, rule.Rows, rule.Exact));
        Assert.Contains(profile.Dependencies, d => (profile.Columns[d.Determinant].Name, profile.Columns[d.Dependent].Name) == ("MultipleLines", "PhoneService"));
        Assert.All(profile.Columns, c => Assert.Empty(c.Personal));
    }

    [Fact]
    public async Task Beijing_has_a_clock_and_a_key()
    {
        if (await Read("beijing.csv") is not { } table) return;
        var profile = table.Profile(Made.Run);
        Assert.Equal<int>([0, 1, 2, 3], profile.Clock!.Columns);
        Assert.Equal((TimeSpan.FromHours(1), true, true), (profile.Clock.Step, profile.Clock.Unique, profile.Clock.Sorted));
        Assert.Equal(41757.0 / 43800, profile.Clock.Filled, 12);
        Assert.Contains(profile.Keys, k => k.Columns.SequenceEqual([0, 1, 2, 3]));
        Assert.Contains(profile.Orders, o => (profile.Columns[o.Lesser].Name, profile.Columns[o.Greater].Name) == ("DEWP", "TEMP"));
    }

    private async Task<Table?> Read(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Semblance.slnx"))) folder = folder.Parent;
        var path = folder?.Parent is { } parent ? Path.Combine(parent.FullName, "shared", "data", "tabular", name) : "";
        if (File.Exists(path)) return await Table.ReadAsync(path);
        output.WriteLine($"skipped: {name} is not beside the repository");
        return null;
    }
}
