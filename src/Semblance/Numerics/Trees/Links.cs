namespace Semblance.Numerics;

/// <summary>From scores to predictions and to gradients, per loss.</summary>
internal static class Links
{
    // Keeps a hopelessly certain row from dividing by nothing; the value XGBoost uses.
    private const float LeastHessian = 1e-16f;

    /// <summary>Scores (row-major, <paramref name="outputs"/> per row) to predictions, in place.</summary>
    public static void Apply(BoostingLoss loss, Span<float> scores, int outputs)
    {
        switch (loss)
        {
            case BoostingLoss.Logistic:
                foreach (ref var s in scores) s = Sigmoid(s);
                break;
            case BoostingLoss.Softmax:
                for (var at = 0; at < scores.Length; at += outputs) Softmax(scores.Slice(at, outputs));
                break;
            case BoostingLoss.Squared:
            default:
                break;
        }
    }

    public static float Sigmoid(float score) => (float)FastMath.Sigmoid(score);

    public static void Softmax(Span<float> scores)
    {
        var top = scores[0];
        foreach (var s in scores) top = Math.Max(top, s);
        var sum = 0.0;
        foreach (ref var s in scores)
        {
            s = (float)FastMath.Exp(s - top);
            sum += s;
        }
        foreach (ref var s in scores) s = (float)(s / sum);
    }

    /// <summary>Hessian of a probability.</summary>
    public static float Curvature(float p) => Math.Max(p * (1 - p), LeastHessian);
}
