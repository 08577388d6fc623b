using Semblance.Numerics;
using Xunit;

namespace Semblance.Tests.Numerics.Tensors;

public sealed class ColumnsTests
{
    [Theory]
    [InlineData(4, 1, 0, 1)]
    [InlineData(6, 15, 3, 11)]
    [InlineData(2, 33, 16, 17)]
    public void Slices_agree_with_central_differences(int rows, int columns, int start, int width) => GradientCheck.Run(1, [new(rows, columns)],
        (_, t) => t[0].Slice(start, width), x => [.. Enumerable.Range(0, rows * width).Select(i => x[0][i / width * columns + start + i % width])]);

    [Fact]
    public void Columns_side_by_side_agree_with_central_differences() => GradientCheck.Run(2, [new(5, 3), new(5, 17), new(5, 1)],
        (_, t) => Tensor.Concat(t[0], t[1], t[2], t[0]),
        x => [.. Enumerable.Range(0, 5).SelectMany(i => x[0].Skip(3 * i).Take(3).Concat(x[1].Skip(17 * i).Take(17)).Append(x[2][i]).Concat(x[0].Skip(3 * i).Take(3)))]);

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(130)]
    public void Gathered_rows_agree_with_central_differences(int columns)
    {
        int[] rows = [3, 0, 3, 3, 1];
        GradientCheck.Run(3, [new(4, columns)], (_, t) => t[0].Gather(rows), x => [.. rows.SelectMany(row => x[0].Skip(row * columns).Take(columns))]);
    }

    [Fact]
    public void Another_shape_shares_memory_and_passes_its_gradient_on()
    {
        GradientCheck.Run(4, [new(6, 5)], (_, t) => t[0].Square().Reshape(new(2, 15)), x => [.. x[0].Select(v => v * v)]);
        GradientCheck.Run(5, [new(6, 5)], (_, t) => t[0].Reshape(new(2, 15)), x => x[0]);
        using var tape = new Tape();
        for (var step = 0; step < 3; step++)
        {
            tape.Clear();
            var x = tape.Input(new Shape(4, 6));
            x.Values.Fill(step);
            var y = x.Reshape(new(2, 12)).Reshape(new(2, 3, 4));
            Assert.True(x.Values == y.Values.Slice(0, 24));
            Assert.Equal(4 * 6 * 4, tape.Bytes); // one buffer for all three
        }
        Assert.Equal("Reshape: the shape 4×6 does not fit; it can't become 5, which holds 5 numbers instead of 24", Assert.Throws<ArgumentException>(() => tape.Input(new Shape(4, 6)).Reshape(new(5))).Message);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 15)]
    [InlineData(3, 17)]
    [InlineData(2, 33)]
    public void Rows_and_columns_spread_over_a_matrix_agree_with_central_differences(int rows, int columns)
    {
        Shape[] row = [new(rows, columns), new(columns)], column = [new(rows, columns), new(rows, 1)];
        GradientCheck.Run(6, row, (_, t) => t[0].PlusRow(t[1]), x => [.. x[0].Select((v, i) => v + x[1][i % columns])]);
        GradientCheck.Run(7, row, (_, t) => t[0].TimesRow(t[1]), x => [.. x[0].Select((v, i) => v * x[1][i % columns])]);
        GradientCheck.Run(8, column, (_, t) => t[0].PlusColumn(t[1]), x => [.. x[0].Select((v, i) => v + x[1][i / columns])]);
        GradientCheck.Run(9, column, (_, t) => t[0].TimesColumn(t[1]), x => [.. x[0].Select((v, i) => v * x[1][i / columns])]);
        GradientCheck.Run(10, [new(rows, columns)], (_, t) => t[0].ColumnMeans(), x => [.. Enumerable.Range(0, columns).Select(j => Enumerable.Range(0, rows).Average(i => x[0][i * columns + j]))]);
        GradientCheck.Run(11, [new(rows, columns)], (_, t) => t[0].RowNorms(), x => [.. x[0].Chunk(columns).Select(r => Math.Sqrt(r.Sum(v => v * v)))]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(33)]
    public void Functions_agree_with_central_differences(int columns)
    {
        Shape[] one = [new(3, columns)], two = [new(3, columns), new(3, columns)];
        double Positive(int input, int i, double v) => Math.Abs(v) + 0.2;
        double Apart(int input, int i, double v) => v + Math.Sign(v) * 0.01; // not at a kink
        GradientCheck.Run(12, one, (_, t) => t[0].Exp(), x => [.. x[0].Select(v => Math.Exp(v))], range: 2);
        GradientCheck.Run(13, one, (_, t) => t[0].Log(), x => [.. x[0].Select(v => Math.Log(v))], adjust: Positive);
        GradientCheck.Run(14, one, (_, t) => t[0].Square(), x => [.. x[0].Select(v => v * v)]);
        GradientCheck.Run(15, one, (_, t) => t[0].SquareRoot(), x => [.. x[0].Select(v => Math.Sqrt(v))], adjust: Positive);
        GradientCheck.Run(16, one, (_, t) => t[0].Reciprocal(), x => [.. x[0].Select(v => 1 / v)], adjust: Positive);
        GradientCheck.Run(17, one, (_, t) => t[0].Absolute(), x => [.. x[0].Select(v => Math.Abs(v))], adjust: Apart);
        GradientCheck.Run(18, one, (_, t) => t[0].Clip(-0.3f, 0.5f), x => [.. x[0].Select(v => Math.Clamp(v, -0.3f, 0.5f))]);
        GradientCheck.Run(19, two, (_, t) => t[0].Maximum(t[1]), x => [.. x[0].Select((v, i) => Math.Max(v, x[1][i]))]);
        GradientCheck.Run(20, two, (_, t) => t[0].Minimum(t[1]), x => [.. x[0].Select((v, i) => Math.Min(v, x[1][i]))]);
    }

    /// <summary>A layer that may not look at all inputs, as in autoregressive nets, is a layer whose weight is multiplied by a mask.</summary>
    [Fact]
    public void A_masked_layer_has_no_gradient_where_its_mask_is_zero()
    {
        float[] mask = [.. Enumerable.Range(0, 6 * 17).Select(i => i % 3 == 0 ? 0f : 1)];
        GradientCheck.Run(21, [new(4, 6), new(6, 17), new(17)], (tape, t) => t[0].Linear(t[1].Times(tape.Input(mask, new Shape(6, 17))), t[2]),
            x => LinearTests.Product(x[0], [.. x[1].Select((w, i) => w * mask[i])], 4, 6, 17, x[2]));
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        int[] rows = [.. Enumerable.Range(0, 900).Select(i => i * 7 % 400)];
        float[] By(int threads)
        {
            using var tape = new Tape(threads);
            var stream = new RandomStream(new Seed(2), "x");
            Tensor Draw(Shape shape, int step) => tape.Input(tape.Normal(shape, stream, step).Values, shape, gradient: true);
            Tensor x = Draw(new(400, 150), 0), row = Draw(new(150), 1), column = Draw(new(900, 1), 2);
            var y = x.Gather(rows).TimesRow(row).PlusColumn(column).Clip(-2, 2).TimesColumn(column).PlusRow(row);
            var loss = y.Maximum(y.Exp().Minimum(y.Square())).Sum().Plus(y.ColumnMeans().RowNorms());
            loss.Backward();
            return [loss.Scalar, .. x.Gradient, .. row.Gradient, .. column.Gradient];
        }
        Assert.Equal(By(1), By(2));
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        using var tape = new Tape();
        var x = tape.Input(new Shape(2, 3));
        Assert.Contains("TimesRow: the shapes 2×3 and 2 do not fit; the second must hold 3 numbers, one for each column", Assert.Throws<ArgumentException>(() => x.TimesRow(tape.Input(new Shape(2)))).Message, StringComparison.Ordinal);
        Assert.Contains("no 2 columns from column 2", Assert.Throws<ArgumentOutOfRangeException>(() => x.Slice(2, 2)).Message, StringComparison.Ordinal);
        Assert.Contains("Concat: the shapes 2×3 and 3×3", Assert.Throws<ArgumentException>(() => Tensor.Concat(x, tape.Input(new Shape(3, 3)))).Message, StringComparison.Ordinal);
        Assert.Contains("Gather: the shape 2×3 has 2 rows", Assert.Throws<ArgumentOutOfRangeException>(() => x.Gather([2])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => x.Clip(1, 0));
    }
}
