using Semblance.Data;
using Semblance.Formats;
using Semblance.Models;
using Semblance.Numerics;

namespace Semblance.Tests.Models;

public sealed class TvaeTests
{
    private static readonly Run run = Run.With(7);
    private static readonly Table real = MadeTable.Of(4_000, 1);
    private static readonly Lazy<Task<IGenerator<Table>>> fitted = new(() => real.FitAsync(new Tvae { Epochs = 50 }, run));

    // Standard error of a share of 6,000 rows is below 0.0065; 0.03 is 4.6 of them: false alarm below 1 in 100,000 per assert.
    private const double Slack = 0.03;

    private static async Task<Table> Made(string? where = null, int rows = 6_000) =>
        await (await fitted.Value).GenerateAsync(new Request(rows) { Where = where is null ? null : new Condition(where) }, Run.With(8));

    [Fact]
    public async Task Keeps_a_relation_that_only_two_columns_together_show()
    {
        var made = await Made();
        var (left, right, both) = (MadeTable.Codes(made, "left"), MadeTable.Codes(made, "right"), MadeTable.Codes(made, "both"));
        Assert.InRange(MadeTable.Share(made, i => both[i] == (left[i] ^ right[i])), 0.975 - 2 * Slack, 1);
    }

    [Fact]
    public async Task Keeps_means_within_groups_and_spikes()
    {
        var made = await Made();
        var (height, spiky) = (MadeTable.Values(made, "height"), MadeTable.Values(made, "spiky"));
        bool Scarce(int i) => made["group"].Text(i) == "scarce";
        Assert.InRange(MadeTable.Share(made, Scarce), 0.2 - Slack, 0.2 + Slack);
        // standard deviation 10, at least 1,000 rows: 5 standard errors of made and real together are about 2
        Assert.InRange(Enumerable.Range(0, made.Rows).Where(Scarce).Average(i => height[i]), 177, 183);
        Assert.InRange(Enumerable.Range(0, made.Rows).Where(i => !Scarce(i)).Average(i => height[i]), 149, 151);
        Assert.InRange(MadeTable.Share(made, i => spiky[i] == 0), 0.625 - Slack, 0.625 + Slack);
    }

    [Theory]
    [InlineData("group = 'scarce' and height >= 195")] // 1.3 % of rows: weighted resampling
    [InlineData("height < 150")] // frequent: drawn again
    public async Task A_condition_moves_the_other_columns_as_in_the_data(string where)
    {
        var made = await Made(where, 2_000);
        Assert.Equal(2_000, made.Where(new Condition(where)).Rows);
        var kept = real.Where(new Condition(where));
        double Zero(Table t) => MadeTable.Share(t, i => MadeTable.Values(t, "spiky")[i] == 0);
        double Scarce(Table t) => MadeTable.Share(t, i => t["group"].Text(i) == "scarce");
        // rows of `kept` may be few: four standard errors of a share of that many, and the model's own error
        var slack = 4 * 0.5 / Math.Sqrt(kept.Rows) + 0.03;
        Assert.InRange(Scarce(made), Scarce(kept) - slack, Scarce(kept) + slack);
        Assert.InRange(Zero(made), Zero(kept) - slack, Zero(kept) + slack);
    }

    /// <summary>Restrictions on lines and levels at once: the mean weight is the share of free rows that satisfy them, within 5 standard errors of both (one false alarm in 10^6).</summary>
    [Fact]
    public async Task Weights_of_a_condition_add_up_to_its_probability()
    {
        var generator = (TabularGenerator)await fitted.Value;
        const int rows = 40_000;
        bool[] Upper(int column, int parts) => [.. Enumerable.Range(0, generator.Codecs[column].Cells).Select(cell => cell >= generator.Codecs[column].Cells * (parts - 1) / parts)];
        bool[]?[] allowed = [null, null, null, [false, true], Upper(4, 4), Upper(5, 2)];
        var free = Draw(generator, rows, null);
        var holds = Enumerable.Range(0, rows).Count(row => Enumerable.Range(0, 6).All(c => allowed[c]?[free.Cells[c][row]] ?? true)) / (double)rows;
        Assert.InRange(holds, 0.002, 0.05);
        var held = Draw(generator, rows, allowed);
        for (var c = 3; c < 6; c++) Assert.All(held.Cells[c], cell => Assert.True(allowed[c]![cell]));
        double mean = held.Weights!.Average(), variance = held.Weights!.Average(w => (w - mean) * (w - mean));
        Assert.InRange(mean, holds - 5 * Math.Sqrt((holds + variance) / rows), holds + 5 * Math.Sqrt((holds + variance) / rows));
        // components are drawn by what they leave possible: without that, weights are worth less
        Assert.True(mean * mean / (mean * mean + variance) > 0.1, $"effective share {mean * mean / (mean * mean + variance):0.00}");
    }

    [Fact]
    public async Task Marginals_are_right_to_sampling_error()
    {
        var generator = (TabularGenerator)await fitted.Value;
        const int rows = 100_000;
        var (free, cells) = (Draw(generator, rows, null), real.Rows);
        for (var c = 0; c < 5; c++)
        {
            var encoded = new int[cells];
            generator.Codecs[c].Encode(real.Columns[c], encoded);
            var edge = encoded.Where(cell => cell >= 0).Order().ElementAt(cells / 3);
            double wanted = encoded.Count(cell => cell <= edge) / (double)cells, given = free.Cells[c].Count(cell => cell <= edge) / (double)rows;
            // correction from 65,536 rows, draws of 100,000: standard error below 0.0026
            Assert.InRange(given, wanted - 0.013, wanted + 0.013);
        }
    }

    [Fact]
    public async Task The_loss_falls_and_is_told()
    {
        var losses = (await fitted.Value).About.LossCurve;
        Assert.True(losses.Length > 2);
        Assert.True(losses.Min() < losses[0] - 0.5, $"{losses[0]:0.00} nats a row at first, {losses.Min():0.00} at best");
    }

    [Fact]
    public void The_density_of_a_mixture_is_that_of_the_formula()
    {
        using var parameters = new Parameters(new RandomStream(new Seed(3), "mixture"));
        var mixture = new NormalMixture(parameters, "m", 3, 2);
        parameters.All[0].Values[1] = 1;
        float[] logs = [0.5f, -1, 0, 1, -0.3f, 0.2f];
        logs.CopyTo(parameters.All[2].Values);
        float[] z = [0.3f, -1.2f, 2, 0.1f];
        using var tape = new Tape();
        var given = mixture.NegativeLogDensity(tape.Input(z, new Shape(2, 2))).Scalar;
        var expected = 0.0;
        for (var row = 0; row < 2; row++)
        {
            var sum = 0.0;
            for (var k = 0; k < 3; k++)
            {
                var p = mixture.Probabilities()[k];
                for (var j = 0; j < 2; j++)
                    p *= Math.Exp(-0.5 * (logs[2 * k + j] + Math.Pow(z[2 * row + j] - mixture.Means[2 * k + j], 2) / Math.Exp(logs[2 * k + j])));
                sum += p;
            }
            expected -= Math.Log(sum) / 2;
        }
        Assert.Equal(expected, given, 1e-5);
        Assert.Equal(Math.E / (Math.E + 2), mixture.Probabilities()[1], 1e-9);
    }

    [Theory]
    [InlineData("modes")]
    [InlineData("units")]
    [InlineData("components")]
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

    private static SampleBlock Draw(TabularGenerator generator, int rows, bool[]?[]? allowed)
    {
        RandomStream[] Streams(string path, int count) => [.. Enumerable.Range(0, count).Select(i => new RandomStream(new Seed(9), $"{path}/{i}"))];
        var weights = new double[rows];
        Array.Fill(weights, 1.0);
        var block = new SampleBlock(Streams("cell", generator.Codecs.Length), [.. Enumerable.Range(0, rows).Select(i => (long)i)], 0, Streams("shared", SampleBlock.MostFours)) { Allowed = allowed, Weights = weights };
        generator.Sampler.Sample(block);
        return block;
    }
}
