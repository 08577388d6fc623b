using FsCheck;
using FsCheck.Fluent;
using Semblance.Numerics;
using Xunit;

namespace Semblance.Tests.Numerics.Tensors;

public sealed unsafe class GemmTests
{
    private static readonly int[] Sizes = [0, 1, 2, 3, 5, 13, 14, 15, 16, 17, 28, 31, 32, 33, 47, 64, 65, 101];

    /// <summary>Every order of strides, every edge, more than one pass over k; 200 random cases.</summary>
    [Fact]
    public void Products_agree_with_sums_in_double_and_every_tier_and_thread_count_gives_the_same_bits()
    {
        using var one = new Gang(1);
        using var two = new Gang(2);
        var cases = from m in Gen.Elements(Sizes) from n in Gen.Elements(Sizes) from k in Gen.Elements([.. Sizes, 1023, 1025]) from kind in Gen.Choose(0, 31) select (m, n, k, kind);
        foreach (var (m, n, k, kind) in cases.Sample(200, 200)) Check(one, two, m, n, k, (kind & 1) != 0, (kind & 2) != 0, (kind & 4) != 0, (kind & 12) == 8, (kind & 16) != 0);
    }

    [Theory]
    [InlineData(300, 5000, 20)] // more than one pass over the columns
    [InlineData(3000, 40, 70)]
    [InlineData(10, 3000, 90)] // few rows: the columns are shared out
    public void Large_products_agree_too(int m, int n, int k)
    {
        using var one = new Gang(1);
        using var two = new Gang(2);
        Check(one, two, m, n, k, false, false, false, true, false);
    }

    private static void Check(Gang one, Gang two, int m, int n, int k, bool turnA, bool turnB, bool accumulate, bool hasBias, bool spaced)
    {
        var random = new RandomStream(new Seed(7), $"{m}/{n}/{k}").Sequence();
        var gap = spaced ? 3 : 0; // rows further apart than they are long
        using NativeBuffer a = Random((m + gap) * (k + gap)), b = Random((k + gap) * (n + gap)), bias = Random(n), c = Random(m * (n + gap));
        var left = turnA ? new Matrix(a.Data, k, m, m + gap, 1).Transposed : new Matrix(a.Data, m, k, k + gap, 1);
        var right = turnB ? new Matrix(b.Data, n, k, k + gap, 1).Transposed : new Matrix(b.Data, k, n, n + gap, 1);
        var expected = new double[m, n];
        for (var i = 0; i < m; i++)
            for (var j = 0; j < n; j++)
            {
                var sum = accumulate ? c.Data[i * (n + gap) + j] : hasBias ? bias.Data[j] : 0.0;
                for (var p = 0; p < k; p++) sum += (double)left.Data[i * left.RowStride + p * left.ColumnStride] * right.Data[p * right.RowStride + j * right.ColumnStride];
                expected[i, j] = sum;
            }
        float[]? first = null;
        foreach (var gang in new[] { one, two })
            foreach (var tier in new[] { 512, 256, 1 })
            {
                if (tier > FastMath.Tier) continue;
                using var result = new NativeBuffer(m * (n + gap) + 1);
                for (var i = 0; i < m * (n + gap); i++) result.Data[i] = c.Data[i];
                Gemm.Multiply(gang, new Gemm.Product(left, right, new Matrix(result.Data, m, n, n + gap, 1), accumulate, hasBias ? bias.Data : null, Activation.None), tier);
                var bits = new Span<float>(result.Data, m * (n + gap)).ToArray();
                for (var i = 0; i < m; i++)
                {
                    for (var j = 0; j < n; j++)
                        Assert.True(Math.Abs(bits[i * (n + gap) + j] - expected[i, j]) <= 4e-6 * (1 + Math.Sqrt(k)), $"{m}×{n}×{k} at {i}, {j}, tier {tier}: {bits[i * (n + gap) + j]} instead of {expected[i, j]}");
                    for (var j = n; j < n + gap; j++) Assert.Equal(c.Data[i * (n + gap) + j], bits[i * (n + gap) + j]); // the gap is not ours
                }
                first ??= bits;
                Assert.True(first.AsSpan().SequenceEqual(bits), $"{m}×{n}×{k}: other bits on tier {tier} with {gang.Size} threads");
            }

        NativeBuffer Random(int count)
        {
            var buffer = new NativeBuffer(count + 1);
            for (var i = 0; i < count; i++) buffer.Data[i] = (float)(2 * random.NextUnit() - 1);
            return buffer;
        }
    }
}
