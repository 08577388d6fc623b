using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Semblance.Numerics;

/// <summary>
/// L2-regularised binary logistic regression on a dense row-major matrix: minimises ½·‖w‖² + C·Σ log-loss, the intercept not penalised; the objective and the
/// default C = 1 are those of scikit-learn. Solved to convergence by Newton's method whose steps come from conjugate gradients with a diagonal
/// preconditioner (Lin, Weng, Keerthi 2008), so columns of unlike scale cost little. The caller scales columns where the penalty should see them alike.
/// </summary>
public sealed class LogisticRegression
{
    private readonly double[] weights;

    private LogisticRegression(double[] weights, int steps) => (this.weights, Steps) = (weights, steps);

    /// <summary>One weight per column.</summary>
    public ReadOnlySpan<double> Weights => weights.AsSpan(0, weights.Length - 1);

    /// <summary>Log-odds of a row of zeros.</summary>
    public double Intercept => weights[^1];

    /// <summary>Newton steps taken.</summary>
    public int Steps { get; }

    /// <summary>Fits to rows of features and their labels. The same bits at any thread count.</summary>
    /// <param name="features">Row-major, labels.Length rows; finite.</param>
    /// <param name="labels">One label per row. With one class only, the intercept answers for it.</param>
    /// <param name="run">Threads.</param>
    /// <param name="c">Inverse strength of the penalty, above 0.</param>
    /// <param name="maxSteps">Newton steps at most; 10 are usual.</param>
    /// <param name="ct">Checked in every pass over the data.</param>
    public static LogisticRegression Fit(ReadOnlyMemory<float> features, ReadOnlyMemory<bool> labels, Run run, double c = 1, int maxSteps = 50, CancellationToken ct = default)
    {
        if (labels.IsEmpty || features.Length % labels.Length != 0) throw new ArgumentException("features must hold the same number of columns for every label");
        var problem = new Problem(features, labels, features.Length / labels.Length, c, run, ct);
        return new(problem.Solve(maxSteps, out var steps), steps);
    }

    /// <summary>Probability of the positive class for each row.</summary>
    public void Predict(ReadOnlySpan<float> features, Span<double> probabilities)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)features.Length, (long)Weights.Length * probabilities.Length);
        for (var i = 0; i < probabilities.Length; i++)
            probabilities[i] = FastMath.Sigmoid(Dot(features.Slice(i * Weights.Length, Weights.Length), Weights) + Intercept);
    }

    private static double Dot(ReadOnlySpan<float> x, ReadOnlySpan<double> w)
    {
        ref var a = ref MemoryMarshal.GetReference(x);
        ref var b = ref MemoryMarshal.GetReference(w);
        Vector512<double> low = default, high = default;
        nuint i = 0, n = (nuint)x.Length;
        for (; i + 16 <= n; i += 16)
        {
            var (first, second) = Vector512.Widen(Vector512.LoadUnsafe(ref a, i));
            low = Vector512.FusedMultiplyAdd(first, Vector512.LoadUnsafe(ref b, i), low);
            high = Vector512.FusedMultiplyAdd(second, Vector512.LoadUnsafe(ref b, i + 8), high);
        }
        var eight = low + high;
        var four = eight.GetLower() + eight.GetUpper();
        var two = four.GetLower() + four.GetUpper();
        var sum = two[0] + two[1];
        for (; i < n; i++) sum = Math.FusedMultiplyAdd(Unsafe.Add(ref a, i), Unsafe.Add(ref b, i), sum);
        return sum;
    }

    private static void AddScaled(double factor, ReadOnlySpan<float> x, Span<double> sum)
    {
        ref var a = ref MemoryMarshal.GetReference(x);
        ref var b = ref MemoryMarshal.GetReference(sum);
        var f = Vector512.Create(factor);
        nuint i = 0, n = (nuint)x.Length;
        for (; i + 16 <= n; i += 16)
        {
            var (first, second) = Vector512.Widen(Vector512.LoadUnsafe(ref a, i));
            Vector512.FusedMultiplyAdd(f, first, Vector512.LoadUnsafe(ref b, i)).StoreUnsafe(ref b, i);
            Vector512.FusedMultiplyAdd(f, second, Vector512.LoadUnsafe(ref b, i + 8)).StoreUnsafe(ref b, i + 8);
        }
        for (; i < n; i++) Unsafe.Add(ref b, i) = Math.FusedMultiplyAdd(factor, Unsafe.Add(ref a, i), Unsafe.Add(ref b, i));
    }

    /// <summary>One fit: the data, and buffers that every pass uses again. The last weight is the intercept.</summary>
    private sealed class Problem
    {
        private const int BlockRows = 1024; // several blocks a thread on the tables of a few thousand rows that detectors see

        private readonly ReadOnlyMemory<float> features;
        private readonly ReadOnlyMemory<bool> labels;
        private readonly int columns;
        private readonly double c;
        private readonly Run run;
        private readonly CancellationToken ct;
        private readonly double[] margins, trialMargins, curvature;
        private readonly double[][] partial;

        public Problem(ReadOnlyMemory<float> features, ReadOnlyMemory<bool> labels, int columns, double c, Run run, CancellationToken ct)
        {
            (this.features, this.labels, this.columns, this.c, this.run, this.ct) = (features, labels, columns, c, run, ct);
            (margins, trialMargins, curvature) = (new double[labels.Length], new double[labels.Length], new double[labels.Length]);
            partial = new double[Blocks.Count(labels.Length, BlockRows)][];
            for (var i = 0; i < partial.Length; i++) partial[i] = new double[columns + 1];
        }

        public double[] Solve(int maxSteps, out int steps)
        {
            var n = columns + 1;
            var weights = new double[n];
            var (gradient, scale, direction) = (new double[n], new double[n], new double[n]);
            var loss = Loss(weights, margins);
            var start = 0.0;
            for (steps = 0; steps < maxSteps; steps++)
            {
                Gradient(weights, gradient, scale);
                var norm = Norm(gradient, scale);
                if (steps == 0) start = norm;
                if (norm <= 1e-10 * start || norm < 1e-12) break;
                // Early steps need no exact direction; later ones do, and there the norm itself tightens the bound.
                NewtonDirection(gradient, scale, Math.Min(0.1, Math.Sqrt(norm / start)) * norm, direction);
                if (!Search(weights, gradient, direction, ref loss)) break;
            }
            return weights;
        }

        /// <summary>Penalised loss; leaves w·x + b of every row in <paramref name="target"/>.</summary>
        private double Loss(double[] weights, double[] target)
        {
            Blocks.ForRange(labels.Length, BlockRows, run, ct, (from, to) =>
            {
                var x = features.Span;
                var y = labels.Span;
                var sum = 0.0;
                for (var i = from; i < to; i++)
                {
                    var margin = target[i] = Dot(x.Slice(i * columns, columns), weights.AsSpan(0, columns)) + weights[columns];
                    var toward = y[i] ? margin : -margin;
                    sum += FastMath.Log1p(FastMath.Exp(-Math.Abs(toward))) + Math.Max(0, -toward);
                }
                partial[from / BlockRows][0] = sum;
            });
            var total = 0.0;
            foreach (var part in partial) total += part[0];
            return c * total + 0.5 * LinearAlgebra.Dot(weights.AsSpan(0, columns), weights.AsSpan(0, columns));
        }

        /// <summary>Gradient, and the diagonal of the Hessian as preconditioner.</summary>
        private void Gradient(double[] weights, double[] gradient, double[] scale)
        {
            Accumulate(gradient, (i, _) =>
            {
                var p = FastMath.Sigmoid(margins[i]);
                curvature[i] = c * p * (1 - p);
                return c * (p - (labels.Span[i] ? 1 : 0));
            });
            for (var j = 0; j < columns; j++) gradient[j] += weights[j];
            Blocks.ForRange(labels.Length, BlockRows, run, ct, (from, to) =>
            {
                var sum = partial[from / BlockRows];
                Array.Clear(sum);
                var x = features.Span;
                for (var i = from; i < to; i++)
                {
                    var row = x.Slice(i * columns, columns);
                    for (var j = 0; j < row.Length; j++) sum[j] = Math.FusedMultiplyAdd(curvature[i] * row[j], row[j], sum[j]);
                    sum[columns] += curvature[i];
                }
            });
            Merge(scale);
            for (var j = 0; j < columns; j++) scale[j] += 1;
            scale[columns] = Math.Max(scale[columns], 1e-12);
        }

        /// <summary>Solves Hessian·direction = -gradient by preconditioned conjugate gradients until the residual's norm is below <paramref name="tolerance"/>.</summary>
        private void NewtonDirection(double[] gradient, double[] scale, double tolerance, double[] direction)
        {
            var n = gradient.Length;
            Array.Clear(direction);
            var (residual, search, image) = (new double[n], new double[n], new double[n]);
            for (var j = 0; j < n; j++)
            {
                residual[j] = -gradient[j];
                search[j] = residual[j] / scale[j];
            }
            var rho = LinearAlgebra.Dot(residual, search);
            for (var iteration = 0; iteration < 2 * n + 20 && Norm(residual, scale) > tolerance; iteration++)
            {
                Accumulate(image, (i, row) => curvature[i] * (Dot(row, search.AsSpan(0, columns)) + search[columns]));
                for (var j = 0; j < columns; j++) image[j] += search[j];
                var bend = LinearAlgebra.Dot(search, image);
                if (!(bend > 0)) return;
                var length = rho / bend;
                LinearAlgebra.AddScaled(length, search, direction);
                LinearAlgebra.AddScaled(-length, image, residual);
                var next = 0.0;
                for (var j = 0; j < n; j++) next += residual[j] * residual[j] / scale[j];
                for (var j = 0; j < n; j++) search[j] = residual[j] / scale[j] + next / rho * search[j];
                rho = next;
            }
        }

        /// <summary>Goes along the direction, halving the step until the loss falls enough (Armijo).</summary>
        private bool Search(double[] weights, double[] gradient, double[] direction, ref double loss)
        {
            var slope = LinearAlgebra.Dot(gradient, direction);
            if (!(slope < 0)) return false;
            var trial = new double[weights.Length];
            for (var step = 1.0; step > 1e-8; step /= 2)
            {
                weights.CopyTo(trial, 0);
                LinearAlgebra.AddScaled(step, direction, trial);
                var next = Loss(trial, trialMargins);
                if (!(next <= loss + 1e-4 * step * slope)) continue;
                trial.CopyTo(weights, 0);
                trialMargins.CopyTo(margins, 0);
                loss = next;
                return true;
            }
            return false; // no step helps: rounding rules, this is the minimum
        }

        private delegate double RowFactor(int row, ReadOnlySpan<float> values);

        /// <summary>result = Σ factor(row)·(row, 1), summed by blocks in order.</summary>
        private void Accumulate(double[] result, RowFactor factor)
        {
            Blocks.ForRange(labels.Length, BlockRows, run, ct, (from, to) =>
            {
                var sum = partial[from / BlockRows];
                Array.Clear(sum);
                var x = features.Span;
                for (var i = from; i < to; i++)
                {
                    var row = x.Slice(i * columns, columns);
                    var f = factor(i, row);
                    AddScaled(f, row, sum.AsSpan(0, columns));
                    sum[columns] += f;
                }
            });
            Merge(result);
        }

        private void Merge(double[] result)
        {
            Array.Clear(result);
            foreach (var part in partial) LinearAlgebra.AddScaled(1, part, result);
        }

        private static double Norm(double[] vector, double[] scale)
        {
            var sum = 0.0;
            for (var j = 0; j < vector.Length; j++) sum += vector[j] * vector[j] / scale[j];
            return Math.Sqrt(sum);
        }
    }
}
