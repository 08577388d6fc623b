using Semblance.Numerics;
using Xunit;

namespace Semblance.Tests.Numerics.Tensors;

public sealed class EmbeddingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(33)]
    public void Rows_looked_up_pass_their_gradients_back(int d)
    {
        int[] indices = [2, 0, 4, 2, 2, 1];
        GradientCheck.Run(1, [new(5, d)], (_, t) => t[0].Embedding(indices), x => [.. indices.SelectMany(i => x[0][(i * d)..((i + 1) * d)])]);
        GradientCheck.Run(2, [new(5, d)], (_, t) => t[0].Embedding(indices, length: 3), x => [.. indices.SelectMany(i => x[0][(i * d)..((i + 1) * d)])]);
    }

    [Theory]
    [InlineData(EmbeddingForm.Concatenated, "2×9")]
    [InlineData(EmbeddingForm.Summed, "2×3")]
    [InlineData(EmbeddingForm.Sequence, "2×3×3")]
    public void Columns_have_ranges_of_the_table_to_themselves(EmbeddingForm form, string shape)
    {
        const int d = 3;
        int[] codes = [1, 0, 2, 1, 1, 0], offsets = [0, 2, 4];
        using var tape = new Tape();
        Assert.Equal(shape, tape.Input(new Shape(7, d)).Embedding(codes, offsets, form).Shape.ToString());
        GradientCheck.Run(3, [new(7, d)], (_, t) => t[0].Embedding(codes, offsets, form), x =>
        {
            var all = codes.SelectMany((code, i) => x[0][((offsets[i % 3] + code) * d)..((offsets[i % 3] + code + 1) * d)]).ToArray();
            return form != EmbeddingForm.Summed ? all : [.. Enumerable.Range(0, 2 * d).Select(i => Enumerable.Range(0, 3).Sum(c => all[i / d * 3 * d + c * d + i % d]))];
        });
    }

    [Theory]
    [InlineData(7)]
    [InlineData(5000)]
    public void Two_threads_give_the_bits_of_one(int rows)
    {
        Assert.Equal(Bits(1), Bits(2));

        float[] Bits(int threads)
        {
            using var tape = new Tape(threads);
            var table = SequenceData.Random(tape, 1, new Shape(rows, 17));
            var codes = Enumerable.Range(0, 6000).Select(i => i * i % (rows / 2)).ToArray();
            var y = table.Embedding(codes, [0, rows / 2], EmbeddingForm.Summed);
            y.Times(y).Sum().Backward();
            return [.. y.Values, .. table.Gradient];
        }
    }

    [Fact]
    public void A_row_that_the_table_has_not_is_named()
    {
        using var tape = new Tape();
        var table = tape.Input(new Shape(5, 2));
        Assert.Contains("element 1 leads to row 5 of a table of 5", Assert.Throws<ArgumentOutOfRangeException>(() => table.Embedding([0, 5])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Embedding([0, -1], [0, 3], EmbeddingForm.Summed));
        Assert.Throws<ArgumentException>(() => table.Embedding([0, 1, 2], [0, 3], EmbeddingForm.Summed));
        Assert.Throws<ArgumentException>(() => table.Embedding([0, 1, 2], length: 2));
    }
}
