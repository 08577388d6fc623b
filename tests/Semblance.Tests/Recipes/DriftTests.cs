using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Models;
using Semblance.Recipes;
using Semblance.Rules;
using Semblance.Tests.Models;

namespace Semblance.Tests.Recipes;

public sealed class DriftTests
{
    private static async Task<DriftReport> DriftAsync(Table newer, string model = "copula", ulong seed = 1, int threads = 2, string? target = null)
    {
        using var fitted = await MadeTable.Of(2000, 3).FitAsync(ModelCatalog.Default.Create(model), Run.With(7));
        return await fitted.DriftAsync(newer, Run.With(seed) with { Threads = threads }, target);
    }

    private static Table With(Table table, string name, Func<Column, Column> change) => new([.. table.Columns.Select(c => c.Name == name ? change(c) : c)]);

    private static Table Higher(Table table, double by) => With(table, "height", c => new NumberColumn(c.Schema, Array.ConvertAll(((NumberColumn)c).Values, v => Math.Round(v + by, 1))));

    /// <summary>Every k-th row of the common group becomes scarce.</summary>
    private static Table MoreScarce(Table table, int every) => With(table, "group", c => ((CategoryColumn)c).WithCodes([.. ((CategoryColumn)c).Codes.Select((code, row) => row % every == 0 ? 1 : code)]));

    /// <summary>The same columns one by one; one no longer hangs on two others.</summary>
    private static Table Unrelated(Table table) => With(table, "both", c => ((CategoryColumn)c).WithCodes([.. ((CategoryColumn)c).Codes.Skip(1), ((CategoryColumn)c).Codes[0]]));

    /// <summary>Fixed seed. Over 40 others for each of these models no comparison with a target called this drift: at 95 % the test fails at under 3 % of seeds.</summary>
    [Theory]
    [InlineData("copula")]
    [InlineData("independent")]
    [InlineData("cart")]
    public async Task New_rows_of_the_same_population_leave_the_model_as_it_is(string model)
    {
        var drift = await DriftAsync(MadeTable.Of(1600, 9), model);
        Assert.False(drift.Refit, drift.Headline);
        Assert.StartsWith("Keep", drift.Headline, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("copula")]
    [InlineData("cart")]
    public async Task A_shifted_column_and_a_share_that_moved_are_found_and_named(string model)
    {
        var higher = await DriftAsync(Higher(MadeTable.Of(1600, 9), 5), model);
        Assert.True(higher.Refit, higher.Headline);
        Assert.Equal(["height"], higher.Columns.Where(c => !c.Reasons.IsEmpty).Select(c => c.Column));
        var share = await DriftAsync(MoreScarce(MadeTable.Of(1600, 9), 5), model);
        Assert.True(share.Refit, share.Headline);
        Assert.Contains("`group` has shifted", string.Join(' ', share.Reasons), StringComparison.Ordinal);
    }

    /// <summary>Each column alone is as it was, and no column is blamed. A model that can't learn the relation anyway gains nothing by a refit and stays.</summary>
    [Theory]
    [InlineData("cart", true)]
    [InlineData("independent", false)]
    public async Task A_relation_that_is_gone_is_found_where_the_model_could_learn_it(string model, bool refit)
    {
        var drift = await DriftAsync(Unrelated(MadeTable.Of(4000, 9)), model);
        Assert.Equal(refit, drift.Refit);
        Assert.All(drift.Columns, c => Assert.Empty(c.Reasons));
    }

    [Fact]
    public async Task New_categories_numbers_out_of_range_and_gaps_are_found()
    {
        var rows = MadeTable.Of(1600, 9);
        var named = With(rows, "group", c => new CategoryColumn(c.Schema, [.. ((CategoryColumn)c).Codes.Select((code, row) => row % 20 == 0 ? 2 : code)], ["common", "scarce", "newcomer"]));
        var seen = await DriftAsync(named);
        Assert.Contains("values that the model does not make", string.Join(' ', seen.Reasons), StringComparison.Ordinal);
        Assert.Contains("newcomer", string.Join(' ', seen.Reasons), StringComparison.Ordinal);
        Assert.InRange(seen.Columns[0].NewShare, 0.02, 0.08);
        var far = With(rows, "height", c => new NumberColumn(c.Schema, [.. ((NumberColumn)c).Values.Select((v, row) => row % 16 == 0 ? 400 + row % 7 : v)]));
        Assert.Contains("`height` lies beyond all", string.Join(' ', (await DriftAsync(far)).Reasons), StringComparison.Ordinal);
        var gaps = With(rows, "left", c => new CategoryColumn(c.Schema with { MissingMarkers = ["?"] }, [.. ((CategoryColumn)c).Codes.Select((code, row) => row % 10 == 0 ? -1 : code)], ["no", "yes"]));
        Assert.Contains("`left` has no value in", string.Join(' ', (await DriftAsync(gaps)).Reasons), StringComparison.Ordinal);
    }

    public static TheoryData<string> Columns => [.. MadeTable.Of(1, 1).Columns.Select(c => c.Name)];

    /// <summary>No column escapes any of the tests that it is open to, at either end. Fixed seed; another column is blamed beside it in at most 1 of 100.</summary>
    [Theory]
    [MemberData(nameof(Columns))]
    public async Task Whichever_column_drifts_it_alone_is_named(string name)
    {
        var rows = MadeTable.Of(1600, 9);
        var shifted = await Blamed(c => c is CategoryColumn category ? category.WithCodes([.. category.Codes.Select((code, row) => row % 3 == 0 ? 1 : code)])
            : Changed(c, (v, _) => Math.Round(v * 0.9 - 40, 1)));
        Assert.Contains($"`{name}` has shifted", shifted, StringComparison.Ordinal);
        var gaps = await Blamed(c => c is CategoryColumn category ? new CategoryColumn(c.Schema with { MissingMarkers = ["?"] }, [.. category.Codes.Select((code, row) => row % 10 == 0 ? -1 : code)], category.Levels)
            : new NumberColumn(c.Schema with { MissingMarkers = ["?"] }, [.. ((NumberColumn)c).Values.Select((v, row) => row % 10 == 0 ? double.NaN : v)]));
        Assert.Contains($"`{name}` has no value in", gaps, StringComparison.Ordinal);
        if (rows[name] is NumberColumn)
            foreach (var far in (double[])[-5_000, 5_000])
                Assert.Contains($"`{name}` lies beyond all", await Blamed(c => Changed(c, (v, row) => row % 8 == 0 ? far + row % 7 : v)), StringComparison.Ordinal);
        else
            Assert.Contains($"`{name}` has values that the model does not make", await Blamed(c => new CategoryColumn(c.Schema with { Kind = ColumnKind.Category }, [.. ((CategoryColumn)c).Codes.Select((code, row) => row % 20 == 0 ? 2 : code)], [.. ((CategoryColumn)c).Levels, "newcomer"])), StringComparison.Ordinal);

        async Task<string> Blamed(Func<Column, Column> change)
        {
            var drift = await DriftAsync(With(rows, name, change), "independent");
            Assert.Equal(rows.Columns.Select(c => c.Name), drift.Columns.Select(c => c.Column));
            Assert.Equal([name], drift.Columns.Where(c => !c.Reasons.IsEmpty).Select(c => c.Column));
            return string.Join(' ', drift.Reasons);
        }

        static NumberColumn Changed(Column c, Func<double, int, double> of) => new(c.Schema, [.. ((NumberColumn)c).Values.Select(of)]);
    }

    [Fact]
    public async Task Same_seed_gives_the_same_numbers_at_any_thread_count()
    {
        var one = await DriftAsync(MadeTable.Of(600, 9), "cart", threads: 1, target: "both");
        Assert.Equal(one.ToJson(), (await DriftAsync(MadeTable.Of(600, 9), "cart", threads: 2, target: "both")).ToJson());
        Assert.NotNull(one.Learning.Value);
        Assert.DoesNotContain("NaN", one.ToHtml(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(KeptRows.Replace, 500)]
    [InlineData(KeptRows.Accumulate, 1300)]
    public async Task The_next_version_has_the_same_settings_and_constraints_and_says_what_it_replaces(KeptRows keep, int learned)
    {
        var model = new Constrained(new Cart { LeafRows = 17 }) { Constraints = [Constraint.Parse("height <= 250")] };
        using var first = await MadeTable.Of(800, 3).FitAsync(model, Run.With(1));
        using var second = await first.RefitAsync(MadeTable.Of(500, 4), keep, "abc", Run.With(2));
        using var third = await second.RefitAsync(MadeTable.Of(500, 5), KeptRows.Replace, "def", Run.With(3));
        Assert.Equal(first.About.Spec, second.About.Spec);
        Assert.Equal(learned, second.About.FittedRows);
        Assert.Contains(second.About.Notes, n => n.Contains("height <= 250", StringComparison.Ordinal) && n.Contains("asked for", StringComparison.Ordinal));
        Assert.StartsWith("version 2: replaces the model file of SHA-256 abc, learned from 800 rows", second.About.Notes[^1], StringComparison.Ordinal);
        Assert.StartsWith("version 3: replaces the model file of SHA-256 def", third.About.Notes[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_few_rows_and_lacking_columns_are_refused()
    {
        Assert.Equal("SB3063", (await Assert.ThrowsAsync<FitException>(() => DriftAsync(MadeTable.Of(199, 9)))).Code);
        var lacking = await Assert.ThrowsAsync<SchemaException>(() => DriftAsync(new Table(MadeTable.Of(300, 9).Columns.RemoveAt(4))));
        Assert.Equal("SB1213", lacking.Code);
        Assert.Contains("`height`", lacking.Message, StringComparison.Ordinal);
    }
}
