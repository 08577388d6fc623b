using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Semblance.Numerics;

namespace Semblance.Tests.Numerics;

/// <summary>
/// Fingerprints of results that must be the same bytes on every x64 machine with AVX2 and FMA. Run the suite with DOTNET_EnableAVX512=0 as well: the same
/// fingerprints must come out. A change here is a change of every generated file: it needs a new version number.
/// </summary>
public sealed class DeterminismTests
{
    private static readonly RandomStream Stream = new(new Seed(2026), "tests/determinism");

    [Fact]
    public void Normals_have_the_recorded_bytes()
    {
        var (first, second) = (new double[5000], new double[5000]);
        Stream.FillNormal(0, 0, first, second);
        Same("f0c599edc8b2b04b", first, second);
        float[] a = new float[5000], b = new float[5000], c = new float[5000], d = new float[5000];
        Stream.FillNormal(0, 1, a, b, c, d);
        Same("969a7369337a9018", a, b, c, d);
    }

    [Fact]
    public void Functions_have_the_recorded_bytes()
    {
        var x = new double[5000];
        Stream.FillNormal(0, 2, x);
        Func<double, double>[] functions =
        [
            FastMath.Exp, FastMath.Expm1, v => FastMath.Log(Math.Abs(v)), v => FastMath.Log10(Math.Abs(v)), v => FastMath.Log2(Math.Abs(v)), v => FastMath.Log1p(Math.Abs(v)),
            v => FastMath.Pow(Math.Abs(v), 1.7), FastMath.Sin, FastMath.Cos, FastMath.Tanh, FastMath.Sigmoid, FastMath.Erf, FastMath.Erfc, FastMath.NormalCdf,
            v => FastMath.NormalQuantile(FastMath.NormalCdf(v)), v => FastMath.LogGamma(Math.Abs(v)),
        ];
        Same("a45226cd66e9bbcc", functions.Select(f => x.Select(f).ToArray()).ToArray());
        var floats = x.Select(v => (float)v * 5).ToArray();
        var (exp, sigmoid, tanh, log) = (new float[5000], new float[5000], new float[5000], new float[5000]);
        FastMath.Exp(floats, exp);
        FastMath.Sigmoid(floats, sigmoid);
        FastMath.Tanh(floats, tanh);
        FastMath.Log(exp, log);
        Same("95d621ebbb6863c0", exp, sigmoid, tanh, log);
    }

    [Fact]
    public void Noise_of_networks_has_the_recorded_bytes()
    {
        using var tape = new Tape();
        Shape shape = new(70, 33);
        var (normal, uniform) = (tape.Normal(shape, Stream, 5), tape.Uniform(shape, Stream, 5));
        Same("ede1798d849cd615", [.. normal.Values], [.. uniform.Values], [.. uniform.Dropout(0.3f, Stream, 5).Values], [.. normal.GumbelSoftmax(ColumnBlocks.OfWidths(3, 30), 0.5f, Stream, 5).Values]);
        var (sin, cos) = (new float[shape.Count], new float[shape.Count]);
        FastMath.Sin(normal.Affine(1000).Values, sin);
        FastMath.Cos(normal.Affine(1000).Values, cos);
        Same("f4445479e2929971", sin, cos);
    }

    [Fact]
    public void Matrices_and_fits_have_the_recorded_bytes()
    {
        const int n = 37, rows = 300;
        var draws = new double[n * rows];
        Stream.FillNormal(0, 3, draws);
        var covariance = new double[n * n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++) covariance[i * n + j] = LinearAlgebra.Dot(draws.AsSpan(i * rows, rows), draws.AsSpan(j * rows, rows));
        var (values, vectors, lower) = (new double[n], new double[n * n], new double[n * n]);
        LinearAlgebra.Eigen(covariance, n, values, vectors);
        Assert.True(LinearAlgebra.TryCholesky(covariance, n, lower));
        LinearAlgebra.Correlate(lower, n, draws);
        Same("fdb0283a12f44af4", covariance, values, vectors, lower, draws);

        var features = draws.Select(v => (float)v).ToArray();
        var fit = LogisticRegression.Fit(features, Enumerable.Range(0, rows).Select(i => features[i * n] + features[i * n + 5] > i % 3 - 1).ToArray(), Run.With(1));
        Same("1dfabecfdc8923ac", fit.Weights.ToArray());
        Same("4598f1a5b45a3e81", NearestNeighbors.Find(features, features, n, 3, Run.With(1), CancellationToken.None).Distance);
    }

    private static void Same<T>(string fingerprint, params T[][] arrays) where T : struct
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var array in arrays) hash.AppendData(MemoryMarshal.AsBytes(array.AsSpan()));
        Assert.Equal(fingerprint, Convert.ToHexStringLower(hash.GetHashAndReset())[..16]);
    }
}
