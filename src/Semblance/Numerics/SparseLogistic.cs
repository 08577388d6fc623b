using System.Numerics;

namespace Semblance.Numerics;

/// <summary>Rows of few entries: row i has the entries from <c>Starts[i]</c> to <c>Starts[i + 1]</c>.</summary>
/// <param name="Starts">One more than rows.</param>
/// <param name="Columns">Column of each entry.</param>
/// <param name="Values">Value of each entry, finite.</param>
/// <param name="Width">Number of columns.</param>
internal sealed record SparseRows(int[] Starts, int[] Columns, float[] Values, int Width)
{
    public int Count => Starts.Length - 1;
}

/// <summary>
/// Multinomial logistic regression on sparse rows: minimises ½·‖W‖² + C·Σ weight(class)·log-loss, intercepts not penalised; objective and balanced weights are those of scikit-learn. Solved by
/// L-BFGS (Liu and Nocedal 1989) with six pairs; sums go over rows in order, so the bits do not depend on threads.
/// </summary>
internal sealed class SparseLogistic
{
    private const int Memory = 6;
    private readonly double[] weights; // by column, then class; the intercepts last
    private readonly int classes;

    private SparseLogistic(double[] weights, int classes) => (this.weights, this.classes) = (weights, classes);

    /// <summary>Fits.</summary>
    /// <param name="rows">At least one row.</param>
    /// <param name="labels">A class from 0 to <paramref name="classes"/> - 1 for each row.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="c">Inverse strength of the penalty.</param>
    /// <param name="balanced">Whether a class counts as much as another, whatever its rows.</param>
    /// <param name="ct">Checked in every step.</param>
    /// <param name="steps">Steps at most.</param>
    public static SparseLogistic Fit(SparseRows rows, int[] labels, int classes, double c, bool balanced, CancellationToken ct, int steps = 100)
    {
        var counts = new int[classes];
        foreach (var label in labels) counts[label]++;
        var present = counts.Count(n => n > 0);
        var importance = Array.ConvertAll(counts, n => balanced && n > 0 ? (double)labels.Length / present / n : 1.0);
        var size = (rows.Width + 1) * classes;
        double[] w = new double[size], gradient = new double[size], direction = new double[size], next = new double[size], nextGradient = new double[size];
        var pairs = new List<(double[] S, double[] Y, double Rho)>();
        var loss = Loss(rows, labels, classes, c, importance, w, gradient);
        var alphas = new double[Memory];
        for (var step = 0; step < steps; step++)
        {
            ct.ThrowIfCancellationRequested();
            if (Largest(gradient) < 1e-4 * c) break;
            for (var i = 0; i < size; i++) direction[i] = -gradient[i];
            for (var k = pairs.Count - 1; k >= 0; k--)
            {
                alphas[k] = pairs[k].Rho * Dot(pairs[k].S, direction);
                Add(-alphas[k], pairs[k].Y, direction);
            }
            if (pairs.Count > 0)
            {
                var scale = 1 / (pairs[^1].Rho * Dot(pairs[^1].Y, pairs[^1].Y));
                for (var i = 0; i < size; i++) direction[i] *= scale;
            }
            for (var k = 0; k < pairs.Count; k++) Add(alphas[k] - pairs[k].Rho * Dot(pairs[k].Y, direction), pairs[k].S, direction);
            var slope = Dot(gradient, direction);
            if (!(slope < 0)) break;
            var length = pairs.Count == 0 ? 1 / Math.Sqrt(Dot(gradient, gradient)) : 1.0;
            double nextLoss = 0;
            var found = false;
            for (var tries = 0; tries < 30 && !found; tries++, length *= 0.5)
            {
                w.CopyTo(next, 0);
                Add(length, direction, next);
                nextLoss = Loss(rows, labels, classes, c, importance, next, nextGradient);
                found = nextLoss <= loss + 1e-4 * length * slope;
            }
            if (!found) break;
            var (s, y) = pairs.Count == Memory ? (pairs[0].S, pairs[0].Y) : (new double[size], new double[size]);
            if (pairs.Count == Memory) pairs.RemoveAt(0);
            for (var i = 0; i < size; i++) (s[i], y[i]) = (next[i] - w[i], nextGradient[i] - gradient[i]);
            var curvature = Dot(s, y);
            if (curvature > 0) pairs.Add((s, y, 1 / curvature));
            var little = loss - nextLoss < 1e-7 * Math.Abs(loss);
            (w, next, gradient, nextGradient, loss) = (next, w, nextGradient, gradient, nextLoss);
            if (little) break;
        }
        return new(w, classes);
    }

    /// <summary>Class of greatest probability for each row; of two equal ones the first.</summary>
    public int[] Classify(SparseRows rows)
    {
        var answers = new int[rows.Count];
        var scores = new double[classes];
        for (var row = 0; row < answers.Length; row++)
        {
            Scores(rows, row, weights, scores);
            for (var k = 1; k < classes; k++)
                if (scores[k] > scores[answers[row]]) answers[row] = k;
        }
        return answers;
    }

    /// <summary>Log-odds of the second of two classes against the first for each row.</summary>
    public float[] Margins(SparseRows rows)
    {
        var margins = new float[rows.Count];
        var scores = new double[classes];
        for (var row = 0; row < margins.Length; row++)
        {
            Scores(rows, row, weights, scores);
            margins[row] = (float)(scores[1] - scores[0]);
        }
        return margins;
    }

    private static double Loss(SparseRows rows, int[] labels, int classes, double c, double[] importance, double[] w, double[] gradient)
    {
        var penalised = rows.Width * classes;
        double loss = 0;
        for (var i = 0; i < penalised; i++) loss += w[i] * w[i];
        loss /= 2;
        w.AsSpan(0, penalised).CopyTo(gradient);
        gradient.AsSpan(penalised).Clear();
        var scores = new double[classes];
        for (var row = 0; row < labels.Length; row++)
        {
            Scores(rows, row, w, scores);
            var most = scores[0];
            foreach (var score in scores) most = Math.Max(most, score);
            double sum = 0;
            var own = scores[labels[row]] - most;
            for (var k = 0; k < classes; k++) sum += scores[k] = FastMath.Exp(scores[k] - most);
            var weight = c * importance[labels[row]];
            loss += weight * (FastMath.Log(sum) - own);
            for (var k = 0; k < classes; k++) scores[k] *= weight / sum;
            scores[labels[row]] -= weight;
            for (var at = rows.Starts[row]; at < rows.Starts[row + 1]; at++) Add(rows.Values[at], scores, gradient.AsSpan(rows.Columns[at] * classes, classes));
            Add(1, scores, gradient.AsSpan(penalised, classes));
        }
        return loss;
    }

    private static void Scores(SparseRows rows, int row, double[] w, Span<double> scores)
    {
        var classes = scores.Length;
        w.AsSpan(rows.Width * classes, classes).CopyTo(scores);
        for (var at = rows.Starts[row]; at < rows.Starts[row + 1]; at++) Add(rows.Values[at], w.AsSpan(rows.Columns[at] * classes, classes), scores);
    }

    private static void Add(double factor, ReadOnlySpan<double> x, Span<double> sum)
    {
        var i = 0;
        var f = new Vector<double>(factor);
        for (var lanes = Vector<double>.Count; i + lanes <= x.Length; i += lanes) (new Vector<double>(sum[i..]) + f * new Vector<double>(x[i..])).CopyTo(sum[i..]);
        for (; i < x.Length; i++) sum[i] += factor * x[i];
    }

    private static double Dot(double[] a, double[] b)
    {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0; // fixed lanes: the same bits on every machine
        var i = 0;
        for (; i + 4 <= a.Length; i += 4)
        {
            s0 += a[i] * b[i];
            s1 += a[i + 1] * b[i + 1];
            s2 += a[i + 2] * b[i + 2];
            s3 += a[i + 3] * b[i + 3];
        }
        for (; i < a.Length; i++) s0 += a[i] * b[i];
        return s0 + s1 + (s2 + s3);
    }

    private static double Largest(double[] x)
    {
        double most = 0;
        foreach (var v in x) most = Math.Max(most, Math.Abs(v));
        return most;
    }
}
