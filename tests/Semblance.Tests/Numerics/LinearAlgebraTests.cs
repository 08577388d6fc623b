using Semblance.Numerics;

namespace Semblance.Tests.Numerics;

public sealed class LinearAlgebraTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(17)]
    [InlineData(64)]
    public void Cholesky_multiplies_back_and_solves(int n)
    {
        var a = PositiveDefinite(n);
        var lower = new double[n * n];
        Assert.True(LinearAlgebra.TryCholesky(a, n, lower));
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                Assert.Equal(a[i * n + j], LinearAlgebra.Dot(lower.AsSpan(i * n, n), lower.AsSpan(j * n, n)), 1e-10 * n);

        var want = Enumerable.Range(0, n).Select(i => Math.Sqrt(i) - 2).ToArray();
        var x = new double[n];
        LinearAlgebra.Multiply(a, want, x);
        LinearAlgebra.SolveLower(lower, x);
        LinearAlgebra.SolveLowerTransposed(lower, x);
        for (var i = 0; i < n; i++) Assert.Equal(want[i], x[i], 1e-8);

        a.CopyTo(lower, 0);
        var apart = new double[n * n];
        LinearAlgebra.TryCholesky(a, n, apart);
        Assert.True(LinearAlgebra.TryCholesky(lower, n, lower)); // in place
        Assert.Equal(apart, lower);
    }

    [Fact]
    public void Cholesky_refuses_an_indefinite_matrix() => Assert.False(LinearAlgebra.TryCholesky([1, 2, 2, 1], 2, new double[4]));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(40)]
    [InlineData(101)]
    public void Eigenvectors_rebuild_the_matrix_and_are_orthonormal(int n)
    {
        var numbers = new RandomStream(new Seed((ulong)n), "tests/eigen").Sequence();
        var a = new double[n * n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = numbers.NextUnit() * 2 - 1;
        var (values, vectors) = (new double[n], new double[n * n]);
        LinearAlgebra.Eigen(a, n, values, vectors);
        for (var i = 1; i < n; i++) Assert.True(values[i - 1] >= values[i]);
        for (var k = 0; k < n; k++)
        {
            var v = vectors.AsSpan(k * n, n);
            var image = new double[n];
            LinearAlgebra.Multiply(a, v, image);
            for (var i = 0; i < n; i++) Assert.Equal(values[k] * v[i], image[i], 1e-12 * n);
            for (var other = 0; other <= k; other++) Assert.Equal(other == k ? 1 : 0, LinearAlgebra.Dot(v, vectors.AsSpan(other * n, n)), 1e-12 * n);
        }
    }

    [Fact]
    public void Eigen_copes_with_equal_values_and_blocks()
    {
        double[] a = [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0];
        var (values, vectors) = (new double[4], new double[16]);
        LinearAlgebra.Eigen(a, 4, values, vectors);
        Assert.Equal([2, 2, 1, -1], values.Select(v => Math.Round(v, 12)));
        LinearAlgebra.Eigen(new double[9], 3, new double[3], new double[9]);
        Assert.Throws<ArithmeticException>(() => LinearAlgebra.Eigen([double.NaN, 1, 1, 1], 2, new double[2], new double[4]));
    }

    [Fact]
    public void A_repaired_correlation_has_a_factor_and_a_sound_one_is_left_alone()
    {
        double[] broken = [1, 0.9, -0.9, 0.9, 1, 0.9, -0.9, 0.9, 1];
        Assert.True(LinearAlgebra.RepairCorrelation(broken, 3) > 0);
        Assert.True(LinearAlgebra.TryCholesky(broken, 3, new double[9]));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(1, broken[i * 4]);
            for (var j = 0; j < 3; j++) Assert.InRange(broken[i * 3 + j], -1, 1);
        }
        double[] sound = [1, 0.5, 0.5, 1];
        Assert.Equal(0, LinearAlgebra.RepairCorrelation(sound, 2));
        Assert.Equal([1, 0.5, 0.5, 1], sound);
    }

    [Fact]
    public void Correlate_is_the_product_with_the_factor()
    {
        const int n = 5, rows = 19;
        var lower = new double[n * n];
        LinearAlgebra.TryCholesky(PositiveDefinite(n), n, lower);
        var numbers = new RandomStream(new Seed(3), "tests/correlate").Sequence();
        var z = Enumerable.Range(0, n * rows).Select(_ => numbers.NextUnit()).ToArray();
        var y = z.ToArray();
        LinearAlgebra.Correlate(lower, n, y);
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < n; j++)
                Assert.Equal(Enumerable.Range(0, n).Sum(k => lower[j * n + k] * z[k * rows + i]), y[j * rows + i], 1e-12);
    }

    private static double[] PositiveDefinite(int n)
    {
        var numbers = new RandomStream(new Seed((ulong)n), "tests/cholesky").Sequence();
        var b = Enumerable.Range(0, n * n).Select(_ => numbers.NextUnit() - 0.5).ToArray();
        var a = new double[n * n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++) a[i * n + j] = LinearAlgebra.Dot(b.AsSpan(i * n, n), b.AsSpan(j * n, n)) + (i == j ? 0.1 : 0);
        return a;
    }
}
