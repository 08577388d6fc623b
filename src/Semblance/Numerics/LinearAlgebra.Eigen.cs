using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Semblance.Numerics;

public static partial class LinearAlgebra
{
    /// <summary>
    /// Eigenvalues and orthonormal eigenvectors of a symmetric n×n matrix: Householder reflections to tridiagonal form, then implicit QL (Golub and Van Loan, Matrix
    /// Computations, ch. 8). Vectors lie in rows, so that every rotation runs over contiguous memory.
    /// </summary>
    /// <param name="matrix">Symmetric, row-major; not changed.</param>
    /// <param name="n">Rows.</param>
    /// <param name="values">n eigenvalues, largest first.</param>
    /// <param name="vectors">n rows of n: row k belongs to value k.</param>
    /// <exception cref="ArithmeticException">The matrix holds a value that is not finite.</exception>
    public static void Eigen(ReadOnlySpan<double> matrix, int n, Span<double> values, Span<double> vectors)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)matrix.Length, (long)n * n);
        var diagonal = new double[n];
        var beside = new double[n];
        var rows = new double[n * n];
        Tridiagonalise(matrix.ToArray(), n, diagonal, beside, rows);
        Diagonalise(n, diagonal, beside, rows);

        var order = new int[n];
        for (var i = 0; i < n; i++) order[i] = i;
        Array.Sort(order, (a, b) => diagonal[b].CompareTo(diagonal[a]) is var c && c != 0 ? c : a.CompareTo(b));
        for (var i = 0; i < n; i++)
        {
            values[i] = diagonal[order[i]];
            rows.AsSpan(order[i] * n, n).CopyTo(vectors.Slice(i * n, n));
        }
    }

    /// <summary>matrix = Q·T·Qᵀ with T tridiagonal; <paramref name="rows"/> receives Qᵀ. The matrix is used up.</summary>
    private static void Tridiagonalise(double[] matrix, int n, double[] diagonal, double[] beside, double[] rows)
    {
        var factors = new double[n];
        var w = new double[n];
        for (var k = 0; k < n - 2; k++)
        {
            var v = matrix.AsSpan(k * n + k + 1, n - k - 1); // becomes the reflector, kept here for Q
            var norm = Math.Sqrt(Dot(v, v));
            if (Dot(v[1..], v[1..]) == 0)
            {
                beside[k] = v[0];
                continue;
            }
            beside[k] = v[0] > 0 ? -norm : norm;
            v[0] -= beside[k];
            var factor = factors[k] = 2 / Dot(v, v);
            var p = w.AsSpan(0, v.Length);
            for (var i = 0; i < v.Length; i++) p[i] = factor * Dot(matrix.AsSpan((k + 1 + i) * n + k + 1, v.Length), v);
            AddScaled(-0.5 * factor * Dot(p, v), v, p);
            for (var i = 0; i < v.Length; i++)
            {
                var row = matrix.AsSpan((k + 1 + i) * n + k + 1, v.Length);
                AddScaled(-v[i], p, row);
                AddScaled(-p[i], v, row);
            }
        }
        for (var i = 0; i < n; i++) diagonal[i] = matrix[i * n + i];
        if (n > 1) beside[n - 2] = matrix[(n - 2) * n + n - 1];

        for (var i = 0; i < n; i++) rows[i * n + i] = 1;
        for (var k = n - 3; k >= 0; k--)
        {
            if (factors[k] == 0) continue;
            var v = matrix.AsSpan(k * n + k + 1, n - k - 1);
            for (var i = k + 1; i < n; i++)
            {
                var row = rows.AsSpan(i * n + k + 1, v.Length);
                AddScaled(-factors[k] * Dot(row, v), v, row);
            }
        }
    }

    /// <summary>Implicit QL with Wilkinson's shift on a tridiagonal matrix; every rotation is applied to two neighbouring rows of vectors.</summary>
    private static void Diagonalise(int n, double[] diagonal, double[] beside, double[] rows)
    {
        for (var first = 0; first < n; first++)
        {
            for (var pass = 0; ; pass++)
            {
                var last = first;
                while (last < n - 1 && !Negligible(beside[last], diagonal[last], diagonal[last + 1])) last++;
                if (last == first) break;
                if (pass == 100) throw new ArithmeticException("the eigenvalues do not converge; the matrix holds a value that is not finite");

                var g = (diagonal[first + 1] - diagonal[first]) / (2 * beside[first]);
                g = diagonal[last] - diagonal[first] + beside[first] / (g + Math.CopySign(Hypotenuse(g, 1), g));
                double sine = 1, cosine = 1, shift = 0;
                var i = last - 1;
                for (; i >= first; i--)
                {
                    var (f, b) = (sine * beside[i], cosine * beside[i]);
                    var r = beside[i + 1] = Hypotenuse(f, g);
                    if (r == 0)
                    {
                        diagonal[i + 1] -= shift;
                        break;
                    }
                    (sine, cosine) = (f / r, g / r);
                    g = diagonal[i + 1] - shift;
                    r = (diagonal[i] - g) * sine + 2 * cosine * b;
                    shift = sine * r;
                    diagonal[i + 1] = g + shift;
                    g = cosine * r - b;
                    Rotate(rows.AsSpan(i * n, n), rows.AsSpan((i + 1) * n, n), sine, cosine);
                }
                beside[last] = 0;
                if (i >= first) continue; // the matrix fell apart on the way: look for the borders again
                diagonal[first] -= shift;
                beside[first] = g;
            }
        }
    }

    private static bool Negligible(double beside, double a, double b) => Math.Abs(beside) <= 2.2e-16 * (Math.Abs(a) + Math.Abs(b));

    private static double Hypotenuse(double a, double b)
    {
        var scale = Math.Max(Math.Abs(a), Math.Abs(b));
        if (scale == 0) return 0;
        (a, b) = (a / scale, b / scale);
        return scale * Math.Sqrt(Math.FusedMultiplyAdd(a, a, b * b));
    }

    /// <summary>(a, b) becomes (cosine·a - sine·b, sine·a + cosine·b).</summary>
    private static void Rotate(Span<double> a, Span<double> b, double sine, double cosine)
    {
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b);
        var (s, c) = (Vector512.Create(sine), Vector512.Create(cosine));
        nuint i = 0, n = (nuint)a.Length;
        for (; i + 8 <= n; i += 8)
        {
            var (p, q) = (Vector512.LoadUnsafe(ref x, i), Vector512.LoadUnsafe(ref y, i));
            (c * p - s * q).StoreUnsafe(ref x, i);
            (s * p + c * q).StoreUnsafe(ref y, i);
        }
        for (var j = (int)i; j < a.Length; j++) (a[j], b[j]) = (cosine * a[j] - sine * b[j], sine * a[j] + cosine * b[j]);
    }
}
