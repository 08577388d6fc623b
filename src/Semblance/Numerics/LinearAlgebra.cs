using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Semblance.Numerics;

/// <summary>
/// Small dense linear algebra on row-major arrays of double. Sums run in 16 virtual lanes merged by one tree, so the bits do not depend on the width of the
/// machine's registers.
/// </summary>
public static partial class LinearAlgebra
{
    /// <summary>Sum of products of two vectors of equal length.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Length, a.Length);
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b);
        Vector512<double> low = default, high = default;
        nuint i = 0, n = (nuint)a.Length;
        for (; i + 16 <= n; i += 16)
        {
            low = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref x, i), Vector512.LoadUnsafe(ref y, i), low);
            high = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref x, i + 8), Vector512.LoadUnsafe(ref y, i + 8), high);
        }
        var sum = Merge(low, high);
        for (; i < n; i++) sum = Math.FusedMultiplyAdd(Unsafe.Add(ref x, i), Unsafe.Add(ref y, i), sum);
        return sum;
    }

    /// <summary>y += a·x, element by element.</summary>
    public static void AddScaled(double a, ReadOnlySpan<double> x, Span<double> y)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, x.Length);
        ref var source = ref MemoryMarshal.GetReference(x);
        ref var target = ref MemoryMarshal.GetReference(y);
        var factor = Vector512.Create(a);
        nuint i = 0, n = (nuint)x.Length;
        for (; i + 8 <= n; i += 8)
            Vector512.FusedMultiplyAdd(factor, Vector512.LoadUnsafe(ref source, i), Vector512.LoadUnsafe(ref target, i)).StoreUnsafe(ref target, i);
        for (; i < n; i++) y[(int)i] = Math.FusedMultiplyAdd(a, x[(int)i], y[(int)i]);
    }

    /// <summary>result = M·x for a row-major matrix of <c>result.Length</c> rows and <c>x.Length</c> columns.</summary>
    public static void Multiply(ReadOnlySpan<double> matrix, ReadOnlySpan<double> x, Span<double> result)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)matrix.Length, (long)x.Length * result.Length);
        for (var i = 0; i < result.Length; i++) result[i] = Dot(matrix.Slice(i * x.Length, x.Length), x);
    }

    /// <summary>
    /// Cholesky factor L of a symmetric positive definite n×n matrix, L·Lᵀ = matrix; only the lower triangle of <paramref name="matrix"/> is read, and zeros stand
    /// above the diagonal of <paramref name="lower"/>. The two may be the same array.
    /// </summary>
    /// <returns>False when a pivot is not above <paramref name="tolerance"/> times its diagonal element: the matrix is not positive definite.</returns>
    public static bool TryCholesky(ReadOnlySpan<double> matrix, int n, Span<double> lower, double tolerance = 1e-14)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)matrix.Length, (long)n * n);
        ArgumentOutOfRangeException.ThrowIfLessThan(lower.Length, matrix.Length);
        for (var i = 0; i < n; i++)
        {
            var row = lower.Slice(i * n, n);
            for (var j = 0; j < i; j++)
                row[j] = (matrix[i * n + j] - Dot(row[..j], lower.Slice(j * n, j))) / lower[j * n + j];
            var diagonal = matrix[i * n + i];
            var pivot = diagonal - Dot(row[..i], row[..i]);
            if (!(pivot > tolerance * diagonal) || !double.IsFinite(pivot)) return false;
            row[i] = Math.Sqrt(pivot);
            row[(i + 1)..].Clear();
        }
        return true;
    }

    /// <summary>Solves L·x = b in place for a lower triangular L.</summary>
    public static void SolveLower(ReadOnlySpan<double> lower, Span<double> b)
    {
        var n = b.Length;
        for (var i = 0; i < n; i++) b[i] = (b[i] - Dot(lower.Slice(i * n, i), b[..i])) / lower[i * n + i];
    }

    /// <summary>Solves Lᵀ·x = b in place for a lower triangular L; after <see cref="SolveLower"/> this completes a Cholesky solve.</summary>
    public static void SolveLowerTransposed(ReadOnlySpan<double> lower, Span<double> b)
    {
        var n = b.Length;
        for (var i = n - 1; i >= 0; i--)
        {
            b[i] /= lower[i * n + i];
            AddScaled(-b[i], lower.Slice(i * n, i), b[..i]);
        }
    }

    /// <summary>
    /// Turns independent columns into dependent ones, in place: column j becomes Σ L[j,k]·column k. <paramref name="columns"/> holds n columns of equal length one
    /// after another, e.g. normals of a block of rows; with the Cholesky factor of a correlation matrix they come out correlated.
    /// </summary>
    public static void Correlate(ReadOnlySpan<double> lower, int n, Span<double> columns)
    {
        var rows = columns.Length / Math.Max(1, n);
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)rows * n, columns.Length);
        for (var j = n - 1; j >= 0; j--) // from the last: column j needs the earlier ones as they were
        {
            var column = columns.Slice(j * rows, rows);
            var scale = lower[j * n + j];
            for (var i = 0; i < rows; i++) column[i] *= scale;
            for (var k = 0; k < j; k++)
                if (lower[j * n + k] != 0) AddScaled(lower[j * n + k], columns.Slice(k * rows, rows), column);
        }
    }

    /// <summary>
    /// Makes a symmetric matrix with unit diagonal a correlation matrix that has a Cholesky factor: eigenvalues below <paramref name="floor"/> are raised to it and the
    /// diagonal is scaled back to one. A matrix that is good already is left as it is.
    /// </summary>
    /// <returns>Number of eigenvalues raised; 0 when nothing was changed.</returns>
    public static int RepairCorrelation(Span<double> matrix, int n, double floor = 1e-6)
    {
        if (TryCholesky(matrix, n, new double[n * n], floor)) return 0;
        var values = new double[n];
        var vectors = new double[n * n];
        Eigen(matrix, n, values, vectors);
        var raised = 0;
        foreach (ref var value in values.AsSpan())
            if (value < floor) (value, raised) = (floor, raised + 1);
        matrix.Clear();
        for (var k = 0; k < n; k++)
        {
            var vector = vectors.AsSpan(k * n, n);
            for (var i = 0; i < n; i++) AddScaled(values[k] * vector[i], vector, matrix.Slice(i * n, n));
        }
        var scale = new double[n];
        for (var i = 0; i < n; i++) scale[i] = 1 / Math.Sqrt(matrix[i * n + i]);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++) matrix[i * n + j] = matrix[j * n + i] = matrix[i * n + j] * scale[i] * scale[j];
            matrix[i * n + i] = 1;
        }
        return raised;
    }

    private static double Merge(Vector512<double> low, Vector512<double> high)
    {
        var eight = low + high;
        var four = eight.GetLower() + eight.GetUpper();
        var two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }
}
