using Semblance.Data;
using Semblance.Formats;
using Semblance.Models;

namespace Semblance.Tests.Models;

public sealed class ArgnTests
{
    private static readonly Run run = Run.With(7);
    private static readonly Table real = MadeTable.Of(6_000, 1);
    private static readonly Lazy<Task<IGenerator<Table>>> fitted = new(() => real.FitAsync(new Argn { Target = "group" }, run));

    // Standard error of a share of 6,000 rows is below 0.0065; 0.03 is 4.6 of them: false alarm below 1 in 100,000 per assert.
    private const double Slack = 0.03;

    private static async Task<Table> Made(string? where = null, int rows = 6_000) =>
        await (await fitted.Value).GenerateAsync(new Request(rows) { Where = where is null ? null : new Condition(where) }, Run.With(8));

    [Fact]
    public async Task Keeps_a_relation_that_only_two_columns_together_show()
    {
        var made = await Made();
        var (left, right, both) = (MadeTable.Codes(made, "left"), MadeTable.Codes(made, "right"), MadeTable.Codes(made, "both"));
        Assert.InRange(MadeTable.Share(made, i => both[i] == (left[i] ^ right[i])), 0.975 - Slack, 1);
    }

    [Fact]
    public async Task Keeps_means_within_groups_and_spikes()
    {
        var made = await Made();
        var (height, spiky) = (MadeTable.Values(made, "height"), MadeTable.Values(made, "spiky"));
        bool Scarce(int i) => made["group"].Text(i) == "scarce";
        Assert.InRange(MadeTable.Share(made, Scarce), 0.2 - Slack, 0.2 + Slack);
        // standard deviation 10, at least 1,000 rows: 5 standard errors of made and real together are about 2
        Assert.InRange(Enumerable.Range(0, made.Rows).Where(Scarce).Average(i => height[i]), 178, 182);
        Assert.InRange(Enumerable.Range(0, made.Rows).Where(i => !Scarce(i)).Average(i => height[i]), 149, 151);
        Assert.InRange(MadeTable.Share(made, i => spiky[i] == 0), 0.625 - Slack, 0.625 + Slack);
    }

    [Theory]
    [InlineData("group = 'scarce' and height >= 200")] // rare: weighted resampling
    [InlineData("height < 150")] // frequent: drawn again
    public async Task A_condition_on_a_late_column_moves_the_early_ones_as_in_the_data(string where)
    {
        var made = await Made(where, 3_000);
        Assert.Equal(3_000, made.Where(new Condition(where)).Rows);
        var kept = real.Where(new Condition(where));
        double Zero(Table t) => MadeTable.Share(t, i => MadeTable.Values(t, "spiky")[i] == 0);
        double Scarce(Table t) => MadeTable.Share(t, i => t["group"].Text(i) == "scarce");
        // rows of `kept` may be few: four standard errors of a share of that many, and the model's own error
        var slack = 4 * 0.5 / Math.Sqrt(kept.Rows) + 0.02;
        Assert.InRange(Scarce(made), Scarce(kept) - slack, Scarce(kept) + slack);
        Assert.InRange(Zero(made), Zero(kept) - slack, Zero(kept) + slack);
    }

    [Fact]
    public async Task Numbers_keep_a_relation_finer_than_their_tokens_are_wide()
    {
        // b = a + noise: tokens of 1,000 distinct values are 30 wide with 32 tokens, and b's mean must follow a within them on average
        var stream = new Semblance.Numerics.RandomStream(new Seed(5), "line");
        double[] a = new double[4_000], b = new double[4_000];
        for (var i = 0; i < a.Length; i++)
        {
            var words = stream.Words(i);
            a[i] = words.A % 1000;
            b[i] = a[i] + words.B % 100;
        }
        var form = new ColumnSchema("a", ColumnKind.Integer) { Number = NumberForm.Integer };
        var line = new Table([new NumberColumn(form, a), new NumberColumn(form with { Name = "b" }, b)]);
        using var generator = await line.FitAsync(new Argn { Tokens = 32 }, run);
        var made = await generator.GenerateAsync(4_000, Run.With(2));
        var (x, y) = (MadeTable.Values(made, "a"), MadeTable.Values(made, "b"));
        var spread = Math.Sqrt(Enumerable.Range(0, made.Rows).Average(i => Math.Pow(y[i] - x[i] - 49.5, 2)));
        Assert.InRange(spread, 25, 45); // in the data 28.9; columns drawn apart: 400
    }

    [Fact]
    public async Task The_loss_falls_and_is_told()
    {
        var about = (await fitted.Value).About;
        Assert.True(about.LossCurve.Length > 2);
        Assert.True(about.LossCurve.Min() < about.LossCurve[0] - 0.5, $"{about.LossCurve[0]:0.00} nats a row at first, {about.LossCurve.Min():0.00} at best"); // both: 0.56, height: 0.5 nats can be learned
    }

    [Fact]
    public async Task Noise_columns_stay_apart()
    {
        // nothing to learn: held-out rows must stop every network before it finds something
        var stream = new Semblance.Numerics.RandomStream(new Seed(6), "noise");
        var columns = Enumerable.Range(0, 6).Select(c => (Column)new NumberColumn(new ColumnSchema($"n{c}", ColumnKind.Integer) { Number = NumberForm.Integer },
            [.. Enumerable.Range(0, 500).Select(i => (double)(stream.Words(i, (uint)c).A % 10))])).ToArray();
        using var generator = await new Table([.. columns]).FitAsync(new Argn(), run);
        var made = await generator.GenerateAsync(20_000, Run.With(3));
        var (first, last) = (MadeTable.Values(made, "n0"), MadeTable.Values(made, "n5"));
        for (var a = 0; a < 10; a++)
        {
            // shares of 2,000 rows: 5 standard errors are 0.034; what a network may have made of chance in 450 rows: 0.1
            var kept = Enumerable.Range(0, made.Rows).Where(i => first[i] == a).ToArray();
            Assert.InRange(kept.Average(i => last[i]), 4.5 - 1, 4.5 + 1);
        }
    }

    [Theory]
    [InlineData("order")]
    [InlineData("earlier/4")]
    [InlineData("tokens/0/token")]
    [InlineData("tokens/4/rows")]
    public async Task A_file_with_a_number_out_of_place_is_refused(string array)
    {
        using var bytes = new MemoryStream();
        await (await fitted.Value).SaveAsync(bytes);
        bytes.Position = 0;
        var archive = await ModelArchive.ReadAsync(bytes);
        var damaged = new ModelArchive();
        foreach (var (key, value) in archive.Json) damaged.Json[key] = value?.DeepClone();
        foreach (var name in archive.Names.Where(n => !n.EndsWith("#ends", StringComparison.Ordinal)))
            if (name.StartsWith("net/", StringComparison.Ordinal)) damaged.Add<float>(name, archive.Get<float>(name), [.. archive.Shape(name)]);
            else if (name.EndsWith("/texts", StringComparison.Ordinal)) damaged.Add(name, archive.GetStrings(name));
            else if (name.EndsWith("/token", StringComparison.Ordinal)) damaged.Add<ushort>(name, [.. archive.Get<ushort>(name).Select(v => (ushort)(v + (name == array ? 7 : 0)))]);
            else if (name.StartsWith("codec/", StringComparison.Ordinal) || name == "loss") damaged.Add<double>(name, archive.Get<double>(name));
            else damaged.Add<int>(name, [.. archive.Get<int>(name).Select(v => name == array ? -1 - v : v)]);
        using var file = new MemoryStream();
        await damaged.WriteAsync(file);
        file.Position = 0;
        var error = await Assert.ThrowsAsync<DataException>(() => ModelCatalog.Default.OpenAsync(file));
        Assert.Equal("SB5007", error.Code);
    }
}
