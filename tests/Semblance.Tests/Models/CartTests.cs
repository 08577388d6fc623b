using Semblance.Data;
using Semblance.Models;

namespace Semblance.Tests.Models;

public sealed class CartTests
{
    private static readonly Run run = Run.With(7);
    private static readonly Table real = MadeTable.Of(6_000, 1);

    // Standard error of a share of 6,000 rows is below 0.0065; 0.03 is 4.6 of them: false alarm below 1 in 100,000 per assert.
    private const double Slack = 0.03;

    private static async Task<Table> Synthetic(IModel<Table> model, string? where = null, int rows = 6_000)
    {
        using var generator = await real.FitAsync(model, run);
        return await generator.GenerateAsync(new Request(rows) { Where = where is null ? null : new Condition(where) }, Run.With(8));
    }

    [Fact]
    public async Task Keeps_a_relation_that_only_two_columns_together_show()
    {
        var made = await Synthetic(new Cart());
        var (left, right, both) = (MadeTable.Codes(made, "left"), MadeTable.Codes(made, "right"), MadeTable.Codes(made, "both"));
        Assert.InRange(MadeTable.Share(made, i => both[i] == (left[i] ^ right[i])), 0.975 - Slack, 1);

        // the floor loses it: the check can fail
        var floor = await Synthetic(new Independent());
        (left, right, both) = (MadeTable.Codes(floor, "left"), MadeTable.Codes(floor, "right"), MadeTable.Codes(floor, "both"));
        Assert.InRange(MadeTable.Share(floor, i => both[i] == (left[i] ^ right[i])), 0.5 - Slack, 0.5 + Slack);
    }

    [Theory]
    [InlineData(ColumnOrder.TargetFirst)]
    [InlineData(ColumnOrder.TargetLast)]
    public async Task Keeps_means_within_groups_and_spikes(ColumnOrder order)
    {
        var made = await Synthetic(new Cart { Target = "group", Order = order });
        var group = MadeTable.Codes(made, "group");
        var (height, spiky) = (MadeTable.Values(made, "height"), MadeTable.Values(made, "spiky"));
        var scarceLevel = Array.IndexOf(((CategoryColumn)made["group"]).Levels, "scarce");
        Assert.InRange(MadeTable.Share(made, i => group[i] == scarceLevel), 0.2 - Slack, 0.2 + Slack);
        Assert.InRange(Enumerable.Range(0, made.Rows).Where(i => group[i] == scarceLevel).Average(i => height[i]), 178, 182);
        Assert.InRange(Enumerable.Range(0, made.Rows).Where(i => group[i] != scarceLevel).Average(i => height[i]), 149, 151);
        Assert.InRange(MadeTable.Share(made, i => spiky[i] == 0), 0.625 - Slack, 0.625 + Slack);
    }

    [Theory]
    [InlineData("group = 'scarce' and height >= 200", 0.02)] // rare: weighted resampling
    [InlineData("height < 150", 0.5)] // frequent: drawn again
    public async Task A_condition_on_a_late_column_moves_the_early_ones_as_in_the_data(string where, double _)
    {
        var made = await Synthetic(new Cart(), where, 3_000);
        var condition = new Condition(where);
        Assert.Equal(3_000, made.Rows);
        Assert.Equal(3_000, made.Where(condition).Rows);

        var kept = real.Where(condition);
        double Scarce(Table t) => MadeTable.Share(t, i => t["group"].Text(i) == "scarce");
        double Zero(Table t) => MadeTable.Share(t, i => MadeTable.Values(t, "spiky")[i] == 0);
        // rows of `kept` may be few: four standard errors of a share of that many, and the model's own error
        var slack = 4 * 0.5 / Math.Sqrt(kept.Rows) + 0.02;
        Assert.InRange(Scarce(made), Scarce(kept) - slack, Scarce(kept) + slack);
        Assert.InRange(Zero(made), Zero(kept) - slack, Zero(kept) + slack);
    }

    [Fact]
    public async Task Boosting_sharpens_what_trees_alone_blur()
    {
        // y = a + b + c + d in small steps: a leaf of 15 rows can't be narrow in four columns at once
        var made = Sum(4_000, 3);
        async Task<double> Error(Cart model)
        {
            using var generator = await made.FitAsync(model, run);
            var t = await generator.GenerateAsync(4_000, Run.With(9));
            var columns = t.Columns.Select(c => ((NumberColumn)c).Values).ToArray();
            return Enumerable.Range(0, t.Rows).Average(i => Math.Abs(columns[4][i] - columns[0][i] - columns[1][i] - columns[2][i] - columns[3][i]));
        }
        var boosted = await Error(new Cart());
        var plain = await Error(new Cart { Rounds = 0 });
        Assert.True(boosted < 0.8 * plain, $"boosted {boosted:0.00}, plain {plain:0.00}");
    }

    private static Table Sum(int rows, ulong seed)
    {
        var stream = new Semblance.Numerics.RandomStream(new Seed(seed), "sum");
        var columns = Enumerable.Range(0, 5).Select(_ => new double[rows]).ToArray();
        for (var i = 0; i < rows; i++)
        {
            var (a, b, c, d) = stream.Words(i);
            (columns[0][i], columns[1][i], columns[2][i], columns[3][i]) = (a % 100, b % 100, c % 100, d % 100);
            columns[4][i] = columns[0][i] + columns[1][i] + columns[2][i] + columns[3][i];
        }
        return new Table([.. columns.Select((v, c) => (Column)new NumberColumn(new ColumnSchema($"c{c}", ColumnKind.Integer) { Number = NumberForm.Integer }, v))]);
    }
}
