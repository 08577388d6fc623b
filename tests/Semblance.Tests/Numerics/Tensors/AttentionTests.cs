using Semblance.Numerics;
using Xunit;

namespace Semblance.Tests.Numerics.Tensors;

public sealed class AttentionTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 1, 1)]
    [InlineData(2, 3, 3, 2, 5, 5)]
    [InlineData(2, 17, 17, 2, 4, 4)]
    [InlineData(1, 15, 7, 3, 8, 3)]
    [InlineData(1, 5, 9, 2, 17, 3)]
    [InlineData(1, 18, 6, 1, 3, 33)]
    public void Attention_and_its_gradients_agree_with_central_differences(int batch, int length, int keys, int heads, int d, int e)
    {
        Shape[] shapes = [new(batch, length, heads * d), new(batch, keys, heads * d), new(batch, keys, heads * e)];
        GradientCheck.Run(1, shapes, (_, t) => t[0].Attention(t[1], t[2], heads), x => Naive(x[0], x[1], x[2], batch, length, keys, heads, (_, _, _) => true), range: 1.5, tolerance: 5e-5);
        GradientCheck.Run(2, shapes, (_, t) => t[0].Attention(t[1], t[2], heads, causal: true), x => Naive(x[0], x[1], x[2], batch, length, keys, heads, (_, i, j) => j <= i + keys - length), range: 1.5, tolerance: 5e-5);
        int[] lengths = [.. Enumerable.Range(0, batch).Select(b => b == 0 ? keys - 1 : keys)];
        GradientCheck.Run(3, shapes, (_, t) => t[0].Attention(t[1], t[2], heads, lengths: lengths), x => Naive(x[0], x[1], x[2], batch, length, keys, heads, (b, _, j) => j < lengths[b]), range: 1.5, tolerance: 5e-5);
        bool[] mask = [.. Enumerable.Range(0, length * keys).Select(i => i * 7 % 5 < 3 && i / keys != 2)];
        GradientCheck.Run(4, shapes, (_, t) => t[0].Attention(t[1], t[2], heads, mask: mask), x => Naive(x[0], x[1], x[2], batch, length, keys, heads, (_, i, j) => mask[i * keys + j]), range: 1.5, tolerance: 5e-5);
    }

    [Theory]
    [InlineData(1, 19, 2, 16, false)]
    [InlineData(2, 5, 3, 7, true)]
    public void Queries_keys_and_values_may_lie_side_by_side(int batch, int length, int heads, int d, bool causal) => GradientCheck.Run(
        5, [new(batch, length, 3 * heads * d)], (_, t) => t[0].SelfAttention(heads, causal),
        x =>
        {
            double[] Third(int part) => [.. Enumerable.Range(0, batch * length).SelectMany(row => x[0][(row * 3 * heads * d + part * heads * d)..(row * 3 * heads * d + (part + 1) * heads * d)])];
            return Naive(Third(0), Third(1), Third(2), batch, length, length, heads, (_, i, j) => !causal || j <= i);
        }, range: 1.5, tolerance: 5e-5);

    [Fact]
    public void One_tensor_may_be_queries_keys_and_values() => GradientCheck.Run(
        6, [new(2, 6, 10)], (_, t) => t[0].Attention(t[0], t[0], 2), x => Naive(x[0], x[0], x[0], 2, 6, 6, 2, (_, _, _) => true), tolerance: 5e-5);

    [Fact]
    public void A_causal_step_does_not_change_with_what_comes_later()
    {
        using var tape = new Tape();
        const int length = 20, columns = 3 * 32;
        var x = SequenceData.Random(tape, 1, new Shape(1, length, columns));
        var before = x.SelfAttention(2, causal: true).Values.ToArray();
        for (var t = length - 1; t > 0; t--)
        {
            x.Values[(t * columns)..].Fill(100 + t);
            var after = x.SelfAttention(2, causal: true).Values.ToArray();
            Assert.Equal(before[..(t * 32)], after[..(t * 32)]);
            Assert.NotEqual(before[(t * 32)..], after[(t * 32)..]);
        }
    }

    [Fact]
    public void The_last_step_alone_with_keys_of_all_has_the_bits_of_the_whole()
    {
        using var tape = new Tape();
        const int length = 21, columns = 32;
        Tensor q = SequenceData.Random(tape, 1, new Shape(1, length, columns)), k = SequenceData.Random(tape, 2, q.Shape), v = SequenceData.Random(tape, 3, q.Shape);
        var whole = q.Attention(k, v, 2, causal: true).Values[((length - 1) * columns)..].ToArray();
        var last = tape.Input(q.Values[((length - 1) * columns)..], new Shape(1, 1, columns));
        Assert.Equal(whole, last.Attention(k, v, 2, causal: true).Values.ToArray());
    }

    [Fact]
    public void A_query_that_sees_nothing_gets_zeros_and_passes_none_back()
    {
        using var tape = new Tape();
        var x = SequenceData.Random(tape, 1, new Shape(2, 3, 12));
        var y = x.SelfAttention(2, lengths: [0, 3]);
        Assert.All(y.Values[..12].ToArray(), v => Assert.Equal(0, v));
        y.Times(y).Sum().Plus(x.Sum()).Backward(); // the sum's gradient arrives first, and must not be lost where attention has none
        Assert.All(x.Gradient[..36].ToArray(), v => Assert.Equal(1, v));
        Assert.Contains(x.Gradient[36..].ToArray(), v => v != 1);
    }

    [Fact]
    public void Two_threads_give_the_bits_of_one()
    {
        Assert.Equal(Bits(1), Bits(2));

        static float[] Bits(int threads)
        {
            using var tape = new Tape(threads);
            var x = SequenceData.Random(tape, 1, new Shape(40, 24, 3 * 64));
            var y = x.SelfAttention(4, causal: true);
            y.Times(y).Sum().Backward();
            return [.. y.Values, .. x.Gradient];
        }
    }

    [Fact]
    public void Bad_use_is_named()
    {
        using var tape = new Tape();
        var x = tape.Input(new Shape(2, 3, 12));
        Assert.Contains("SelfAttention: the shape 2×3×12 does not fit", Assert.Throws<ArgumentException>(() => x.SelfAttention(3)).Message, StringComparison.Ordinal);
        Assert.Contains("2×3×12 and 1×3×12", Assert.Throws<ArgumentException>(() => x.Attention(tape.Input(new Shape(1, 3, 12)), x, 2)).Message, StringComparison.Ordinal);
        Assert.Contains("lengths", Assert.Throws<ArgumentException>(() => x.SelfAttention(2, lengths: [4, 1])).Message, StringComparison.Ordinal);
        Assert.Contains("mask", Assert.Throws<ArgumentException>(() => x.SelfAttention(2, mask: [true])).Message, StringComparison.Ordinal);
    }

    /// <summary>Attention in double, as it is written down; the test tells which key j a query i of sequence b sees.</summary>
    internal static double[] Naive(double[] q, double[] k, double[] v, int batch, int length, int keys, int heads, Func<int, int, int, bool> sees)
    {
        var (columns, valueColumns) = (q.Length / batch / length, v.Length / batch / keys);
        var (d, e) = (columns / heads, valueColumns / heads);
        var y = new double[batch * length * valueColumns];
        for (var b = 0; b < batch; b++)
            for (var h = 0; h < heads; h++)
                for (var i = 0; i < length; i++)
                {
                    var weights = new double[keys];
                    for (var j = 0; j < keys; j++)
                    {
                        if (!sees(b, i, j)) continue;
                        var score = 0.0;
                        for (var p = 0; p < d; p++) score += q[(b * length + i) * columns + h * d + p] * k[(b * keys + j) * columns + h * d + p];
                        weights[j] = Math.Exp(score / Math.Sqrt(d));
                    }
                    var sum = weights.Sum();
                    for (var p = 0; p < e; p++)
                        for (var j = 0; j < keys && sum > 0; j++) y[(b * length + i) * valueColumns + h * e + p] += weights[j] / sum * v[(b * keys + j) * valueColumns + h * e + p];
                }
        return y;
    }
}
