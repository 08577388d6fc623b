using Semblance.Numerics;
using Xunit;

namespace Semblance.Tests.Numerics.Tensors;

public sealed class SoftmaxTests
{
    /// <summary>Columns, and blocks as start, width pairs: with gaps before, between and after, of one column, of many.</summary>
    public static TheoryData<int, int, int[]> Cases => new()
    {
        { 1, 1, [0, 1] },
        { 3, 15, [0, 15] },
        { 17, 17, [2, 5, 7, 1, 9, 6] },
        { 33, 33, [0, 2, 2, 31] },
        { 5, 70, [0, 1, 1, 17, 20, 33, 60, 9] },
        { 16, 6, [0, 2, 2, 2, 4, 2] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Softmax_and_its_gradient_agree_with_central_differences(int rows, int columns, int[] places)
    {
        var blocks = Blocks(places);
        foreach (var threads in new[] { 1, 2 })
            GradientCheck.Run(1, [new(rows, columns)], (_, t) => t[0].Softmax(blocks), x => Softmax(x[0], rows, columns, blocks), range: 3, threads: threads);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_logarithm_of_softmax_agrees_with_central_differences(int rows, int columns, int[] places)
    {
        var blocks = Blocks(places);
        GradientCheck.Run(2, [new(rows, columns)], (_, t) => t[0].LogSoftmax(blocks), x => LogSoftmax(x[0], rows, columns, blocks), range: 3);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Cross_entropy_agrees_with_central_differences_with_targets_missing(int rows, int columns, int[] places)
    {
        var blocks = Blocks(places);
        var random = new RandomStream(new Seed(3), "targets").Sequence();
        var targets = new int[rows * blocks.Count];
        for (var i = 0; i < targets.Length; i++) targets[i] = random.NextBelow(4) == 0 ? -1 : random.NextBelow(blocks[i % blocks.Count].Width);
        targets[0] = 0;
        var weights = targets.Select(_ => 0.5f + (float)random.NextUnit()).ToArray();
        double[] Reference(double[][] x, float[]? w)
        {
            var logs = LogSoftmax(x[0], rows, columns, blocks);
            var sum = 0.0;
            for (var i = 0; i < targets.Length; i++)
                if (targets[i] >= 0) sum -= (w?[i] ?? 1) * logs[i / blocks.Count * columns + blocks[i % blocks.Count].Start + targets[i]];
            return [sum / rows];
        }
        GradientCheck.Run(3, [new(rows, columns)], (_, t) => t[0].SoftmaxCrossEntropy(blocks, targets), x => Reference(x, null), range: 3);
        GradientCheck.Run(4, [new(rows, columns)], (_, t) => t[0].SoftmaxCrossEntropy(blocks, targets, weights), x => Reference(x, weights), range: 3, threads: 2);
    }

    [Fact]
    public void Losses_of_rows_add_up_to_the_loss()
    {
        const int rows = 21;
        var blocks = ColumnBlocks.OfWidths(3, 4);
        using var tape = new Tape();
        var x = tape.Normal(new Shape(rows, 7), new RandomStream(new Seed(1), "x"), 0);
        var targets = Enumerable.Range(0, rows * 2).Select(i => i % 5 == 0 ? -1 : i % 3).ToArray();
        var each = new float[rows];
        var loss = x.SoftmaxCrossEntropy(blocks, targets, rowLosses: each).Scalar;
        var logs = x.LogSoftmax(blocks).Values.ToArray();
        for (var row = 0; row < rows; row++)
        {
            var expected = 0.0;
            for (var block = 0; block < 2; block++)
                if (targets[row * 2 + block] >= 0) expected -= logs[row * 7 + blocks[block].Start + targets[row * 2 + block]];
            Assert.Equal(expected, each[row], 1e-5);
        }
        Assert.Equal(each.Average(), loss, 1e-5f);
    }

    [Fact]
    public void Logits_far_apart_give_finite_losses_and_slopes()
    {
        using var tape = new Tape();
        var x = tape.Input([-1e30f, 300, 3e38f, 0, 1000, float.NegativeInfinity], new Shape(2, 3), gradient: true);
        var loss = x.SoftmaxCrossEntropy(ColumnBlocks.OfWidths(3), [2, 0]);
        Assert.Equal(500, loss.Scalar, 3);
        loss.Backward();
        Assert.Equal([0f, 0, 0, -0.5f, 0.5f, 0], x.Gradient.ToArray());
    }

    [Fact]
    public void A_loss_derived_twice_says_so()
    {
        using var tape = new Tape();
        var loss = tape.Input(new Shape(1, 2), gradient: true).SoftmaxCrossEntropy(ColumnBlocks.OfWidths(2), [1]);
        loss.Backward();
        Assert.Contains("SoftmaxCrossEntropy with a result of shape 1 was derived already", Assert.Throws<InvalidOperationException>(loss.Backward).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        using var tape = new Tape();
        var x = tape.Input(new Shape(2, 3));
        Assert.Equal("Softmax: the shape 2×3 does not fit; the blocks of columns end at 4", Assert.Throws<ArgumentException>(() => x.Softmax(ColumnBlocks.OfWidths(4))).Message);
        Assert.Contains("6 targets, not 2", Assert.Throws<ArgumentException>(() => x.SoftmaxCrossEntropy(ColumnBlocks.OfWidths(1, 1, 1), [0, 0])).Message, StringComparison.Ordinal);
        Assert.Contains("row 1 has a target outside its block of 3 columns", Assert.Throws<ArgumentOutOfRangeException>(() => x.SoftmaxCrossEntropy(ColumnBlocks.OfWidths(3), [0, 3])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => x.SoftmaxCrossEntropy(ColumnBlocks.OfWidths(3), [0, -2]));
        Assert.Throws<ArgumentException>(() => new ColumnBlocks(new ColumnBlock(0, 2), new ColumnBlock(1, 2)));
        Assert.Throws<ArgumentException>(() => new ColumnBlocks(new ColumnBlock(0, 0)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gumbel_softmax_agrees_with_central_differences_at_its_own_noise(int rows, int columns, int[] places)
    {
        var (blocks, stream) = (Blocks(places), new RandomStream(new Seed(5), "gumbel"));
        var noise = Gumbels(stream, 7, 100, rows, columns);
        double[] Noisy(double[] x)
        {
            var y = x.ToArray();
            for (var row = 0; row < rows; row++)
                for (var b = 0; b < blocks.Count; b++)
                    for (var j = blocks[b].Start; j < blocks[b].End; j++) y[row * columns + j] = (x[row * columns + j] + noise[row * columns + j]) / 0.7;
            return Softmax(y, rows, columns, blocks);
        }
        GradientCheck.Run(6, [new(rows, columns)], (_, t) => t[0].GumbelSoftmax(blocks, 0.7f, stream, 7, firstRow: 100), x => Noisy(x[0]), range: 2, tolerance: 4e-5);
    }

    [Fact]
    public void Hard_draws_are_whole_follow_the_probabilities_and_keep_the_soft_gradient()
    {
        const int rows = 20_000;
        var (blocks, stream) = (ColumnBlocks.OfWidths(3, 2), new RandomStream(new Seed(5), "gumbel"));
        using var tape = new Tape(2);
        float[] logits = [0, MathF.Log(2), MathF.Log(5), MathF.Log(0.25f), MathF.Log(0.75f)];
        var x = tape.Input(new Shape(rows, 5), gradient: true);
        for (var i = 0; i < rows; i++) logits.CopyTo(x.Values[(i * 5)..]);
        var hard = x.GumbelSoftmax(blocks, 0.5f, stream, 0, hard: true);
        var counts = new double[5];
        for (var row = 0; row < rows; row++)
        {
            var values = hard.Values.Slice(row * 5, 5);
            foreach (var value in values) Assert.True(value is 0 or 1);
            Assert.Equal((1f, 1f), (values[0] + values[1] + values[2], values[3] + values[4]));
            for (var j = 0; j < 5; j++) counts[j] += values[j] / (double)rows;
        }
        double[] expected = [0.125, 0.25, 0.625, 0.25, 0.75];
        for (var j = 0; j < 5; j++) Assert.InRange(counts[j], expected[j] - 4 * 0.5 / Math.Sqrt(rows), expected[j] + 4 * 0.5 / Math.Sqrt(rows)); // four standard errors

        var weights = tape.Uniform(hard.Shape, new RandomStream(new Seed(6), "weights"), 0);
        hard.Times(weights).Sum().Backward();
        var straight = x.Gradient.ToArray();
        var same = tape.Input(x.Values, x.Shape, gradient: true);
        same.GumbelSoftmax(blocks, 0.5f, stream, 0).Times(weights).Sum().Backward();
        Assert.Equal(same.Gradient.ToArray(), straight);
    }

    [Fact]
    public void Threads_change_no_bit_and_a_row_alone_gets_its_own_noise()
    {
        const int rows = 531, columns = 301;
        var (blocks, stream) = (new ColumnBlocks(new(1, 99), new(100, 2), new(110, 190)), new RandomStream(new Seed(8), "noise"));
        var targets = Enumerable.Range(0, rows * 3).Select(i => i % 3 == 1 ? i % 2 : i % 90 - 1).ToArray();
        float[] By(int threads)
        {
            using var tape = new Tape(threads);
            var x = tape.Normal(new Shape(rows, columns), stream, 1);
            var input = tape.Input(x.Values, x.Shape, gradient: true);
            var gumbel = input.GumbelSoftmax(blocks, 0.3f, stream, 2);
            var loss = gumbel.Times(x).Sum().Plus(input.SoftmaxCrossEntropy(blocks, targets)).Plus(input.LogSoftmax(blocks).Times(x).Mean());
            loss.Backward();
            return [loss.Scalar, .. gumbel.Values, .. input.Gradient];
        }
        var one = By(1);
        Assert.Equal(one, By(2));

        using var tape = new Tape();
        var row = tape.Normal(new Shape(rows, columns), stream, 1).Values.Slice(400 * columns, columns).ToArray();
        var alone = tape.Input(row, new Shape(1, columns)).GumbelSoftmax(blocks, 0.3f, stream, 2, firstRow: 400);
        Assert.Equal(one.AsSpan(1 + 400 * columns, columns).ToArray(), alone.Values.ToArray());
    }

    private static ColumnBlocks Blocks(int[] places) => new([.. places.Chunk(2).Select(p => new ColumnBlock(p[0], p[1]))]);

    private static double[] Gumbels(RandomStream stream, int step, long firstRow, int rows, int columns)
    {
        var noise = new double[rows * columns];
        for (var row = 0; row < rows; row++)
            for (var j = 0; j < columns; j++)
            {
                var (a, b, c, d) = Philox.Words(stream.Key, (uint)(firstRow + row), 0, (uint)(j / 4), (uint)step);
                var word = (j % 4) switch { 0 => a, 1 => b, 2 => c, _ => d };
                noise[row * columns + j] = -Math.Log(-Math.Log(((word >> 9) + 0.5) / 8388608));
            }
        return noise;
    }

    private static double[] Softmax(double[] x, int rows, int columns, ColumnBlocks blocks) => Each(x, rows, columns, blocks, Math.Exp);

    private static double[] LogSoftmax(double[] x, int rows, int columns, ColumnBlocks blocks) => Each(x, rows, columns, blocks, v => v);

    private static double[] Each(double[] x, int rows, int columns, ColumnBlocks blocks, Func<double, double> finish)
    {
        var y = x.ToArray();
        for (var row = 0; row < rows; row++)
            for (var b = 0; b < blocks.Count; b++)
            {
                var part = y.AsSpan(row * columns + blocks[b].Start, blocks[b].Width);
                var sum = 0.0;
                foreach (var value in part) sum += Math.Exp(value);
                for (var j = 0; j < part.Length; j++) part[j] = finish(part[j] - Math.Log(sum));
            }
        return y;
    }
}
