using System.Runtime.Intrinsics;

namespace Semblance.Numerics;

/// <summary>A cut of a node: rows with <c>(byte)(bin - Shift) &lt;= Threshold</c> go left. Shift 0 sends missing (bin 0) left, shift 1 wraps it to 255 and so right.</summary>
internal struct Split
{
    /// <summary>Packed feature, or -1: no cut is worth making.</summary>
    public int Feature;
    public byte Threshold;
    public byte Shift;

    /// <summary>Sum of gradient² / (hessian + lambda) over both children, in quantised units.</summary>
    public double Score;

    /// <summary>Packed sum of the left child.</summary>
    public long Left;
}

/// <summary>What a cut must obey, in quantised units.</summary>
internal readonly record struct SplitRule(double Lambda, double MinHessian);

/// <summary>Finds the best cut of a histogram by second-order gain (Chen and Guestrin: XGBoost, KDD 2016), trying missing values on both sides.</summary>
internal static unsafe class SplitSearch
{
    /// <summary>Improves <paramref name="best"/> by the cuts of one feature. Ties go to the lower feature, then to missing right, then to the lower threshold.</summary>
    public static void Try(long* histogram, int bins, int feature, long total, SplitRule rule, ref Split best)
    {
        const int lanes = 8;
        var prefix = stackalloc long[Histogram.Stride];
        var missing = histogram[0];
        var sum = 0L;
        prefix[0] = 0;
        for (var b = 1; b < bins; b++) prefix[b] = sum += histogram[b];
        // Past the end nothing is left for the right child, so those cuts fail the weight test by themselves.
        for (var b = bins; b % lanes != 0; b++) prefix[b] = total;

        // The right child is never empty of weight unless every real bin is on the left: t = bins - 1, which the test below refuses.
        Scan(prefix, bins, 0, total, feature, 1, rule, ref best);
        if (missing != 0) Scan(prefix, bins, missing, total, feature, 0, rule, ref best);
    }

    private static void Scan(long* prefix, int bins, long missing, long total, int feature, byte shift, SplitRule rule, ref Split best)
    {
        // A 32-bit integer in the low bits of the double 2^52 is exact; taking 2^52 away leaves the integer as a double on every vector width.
        var magic = Vector512.Create(0x4330_0000_0000_0000L);
        var bias = Vector512.Create(0x4330_0000_8000_0000L); // turns the sign bit of the gradient
        var unsigned = Vector512.Create(4503599627370496.0);
        var signed = Vector512.Create(4503599627370496.0 + 2147483648.0);
        var low = Vector512.Create(0xFFFF_FFFFL);
        var totalG = Vector512.Create((double)PackedSum.Gradient(total));
        var totalH = Vector512.Create((double)PackedSum.Hessian(total));
        var lambda = Vector512.Create(rule.Lambda);
        var least = Vector512.Create(rule.MinHessian);
        var add = Vector512.Create(missing);
        var scores = Vector512.Create(best.Score);
        var at = Vector512.Create(-1L);
        var index = Vector512.Create(0L, 1, 2, 3, 4, 5, 6, 7);
        var step = Vector512.Create(8L);
        for (var t = 0; t < bins; t += 8, index += step)
        {
            var sum = Vector512.Load(prefix + t) + add;
            var leftG = (Vector512.ShiftRightLogical(sum, 32) ^ bias).AsDouble() - signed;
            var leftH = ((sum & low) | magic).AsDouble() - unsigned;
            var rightG = totalG - leftG;
            var rightH = totalH - leftH;
            var leftD = leftH + lambda;
            var rightD = rightH + lambda;
            var score = (leftG * leftG * rightD + rightG * rightG * leftD) / (leftD * rightD);
            var better = Vector512.GreaterThanOrEqual(leftH, least) & Vector512.GreaterThanOrEqual(rightH, least) & Vector512.GreaterThan(score, scores);
            scores = Vector512.ConditionalSelect(better, score, scores);
            at = Vector512.ConditionalSelect(better.AsInt64(), index, at);
        }
        if (Vector512.EqualsAll(at, Vector512.Create(-1L))) return;
        var bestAt = -1L;
        var bestScore = best.Score;
        for (var lane = 0; lane < 8; lane++)
        {
            var a = at.GetElement(lane);
            var s = scores.GetElement(lane);
            if (a < 0 || s < bestScore || (s == bestScore && a >= bestAt)) continue;
            (bestScore, bestAt) = (s, a);
        }
        best.Score = bestScore;
        best.Feature = feature;
        best.Threshold = (byte)(bestAt - shift);
        best.Shift = shift;
        best.Left = prefix[bestAt] + missing;
    }
}
