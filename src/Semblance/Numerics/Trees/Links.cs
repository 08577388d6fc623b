using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Semblance.Numerics;

/// <summary>
/// From scores to predictions and gradients, per loss, sixteen floats at a time. Every step is a correctly rounded elementwise operation, so the width of the
/// machine's vectors does not change a bit.
/// </summary>
internal static class Links
{
    private const int Lanes = 16;

    // Keeps a hopelessly certain row from dividing by nothing; the value XGBoost uses.
    private const float LeastHessian = 1e-16f;

    /// <summary>Scores (row-major, <paramref name="outputs"/> per row) to predictions, in place.</summary>
    public static void Apply(BoostingLoss loss, Span<float> scores, int outputs)
    {
        if (loss == BoostingLoss.Logistic) Sigmoid(scores, scores);
        if (loss != BoostingLoss.Softmax) return;
        for (var at = 0; at < scores.Length; at += outputs)
        {
            var row = scores.Slice(at, outputs);
            var top = row[0];
            foreach (var s in row) top = Math.Max(top, s);
            foreach (ref var s in row) s -= top;
        }
        ForEach<ExpOf>(scores, scores);
        for (var at = 0; at < scores.Length; at += outputs)
        {
            var row = scores.Slice(at, outputs);
            var sum = 0f;
            foreach (var s in row) sum += s;
            foreach (ref var s in row) s /= sum;
        }
    }

    /// <summary>1 / (1 + e^-score).</summary>
    public static void Sigmoid(ReadOnlySpan<float> scores, Span<float> probabilities) => ForEach<SigmoidOf>(scores, probabilities);

    /// <summary>Class probabilities of rows <paramref name="from"/> to <paramref name="to"/>, where each class has its own array of scores. The same bits as <see cref="Apply"/>.</summary>
    /// <param name="scores">Scores by class; arrays filled up to a multiple of 16.</param>
    /// <param name="probabilities">Receives the probabilities.</param>
    /// <param name="from">First row, a multiple of 16.</param>
    /// <param name="to">One past the last row.</param>
    public static void Softmax(float[][] scores, float[][] probabilities, int from, int to)
    {
        for (var i = from; i < to; i += Lanes)
        {
            var top = Vector512.LoadUnsafe(ref scores[0][i]);
            foreach (var plane in scores) top = Vector512.Max(top, Vector512.LoadUnsafe(ref plane[i]));
            var sum = Vector512<float>.Zero;
            for (var k = 0; k < scores.Length; k++)
            {
                var power = Exp(Vector512.LoadUnsafe(ref scores[k][i]) - top);
                sum += power;
                power.StoreUnsafe(ref probabilities[k][i]);
            }
            foreach (var plane in probabilities) (Vector512.LoadUnsafe(ref plane[i]) / sum).StoreUnsafe(ref plane[i]);
        }
    }

    /// <summary>Gradients and hessians of rows, and the sums of their magnitudes in lanes.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="estimates">Scores for Squared, else probabilities of the class that <paramref name="target"/> marks.</param>
    /// <param name="target">The value, or 1 for the class and 0 for others.</param>
    /// <param name="gradients">Receives the gradients.</param>
    /// <param name="hessians">Receives the hessians.</param>
    public static (double Gradient, double Hessian) Derive(
        BoostingLoss loss, ReadOnlySpan<float> estimates, ReadOnlySpan<float> target, Span<float> gradients, Span<float> hessians)
    {
        // Softmax counts each class's curvature twice, as XGBoost does: a bound on the true one that keeps steps short.
        var factor = loss == BoostingLoss.Softmax ? 2f : 1f;
        var (sumG, sumH) = (Vector512<double>.Zero, Vector512<double>.Zero);
        var i = 0;
        for (; i <= estimates.Length - Lanes; i += Lanes)
        {
            var p = Vector512.Create(estimates[i..]);
            var g = p - Vector512.Create(target[i..]);
            var h = loss == BoostingLoss.Squared ? Vector512<float>.One : factor * Vector512.Max(p * (Vector512<float>.One - p), Vector512.Create(LeastHessian));
            g.CopyTo(gradients[i..]);
            h.CopyTo(hessians[i..]);
            var (low, high) = Vector512.Widen(Vector512.Abs(g));
            sumG += low + high;
            (low, high) = Vector512.Widen(h);
            sumH += low + high;
        }
        double tailG = 0, tailH = 0;
        for (; i < estimates.Length; i++)
        {
            var p = estimates[i];
            gradients[i] = p - target[i];
            hessians[i] = loss == BoostingLoss.Squared ? 1 : factor * Math.Max(p * (1 - p), LeastHessian);
            tailG += Math.Abs(gradients[i]);
            tailH += hessians[i];
        }
        return (Sum(sumG) + tailG, Sum(sumH) + tailH);
    }

    private static void ForEach<T>(ReadOnlySpan<float> from, Span<float> to) where T : struct, IElementwise
    {
        var i = 0;
        for (; i <= from.Length - Lanes; i += Lanes) T.Of(Vector512.Create(from[i..])).CopyTo(to[i..]);
        if (i == from.Length) return;
        Span<float> tail = stackalloc float[Lanes];
        tail.Clear();
        from[i..].CopyTo(tail);
        T.Of(Vector512.Create<float>(tail)).CopyTo(tail);
        tail[..(from.Length - i)].CopyTo(to[i..]);
    }

    // One fixed order, whatever the machine.
    private static double Sum(Vector512<double> lanes)
    {
        var sum = 0.0;
        for (var lane = 0; lane < 8; lane++) sum += lanes.GetElement(lane);
        return sum;
    }

    // e^x = 2^n e^r with |r| <= ln 2 / 2; the series is cut after r^7, whose error is below 1e-8. Clamped where a float sigmoid is 0 or 1 anyway.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Exp(Vector512<float> x)
    {
        x = Vector512.Min(Vector512.Max(x, Vector512.Create(-80f)), Vector512.Create(80f));
        var rounder = Vector512.Create(12582912f); // 1.5 * 2^23: adding it leaves the nearest integer in the low bits
        var shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(1.44269504f), rounder);
        var n = shifted - rounder;
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-0.693145752f), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-1.42860677e-6f), r);
        var series = Vector512.Create(1f / 5040);
        series = Vector512.FusedMultiplyAdd(series, r, Vector512.Create(1f / 720));
        series = Vector512.FusedMultiplyAdd(series, r, Vector512.Create(1f / 120));
        series = Vector512.FusedMultiplyAdd(series, r, Vector512.Create(1f / 24));
        series = Vector512.FusedMultiplyAdd(series, r, Vector512.Create(1f / 6));
        series = Vector512.FusedMultiplyAdd(series, r, Vector512.Create(0.5f));
        series = Vector512.FusedMultiplyAdd(series, r, Vector512<float>.One);
        series = Vector512.FusedMultiplyAdd(series, r, Vector512<float>.One);
        var power = ((shifted.AsInt32() - Vector512.Create(0x4B400000)) + Vector512.Create(127)) << 23;
        return series * power.AsSingle();
    }

    private interface IElementwise
    {
        static abstract Vector512<float> Of(Vector512<float> x);
    }

    private readonly struct ExpOf : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Of(Vector512<float> x) => Exp(x);
    }

    private readonly struct SigmoidOf : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Of(Vector512<float> x) => Vector512<float>.One / (Vector512<float>.One + Exp(-x));
    }
}
