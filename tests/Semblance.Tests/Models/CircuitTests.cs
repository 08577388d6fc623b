using Semblance.Codecs;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Models;
using Semblance.Numerics;

namespace Semblance.Tests.Models;

public sealed class CircuitTests
{
    private static readonly Run One = Run.With(1) with { Threads = 1 };

    // ---- a circuit small enough for a pencil

    /// <summary>Two yes/no columns, the second below the first, two components.</summary>
    private static CircuitComponents Tiny()
    {
        var columns = new[] { Yes(), Yes() };
        var tree = new CircuitTree(columns, [-1, 0], [[], [0, 0]]);
        var tiny = new CircuitComponents(tree, 2);
        Set(tiny.Weights, 0.6f, 0.4f);
        // the first column: no, yes for each component
        Set(tiny.Levels[0], 0.9f, 0.2f, 0.1f, 0.8f);
        // the second, above it `no`, then `yes`
        Set(tiny.Levels[1], 0.7f, 0.5f, 0.3f, 0.5f, 0.25f, 1f, 0.75f, 0f);
        return tiny;

        static CircuitColumn Yes() => CircuitColumn.Learn(ColumnCodec.Learn(new CategoryColumn(new("c", ColumnKind.Category), [.. Enumerable.Range(0, 40).Select(i => i % 8 < 5 ? 0 : 1)], ["no", "yes"]), 3),
            [.. Enumerable.Range(0, 40).Select(i => (ushort)(i % 8 < 5 ? 0 : 1))]);
        static void Set(float[] to, params float[] values) => values.CopyTo(to, 0);
    }

    [Fact]
    public void Likelihoods_are_those_of_a_pencil()
    {
        var tiny = Tiny();
        foreach (var (a, b, expected) in new[]
        {
            (0, 0, 0.6 * 0.9 * 0.7 + 0.4 * 0.2 * 0.5), (0, 1, 0.6 * 0.9 * 0.3 + 0.4 * 0.2 * 0.5),
            (1, 0, 0.6 * 0.1 * 0.25 + 0.4 * 0.8 * 1.0), (1, 1, 0.6 * 0.1 * 0.75 + 0.4 * 0.8 * 0.0),
        })
            Assert.Equal(expected, FastMath.Exp(LogLikelihood(tiny, [a, b], [0, 0])), 1e-6);
    }

    /// <summary>1 of 10^6 runs would miss the bound of 5 standard errors by chance; the seed is fixed.</summary>
    [Fact]
    public void Rows_come_as_often_as_their_likelihood_says()
    {
        var counts = new int[4];
        var block = Draw(new CircuitSampler(Tiny()), 2, 100_000, null);
        for (var row = 0; row < block.Rows.Length; row++) counts[2 * block.Cells[0][row] + block.Cells[1][row]]++;
        for (var i = 0; i < 4; i++)
        {
            var p = FastMath.Exp(LogLikelihood(Tiny(), [i / 2, i % 2], [0, 0]));
            Assert.InRange(counts[i] / 100_000.0, p - 5 * Math.Sqrt(p * (1 - p) / 100_000), p + 5 * Math.Sqrt(p * (1 - p) / 100_000));
        }
    }

    [Fact]
    public void A_condition_below_changes_what_is_drawn_above_it()
    {
        // second column `yes`: (0, 1) has .202, (1, 1) has .045
        var block = Draw(new CircuitSampler(Tiny()), 2, 100_000, [null, [false, true]]);
        Assert.All(block.Cells[1], cell => Assert.Equal(1, cell));
        Assert.All(block.Weights!, w => Assert.Equal(0.247, w, 1e-6));
        var p = 0.045 / 0.247;
        Assert.InRange(block.Cells[0].Average(), p - 5 * Math.Sqrt(p * (1 - p) / 100_000), p + 5 * Math.Sqrt(p * (1 - p) / 100_000));
    }

    // ---- fitted circuits

    /// <summary>Rows of three and more restricted categories: the weight of each row is the sum over all rows that the restrictions leave, and nothing is lost or gained by resampling.</summary>
    [Fact]
    public async Task Conditions_on_categories_weigh_what_enumeration_gives()
    {
        var real = MadeTable.Of(3_000, 5).Columns.Take(4).ToArray();
        using var generator = (TabularGenerator)await new Table([.. real]).FitAsync(new Circuit { Components = 12 }, One);
        var sampler = generator.Sampler;
        var archive = new ModelArchive();
        sampler.Save(archive);
        var components = CircuitComponents.Load(archive, new TabularParts(generator.Schema, generator.Codecs));
        var total = 0.0;
        bool[]?[] allowed = [[true, false], null, [false, true], [false, true]];
        var odds = new double[2];
        for (var cells = 0; cells < 16; cells++)
        {
            int[] row = [cells & 1, cells >> 1 & 1, cells >> 2 & 1, cells >> 3];
            var p = FastMath.Exp(LogLikelihood(components, row, new double[4]));
            total += p;
            if (row[0] == 0 && row[2] == 1 && row[3] == 1) odds[row[1]] += p;
        }
        Assert.Equal(1, total, 1e-5);
        var block = Draw(sampler, 4, 50_000, allowed);
        Assert.All(block.Weights!, w => Assert.Equal(1, w / odds.Sum(), 1e-4));
        var share = odds[1] / odds.Sum();
        // 5 standard errors: less than one false alarm in 10^6
        Assert.InRange(block.Cells[1].Average(), share - 5 * Math.Sqrt(share * (1 - share) / 50_000), share + 5 * Math.Sqrt(share * (1 - share) / 50_000));
    }

    /// <summary>Restrictions on lines and levels at once: the mean weight is the share of free rows that satisfy them (5 standard errors of both), and effective tries stay many.</summary>
    [Fact]
    public async Task Weights_of_conditions_on_numbers_add_up_to_their_probability()
    {
        using var generator = (TabularGenerator)await MadeTable.Of(4_000, 6).FitAsync(new Circuit(), One);
        var codecs = generator.Codecs;
        bool[]?[] allowed = [null, null, null, [false, true], Half(codecs[4].Cells, 3), Half(codecs[5].Cells, 2)];
        var free = Draw(generator.Sampler, 6, 100_000, null);
        var holds = Enumerable.Range(0, 100_000).Count(row => Enumerable.Range(0, 6).All(c => allowed[c]?[free.Cells[c][row]] ?? true)) / 100_000.0;
        var block = Draw(generator.Sampler, 6, 20_000, allowed);
        for (var c = 0; c < 6; c++)
            if (allowed[c] is { } ok) Assert.All(block.Cells[c], cell => Assert.True(ok[cell]));
        double mean = block.Weights!.Average(), square = block.Weights!.Average(w => w * w);
        Assert.InRange(holds, 0.01, 0.2);
        Assert.InRange(mean, holds - 5 * Math.Sqrt(holds / 100_000 + square / 20_000), holds + 5 * Math.Sqrt(holds / 100_000 + square / 20_000));
        Assert.InRange(mean * mean / square, 0.5, 1.0001);

        static bool[] Half(int cells, int part) => [.. Enumerable.Range(0, cells).Select(cell => cell >= cells - cells / part)];
    }

    [Fact]
    public void Expectation_maximisation_never_lowers_the_likelihood()
    {
        var (tree, levels, scores) = Seen(MadeTable.Of(2_000, 3));
        using var learning = new CircuitLearning(tree, levels, scores, 8, new(0, 0, 0), One);
        using var gang = new Gang(2);
        var all = Enumerable.Range(0, 2_000).ToArray();
        learning.Start(gang, all.AsSpan(0, 8), 3);
        var before = double.NegativeInfinity;
        double first = 0;
        for (var round = 0; round < 25; round++)
        {
            var now = learning.Expect(gang, all);
            if (round == 0) first = now;
            Assert.True(now > before - 0.05, $"round {round}: {before} became {now}"); // sums of 2,000 logarithms in single precision
            before = now;
            learning.Gather(gang, all, 0, 1);
            learning.Maximise(gang);
        }
        Assert.True(before > first + 200);
    }

    [Fact]
    public void The_kernel_gives_the_likelihood_of_the_definition()
    {
        var (tree, levels, scores) = Seen(MadeTable.Of(1_000, 4));
        using var learning = new CircuitLearning(tree, levels, scores, 21, new(1, 0.5, 1), One);
        using var gang = new Gang(1);
        var all = Enumerable.Range(0, 1_000).ToArray();
        learning.Start(gang, all.AsSpan(0, 21), 3);
        for (var round = 0; round < 3; round++)
        {
            learning.Expect(gang, all);
            learning.Gather(gang, all, 0, 1);
            learning.Maximise(gang);
        }
        foreach (var row in all.Take(50))
        {
            var slow = LogLikelihood(learning.Components, [.. levels.Select(l => (int)l[row])], [.. scores.Select(s => (double)s[row])]);
            Assert.Equal(slow, learning.Expect(gang, [row]), 2e-3);
        }
    }

    /// <summary>What a table of 500 rows and 20 unrelated columns could teach beyond its marginals is chance: fresh rows must stay as likely as if columns were alone.</summary>
    [Fact]
    public void Few_rows_are_not_learned_by_heart()
    {
        var random = new RandomStream(new Seed(8), "unrelated").Sequence();
        var real = Unrelated(500, ref random);
        var (tree, levels, scores) = Seen(real);
        CircuitTraining? best = null;
        foreach (var count in CircuitTraining.Counts(new Circuit(), tree, 500))
        {
            using var training = new CircuitTraining(new Circuit(), tree, levels, scores, count, One);
            training.Learn(One, default);
            if (best is null || training.Held > best.Held) best = training;
        }
        double mine = 0, alone = 0;
        const int fresh = 400;
        for (var row = 0; row < fresh; row++)
        {
            var cells = new int[20];
            var places = new double[20];
            for (var c = 0; c < 20; c++)
            {
                if (tree.Columns[c].HasLine)
                {
                    (cells[c], places[c]) = (tree.Columns[c].Line, random.NextNormal());
                    alone -= 0.5 * (FastMath.Log(2 * Math.PI) + places[c] * places[c]);
                }
                else alone += FastMath.Log(tree.Columns[c].Shares[cells[c] = random.NextBelow(4)]);
            }
            mine += LogLikelihood(best!.Best, cells, places);
        }
        Assert.True(mine / fresh > alone / fresh - 1.0, $"{mine / fresh} a row, {alone / fresh} if columns were alone");
    }

    [Theory]
    [InlineData("components", "-1")]
    [InlineData("components", "8193")]
    [InlineData("epochs", "0")]
    [InlineData("smoothing", "-0.1")]
    public async Task Settings_out_of_range_are_refused(string key, string value)
    {
        var model = ModelCatalog.Default.Create("circuit", [new(key, value)]);
        Assert.Equal("SB2022", (await Assert.ThrowsAsync<RecipeException>(() => MadeTable.Of(100, 1).FitAsync(model, One))).Code);
    }

    [Theory]
    [InlineData("components", "no distribution")]
    [InlineData("column/0/given", "no distribution")]
    [InlineData("column/4/line", "out of range")]
    [InlineData("column/4/levels", "on no level")]
    [InlineData("column/4/counts", "not counted")]
    [InlineData("tree", "no tree")]
    public async Task A_file_that_lies_is_refused(string array, string why)
    {
        using var generator = (TabularGenerator)await MadeTable.Of(1_000, 2).FitAsync(new Circuit(), One);
        var sound = new ModelArchive();
        generator.Sampler.Save(sound);
        var parts = new TabularParts(generator.Schema, generator.Codecs);
        Circuit.Load(sound, parts);
        var lying = new ModelArchive();
        foreach (var name in sound.Names)
        {
            // the greatest number of the array's type in the first place
            if (name == "tree" || name.EndsWith("levels", StringComparison.Ordinal) || name.EndsWith("shape", StringComparison.Ordinal)) lying.Add<int>(name, Spoil(sound.Get<int>(name), name == array, int.MaxValue));
            else if (name.EndsWith("counts", StringComparison.Ordinal) || name.EndsWith("ends", StringComparison.Ordinal) || name.EndsWith("places", StringComparison.Ordinal)) lying.Add<double>(name, Spoil(sound.Get<double>(name), name == array, double.NaN));
            else lying.Add<float>(name, Spoil(sound.Get<float>(name), name == array, 1e30f));
        }
        var refusal = Assert.Throws<DataException>(() => Circuit.Load(lying, parts));
        Assert.Equal("SB5007", refusal.Code);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);

        static T[] Spoil<T>(T[] values, bool really, T by)
        {
            if (really) values[0] = by;
            return values;
        }
    }

    private static (CircuitTree Tree, byte[][] Levels, float[][] Scores) Seen(Table real)
    {
        var table = CellTable.Learn(real, Semblance.Codecs.ColumnEncodings.None, One, default);
        var columns = new CircuitColumn[table.Codecs.Length];
        var levels = new byte[columns.Length][];
        var scores = new float[columns.Length][];
        for (var c = 0; c < columns.Length; c++)
        {
            columns[c] = CircuitColumn.Learn(table.Codecs[c], table.Cells[c]);
            (levels[c], scores[c]) = columns[c].Place(table.Cells[c], One.Stream($"scores/{c}"));
        }
        return (CircuitTree.Learn(columns, levels, scores, One, default), levels, scores);
    }

    /// <summary>The definition, level by level and score by score; scores of rows that are not on the line are not read.</summary>
    private static double LogLikelihood(CircuitComponents circuit, int[] levels, double[] scores)
    {
        var tree = circuit.Tree;
        var sum = 0.0;
        for (var k = 0; k < circuit.Count; k++)
        {
            double p = circuit.Weights[k];
            for (var c = 0; c < levels.Length; c++)
            {
                var above = tree.Parents[c];
                var (level, score) = above < 0 ? (0, 0.0) : (levels[above], scores[above]);
                if (circuit.Levels[c].Length > 0) p *= circuit.Levels[c][(tree.KeyOf(c, level, score) * tree.Columns[c].Levels + levels[c]) * circuit.Count + k];
                if (levels[c] != tree.Columns[c].Line) continue;
                var off = scores[c] - circuit.Start[c][k] - circuit.Slope[c][k] * tree.PlaceOf(c, level, score);
                p *= FastMath.Exp(-0.5 * off * off / circuit.Variance[c][k]) / Math.Sqrt(2 * Math.PI * circuit.Variance[c][k]);
            }
            sum += p;
        }
        return FastMath.Log(sum);
    }

    private static SampleBlock Draw(ISampler sampler, int columns, int rows, bool[]?[]? allowed)
    {
        var streams = Enumerable.Range(0, columns).Select(c => new RandomStream(new Seed(11), $"draw/{c}")).ToArray();
        var block = new SampleBlock(streams, [.. Enumerable.Range(0, rows).Select(i => (long)i)], 0) { Allowed = allowed, Weights = allowed is null ? null : [.. Enumerable.Repeat(1.0, rows)] };
        sampler.Sample(block);
        return block;
    }

    private static Table Unrelated(int rows, ref RandomSequence random)
    {
        var columns = new Column[20];
        for (var c = 0; c < 20; c++)
        {
            var codes = new int[rows];
            var values = new double[rows];
            for (var row = 0; row < rows; row++) (codes[row], values[row]) = (random.NextBelow(4), Math.Round(random.NextNormal(), 3));
            columns[c] = c % 2 == 0 ? new NumberColumn(new ColumnSchema($"x{c}", ColumnKind.Decimal) { Number = new(0, 3) }, values) : new CategoryColumn(new($"c{c}", ColumnKind.Category), codes, ["p", "q", "r", "s"]);
        }
        return new Table([.. columns]);
    }
}
