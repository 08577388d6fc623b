using Semblance.Data;
using Semblance.Formats;
using Semblance.Models;
using Semblance.Numerics;

namespace Semblance.Tests.Models;

public sealed class CtganTests
{
    private static readonly Run run = Run.With(7);
    private static readonly Table real = MadeTable.Of(2_000, 1);
    private static readonly Lazy<Task<IGenerator<Table>>> fitted = new(() => real.FitAsync(new Ctgan { Steps = 800, Hidden = 64 }, run));

    // Standard error of a share of 6,000 rows is below 0.0065; 0.03 is 4.6 of them: false alarm below 1 in 100,000 per assert.
    private const double Slack = 0.03;

    [Fact]
    public async Task Learns_groups_and_a_relation_that_only_two_columns_together_show()
    {
        var made = await (await fitted.Value).GenerateAsync(6_000, Run.With(8));
        var (left, right, both) = (MadeTable.Codes(made, "left"), MadeTable.Codes(made, "right"), MadeTable.Codes(made, "both"));
        // .975 in the data, .5 of columns drawn apart
        Assert.InRange(MadeTable.Share(made, i => both[i] == (left[i] ^ right[i])), 0.8, 1);
        var height = MadeTable.Values(made, "height");
        bool Scarce(int i) => made["group"].Text(i) == "scarce";
        Assert.InRange(MadeTable.Share(made, Scarce), 0.2 - Slack, 0.2 + Slack);
        // 180 and 150 in the data, 156 of columns drawn apart
        Assert.InRange(Enumerable.Range(0, made.Rows).Where(Scarce).Average(i => height[i]), 172, 188);
        Assert.InRange(Enumerable.Range(0, made.Rows).Where(i => !Scarce(i)).Average(i => height[i]), 146, 154);
        Assert.InRange(MadeTable.Share(made, i => MadeTable.Values(made, "spiky")[i] == 0), 0.625 - Slack, 0.625 + Slack);
    }

    [Theory]
    [InlineData("group = 'scarce'")]
    [InlineData("group = 'scarce' and height >= 180 and spiky > 900")] // rare
    public async Task A_condition_is_held(string where)
    {
        var made = await (await fitted.Value).GenerateAsync(new Request(500) { Where = new Condition(where) }, Run.With(8));
        Assert.Equal(500, made.Where(new Condition(where)).Rows);
    }

    [Fact]
    public void Rare_levels_are_asked_for_more_often_than_they_are()
    {
        var cells = CellTable.Learn(real, Semblance.Codecs.ColumnEncodings.None, run, default);
        var table = new LevelledTable(cells, "test", 1, run, default);
        var conditions = new LearnedConditions(table);
        const int count = 40_000;
        var asked = conditions.Draw(new RandomStream(new Seed(1), "asked"), 0, count);
        var targets = conditions.Targets(asked);
        int group = 0, scarce = 0;
        for (var i = 0; i < count; i++)
        {
            Assert.Single(targets.AsSpan(i * 6, 6).ToArray(), t => t >= 0);
            if (targets[i * 6] < 0) continue;
            group++;
            if (targets[i * 6] == 1) scarce++;
            // the real row that comes with a condition has the level
            Assert.Equal(targets[i * 6], table.RowsByLevel(0)[1].Contains(asked[i].Row) ? 1 : 0);
            if (group > 300) break;
        }
        group = scarce = 0;
        for (var i = 0; i < count; i++)
            if (targets[i * 6] >= 0) (group, scarce) = (group + 1, scarce + targets[i * 6]);
        double few = Math.Log(1 + table.RowsByLevel(0)[1].Length), many = Math.Log(1 + table.RowsByLevel(0)[0].Length), share = few / (few + many);
        // 5 standard errors: one false alarm in 10^6; by rows it would be 0.2
        Assert.InRange(scarce / (double)group, share - 5 * Math.Sqrt(share * (1 - share) / group), share + 5 * Math.Sqrt(share * (1 - share) / group));
        Assert.True(share > 0.4);
        Assert.Equal(1, conditions.Shares().Sum(), 1e-5);
    }

    [Fact]
    public async Task The_distance_is_told()
    {
        var distances = (await fitted.Value).About.LossCurve;
        Assert.True(distances.Length > 10);
        Assert.All(distances, d => Assert.True(double.IsFinite(d)));
    }

    [Fact]
    public async Task Numbers_alone_have_no_levels_to_ask_for()
    {
        var stream = new RandomStream(new Seed(5), "line");
        double[] a = new double[600], b = new double[600];
        for (var i = 0; i < a.Length; i++) (a[i], b[i]) = (stream.Words(i).A % 1000, stream.Words(i).B % 1000);
        var form = new ColumnSchema("a", ColumnKind.Integer) { Number = NumberForm.Integer };
        using var generator = await new Table([new NumberColumn(form, a), new NumberColumn(form with { Name = "b" }, b)]).FitAsync(new Ctgan { Steps = 50, Hidden = 32 }, run);
        var made = MadeTable.Values(await generator.GenerateAsync(10_000, run), "a");
        Assert.InRange(made.Average(), a.Average() - 20, a.Average() + 20); // standard deviation 289: 5 standard errors of made rows are 14
    }

    [Theory]
    [InlineData("noise")]
    [InlineData("units")]
    [InlineData("conditions")]
    public async Task A_file_whose_parts_do_not_fit_is_refused(string key)
    {
        using var bytes = new MemoryStream();
        await (await fitted.Value).SaveAsync(bytes);
        bytes.Position = 0;
        var archive = await ModelArchive.ReadAsync(bytes);
        archive.Json[key] = 16 + (int)archive.Whole(key, 0, 1_000_000);
        using var file = new MemoryStream();
        await archive.WriteAsync(file);
        file.Position = 0;
        var error = await Assert.ThrowsAsync<DataException>(() => ModelCatalog.Default.OpenAsync(file));
        Assert.Equal("SB5007", error.Code);
    }
}
